"""Call a number to let its telephone ring."""

from homeassistant.core import ServiceCall, ServiceResponse
import voluptuous as vol

from ..const import CONF_NUMBER
from .send import NUMBER
from .target import TARGET_FIELDS, async_target
from .translated import translated

ATTR_SECONDS = "seconds"

DIAL_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Required(CONF_NUMBER): NUMBER,
        vol.Optional(ATTR_SECONDS, default=20): vol.All(
            vol.Coerce(float), vol.Range(min=1, max=120)
        ),
    }
)


@translated
async def dial(call: ServiceCall) -> ServiceResponse:
    """Call a number, hang up, and return what came of it; a busy line is no error."""
    target = async_target(call)
    number = target.entry.runtime_data.outbox.number(call.data[CONF_NUMBER])
    outcome = await target.gateway.dial(target.port, number, call.data[ATTR_SECONDS])
    return {"outcome": outcome.value}
