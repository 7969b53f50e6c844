"""Binary sensors of an endpoint."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.const import EntityCategory

from ..entity import EndpointEntity
from ..gateways.endpoints import EndpointState
from ..offers import Offer

IMEI_LOCK: Final = BinarySensorEntityDescription(
    key="imei_lock", translation_key="imei_lock", entity_category=EntityCategory.DIAGNOSTIC
)


def endpoint_binary_sensors(state: EndpointState) -> Iterator[Offer]:
    """Offer what is told of an endpoint."""
    if state.imei_lock is not None:
        yield IMEI_LOCK, ImeiLockSensor


class ImeiLockSensor(EndpointEntity, BinarySensorEntity):
    """Whether the SIM works in this one device only."""

    @property
    @override
    def is_on(self) -> bool | None:
        """What the gateway tells."""
        return self.coordinator.data.imei_lock
