"""The endpoints of an account as they are known, and which of them were chosen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
import math
from typing import Any, Final

from ...sms.numbers import normalize_sender
from ..endpoints import (
    Connectivity,
    EndpointEvent,
    EndpointEventType,
    EndpointState,
    PdpSession,
    SimStatus,
)
from .clock import Clock
from .codec.events import STEPS
from .settings import EmnifySettings

_INVENTORY: Final = (
    "name",
    "enabled",
    "tags",
    "service_policy",
    "coverage_policy",
    "ip_address",
    "imei",
    "imei_lock",
    "sim",
    "sim_status",
    "iccid",
    "imsi",
    "msisdn",
    "inventory_at",
)

# What an event says of the state; the end of a data session is shown as offline until it is asked.
_EFFECTS: Final[Mapping[EndpointEventType, Mapping[str, Any]]] = {
    EndpointEventType.DELETE_PDP_CONTEXT: {
        "connectivity": Connectivity.OFFLINE,
        "pdp_session": None,
    },
    EndpointEventType.PURGE_LOCATION: {"connectivity": Connectivity.OFFLINE, "pdp_session": None},
    EndpointEventType.ENDPOINT_BLOCKED: {"connectivity": Connectivity.BLOCKED},
    EndpointEventType.ENDPOINT_ENABLED: {"enabled": True},
    EndpointEventType.ENDPOINT_DISABLED: {"enabled": False},
    EndpointEventType.SIM_ACTIVATED: {"sim_status": SimStatus.ACTIVATED},
    EndpointEventType.SIM_SUSPENDED: {"sim_status": SimStatus.SUSPENDED},
    EndpointEventType.SIM_DELETED: {"sim_status": SimStatus.DELETED},
}
_CONNECTIVITY_EVENTS: Final = STEPS | {
    EndpointEventType.DELETE_PDP_CONTEXT,
    EndpointEventType.PURGE_LOCATION,
    EndpointEventType.ENDPOINT_BLOCKED,
}
_MOST_MISSED: Final = 1_000


class Fleet:
    """All endpoints of the account by their keys; those that were chosen and have a SIM are shown.

    `changed` is set when a state that is shown differs; `looked_at` is when the last inventory
    began.
    """

    def __init__(self, settings: EmnifySettings, clock: Clock) -> None:
        """Start without endpoints."""
        self._settings = settings
        self._clock = clock
        self._known: dict[str, EndpointState] = {}
        self._shown: dict[str, EndpointState] = {}
        self._view: Mapping[str, EndpointState] | None = None
        self._numbers: dict[str, str] = {}
        self._remembered: Mapping[str, EndpointEvent] = {}
        # When something that the lists tell too was learnt in another way.
        self._learnt: dict[tuple[str, str], float] = {}
        # When somebody first asked for an endpoint that is not known.
        self._missed: dict[str, float] = {}
        self.changed = False
        self.looked_at = -math.inf

    @property
    def shown(self) -> Mapping[str, EndpointState]:
        """Return the endpoints that are shown, as they are now."""
        if self._view is None:
            self._view = dict(self._shown)
        return self._view

    @property
    def known(self) -> Iterable[EndpointState]:
        """Return all endpoints of the account, shown or not."""
        return self._known.values()

    def find(self, key: str) -> EndpointState | None:
        """Return an endpoint of the account, shown or not."""
        return self._known.get(key)

    def find_number(self, number: str) -> EndpointState | None:
        """Return the endpoint whose SIM has a number."""
        return self._known.get(self._numbers.get(normalize_sender(number, None), ""))

    @property
    def rejections(self) -> Mapping[str, EndpointEvent]:
        """Return the rejections that still count."""
        found = {key: state.rejection for key, state in self._known.items() if state.rejection}
        return {**self._remembered, **found}

    def remember(self, rejections: Mapping[str, EndpointEvent]) -> None:
        """Take the rejections from before a restart, for the endpoints that are still there."""
        self._remembered = rejections

    def is_chosen(self, key: str) -> bool | None:
        """Whether an endpoint was chosen; of an unknown one None until the next inventory.

        One that is not in that either counts as chosen: it may have been, and is gone since.
        """
        if (state := self._known.get(key)) is not None:
            return self._is_chosen(state)
        if not (self._settings.tags or self._settings.search):
            return True
        missed_at = self._missed.setdefault(key, self._clock.time())
        if len(self._missed) > _MOST_MISSED:
            del self._missed[next(iter(self._missed))]
        return True if missed_at < self.looked_at else None

    def may_appear(self, key: str) -> bool:
        """Whether the next inventory may show an endpoint that is not shown now."""
        state = self._known.get(key)
        return state is None or (state.sim is None and self._is_chosen(state))

    @property
    def left_out(self) -> frozenset[str]:
        """Return the endpoints that were not chosen."""
        return frozenset(key for key, state in self._known.items() if not self._is_chosen(state))

    def would_go(self, found: Iterable[EndpointState]) -> bool:
        """Whether an inventory has something no more that is shown."""
        return not self._shown.keys() <= {state.key for state in found if self._is_shown(state)}

    def take_inventory(
        self,
        found: Iterable[EndpointState],
        sims: Mapping[str, SimStatus | None],
        began: float,
    ) -> None:
        """Take the lists: new endpoints appear, and those that are gone or have no SIM go.

        `sims` are as far as they could be read. The lists were asked for when it `began`, and know
        nothing of what was learnt since.
        """
        self.looked_at = began
        before = {state.sim: state.sim_status for state in self._known.values()}
        self._learnt = {field: at for field, at in self._learnt.items() if at >= began}
        known = {}
        for state in found:
            sim = state.sim or ""
            status = sims.get(sim) or state.sim_status or before.get(sim)
            known[state.key] = self._merge(replace(state, sim_status=status))
        self._known, self._remembered = known, {}
        self._numbers = {state.msisdn: key for key, state in known.items() if state.msisdn}
        shown = {key: state for key, state in known.items() if self._is_shown(state)}
        self.changed |= shown != self._shown
        self._shown, self._view = shown, None

    def _merge(self, state: EndpointState) -> EndpointState:
        """Bring what the lists say into what is known; another SIM is at another place."""
        old = self._known.get(state.key)
        if old is None:
            return replace(state, rejection=self._remembered.get(state.key))
        if old.sim != state.sim:
            return state
        told = (name for name in _INVENTORY if (state.key, name) not in self._learnt)
        return replace(old, **{name: getattr(state, name) for name in told})

    def _is_shown(self, state: EndpointState) -> bool:
        """Whether an endpoint has a SIM, and was chosen."""
        return state.sim is not None and self._is_chosen(state)

    def _is_chosen(self, state: EndpointState) -> bool:
        """Whether an endpoint was chosen by tag or search."""
        settings = self._settings
        if settings.tags and settings.tags.isdisjoint(state.tags):
            return False
        return not settings.search or any(
            settings.search.casefold() in text.casefold() for text in _searched(state)
        )

    def change(self, key: str, changes: Mapping[str, Any]) -> None:
        """Take what is new of an endpoint."""
        old = self._known.get(key)
        if old is None or not changes:
            return
        now = self._clock.time()
        self._learnt |= {(key, name): now for name in changes if name in _INVENTORY}
        new = replace(old, **changes)
        self._known[key] = new
        if key in self._shown:
            self._shown[key], self._view = new, None
            self.changed |= new != old

    def take_event(self, event: EndpointEvent) -> None:
        """Take what an event says of its endpoint; one that came late changes little."""
        old = self._known.get(event.endpoint)
        if old is None:
            return
        changes: dict[str, Any] = {}
        if old.last_event is None or old.last_event.at <= event.at:
            changes["last_event"] = event
            changes |= _rejection(old, event)
        asked_at = old.connectivity_at
        is_late = asked_at is not None and event.at < asked_at
        if not event.rejected and not (is_late and event.type in _CONNECTIVITY_EVENTS):
            changes |= _effect(old, event)
        self.change(event.endpoint, changes)


def _searched(state: EndpointState) -> Iterator[str]:
    """Return the texts that a search looks at."""
    yield state.name
    yield from state.tags
    yield from (text for text in (state.imei, state.iccid, state.msisdn, state.imsi) if text)


def _rejection(old: EndpointState, event: EndpointEvent) -> Mapping[str, Any]:
    """Return the rejection after an event: kept until the step succeeds, or one beyond it."""
    if event.rejected:
        return {"rejection": event}
    has_succeeded = old.rejection is not None and (
        event.type is EndpointEventType.CREATE_PDP_CONTEXT or event.type is old.rejection.type
    )
    return {"rejection": None} if has_succeeded else {}


def _effect(old: EndpointState, event: EndpointEvent) -> Mapping[str, Any]:
    """Return what an event that was not rejected changes."""
    if event.type is EndpointEventType.CREATE_PDP_CONTEXT:
        return {
            "connectivity": Connectivity.ONLINE,
            "pdp_session": PdpSession(since=event.at),
            **_place(event),
        }
    if event.type in STEPS:
        is_online = old.connectivity is Connectivity.ONLINE
        return (
            _place(event) if is_online else {"connectivity": Connectivity.ATTACHED} | _place(event)
        )
    return _EFFECTS.get(event.type, {})


def _place(event: EndpointEvent) -> dict[str, Any]:
    """Return where the event happened, as far as it tells."""
    place = {"operator": event.operator, "country": event.country}
    return {name: value for name, value in place.items() if value is not None}
