"""What `scripts/develop --check` checks, in this order; each step finds the house set up."""

# The gateways beside the modem are connected by the first step that needs them, so that Home
# Assistant starts no slower before.
from . import (  # noqa: I001
    messages,  # noqa: F401
    modem,  # noqa: F401
    devices,  # noqa: F401
    kills,  # noqa: F401
    ejoin,  # noqa: F401
    routers,  # noqa: F401
    emnify,  # noqa: F401
    smpp,  # noqa: F401
    log,  # noqa: F401
)
from .registry import ONLY_BY_NAME, STEPS

__all__ = ["ONLY_BY_NAME", "STEPS"]
