"""What 5,000 endpoints cost in Home Assistant: to set up, and when one of them changes.

Run with `python -m benchmarks.endpoints`. The account is simulated and read over HTTP, in the same
process; Home Assistant is real, with the entities that are enabled by default.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
import tempfile
from time import perf_counter
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import frame
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from custom_components.cellular_gateway.gateways.endpoints import Connectivity
from custom_components.cellular_gateway.gateways.models import GatewayState
from simulator.emnify import Cloud, CloudServer

ENDPOINTS = (1000, 5000)
ROUNDS = 50


class Blocks:
    """The longest time in which the event loop did nothing else."""

    longest = 0.0

    async def watch(self) -> None:
        """Look every few milliseconds until cancelled."""
        while True:
            began = perf_counter()
            await asyncio.sleep(0.005)
            self.longest = max(self.longest, perf_counter() - began - 0.005)


@asynccontextmanager
async def fleet(hass: HomeAssistant, endpoints: int) -> AsyncIterator[MockConfigEntry]:
    """Make an account with so many endpoints, and an entry for it that is not set up."""
    cloud = Cloud(application_token="token")
    for device in [cloud.add_device() for _ in range(endpoints)]:
        cloud.attach(device)
    server = CloudServer(cloud)
    data = {"kind": "emnify", "token": "token", "url": await server.serve(), "webhook_id": "x"}
    entry = MockConfigEntry(domain="cellular_gateway", title="Fleet", data=data)
    entry.add_to_hass(hass)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)
    await server.stop()
    await cloud.close()


def measured(act: Callable[[], None]) -> float:
    """Return how many milliseconds something takes, on average."""
    began = perf_counter()
    for _ in range(ROUNDS):
        act()
    return (perf_counter() - began) * 1000 / ROUNDS


async def run(hass: HomeAssistant, endpoints: int) -> str:
    """Set an account up, and change one endpoint."""
    blocks = Blocks()
    watching = asyncio.create_task(blocks.watch())
    async with fleet(hass, endpoints) as entry:
        began = perf_counter()
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        took = perf_counter() - began
        watching.cancel()
        coordinator = entry.runtime_data.coordinator
        await coordinator.gateway.close()
        written: Counter[str] = Counter()

        @callback
        def every(_: object) -> bool:
            return True

        @callback
        def note(event: Event[Any]) -> None:
            written[event.data["entity_id"]] += 1

        state: GatewayState = coordinator.gateway.state
        coordinator.state_changed(state)
        for kind in (EVENT_STATE_CHANGED, EVENT_STATE_REPORTED):
            hass.bus.async_listen(str(kind), note, event_filter=every)
        known = dict(state.endpoints or {})
        key, first = next(iter(known.items()))
        turns = iter(range(2 * ROUNDS))

        def change() -> None:
            """Show the one endpoint as something else."""
            status = Connectivity.ONLINE if next(turns) % 2 else Connectivity.BLOCKED
            changed = known | {key: replace(first, connectivity=status)}
            coordinator.state_changed(replace(state, endpoints=changed))

        one = measured(change)
        await hass.async_block_till_done()
        entities = len(written)
        none = measured(lambda: coordinator.state_changed(coordinator.data))
    return (
        f"{endpoints:>9}{len(hass.states.async_all()):>9}{took:>9.1f}"
        f"{blocks.longest:>9.1f}{one:>13.2f}{entities:>10}{none:>13.2f}"
    )


async def main() -> None:
    """Print a line for each size; `blocked` is the longest time without a turn for others, in s.

    So is the set-up; a push of the state is in milliseconds.
    """
    print("endpoints   states  set up  blocked  one changed  entities  none changed")
    for endpoints in ENDPOINTS:
        with tempfile.TemporaryDirectory() as folder:
            async with async_test_home_assistant(config_dir=folder) as hass:
                frame.async_setup(hass)
                hass.data.pop(DATA_CUSTOM_COMPONENTS)
                for domain in ("webhook", "usb"):
                    await async_setup_component(hass, domain, {})
                print(await run(hass, endpoints))
                await hass.async_stop(force=True)


if __name__ == "__main__":
    asyncio.run(main())
