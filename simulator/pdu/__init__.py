"""The simulator's own short message TPDUs (3GPP TS 23.040), as the network sees them.

It writes SMS-DELIVER and SMS-STATUS-REPORT and reads SMS-SUBMIT. It shares nothing with
the integration, so that neither can confirm a mistake of the other.
"""

from .fields import (
    Alphabet,
    PduError,
    alphabet_of,
    coding_for,
    decode_address,
    decode_timestamp,
    encode_address,
    encode_smsc,
    encode_timestamp,
    message_class,
    split_smsc,
    wants_storage,
)
from .messages import (
    Submit,
    decode_submit,
    deliver_coding,
    encode_deliver,
    encode_status_report,
    is_status_report,
    joined,
    with_reference,
)
from .user_data import Concatenation, UserData, binary, split_text

__all__ = [
    "Alphabet",
    "Concatenation",
    "PduError",
    "Submit",
    "UserData",
    "alphabet_of",
    "binary",
    "coding_for",
    "decode_address",
    "decode_submit",
    "decode_timestamp",
    "deliver_coding",
    "encode_address",
    "encode_deliver",
    "encode_smsc",
    "encode_status_report",
    "encode_timestamp",
    "is_status_report",
    "joined",
    "message_class",
    "split_smsc",
    "split_text",
    "wants_storage",
    "with_reference",
]
