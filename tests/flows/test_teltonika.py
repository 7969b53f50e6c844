"""A person sets up a Teltonika router."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
import ssl
from typing import Any

from homeassistant.config_entries import SOURCE_DHCP, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.loader import async_get_integration
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.network import Network
from simulator.teltonika import Router, RouterModem

from ..centres import server_context
from .desk import answer, offered, outcome, placeholders, set_up, start_change, start_user, state_of

MAC = "209727000001"
POST_GET = {"username": "user1", "password": "user_pass"}
ROOT = {"router_username": "root", "router_password": "admin01"}
REST = {"username": "admin", "password": "Admin123!"}

type Switch = Callable[..., Any]


@pytest.fixture
async def switch_on(hass: HomeAssistant, home_url: str, network: Network) -> AsyncIterator[Switch]:
    """Switch routers on; the gateways let go of them before they go off."""
    routers: list[Router] = []

    async def switch(tls: ssl.SSLContext | None = None, **firmware: bool) -> Router:
        router = Router(RouterModem(network), **firmware)
        router.serial = f"110000000{len(routers) + 1}"
        router.mac = f"20:97:27:00:00:0{len(routers) + 1}"
        routers.append(router)
        await router.serve(tls=tls)
        return router

    yield switch
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state.recoverable:
            await hass.config_entries.async_unload(entry.entry_id)
    for router in routers:
        await router.close()


def url_of(router: Router) -> str:
    """Return where a router is."""
    return f"http://127.0.0.1:{router.port}"


async def at_login(hass: HomeAssistant, router: Router) -> ConfigFlowResult:
    """Go on as far as the form for the login."""
    return await answer(hass, await start_user(hass, "teltonika"), url=url_of(router))


def router_entry(
    hass: HomeAssistant, router: Router, unique_id: str, **data: Any
) -> MockConfigEntry:
    """Add an entry for a router; it is not set up yet."""
    api = {"api": "rest", **REST} if router.rest else {"api": "post_get", **POST_GET}
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Boat",
        unique_id=unique_id,
        data={"kind": "teltonika", "url": url_of(router), "verify_ssl": True, "webhook_id": "hook"}
        | api
        | data,
        options={"show_texts": False, "delete_after_receipt": False},
    )
    entry.add_to_hass(hass)
    return entry


@pytest.mark.parametrize(
    ("firmware", "step", "login", "unique_id", "title"),
    [
        ({}, "teltonika_rest", REST, MAC, "Teltonika RUT241"),
        ({"legacy": True}, "teltonika_post_get", POST_GET | ROOT, MAC, "Teltonika RUT240"),
        ({"legacy": True}, "teltonika_post_get", POST_GET, None, "Teltonika"),
        ({"legacy": True, "bare": True}, "teltonika_post_get", POST_GET, None, "Teltonika"),
    ],
)
async def test_address_login_done(
    hass: HomeAssistant,
    switch_on: Switch,
    firmware: dict[str, bool],
    step: str,
    login: dict[str, str],
    unique_id: str | None,
    title: str,
) -> None:
    """The API is found out; one login later there is a gateway, known by its MAC if it tells it."""
    router = await switch_on(**firmware)
    result = await at_login(hass, router)
    assert outcome(result) == step
    assert router.failed_logins == 0
    result = await answer(hass, result, **login)
    assert outcome(result) == "forwarding"
    result = await answer(hass, result)
    assert outcome(result) == "preferences"
    assert offered(result)["country"] == hass.config.country
    result = await answer(hass, result)
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert (entry.unique_id, entry.title) == (unique_id or url_of(router), title)
    assert entry.data["url"] == url_of(router)
    assert entry.data.items() >= login.items()
    assert entry.options["delete_after_receipt"] is False
    assert entry.options["push"]["forward"] is False


async def test_the_logins_of_the_manual(hass: HomeAssistant, switch_on: Switch) -> None:
    """They are filled in, each in the form of its API."""
    legacy = offered(await at_login(hass, await switch_on(legacy=True)))
    unset = {"router_password": None, "time_zone": None}
    assert legacy == POST_GET | {"router_username": "root"} | unset
    new = offered(await at_login(hass, await switch_on()))
    assert new == {"username": "admin", "password": None, "time_zone": None}


async def test_what_to_enter_in_the_router(
    hass: HomeAssistant, switch_on: Switch, home_url: str
) -> None:
    """The form shows the address of our webhook, and keeps what both sides have to agree on."""
    result = await answer(hass, await at_login(hass, await switch_on()), **REST)
    url = placeholders(result)["url"]
    assert url.startswith(f"{home_url}/api/webhook/")
    assert placeholders(result)["address"] == url.removeprefix("http://")
    wanted = {
        "forward": True,
        "number_name": "Sender",
        "text_name": "Text",
        "base64": False,
        "extra": {"extra_1_name": "Code", "extra_1_value": "RUT240 06E000"},
    }
    result = await answer(hass, await answer(hass, result, **wanted))
    entry = result["result"]
    assert entry.options["push"] == wanted | {"local_only": True}
    assert entry.data["webhook_id"] == url.rpartition("/")[2]


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"number_name": "text"}, "names_equal"),
        ({"extra": {"extra_1_name": "number", "extra_1_value": "1"}}, "names_equal"),
        ({"extra": {"extra_1_name": "Code"}}, "pair_incomplete"),
        ({"extra": {"extra_2_value": "Code"}}, "pair_incomplete"),
    ],
)
async def test_names_that_cannot_be_told_apart(
    hass: HomeAssistant, switch_on: Switch, wanted: dict[str, Any], error: str
) -> None:
    """The form comes back with what was typed in."""
    result = await answer(hass, await at_login(hass, await switch_on()), **REST)
    result = await answer(hass, result, forward=True, **wanted)
    assert outcome(result) == f"forwarding:{error}"
    assert offered(result)["forward"] is True


@pytest.mark.parametrize("legacy", [True, False])
async def test_a_wrong_login(hass: HomeAssistant, switch_on: Switch, legacy: bool) -> None:
    """It is tried once, and asked for again."""
    router = await switch_on(legacy=legacy)
    result = await at_login(hass, router)
    step = result["step_id"]
    result = await answer(hass, result, username="admin", password="wrong")
    assert outcome(result) == f"{step}:login_wrong"
    assert router.failed_logins == 1
    result = await answer(hass, result, **(POST_GET if legacy else REST))
    assert outcome(result) == "forwarding"


async def test_post_get_is_switched_off(hass: HomeAssistant, switch_on: Switch) -> None:
    """The form says where it is switched on."""
    router = await switch_on(legacy=True)
    router.post_get.enabled = False
    result = await at_login(hass, router)
    assert outcome(await answer(hass, result, **POST_GET)) == "teltonika_post_get:service_disabled"


@pytest.mark.parametrize(
    ("address", "error"),
    [("ftp://host", "invalid_device"), ("http://127.0.0.1:1", "connection_refused")],
)
async def test_nobody_there(hass: HomeAssistant, home_url: str, address: str, error: str) -> None:
    """The form says why, and keeps what was typed in."""
    result = await answer(hass, await start_user(hass, "teltonika"), url=address)
    assert outcome(result) == f"teltonika:{error}"
    assert offered(result)["url"] == address


async def test_the_same_router_twice(hass: HomeAssistant, switch_on: Switch) -> None:
    """It is recognised by its address, and at another one by its MAC."""
    router = await switch_on()
    entry = router_entry(hass, router, MAC)
    assert outcome(await at_login(hass, router)) == "already_configured"
    hass.config_entries.async_update_entry(entry, data={**entry.data, "url": "http://192.0.2.1"})
    result = await answer(hass, await at_login(hass, router), **REST)
    assert outcome(result) == "already_configured"


async def test_another_login(hass: HomeAssistant, switch_on: Switch) -> None:
    """After a login was refused, another one sets the entry up again."""
    router = await switch_on()
    entry = router_entry(hass, router, MAC, password="wrong")
    await set_up(hass, entry)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    result = await start_change(hass, entry, "reauth")
    assert outcome(result) == "teltonika_rest"
    assert offered(result) == {"username": "admin", "password": None, "time_zone": None}
    assert outcome(await answer(hass, result, **REST)) == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.data["password"] == REST["password"]


async def test_another_login_of_the_router(hass: HomeAssistant, switch_on: Switch) -> None:
    """The form says which of the two logins was refused, and is content without the second."""
    router = await switch_on(legacy=True)
    entry = router_entry(hass, router, MAC, **ROOT | {"router_password": "wrong"})
    await set_up(hass, entry)
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    result = await start_change(hass, entry, "reauth")
    assert outcome(result) == "teltonika_post_get"
    wrong = POST_GET | ROOT | {"router_password": "still wrong"}
    result = await answer(hass, result, **wrong)
    assert outcome(result) == "teltonika_post_get:router_login_wrong"
    assert outcome(await answer(hass, result, **POST_GET)) == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert "router_password" not in entry.data


async def test_the_clock_of_a_router(hass: HomeAssistant, switch_on: Switch) -> None:
    """Its zone is Home Assistant's, whatever that becomes, unless a person names another."""
    await hass.config.async_set_time_zone("Europe/Brussels")
    router = await switch_on()
    router.modem.store("+491701234567", "Hello", datetime(2026, 1, 2, 3, 4, 5))  # noqa: DTZ001
    entry = router_entry(hass, router, MAC)
    await set_up(hass, entry)

    async def sent_at() -> str:
        listed: Any = await hass.services.async_call(
            DOMAIN, "list_messages", blocking=True, return_response=True
        )
        (message,) = listed["messages"]
        return str(message["sent_at"])

    assert await sent_at() == "2026-01-02T03:04:05+01:00"
    await hass.config.async_set_time_zone("America/New_York")
    assert await sent_at() == "2026-01-02T03:04:05-05:00"
    result = await answer(hass, await start_change(hass, entry), url=url_of(router))
    result = await answer(hass, result, **REST, time_zone="Mars/Olympus")
    assert outcome(result) == "teltonika_rest:invalid_time_zone"
    assert router.failed_logins == 0
    result = await answer(hass, result, **REST, time_zone="Europe/Vilnius")
    assert outcome(result) == "reconfigure_successful"
    await hass.async_block_till_done()
    assert await sent_at() == "2026-01-02T03:04:05+02:00"
    result = await answer(hass, await start_change(hass, entry), url=url_of(router))
    assert offered(result)["time_zone"] == "Europe/Vilnius"
    await answer(hass, result, **REST)
    await hass.async_block_till_done()
    assert await sent_at() == "2026-01-02T03:04:05-05:00"


async def test_a_certificate_of_its_own(
    hass: HomeAssistant, switch_on: Switch, certificate: Path
) -> None:
    """A router with a certificate that nobody trusts is used only when a person says so."""
    # Else the server's side of the handshake that is broken off counts as an error of the test.
    hass.loop.set_debug(False)
    router = await switch_on(tls=await server_context(certificate))
    url = url_of(router).replace("http", "https")
    result = await answer(hass, await start_user(hass, "teltonika"), url=url)
    assert outcome(result) == "teltonika:certificate_untrusted"
    result = await answer(hass, result, url=url, verify_ssl=False)
    assert outcome(result) == "teltonika_rest"
    result = await answer(hass, await answer(hass, result, **REST))
    entry = (await answer(hass, result))["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert (entry.data["url"], entry.data["verify_ssl"]) == (url, False)


async def test_another_router_at_the_address(hass: HomeAssistant, switch_on: Switch) -> None:
    """Its login is not given to the entry of the one that was there."""
    router = await switch_on()
    entry = router_entry(hass, router, "209727ffffff", password="wrong")
    await set_up(hass, entry)
    result = await answer(hass, await start_change(hass, entry, "reauth"), **REST)
    assert outcome(result) == "teltonika_rest:other_gateway"
    assert entry.data["password"] == "wrong"


async def test_a_router_that_tells_who_it_is(hass: HomeAssistant, switch_on: Switch) -> None:
    """Known by its address at first, it is known by its MAC once it may be asked, and stays."""
    router = await switch_on(legacy=True)
    entry = router_entry(hass, router, url_of(router))
    for login in (POST_GET | ROOT, POST_GET):
        result = await start_change(hass, entry)
        assert offered(result)["url"] == url_of(router)
        result = await answer(hass, result, url=url_of(router))
        assert offered(result)["password"] is None or "router_username" not in entry.data
        result = await answer(hass, result, **login)
        assert outcome(result) == "reconfigure_successful"
        assert entry.unique_id == MAC
        assert entry.data["webhook_id"] == "hook"
    assert "router_password" not in entry.data


async def test_another_router(hass: HomeAssistant, switch_on: Switch) -> None:
    """A new router takes the place of the old one, of another API too, when a person says so."""
    old, new = await switch_on(legacy=True), await switch_on()
    entry = router_entry(hass, old, MAC, **ROOT)
    await set_up(hass, entry)
    result = await answer(hass, await start_change(hass, entry), url=url_of(new))
    result = await answer(hass, result, **REST)
    assert outcome(result) == "replace_modem"
    assert placeholders(result) == {"old": "Boat", "new": "Teltonika RUT241"}
    assert outcome(await answer(hass, result)) == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.unique_id == "209727000002"
    assert entry.data["api"] == "rest"
    assert "router_password" not in entry.data
    assert entry.state is ConfigEntryState.LOADED


async def discover(hass: HomeAssistant, ip: str, mac: str = MAC) -> ConfigFlowResult:
    """Let Home Assistant see a router ask for its address."""
    found = DhcpServiceInfo(ip=ip, hostname="teltonika-rut", macaddress=mac)
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_DHCP}, data=found
    )


async def test_a_router_in_the_network(hass: HomeAssistant, switch_on: Switch) -> None:
    """It is offered with its address filled in, and nothing is logged in for that."""
    router = await switch_on()
    result = await discover(hass, f"127.0.0.1:{router.port}")
    assert outcome(result) == "teltonika"
    assert offered(result)["url"] == url_of(router)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": "RUT241"}
    assert router.requests == ["/api/unauthorized/status"]
    result = await answer(hass, await answer(hass, result, url=url_of(router)), **REST)
    assert outcome(result) == "forwarding"


async def test_beside_the_integration_of_home_assistant(
    hass: HomeAssistant, switch_on: Switch
) -> None:
    """Both find the same routers; one that the other has set up is offered, and left to it."""
    ours = await async_get_integration(hass, DOMAIN)
    other = await async_get_integration(hass, "teltonika")
    assert all(match in (other.manifest["dhcp"]) for match in ours.manifest["dhcp"])
    router = await switch_on()
    theirs = MockConfigEntry(domain="teltonika", unique_id="1100000001", title="Router")
    theirs.add_to_hass(hass)
    devices = dr.async_get(hass)
    device = devices.async_get_or_create(
        config_entry_id=theirs.entry_id,
        identifiers={("teltonika", "1100000001")},
        connections={(dr.CONNECTION_NETWORK_MAC, router.mac)},
    )
    result = await discover(hass, f"127.0.0.1:{router.port}")
    result = await answer(hass, await answer(hass, result, url=url_of(router)), **REST)
    entry = (await answer(hass, await answer(hass, result)))["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert devices.async_get(device.id) == device
    assert device.config_entry_id == theirs.entry_id


async def test_a_router_that_is_not_for_us(hass: HomeAssistant, home_url: str) -> None:
    """One that cannot be asked is not offered."""
    assert outcome(await discover(hass, "127.0.0.1:1")) == "not_reached"


async def test_a_router_without_a_name_is_not_offered_again(
    hass: HomeAssistant, switch_on: Switch
) -> None:
    """One that is only known by its address is recognised by that."""
    router_entry(hass, await switch_on(legacy=True), "http://127.0.0.1")
    assert outcome(await discover(hass, "127.0.0.1")) == "already_configured"


async def test_an_entry_follows_its_router(hass: HomeAssistant, switch_on: Switch) -> None:
    """A router that has got another address is used there."""
    router = await switch_on()
    entry = router_entry(hass, router, MAC, url=f"http://192.0.2.7:{router.port}")
    assert outcome(await discover(hass, "127.0.0.1")) == "already_configured"
    assert entry.data["url"] == url_of(router)


async def test_a_router_that_is_back(hass: HomeAssistant, switch_on: Switch) -> None:
    """An entry that waits for its router does not wait any longer."""
    router = await switch_on()
    entry = router_entry(hass, router, MAC)
    router.down()
    await set_up(hass, entry)
    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    await router.serve()
    assert outcome(await discover(hass, "127.0.0.1")) == "already_configured"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_a_host_name_stays(hass: HomeAssistant, switch_on: Switch) -> None:
    """A name that a person typed in outlasts any address."""
    entry = router_entry(hass, await switch_on(), MAC, url="https://router.lan")
    assert outcome(await discover(hass, "192.0.2.7")) == "already_configured"
    assert entry.data["url"] == "https://router.lan"


async def test_forwarding_in_the_options(hass: HomeAssistant, switch_on: Switch) -> None:
    """It can be set up later, and the other options stay, as it does when they change."""
    entry = router_entry(hass, await switch_on(), MAC)
    await set_up(hass, entry)
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert "forwarding" in (menu["menu_options"] or ())

    async def choose(flow: ConfigFlowResult, **values: Any) -> ConfigFlowResult:
        result = await hass.config_entries.options.async_configure(flow["flow_id"], values)
        await hass.async_block_till_done()
        return result

    form = await choose(menu, next_step_id="forwarding")
    assert placeholders(form)["url"].endswith("/api/webhook/hook")
    await choose(form, forward=True)
    push = entry.options["push"]
    assert push["forward"] is True
    assert entry.options["show_texts"] is False
    assert entry.state is ConfigEntryState.LOADED
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    form = await choose(menu, next_step_id="settings")
    await choose(form, show_texts=True)
    assert entry.options["push"] == push
    assert entry.options["delete_after_receipt"] is False
