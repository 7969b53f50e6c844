"""What an automation does with the actions of the integration."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.cellular_gateway.const import DOMAIN

NOTHING: Mapping[str, Any] = {}


async def act(
    hass: HomeAssistant,
    action: str,
    data: Mapping[str, Any] = NOTHING,
    /,
    *,
    response: bool = True,
    **more: Any,
) -> Any:
    """Run an action of ours, and return its response."""
    return await hass.services.async_call(
        DOMAIN, action, {**data, **more}, blocking=True, return_response=response
    )


async def refusal(hass: HomeAssistant, action: str, /, **data: Any) -> HomeAssistantError:
    """Run an action that is refused, and return how."""
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, action, response=False, **data)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key
    return raised.value
