"""Ask for the balance of the SIM of a port or of a tracked device, and tell it."""

from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..balance import ANSWER_SECONDS
from ..const import DOMAIN
from ..devices.vocabulary import Command
from ..sms.balance import Balance
from ..tracked_device import TrackedDevice
from .target import TARGET_FIELDS, async_target
from .tracked_target import async_tracked_device

ATTR_TIMEOUT: Final = "timeout"

REQUEST_CREDIT_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Optional(ATTR_DEVICE_ID): cv.string,
        vol.Optional(ATTR_TIMEOUT, default=ANSWER_SECONDS): vol.All(
            vol.Coerce(float), vol.Range(min=10, max=600)
        ),
    }
)


async def request_credit(call: ServiceCall) -> ServiceResponse:
    """Ask once, and return what the operator answers.

    The amount is a number, for automations that compare it; `currency` (ISO 4217) and `expires`
    (an ISO 8601 date) are None where the answer does not tell them.
    """
    if device_id := call.data.get(ATTR_DEVICE_ID):
        device = async_tracked_device(call.hass, device_id)
        return await _device_credit(device, call.data[ATTR_TIMEOUT])
    target = async_target(call)
    keeper = target.entry.runtime_data.balances.get(target.port)
    if keeper is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="balance_not_configured"
        )
    credit = await keeper.request(call.data[ATTR_TIMEOUT])
    return _response(credit.balance, credit.raw)


async def _device_credit(device: TrackedDevice, limit: float) -> ServiceResponse:
    """Have a device ask its operator, and read what it forwards."""
    answered = await device.request(Command.REQUEST_CREDIT, {}, limit)
    if (error := answered.error()) is not None:
        raise error
    for heard in answered.heard:
        if (balance := heard.values.balance) is not None:
            return _response(balance, heard.text)
    raise HomeAssistantError(translation_domain=DOMAIN, translation_key="balance_not_found")


def _response(balance: Balance, raw: str | None) -> ServiceResponse:
    """Put a balance into a response."""
    return {
        "amount": float(balance.amount),
        "currency": balance.currency,
        "expires": balance.expiry.isoformat() if balance.expiry else None,
        "raw": raw,
    }
