"""Conditions of the automation editor: registered in the network, signal above a value.

Both look at the sensors of ports. A target may be a device or an area; only the sensor in question
counts then. One that is unavailable or unknown does not pass, and where there is none at all
nothing does.
"""

from collections.abc import Mapping
from typing import ClassVar, override

from homeassistant.components.sensor.const import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import CONF_ENTITY_ID, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    Condition,
    ConditionConfig,
    EntityConditionBase,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .const import DOMAIN
from .gateways.models import Registration

ATTR_THRESHOLD = "threshold"


def _is_of(entity: er.RegistryEntry, key: str) -> bool:
    """Tell whether an entity is a sensor of ours with this key."""
    return (
        entity.platform == DOMAIN
        and entity.domain == SENSOR_DOMAIN
        and entity.translation_key == key
    )


class PortSensorCondition(EntityConditionBase):
    """Tests one sort of sensor of ports."""

    _domain_specs: Mapping[str, DomainSpec] = {SENSOR_DOMAIN: DomainSpec()}
    _key: ClassVar[str]
    _wrong: ClassVar[str]

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Refuse another entity where one was chosen by itself, since it never passes."""
        checked = await super().async_validate_config(hass, config)
        registry = er.async_get(hass)
        for entity_id in checked[CONF_TARGET].get(CONF_ENTITY_ID, []):
            registered = registry.async_get(entity_id)
            # One that is not there yet may come.
            if registered is not None and not _is_of(registered, cls._key):
                raise vol.Invalid(f"{entity_id} {cls._wrong}", [CONF_TARGET, CONF_ENTITY_ID])
        return checked

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Leave only the sensors in question."""
        registry = er.async_get(self._hass)
        return {
            entity_id
            for entity_id in super().entity_filter(entities)
            if (registered := registry.async_get(entity_id)) and _is_of(registered, self._key)
        }

    @override
    def _should_include(self, _state: State) -> bool:
        """Count a sensor that is unavailable too, so that it does not pass."""
        return True

    @override
    def _check_all_match_state(self, states: list[State]) -> bool:
        """Let no sensor at all not pass for all sensors."""
        return bool(states) and super()._check_all_match_state(states)


class IsRegistered(PortSensorCondition):
    """Passes while a port is registered in its home network or roaming."""

    _key = "registration"
    _wrong = "is not the registration sensor of a cellular gateway"

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        """Tell whether SMS can be sent and received."""
        state = entity_state.state
        return state in Registration and Registration(state).registered


class SignalAbove(PortSensorCondition):
    """Passes while the signal of a port is stronger than the threshold, in dBm."""

    _primary_entities_only = False
    _key = "signal"
    _wrong = "is not the signal sensor of a cellular gateway"
    _schema = ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {
            vol.Required(CONF_OPTIONS): {
                vol.Required(ATTR_THRESHOLD): vol.All(vol.Coerce(float), vol.Range(-140, 0))
            }
        }
    )

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take the threshold."""
        super().__init__(hass, config)
        self._threshold: float = (config.options or {})[ATTR_THRESHOLD]

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        """Tell whether the signal is stronger than the threshold."""
        try:
            return float(entity_state.state) > self._threshold
        except ValueError:
            return False


CONDITIONS: dict[str, type[Condition]] = {
    "is_registered": IsRegistered,
    "signal_above": SignalAbove,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions of the integration."""
    return CONDITIONS
