"""The balance of a port's own SIM."""

from .credit import BalanceSettings, Credit
from .keeper import ANSWER_SECONDS, CHECK_INTERVAL, BalanceKeeper
from .memory import async_forget_balance

__all__ = [
    "ANSWER_SECONDS",
    "CHECK_INTERVAL",
    "BalanceKeeper",
    "BalanceSettings",
    "Credit",
    "async_forget_balance",
]
