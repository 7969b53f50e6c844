"""Sensors of gateways, ports, endpoints and tracked devices."""

from collections.abc import Iterator

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..coordinator import GatewayConfigEntry
from ..gateways.models import GatewayState, PortState
from ..offers import (
    Offer,
    async_add_of_devices,
    async_add_of_endpoints,
    async_add_of_gateway,
    async_add_of_ports,
)
from .balance import BALANCE, BALANCE_EXPIRY, BalanceExpirySensor, BalanceSensor
from .endpoint import endpoint_sensors
from .gateway import gateway_sensors
from .port import SENSORS, PortSensor, told
from .progress import progress_sensors
from .reports import REPORTS, reported
from .texts import text_sensors
from .tracked_device import device_sensors

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the gateway, and of every port, endpoint and tracked device."""
    runtime = entry.runtime_data
    can = runtime.gateway.capabilities

    def of_port(port: PortState) -> Iterator[Offer]:
        for description in told((*SENSORS, *REPORTS), can, port):
            yield description, PortSensor
        yield from text_sensors(can)
        yield from reported(port, asked=port.key in runtime.balances)
        if port.key in runtime.balances:
            yield BALANCE, BalanceSensor
            yield BALANCE_EXPIRY, BalanceExpirySensor

    def of_gateway(state: GatewayState) -> Iterator[Offer]:
        yield from gateway_sensors(state)
        yield from progress_sensors(entry)

    async_add_of_gateway(entry, async_add_entities, of_gateway)
    async_add_of_ports(entry, async_add_entities, of_port)
    await async_add_of_endpoints(entry, async_add_entities, Platform.SENSOR, endpoint_sensors)
    async_add_of_devices(
        entry, async_add_entities, Platform.SENSOR, lambda device: device_sensors(entry, device)
    )
