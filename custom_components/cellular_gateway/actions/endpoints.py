"""What a person does to the endpoints of an account, and to the messages that wait for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID, ATTR_NAME
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import GatewayConfigEntry
from ..errors import action_error
from ..gateways.base import Gateway
from ..gateways.capabilities import Capabilities
from ..gateways.endpoint_control import EndpointSim, NewEndpoint, Policy
from ..gateways.endpoints import EndpointState
from ..gateways.errors import GatewayError, GatewayRefusedError
from .target import async_endpoint
from .translated import translated

ATTR_BIC = "bic"
ATTR_COVERAGE_POLICY = "coverage_policy"
ATTR_ENABLED = "enabled"
ATTR_ENDPOINT = "endpoint"
ATTR_MESSAGE_ID = "message_id"
ATTR_OPERATOR = "operator"
ATTR_SERVICE_POLICY = "service_policy"
ATTR_SIM = "sim"
ATTR_TAGS = "tags"
ATTR_UNASSIGNED = "unassigned"

# Keys and ICCIDs are digits, of which a template makes a number.
_NAME = vol.All(cv.string, vol.Strip, vol.Length(min=1))
_ACCOUNT = {vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string}
# An endpoint without a SIM has no device, and is named by its key.
_ENDPOINT = {
    vol.Exclusive(ATTR_DEVICE_ID, ATTR_ENDPOINT): cv.string,
    vol.Exclusive(ATTR_ENDPOINT, ATTR_ENDPOINT): _NAME,
    **_ACCOUNT,
}

ASSIGN_SIM_SCHEMA = vol.Schema({**_ENDPOINT, vol.Required(ATTR_SIM): _NAME})
CANCEL_SMS_SCHEMA = vol.Schema(
    {
        **_ACCOUNT,
        vol.Required(ATTR_MESSAGE_ID): vol.All(cv.ensure_list, [_NAME], vol.Length(min=1)),
    }
)
CREATE_ENDPOINT_SCHEMA = vol.Schema(
    {
        **_ACCOUNT,
        vol.Required(ATTR_NAME): _NAME,
        vol.Required(ATTR_SERVICE_POLICY): _NAME,
        vol.Required(ATTR_COVERAGE_POLICY): _NAME,
        vol.Optional(ATTR_SIM): _NAME,
        vol.Optional(ATTR_ENABLED, default=True): cv.boolean,
        vol.Optional(ATTR_TAGS, default=list): vol.All(cv.ensure_list, [_NAME]),
    }
)
LIST_ENDPOINTS_SCHEMA = vol.Schema(_ACCOUNT)
LIST_OPERATORS_SCHEMA = vol.Schema(_ENDPOINT)
LIST_POLICIES_SCHEMA = vol.Schema(_ACCOUNT)
LIST_SIMS_SCHEMA = vol.Schema(
    {**_ACCOUNT, vol.Optional(ATTR_UNASSIGNED, default=False): cv.boolean}
)
REGISTER_SIMS_SCHEMA = vol.Schema({**_ACCOUNT, vol.Required(ATTR_BIC): _NAME})
RELEASE_SIM_SCHEMA = vol.Schema(_ENDPOINT)
SET_OPERATOR_BLOCKED_SCHEMA = vol.Schema({**_ENDPOINT, vol.Required(ATTR_OPERATOR): _NAME})


@dataclass(frozen=True, slots=True)
class _Target:
    """An endpoint, by its key, and the account that it is of."""

    gateway: Gateway
    endpoint: str


@translated
async def list_endpoints(call: ServiceCall) -> ServiceResponse:
    """Return all endpoints of an account, also those without a SIM."""
    found = await _account(call).list_endpoints()
    return {"endpoints": [_endpoint(state) for state in found]}


@translated
async def list_sims(call: ServiceCall) -> ServiceResponse:
    """Return the SIMs of an account, or those that are in no endpoint."""
    found = await _account(call).list_sims()
    only_free = call.data[ATTR_UNASSIGNED]
    return {"sims": [_sim(sim) for sim in found if not (only_free and sim.endpoint)]}


@translated
async def list_policies(call: ServiceCall) -> ServiceResponse:
    """Return the policies that an endpoint can be given."""
    gateway = _account(call)
    return {
        "service_policies": [_policy(each) for each in await gateway.list_service_policies()],
        "coverage_policies": [_policy(each) for each in await gateway.list_coverage_policies()],
    }


@translated
async def list_operators(call: ServiceCall) -> ServiceResponse:
    """Return the operators there are, and for an endpoint which of them it may not use."""
    target = _target(call) if call.data.keys() & {ATTR_DEVICE_ID, ATTR_ENDPOINT} else None
    gateway = target.gateway if target else _account(call)
    blocked = await gateway.list_blocked_operators(target.endpoint) if target else ()
    keys = {operator.key for operator in blocked}
    return {
        "operators": [
            {
                "operator": operator.key,
                "name": operator.name,
                "country": operator.country,
                "blocked": operator.key in keys if target else None,
            }
            for operator in await gateway.list_roaming_operators()
        ]
    }


@translated
async def register_sims(call: ServiceCall) -> ServiceResponse:
    """Register the SIMs of a batch, and return them."""
    found = await _account(call).register_sims(call.data[ATTR_BIC])
    return {"sims": [_sim(sim) for sim in found]}


@translated
async def create_endpoint(call: ServiceCall) -> ServiceResponse:
    """Make an endpoint, and return its key."""
    wanted = NewEndpoint(
        name=call.data[ATTR_NAME],
        service_policy=call.data[ATTR_SERVICE_POLICY],
        coverage_policy=call.data[ATTR_COVERAGE_POLICY],
        sim=call.data.get(ATTR_SIM),
        enabled=call.data[ATTR_ENABLED],
        tags=tuple(call.data[ATTR_TAGS]),
    )
    return {"endpoint": await _account(call).create_endpoint(wanted)}


@translated
async def assign_sim(call: ServiceCall) -> ServiceResponse:
    """Put a SIM into an endpoint."""
    target = _target(call)
    await target.gateway.assign_sim(target.endpoint, call.data[ATTR_SIM])
    return None


@translated
async def release_sim(call: ServiceCall) -> ServiceResponse:
    """Take the SIM out of an endpoint."""
    target = _target(call)
    await target.gateway.release_sim(target.endpoint)
    return None


@translated
async def block_operator(call: ServiceCall) -> ServiceResponse:
    """Keep an endpoint away from an operator."""
    await _set_operator_blocked(call, blocked=True)
    return None


@translated
async def unblock_operator(call: ServiceCall) -> ServiceResponse:
    """Let an endpoint use an operator again."""
    await _set_operator_blocked(call, blocked=False)
    return None


async def _set_operator_blocked(call: ServiceCall, *, blocked: bool) -> None:
    """Do what was asked for."""
    target = _target(call)
    operator = call.data[ATTR_OPERATOR]
    await target.gateway.set_operator_blocked(target.endpoint, operator, blocked=blocked)


async def cancel_sms(call: ServiceCall) -> ServiceResponse:
    """Take back messages that wait, each whatever came of the one before."""
    gateway = _gateway(call, lambda can: can.cancel_sms)
    results: list[JsonValueType] = []
    errors: list[GatewayError] = []
    for message_id in dict.fromkeys(call.data[ATTR_MESSAGE_ID]):
        try:
            await gateway.cancel_sms(message_id)
        except GatewayError as err:
            errors.append(err)
            results.append(_cancellation(message_id, err))
        else:
            results.append(_cancellation(message_id, None))
    if errors and not call.return_response:
        raise action_error(errors[0]) from errors[0]
    return {"messages": results} if call.return_response else None


def _cancellation(message_id: str, err: GatewayError | None) -> dict[str, JsonValueType]:
    """Put what came of taking a message back into a response."""
    return {
        "message_id": message_id,
        "cancelled": err is None,
        "reason": str(err.reason) if err else None,
        "code": err.code if isinstance(err, GatewayRefusedError) else None,
        "meaning": err.meaning if isinstance(err, GatewayRefusedError) else None,
    }


def _gateway(call: ServiceCall, is_able: Callable[[Capabilities], bool]) -> Gateway:
    """Return the gateway that is named, or the only one that is able.

    Raises `ServiceValidationError` for one that is unknown, not set up or has to be named.
    """
    entry_id = call.data.get(ATTR_CONFIG_ENTRY_ID)
    loaded: list[GatewayConfigEntry] = call.hass.config_entries.async_loaded_entries(DOMAIN)
    able = [entry for entry in loaded if is_able(entry.runtime_data.gateway.capabilities)]
    if entry_id is None and len(able) == 1:
        return able[0].runtime_data.gateway
    entry: GatewayConfigEntry = async_get_config_entry(call.hass, DOMAIN, entry_id)
    return entry.runtime_data.gateway


def _account(call: ServiceCall) -> Gateway:
    """Return the account that is named, or the only one."""
    return _gateway(call, lambda can: can.endpoints)


def _target(call: ServiceCall) -> _Target:
    """Return the endpoint that is named by its device or by its key."""
    if (device_id := call.data.get(ATTR_DEVICE_ID)) is not None:
        entry, key = async_endpoint(call.hass, device_id)
        loaded: GatewayConfigEntry = async_get_config_entry(call.hass, DOMAIN, entry.entry_id)
        return _Target(loaded.runtime_data.gateway, key)
    if (endpoint := call.data.get(ATTR_ENDPOINT)) is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="endpoint_needed")
    return _Target(_account(call), endpoint)


def _endpoint(state: EndpointState) -> dict[str, Any]:
    """Put an endpoint into a response."""
    return {
        "endpoint": state.key,
        "name": state.name,
        "enabled": state.enabled,
        "tags": list(state.tags),
        "service_policy": state.service_policy,
        "coverage_policy": state.coverage_policy,
        "sim": state.sim,
        "iccid": state.iccid,
        "msisdn": state.msisdn,
    }


def _sim(sim: EndpointSim) -> dict[str, Any]:
    """Put a SIM into a response."""
    return {
        "sim": sim.key,
        "iccid": sim.iccid,
        "status": sim.status.value if sim.status else None,
        "endpoint": sim.endpoint,
    }


def _policy(policy: Policy) -> dict[str, Any]:
    """Put a policy into a response."""
    return {"policy": policy.key, "name": policy.name}
