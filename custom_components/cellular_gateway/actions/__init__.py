"""The actions: all are registered here; schemas and handlers lie in the files beside this one."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from ..const import DOMAIN
from .send import PREVIEW_SMS_SCHEMA, SEND_SMS_SCHEMA, preview_sms, send_sms


@dataclass(frozen=True, slots=True)
class Action:
    """One action; `admin` ones are refused to everybody else."""

    handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]
    schema: vol.Schema
    response: SupportsResponse = SupportsResponse.OPTIONAL
    admin: bool = False


ACTIONS: Final = {
    "preview_sms": Action(preview_sms, PREVIEW_SMS_SCHEMA, SupportsResponse.ONLY),
    "send_sms": Action(send_sms, SEND_SMS_SCHEMA),
}


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, action in ACTIONS.items():
        arguments = (DOMAIN, name, action.handler, action.schema, action.response)
        if action.admin:
            async_register_admin_service(hass, *arguments)
        else:
            hass.services.async_register(*arguments)
