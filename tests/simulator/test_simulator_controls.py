"""The control interfaces of the gateways beside the modem."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from simulator.web import ControlServer

from .api import Api
from .controls import CONTROLS

PEER = "+4917139200042"
ODD: tuple[Any, ...] = (
    None,
    [],
    "x",
    7,
    {},
    {"port": "x"},
    {"port": []},
    {"from": 1, "text": 2},
    {"kind": 9},
)


@pytest.fixture
async def control(kind: str) -> AsyncIterator[ControlServer]:
    """The control interface of one kind."""
    async with CONTROLS[kind]() as control:
        await control.serve()
        yield control
        await control.close()


@pytest.fixture
def controlled(control: ControlServer, session: aiohttp.ClientSession) -> Api:
    """A client of it."""
    return Api(session, control.port)


@pytest.mark.parametrize("kind", ["ejoin"])
async def test_ejoin(controlled: Api) -> None:
    """Texts, ports, menus, USSD and faults are at hand."""
    assert await controlled.post("/sms", {"port": 2, "from": PEER, "text": "Hello"}) == {
        "status": 0
    }
    await controlled.post("/switches", {"received_sms": True})
    await controlled.post("/port", {"port": 2, "status": 12, "signal": 9})
    await controlled.post("/card", {"port": 2, "slot": 2, "balance": "4.20"})
    await controlled.post("/ussd", {"code": "*1#", "text": "ok"})
    await controlled.post("/fault", {"fail": ["7 Server Error", "out of order"], "http": 503})
    await controlled.post("/send", {"port": 1, "to": PEER, "text": "By hand"})
    box = await controlled.get("/box")
    port = box["ports"][1]
    assert (port["status"], port["signal"], port["slots"]["2"]["balance"]) == (12, 9, "4.20")
    assert (box["inbox"]["total"], box["switches"]["received_sms"]) == (1, True)
    assert (await controlled.get("/faults"))["fail"] == ["7 Server Error", "out of order"]
    await controlled.post("/faults/clear")
    assert (await controlled.get("/faults"))["fail"] is None
    assert (await controlled.get("/sent"))["sent"][0]["text"] == "By hand"
    source = box["inbox"]["source"]
    await controlled.post("/restart", {"keep_inbox": True})
    inbox = (await controlled.get("/box"))["inbox"]
    assert inbox["total"] == 1 and inbox["source"] != source
    await controlled.post("/off")
    assert not (await controlled.get("/box"))["on"]
    await controlled.post("/on")


@pytest.mark.parametrize("kind", ["ejoin"])
async def test_what_a_box_pushes(controlled: Api, control: ControlServer) -> None:
    """Each push is kept with the answer; here the control interface itself refuses them."""
    url = f"http://127.0.0.1:{control.port}/nothing"
    assert await controlled.post("/push_url", {"url": url, "period": 30}) == {"status": 404}
    await controlled.post("/push", {"message": {"type": "news"}})
    await controlled.post("/push", {"raw": "no JSON"})
    await controlled.post("/call", {"port": 1, "cid": 5, "cdir": "MO", "begin": 1700000000})
    pushed = (await controlled.get("/pushed?after=1"))["pushed"]
    assert [each["status"] for each in pushed] == [404, 404, 404]
    assert [each["message"] for each in pushed[:2]] == [{"type": "news"}, "no JSON"]
    assert (pushed[2]["message"]["type"], pushed[2]["message"]["cid"]) == ("cdr", 5)


@pytest.mark.parametrize("kind", ["teltonika"])
async def test_teltonika(controlled: Api, control: ControlServer) -> None:
    """Texts, forwarding, modems, cells and faults are at hand."""
    await controlled.post("/modem", {"capacity": 1})
    await controlled.post("/sms", {"from": PEER, "text": "Hello"})
    assert await controlled.post("/sms", {"from": PEER, "text": "No room"}) == {"waiting": 1}
    url = f"http://127.0.0.1:{control.port}/nothing"
    await controlled.post("/forwarding", {"url": url, "method": "post", "extra": {"Code": "7"}})
    only_forwarded = {"from": PEER, "text": "Forwarded", "stored": False}
    assert (await controlled.post("/sms", only_forwarded, 400))["error"] == "the storage is full"
    await controlled.post("/modem", {"capacity": 3})
    await controlled.post("/sms", only_forwarded)
    rule: dict[str, Any] = {}
    while not rule.get("answers"):
        (rule,) = await controlled.get("/forwarding")
    assert (rule["answers"], rule["extra"]) == ([404], {"Code": "7"})
    await controlled.post("/forwarding")
    assert await controlled.get("/forwarding") == []
    await controlled.post("/cell", {"rsrp": -117, "technology": "3G", "temperature": 40})
    await controlled.post("/post_get", {"enabled": False, "groups": {"all": [PEER]}})
    await controlled.post("/fault", {"busy": 2})
    router = await controlled.get("/router")
    (modem,) = router["modems"]
    assert [each["text"] for each in modem["stored"]] == ["Hello", "No room"]
    assert (modem["cell"]["rsrp"], modem["cell"]["technology"]) == (-117, "3G")
    assert (router["post_get"]["enabled"], router["post_get"]["groups"]) == (False, {"all": [PEER]})
    assert (await controlled.get("/faults"))["busy"] == 2
    await controlled.post("/restart")
    await controlled.post("/off")
    await controlled.post("/on")


@pytest.mark.parametrize("kind", ["emnify"])
async def test_emnify(controlled: Api) -> None:
    """Devices move, use, send and are turned down."""
    one = "/devices/One"
    assert (await controlled.post(f"{one}/online", {}))["connectivity"]["status"] == {
        "description": "ONLINE"
    }
    await controlled.post(f"{one}/end_session", {"rx": 1.5, "tx": 0.5})
    await controlled.post(f"{one}/reject", {"kind": 3, "reason": "rejected"})
    await controlled.post(f"{one}/quota", {"kind": "data", "volume": 100})
    await controlled.post(f"{one}/usage", {"sms_rx": 3})
    await controlled.post(f"{one}/change", {"tags": "boat", "is_blocked": True})
    (message,) = await controlled.post(f"{one}/sms", {"text": "Hello"})
    assert message["payload"] == "Hello"
    device = await controlled.get(one)
    assert (device["tags"], device["usage"]["data_rx"], device["usage"]["sms_rx"]) == (
        "boat",
        1.5,
        3,
    )
    assert device["quotas"]["data"]["volume"] == 100
    await controlled.post(f"{one}/detach")
    kinds = [event["event_type"]["id"] for event in await controlled.get("/events")]
    assert kinds[-5:] == [1, 2, 3, 5, 3, 15][-5:]
    assert len(await controlled.post("/batch", {"code": "B1", "number": 3})) == 3
    shown = await controlled.post("/webhooks", {"sms_url": "http://127.0.0.1:9/", "secret": "s"})
    assert (shown["signed"], shown["stream_url"]) == (True, None)
    await controlled.post("/fault", {"status": "hang", "sends": True})
    await controlled.post("/fault", {"status": 503, "times": 2})
    assert await controlled.get("/faults") == {"calls": [503, 503], "sends": [-1], "down": False}
    added = await controlled.post("/devices", {"name": "Two", "tags": "boat"})
    await controlled.post(f"/devices/{added['id']}/remove")
    assert len(await controlled.get("/devices")) == 1


@pytest.mark.parametrize("kind", ["smsc"])
async def test_smsc(controlled: Api) -> None:
    """Texts wait for a session, accounts are opened, faults are set."""
    assert await controlled.post("/sms", {"from": PEER, "text": "Hello"}) == {"waiting": 1}
    account = {"system_id": "two", "password": "p", "number": "20408"}
    await controlled.post("/accounts", account)
    await controlled.post("/sms", {"from": PEER, "text": "Hello", "account": "two"})
    await controlled.post("/fault", {"kind": "error", "command": "SUBMIT_SM", "text": "0x58"})
    assert (await controlled.get("/faults"))[0]["text"] == "0x58"
    await controlled.post("/report_plan", {"number": PEER, "statuses": [0, 70], "delay": 1})
    accounts = (await controlled.get("/centre"))["accounts"]
    assert [(each["system_id"], each["waiting"]) for each in accounts] == [("ha", 1), ("two", 1)]
    assert await controlled.get("/submitted?account=two") == []
    await controlled.post("/off")
    await controlled.post("/on")


@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        ("ejoin", "/sms", {"from": PEER}),
        ("ejoin", "/sms", {"port": 99, "from": PEER, "text": "x"}),
        ("ejoin", "/switches", {"received_sms": 1}),
        ("ejoin", "/switches", {"toaster": True}),
        ("ejoin", "/port", {"status": 10}),
        ("ejoin", "/port", {"active": 3}),
        ("ejoin", "/card", {"slot": 9}),
        ("ejoin", "/push_url", {"url": "http://127.0.0.1:9/", "period": 0}),
        ("ejoin", "/fault", {"fail": "all"}),
        ("ejoin", "/on", {}),
        ("teltonika", "/sms", {"from": PEER, "text": "x", "modem": "9-1"}),
        ("teltonika", "/forwarding", {"url": "http://127.0.0.1:9/", "method": "put"}),
        ("teltonika", "/post_get", {"groups": {"all": PEER}}),
        ("teltonika", "/cell", {"registration": 6}),
        ("teltonika", "/cell", {"rssi": "good"}),
        ("teltonika", "/fault", {"late": 1}),
        ("emnify", "/devices/Nobody/online", {}),
        ("emnify", "/devices/One/attach", {"operator": 1}),
        ("emnify", "/devices/One/online", {"technology": "6G"}),
        ("emnify", "/devices/One/usage", {"data_rx": "much"}),
        ("emnify", "/messages/1", {"status": "delivered"}),
        ("emnify", "/fault", {"status": 200}),
        ("emnify", "/webhooks", {"url": "http://127.0.0.1:9/"}),
        ("smsc", "/sms", {"from": PEER, "text": "x", "account": "nobody"}),
        ("smsc", "/accounts", {"system_id": "ha", "password": "p", "number": "1"}),
        ("smsc", "/report_plan", {"number": PEER, "statuses": [256]}),
        ("smsc", "/fault", {"kind": "nonsense"}),
    ],
)
async def test_what_cannot_be_done_is_explained(
    controlled: Api, kind: str, path: str, body: dict[str, Any]
) -> None:
    """A bad request is answered with 400 and a sentence."""
    assert (await controlled.post(path, body, 400))["error"]


@pytest.mark.parametrize("kind", CONTROLS)
async def test_odd_bodies(
    control: ControlServer, controlled: Api, session: aiohttp.ClientSession
) -> None:
    """Whatever is posted anywhere, the interface says yes or why not, and goes on."""
    for route in control.routes():
        path = route.path.format(device="One", message="1")
        if route.method != "POST":
            assert isinstance(await controlled.get(path), (dict, list))
            continue
        for body in ODD:
            url = f"http://127.0.0.1:{control.port}{path}"
            async with session.post(url, json=body) as response:
                assert response.status in {200, 400}, (path, body)
    assert await controlled.get("/faults") is not None


@pytest.mark.parametrize("kind", ["teltonika"])
async def test_a_sent_text_is_waited_for(controlled: Api, control: ControlServer) -> None:
    """What was sent is there from a number on; asking for nonsense is answered with 400."""
    assert await controlled.get("/sent?after=0&timeout=0.05") == {"sent": [], "total": 0}
    for query in ("after=x", "after=-1", "timeout=x"):
        assert "error" in await controlled.get(f"/sent?{query}")
