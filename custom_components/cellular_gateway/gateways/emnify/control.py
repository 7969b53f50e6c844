"""What a person does to the endpoints of an account."""

from collections.abc import Callable, Iterable, Mapping
import logging
from typing import Any, Final, override

from ..endpoint_control import EndpointControl, EndpointSim, NewEndpoint, Policy, RoamingOperator
from ..endpoints import EndpointState, SimStatus
from ..errors import GatewayError, Reason, UnsupportedError
from .client import EmnifyClient
from .codec.endpoints import (
    DISABLED,
    ENABLED,
    SIM_STATUSES,
    parse_operators,
    parse_policies,
    parse_sims,
)
from .codec.fields import identity
from .fleet import Fleet
from .rounds import Topic
from .watch import Watch

_LOGGER = logging.getLogger(__name__)

_SIM_IDS: Final = {status: number for number, status in SIM_STATUSES.items()}


class EmnifyControl(EndpointControl):
    """The part of the gateway that changes endpoints and SIMs; it asks for the rest of it."""

    _client: EmnifyClient
    _fleet: Fleet
    _watch: Watch
    _require_link: Callable[[], None]
    _publish: Callable[[], None]

    @override
    async def cancel_sms(self, message_id: str) -> None:
        self._require_link()
        endpoint, _, message = message_id.partition("/")
        if not (_is_id(endpoint) and _is_id(message)):
            raise UnsupportedError(Reason.UNKNOWN_CHOICE, "no message of this gateway")
        await self._client.do("DELETE", f"/endpoint/{endpoint}/sms/{message}")
        self._watch.rounds.freshen(Topic.MESSAGES, endpoint)

    @override
    async def set_endpoint_enabled(self, endpoint: str, *, enabled: bool) -> None:
        key = self._known(endpoint).key
        await self._set_enabled(key, enabled=enabled)
        self._publish()

    async def _set_enabled(self, key: str, *, enabled: bool) -> None:
        """Enable or disable, and show it."""
        body = {"status": {"id": ENABLED if enabled else DISABLED}}
        await self._client.do("PATCH", f"/endpoint/{key}", body)
        self._changed(key, {"enabled": enabled})

    @override
    async def set_sim_active(self, endpoint: str, *, active: bool) -> None:
        state = self._known(endpoint)
        status = SimStatus.ACTIVATED if active else SimStatus.SUSPENDED
        await self._set_sim_status(_sim_of(state), status)
        self._changed(state.key, {"sim_status": status})
        self._publish()

    async def _set_sim_status(self, sim: str, status: SimStatus) -> None:
        """Activate or suspend a SIM."""
        await self._client.do("PATCH", f"/sim/{sim}", {"status": {"id": _SIM_IDS[status]}})

    @override
    async def reset_connectivity(self, endpoint: str) -> None:
        key = self._known(endpoint).key
        body = {"location": None, "pdp_context": None}
        await self._client.do("PATCH", f"/endpoint/{key}/connectivity", body)
        self._watch.rounds.freshen(Topic.CONNECTIVITY, key)

    @override
    async def list_endpoints(self) -> tuple[EndpointState, ...]:
        self._require_link()
        await self._watch.look_through()
        self._publish()
        return tuple(self._fleet.known)

    @override
    async def register_sims(self, code: str) -> tuple[EndpointSim, ...]:
        self._require_link()
        code = code.strip()
        if not (code.isascii() and code.replace("-", "").isalnum()):
            raise UnsupportedError(Reason.INVALID_VALUE, "the batch identification code")
        body = {"sim_status": {"id": _SIM_IDS[SimStatus.REGISTERED]}}
        answer = await self._client.do("PATCH", f"/sim_batch/bic/{code}", body)
        self._watch.look_through_soon()
        found = answer.body if isinstance(answer.body, dict) else {}
        return parse_sims(found.get("sim"))

    @override
    async def list_sims(self) -> tuple[EndpointSim, ...]:
        self._require_link()
        return parse_sims(await self._client.pages("/sim"))

    @override
    async def create_endpoint(self, wanted: NewEndpoint) -> str:
        self._require_link()
        body: dict[str, Any] = {
            "name": wanted.name,
            "service_profile": {
                "id": _choose(await self.list_service_policies(), wanted.service_policy)
            },
            "tariff_profile": {
                "id": _choose(await self.list_coverage_policies(), wanted.coverage_policy)
            },
            "status": {"id": ENABLED if wanted.enabled else DISABLED},
            "tags": ",".join(wanted.tags),
        }
        if wanted.sim is not None:
            sim = await self._find_sim(wanted.sim)
            body["sim"] = {"id": int(sim), "activate": wanted.enabled}
        answer = await self._client.do("POST", "/endpoint", body)
        body = answer.body if isinstance(answer.body, dict) else {}
        key = answer.location_id or identity(body) or ""
        await self._show_changes()
        return key

    @override
    async def assign_sim(self, endpoint: str, sim: str) -> None:
        key = self._known(endpoint).key
        body = {"sim": {"id": int(await self._find_sim(sim))}}
        await self._client.do("PATCH", f"/endpoint/{key}", body)
        await self._show_changes()

    @override
    async def release_sim(self, endpoint: str) -> None:
        state = self._known(endpoint)
        sim = _sim_of(state)
        # A SIM can be taken out only of a disabled endpoint, and goes on costing while active.
        if state.sim_status is SimStatus.ACTIVATED:
            await self._set_sim_status(sim, SimStatus.SUSPENDED)
        if state.enabled is not False:
            await self._set_enabled(state.key, enabled=False)
        await self._client.do("PATCH", f"/endpoint/{state.key}", {"sim": {"id": None}})
        await self._show_changes()

    @override
    async def list_service_policies(self) -> tuple[Policy, ...]:
        return parse_policies(await self._list("/service_profile"))

    @override
    async def list_coverage_policies(self) -> tuple[Policy, ...]:
        return parse_policies(await self._list("/tariff_profile"))

    @override
    async def list_roaming_operators(self) -> tuple[RoamingOperator, ...]:
        return parse_operators(await self._list("/operator"))

    @override
    async def list_blocked_operators(self, endpoint: str) -> tuple[RoamingOperator, ...]:
        key = self._known(endpoint).key
        return parse_operators(await self._list(f"/endpoint/{key}/operator_blacklist"))

    @override
    async def set_operator_blocked(self, endpoint: str, operator: str, *, blocked: bool) -> None:
        key = self._known(endpoint).key
        number = _choose(await self.list_roaming_operators(), operator)
        method = "PUT" if blocked else "DELETE"
        await self._client.do(method, f"/endpoint/{key}/operator_blacklist/{number}")

    async def _show_changes(self) -> None:
        """Read the lists after something was done, which failing at that does not undo."""
        try:
            await self._watch.look_through()
        except GatewayError as error:
            _LOGGER.debug("what was done is shown later: %s", error)
            self._watch.look_through_soon()
        self._publish()

    async def _list(self, path: str) -> list[Any]:
        """Read all pages of a list."""
        self._require_link()
        return await self._client.pages(path)

    def _known(self, endpoint: str) -> EndpointState:
        """Return an endpoint of the account, or raise UnsupportedError."""
        self._require_link()
        if (state := self._fleet.find(endpoint)) is None:
            raise UnsupportedError(Reason.UNKNOWN_ENDPOINT)
        return state

    async def _find_sim(self, sim: str) -> str:
        """Return the key of a SIM named by key or ICCID, with its check digit or without."""
        for found in await self.list_sims():
            if sim == found.key or (found.iccid and sim in (found.iccid, found.iccid[:-1])):
                return found.key
        raise UnsupportedError(Reason.UNKNOWN_CHOICE, "no such SIM")

    def _changed(self, key: str, changes: Mapping[str, Any]) -> None:
        """Show what was done, and ask soon whether it is so."""
        self._fleet.change(key, changes)
        self._watch.rounds.freshen(Topic.CONNECTIVITY, key)


def _is_id(text: str) -> bool:
    """Whether a text is an id of the API."""
    return text.isascii() and text.isdigit()


def _sim_of(state: EndpointState) -> str:
    """Return the SIM of an endpoint, or raise UnsupportedError."""
    if state.sim is None:
        raise UnsupportedError(Reason.SIM_MISSING)
    return state.sim


def _choose(choices: Iterable[Policy | RoamingOperator], wanted: str) -> int:
    """Return the id of what is named by key or else by name, or raise UnsupportedError."""
    found = {choice.key: choice.name.casefold() for choice in choices}
    if wanted in found:
        return int(wanted)
    keys = [key for key, name in found.items() if name == wanted.casefold()]
    if len(keys) > 1:
        raise UnsupportedError(Reason.UNKNOWN_CHOICE, f"several have this name: {', '.join(keys)}")
    if not keys:
        raise UnsupportedError(Reason.UNKNOWN_CHOICE, "no such policy or operator")
    return int(keys[0])
