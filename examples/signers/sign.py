#!/usr/bin/env python3
"""Sends a signed request, with Python's standard library alone.

    KEY_ID=hk_... SECRET=... python3 sign.py METHOD URL [FILE]
"""

import base64
import hashlib
import hmac
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import datetime, timezone


def signature_headers(key_id, secret, method, target, body=b""):
    """The headers that sign a request. `target` is what is sent after the method: path and query."""
    timestamp = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = str(uuid.uuid4())
    digest = hashlib.sha256(body).hexdigest()
    text = "\n".join([method, target, timestamp, f"sha256={digest}", nonce])
    mac = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return {
        "X-Key-ID": key_id,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": "hmac-sha256=" + base64.b64encode(mac).decode(),
    }


def main():
    try:
        method, address, *files = sys.argv[1:]
        key_id, secret = os.environ["KEY_ID"], os.environ["SECRET"]
    except (KeyError, ValueError):
        sys.exit(__doc__)
    url = urllib.parse.urlsplit(address)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    body = None
    if files:
        with open(files[0], "rb") as file:
            body = file.read()
    headers = signature_headers(key_id, secret, method, target, body or b"")
    if body is not None:
        headers["Content-Type"] = "application/octet-stream"
    request = urllib.request.Request(address, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            sys.stdout.buffer.write(response.read())
    except urllib.error.HTTPError as error:
        sys.stdout.buffer.write(error.read())
        sys.exit(1)


if __name__ == "__main__":
    main()
