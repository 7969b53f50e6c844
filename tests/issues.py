"""Reading the issues that a person sees, and waiting for them."""

import asyncio
from datetime import timedelta
from unittest.mock import patch

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.cellular_gateway.const import DOMAIN

from .waiting import LIMIT


def issues(hass: HomeAssistant) -> set[str]:
    """Name the issues that are open, by their translation keys."""
    return {
        str(issue.translation_key)
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    }


async def until_issues(hass: HomeAssistant, *keys: str) -> None:
    """Wait until these issues are open and no others."""
    changed = asyncio.Event()

    @callback
    def look(_: Event[ir.EventIssueRegistryUpdatedData]) -> None:
        changed.set()

    stop = hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, look)
    try:
        async with asyncio.timeout(LIMIT):
            while issues(hass) != set(keys):
                changed.clear()
                await changed.wait()
    finally:
        stop()


async def pass_time(hass: HomeAssistant, minutes: float) -> None:
    """Let time pass, as far as clocks of Home Assistant tell it."""
    moment = dt_util.utcnow() + timedelta(minutes=minutes)
    with patch("homeassistant.util.dt.utcnow", return_value=moment):
        async_fire_time_changed(hass, moment)
        await hass.async_block_till_done()
