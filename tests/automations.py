"""Automations that run in Home Assistant, and what they were told when they ran."""

import asyncio
from collections.abc import Mapping
from typing import Any

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component

from .waiting import LIMIT

ASKED = "test_condition_asked"
RAN = "test_automation_ran"


class Runs:
    """The runs of automations, each of which has a name."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Hear of every run."""
        self.told: list[tuple[str, dict[str, Any]]] = []
        self._hass = hass
        self._more = asyncio.Event()
        hass.bus.async_listen(RAN, self._ran)

    @callback
    def _ran(self, event: Event) -> None:
        """Note a run."""
        self.told.append((event.data["name"], event.data["trigger"]))
        self._more.set()

    @property
    def names(self) -> list[str]:
        """The automations that ran, by name."""
        return sorted(name for name, _ in self.told)

    async def until(self, count: int) -> None:
        """Wait until there were so many runs, and until what they set off is done."""
        async with asyncio.timeout(LIMIT):
            while len(self.told) < count:
                self._more.clear()
                await self._more.wait()
        await self._hass.async_block_till_done()

    async def set_up(self, trigger: str, options: Mapping[str, Mapping[str, Any]]) -> None:
        """Set up an automation for each name and the options of its trigger."""
        await self.set_up_triggers(
            {
                name: {"trigger": trigger, "options": dict(chosen)}
                for name, chosen in options.items()
            }
        )

    async def set_up_triggers(self, triggers: Mapping[str, Mapping[str, Any]]) -> None:
        """Set up an automation for each name and its trigger."""
        await self._set_up({name: {"triggers": dict(chosen)} for name, chosen in triggers.items()})

    async def set_up_conditions(self, conditions: Mapping[str, Mapping[str, Any]]) -> None:
        """Set up an automation for each name and its condition; `passing` runs them."""
        await self._set_up(
            {
                name: {
                    "triggers": {"trigger": "event", "event_type": ASKED},
                    "conditions": dict(condition),
                }
                for name, condition in conditions.items()
            }
        )

    async def passing(self) -> list[str]:
        """Name the automations whose condition passes now."""
        self.told.clear()
        self._hass.bus.async_fire(ASKED)
        await self._hass.async_block_till_done()
        return self.names

    async def _set_up(self, automations: Mapping[str, Mapping[str, Any]]) -> None:
        """Set up automations that tell of their runs."""
        told = {"name": "{{ this.attributes.id }}", "trigger": "{{ trigger }}"}
        tell = {"event": RAN, "event_data": told}
        configs = [
            {"id": name, "alias": name, "mode": "queued", "actions": tell, **automation}
            for name, automation in automations.items()
        ]
        assert await async_setup_component(self._hass, "automation", {"automation": configs})
        await self._hass.async_block_till_done()
