"""A storage that is nearly full: what Home Assistant has received and kept is deleted from it."""

from collections.abc import Sequence
from typing import Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
import voluptuous as vol

from ..const import ATTR_PORT, LOGGER
from ..coordinator import GatewayConfigEntry
from ..gateways.errors import GatewayError, NotKeptError
from ..gateways.models import PortState, StoredStatus
from ..health import ATTR_ENTRY_ID
from .entry import connected_entry

type Places = Sequence[tuple[str, int]]

_NOT_RECEIVED: Final = frozenset({StoredStatus.SENT, StoredStatus.UNSENT})


async def _kept(entry: GatewayConfigEntry, port: str) -> Places:
    """Return where messages lie that were kept and announced; raises GatewayError, NotKeptError.

    A draft or a sent message may have taken the place of one since that was listed.
    """
    runtime = entry.runtime_data
    kept = set(await runtime.journal.kept_places(port))
    listed = await runtime.gateway.list_messages(port)
    received = [(sms.storage, sms.index) for sms in listed if sms.status not in _NOT_RECEIVED]
    return [place for place in received if place in kept]


class StorageFlow(RepairsFlow):
    """Deletes the messages that were announced and are in the journal, and no others.

    What lay there before the gateway was set up was told to nobody, so it stays.
    """

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin with the form."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Tell how many messages would go, and delete them."""
        data = self.data or {}
        entry = connected_entry(self.hass, str(data[ATTR_ENTRY_ID]))
        if entry is None:
            return self.async_abort(reason="not_connected")
        port = str(data[ATTR_PORT])
        try:
            if not (places := await _kept(entry, port)):
                return self.async_abort(reason="nothing_kept")
            if user_input is None:
                return self._show_form(entry, port, places)
            await entry.runtime_data.gateway.delete_messages(port, places)
        except (GatewayError, NotKeptError) as err:
            LOGGER.warning("Messages of %s could not be deleted: %s", entry.title, err)
            return self.async_abort(reason="not_deleted")
        await entry.runtime_data.coordinator.async_refresh()
        return self.async_create_entry(data={})

    def _show_form(self, entry: GatewayConfigEntry, port: str, places: Places) -> RepairsFlowResult:
        """Show how full the storage is, and how much of that can go."""
        state = entry.runtime_data.gateway.state.ports.get(port, PortState(key=port))
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            description_placeholders={
                "title": entry.title,
                "used": str(state.storage_used),
                "total": str(state.storage_total),
                "kept": str(len(places)),
            },
        )
