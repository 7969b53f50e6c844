"""The numbers of SMPP 3.4: commands, optional parameters and flags."""

from enum import IntEnum
from typing import Final

# Set in the command id of every response.
RESPONSE: Final = 0x80000000


class Command(IntEnum):
    """The requests that are sent or understood here (SMPP 3.4 clause 5.1.2.1)."""

    GENERIC_NACK = 0x80000000
    BIND_RECEIVER = 0x00000001
    BIND_TRANSMITTER = 0x00000002
    SUBMIT_SM = 0x00000004
    DELIVER_SM = 0x00000005
    UNBIND = 0x00000006
    BIND_TRANSCEIVER = 0x00000009
    OUTBIND = 0x0000000B
    ENQUIRE_LINK = 0x00000015
    ALERT_NOTIFICATION = 0x00000102
    DATA_SM = 0x00000103


class Tag(IntEnum):
    """The optional parameters that are read or written here (clause 5.3.2)."""

    DESTINATION_SUBUNIT = 0x0005
    RECEIPTED_MESSAGE_ID = 0x001E
    USER_MESSAGE_REFERENCE = 0x0204
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_NUMBER = 0x020F
    INTERFACE_VERSION = 0x0210
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class TypeOfNumber(IntEnum):
    """Type of number (clause 5.2.5)."""

    UNKNOWN = 0
    INTERNATIONAL = 1
    NATIONAL = 2
    NETWORK_SPECIFIC = 3
    SUBSCRIBER_NUMBER = 4
    ALPHANUMERIC = 5
    ABBREVIATED = 6


class NumberingPlan(IntEnum):
    """Numbering plan indicator (clause 5.2.6); E.164 is `ISDN`."""

    UNKNOWN = 0
    ISDN = 1
    DATA = 3
    TELEX = 4
    LAND_MOBILE = 6
    NATIONAL = 8
    PRIVATE = 9
    ERMES = 10
    INTERNET = 14
    WAP = 18


INTERFACE_VERSION: Final = 0x34

# esm_class (clause 5.2.12): the message type, and whether a user data header is in front.
MESSAGE_TYPE: Final = 0x3C
DELIVERY_RECEIPT: Final = 0x04
INTERMEDIATE_NOTIFICATION: Final = 0x20
HAS_HEADER: Final = 0x40

# registered_delivery (clause 5.2.17): a receipt whatever becomes of the message.
WANT_RECEIPT: Final = 0x01

# dest_addr_subunit (clause 5.3.2.1): shown at once, as a message of class 0 is.
SUBUNIT_DISPLAY: Final = 0x01
