"""What the ports of a gateway did in a period, as the gateway counts it."""

from dataclasses import asdict
from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_get_config_entry
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import GatewayConfigEntry
from ..gateways.port_reports import StatisticsPeriod
from .translated import translated

ATTR_PERIOD: Final = "period"

READ_STATISTICS_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
        vol.Optional(ATTR_PERIOD, default=StatisticsPeriod.TODAY): vol.Coerce(StatisticsPeriod),
    }
)


@translated
async def read_statistics(call: ServiceCall) -> ServiceResponse:
    """Return the figures of each port; None is what the gateway does not tell."""
    entry: GatewayConfigEntry = async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    figures = await entry.runtime_data.gateway.read_statistics(call.data[ATTR_PERIOD])
    return {"ports": [{"port": port, **asdict(figure)} for port, figure in figures.items()]}
