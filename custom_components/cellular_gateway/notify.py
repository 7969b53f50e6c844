"""A notify entity for every recipient, and for every tracked device."""

from typing import Final, override

from homeassistant.components.notify import NotifyEntity, NotifyEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import SUBENTRY_RECIPIENT
from .coordinator import GatewayConfigEntry
from .devices.vocabulary import Command
from .entity import SubentryEntity, TrackedDeviceEntity
from .errors import action_error, receipt_error
from .gateways.models import Receipt, SendStatus
from .offers import async_add_of_devices

# A text to a device waits behind what it was asked before, which must not hold an alarm up.
PARALLEL_UPDATES = 0

TEXT: Final = NotifyEntityDescription(key="notify", translation_key="device_text")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the notify entity of every recipient and tracked device to its subentry."""
    for subentry in entry.get_subentries_of_type(SUBENTRY_RECIPIENT):
        async_add_entities(
            [RecipientNotify(entry, subentry, "notify")], config_subentry_id=subentry.subentry_id
        )
    async_add_of_devices(
        entry,
        async_add_entities,
        Platform.NOTIFY,
        lambda device: [DeviceNotify(entry, device, TEXT)],
    )


class RecipientNotify(SubentryEntity, NotifyEntity):
    """Sends an SMS to one recipient; it raises when that fails, and is therefore available."""

    _attr_name = None

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Send the message through the recipient's port."""
        (outcome,) = await self.entry.runtime_data.outbox.send([self.outgoing(message)])
        if not isinstance(outcome.result, Receipt):
            raise action_error(outcome.result) from outcome.result
        if outcome.status is not SendStatus.SENT:
            raise receipt_error(outcome.result)


class DeviceNotify(TrackedDeviceEntity, NotifyEntity):
    """Sends a text to a tracked device as it is, without its password or anything else."""

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Send the message; what the device answers is shown when it comes."""
        await self.coordinator.send(Command.CUSTOM, {"text": message})
