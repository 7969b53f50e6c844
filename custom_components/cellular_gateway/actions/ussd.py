"""Send USSD codes and the answers to menus, and end a session."""

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from .target import TARGET_FIELDS, async_target
from .translated import translated

ATTR_CODE = "code"
ATTR_TIMEOUT = "timeout"

SEND_USSD_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        # The answer to a menu may come out of a template as the integer 1.
        vol.Required(ATTR_CODE): vol.All(cv.string, vol.Strip, vol.Length(min=1)),
        vol.Optional(ATTR_TIMEOUT, default=30): vol.All(
            vol.Coerce(float), vol.Range(min=5, max=120)
        ),
    }
)
CANCEL_USSD_SCHEMA = vol.Schema(TARGET_FIELDS)


@translated
async def send_ussd(call: ServiceCall) -> ServiceResponse:
    """Send a code, or the answer to the menu before, and return what the network says."""
    target = async_target(call)
    answer = await target.gateway.send_ussd(
        target.port, call.data[ATTR_CODE], timeout=call.data[ATTR_TIMEOUT]
    )
    return {"text": answer.text, "more": answer.more, "status": answer.status.name.lower()}


@translated
async def cancel_ussd(call: ServiceCall) -> ServiceResponse:
    """End the session that is open."""
    target = async_target(call)
    await target.gateway.cancel_ussd(target.port)
    return None
