"""The event entities of ports, endpoints and tracked devices."""

from collections.abc import Iterator

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..coordinator import GatewayConfigEntry
from ..gateways.models import PortState
from ..offers import Offer, async_add_of_devices, async_add_of_endpoints, async_add_of_ports
from .endpoint import ENDPOINT, EndpointEventEntity
from .port import CALL, SMS, USSD, CallEvent, SmsEvent, UssdEvent
from .tracked_device import DeviceEvent

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entities of every port, endpoint and tracked device."""
    can = entry.runtime_data.gateway.capabilities

    def of_port(_: PortState) -> Iterator[Offer]:
        yield SMS, SmsEvent
        if can.incoming_calls:
            yield CALL, CallEvent
        if can.ussd:
            yield USSD, UssdEvent

    async_add_of_ports(entry, async_add_entities, of_port)
    await async_add_of_endpoints(
        entry, async_add_entities, Platform.EVENT, lambda _: [(ENDPOINT, EndpointEventEntity)]
    )
    async_add_of_devices(
        entry, async_add_entities, Platform.EVENT, lambda device: [DeviceEvent(entry, device)]
    )
