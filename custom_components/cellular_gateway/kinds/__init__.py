"""The table of gateway kinds: how each is probed, told apart and built.

This is the only package that names a kind's package. It injects what comes from Home Assistant,
so that nothing below the seam knows it.
"""

from collections.abc import Mapping
from typing import Final

from .at_modem import AT_MODEM, KIND as _AT_MODEM
from .base import Data, Kind
from .ejoin import EJOIN, KIND as _EJOIN
from .emnify import EMNIFY, KIND as _EMNIFY
from .smpp import KIND as _SMPP, SMPP
from .teltonika import KIND as _TELTONIKA, TELTONIKA

__all__ = [
    "AT_MODEM",
    "EJOIN",
    "EMNIFY",
    "KINDS",
    "SMPP",
    "TELTONIKA",
    "Data",
    "Kind",
]


KINDS: Final[Mapping[str, Kind]] = {
    AT_MODEM: _AT_MODEM,
    EJOIN: _EJOIN,
    TELTONIKA: _TELTONIKA,
    EMNIFY: _EMNIFY,
    SMPP: _SMPP,
}
