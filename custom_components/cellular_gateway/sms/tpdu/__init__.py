"""Transfer protocol data units (3GPP TS 23.040 clause 9)."""

from .address import TYPE_ALPHANUMERIC, TYPE_INTERNATIONAL, TYPE_NATIONAL, TYPE_UNKNOWN, Address
from .coding import Alphabet, DataCoding, WaitingIndication, WaitingKind
from .decode import decode_incoming, decode_outgoing, join_text
from .header import Concatenation, ElementIdentifier, InformationElement, Ports, UserDataHeader
from .pdu import Deliver, EncodedPdu, StatusReport, Submit, UserData
from .status import DeliveryOutcome, status_name, status_outcome

__all__ = [
    "TYPE_ALPHANUMERIC",
    "TYPE_INTERNATIONAL",
    "TYPE_NATIONAL",
    "TYPE_UNKNOWN",
    "Address",
    "Alphabet",
    "Concatenation",
    "DataCoding",
    "Deliver",
    "DeliveryOutcome",
    "ElementIdentifier",
    "EncodedPdu",
    "InformationElement",
    "Ports",
    "StatusReport",
    "Submit",
    "UserData",
    "UserDataHeader",
    "WaitingIndication",
    "WaitingKind",
    "decode_incoming",
    "decode_outgoing",
    "join_text",
    "status_name",
    "status_outcome",
]
