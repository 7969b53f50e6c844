"""Codes of the gateway and what they mean."""

from typing import Final

from ...errors import Reason
from ...port_reports import PortStatus

# Status notification, 4.1; 15 and 16 in HTTP API 2.4. There is no 10.
PORT_STATUSES: Final = {
    0: PortStatus.NO_SIM,
    1: PortStatus.IDLE_SIM,
    2: PortStatus.REGISTERING,
    3: PortStatus.REGISTERED,
    4: PortStatus.CALL_CONNECTED,
    5: PortStatus.NO_BALANCE,
    6: PortStatus.REGISTRATION_FAILED,
    7: PortStatus.LOCKED_BY_GATEWAY,
    8: PortStatus.LOCKED_BY_OPERATOR,
    9: PortStatus.SIM_ERROR,
    11: PortStatus.CARD_DETECTED,
    12: PortStatus.LOCKED_BY_USER,
    13: PortStatus.CALLING_PORT,
    14: PortStatus.CALLING_PORT_HELD,
    15: PortStatus.MOBILE_DATA,
    16: PortStatus.MODULE_TIMEOUT,
}

# In these the port is in a network, and signal and operator are true (4.1).
IN_NETWORK: Final = frozenset({PortStatus.REGISTERED, PortStatus.CALL_CONNECTED})

# HTTP API 2.2, the status of a task; from 17 on HTTP API 2.4.
TASK_STATUSES: Final = {
    0: "OK",
    1: "invalid user",
    2: "invalid port",
    3: "USSD expected",
    4: "pending USSD",
    5: "SIM not registered",
    6: "timeout",
    7: "server error",
    8: "SMS expected",
    9: "recipient expected",
    10: "pending transaction",
    11: "task number expected",
    12: "port expected",
    13: "duplicated task number",
    14: "unauthorized",
    15: "invalid command",
    16: "too many tasks",
    17: "MMS title expected",
    18: "too many MMS attachments",
    19: "MMS attachments expected",
    20: "attachments exceed the gateway's memory",
}

_REASONS: Final = {
    1: Reason.LOGIN_WRONG,
    2: Reason.UNKNOWN_PORT,
    10: Reason.BUSY,
    14: Reason.NO_PERMISSION,
    16: Reason.BUSY,
}
# What may pass by itself: a port without a network, an operation that goes on, too much to do.
_TEMPORARY: Final = frozenset({4, 5, 6, 7, 10, 16})

# A request was done; which of them is said differs by endpoint.
SUCCESS: Final = frozenset({0, 200})
# The gateway says so with the HTTP status 200.
LOGIN_REFUSED: Final = frozenset({1, 14})


def task_meaning(code: int | None, words: str = "") -> str:
    """Return a task status in words, the gateway's own where the code is not known."""
    return TASK_STATUSES.get(-1 if code is None else code) or words or "unknown code"


def is_temporary(code: int | None) -> bool:
    """Whether the same may succeed later; nobody knows that of a code that no document has."""
    return code in _TEMPORARY or code not in TASK_STATUSES


def task_reason(code: int | None) -> Reason:
    """Return why a task was refused, as a translation key."""
    return _REASONS.get(-1 if code is None else code, Reason.REFUSED)
