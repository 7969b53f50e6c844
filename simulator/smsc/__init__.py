"""A service centre that speaks SMPP 3.4 to its customers, written from the specification."""

from .account import Account, Submitted
from .centre import Smsc
from .content import Default, Long
from .receipts import Style
from .wire import Message

__all__ = ["Account", "Default", "Long", "Message", "Smsc", "Style", "Submitted"]
