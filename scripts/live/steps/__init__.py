"""What `scripts/develop --check` checks, in this order; each step finds the house set up."""

from . import messages, modem, devices, endurance  # noqa: F401, I001
from .registry import STEPS

__all__ = ["STEPS"]
