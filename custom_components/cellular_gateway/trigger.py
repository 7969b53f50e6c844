"""Triggers of the automation editor: SMS received, delivery report, call received.

They hear the dispatcher signals of the config entries. A signal goes by its entry's id alone, so
a trigger may be there before its gateway is set up, and a reload changes nothing for it.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, override

from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
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

from .const import (
    ATTR_PORT,
    CONF_COUNTRY,
    CONF_NUMBER,
    DOMAIN,
    SUBENTRY_RECIPIENT,
    signal_call,
    signal_delivery,
    signal_sms,
)
from .coordinator import texts_shown
from .gateways.calls import CallState, IncomingCall
from .gateways.port_reports import CallDirection
from .sms import patterns
from .sms.errors import MessageError
from .sms.numbers import normalize_number, same_number

if TYPE_CHECKING:
    from .messages.inbox import Announcement
    from .messages.reports import Delivery

ATTR_CALLERS = "callers"
ATTR_NUMBERS = "numbers"
ATTR_RECIPIENTS = "recipients"
ATTR_SENDERS = "senders"
ATTR_STATE = "state"
ATTR_STATUS = "status"
ATTR_TEXT = "text"
ATTR_TEXT_CONTAINS = "text_contains"
ATTR_TEXT_MATCHES = "text_matches"

DELIVERY_STATUSES = ("delivered", "undelivered", "pending")

# The matcher's time grows with the text: the worst pattern takes 35 ms for so many characters,
# which are 4 parts.
MAX_SEARCHED = 500


def _number(value: Any) -> str | int:
    """Take a number, short code or sender name as it was written; YAML drops the plus sign."""
    number: str | int = value if isinstance(value, int) else cv.string(value)
    try:
        normalize_number(number, None)
    except MessageError:
        raise vol.Invalid("not a telephone number, short code or sender name") from None
    return number


def _pattern(value: Any) -> str:
    """Take a regular expression that can be matched in a time that grows with the text."""
    pattern = cv.string(value)
    try:
        patterns.check(pattern)
    except MessageError:
        raise vol.Invalid(
            "not a regular expression that can be used; look-around, back-references and "
            "patterns that are very long or count very far cannot"
        ) from None
    return pattern


class GatewayTrigger[T](Trigger):
    """Fires for what all gateways, or one, tell by a signal that carries a `T`."""

    _signal: ClassVar[staticmethod[[str], str]]
    _numbers: ClassVar[str]
    _number_key: ClassVar[str] = "number"
    _description: ClassVar[str]
    _fields: ClassVar[Mapping[vol.Marker, Any]]

    @classmethod
    def schema(cls) -> vol.Schema:
        """Return the schema of the options; without any, everything fires."""
        return vol.Schema(
            {
                vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
                vol.Optional(ATTR_PORT): cv.string,
                vol.Optional(ATTR_RECIPIENTS, default=list): cv.entity_ids,
                vol.Optional(cls._numbers, default=list): vol.All(cv.ensure_list, [_number]),
                **cls._fields,
            }
        )

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Check the options; raise `vol.Invalid` for what can never fire."""
        schema = vol.Schema({vol.Optional(CONF_OPTIONS, default=dict): cls.schema()})
        checked: ConfigType = schema(config)
        options = checked[CONF_OPTIONS]
        if entry_id := options.get(ATTR_CONFIG_ENTRY_ID):
            entry = hass.config_entries.async_get_entry(entry_id)
            if entry is None or entry.domain != DOMAIN:
                raise vol.Invalid("not a cellular gateway", [CONF_OPTIONS, ATTR_CONFIG_ENTRY_ID])
        registry = er.async_get(hass)
        for entity_id in options[ATTR_RECIPIENTS]:
            registered = registry.async_get(entity_id)
            # One that is not there yet may come.
            if registered is not None and not _is_recipient(registered):
                raise vol.Invalid(
                    f"{entity_id} is not a recipient of a cellular gateway",
                    [CONF_OPTIONS, ATTR_RECIPIENTS],
                )
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

    def _fits(self, entry: ConfigEntry, attributes: Mapping[str, Any]) -> bool:
        """Tell whether every option is met; the lists of persons are one."""
        if self._options.get(ATTR_PORT) not in (None, attributes[ATTR_PORT]):
            return False
        if not self._options[ATTR_RECIPIENTS] and not self._options[self._numbers]:
            return True
        number = attributes[self._number_key]
        country = _country(self._hass, entry)
        return number is not None and any(
            same_number(wanted, number, country) for wanted in self._wanted_numbers(country)
        )

    def _wanted_numbers(self, country: str | None) -> Iterator[str]:
        """Return the numbers to look for, those of recipients as they are now."""
        for number in self._options[self._numbers]:
            yield normalize_number(number, country) if isinstance(number, int) else number
        registry = er.async_get(self._hass)
        for entity_id in self._options[ATTR_RECIPIENTS]:
            if (registered := registry.async_get(entity_id)) is None:
                continue
            entry = self._hass.config_entries.async_get_entry(registered.config_entry_id or "")
            subentries = entry.subentries if entry is not None else {}
            subentry = subentries.get(registered.config_subentry_id or "")
            if subentry is not None and _is_recipient(registered):
                yield subentry.data[CONF_NUMBER]


def _is_recipient(entity: er.RegistryEntry) -> bool:
    """Tell whether an entity is the notify entity of a recipient."""
    return (
        entity.platform == DOMAIN
        and entity.domain == NOTIFY_DOMAIN
        and entity.config_subentry_id is not None
    )


def _country(hass: HomeAssistant, entry: ConfigEntry) -> str | None:
    """Return the country that national numbers of a gateway belong to."""
    country: str | None = entry.options.get(CONF_COUNTRY) or hass.config.country
    return country


class SmsReceived(GatewayTrigger["Announcement"]):
    """Fires for each text that was received."""

    _signal = staticmethod(signal_sms)
    _numbers = ATTR_SENDERS
    _number_key = "sender"
    _description = "SMS received"
    _fields: ClassVar[Mapping[vol.Marker, Any]] = {
        vol.Optional(ATTR_TEXT_CONTAINS): cv.string,
        vol.Optional(ATTR_TEXT_MATCHES): _pattern,
    }

    @override
    def _attributes(self, entry: ConfigEntry, told: Announcement) -> dict[str, Any]:
        """Return the message as the event entity has it."""
        return told.attributes()

    @override
    def _fits(self, entry: ConfigEntry, attributes: Mapping[str, Any]) -> bool:
        """Look at the text too."""
        if not super()._fits(entry, attributes):
            return False
        text: str = attributes[ATTR_TEXT]
        if self._options.get(ATTR_TEXT_CONTAINS, "").casefold() not in text.casefold():
            return False
        pattern = self._options.get(ATTR_TEXT_MATCHES)
        return pattern is None or patterns.search(pattern, text[:MAX_SEARCHED]) is not None


class DeliveryReported(GatewayTrigger["Delivery"]):
    """Fires for each delivery report of a text that was sent."""

    _signal = staticmethod(signal_delivery)
    _numbers = ATTR_NUMBERS
    _description = "delivery report"
    _fields: ClassVar[Mapping[vol.Marker, Any]] = {
        vol.Optional(ATTR_STATUS, default=list): vol.All(
            cv.ensure_list, [vol.In(DELIVERY_STATUSES)]
        ),
    }

    @override
    def _attributes(self, entry: ConfigEntry, told: Delivery) -> dict[str, Any]:
        """Return the report; `id` is what the automation calls the trigger."""
        attributes = told.attributes()
        attributes["receipt_id"] = attributes.pop("id")
        return attributes

    @override
    def _fits(self, entry: ConfigEntry, attributes: Mapping[str, Any]) -> bool:
        """Look at the status too."""
        wanted = self._options[ATTR_STATUS] or DELIVERY_STATUSES
        return attributes["status"] in wanted and super()._fits(entry, attributes)


class CallReceived(GatewayTrigger[IncomingCall]):
    """Fires for each call that comes in, and for what becomes of it."""

    _signal = staticmethod(signal_call)
    _numbers = ATTR_CALLERS
    _description = "call received"
    _fields: ClassVar[Mapping[vol.Marker, Any]] = {
        vol.Optional(ATTR_STATE, default=CallState.RINGING): vol.All(
            cv.ensure_list, [vol.In([*CallState])]
        ),
    }

    @override
    def _attributes(self, entry: ConfigEntry, told: IncomingCall) -> dict[str, Any]:
        """Return the call; times are ISO 8601.

        It may ring before the entry is set up, so nothing but its settings is asked.
        """
        country = _country(self._hass, entry)
        names = (
            recipient.title
            for recipient in entry.get_subentries_of_type(SUBENTRY_RECIPIENT)
            if told.number and same_number(recipient.data[CONF_NUMBER], told.number, country)
        )
        return {
            "number": told.number,
            "recipient": next(names, None),
            "port": told.port,
            "state": told.state.value,
            "direction": told.direction.value,
            "started_at": told.started_at.isoformat(),
            "ended_at": told.ended_at.isoformat() if told.ended_at else None,
        }

    @override
    def _fits(self, entry: ConfigEntry, attributes: Mapping[str, Any]) -> bool:
        """Look at the state too; the end of a call that was answered is told, but is no news.

        Some gateways tell of the calls too that they make.
        """
        if attributes["direction"] != CallDirection.INCOMING:
            return False
        state = attributes["state"]
        if state not in (self._options[ATTR_STATE] or CallState):
            return False
        if state == CallState.ANSWERED and attributes["ended_at"] is not None:
            return False
        return super()._fits(entry, attributes)


TRIGGERS: dict[str, type[Trigger]] = {
    "call_received": CallReceived,
    "delivery_report": DeliveryReported,
    "sms_received": SmsReceived,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of the integration."""
    return TRIGGERS
