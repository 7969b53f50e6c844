"""A tracked device: which language it speaks, its number, its passwords, and how to treat it."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import (
    CONF_CREDENTIALS,
    CONF_ENDPOINT,
    CONF_FAMILY,
    CONF_MODEL,
    CONF_NUMBER,
    CONF_OPTIONS,
    CONF_PORT,
    CONF_SCHEDULE,
    CONF_SCHEDULE_COMMAND,
    CONF_SCHEDULE_HOURS,
    CONF_SENDER,
    CONF_SOURCE_ADDRESS,
    CONF_SOURCE_ADDRESS_TYPE,
    CONF_TIME_ZONE,
    CONF_VARIANT,
    address_id,
)
from ..devices import FAMILIES
from ..devices.base import MASK, Family, Variant
from ..devices.checks import check_credential, default_of
from ..devices.errors import CommandError, CommandErrorReason
from ..sms.errors import MessageError
from ..sms.numbers import NumberKind, named_sender, number_kind
from .endpoints import can_be_source, source_fields
from .subentry import NumberFlow

_FAMILY: Final = {
    vol.Required(CONF_FAMILY): SelectSelector(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(value=family.key, label=family.name)
                for family in FAMILIES.values()
            ],
            mode=SelectSelectorMode.DROPDOWN,
        )
    )
}
# Whom it is reached by, and what is kept as it was given.
_ADDRESS: Final = frozenset({CONF_ENDPOINT, CONF_NUMBER, CONF_PORT})
_AS_GIVEN: Final = (CONF_SENDER, CONF_SOURCE_ADDRESS, CONF_SOURCE_ADDRESS_TYPE, CONF_TIME_ZONE)
# What stands in place of a password that was set before: it does not go back to the browser.
_KEPT: Final = MASK * 8
_SECRET: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))


class TrackedDeviceFlow(NumberFlow):
    """Add a tracked device, or change one; its entities stay, whatever is changed."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._name = ""
        self._data: dict[str, Any] = {}

    @property
    def _family(self) -> Family:
        """The family that was chosen."""
        return FAMILIES[self._data[CONF_FAMILY]]

    @property
    def _variant(self) -> Variant:
        """The variant that was chosen, or the only one."""
        return self._family.variant(self._data.get(CONF_VARIANT, ""))

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for name, number and family."""
        return await self._device("user", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the same again, with what the device has."""
        if user_input is None:
            subentry = self._get_reconfigure_subentry()
            self._name, self._data = subentry.title, dict(subentry.data)
        return await self._device("reconfigure", user_input)

    async def _device(self, step_id: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        """Take name, number and family."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if address := self.address(user_input, errors):
                return await self._chosen(user_input, address)
        values = user_input or {CONF_NAME: self._name, **self._data}
        whom = self.name_and_address(values)
        schema = vol.Schema({**whom, **_FAMILY, **self.port_field(values)})
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
        )

    async def _chosen(
        self, user_input: dict[str, Any], address: Mapping[str, str]
    ) -> SubentryFlowResult:
        """Keep what is common to all families, and of the rest what fits the family."""
        self._name = user_input[CONF_NAME]
        before = self._data if self._data.get(CONF_FAMILY) == user_input[CONF_FAMILY] else {}
        others = {key: value for key, value in before.items() if key not in _ADDRESS}
        self._data = {**others, **address, CONF_FAMILY: user_input[CONF_FAMILY]}
        if port := user_input.get(CONF_PORT):
            self._data[CONF_PORT] = port
        if len(self._family.variants) > 1:
            return await self.async_step_variant()
        return await self.async_step_details()

    async def async_step_variant(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which of the family's devices it is."""
        prefix = f"{self._family.key}_"
        if user_input is not None:
            self._data[CONF_VARIANT] = user_input[CONF_VARIANT].removeprefix(prefix)
            return await self.async_step_details()
        schema = vol.Schema(
            {
                vol.Required(CONF_VARIANT, default=prefix + self._variant.key): SelectSelector(
                    SelectSelectorConfig(
                        options=[prefix + variant.key for variant in self._family.variants],
                        mode=SelectSelectorMode.LIST,
                        translation_key="device_variant",
                    )
                )
            }
        )
        return self.async_show_form(
            step_id="variant",
            data_schema=schema,
            description_placeholders={"models": _models(self._family)},
        )

    async def async_step_details(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for credentials, and how to speak to the device."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._keep(user_input)
            if not errors:
                return self._done()
        return self.async_show_form(
            step_id="details",
            data_schema=self.add_suggested_values_to_schema(
                self._details_schema(), user_input or self._details()
            ),
            errors=errors,
            description_placeholders={"family": self._family.name},
        )

    def _details_schema(self) -> vol.Schema:
        """Return the form for the family's own settings."""
        fields: dict[vol.Marker, Any] = {}
        if self._variant.models or any(item.from_model for item in self._variant.credentials):
            fields[vol.Optional(CONF_MODEL)] = SelectSelector(
                SelectSelectorConfig(
                    options=list(self._variant.models),
                    custom_value=True,
                    mode=SelectSelectorMode.DROPDOWN,
                )
            )
        fields |= {vol.Optional(item.key): _SECRET for item in self._variant.credentials}
        fields |= {
            vol.Optional(option.key, default=option.default): (
                BooleanSelector() if isinstance(option.default, bool) else TextSelector()
            )
            for option in self._family.options
        }
        fields[vol.Optional(CONF_SENDER)] = TextSelector()
        fields |= source_fields(self._get_entry(), self._data)
        fields[vol.Optional(CONF_TIME_ZONE)] = TextSelector()
        fields[vol.Optional(CONF_SCHEDULE)] = section(self._schedule_schema(), {"collapsed": True})
        return vol.Schema(fields)

    def _schedule_schema(self) -> vol.Schema:
        """Return the form for what is sent by itself: nothing, until a person wants it."""
        commands = [
            command.value
            for command, spec in self._variant.commands.items()
            if spec.replies and not any(item.required for item in spec.parameters)
        ]
        return vol.Schema(
            {
                vol.Optional(CONF_SCHEDULE_COMMAND): SelectSelector(
                    SelectSelectorConfig(
                        options=commands,
                        mode=SelectSelectorMode.DROPDOWN,
                        translation_key="device_command",
                    )
                ),
                vol.Optional(CONF_SCHEDULE_HOURS, default=24): NumberSelector(
                    NumberSelectorConfig(
                        min=1, max=720, mode=NumberSelectorMode.BOX, unit_of_measurement="h"
                    )
                ),
            }
        )

    def _details(self) -> dict[str, Any]:
        """Return what the form shows at first: what the device has, else the defaults."""
        model = self._data.get(CONF_MODEL)
        given = self._data.get(CONF_CREDENTIALS, {})
        defaults = {item.key: default_of(item, model) for item in self._variant.credentials}
        return {
            **{key: value for key, value in defaults.items() if value},
            **{key: _KEPT for key, value in given.items() if value != defaults.get(key)},
            **self._data.get(CONF_OPTIONS, {}),
            CONF_MODEL: model,
            **{key: self._data.get(key) for key in _AS_GIVEN},
            CONF_SCHEDULE: self._data.get(CONF_SCHEDULE, {}),
        }

    async def _keep(self, user_input: dict[str, Any]) -> dict[str, str]:
        """Keep the family's own settings, or return what is wrong with them."""
        model = user_input.get(CONF_MODEL)
        errors: dict[str, str] = {}
        credentials: dict[str, str] = {}
        before = self._data.get(CONF_CREDENTIALS, {})
        for item in self._variant.credentials:
            value = user_input.get(item.key, "")
            if value == _KEPT:
                value = before.get(item.key, "")
            try:
                check_credential(item, value, model, self._family.reserved)
            except CommandError as err:
                errors[item.key] = str(err.reason)
            if MASK in value:
                # Who edits the dots cannot see what stands there.
                errors[item.key] = str(CommandErrorReason.CREDENTIAL_INVALID)
            if value:
                credentials[item.key] = value
        sender = self._sender(user_input, errors)
        address, kind = (
            user_input.get(CONF_SOURCE_ADDRESS),
            user_input.get(CONF_SOURCE_ADDRESS_TYPE),
        )
        if kind and not address:
            errors[CONF_SOURCE_ADDRESS] = "source_address_missing"
        if address and not can_be_source(address, kind):
            errors[CONF_SOURCE_ADDRESS] = "invalid_source_address"
        zone = user_input.get(CONF_TIME_ZONE)
        if zone and await dt_util.async_get_time_zone(zone) is None:
            errors[CONF_TIME_ZONE] = "invalid_time_zone"
        known = {option.key for option in self._family.options}
        schedule = user_input.get(CONF_SCHEDULE, {})
        self._data |= {
            CONF_VARIANT: self._variant.key,
            CONF_CREDENTIALS: credentials,
            CONF_OPTIONS: {key: value for key, value in user_input.items() if key in known},
            **{key: user_input.get(key) for key in _AS_GIVEN},
            CONF_MODEL: model,
            CONF_SENDER: sender,
            CONF_SCHEDULE: schedule if schedule.get(CONF_SCHEDULE_COMMAND) else {},
        }
        return errors

    def _sender(self, user_input: Mapping[str, Any], errors: dict[str, str]) -> str | None:
        """Return the other sender that messages of the device show, with no recipient's in it.

        Networks show a name, a short code or another number in place of that of the SIM.
        """
        if not (given := user_input.get(CONF_SENDER)):
            return None
        try:
            sender = named_sender(given, self.country)
        except MessageError:
            sender = None
        if sender is None or number_kind(sender) is NumberKind.SERVICE:
            errors[CONF_SENDER] = "invalid_sender"
            return None
        if self.is_used(sender, CONF_NUMBER, CONF_SENDER):
            errors[CONF_SENDER] = "sender_used"
        return sender

    def _done(self) -> SubentryFlowResult:
        """Add the device, or change it."""
        data = {key: value for key, value in self._data.items() if value not in (None, {})}
        unique_id = address_id(data)
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(),
                self._get_reconfigure_subentry(),
                title=self._name,
                data=data,
                unique_id=unique_id,
            )
        return self.async_create_entry(title=self._name, data=data, unique_id=unique_id)


def _models(family: Family) -> str:
    """List the models, a line for each variant in the order of the choices."""
    return "\n".join(f"- {', '.join(variant.models) or '–'}" for variant in family.variants)
