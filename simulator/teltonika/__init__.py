"""A Teltonika router: Post/Get, the API of RutOS 7, JSON-RPC on /ubus, forwarding to HTTP."""

from .forwarding import Forwarding
from .modem import RouterModem, RouterSms
from .router import Router
from .trouble import Trouble

__all__ = ["Forwarding", "Router", "RouterModem", "RouterSms", "Trouble"]
