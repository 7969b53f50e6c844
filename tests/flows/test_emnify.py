"""A person sets up an EMnify account."""

from collections.abc import AsyncIterator
import sys
from types import ModuleType
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.emnify import Cloud, CloudServer, Device

from ..clouds import SECRET, TOKEN
from ..waiting import until_state
from .desk import answer, offered, outcome, placeholders, set_up, start_change, start_user, state_of
from .test_emnify_options import options_step


@pytest.fixture(autouse=True)
async def unloaded(
    hass: HomeAssistant, fast_clock: None, cloud_server: CloudServer
) -> AsyncIterator[None]:
    """Entries end before the account does."""
    yield
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state.recoverable:
            await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def public(hass: HomeAssistant, home_url: str) -> None:
    """Home Assistant can be reached by its web server on loopback, for want of an internet."""
    hass.config.external_url = home_url


def account(server: CloudServer, token: str = TOKEN) -> dict[str, Any]:
    """Return what is typed into the first form."""
    return {"token": token, "advanced": {"url": server.base_url}}


async def found(hass: HomeAssistant, server: CloudServer) -> ConfigFlowResult:
    """Come to the choice of the endpoints."""
    return await answer(hass, await start_user(hass, "emnify"), **account(server))


@pytest.mark.usefixtures("public")
async def test_from_the_token_to_the_first_message(
    hass: HomeAssistant, cloud: Cloud, cloud_server: CloudServer, cloud_device: Device
) -> None:
    """Token, endpoints, what to enter at EMnify, preferences; then texts come and go."""
    result = await found(hass, cloud_server)
    assert outcome(result) == "endpoints"
    assert placeholders(result) == {"name": "Simulated", "count": "1"}
    result = await answer(hass, result)
    assert outcome(result) == "portal"
    shown = placeholders(result)
    result = await answer(hass, result)
    assert offered(result).keys() == {"show_texts", "country"}
    entry = (await answer(hass, result, country="DE"))["result"]
    assert state_of(entry) is ConfigEntryState.LOADED
    assert (entry.unique_id, entry.title) == (str(cloud.organisation), "EMnify Simulated")
    assert entry.data.items() >= {"url": cloud_server.base_url, "token": TOKEN}.items()
    assert entry.data["secret"] == shown["secret"]
    assert len(shown["secret"]) >= 32
    assert entry.options == {
        "calls": 1000,
        "push": {"local_only": False},
        "show_texts": True,
        "country": "DE",
    }

    cloud.webhooks.sms_url, cloud.webhooks.secret = shown["url"], shown["secret"]
    cloud_server.down = True
    cloud.text(cloud_device, "battery low")
    state = await until_state(
        hass, "event.emnify_simulated_sms", lambda state: "text" in state.attributes
    )
    assert state.attributes["text"] == "battery low"
    assert not cloud.webhooks.refused

    cloud_server.down = False
    await hass.services.async_call(
        DOMAIN, "send_sms", {"numbers": "+423663920000017", "text": "report"}, blocking=True
    )
    (sent,) = await cloud.wait_sent(1)
    assert (sent.payload, sent.source_address) == ("report", "12345")


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ({}, {"Boat", "Car", "Van"}),
        ({"tags": ["road"]}, {"Car", "Van"}),
        ({"tags": [" water ", " "]}, {"Boat"}),
        ({"tags": ["road"], "search": " va "}, {"Van"}),
    ],
)
@pytest.mark.usefixtures("home_url")
async def test_which_endpoints(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_server: CloudServer,
    typed: dict[str, Any],
    names: set[str],
) -> None:
    """All of them, or those with a tag and a word; tags that there are are offered."""
    for name, tags in (("Boat", "water"), ("Car", "road"), ("Van", "road, big")):
        cloud.add_device(name, tags=tags)
    result = await found(hass, cloud_server)
    schema = result["data_schema"]
    assert schema is not None
    assert schema.schema["tags"].config["options"] == ["big", "road", "water"]
    result = await answer(hass, await answer(hass, result, **typed), next_step_id="portal_skip")
    entry = (await answer(hass, result))["result"]
    endpoints = entry.runtime_data.gateway.state.endpoints.values()
    assert {endpoint.name for endpoint in endpoints} == names


@pytest.mark.usefixtures("home_url")
async def test_out_of_reach_of_the_internet(
    hass: HomeAssistant, cloud: Cloud, cloud_server: CloudServer, cloud_device: Device
) -> None:
    """It is said, one may look again, and without pushes messages come all the same."""
    result = await answer(hass, await found(hass, cloud_server))
    assert outcome(result) == "portal_closed"
    result = await answer(hass, result, next_step_id="portal")
    assert outcome(result) == "portal_closed"
    hass.config.external_url = "https://boat.example"
    result = await answer(hass, result, next_step_id="portal")
    assert placeholders(result)["url"].startswith("https://boat.example/api/webhook/")
    hass.config.external_url = None
    result = await answer(hass, await answer(hass, await found(hass, cloud_server)))
    result = await answer(hass, result, next_step_id="portal_skip")
    entry = (await answer(hass, result))["result"]
    assert entry.options["push"] == {"local_only": False}
    cloud.text(cloud_device, "no hurry")
    await until_state(
        hass,
        "event.emnify_simulated_sms",
        lambda state: state.attributes.get("text") == "no hurry",
    )


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"token": "wrong"}, "token_refused"),
        ({"advanced": {"url": "http://127.0.0.1:1/api/v1"}}, "host_unreachable"),
        ({"advanced": {"url": "nowhere"}}, "invalid_device"),
    ],
)
async def test_why_it_does_not_work(
    hass: HomeAssistant, cloud_server: CloudServer, typed: dict[str, Any], error: str
) -> None:
    """The form says why, and does not show the token again."""
    typed = account(cloud_server) | typed
    result = await answer(hass, await start_user(hass, "emnify"), **typed)
    assert outcome(result) == f"emnify:{error}"
    assert offered(result)["token"] is None
    assert outcome(await answer(hass, result, **account(cloud_server))) == "endpoints"


@pytest.mark.parametrize(
    ("status", "error"), [(429, "rate_limited"), (500, "refused_because"), (0, "connection_lost")]
)
async def test_a_service_that_has_its_own_troubles(
    hass: HomeAssistant, cloud_server: CloudServer, status: int, error: str
) -> None:
    """They are told in the service's own words where it has some."""
    # A request that brings nothing about is tried again over another connection.
    cloud_server.faults.extend([status, status])
    result = await found(hass, cloud_server)
    assert outcome(result) == f"emnify:{error}"
    assert status != 500 or placeholders(result)["meaning"] == "simulated"


async def test_the_same_account_twice(
    hass: HomeAssistant, cloud: Cloud, cloud_server: CloudServer, cloud_entry: MockConfigEntry
) -> None:
    """It is known by its organisation, whatever the token."""
    cloud.application_token = "another"
    result = await answer(
        hass, await start_user(hass, "emnify"), **account(cloud_server, "another")
    )
    assert outcome(result) == "already_configured"
    assert cloud_entry.data["token"] == TOKEN


async def test_a_token_that_has_expired(
    hass: HomeAssistant, cloud: Cloud, cloud_server: CloudServer, cloud_entry: MockConfigEntry
) -> None:
    """Another one is asked for, and all else stays."""
    cloud.application_token = "new"
    await set_up(hass, cloud_entry)
    assert state_of(cloud_entry) is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"
    result = await start_change(hass, cloud_entry, "reauth")
    result = await answer(hass, result, **account(cloud_server, "new"))
    assert outcome(result) == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(cloud_entry) is ConfigEntryState.LOADED
    assert cloud_entry.data["token"] == "new"
    assert cloud_entry.data["secret"] == SECRET


async def test_the_token_of_another_account(
    hass: HomeAssistant, cloud: Cloud, cloud_server: CloudServer, cloud_entry: MockConfigEntry
) -> None:
    """It is not given to the entry of this one, unless a person wants it replaced."""
    cloud.organisation = 1
    result = await start_change(hass, cloud_entry, "reauth")
    result = await answer(hass, result, **account(cloud_server))
    assert outcome(result) == "emnify:other_gateway"
    result = await start_change(hass, cloud_entry)
    assert offered(result)["url"] == cloud_server.base_url
    result = await answer(hass, result, **account(cloud_server))
    assert outcome(result) == "replace_modem"
    assert outcome(await answer(hass, result)) == "reconfigure_successful"
    await hass.async_block_till_done()
    assert cloud_entry.unique_id == "1"
    assert cloud_entry.data["secret"] == SECRET


class CloudHooks(ModuleType):
    """Home Assistant Cloud, as far as it makes addresses; the real one needs an account there."""

    def __init__(self) -> None:
        """Start with a subscription and no addresses."""
        super().__init__("homeassistant.components.cloud")
        self.hooks: dict[str, str] = {}
        self.connected = True

    def async_active_subscription(self, hass: HomeAssistant) -> bool:
        """There is one."""
        return True

    def async_is_logged_in(self, hass: HomeAssistant) -> bool:
        """Somebody is."""
        return True

    async def async_get_or_create_cloudhook(self, hass: HomeAssistant, webhook_id: str) -> str:
        """Make an address, unless there is one."""
        if not self.connected:
            raise HomeAssistantError
        return self.hooks.setdefault(webhook_id, f"https://hooks.example/{webhook_id[:4]}")

    async def async_delete_cloudhook(self, hass: HomeAssistant, webhook_id: str) -> None:
        """Delete an address."""
        if webhook_id not in self.hooks:
            raise ValueError
        if not self.connected:
            raise HomeAssistantError
        del self.hooks[webhook_id]


@pytest.fixture
def hooks(hass: HomeAssistant, home_url: str, monkeypatch: pytest.MonkeyPatch) -> CloudHooks:
    """Home Assistant Cloud is set up."""
    hooks = CloudHooks()
    monkeypatch.setitem(sys.modules, hooks.__name__, hooks)
    hass.config.components.add("cloud")
    return hooks


async def test_an_address_in_the_cloud(
    hass: HomeAssistant, cloud_server: CloudServer, hooks: CloudHooks
) -> None:
    """It is made when it is shown, stays with the entry, and goes with it."""
    result = await answer(hass, await found(hass, cloud_server))
    assert placeholders(result)["url"] == next(iter(hooks.hooks.values()))
    entry = (await answer(hass, await answer(hass, result)))["result"]
    assert list(hooks.hooks) == [entry.data["webhook_id"]]
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert not hooks.hooks


async def test_an_address_in_the_cloud_that_nobody_needed(
    hass: HomeAssistant, cloud_server: CloudServer, hooks: CloudHooks
) -> None:
    """A form that is closed leaves none behind; nor does one that never came so far."""
    result = await answer(hass, await found(hass, cloud_server))
    assert hooks.hooks
    hass.config_entries.flow.async_abort(result["flow_id"])
    await hass.async_block_till_done()
    assert not hooks.hooks
    result = await found(hass, cloud_server)
    hass.config_entries.flow.async_abort(result["flow_id"])
    await hass.async_block_till_done()
    assert not hooks.hooks


async def test_a_cloud_that_is_out_of_reach(
    hass: HomeAssistant, cloud_server: CloudServer, hooks: CloudHooks
) -> None:
    """The address of Home Assistant itself will do; what cannot be deleted hinders nobody."""
    result = await answer(hass, await found(hass, cloud_server))
    entry = (await answer(hass, await answer(hass, result)))["result"]
    hooks.connected = False
    assert outcome(await options_step(hass, entry, "portal")) == "portal_closed"
    hass.config.external_url = "https://boat.example"
    form = await options_step(hass, entry, "portal")
    assert placeholders(form)["url"].startswith("https://boat.example/")
    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.config_entries.async_entries(DOMAIN)
