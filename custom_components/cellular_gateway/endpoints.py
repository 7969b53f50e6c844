"""The endpoints of a gateway: which there are, what each is like, and what happens to it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import (
    DOMAIN,
    LOGGER,
    signal_endpoint_event,
    signal_event_of_endpoint,
    signal_sms_of_endpoint,
    signal_sms_shown,
)
from .errors import poll_error
from .gateways.endpoints import EndpointEvent, EndpointState
from .gateways.errors import GatewayConnectionError, Reason

if TYPE_CHECKING:
    from .coordinator import GatewayConfigEntry
    from .messages.inbox import Announcement

# Home Assistant takes 10,000 of an entry; the others are for ports, tracked devices, recipients.
_MOST_ENABLED: Final = 9_000
# Each costs a kilobyte of Home Assistant's registry, which it reads and writes as a whole.
_MOST_REGISTERED: Final = 40_000
# The entities of an endpoint, the most important ones first: those that are enabled by default,
# and those that are there to be enabled.
_ENABLED: Final = (
    "connectivity",
    "event",
    "diagnosis",
    "last_sms",
    "enabled",
    "reset_connectivity",
    "operator",
    "country",
    "data_rx_month",
    "data_tx_month",
    "data_quota_left",
    "sms_quota_left",
    "data_session_since",
    "access_technology",
    "sim_status",
    "sim_active",
    "last_event",
    "sms_mo_month",
    "sms_mt_month",
    "data_quota_status",
    "data_quota_expiry",
    "sms_quota_status",
    "sms_quota_expiry",
    "imei_lock",
)
_DISABLED: Final = (
    "imei",
    "iccid",
    "msisdn",
    "ip_address",
    "imsi",
    "connectivity_at",
    "data_last_hour",
    "tags",
    "service_policy",
    "coverage_policy",
    "usage_at",
    "inventory_at",
    "data_quota_at",
    "sms_quota_at",
)
_RANKS: Final = {key: rank for rank, key in enumerate((*_ENABLED, *_DISABLED))}
EVENT_KEY: Final = "event"
EVENT_TRANSLATION_KEY: Final = "endpoint"


def endpoint_identifier(entry: ConfigEntry, endpoint: str) -> tuple[str, str]:
    """Identify the device of an endpoint."""
    return (DOMAIN, f"{entry.entry_id}_endpoint_{endpoint}")


def endpoint_of_device(entry: ConfigEntry, device: dr.BaseDeviceEntry) -> str | None:
    """Return the key of the endpoint that a device stands for, None where it is none."""
    prefix = f"{entry.entry_id}_endpoint_"
    for domain, name in device.identifiers:
        if domain == DOMAIN and name.startswith(prefix):
            return name.removeprefix(prefix)
    return None


def endpoint_unique_id(entry: ConfigEntry, endpoint: str, key: str) -> str:
    """Return the unique id of an entity of an endpoint."""
    return f"{entry.entry_id}_endpoint_{endpoint}_{key}"


def event_unique_id(entry: ConfigEntry, endpoint: str) -> str:
    """Return the unique id of the event entity of an endpoint."""
    return endpoint_unique_id(entry, endpoint, EVENT_KEY)


def event_attributes(event: EndpointEvent) -> dict[str, Any]:
    """Return an event as attributes of an entity; the time is ISO 8601, volumes are in MB."""
    return {
        "at": event.at.isoformat(),
        "rejected": event.rejected,
        "severity": event.severity.value,
        "description": event.description,
        "operator": event.operator,
        "country": event.country,
        "data_rx": event.data_rx,
        "data_tx": event.data_tx,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many entities of an endpoint are enabled by default, and how many there are at all."""

    enabled: int
    registered: int


class EndpointCoordinator(DataUpdateCoordinator[EndpointState]):
    """One endpoint; it is only ever pushed to.

    `differs` is whether the newest state differs from the one before in more than the times at
    which it was learnt, `hears_events` whether its event entity was added, or will not be.
    """

    config_entry: GatewayConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, state: EndpointState, room: Room
    ) -> None:
        """Start with the endpoint's first state."""
        super().__init__(
            hass, LOGGER, config_entry=entry, name=f"{entry.title} {state.key}", always_update=False
        )
        self.data = state
        self.differs = True
        self._room = room
        self.hears_events = not self.has_entity(Platform.EVENT, EVENT_KEY)

    def is_enabled(self, key: str) -> bool:
        """Whether an entity is enabled by default."""
        return _RANKS[key] < min(self._room.enabled, len(_ENABLED))

    def has_entity(self, platform: Platform, key: str) -> bool:
        """Whether there is an entity at all: one that was there before stays."""
        if _RANKS[key] < self._room.registered:
            return True
        unique_id = endpoint_unique_id(self.config_entry, self.data.key, key)
        registry = er.async_get(self.hass)
        return registry.async_get_entity_id(platform, DOMAIN, unique_id) is not None

    @override
    async def _async_update_data(self) -> EndpointState:
        """Have the gateway asked, when a person wants an entity updated."""
        gateway = self.config_entry.runtime_data.coordinator
        await gateway.async_refresh()
        if not gateway.connected:
            raise poll_error(GatewayConnectionError(Reason.NOT_CONNECTED))
        return self.data

    @callback
    def push(self, state: EndpointState, *, connected: bool) -> None:
        """Tell the entities; an endpoint of which nothing was learnt costs a comparison."""
        if state is self.data and connected == self.last_update_success:
            return
        self.differs = state != self.data or connected != self.last_update_success
        self.data = state
        self.last_update_success = connected
        self.async_update_listeners()


class Endpoints(Mapping[str, EndpointCoordinator]):
    """The endpoints of one gateway by their keys.

    `hears` is whether what happens may be told: before Home Assistant has started nobody listens.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Start without any."""
        self._hass = hass
        self._entry = entry
        self._known: dict[str, EndpointCoordinator] = {}
        self._listeners: list[Callable[[EndpointCoordinator], None]] = []
        self.hears = False
        self._has_looked = False

    @override
    def __getitem__(self, key: str) -> EndpointCoordinator:
        return self._known[key]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    @override
    def __len__(self) -> int:
        return len(self._known)

    @callback
    def async_add_listener(
        self, listener: Callable[[EndpointCoordinator], None]
    ) -> Callable[[], None]:
        """Tell the listener of each endpoint that appears, until the returned one is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def push(self, states: Mapping[str, EndpointState] | None, *, connected: bool) -> None:
        """Hand each endpoint its state; without a link none appears and none goes."""
        if states is None:
            return
        for key, coordinator in self._known.items():
            if (state := states.get(key)) is not None:
                self._hand_over(coordinator, state, connected=connected)
        if connected:
            self._remove_gone(states)
            self._add_new(states)

    @callback
    def _hand_over(
        self, coordinator: EndpointCoordinator, state: EndpointState, *, connected: bool
    ) -> None:
        """Tell the entities of an endpoint, and the device what it is called now."""
        old = coordinator.data
        coordinator.push(state, connected=connected)
        if old is not state and (old.name, old.imei) != (state.name, state.imei):
            registry = dr.async_get(self._hass)
            if (device := self._device(registry, state.key)) is not None:
                registry.async_update_device(device.id, name=state.name, serial_number=state.imei)

    @callback
    def _add_new(self, states: Mapping[str, EndpointState]) -> None:
        """Take endpoints that were not there before."""
        new = [state for key, state in states.items() if key not in self._known]
        if not new:
            return
        room = self._room(new, len(states))
        for state in new:
            coordinator = EndpointCoordinator(self._hass, self._entry, state, room)
            self._known[state.key] = coordinator
            for listener in self._listeners:
                listener(coordinator)

    def _room(self, appeared: Iterable[EndpointState], total: int) -> Room:
        """Return for how many entities of each endpoint that appears there is room."""
        registry = dr.async_get(self._hass)
        new = sum(self._device(registry, state.key) is None for state in appeared)
        entities = er.async_get(self._hass).entities
        enabled = entities.get_enabled_count_for_config_entry_id(self._entry.entry_id)
        return Room(
            enabled=max(_MOST_ENABLED - enabled, 0) // max(new, 1),
            registered=_MOST_REGISTERED // total,
        )

    @callback
    def _remove_gone(self, states: Mapping[str, EndpointState]) -> None:
        """Remove the devices of endpoints that are not there any more; at first all such."""
        registry = dr.async_get(self._hass)
        gone = self._known.keys() - states.keys()
        devices = [self._device(registry, endpoint) for endpoint in gone]
        for endpoint in gone:
            del self._known[endpoint]
        if not self._has_looked:
            self._has_looked = True
            devices += [
                device
                for device in dr.async_entries_for_config_entry(registry, self._entry.entry_id)
                if (key := endpoint_of_device(self._entry, device)) and key not in states
            ]
        for found in devices:
            if found is not None:
                registry.async_remove_device(found.id)

    def _device(self, registry: dr.DeviceRegistry, key: str) -> dr.DeviceEntry | None:
        """Find the device of an endpoint."""
        identifier = endpoint_identifier(self._entry, key)
        return registry.async_get_device_by_identifier(identifier, self._entry.entry_id)

    def hears_endpoint(self, key: str) -> bool:
        """Whether what happens to an endpoint may be told; its device is there too by then."""
        return key in self._known and self._known[key].hears_events

    @callback
    def event(self, event: EndpointEvent) -> None:
        """Tell what happened; a gateway asks `hears` and `hears_endpoint` before."""
        entry_id = self._entry.entry_id
        async_dispatcher_send(self._hass, signal_endpoint_event(entry_id), event)
        signal = signal_event_of_endpoint(entry_id, event.endpoint)
        async_dispatcher_send(self._hass, signal, event)

    @callback
    def start(self) -> Callable[[], None]:
        """Hand messages of endpoints to their entities, until the returned function is called."""
        entry_id = self._entry.entry_id

        @callback
        def shown(announcement: Announcement) -> None:
            if (endpoint := announcement.message.endpoint) is not None:
                signal = signal_sms_of_endpoint(entry_id, endpoint)
                async_dispatcher_send(self._hass, signal, announcement)

        return async_dispatcher_connect(self._hass, signal_sms_shown(entry_id), shown)

    @callback
    def tell(self, _: HomeAssistant) -> None:
        """Have told from now on what happens, and what happened since it was told last."""
        self.hears = True
