"""Binary sensors: is the gateway connected, is a port roaming or calling, is its SIM at fault."""

from typing import Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory

from ..entity import GatewayEntity, PortEntity
from ..gateways.models import Registration, SimState

CONNECTED = BinarySensorEntityDescription(
    key="connected",
    translation_key="connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
ROAMING = BinarySensorEntityDescription(
    key="roaming", translation_key="roaming", entity_category=EntityCategory.DIAGNOSTIC
)
SIM_PROBLEM = BinarySensorEntityDescription(
    key="sim_problem",
    translation_key="sim_problem",
    device_class=BinarySensorDeviceClass.PROBLEM,
    entity_category=EntityCategory.DIAGNOSTIC,
)

CALL_IN_PROGRESS = BinarySensorEntityDescription(
    key="call_in_progress", translation_key="call_in_progress"
)

# What a SIM is in when nothing can be sent with it until somebody does something.
_PROBLEMS: Final = frozenset(
    {
        SimState.FAILURE,
        SimState.LOCKED,
        SimState.MISSING,
        SimState.PIN_REQUIRED,
        SimState.PUK_REQUIRED,
    }
)


class ConnectedSensor(GatewayEntity, BinarySensorEntity):
    """Whether the link to the gateway stands."""

    @property
    @override
    def is_on(self) -> bool:
        """The link as it is now."""
        return self.coordinator.connected


class RoamingSensor(PortEntity, BinarySensorEntity):
    """Whether the port is registered in a foreign network; unknown while in none."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Roaming as the registration tells it."""
        registration: Registration | None = self.coordinator.data.registration
        if registration is None or not registration.registered:
            return None
        return registration.roaming


class SimProblemSensor(PortEntity, BinarySensorEntity):
    """Whether the SIM is missing, broken or locked."""

    @property
    @override
    def is_on(self) -> bool | None:
        """The state of the SIM as the modem tells it."""
        state: SimState | None = self.coordinator.data.sim_state
        return None if state is None else state in _PROBLEMS


class CallInProgressSensor(PortEntity, BinarySensorEntity):
    """Whether somebody speaks through the port."""

    @property
    @override
    def is_on(self) -> bool | None:
        """What the gateway tells."""
        return self.coordinator.data.call_in_progress
