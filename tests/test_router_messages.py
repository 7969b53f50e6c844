"""The messages of a Teltonika router in Home Assistant: in, out and in its storage."""

import asyncio
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import quote

import aiohttp
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_USER, SubentryFlowContext
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.health import Ailment
from simulator.phone import Phone
from simulator.teltonika import Forwarding, RouterModem

from .flows.desk import offered
from .gateways.teltonika.fixtures import fixtures
from .issues import issues, pass_time
from .routers import HOOK, OWN, PEER, Home
from .waiting import LIMIT, shown, until_state


async def test_forwarded_at_once(hass: HomeAssistant, home: Home) -> None:
    """A message comes by push, and the list does not bring it again."""
    router = await home.router()
    extra = {"extra_1_name": "Code", "extra_1_value": "RUT240 06E000"}
    entry = await home.entry(router, forward=True, extra=extra)
    forwarding = Forwarding(f"{home.url}/api/webhook/{HOOK}", extra=(("Code", "RUT240 06E000"),))
    router.forwarding.append(forwarding)
    await Phone(home.network, PEER).send(OWN[0], "Hello!")
    state = await until_state(
        hass, "event.boat_sms", lambda state: state.attributes.get("text") == "Hello!"
    )
    assert state.attributes["sender"] == PEER
    await router.forwarded()
    assert forwarding.answers == [200]
    await until_state(hass, "sensor.boat_sms_received_total", lambda state: state.state == "1")
    forwarding.extra = ()
    router.receive(PEER, "without the pair")
    await router.forwarded()
    assert forwarding.answers == [200, 403]
    assert shown(hass, "sensor.boat_sms_received_total").state == "1"
    await hass.config_entries.async_unload(entry.entry_id)
    forwarding.extra = (("Code", "RUT240 06E000"),)
    router.receive(PEER, "nobody is there")
    await router.forwarded()
    assert forwarding.answers == [200, 403, 503]


@pytest.mark.parametrize("legacy", [True, False])
async def test_a_message_is_deleted_by_its_name(
    hass: HomeAssistant, home: Home, legacy: bool
) -> None:
    """As it is listed, in capital letters or not."""
    router = await home.router(legacy=legacy)
    await home.entry(router)
    router.receive(PEER, "one")
    router.receive(PEER, "two")
    listed: Any = await hass.services.async_call(
        DOMAIN, "list_messages", blocking=True, return_response=True
    )
    names = [message["message"] for message in listed["messages"]]
    assert names == ["ROUTER:0", "ROUTER:1"]
    await home.delete(names[0], "router:7")
    assert [message.text for message in router.modem.stored] == ["two"]
    await until_state(hass, "sensor.boat_sms_received_total", lambda state: state.state == "2")


async def fill(home: Home, entry: MockConfigEntry, modem: RouterModem, count: int) -> None:
    """Receive until the storage of a modem holds so many, and let some minutes pass.

    All of it is announced by then, for which there is no event.
    """
    while len(modem.stored) < count:
        home.routers[0].receive(PEER, f"new {len(modem.stored)}", modem=modem)
    await home.routers[0].forwarded()
    await home.hass.services.async_call(
        DOMAIN, "delete_messages", {"port": "1", "messages": "ROUTER:99"}, blocking=True
    )
    async with asyncio.timeout(LIMIT):
        while await entry.runtime_data.journal.unfinished():
            await asyncio.sleep(0.01)
    await entry.runtime_data.coordinator.async_refresh()
    await pass_time(home.hass, 0)
    await pass_time(home.hass, 6)


async def repair(
    client: Any, entry: MockConfigEntry, port: str = "1"
) -> tuple[str | None, dict[str, Any]]:
    """Select the repair of a full storage and submit it; return how many it offered to delete."""
    url = "/api/repairs/issues/fix"
    issue_id = f"{Ailment.STORAGE_FULL}_{entry.entry_id}_{port}"
    response = await client.post(url, json={"handler": DOMAIN, "issue_id": issue_id})
    result: dict[str, Any] = await response.json()
    if result["type"] != "form":
        return None, result
    kept: str = result["description_placeholders"]["kept"]
    response = await client.post(f"{url}/{result['flow_id']}", json={})
    return kept, await response.json()


@pytest.mark.parametrize("legacy", [True, False])
async def test_a_full_storage_is_emptied_of_what_was_kept(
    hass: HomeAssistant, home: Home, hass_client: Any, legacy: bool
) -> None:
    """The repair deletes that and no more; it comes back where that was not enough."""
    modem = RouterModem(home.network, numbers=OWN[:1], capacity=10)
    router = await home.router(modem, legacy=legacy)
    before = [router.receive(PEER, f"before {number}") for number in range(3)]
    entry = await home.entry(router)
    client = await hass_client()
    await fill(home, entry, modem, 9)
    assert issues(hass) == {Ailment.STORAGE_FULL}
    kept, result = await repair(client, entry)
    assert (kept, result["type"]) == ("6", "create_entry")
    assert modem.stored == before
    await until_state(hass, "sensor.boat_sms_received_total", lambda state: state.state == "6")
    await pass_time(hass, 12)
    assert issues(hass) == set()
    modem.capacity = 3
    await fill(home, entry, modem, 3)
    assert issues(hass) == {Ailment.STORAGE_FULL}
    assert (await repair(client, entry))[1]["reason"] == "nothing_kept"
    assert modem.stored == before
    assert issues(hass) == {Ailment.STORAGE_FULL}


async def test_a_full_storage_of_the_second_modem(
    hass: HomeAssistant, home: Home, hass_client: Any
) -> None:
    """What was forwarded from it without its name is deleted there, and not in the first one."""
    first = RouterModem(home.network, numbers=OWN[:1])
    second = RouterModem(home.network, numbers=OWN[1:], id="2-1", primary=False, capacity=10)
    router = await home.router(first, second)
    before = [router.receive(PEER, f"before {number}") for number in range(10)]
    entry = await home.entry(router, forward=True)
    router.forwarding.append(Forwarding(home.hook))
    client = await hass_client()
    await fill(home, entry, second, 9)
    assert issues(hass) == {Ailment.STORAGE_FULL}
    kept, result = await repair(client, entry, "2-1")
    assert (kept, result["type"]) == ("9", "create_entry")
    assert (first.stored, second.stored) == (before, [])


@pytest.mark.parametrize("legacy", [True, False])
async def test_a_group_is_one_recipient(hass: HomeAssistant, home: Home, legacy: bool) -> None:
    """Post/Get writes to a group of the router, with one receipt; RutOS 7 knows none."""
    router = await home.router(legacy=legacy)
    router.post_get.groups["Crew"] = [PEER, "+491701234568"]
    await home.entry(router)
    answer: Any = await hass.services.async_call(
        DOMAIN,
        "send_sms",
        {"groups": "Crew", "numbers": [PEER], "text": "Ahoy"},
        blocking=True,
        return_response=True,
    )
    number, group = answer["receipts"]
    assert number["status"] == "sent"
    if legacy:
        assert (group["number"], group["status"]) == ("Crew", "sent")
        assert [sms.recipient for sms in home.network.sent] == [PEER, PEER, "+491701234568"]
    else:
        assert (group["status"], group["reason"]) == ("failed", "unsupported")
        assert [sms.recipient for sms in home.network.sent] == [PEER]


async def test_preview(hass: HomeAssistant, home: Home) -> None:
    """Tells the encoding that is used, though another was asked for that a router cannot choose."""
    await home.entry(await home.router(legacy=True))
    data = {"text": "Ahoy", "encoding": "ucs2"}
    answers: list[Any] = [
        await hass.services.async_call(DOMAIN, name, each, blocking=True, return_response=True)
        for name, each in (("preview_sms", data), ("send_sms", data | {"numbers": PEER}))
    ]
    preview, sent = answers
    assert preview["encoding"] == sent["receipts"][0]["encoding"] == "gsm7"


async def test_a_recipient_that_is_a_group(hass: HomeAssistant, home: Home) -> None:
    """It is added where the router has groups, notified as one, and may become a number."""
    router = await home.router(legacy=True)
    router.post_get.groups["Crew"] = [PEER, "+491701234568"]
    entry = await home.entry(router)
    flows = hass.config_entries.subentries

    async def add(**values: str) -> Any:
        context = SubentryFlowContext(source=SOURCE_USER)
        result = await flows.async_init((entry.entry_id, "recipient"), context=context)
        return await flows.async_configure(result["flow_id"], {"name": "Crew", **values})

    assert (await add())["errors"] == {"base": "group_or_number"}
    both = await add(number=PEER, group="Crew")
    assert both["errors"] == {"group": "group_and_number"}
    await add(group=" Crew ")
    await hass.async_block_till_done()
    (crew,) = entry.subentries.values()
    assert (dict(crew.data), crew.unique_id) == ({"group": "Crew"}, "group Crew")
    for domain, action, data in (
        ("notify", "send_message", {"entity_id": "notify.crew", "message": "Ahoy"}),
        (DOMAIN, "send_sms", {"recipients": "notify.crew", "text": "Ahoy"}),
    ):
        await hass.services.async_call(domain, action, data, blocking=True)
    assert [sms.recipient for sms in home.network.sent] == [PEER, "+491701234568"] * 2
    await hass.config_entries.async_unload(entry.entry_id)
    result: Any = await entry.start_subentry_reconfigure_flow(hass, crew.subentry_id)
    assert offered(result)["group"] == "Crew"
    result = await flows.async_configure(result["flow_id"], {"name": "Crew"})
    assert result["errors"] == {"number": "invalid_number"}
    await flows.async_configure(result["flow_id"], {"name": "Crew", "number": PEER})
    (crew,) = entry.subentries.values()
    assert dict(crew.data) == {"number": PEER}


async def test_a_limit_counts_for_each_number(
    hass: HomeAssistant, home: Home, freezer: FrozenDateTimeFactory
) -> None:
    """Only limited texts count, over a reload too, and no longer than the time of the limit."""
    entry = await home.entry(await home.router())

    async def send(number: str, **limit: Any) -> tuple[str, str | None]:
        data = {"numbers": [number], "text": "Ahoy", **limit}
        answer: Any = await hass.services.async_call(
            DOMAIN, "send_sms", data, blocking=True, return_response=True
        )
        (receipt,) = answer["receipts"]
        return receipt["status"], receipt.get("reason")

    once = {"limit": 1, "limit_time": {"hours": 2}}
    assert await send(PEER) == ("sent", None)
    assert await send(PEER, **once) == ("sent", None)
    assert await send(PEER, **once) == ("failed", "limit_reached")
    await hass.config_entries.async_reload(entry.entry_id)
    assert await send("0170 1234567", **once) == ("failed", "limit_reached")
    assert await send("+491701234568", **once) == ("sent", None)
    assert await send(PEER) == ("sent", None)
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(
            DOMAIN, "send_sms", {"numbers": PEER, "text": "Ahoy", **once}, blocking=True
        )
    assert raised.value.translation_key == "limit_reached"
    freezer.tick(timedelta(hours=2, seconds=1))
    assert await send(PEER, **once) == ("sent", None)


@pytest.mark.parametrize("legacy", [True, False])
async def test_the_balance_of_a_router(hass: HomeAssistant, home: Home, legacy: bool) -> None:
    """The operator is asked by text alone: a router neither sends USSD codes nor calls."""
    router = await home.router(legacy=legacy)
    entry = await home.entry(router)
    options = hass.config_entries.options

    async def go_on(flow: Any, **values: Any) -> Any:
        result = await options.async_configure(flow["flow_id"], values)
        await hass.async_block_till_done()
        return result

    menu = await options.async_init(entry.entry_id)
    form = await go_on(await go_on(menu, next_step_id="balance"), carrier="other")
    (methods,) = [
        field.config["options"]
        for key, field in form["data_schema"].schema.items()
        if key == "method"
    ]
    assert methods == ["sms"]
    await go_on(form, method="sms", number="4916", text="PRE CRE SIN")
    operator = home.network.phone("4916")
    operator.reply(lambda message: f"{message.text}: il credito residuo e di 12,34 EUR.")
    asked = hass.async_create_task(home.press("button.boat_request_balance"))
    await operator.received()
    await home.delete("ROUTER:99")
    await asked
    state = shown(hass, "sensor.boat_balance")
    assert (state.state, state.attributes["unit_of_measurement"]) == ("12.34", "EUR")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("name", "text"), [("manual", "Hello!"), ("base64", "ąaĭĮ 😀")])
async def test_what_is_documented_of_forwarding(
    hass: HomeAssistant, home: Home, method: str, name: str, text: str
) -> None:
    """Sent over HTTP as it is printed, it is the text of the event."""
    extra = {
        "extra_1_name": "Name",
        "extra_1_value": "RUT240",
        "extra_2_name": "Code",
        "extra_2_value": "RUT240 06E000",
    }
    await home.entry(await home.router(), forward=True, extra=extra, base64=name == "base64")
    assert await home.push(method, fixtures("forwarding")[name]["query"]) == 200
    state = await until_state(
        hass, "event.boat_sms", lambda state: state.attributes.get("text") == text
    )
    assert state.attributes["sender"] == "+370000000000"
    assert await home.push(method, "Sender=1&Text=a&Name=RUT240") == 403


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("list_two", {(PEER, "Test "), ("22543", "Kurzwahl:Systemnachricht ohne Rufnummer")}),
        (
            "list_lines",
            {
                (
                    "ALARM",
                    f"Line one\n\nStatus: of the pump\n{'-' * 30}\nIndex: none\nLast line",
                )
            },
        ),
        ("list_windows_lines", {(PEER, "a\nb")}),
        ("empty_body", set()),
        ("no_messages", set()),
    ],
)
async def test_what_is_observed_of_lists(
    hass: HomeAssistant, home: Home, name: str, told: set[tuple[str, str]]
) -> None:
    """Every printed list becomes its events, once."""
    router = await home.router(legacy=True)
    await home.entry(router)
    events: list[tuple[str, str]] = []

    @callback
    def heard(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and "text" in state.attributes:
            events.append((state.attributes["sender"], state.attributes["text"]))

    async_track_state_change_event(hass, "event.boat_sms", heard)
    router.post_get.printed = fixtures("post_get")[name]["body"]
    for _ in range(2):
        await home.delete("ROUTER:99")
    total = "sensor.boat_sms_received_total"
    await until_state(hass, total, lambda state: state.state == str(len(told)))
    assert sorted(events) == sorted(told)


@pytest.mark.parametrize("text", ["one\ntwo", "cd ../home", "<script>"])
async def test_what_get_cannot_bring(hass: HomeAssistant, home: Home, text: str) -> None:
    """Home Assistant refuses such a URL, so the method is to be Post."""
    await home.entry(await home.router(), forward=True)
    plain = f"Sender={quote(PEER, safe='')}&Text={quote(text, safe='')}"
    assert await home.push("GET", plain) == 400
    assert await home.push("POST", plain) == 200


async def test_noise_to_the_webhook(hass: HomeAssistant, home: Home) -> None:
    """10,000 bodies that make no sense are refused, and the next message arrives."""
    await home.entry(await home.router(), forward=True)
    dice = Random(5)
    heads = (b"", b"Sender=", b"Text=%", b"Sender=%ZZ&Tex", b"{", b"\xff\xfe", b"&=&;=")
    statuses = set()
    async with aiohttp.ClientSession() as session:
        for _ in range(10_000):
            body = dice.choice(heads) + dice.randbytes(dice.randrange(40)).replace(b"Text", b"")
            async with session.post(home.hook, data=body) as response:
                statuses.add(response.status)
    assert statuses == {400}
    assert await home.push("POST", "Sender=%2B491701234567&Text=Still+here") == 200
    await until_state(
        hass, "event.boat_sms", lambda state: state.attributes.get("text") == "Still here"
    )
    total = "sensor.boat_sms_received_total"
    await until_state(hass, total, lambda state: state.state != "0")
    assert shown(hass, total).state == "1"


async def test_a_burst_over_a_restart(hass: HomeAssistant, home: Home) -> None:
    """500 texts, among them equal ones, while the entry is off for a while: each of them once."""
    router = await home.router(RouterModem(home.network, numbers=OWN[:1], capacity=600))
    entry = await home.entry(router, forward=True)
    forwarding = Forwarding(home.hook)
    router.forwarding.append(forwarding)
    for number in range(500):
        router.receive(PEER, f"alarm {number % 50}")
        if number == 200:
            await hass.config_entries.async_unload(entry.entry_id)
        if number == 300:
            await hass.config_entries.async_setup(entry.entry_id)
        if number % 10 == 0:
            await router.forwarded()
    await router.forwarded()
    assert forwarding.answers.count(503) >= 90
    for _ in range(2):
        await home.delete("ROUTER:999")
    total = "sensor.boat_sms_received_total"
    await until_state(hass, total, lambda state: state.state == "500")
    await home.delete("ROUTER:999")
    assert shown(hass, total).state == "500"
