"""How the texts of one action are sent, where a person wants it otherwise than the gateway does."""

from homeassistant.core import ServiceCall
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from ..gateways.errors import MessageError
from ..gateways.source_address import SourceAddressType
from ..messages.routing import Sending
from ..sms.numbers import normalize_number

ATTR_SOURCE_ADDRESS = "source_address"
ATTR_SOURCE_ADDRESS_TYPE = "source_address_type"
ATTR_VALIDITY = "validity"


def _address(number: int) -> str:
    """Write what a template made of a short code, or of a number with a plus in front."""
    try:
        return normalize_number(number, None)
    except MessageError:
        return str(number)


SOURCE_FIELDS: VolDictType = {
    vol.Optional(ATTR_SOURCE_ADDRESS): vol.Any(vol.All(int, vol.Range(min=0), _address), cv.string),
    vol.Optional(ATTR_SOURCE_ADDRESS_TYPE): vol.Coerce(SourceAddressType),
}
VALIDITY_FIELD: VolDictType = {vol.Optional(ATTR_VALIDITY): cv.positive_time_period}


def sending_of(call: ServiceCall) -> Sending:
    """Return what was asked for."""
    return Sending(
        source_address=call.data.get(ATTR_SOURCE_ADDRESS),
        source_address_type=call.data.get(ATTR_SOURCE_ADDRESS_TYPE),
        validity=call.data.get(ATTR_VALIDITY),
    )
