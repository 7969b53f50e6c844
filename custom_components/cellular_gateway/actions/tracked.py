"""Commands to tracked devices by SMS, in each one's own language, and their answers."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import GatewayConfigEntry
from ..devices.base import DeviceMessage
from ..devices.storage import plain
from ..devices.vocabulary import Command
from ..errors import action_error, not_sent_error
from ..gateways.errors import GatewayConnectionError, Reason
from ..gateways.models import Receipt, SendStatus
from ..messages.outbox import Outcome
from ..messages.routing import Sending
from ..tracked_device import Answered, Manner, TrackedDevice
from .sending import SOURCE_FIELDS, VALIDITY_FIELD, sending_of
from .tracked_target import async_tracked_device, async_tracked_devices

ATTR_COMMAND: Final = "command"
ATTR_DRY_RUN: Final = "dry_run"
ATTR_NUMBER: Final = "number"
ATTR_PARAMETERS: Final = "parameters"
ATTR_PRESET: Final = "preset"
ATTR_SETUP: Final = "setup"
ATTR_TEXT: Final = "text"
ATTR_TIMEOUT: Final = "timeout"
ATTR_TYPE: Final = "type"
ATTR_WAIT_FOR_REPLY: Final = "wait_for_reply"

_TIMEOUT: Final = vol.All(vol.Coerce(float), vol.Range(min=5, max=1800))
# A template turns digits into a number, and true into a boolean.
_PARAMETERS: Final = vol.Schema({cv.string: vol.Any(bool, int, float, cv.string)})

SEND_CONFIG_SMS_SCHEMA: Final = vol.Schema(
    {
        **cv.TARGET_SERVICE_FIELDS,
        **SOURCE_FIELDS,
        **VALIDITY_FIELD,
        vol.Optional(ATTR_COMMAND): vol.Coerce(Command),
        vol.Optional(ATTR_SETUP): _PARAMETERS,
        vol.Optional(ATTR_PARAMETERS, default=dict): _PARAMETERS,
        vol.Optional(ATTR_WAIT_FOR_REPLY, default=False): cv.boolean,
        vol.Optional(ATTR_TIMEOUT, default=120): _TIMEOUT,
        vol.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
    }
)
CONNECT_SCHEMA: Final = vol.Schema(
    {
        **SOURCE_FIELDS,
        vol.Required(ATTR_DEVICE_ID): cv.string,
        vol.Optional(ATTR_TIMEOUT, default=120): _TIMEOUT,
    }
)
# Vimar 01913 manual, section 13.5.1: what three operators of Italy want.
CREDIT_PRESETS: Final[Mapping[str, Mapping[str, str]]] = {
    "tim": {ATTR_TYPE: "S", ATTR_NUMBER: "4916", ATTR_TEXT: "PRE CRE SIN"},
    "vodafone": {ATTR_TYPE: "C", ATTR_NUMBER: "404"},
    "wind": {ATTR_TYPE: "C", ATTR_NUMBER: "*123#"},
}
# As the device has them, and in words.
_TYPES: Final = {"C": "C", "S": "S", "call": "C", "sms": "S"}
SET_CREDIT_REQUEST_SCHEMA: Final = vol.Schema(
    {
        **cv.TARGET_SERVICE_FIELDS,
        **SOURCE_FIELDS,
        vol.Optional(ATTR_PRESET): vol.In(CREDIT_PRESETS),
        vol.Optional(ATTR_TYPE): vol.All(vol.In(_TYPES), _TYPES.get),
        vol.Optional(ATTR_NUMBER): vol.Coerce(str),
        vol.Optional(ATTR_TEXT): cv.string,
    }
)


type Telling = Callable[[str, TrackedDevice, Manner, Callable[[bool], None]], Awaitable["Result"]]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a command to one device; `error` is what a person hears of it."""

    device_id: str
    name: str
    messages: tuple[DeviceMessage, ...] = ()
    answered: Answered | None = None
    error: HomeAssistantError | None = None
    restart_needed: bool = False

    @property
    def status(self) -> SendStatus:
        """Whether it went well, as far as that is known."""
        outcomes = self.answered.outcomes if self.answered else ()
        if any(outcome.status is SendStatus.UNKNOWN for outcome in outcomes):
            return SendStatus.UNKNOWN
        return SendStatus.FAILED if self.error else SendStatus.SENT

    def response(self) -> dict[str, Any]:
        """Return the result as a part of a response; no message shows a credential."""
        outcomes = self.answered.outcomes if self.answered else ()
        heard = self.answered.heard if self.answered else ()
        values = [plain(item.values) for item in heard]
        return {
            "device_id": self.device_id,
            "name": self.name,
            "messages": [message.masked for message in self.messages],
            "receipts": [_receipt(outcome) for outcome in outcomes],
            "reply": {
                "raw": "\n".join(item.text for item in heard),
                "values": {key: told for each in values for key, told in each.items()},
            }
            if heard
            else None,
            "restart_needed": self.restart_needed,
            "error": self.error.translation_key if self.error else None,
            "message": str(self.error) if self.error else None,
        }


async def send_config_sms(call: ServiceCall) -> ServiceResponse:
    """Send a command, or the whole sequence of a set-up, to one device or more."""
    setup, command = call.data.get(ATTR_SETUP), call.data.get(ATTR_COMMAND)
    if (setup is None) is (command is None) or (setup is not None and call.data[ATTR_PARAMETERS]):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="command_or_setup")
    command = command or Command.SETUP
    parameters = _texts(call.data[ATTR_PARAMETERS] if setup is None else setup)
    wait = call.data[ATTR_TIMEOUT] if call.data[ATTR_WAIT_FOR_REPLY] else None

    return await _each(call, command, parameters, wait, dry=call.data[ATTR_DRY_RUN])


async def set_credit_request(call: ServiceCall) -> ServiceResponse:
    """Tell devices how their operator is asked for the credit; no device confirms it."""
    preset = CREDIT_PRESETS.get(call.data.get(ATTR_PRESET, ""), {})
    given = {key: call.data[key] for key in (ATTR_TYPE, ATTR_NUMBER, ATTR_TEXT) if key in call.data}
    parameters = {**preset, **given}
    return await _each(call, Command.SET_CREDIT_REQUEST, parameters)


async def connect(call: ServiceCall) -> ServiceResponse:
    """Have a device connect to its cloud, and tell where it has."""
    device = async_tracked_device(call.hass, call.data[ATTR_DEVICE_ID])
    if device.always_connected:
        return {"status": "not_needed", "address": None, "port": None, "identifier": None}
    manner = Manner(sending=sending_of(call))
    answered = await device.request(Command.CONNECT, {}, call.data[ATTR_TIMEOUT], manner)
    if answered.silent:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="connect_no_reply")
    if (error := answered.error()) is not None:
        raise error
    cloud = next((item.values.cloud for item in answered.heard if item.values.cloud), None)
    if cloud is None:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="unexpected_answer")
    return {
        "status": "connected",
        "address": cloud.address,
        "port": cloud.port,
        "identifier": cloud.identifier,
    }


async def _each(
    call: ServiceCall,
    command: Command,
    parameters: Mapping[str, str],
    wait: float | None = None,
    *,
    dry: bool = False,
) -> ServiceResponse:
    """Say a command to every device, whatever comes of the others.

    Raises before anything is sent when none of them can be told so.
    """
    targets, sending = async_tracked_devices(call), sending_of(call)
    results = [
        _check(device_id, device, command, parameters, wait, sending)
        for device_id, device in targets.devices.items()
    ]
    away = [
        Result(each, name, error=action_error(GatewayConnectionError(Reason.NOT_CONNECTED)))
        for each, name in targets.away.items()
    ]
    if (error := (results + away)[0].error) is not None and all(each.error for each in results):
        raise error
    if not dry:
        telling = partial(_one, command=command, parameters=parameters, wait=wait)
        results = await _tell_all(targets.devices, telling, sending)
    results += away
    if call.return_response:
        return {"devices": [result.response() for result in results]}
    _raise_unless_well(results)
    return None


def _check(
    device_id: str,
    device: TrackedDevice,
    command: Command,
    parameters: Mapping[str, str],
    wait: float | None,
    sending: Sending,
) -> Result:
    """Look whether a device can be told something, and how."""
    name = device.subentry.title
    try:
        messages = device.check(command, parameters, wait=wait is not None, sending=sending)
    except HomeAssistantError as err:
        return Result(device_id, name, error=err)
    return Result(device_id, name, messages)


async def _tell_all(
    devices: Mapping[str, TrackedDevice], telling: Telling, sending: Sending
) -> list[Result]:
    """Tell all devices, those of one gateway only some at a time.

    Whoever is cut off hears of nothing: unknown outcomes are then told by the events, and how many
    were reached by the progress of the gateway. A single device waits behind no others.
    """
    counts = Counter(device.config_entry.entry_id for device in devices.values())
    entries: dict[str, GatewayConfigEntry] = {
        device.config_entry.entry_id: device.config_entry for device in devices.values()
    }
    with ExitStack() as ends:
        ways: dict[str, tuple[Manner, Callable[[bool], None]]] = {}
        for entry_id, entry in entries.items():
            runtime, count = entry.runtime_data, counts[entry_id]
            hearing = ends.enter_context(runtime.outbox.hearing())
            manner = Manner(sending=sending, among=hearing)
            if count > 1:
                manner = replace(manner, pace=runtime.broadcast.pace)
            ways[entry_id] = (manner, ends.enter_context(runtime.broadcast.run(count)))
        found = await asyncio.gather(
            *(
                telling(device_id, device, *ways[device.config_entry.entry_id])
                for device_id, device in devices.items()
            ),
            return_exceptions=True,
        )
        if broken := [each for each in found if isinstance(each, BaseException)]:
            raise broken[0]
    return [each for each in found if isinstance(each, Result)]


async def _one(
    device_id: str,
    device: TrackedDevice,
    manner: Manner,
    tell: Callable[[bool], None],
    *,
    command: Command,
    parameters: Mapping[str, str],
    wait: float | None,
) -> Result:
    """Say a command to one device, with its error as a result."""
    name = device.subentry.title
    try:
        answered = await device.request(command, parameters, wait, manner)
    except HomeAssistantError as err:
        result = Result(device_id, name, error=err)
    else:
        result = Result(
            device_id,
            name,
            answered.messages,
            answered,
            answered.error(),
            restart_needed=answered.sent and device.commands[command].needs_restart,
        )
    tell(result.error is None)
    return result


def _raise_unless_well(results: Sequence[Result]) -> None:
    """Raise the error itself of one device, or how many of several were not reached."""
    errors = [result.error for result in results if result.error]
    if not errors:
        return
    if len(results) == 1:
        raise errors[0]
    raise not_sent_error([result.status for result in results])


def _receipt(outcome: Outcome) -> dict[str, Any]:
    """Put what came of one message into a response."""
    parts = outcome.result.parts if isinstance(outcome.result, Receipt) else ()
    return {
        "status": outcome.status.value,
        "references": [part.reference for part in parts],
        "message_ids": [part.message_id for part in parts],
    }


def _texts(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Write parameters as texts."""
    return {key: _text(value) for key, value in parameters.items()}


def _text(value: str | float) -> str:
    """Write a value as a text; a division in a template makes a whole number a decimal one."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
