/** What a browser's `fetch` sends along, besides Host, Connection and the credential: twelve headers in all. */
export const CLIENT_HEADERS = {
  Accept: 'application/json, text/plain, */*',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-GB,en;q=0.9,de;q=0.7',
  'Cache-Control': 'no-cache',
  Origin: 'https://app.example.test',
  Referer: 'https://app.example.test/orders',
  'Sec-Fetch-Dest': 'empty',
  'Sec-Fetch-Mode': 'cors',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
} as const
