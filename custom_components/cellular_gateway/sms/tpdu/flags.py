"""The bits of the first octet and of the parameter indicator (3GPP TS 23.040 clause 9.2.3)."""

from typing import Final

TYPE_MASK: Final = 0x03
TYPE_DELIVER: Final = 0x00
TYPE_SUBMIT: Final = 0x01
TYPE_STATUS_REPORT: Final = 0x02

NO_MORE_MESSAGES: Final = 0x04
REJECT_DUPLICATES: Final = 0x04
VALIDITY_MASK: Final = 0x18
VALIDITY_ENHANCED: Final = 0x08
VALIDITY_RELATIVE: Final = 0x10
VALIDITY_ABSOLUTE: Final = 0x18
STATUS_REPORT: Final = 0x20
HAS_HEADER: Final = 0x40
REPLY_PATH: Final = 0x80

# Parameter indicator of a status report (TS 23.040 clause 9.2.3.27).
PRESENT_PROTOCOL_ID: Final = 0x01
PRESENT_CODING: Final = 0x02
PRESENT_USER_DATA: Final = 0x04
