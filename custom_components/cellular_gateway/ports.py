"""The ports of a gateway: what each is like, and what happened to it before it had entities."""

from collections import defaultdict, deque
from functools import partial
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import DOMAIN, LOGGER
from .errors import poll_error
from .gateways.errors import GatewayConnectionError, Reason
from .gateways.models import PortState

if TYPE_CHECKING:
    from .coordinator import GatewayConfigEntry

# Of each kind of news of a port; an entity that is disabled never hears them.
_UNHEARD: Final = 10


def port_identifier(entry: ConfigEntry, port: str) -> tuple[str, str]:
    """Identify the device of a port that is not the gateway's own device."""
    return (DOMAIN, f"{entry.entry_id}_{port}")


def remembered_ports(hass: HomeAssistant, entry: ConfigEntry) -> list[str]:
    """Return the ports that were there before: a message may come before the state of its port.

    Each is known by its event of messages, until its device is removed by a person.
    """
    prefix, suffix = f"{entry.entry_id}_", "_sms"
    return [
        entity.unique_id.removeprefix(prefix).removesuffix(suffix)
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        if entity.domain == Platform.EVENT and entity.unique_id.endswith(suffix)
    ]


class PortCoordinator(DataUpdateCoordinator[PortState]):
    """One port; it is only ever pushed to."""

    config_entry: GatewayConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: GatewayConfigEntry,
        state: PortState,
        *,
        connected: bool = True,
    ) -> None:
        """Start with the port's first state."""
        super().__init__(
            hass, LOGGER, config_entry=entry, name=f"{entry.title} {state.key}", always_update=False
        )
        self.data = state
        self.last_update_success = connected
        self._unheard: dict[type, deque[Any]] = defaultdict(partial(deque, maxlen=_UNHEARD))
        self._hearing: set[type] = set()

    @callback
    def note_unheard(self, news: object) -> None:
        """Keep news that no entity hears yet: the entities of a new port come a little later."""
        if type(news) not in self._hearing:
            self._unheard[type(news)].append(news)

    @callback
    def take_unheard[News](self, kind: type[News]) -> list[News]:
        """Return the news of a kind that were kept for who hears them from now on."""
        self._hearing.add(kind)
        return list(self._unheard.pop(kind, ()))

    @override
    async def _async_update_data(self) -> PortState:
        """Have the gateway asked, when a person wants an entity updated."""
        gateway = self.config_entry.runtime_data.coordinator
        await gateway.async_refresh()
        if not gateway.connected:
            raise poll_error(GatewayConnectionError(Reason.NOT_CONNECTED))
        return self.data

    @callback
    def push(self, state: PortState, *, connected: bool) -> None:
        """Tell the entities, but only where something differs."""
        if state != self.data or connected != self.last_update_success:
            self.data = state
            self.last_update_success = connected
            self.async_update_listeners()
