"""Teltonika routers, and the entries for them."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.cellular_gateway.const import DOMAIN
from simulator.network import Network
from simulator.teltonika import Router, RouterModem

HOOK = "7f3a9c"
OWN = ("+4917139200011", "+4917139200012")
PEER = "+491701234567"
NAMES = {"number_name": "Sender", "text_name": "Text", "base64": False}


class Home:
    """Routers, and the entries for them."""

    def __init__(self, hass: HomeAssistant, url: str, network: Network) -> None:
        """Begin without any."""
        self.hass = hass
        self.url = url
        self.network = network
        self.routers: list[Router] = []

    async def router(self, *modems: RouterModem, **firmware: bool) -> Router:
        """Switch a router on, with one modem unless told otherwise."""
        chosen = modems or (RouterModem(self.network, numbers=OWN[:1]),)
        router = Router(*chosen, **firmware)
        self.routers.append(router)
        await router.serve()
        return router

    async def entry(self, router: Router, **push: Any) -> MockConfigEntry:
        """Set an entry for a router up."""
        data: dict[str, Any] = {
            "kind": "teltonika",
            "webhook_id": HOOK,
            "url": f"http://127.0.0.1:{router.port}",
        }
        if router.rest is not None:
            login = {"username": router.rest.username, "password": router.rest.password}
            data |= {"api": "rest", **login}
        else:
            data |= {"api": "post_get", "username": "user1", "password": "user_pass"}
            if router.ubus is not None:
                data |= {"router_username": "root", "router_password": "admin01"}
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Boat",
            data=data,
            options={"country": "DE", "push": {"forward": bool(push), **NAMES, **push}},
        )
        entry.add_to_hass(self.hass)
        assert await self.hass.config_entries.async_setup(entry.entry_id)
        await self.hass.async_block_till_done()
        return entry

    def entities(self, entry: MockConfigEntry) -> set[str]:
        """Name the entities that are on, without what all of them begin with."""
        registry = er.async_get(self.hass)
        return {
            entity.entity_id.replace("boat_", "")
            for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
            if not entity.disabled_by
        }

    async def press(self, entity_id: str) -> None:
        """Press a button."""
        await self.hass.services.async_call(
            "button", "press", {"entity_id": entity_id}, blocking=True
        )

    @property
    def hook(self) -> str:
        """Where routers forward messages to."""
        return f"{self.url}/api/webhook/{HOOK}"

    async def push(self, method: str, pairs: str) -> int:
        """Send pairs to the webhook, octet for octet, and return the status of the answer."""
        url, body = URL(self.hook), None
        if method == "GET":
            url = URL(f"{self.hook}?{pairs}", encoded=True)
        else:
            body = pairs.encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, data=body, headers=form) as response,
        ):
            return response.status

    async def delete(self, *messages: str) -> None:
        """Delete messages by name; all that is stored is received before."""
        data = {"messages": list(messages)}
        await self.hass.services.async_call(DOMAIN, "delete_messages", data, blocking=True)
        await self.hass.async_block_till_done()

    async def close(self) -> None:
        """Unload the entries, and switch the routers off."""
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            if entry.state is ConfigEntryState.LOADED:
                await self.hass.config_entries.async_unload(entry.entry_id)
        for router in self.routers:
            await router.close()


@pytest.fixture
async def home(hass: HomeAssistant, home_url: str, network: Network) -> AsyncIterator[Home]:
    """A place for routers."""
    home = Home(hass, home_url, network)
    yield home
    await home.close()
