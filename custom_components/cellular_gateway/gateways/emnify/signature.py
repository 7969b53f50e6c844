"""Whether a push comes from EMnify: it carries the secret, or is signed with it."""

import base64
import hashlib
import hmac
import json
from typing import Final

from ..push import Push

SECRET_PARAMETER: Final = "secret"

# HMAC algorithms of JSON Web Algorithms (RFC 7518 clause 3.2).
_DIGESTS: Final = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def is_genuine(push: Push, secret: str) -> bool:
    """Tell whether a push has the secret in its Authorization header, or a JWT signed with it.

    The parameter `SECRET_PARAMETER` of the URL may hold the secret too, for the Data Streamer: it
    can be told a URL and nothing else. The time that a comparison takes says nothing about it.
    """
    credential = push.headers.get("authorization", "").removeprefix("Bearer ").strip()
    in_url = push.query.get(SECRET_PARAMETER, "")
    return _equal(credential, secret) or _equal(in_url, secret) or _is_signed(credential, secret)


def _equal(one: str, other: str) -> bool:
    """Compare texts, also those that are no Unicode."""
    return hmac.compare_digest(
        one.encode(errors="surrogateescape"), other.encode(errors="surrogateescape")
    )


def _is_signed(token: str, secret: str) -> bool:
    """Check the signature of a JWT (RFC 7515 clause 5.2); other algorithms are never taken."""
    signed, _, signature = token.rpartition(".")
    if not token.isascii():
        return False
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
