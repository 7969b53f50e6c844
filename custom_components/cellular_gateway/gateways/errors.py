"""What can go wrong behind the seam, typed by what the caller must do.

Each error carries a `reason`, which is also its translation key, and `temporary`: whether trying
again later, without anybody's help, can succeed.
"""

from enum import StrEnum

from ..sms.errors import MessageError

__all__ = [
    "GatewayAuthenticationError",
    "GatewayConnectionError",
    "GatewayError",
    "GatewayRefusedError",
    "GatewayTimeoutError",
    "MessageError",
    "NotKeptError",
    "Reason",
    "UnsupportedError",
]


class Reason(StrEnum):
    """Why something failed, in terms that a person can act on; the value is a translation key."""

    BUSY = "busy"
    CALL_IN_PROGRESS = "call_in_progress"
    CANCELLED = "cancelled"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    CLOSED = "closed"
    CONNECTION_LOST = "connection_lost"
    CONNECTION_REFUSED = "connection_refused"
    HOST_UNREACHABLE = "host_unreachable"
    INVALID_COMMAND = "invalid_command"
    INVALID_DEVICE = "invalid_device"
    INVALID_VALUE = "invalid_value"
    LIMIT_REACHED = "limit_reached"
    LOGIN_WRONG = "login_wrong"
    NO_ANSWER = "no_answer"
    NO_PERMISSION = "no_permission"
    NO_PROMPT = "no_prompt"
    NO_REPLY_POSSIBLE = "no_reply_possible"
    NOT_A_MODEM = "not_a_modem"
    NOT_A_ROUTER = "not_a_router"
    NOT_AN_SMS_MODEM = "not_an_sms_modem"
    NOT_CONNECTED = "not_connected"
    NOT_FOUND = "not_found"
    NOT_TRIED = "not_tried"
    OTHER_GATEWAY = "other_gateway"
    OTHER_MODEM = "other_modem"
    PIN_LAST_TRY = "pin_last_try"
    PIN_REQUIRED = "pin_required"
    PIN_WRONG = "pin_wrong"
    PROXY_NOT_READY = "proxy_not_ready"
    PUK_LAST_TRY = "puk_last_try"
    PUK_REQUIRED = "puk_required"
    PUK_WRONG = "puk_wrong"
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"
    SENDER_FIXED = "sender_fixed"
    ROUTER_LOGIN_WRONG = "router_login_wrong"
    SERVICE_DISABLED = "service_disabled"
    SIM_LOCKED = "sim_locked"
    SIM_MISSING = "sim_missing"
    SMSC_UNKNOWN = "smsc_unknown"
    TOKEN_REFUSED = "token_refused"
    UNKNOWN_CHOICE = "unknown_choice"
    UNKNOWN_ENDPOINT = "unknown_endpoint"
    UNKNOWN_PORT = "unknown_port"
    UNSUPPORTED = "unsupported"
    WRONG_SPEED = "wrong_speed"


class GatewayError(Exception):
    """The root of what a gateway raises; never raised itself."""

    temporary = True

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """Keep the reason; `detail` is for the log and holds no number, text or secret."""
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class GatewayConnectionError(GatewayError):
    """The gateway cannot be reached, or the link to it was lost."""


class GatewayTimeoutError(GatewayError):
    """The gateway did not answer in time; of a send the outcome is therefore unknown."""

    def __init__(self, detail: str = "") -> None:
        """Name in `detail` what was waited for."""
        super().__init__(Reason.NO_ANSWER, detail)


class GatewayAuthenticationError(GatewayError):
    """A PIN, token, login or bind is missing or was refused; a person has to give another one."""

    temporary = False


class GatewayRefusedError(GatewayError):
    """The gateway understood and said no.

    `code` is what it said, as the wire has it (`"+CMS ERROR: 330"`), and `meaning` the same in the
    words of its standard or manual.
    """

    def __init__(
        self, code: str, meaning: str, *, temporary: bool, reason: Reason = Reason.REFUSED
    ) -> None:
        """Keep the code, its meaning, and whether the same request may succeed later."""
        super().__init__(reason, f"{code} ({meaning})")
        self.code = code
        self.meaning = meaning
        self.temporary = temporary


class UnsupportedError(GatewayError):
    """The gateway lacks the capability that was asked for."""

    temporary = False

    def __init__(self, reason: Reason = Reason.UNSUPPORTED, detail: str = "") -> None:
        """Name in `detail` what is not supported, in words that a person reads."""
        super().__init__(reason, detail)


class NotKeptError(Exception):
    """The consumer of messages could not commit; the gateway must acknowledge nothing."""
