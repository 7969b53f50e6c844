"""Sensors of gateways, ports and tracked devices."""

from collections.abc import Iterator

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..coordinator import GatewayConfigEntry
from ..entity import Offer, async_add_of_devices, async_add_of_gateway, async_add_of_ports
from ..gateways.models import PortState
from .balance import BALANCE, BALANCE_EXPIRY, BalanceExpirySensor, BalanceSensor
from .gateway import gateway_sensors
from .port import SENSORS, PortSensor, told
from .reports import REPORTS, reported
from .texts import COUNTERS, LAST_SMS, CounterSensor, LastSmsSensor
from .tracked_device import device_sensors

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the gateway, of every port, and of every tracked device."""
    runtime = entry.runtime_data
    can = runtime.gateway.capabilities

    def of_port(port: PortState) -> Iterator[Offer]:
        for description in told((*SENSORS, *REPORTS), can, port):
            yield description, PortSensor
        yield LAST_SMS, LastSmsSensor
        yield from ((description, CounterSensor) for description in COUNTERS)
        yield from reported(port)
        if port.key in runtime.balances:
            yield BALANCE, BalanceSensor
            yield BALANCE_EXPIRY, BalanceExpirySensor

    async_add_of_gateway(entry, async_add_entities, gateway_sensors)
    async_add_of_ports(entry, async_add_entities, of_port)
    async_add_of_devices(
        entry, async_add_entities, Platform.SENSOR, lambda device: device_sensors(entry, device)
    )
