/**
 * As the URL parser writes them: loopback and unspecified addresses, those in IPv6 too, and the link's own (169.254.0.0/16,
 * fe80::/10), where clouds hand out credentials. A name in DNS may still lead there: what must not be called is for the
 * network to keep from us.
 */
const LOCAL =
  /^(?:127\.|0\.|169\.254\.|\[(?:::1?\]$|::ffff:(?:7f[\da-f]{2}|[\da-f]{1,2}|a9fe):|fe[89ab])|(?:.*\.)?localhost\.?$)/

/** Whether a URL leads to this machine, or to its link. */
export function isLocalUrl(url: string): boolean {
  return LOCAL.test(new URL(url).hostname)
}
