#!/usr/bin/env bash
# Sends a signed request, with openssl and curl.
#
#   KEY_ID=hk_... SECRET=... ./sign.sh METHOD URL [FILE]
#
# FILE holds the body; without it there is none. openssl shows the secret in the list of processes while it runs: on a
# machine that others use, sign with sign.py or sign.mjs.
set -euo pipefail

if [ $# -lt 2 ] || [ -z "${KEY_ID:-}" ] || [ -z "${SECRET:-}" ]; then
  sed -n '4p' "$0" >&2
  exit 2
fi
method=$1
url=$2
body=${3:-/dev/null}

# What is signed is the target as it is sent: path and query, without scheme, host and fragment.
target=/$(printf '%s' "${url#*://}" | cut -s -d / -f 2-)
target=${target%%#*}
timestamp=$(date -u +%Y-%m-%dT%H:%M:%SZ)
nonce=$(openssl rand -hex 16)
digest=$(openssl dgst -sha256 -r "$body" | cut -d ' ' -f 1)

# printf makes the line feeds: in "a\nb" a shell would leave a backslash and an n.
signature=$(printf '%s\n%s\n%s\nsha256=%s\n%s' "$method" "$target" "$timestamp" "$digest" "$nonce" |
  openssl dgst -sha256 -hmac "$SECRET" -binary | base64)

data=()
if [ $# -ge 3 ]; then data=(--data-binary "@$body"); fi
# Told of HEAD by --request, curl would wait for a body.
how=(--request "$method")
if [ "$method" = HEAD ]; then how=(--head); fi
# curl would take dot segments out, and brackets for patterns, after they have been signed.
exec curl --silent --show-error --path-as-is --globoff "${how[@]}" "${data[@]}" \
  --header "X-Key-ID: $KEY_ID" \
  --header "X-Timestamp: $timestamp" \
  --header "X-Nonce: $nonce" \
  --header "X-Signature: hmac-sha256=$signature" \
  "$url"
