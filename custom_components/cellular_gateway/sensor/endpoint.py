"""Sensors of an endpoint: connectivity, usage of this month, quotas, and what to check."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Literal, override

from homeassistant.components.sensor import RestoreSensor, SensorEntity, SensorEntityDescription
from homeassistant.components.sensor.const import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfInformation
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from ..const import signal_sms_of_endpoint
from ..coordinator import GatewayConfigEntry, texts_shown
from ..endpoints import EndpointCoordinator, event_attributes
from ..entity import MAX_STATE, EndpointEntity
from ..gateways.endpoints import (
    Connectivity,
    Diagnosis,
    EndpointEventType,
    EndpointState,
    QuotaStatus,
    SimStatus,
    diagnose,
)
from ..gateways.models import AccessTechnology
from ..offers import Offer
from .texts import LAST_SMS, ShownSms

if TYPE_CHECKING:
    from ..messages.inbox import Announcement


@dataclass(frozen=True, kw_only=True)
class EndpointSensorDescription(SensorEntityDescription):
    """A sensor that reads one field of an endpoint.

    What may never be told comes with `when_told`, and then exists once it was.
    """

    value_fn: Callable[[EndpointState], StateType | datetime]
    when_told: bool = False


def _detail(field: str, translation_key: str) -> EndpointSensorDescription:
    """Describe what hardly ever changes: who the endpoint is, and what it may do."""
    return EndpointSensorDescription(
        key=field,
        translation_key=translation_key,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=attrgetter(field),
        when_told=True,
    )


def _data(field: str) -> EndpointSensorDescription:
    """Describe the data of this month, one way."""
    return EndpointSensorDescription(
        key=f"{field}_month",
        translation_key=f"{field}_month",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.MEGABYTES,
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=attrgetter(field),
    )


def _messages(field: str) -> EndpointSensorDescription:
    """Describe the messages of this month, one way."""
    return EndpointSensorDescription(
        key=f"{field}_month",
        translation_key=f"{field}_month",
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=attrgetter(field),
    )


def _quota(quota: Literal["data_quota", "sms_quota"]) -> Iterator[EndpointSensorDescription]:
    """Describe what is left of a quota, until when, and whether it still lets anything through."""

    def told(field: str) -> Callable[[EndpointState], Any]:
        return lambda state: getattr(getattr(state, quota), field, None)

    is_data = quota == "data_quota"
    yield EndpointSensorDescription(
        key=f"{quota}_left",
        translation_key=f"{quota}_left",
        device_class=SensorDeviceClass.DATA_SIZE if is_data else None,
        native_unit_of_measurement=UnitOfInformation.MEGABYTES if is_data else None,
        suggested_display_precision=None if is_data else 0,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=told("left"),
        when_told=True,
    )
    yield EndpointSensorDescription(
        key=f"{quota}_expiry",
        translation_key=f"{quota}_expiry",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=told("expires_at"),
        when_told=True,
    )
    yield EndpointSensorDescription(
        key=f"{quota}_status",
        translation_key=f"{quota}_status",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in QuotaStatus],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=told("status"),
        when_told=True,
    )


SENSORS: Final = (
    EndpointSensorDescription(
        key="connectivity",
        translation_key="connectivity",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in Connectivity],
        value_fn=lambda state: state.connectivity,
    ),
    EndpointSensorDescription(
        key="sim_status",
        translation_key="sim_status",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in SimStatus],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.sim_status,
    ),
    EndpointSensorDescription(
        key="operator", translation_key="operator", value_fn=lambda state: state.operator
    ),
    EndpointSensorDescription(
        key="country", translation_key="country", value_fn=lambda state: state.country
    ),
    EndpointSensorDescription(
        key="access_technology",
        translation_key="access_technology",
        device_class=SensorDeviceClass.ENUM,
        options=[technology.value for technology in AccessTechnology],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.access_technology,
    ),
    EndpointSensorDescription(
        key="data_session_since",
        translation_key="data_session_since",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda state: state.pdp_session.since if state.pdp_session else None,
    ),
    _data("data_rx"),
    _data("data_tx"),
    EndpointSensorDescription(
        key="data_last_hour",
        translation_key="data_last_hour",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.MEGABYTES,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.data_last_hour,
        when_told=True,
    ),
    _messages("sms_mo"),
    _messages("sms_mt"),
    *_quota("data_quota"),
    *_quota("sms_quota"),
    _detail("imei", "imei"),
    _detail("iccid", "iccid"),
    _detail("imsi", "imsi"),
    _detail("msisdn", "msisdn"),
    EndpointSensorDescription(
        key="ip_address",
        translation_key="ip_address",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: (
            (state.pdp_session and state.pdp_session.ip_address) or state.ip_address
        ),
        when_told=True,
    ),
    _detail("service_policy", "service_policy"),
    _detail("coverage_policy", "coverage_policy"),
    EndpointSensorDescription(
        key="tags",
        translation_key="endpoint_tags",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: ", ".join(state.tags) or None,
        when_told=True,
    ),
)

# When each group of values was learnt, which says how old they are.
AGES: Final = tuple(
    EndpointSensorDescription(
        key=field,
        translation_key=field,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=attrgetter(field),
    )
    for field in (
        "inventory_at",
        "connectivity_at",
        "usage_at",
        "data_quota_at",
        "sms_quota_at",
    )
)

DIAGNOSIS: Final = SensorEntityDescription(
    key="diagnosis",
    translation_key="diagnosis",
    device_class=SensorDeviceClass.ENUM,
    options=[diagnosis.value for diagnosis in Diagnosis],
)
LAST_EVENT: Final = SensorEntityDescription(
    key="last_event",
    translation_key="last_event",
    device_class=SensorDeviceClass.ENUM,
    options=[kind.value for kind in EndpointEventType],
)


EVENT_ATTRIBUTES: Final = (
    "at",
    "rejected",
    "severity",
    "description",
    "operator",
    "country",
    "data_rx",
    "data_tx",
)


def endpoint_sensors(state: EndpointState) -> Iterator[Offer]:
    """Offer what every endpoint has, and what is told of this one."""
    for description in SENSORS:
        if not description.when_told or description.value_fn(state) is not None:
            yield description, EndpointSensor
    yield from ((description, AgeSensor) for description in AGES)
    yield DIAGNOSIS, DiagnosisSensor
    yield LAST_EVENT, LastEventSensor
    yield LAST_SMS, EndpointLastSmsSensor


class EndpointSensor(EndpointEntity, SensorEntity):
    """One field of an endpoint's state."""

    entity_description: EndpointSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """The field as it is now; names and tags may be longer than a state."""
        value = self.entity_description.value_fn(self.coordinator.data)
        return value[:MAX_STATE] if isinstance(value, str) else value


class AgeSensor(EndpointSensor):
    """When something was learnt; that alone differs, more often than not."""

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state."""
        self.async_write_ha_state()


class DiagnosisSensor(EndpointEntity, SensorEntity):
    """What is wrong, and in words what to check; time alone may change it."""

    _unrecorded_attributes = frozenset({"check"})

    @override
    async def async_added_to_hass(self) -> None:
        """Look for the first time."""
        await super().async_added_to_hass()
        self._look()

    @callback
    def _look(self) -> None:
        """See what is wrong; what to check has the same key, whose words are the steps."""
        found = diagnose(self.coordinator.data, dt_util.utcnow())
        self._attr_native_value = found.value if found else None
        self._attr_extra_state_attributes = {"check": self._attr_native_value}

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state where it differs."""
        shown = self.native_value
        self._look()
        if self.coordinator.differs or self.native_value != shown:
            self.async_write_ha_state()


class LastEventSensor(EndpointEntity, RestoreSensor):
    """What happened last; it stays true while the link is down, and over a restart."""

    @property
    @override
    def available(self) -> bool:
        """Always."""
        return True

    @override
    async def async_added_to_hass(self) -> None:
        """Restore what was shown before: events are told once."""
        await super().async_added_to_hass()
        state = await self.async_get_last_state()
        if state is not None and state.state in EndpointEventType:
            self._attr_native_value = state.state
            self._attr_extra_state_attributes = {
                key: state.attributes[key] for key in EVENT_ATTRIBUTES if key in state.attributes
            }
        self._take()

    @callback
    def _take(self) -> None:
        """Take the last event, if there was one since the start."""
        if (event := self.coordinator.data.last_event) is not None:
            self._attr_native_value = event.type.value
            self._attr_extra_state_attributes = event_attributes(event)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Show it."""
        self._take()
        super()._handle_coordinator_update()


class EndpointLastSmsSensor(ShownSms, EndpointEntity):
    """The last SMS that an endpoint sent; it stays true while the link is down."""

    def __init__(
        self,
        entry: GatewayConfigEntry,
        endpoint: EndpointCoordinator,
        description: SensorEntityDescription,
    ) -> None:
        """Show texts as the entry's options say."""
        super().__init__(entry, endpoint, description)
        self._signal = signal_sms_of_endpoint(entry.entry_id, self.endpoint)
        self._show_texts = texts_shown(entry)

    @property
    @override
    def available(self) -> bool:
        """Always."""
        return True

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of messages."""
        await super().async_added_to_hass()
        self.async_on_remove(async_dispatcher_connect(self.hass, self._signal, self._announced))

    @callback
    def _announced(self, announcement: Announcement) -> None:
        """Show a message of this endpoint."""
        attributes = announcement.attributes()
        if not self._show_texts:
            del attributes["text"]
        self._show(attributes)
        self.async_write_ha_state()
