"""Each simulator as a process of its own: its options, its help, and how it is run."""

from .at_modem import AT_MODEM
from .base import Kind
from .ejoin import EJOIN
from .emnify import EMNIFY
from .played import RECORDING, SCRIPT
from .smsc import SMSC
from .teltonika import TELTONIKA

KINDS: tuple[Kind, ...] = (AT_MODEM, SCRIPT, RECORDING, EJOIN, TELTONIKA, EMNIFY, SMSC)

__all__ = ["KINDS", "Kind"]
