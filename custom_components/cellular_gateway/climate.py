"""Thermostats reached by SMS: they show what an answer confirmed, never what was merely asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.climate import ClimateEntity, ClimateEntityDescription
from homeassistant.components.climate.const import (
    ATTR_HVAC_MODE,
    PRESET_NONE,
    ClimateEntityFeature,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, Platform, UnitOfTemperature
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later

from .const import LOGGER
from .coordinator import GatewayConfigEntry
from .devices.reading import Mode, Season, Thermostat
from .devices.vocabulary import Command
from .entity import TrackedDeviceEntity
from .offers import async_add_of_devices
from .tracked_device import TrackedDevice

PARALLEL_UPDATES = 0

# What is changed within so many seconds becomes one SMS.
SETTLING_SECONDS: Final = 5.0

# What a timed mode lasts when it is chosen as a preset; the action says it in hours.
PRESET_HOURS: Final = 12
ANTIFREEZE_DEGREES: Final = 8.0
FIRST_DEGREES: Final = 20.0

_PRESETS: Final = (Mode.ANTIFREEZE, Mode.TIMED_OFF, Mode.TIMED_MANUAL)
_WITH_TEMPERATURE: Final = (Mode.MANUAL, Mode.ANTIFREEZE, Mode.TIMED_MANUAL)
_WITH_HOURS: Final = (Mode.TIMED_OFF, Mode.TIMED_MANUAL)

_MODES: Final = {HVACMode.OFF: Mode.OFF, HVACMode.AUTO: Mode.AUTO}

THERMOSTAT: Final = ClimateEntityDescription(key="thermostat", translation_key="thermostat")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add every device that is a thermostat."""
    async_add_of_devices(
        entry,
        async_add_entities,
        Platform.CLIMATE,
        lambda device: (
            [DeviceThermostat(entry, device)] if Command.SET_MODE in device.commands else []
        ),
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants: a mode, and degrees Celsius where it has any."""

    mode: Mode
    temperature: float | None = None


class DeviceThermostat(TrackedDeviceEntity, ClimateEntity):
    """A thermostat; changes that come close together leave as one SMS."""

    _attr_name = None
    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_target_temperature_step = 0.5
    _attr_min_temp = 0
    _attr_max_temp = 40
    _attr_preset_modes = [PRESET_NONE, *_PRESETS]
    _attr_supported_features = (
        ClimateEntityFeature.TARGET_TEMPERATURE
        | ClimateEntityFeature.PRESET_MODE
        | ClimateEntityFeature.TURN_ON
        | ClimateEntityFeature.TURN_OFF
    )

    def __init__(self, entry: GatewayConfigEntry, device: TrackedDevice) -> None:
        """Begin without a wish."""
        super().__init__(entry, device, THERMOSTAT)
        self._wish: Wish | None = None
        self._settling: CALLBACK_TYPE | None = None

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Send nothing more."""
        self._settle()

    @property
    def _thermostat(self) -> Thermostat:
        """What the thermostat has confirmed."""
        return self.coordinator.data.values.thermostat or Thermostat()

    @property
    def _working(self) -> HVACMode:
        """What it does when it is on by hand: heat, or cool in summer."""
        return HVACMode.COOL if self._thermostat.season is Season.COOLING else HVACMode.HEAT

    @property
    @override
    def hvac_modes(self) -> list[HVACMode]:
        """Off, by its program, or by hand as the season is."""
        return [HVACMode.OFF, HVACMode.AUTO, self._working]

    @property
    @override
    def hvac_mode(self) -> HVACMode | None:
        """The mode that it has confirmed."""
        match self._thermostat.mode:
            case None:
                return None
            case Mode.OFF | Mode.TIMED_OFF:
                return HVACMode.OFF
            case Mode.AUTO:
                return HVACMode.AUTO
            case _:
                return self._working

    @property
    @override
    def preset_mode(self) -> str | None:
        """The timed or protecting mode that it has confirmed."""
        mode = self._thermostat.mode
        return mode.value if mode in _PRESETS else PRESET_NONE

    @property
    @override
    def current_temperature(self) -> float | None:
        """Degrees Celsius, as last measured and told."""
        measured = self._thermostat.measured
        return float(measured) if measured is not None else None

    @property
    @override
    def target_temperature(self) -> float | None:
        """Degrees Celsius, as confirmed."""
        target = self._thermostat.target
        return float(target) if target is not None else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """How long a timed mode lasts."""
        return {"hours": self._thermostat.hours}

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Ask for a mode."""
        self._want(Wish(_MODES.get(hvac_mode, Mode.MANUAL)))

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        """Ask for a timed or protecting mode, or for the program again."""
        self._want(Wish(Mode.AUTO if preset_mode == PRESET_NONE else Mode(preset_mode)))

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Ask for a temperature, by hand unless the mode has one or another is asked for."""
        # One decimal is all that the device takes; a house in Fahrenheit has more.
        temperature = round(float(kwargs[ATTR_TEMPERATURE]), 1)
        if (hvac_mode := kwargs.get(ATTR_HVAC_MODE)) is not None:
            mode = _MODES.get(hvac_mode, Mode.MANUAL)
        else:
            mode = self._wish.mode if self._wish else self._thermostat.mode or Mode.MANUAL
            mode = mode if mode in _WITH_TEMPERATURE else Mode.MANUAL
        self._want(Wish(mode, temperature))

    @override
    async def async_turn_on(self) -> None:
        """Ask for the program."""
        self._want(Wish(Mode.AUTO))

    @override
    async def async_turn_off(self) -> None:
        """Ask for off."""
        self._want(Wish(Mode.OFF))

    @callback
    def _want(self, wish: Wish) -> None:
        """Ask for this when nothing more comes; what cannot be said is told now."""
        if wish.temperature is None and self._wish is not None:
            wish = replace(wish, temperature=self._wish.temperature)
        self.coordinator.check(Command.SET_MODE, self._parameters(wish), wait=False)
        self._wish = wish
        self._settle()
        self._settling = async_call_later(self.hass, SETTLING_SECONDS, self._settled)

    @callback
    def _settle(self) -> None:
        """Let the clock run no more."""
        if self._settling is not None:
            self._settling()
            self._settling = None

    def _parameters(self, wish: Wish) -> dict[str, str]:
        """Write what is wanted as the parameters of the command."""
        known = self._thermostat
        parameters = {"mode": wish.mode.value}
        if wish.mode in _WITH_TEMPERATURE:
            usual = ANTIFREEZE_DEGREES
            if wish.mode is not Mode.ANTIFREEZE:
                usual = FIRST_DEGREES if known.target is None else float(known.target)
            wanted = usual if wish.temperature is None else wish.temperature
            parameters["temperature"] = str(wanted)
        if wish.mode in _WITH_HOURS:
            parameters["hours"] = str(known.hours or PRESET_HOURS)
        return parameters

    @callback
    def _settled(self, _: datetime) -> None:
        """Send what is wanted as one SMS; what is wanted from now on is another."""
        wish, self._wish, self._settling = self._wish, None, None
        if wish is not None:
            self.coordinator.config_entry.async_create_background_task(
                self.hass, self._send(self._parameters(wish)), f"{self.coordinator.name} mode"
            )

    async def _send(self, parameters: Mapping[str, str]) -> None:
        """Send it; nobody waits for it any more."""
        try:
            await self.coordinator.send(Command.SET_MODE, parameters)
        except HomeAssistantError as err:
            LOGGER.warning("%s could not be asked for another mode: %s", self.coordinator.name, err)
