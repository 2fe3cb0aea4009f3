#!/usr/bin/env bash
# Compiles the policy for the gateway's own process: policy.wasm. Needs opa 1.x: https://www.openpolicyagent.org
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

opa=${OPA_BIN:-opa}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$opa" test authz.rego authz_test.rego
"$opa" build --target wasm --entrypoint gateway/authz/allow --entrypoint gateway/authz/decision \
  --output "$folder/bundle.tar.gz" authz.rego
tar -xzPOf "$folder/bundle.tar.gz" /policy.wasm > "${1:-policy.wasm}"
