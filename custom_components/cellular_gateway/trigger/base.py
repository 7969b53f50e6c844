"""What the triggers share: which gateways they hear, and which persons they look for."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar, override

from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigSubentry,
)
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..const import ATTR_PORT, CONF_COUNTRY, CONF_ENDPOINT, CONF_NUMBER, DOMAIN
from ..coordinator import texts_shown
from ..sms.errors import MessageError
from ..sms.numbers import normalize_number, same_number

ATTR_RECIPIENTS = "recipients"
ATTR_TEXT = "text"


def _number(value: Any) -> str | int:
    """Take a number, short code or sender name as it was written; YAML drops the plus sign."""
    number: str | int = value if isinstance(value, int) else cv.string(value)
    try:
        normalize_number(number, None)
    except MessageError:
        raise vol.Invalid("not a telephone number, short code or sender name") from None
    return number


class GatewayTrigger[T](Trigger):
    """Fires for what all gateways, or one, tell by a signal that carries a `T`."""

    _signal: ClassVar[staticmethod[[str], str]]
    _description: ClassVar[str]
    _fields: ClassVar[Mapping[vol.Marker, Any]]
    # What is beside the options.
    _beside: ClassVar[Mapping[vol.Marker, Any]] = {}

    @classmethod
    def schema(cls) -> vol.Schema:
        """Return the schema of the options; without any, everything fires."""
        return vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string, **cls._fields})

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Check the options; raise `vol.Invalid` for what can never fire."""
        schema = vol.Schema({**cls._beside, vol.Optional(CONF_OPTIONS, default=dict): cls.schema()})
        checked: ConfigType = schema(config)
        if entry_id := checked[CONF_OPTIONS].get(ATTR_CONFIG_ENTRY_ID):
            entry = hass.config_entries.async_get_entry(entry_id)
            if entry is None or entry.domain != DOMAIN:
                raise vol.Invalid("not a cellular gateway", [CONF_OPTIONS, ATTR_CONFIG_ENTRY_ID])
        return checked

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the checked options."""
        super().__init__(hass, config)
        self._options: Mapping[str, Any] = config.options or {}

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action for everything that fits, until detached."""

        @callback
        def heard(entry_id: str, told: T) -> None:
            entry = self._hass.config_entries.async_get_entry(entry_id)
            if entry is None or not self._fits(entry, attributes := self._attributes(entry, told)):
                return
            # What is wanted in no state is not wanted in the trace of an automation either.
            if not texts_shown(entry):
                attributes.pop(ATTR_TEXT, None)
            run_action(attributes | {ATTR_CONFIG_ENTRY_ID: entry_id}, self._description)

        return self._listen(heard)

    @callback
    def _listen(self, heard: Callable[[str, T], None]) -> CALLBACK_TYPE:
        """Hear of every gateway that is wanted, also of those that are added later."""
        only = self._options.get(ATTR_CONFIG_ENTRY_ID)
        stops: dict[str, CALLBACK_TYPE] = {}

        @callback
        def changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
            if change is ConfigEntryChange.REMOVED:
                if stop := stops.pop(entry.entry_id, None):
                    stop()
            elif (
                entry.domain == DOMAIN
                and only in (None, entry.entry_id)
                and entry.entry_id not in stops
            ):
                stops[entry.entry_id] = async_dispatcher_connect(
                    self._hass, self._signal(entry.entry_id), partial(heard, entry.entry_id)
                )

        for entry in self._hass.config_entries.async_entries(DOMAIN):
            changed(ConfigEntryChange.ADDED, entry)
        stop_watching = async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed)

        @callback
        def detach() -> None:
            stop_watching()
            for stop in stops.values():
                stop()

        return detach

    @abstractmethod
    def _attributes(self, entry: ConfigEntry, told: T) -> dict[str, Any]:
        """Return what the automation is told: the variables of `trigger`."""

    @abstractmethod
    def _fits(self, entry: ConfigEntry, attributes: Mapping[str, Any]) -> bool:
        """Tell whether every option is met."""


class PersonTrigger[T](GatewayTrigger[T]):
    """Fires for what a port tells of somebody with a number, of all or of certain persons."""

    _numbers: ClassVar[str]
    _number_key: ClassVar[str] = "number"

    @override
    @classmethod
    def schema(cls) -> vol.Schema:
        """Add the port and the persons."""
        schema: vol.Schema = (
            super()
            .schema()
            .extend(
                {
                    vol.Optional(ATTR_PORT): cv.string,
                    vol.Optional(ATTR_RECIPIENTS, default=list): cv.entity_ids,
                    vol.Optional(cls._numbers, default=list): vol.All(cv.ensure_list, [_number]),
                }
            )
        )
        return schema

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Look at the persons too."""
        checked = await super().async_validate_config(hass, config)
        registry = er.async_get(hass)
        for entity_id in checked[CONF_OPTIONS][ATTR_RECIPIENTS]:
            registered = registry.async_get(entity_id)
            # One that is not there yet may come.
            if registered is not None and not _is_recipient(registered):
                raise vol.Invalid(
                    f"{entity_id} is not a recipient of a cellular gateway",
                    [CONF_OPTIONS, ATTR_RECIPIENTS],
                )
        return checked

    @override
    def _fits(self, entry: ConfigEntry, attributes: Mapping[str, Any]) -> bool:
        """Tell whether every option is met; the lists of persons are one."""
        if self._options.get(ATTR_PORT) not in (None, attributes[ATTR_PORT]):
            return False
        if not self._options[ATTR_RECIPIENTS] and not self._options[self._numbers]:
            return True
        number, endpoint = attributes[self._number_key], attributes.get(CONF_ENDPOINT)
        if endpoint is not None and any(
            recipient.data.get(CONF_ENDPOINT) == endpoint for recipient in self._recipients()
        ):
            return True
        country = country_of(self._hass, entry)
        return number is not None and any(
            same_number(wanted, number, country) for wanted in self._wanted_numbers(country)
        )

    def _wanted_numbers(self, country: str | None) -> Iterator[str]:
        """Return the numbers to look for, those of recipients as they are now."""
        for number in self._options[self._numbers]:
            yield normalize_number(number, country) if isinstance(number, int) else number
        for recipient in self._recipients():
            if number := recipient.data.get(CONF_NUMBER):
                yield number

    def _recipients(self) -> Iterator[ConfigSubentry]:
        """Return the recipients to look for, as they are now."""
        registry = er.async_get(self._hass)
        for entity_id in self._options[ATTR_RECIPIENTS]:
            if (registered := registry.async_get(entity_id)) is None:
                continue
            entry = self._hass.config_entries.async_get_entry(registered.config_entry_id or "")
            subentries = entry.subentries if entry is not None else {}
            subentry = subentries.get(registered.config_subentry_id or "")
            if subentry is not None and _is_recipient(registered):
                yield subentry


def _is_recipient(entity: er.RegistryEntry) -> bool:
    """Tell whether an entity is the notify entity of a recipient."""
    return (
        entity.platform == DOMAIN
        and entity.domain == NOTIFY_DOMAIN
        and entity.config_subentry_id is not None
    )


def country_of(hass: HomeAssistant, entry: ConfigEntry) -> str | None:
    """Return the country that national numbers of a gateway belong to."""
    country: str | None = entry.options.get(CONF_COUNTRY) or hass.config.country
    return country
