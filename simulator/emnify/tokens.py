"""JSON Web Tokens: what a login gives, and what signs a webhook."""

import base64
from collections.abc import Mapping
import hashlib
import hmac
import json


def encode(claims: Mapping[str, object], secret: str, algorithm: str = "HS384") -> str:
    """Return claims signed with a secret (RFC 7519)."""
    head = _base64(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    signed = f"{head}.{_base64(json.dumps(claims).encode())}"
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384}[algorithm]
    return f"{signed}.{_base64(hmac.new(secret.encode(), signed.encode(), digest).digest())}"


def _base64(data: bytes) -> str:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
