"""Whether a push comes from EMnify: it carries the secret, or is signed with it."""

import base64
import hashlib
import hmac
import json
from typing import Final

# HMAC algorithms of JSON Web Algorithms (RFC 7518 clause 3.2).
_DIGESTS: Final = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def is_genuine(authorization: str, secret: str) -> bool:
    """Tell whether an Authorization header has the secret in it, or a JWT signed with it.

    The time that a comparison takes says nothing about the secret.
    """
    credential = authorization.removeprefix("Bearer ").strip()
    is_secret = hmac.compare_digest(credential.encode(), secret.encode())
    return is_secret or _is_signed(credential, secret)


def _is_signed(token: str, secret: str) -> bool:
    """Check the signature of a JWT (RFC 7515 clause 5.2); other algorithms are never taken."""
    signed, _, signature = token.rpartition(".")
    try:
        header = json.loads(_decoded(signed.split(".")[0]))
        digest = _DIGESTS.get(str(header.get("alg"))) if isinstance(header, dict) else None
        found = _decoded(signature)
    except ValueError, RecursionError:
        return False
    if digest is None:
        return False
    wanted = hmac.new(secret.encode(), signed.encode(), digest).digest()
    return hmac.compare_digest(wanted, found)


def _decoded(text: str) -> bytes:
    """Decode base64url without padding; raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
