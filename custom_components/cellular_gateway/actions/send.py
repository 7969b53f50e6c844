"""Send a text to recipients and numbers, and show beforehand how it would be sent."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.service import async_get_config_entry
import voluptuous as vol

from ..const import (
    ATTR_PORT,
    CONF_ENDPOINT,
    CONF_GROUP,
    CONF_NUMBER,
    CONF_PORT,
    DOMAIN,
    SUBENTRY_TRACKED_DEVICE,
)
from ..coordinator import GatewayConfigEntry
from ..errors import action_error, not_sent_error, receipt_error
from ..gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    MessageError,
    Reason,
)
from ..gateways.models import OutgoingSms, PartReceipt, Receipt, SendStatus
from ..messages.limits import LONGEST, SendLimit
from ..messages.outbox import Hearing, Outbox, Outcome
from ..messages.routing import sending_to
from ..sms.segments import EncodingPolicy, Segmentation, segment
from .sending import SOURCE_FIELDS, VALIDITY_FIELD, sending_of
from .target import TARGET_FIELDS, async_endpoint

ATTR_DELIVERY_REPORT = "delivery_report"
ATTR_ENCODING = "encoding"
ATTR_ENDPOINTS = "endpoints"
ATTR_FLASH = "flash"
ATTR_GROUPS = "groups"
ATTR_LIMIT = "limit"
ATTR_LIMIT_TIME = "limit_time"
ATTR_MAX_PARTS = "max_parts"
ATTR_NUMBERS = "numbers"
ATTR_RECIPIENTS = "recipients"
ATTR_TEXT = "text"

# Concatenation counts the parts of a text in one octet (3GPP TS 23.040 clause 9.2.3.24.1).
MAX_PARTS = 255

TEXT_FIELDS = {
    vol.Required(ATTR_TEXT): cv.string,
    vol.Optional(ATTR_ENCODING, default=EncodingPolicy.AUTO): vol.Coerce(EncodingPolicy),
    vol.Optional(ATTR_MAX_PARTS, default=10): vol.All(
        vol.Coerce(int), vol.Range(min=1, max=MAX_PARTS)
    ),
}
# A template that yields "+32470000001" arrives as the integer 32470000001.
NUMBER = vol.Any(vol.All(int, vol.Range(min=0)), cv.string)
GROUP = vol.All(cv.string, vol.Strip, vol.Length(min=1))

SEND_SMS_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Optional(ATTR_RECIPIENTS, default=list): cv.entity_ids,
        vol.Optional(ATTR_ENDPOINTS, default=list): vol.All(cv.ensure_list, [cv.string]),
        vol.Optional(ATTR_NUMBERS, default=list): vol.All(cv.ensure_list, [NUMBER]),
        vol.Optional(ATTR_GROUPS, default=list): vol.All(cv.ensure_list, [GROUP]),
        vol.Optional(ATTR_FLASH, default=False): cv.boolean,
        vol.Optional(ATTR_LIMIT): vol.All(vol.Coerce(int), vol.Range(min=1, max=100)),
        vol.Optional(ATTR_LIMIT_TIME, default=timedelta(days=1)): vol.All(
            cv.positive_time_period, vol.Range(min=timedelta(minutes=1), max=LONGEST)
        ),
        **VALIDITY_FIELD,
        **SOURCE_FIELDS,
        vol.Optional(ATTR_DELIVERY_REPORT): cv.boolean,
        **TEXT_FIELDS,
    }
)
PREVIEW_SMS_SCHEMA = vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string, **TEXT_FIELDS})


@dataclass(frozen=True, slots=True)
class Addressee:
    """A number to send to, through which gateway and port, and whose it is.

    A `group` of the gateway has its name in place of a number, and so has an `endpoint` without
    one. A gateway that is not set up at the moment has no outbox.
    """

    entry_id: str
    outbox: Outbox | None
    number: str
    port: str | None
    subentry: ConfigSubentry | None = None
    group: str | None = None
    endpoint: str | None = None

    @property
    def name(self) -> str | None:
        """What a person calls him."""
        return self.subentry.title if self.subentry else None


async def send_sms(call: ServiceCall) -> ServiceResponse:
    """Send a text to every recipient and number, whatever came of the one before.

    Of unknown outcomes the caller hears at the end; one that is gone by then hears by the events.
    """
    addressees = _addressees(call)
    with ExitStack() as ends:
        hearings = {
            outbox: ends.enter_context(outbox.hearing())
            for outbox in dict.fromkeys(addressee.outbox for addressee in addressees)
            if outbox is not None
        }
        outcomes = [await _send(call, addressee, hearings) for addressee in addressees]
    if call.return_response:
        return {"receipts": [_receipt(*pair) for pair in zip(addressees, outcomes, strict=True)]}
    _raise_unless_sent(outcomes)
    return None


async def _send(
    call: ServiceCall, addressee: Addressee, hearings: Mapping[Outbox, Hearing]
) -> Outcome:
    """Send the text to one of them."""
    if (outbox := addressee.outbox) is None:
        return Outcome(addressee.number, GatewayConnectionError(Reason.NOT_CONNECTED))
    if not await _may_go(call, outbox, addressee.number):
        return Outcome(addressee.number, _limit_error())
    subentry, sending = addressee.subentry, sending_of(call)
    if subentry is not None:
        sending = sending_to(subentry, sending)
    message = OutgoingSms(
        number=addressee.number,
        text=call.data[ATTR_TEXT],
        port=addressee.port,
        flash=call.data[ATTR_FLASH],
        validity=sending.validity,
        encoding=call.data[ATTR_ENCODING],
        max_parts=call.data[ATTR_MAX_PARTS],
        group=addressee.group,
        endpoint=addressee.endpoint,
        source_address=sending.source_address,
        source_address_type=sending.source_address_type,
    )
    if subentry is not None and subentry.subentry_type == SUBENTRY_TRACKED_DEVICE:
        message = outbox.answerable(message)
    choice = call.data.get(ATTR_DELIVERY_REPORT)
    (outcome,) = await outbox.send([message], delivery_report=choice, hearing=hearings[outbox])
    return outcome


async def _may_go(call: ServiceCall, outbox: Outbox, number: str) -> bool:
    """Whether the limit of the call, where it has one, lets a text to a number go."""
    if (most := call.data.get(ATTR_LIMIT)) is None:
        return True
    return await outbox.take_limited(number, SendLimit(most, call.data[ATTR_LIMIT_TIME]))


def _limit_error() -> GatewayRefusedError:
    """Return what keeps a text back that is one too many."""
    return GatewayRefusedError(
        "limit", "the limit of the send", temporary=True, reason=Reason.LIMIT_REACHED
    )


async def preview_sms(call: ServiceCall) -> ServiceResponse:
    """Tell how a text would be sent, without sending it."""
    try:
        result = _segment(call)
    except MessageError as err:
        raise action_error(err) from err
    return {
        "encoding": result.encoding,
        "parts": [part.text for part in result.parts],
        "forcing": list(result.forcing),
        "transliterated": result.transliterated,
        "units_left": result.units_left,
    }


def _segment(call: ServiceCall) -> Segmentation:
    """Cut the text as the gateway that is named, or the only one, would; raises MessageError."""
    entries: list[GatewayConfigEntry]
    if entry_id := call.data.get(ATTR_CONFIG_ENTRY_ID):
        entries = [async_get_config_entry(call.hass, DOMAIN, entry_id)]
    else:
        entries = call.hass.config_entries.async_loaded_entries(DOMAIN)
    text, policy, most = (call.data[name] for name in (ATTR_TEXT, ATTR_ENCODING, ATTR_MAX_PARTS))
    if len(entries) != 1:
        return segment(text, policy=policy, max_parts=most)
    message = OutgoingSms(number="", text=text, encoding=policy, max_parts=most)
    return entries[0].runtime_data.gateway.segment(message)


def _addressees(call: ServiceCall) -> list[Addressee]:
    """Resolve recipients, endpoints, numbers and groups; each once, in the order given."""
    recipients = [_recipient(call, entity) for entity in call.data[ATTR_RECIPIENTS]]
    recipients += [_endpoint(call, device_id) for device_id in call.data[ATTR_ENDPOINTS]]
    numbers, groups = call.data[ATTR_NUMBERS], call.data[ATTR_GROUPS]
    if not (recipients or numbers or groups):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_recipient")
    if numbers or groups:
        entry = _entry_for_numbers(call, recipients)
        port, outbox = call.data.get(ATTR_PORT), entry.runtime_data.outbox
        recipients += [
            Addressee(entry.entry_id, outbox, _number(outbox, number), port) for number in numbers
        ]
        recipients += [
            Addressee(entry.entry_id, outbox, group, port, group=group) for group in groups
        ]
    return _each_once(recipients)


def _each_once(addressees: Sequence[Addressee]) -> list[Addressee]:
    """Leave out who is named twice, and a number that an endpoint among them has."""
    known = {
        (each.entry_id, each.number)
        for each in addressees
        if each.endpoint not in (None, each.number)
    }
    unique: dict[tuple[str | None, ...], Addressee] = {}
    for each in addressees:
        is_number = each.endpoint is None and each.group is None
        if is_number and (each.entry_id, each.number) in known:
            continue
        number = each.number if is_number else None
        unique.setdefault((each.entry_id, number, each.group, each.endpoint), each)
    return list(unique.values())


def _number(outbox: Outbox, number: str | int) -> str:
    """Bring a number into form; one that is none fails when it is its turn, and alone."""
    try:
        return outbox.number(number)
    except MessageError:
        return str(number)


def _entry_for_numbers(call: ServiceCall, recipients: Sequence[Addressee]) -> GatewayConfigEntry:
    """Choose the gateway for bare numbers: the one named, the recipients' one, the only one."""
    entry_id = call.data.get(ATTR_CONFIG_ENTRY_ID)
    used = {addressee.entry_id for addressee in recipients}
    if entry_id is None and len(used) == 1:
        (entry_id,) = used
    return async_get_config_entry(call.hass, DOMAIN, entry_id)


def _recipient(call: ServiceCall, entity_id: str) -> Addressee:
    """Resolve the notify entity of a recipient."""
    registered = er.async_get(call.hass).async_get(entity_id)
    if (
        registered is None
        or registered.platform != DOMAIN
        or registered.config_entry_id is None
        or registered.config_subentry_id is None
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="not_a_recipient",
            translation_placeholders={"entity_id": entity_id},
        )
    entry_id = registered.config_entry_id
    if call.data.get(ATTR_CONFIG_ENTRY_ID, entry_id) != entry_id:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="recipient_of_other_gateway",
            translation_placeholders={"entity_id": entity_id},
        )
    entry: GatewayConfigEntry = call.hass.config_entries.async_get_known_entry(entry_id)
    subentry = entry.subentries[registered.config_subentry_id]
    port = call.data.get(ATTR_PORT, subentry.data.get(CONF_PORT))
    if endpoint := subentry.data.get(CONF_ENDPOINT):
        return _of_endpoint(entry, endpoint, port, subentry)
    group = subentry.data.get(CONF_GROUP)
    number = group or subentry.data[CONF_NUMBER]
    return Addressee(entry_id, _outbox(entry), number, port, subentry, group)


def _endpoint(call: ServiceCall, device_id: str) -> Addressee:
    """Resolve the device of an endpoint."""
    entry, endpoint = async_endpoint(call.hass, device_id)
    if call.data.get(ATTR_CONFIG_ENTRY_ID, entry.entry_id) != entry.entry_id:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="endpoint_of_other_gateway"
        )
    return _of_endpoint(entry, endpoint, call.data.get(ATTR_PORT), None)


def _of_endpoint(
    entry: GatewayConfigEntry, endpoint: str, port: str | None, subentry: ConfigSubentry | None
) -> Addressee:
    """Address an endpoint, by its number as well."""
    outbox = _outbox(entry)
    number = outbox.number_of(endpoint) if outbox else endpoint
    return Addressee(entry.entry_id, outbox, number, port, subentry, endpoint=endpoint)


def _outbox(entry: GatewayConfigEntry) -> Outbox | None:
    """Return what sends through a gateway, None while that is not set up."""
    return entry.runtime_data.outbox if entry.state is ConfigEntryState.LOADED else None


def _raise_unless_sent(outcomes: Sequence[Outcome]) -> None:
    """Raise when not everything was sent: the reason itself where there was just one text."""
    statuses = [outcome.status for outcome in outcomes]
    if all(status is SendStatus.SENT for status in statuses):
        return
    if len(outcomes) > 1:
        raise not_sent_error(statuses)
    result = outcomes[0].result
    if isinstance(result, Receipt):
        raise receipt_error(result)
    raise action_error(result) from result


def _receipt(addressee: Addressee, outcome: Outcome) -> dict[str, Any]:
    """Put what came of one send into a response."""
    receipt: dict[str, Any] = {
        "number": outcome.number,
        "recipient": addressee.name,
        "status": outcome.status.value,
        "id": outcome.id,
    }
    if isinstance(outcome.result, Receipt):
        return receipt | {
            "port": outcome.result.port,
            "encoding": outcome.result.encoding,
            "parts": [_part_receipt(part) for part in outcome.result.parts],
        }
    return receipt | {"parts": [], **_reason(outcome.result)}


def _part_receipt(part: PartReceipt) -> dict[str, Any]:
    """Put what came of one part into a response."""
    return {
        "number": part.number,
        "status": part.status.value,
        "reference": part.reference,
        "message_id": part.message_id,
        "reason": part.reason,
        "code": part.code,
        "meaning": part.meaning,
    }


def _reason(err: GatewayError | MessageError) -> Mapping[str, Any]:
    """Put an error that kept a send from starting into a response."""
    if isinstance(err, GatewayRefusedError):
        return {"reason": str(err.reason), "code": err.code, "meaning": err.meaning}
    return {"reason": str(err.reason), "code": None, "meaning": None}
