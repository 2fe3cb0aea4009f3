// A pre-request script for Postman: it signs what is about to be sent.
// Set the variables keyId and secret in the environment, secret with the type "secret".

const { request, variables } = pm
const secret = pm.environment.get('secret')
const keyId = pm.environment.get('keyId')

// What is signed is the target as it is sent: path and query, with the variables in them replaced.
const target = variables.replaceIn(request.url.getPathWithQuery())
const body = request.body && !request.body.isEmpty() ? variables.replaceIn(request.body.toString()) : ''
const timestamp = new Date().toISOString()
const nonce = variables.replaceIn('{{$guid}}')
const digest = CryptoJS.SHA256(body).toString(CryptoJS.enc.Hex)
const text = [request.method, target, timestamp, `sha256=${digest}`, nonce].join('\n')
const mac = CryptoJS.HmacSHA256(text, secret).toString(CryptoJS.enc.Base64)

request.headers.upsert({ key: 'X-Key-ID', value: keyId })
request.headers.upsert({ key: 'X-Timestamp', value: timestamp })
request.headers.upsert({ key: 'X-Nonce', value: nonce })
request.headers.upsert({ key: 'X-Signature', value: `hmac-sha256=${mac}` })
