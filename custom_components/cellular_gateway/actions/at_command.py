"""Send a command of the user's own to a modem."""

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from .target import TARGET_FIELDS, async_target
from .translated import translated
from .ussd import ATTR_TIMEOUT

ATTR_COMMAND = "command"

SEND_AT_COMMAND_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Required(ATTR_COMMAND): cv.string,
        # A search for networks, the slowest there is, takes up to three minutes.
        vol.Optional(ATTR_TIMEOUT, default=10): vol.All(
            vol.Coerce(float), vol.Range(min=1, max=180)
        ),
    }
)


@translated
async def send_at_command(call: ServiceCall) -> ServiceResponse:
    """Send one command line, and return the lines that the modem answers."""
    target = async_target(call)
    lines = await target.gateway.send_at_command(
        target.port, call.data[ATTR_COMMAND], timeout=call.data[ATTR_TIMEOUT]
    )
    return {"lines": list(lines)}
