"""An AT modem with a SIM card in a simulated network (3GPP TS 27.007 and TS 27.005)."""

from .modem import AtModem
from .sim import MessageStatus, Sim

__all__ = ["AtModem", "MessageStatus", "Sim"]
