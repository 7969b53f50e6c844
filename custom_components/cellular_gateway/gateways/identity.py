"""Names for messages that have none of their own."""

import hashlib


def digest(*values: str) -> str:
    """Make a short name out of values, the same on every machine and in every version."""
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:32]
