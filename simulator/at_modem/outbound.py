"""How a message that the host sends reaches the network."""

from typing import TYPE_CHECKING

from .. import pdu
from ..network import RpError
from .errors import CmsError

if TYPE_CHECKING:
    from .modem import AtModem


async def submit(modem: AtModem, octets: bytes) -> int:
    """Send an SMS-SUBMIT, service centre address included, and return its reference.

    CmsError says what the network or the modem has against it.
    """
    if modem.sim is None:
        raise CmsError(310)
    if not octets[0] and not modem.sim.smsc:
        raise CmsError(330)
    if not modem.reachable:
        raise CmsError(331)
    if not octets[0]:
        octets = pdu.encode_smsc(modem.sim.smsc) + octets[1:]
    try:
        pdu.decode_submit(pdu.split_smsc(octets)[1])
        reference = modem.sim.next_reference()
        await modem.network.submit(modem.sim.number, octets, reference)
    except pdu.PduError as error:
        raise CmsError(304) from error
    except RpError as error:
        raise CmsError(error.cause) from error
    return reference
