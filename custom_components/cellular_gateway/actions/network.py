"""Tell a module which access point, power saving and network to use."""

from datetime import timedelta
from typing import Any

from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..gateways.network_settings import AccessPoint, EdrxAccess, IpType, PowerSaving
from .target import TARGET_FIELDS, async_target
from .translated import translated

ATTR_ACTIVE_TIME = "active_time"
ATTR_APN = "apn"
ATTR_AT_ONCE = "at_once"
ATTR_EDRX_CYCLES = "edrx_cycles"
ATTR_ENABLED = "enabled"
ATTR_IP_TYPE = "ip_type"
ATTR_OPERATOR = "operator"
ATTR_PERIODIC_UPDATE = "periodic_update"
ATTR_RANDOMIZATION_WINDOW = "randomization_window"
ATTR_ROAMING = "roaming"
ATTR_STOP_EDRX = "stop_edrx"

CONFIGURE_APN_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Required(ATTR_APN): vol.All(cv.string, vol.Strip),
        vol.Optional(CONF_USERNAME, default=""): cv.string,
        vol.Optional(CONF_PASSWORD, default=""): cv.string,
        vol.Optional(ATTR_IP_TYPE, default=IpType.IP): vol.All(
            cv.string, vol.Upper, vol.Coerce(IpType)
        ),
        vol.Optional(ATTR_ROAMING): cv.boolean,
    }
)
CONFIGURE_POWER_SAVING_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Required(ATTR_ENABLED): cv.boolean,
        vol.Optional(ATTR_PERIODIC_UPDATE): cv.positive_time_period,
        vol.Optional(ATTR_ACTIVE_TIME): cv.positive_time_period,
        vol.Exclusive(ATTR_EDRX_CYCLES, "edrx"): vol.Schema(
            {
                vol.Optional(access.value): vol.All(
                    vol.Coerce(float), vol.Range(min=0, min_included=False)
                )
                for access in EdrxAccess
            }
        ),
        vol.Exclusive(ATTR_STOP_EDRX, "edrx"): cv.boolean,
        vol.Optional(ATTR_AT_ONCE, default=False): cv.boolean,
        vol.Optional(ATTR_RANDOMIZATION_WINDOW): cv.positive_time_period,
    }
)
# The gateway tells whether it is MCC and MNC; a template makes an integer of the digits.
SET_OPERATOR_SCHEMA = vol.Schema({**TARGET_FIELDS, vol.Optional(ATTR_OPERATOR): cv.string})
SCAN_OPERATORS_SCHEMA = vol.Schema(TARGET_FIELDS)


@translated
async def configure_apn(call: ServiceCall) -> ServiceResponse:
    """Set where data goes; return what the module has now, and the IMSI that is in use."""
    target = async_target(call)
    wanted = AccessPoint(
        name=call.data[ATTR_APN],
        ip_type=call.data[ATTR_IP_TYPE],
        user=call.data[CONF_USERNAME],
        password=call.data[CONF_PASSWORD],
    )
    now = await target.gateway.configure_apn(
        target.port, wanted, roaming=call.data.get(ATTR_ROAMING)
    )
    return {
        "apn": now.name,
        "ip_type": now.ip_type.value.lower(),
        "imsi": target.gateway.state.ports[target.port].imsi,
    }


@translated
async def configure_power_saving(call: ServiceCall) -> ServiceResponse:
    """Ask for power saving, and return what was asked for beside what was granted."""
    target = async_target(call)
    cycles = {} if call.data.get(ATTR_STOP_EDRX) else call.data.get(ATTR_EDRX_CYCLES)
    asked = PowerSaving(
        enabled=call.data[ATTR_ENABLED],
        periodic_update=call.data.get(ATTR_PERIODIC_UPDATE),
        active_time=call.data.get(ATTR_ACTIVE_TIME),
        edrx_cycles=cycles and {EdrxAccess(access): cycle for access, cycle in cycles.items()},
        at_once=call.data[ATTR_AT_ONCE],
        randomization_window=call.data.get(ATTR_RANDOMIZATION_WINDOW),
    )
    granted = await target.gateway.configure_power_saving(target.port, asked)
    return {"asked": _power_saving(asked), "granted": _power_saving(granted)}


@translated
async def set_operator(call: ServiceCall) -> ServiceResponse:
    """Use the network that is named, or let the module choose; return which one it uses now."""
    target = async_target(call)
    # A field that was emptied in the editor is no code.
    code = call.data.get(ATTR_OPERATOR, "").strip()
    selection = await target.gateway.set_operator(target.port, code or None)
    return {
        "automatic": selection.automatic,
        "operator": selection.code,
        "name": selection.name,
        "access_technology": selection.access_technology,
    }


@translated
async def scan_operators(call: ServiceCall) -> ServiceResponse:
    """Search for networks, which may take three minutes."""
    target = async_target(call)
    return {
        "operators": [
            {
                "operator": found.code,
                "name": found.name,
                "status": found.status.value,
                "access_technology": found.access_technology,
            }
            for found in await target.gateway.scan_operators(target.port)
        ]
    }


def _power_saving(saving: PowerSaving) -> dict[str, Any]:
    """Put power saving into a response; all times are in seconds."""
    cycles = saving.edrx_cycles
    return {
        "enabled": saving.enabled,
        "periodic_update": _seconds(saving.periodic_update),
        "active_time": _seconds(saving.active_time),
        "edrx_cycles": cycles and {str(access): cycle for access, cycle in cycles.items()},
        "at_once": saving.at_once,
        "randomization_window": _seconds(saving.randomization_window),
    }


def _seconds(period: timedelta | None) -> int | None:
    """Return a period in whole seconds."""
    return None if period is None else round(period.total_seconds())
