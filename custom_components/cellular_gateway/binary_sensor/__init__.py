"""Binary sensors of gateways, ports, endpoints and tracked devices."""

from collections.abc import Iterator

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..coordinator import GatewayConfigEntry
from ..gateways.models import PortState
from ..offers import Offer, async_add_of_devices, async_add_of_endpoints, async_add_of_ports
from .endpoint import endpoint_binary_sensors
from .port import (
    CALL_IN_PROGRESS,
    CONNECTED,
    ROAMING,
    SIM_PROBLEM,
    CallInProgressSensor,
    ConnectedSensor,
    RoamingSensor,
    SimProblemSensor,
)
from .tracked_device import device_binary_sensors

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of the gateway, and of every port, endpoint and tracked device."""
    can = entry.runtime_data.gateway.capabilities

    def of_port(port: PortState) -> Iterator[Offer]:
        if can.registration and not (can.reports_vary and port.registration is None):
            yield ROAMING, RoamingSensor
        if can.sim_state:
            yield SIM_PROBLEM, SimProblemSensor
        if port.call_in_progress is not None:
            yield CALL_IN_PROGRESS, CallInProgressSensor

    async_add_entities([ConnectedSensor(entry, CONNECTED)])
    async_add_of_ports(entry, async_add_entities, of_port)
    await async_add_of_endpoints(
        entry, async_add_entities, Platform.BINARY_SENSOR, endpoint_binary_sensors
    )
    async_add_of_devices(
        entry,
        async_add_entities,
        Platform.BINARY_SENSOR,
        lambda device: device_binary_sensors(entry, device),
    )
