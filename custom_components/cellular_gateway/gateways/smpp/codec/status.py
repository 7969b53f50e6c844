"""What `command_status` says (SMPP 3.4 clause 5.1.3), in words."""

from typing import Final, NamedTuple

from ...errors import GatewayRefusedError

OK: Final = 0x00000000
INVALID_COMMAND_LENGTH: Final = 0x00000002
INVALID_COMMAND: Final = 0x00000003
INVALID_PASSWORD: Final = 0x0000000E
INVALID_SYSTEM_ID: Final = 0x0000000F
QUEUE_FULL: Final = 0x00000014
INVALID_SYSTEM_TYPE: Final = 0x00000053
THROTTLED: Final = 0x00000058
NOT_KEPT: Final = 0x00000064
UNKNOWN_ERROR: Final = 0x000000FF

# What a person has to give anew. A service centre that says only "bind failed" may have too many
# sessions of ours, the last of which it has not yet given up.
LOGIN_REFUSED: Final = frozenset({INVALID_PASSWORD, INVALID_SYSTEM_ID, INVALID_SYSTEM_TYPE})


class _Status(NamedTuple):
    """The name of a status, its meaning, and whether the same request may succeed later."""

    name: str
    meaning: str
    temporary: bool = False


_STATUSES: Final = {
    0x01: _Status("ESME_RINVMSGLEN", "the length of the message is wrong"),
    0x02: _Status("ESME_RINVCMDLEN", "the length of the request is wrong"),
    0x03: _Status("ESME_RINVCMDID", "the request is not known"),
    0x04: _Status("ESME_RINVBNDSTS", "this kind of session does not allow the request"),
    0x05: _Status("ESME_RALYBND", "a session is open already", temporary=True),
    0x06: _Status("ESME_RINVPRTFLG", "the priority is not allowed"),
    0x07: _Status("ESME_RINVREGDLVFLG", "the delivery report asked for is not allowed"),
    0x08: _Status("ESME_RSYSERR", "the service centre has an error of its own", temporary=True),
    0x0A: _Status("ESME_RINVSRCADR", "the sender's address is not allowed"),
    0x0B: _Status("ESME_RINVDSTADR", "the recipient's number is not valid"),
    0x0C: _Status("ESME_RINVMSGID", "the message is not known"),
    0x0D: _Status("ESME_RBINDFAIL", "the session was not opened", temporary=True),
    0x0E: _Status("ESME_RINVPASWD", "the password is wrong"),
    0x0F: _Status("ESME_RINVSYSID", "the user name (system ID) is wrong"),
    0x11: _Status("ESME_RCANCELFAIL", "the message could not be cancelled"),
    0x13: _Status("ESME_RREPLACEFAIL", "the message could not be replaced"),
    0x14: _Status("ESME_RMSGQFUL", "too many messages are waiting", temporary=True),
    0x15: _Status("ESME_RINVSERTYP", "the service type is not valid"),
    0x33: _Status("ESME_RINVNUMDESTS", "the number of recipients is not valid"),
    0x34: _Status("ESME_RINVDLNAME", "the distribution list is not known"),
    0x40: _Status("ESME_RINVDESTFLAG", "the kind of recipient is not valid"),
    0x42: _Status("ESME_RINVSUBREP", "a message cannot be replaced like this"),
    0x43: _Status("ESME_RINVESMCLASS", "the mode or header of the message is not allowed"),
    0x44: _Status("ESME_RCNTSUBDL", "nothing can be sent to the distribution list"),
    0x45: _Status("ESME_RSUBMITFAIL", "the message was not taken", temporary=True),
    0x48: _Status("ESME_RINVSRCTON", "the sender's type of number is not valid"),
    0x49: _Status("ESME_RINVSRCNPI", "the sender's numbering plan is not valid"),
    0x50: _Status("ESME_RINVDSTTON", "the recipient's type of number is not valid"),
    0x51: _Status("ESME_RINVDSTNPI", "the recipient's numbering plan is not valid"),
    0x53: _Status("ESME_RINVSYSTYP", "the system type is not valid"),
    0x54: _Status("ESME_RINVREPFLAG", "the replace flag is not valid"),
    0x55: _Status("ESME_RINVNUMMSGS", "the number of messages is not valid"),
    0x58: _Status("ESME_RTHROTTLED", "too many messages in too short a time", temporary=True),
    0x61: _Status("ESME_RINVSCHED", "the time of delivery is not valid"),
    0x62: _Status("ESME_RINVEXPIRY", "the validity is not allowed"),
    0x63: _Status("ESME_RINVDFTMSGID", "the prepared message is not known"),
    0x64: _Status("ESME_RX_T_APPN", "the receiver cannot take it now", temporary=True),
    0x65: _Status("ESME_RX_P_APPN", "the receiver cannot take it"),
    0x66: _Status("ESME_RX_R_APPN", "the receiver rejects it"),
    0x67: _Status("ESME_RQUERYFAIL", "the question could not be answered"),
    0xC0: _Status("ESME_RINVOPTPARSTREAM", "the optional parameters cannot be read"),
    0xC1: _Status("ESME_ROPTPARNOTALLWD", "an optional parameter is not allowed"),
    0xC2: _Status("ESME_RINVPARLEN", "the length of a parameter is wrong"),
    0xC3: _Status("ESME_RMISSINGOPTPARAM", "an optional parameter is missing"),
    0xC4: _Status("ESME_RINVOPTPARAMVAL", "the value of an optional parameter is not valid"),
    0xFE: _Status("ESME_RDELIVERYFAILURE", "the message was not delivered", temporary=True),
    0xFF: _Status("ESME_RUNKNOWNERR", "the reason is not known", temporary=True),
}
_OWN_FIRST: Final = 0x400
_OWN_LAST: Final = 0x4FF


def refusal(status: int) -> GatewayRefusedError:
    """Return the error that a status other than OK stands for."""
    if known := _STATUSES.get(status):
        return GatewayRefusedError(known.name, known.meaning, temporary=known.temporary)
    is_own = _OWN_FIRST <= status <= _OWN_LAST
    meaning = "an error of this service centre's own" if is_own else "an error SMPP does not know"
    return GatewayRefusedError(f"0x{status:08X}", meaning, temporary=False)
