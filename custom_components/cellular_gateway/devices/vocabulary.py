"""The words that all device families share: commands, and what goes with them."""

from dataclasses import dataclass
from enum import StrEnum


class Command(StrEnum):
    """What can be asked of a tracked device; the value is a translation key.

    `SETUP` is the whole sequence that brings a new device into the network.
    """

    ADD_USER = "add_user"
    ARM = "arm"
    BIND_NUMBER = "bind_number"
    CONNECT = "connect"
    CUSTOM = "custom"
    DELETE_CREDIT_REQUEST = "delete_credit_request"
    DELETE_USER = "delete_user"
    DISARM = "disarm"
    READ_CREDIT_REQUEST = "read_credit_request"
    REBOOT = "reboot"
    REQUEST_APN = "request_apn"
    REQUEST_BATTERY = "request_battery"
    REQUEST_CREDIT = "request_credit"
    REQUEST_IDENTITY = "request_identity"
    REQUEST_IO = "request_io"
    REQUEST_NETWORK = "request_network"
    REQUEST_POSITION = "request_position"
    REQUEST_STATUS = "request_status"
    REQUEST_VERSION = "request_version"
    SET_ALARM = "set_alarm"
    SET_APN = "set_apn"
    SET_CLOCK = "set_clock"
    SET_CODE = "set_code"
    SET_CREDIT_REQUEST = "set_credit_request"
    SET_INTERVAL = "set_interval"
    SET_MODE = "set_mode"
    SET_PARAMETER = "set_parameter"
    SET_ROAMING = "set_roaming"
    SET_SEASON = "set_season"
    SET_SERVER = "set_server"
    SETUP = "setup"
    SWITCH_RELAY = "switch_relay"


class ParameterKind(StrEnum):
    """How the value of a parameter is written and checked."""

    TEXT = "text"
    APN = "apn"
    NUMBER = "number"
    DECIMAL = "decimal"
    PHONE = "phone"
    HOST = "host"
    CHOICE = "choice"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a command; its key is a translation key.

    `minimum` and `maximum` bound a number, or count the characters of a text. `free` texts may
    hold what separates elsewhere in the family's language. A `secret` is shown to nobody.
    """

    key: str
    kind: ParameterKind = ParameterKind.TEXT
    required: bool = True
    default: str | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    free: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A password, login or code of a device; its key is a translation key.

    `default` is that of the works, None where the device has none until somebody sets it. With
    `from_model` the default is the name of the model in lower case.
    """

    key: str
    default: str | None = None
    from_model: bool = False
    required: bool = True
    minimum: int = 1
    maximum: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice about how to speak to a device; its key is a translation key.

    `default` tells its type: `bool` is a switch, `str` a text.
    """

    key: str
    default: bool | str = False


CLOUD_ALWAYS_ON = "cloud_always_on"
"""The key of the option of a device that is connected to its cloud all the time."""

# The roles that several families give to the same parameter.
APN = Parameter(key="apn", kind=ParameterKind.APN)
OWN_NUMBER = Parameter(key="own_number", kind=ParameterKind.PHONE, required=False)
"""Left out, it is the number of the port that sends."""
HOST = Parameter(key="host", kind=ParameterKind.HOST)
SERVER_PORT = Parameter(key="server_port", kind=ParameterKind.NUMBER, minimum=1, maximum=65535)
NUMBER = Parameter(key="number", kind=ParameterKind.PHONE)
RELAY = Parameter(
    key="relay", kind=ParameterKind.NUMBER, required=False, default="1", minimum=1, maximum=2
)
ON = Parameter(key="on", kind=ParameterKind.BOOLEAN)
PARAMETER_ID = Parameter(key="parameter_id", kind=ParameterKind.NUMBER, minimum=0, maximum=999999)
VALUE = Parameter(key="value", maximum=100)
TEXT = Parameter(key="text", maximum=1000, free=True)
LEADING_BLANKS = Parameter(
    key="leading_blanks",
    kind=ParameterKind.NUMBER,
    required=False,
    default="0",
    minimum=0,
    maximum=2,
)
"""Templates strip blanks at the beginning, and some devices want them."""
