"""Triggers of the automation editor: texts, delivery reports, calls, events of endpoints.

They hear the dispatcher signals of the config entries. A signal goes by its entry's id alone, so
a trigger may be there before its gateway is set up, and a reload changes nothing for it.
"""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .base import GatewayTrigger
from .call import CallReceived
from .endpoint import EndpointEventOccurred
from .sms import MAX_SEARCHED, DeliveryReported, SmsReceived

__all__ = ["MAX_SEARCHED", "TRIGGERS", "GatewayTrigger", "async_get_triggers"]

TRIGGERS: dict[str, type[Trigger]] = {
    "call_received": CallReceived,
    "delivery_report": DeliveryReported,
    "endpoint_event": EndpointEventOccurred,
    "sms_received": SmsReceived,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of the integration."""
    return TRIGGERS
