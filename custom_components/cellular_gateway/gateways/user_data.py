"""What a received part has of its text, for joining it with the others."""

from ..sms.errors import MessageError
from ..sms.tpdu import Deliver, UserData, decode_incoming
from .models import SmsPart


def deliver_user_data(part: SmsPart) -> UserData | None:
    """Return what the PDU of a part holds; None when it does not say what the gateway read in it.

    Some modems leave out the service centre in front of it.
    """
    for length in (None, len(part.raw) // 2):
        try:
            pdu = decode_incoming(part.raw, length=length)
        except MessageError:
            continue
        if isinstance(pdu, Deliver) and pdu.text == part.text:
            return pdu.user_data
    return None
