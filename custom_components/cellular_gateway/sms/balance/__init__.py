"""The credit of a SIM: how operators are asked for it, and what their answers say."""

from ..patterns import MAX_PATTERN
from .carriers import CARRIERS, BalanceMethod, Carrier
from .find import MAX_TEXT, Balance, find_balance
from .pattern import check_pattern

__all__ = [
    "CARRIERS",
    "MAX_PATTERN",
    "MAX_TEXT",
    "Balance",
    "BalanceMethod",
    "Carrier",
    "check_pattern",
    "find_balance",
]
