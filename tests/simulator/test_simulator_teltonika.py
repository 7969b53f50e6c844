"""The simulated router, by what its documents say of the real one."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
import pytest

from simulator.network import Network
from simulator.teltonika import Forwarding, Router, RouterModem

OWN = "+4917139200011"
PEER = "+491701234567"
LOGIN = {"username": "user1", "password": "user_pass"}
ADMIN = {"username": "admin", "password": "Admin123!"}


class Browser:
    """Somebody who types URLs."""

    def __init__(self, session: aiohttp.ClientSession, router: Router) -> None:
        """Visit a router."""
        self.session = session
        self.base = f"http://127.0.0.1:{router.port}"

    async def get(self, program: str, **values: str) -> str:
        """Run a program of Post/Get by GET."""
        return (await self.status_and_text(program, **values))[1]

    async def status_and_text(self, program: str, **values: str) -> tuple[int, str]:
        """Run a program of Post/Get by GET; return the HTTP status too."""
        url = f"{self.base}/cgi-bin/{program}"
        async with self.session.get(url, params=LOGIN | values) as response:
            return response.status, await response.text()

    async def post(self, program: str, **values: str) -> str:
        """Run a program of Post/Get by a form."""
        url = f"{self.base}/cgi-bin/{program}"
        async with self.session.post(url, data=LOGIN | values) as response:
            return await response.text()

    async def api(self, method: str, path: str, body: object = None, token: str = "") -> object:
        """Ask the API."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = self.session.request(method, f"{self.base}/api{path}", json=body, headers=headers)
        async with request as response:
            return await response.json()

    async def ubus(self, session: str, *call: object) -> dict[str, object]:
        """Call a method over JSON-RPC."""
        body = {"jsonrpc": "2.0", "id": 1, "method": "call", "params": [session, *call]}
        async with self.session.post(f"{self.base}/ubus", json=body) as response:
            answer: dict[str, object] = await response.json()
            return answer


@pytest.fixture
async def router(network: Network) -> AsyncIterator[Router]:
    """Return a router with both APIs, as RutOS 7 has them."""
    router = Router(RouterModem(network, numbers=(OWN,)))
    await router.serve()
    yield router
    await router.close()


@pytest.fixture
async def browser(router: Router) -> AsyncIterator[Browser]:
    """Return a browser at the router."""
    async with aiohttp.ClientSession() as session:
        yield Browser(session, router)


async def test_post_get_sends(router: Router, browser: Browser, network: Network) -> None:
    """By GET and by POST, to a number and to a group."""
    number = "00491701234567"
    assert await browser.get("sms_send", number=number, text="one") == "OK\n"
    assert await browser.post("sms_send", number="+491701234567", text="two") == "OK\n"
    assert [sent.text for sent in network.sent] == ["one", "two"]
    router.post_get.groups["all"] = [number, "00491701234568"]
    assert await browser.post("sms_send", group="all", text="three") == "OK\n"
    assert len(network.sent) == 4
    assert await browser.post("sms_send", number="nobody", text="x") == "WRONG_NUMBER\n"
    network.refuse(21)
    assert await browser.post("sms_send", number=number, text="x") == "ERROR\n"


async def test_post_get_reads_and_deletes(
    router: Router, browser: Browser, network: Network
) -> None:
    """In the words of the manual."""
    assert await browser.get("sms_list") == "NO MESSAGES\n"
    await network.send(PEER, OWN, "a long text " * 20)
    await network.send(PEER, OWN, "short")
    async with asyncio.timeout(5):
        while len(router.modem.stored) < 2:
            await asyncio.sleep(0)
    listed = await browser.get("sms_list")
    assert listed.count("-" * 30) == 2
    assert "Index: 0\nDate: " in listed
    assert f"\nSender: {PEER}\nText: short\nStatus: unread\n" in listed
    assert (await browser.get("sms_read", number="1")).endswith("Text: short\nStatus: read\n")
    assert await browser.get("sms_total") == "Used: 2\nTotal: 30\n"
    assert await browser.get("sms_delete", number="1") == "OK\n"
    assert await browser.get("sms_read", number="1") == "NO MESSAGE\n"
    assert await browser.get("sms_read", number="30") == "WRONG_NUMBER\n"
    assert await browser.get("sms_read") == "out of range\n"
    router.modem.stored.clear()
    router.post_get.says_empty = False
    assert await browser.get("sms_list") == ""


async def test_post_get_refuses(router: Router, browser: Browser) -> None:
    """A wrong login, a long URL, and everything while it is switched off."""
    assert await browser.status_and_text("sms_total", password="x") == (
        401,
        "Bad username or password\n",
    )
    router.post_get.bad_login_status = 200
    assert (await browser.status_and_text("sms_total", password="x"))[0] == 200
    assert (await browser.status_and_text("sms_send", text="x" * 2000))[0] == 413
    router.post_get.enabled = False
    assert await browser.get("sms_total") == "Disabled\n"
    assert router.failed_logins == 2


async def test_who_guesses_is_locked_out(router: Router, browser: Browser) -> None:
    """After a few tries, also with the right password."""
    for _ in range(router.allowed_failures):
        await browser.get("sms_total", password="x")
    with pytest.raises(aiohttp.ClientError):
        await browser.get("sms_total")


async def test_the_api(router: Router, browser: Browser, network: Network) -> None:
    """A token, a text out, a text in, its end."""
    login = await browser.api("POST", "/login", ADMIN)
    assert isinstance(login, dict)
    token = login["data"]["token"]
    data = {"number": PEER, "message": "out", "modem": "1-1"}
    sent = await browser.api("POST", "/messages/actions/send", {"data": data}, token)
    assert sent == {"success": True, "data": {"sms_used": 1}}
    router.receive(PEER, "in")
    listed = await browser.api("GET", "/messages/status", token=token)
    assert isinstance(listed, dict)
    assert listed["data"][0]["message"] == "in"
    gone = {"data": {"modem_id": "1-1", "sms_id": ["0"]}}
    path = "/messages/actions/remove_messages"
    assert (await browser.api("POST", path, gone, token)) == {
        "success": True,
        "data": {"response": "Messages removed"},
    }
    missing = await browser.api("POST", path, gone, token)
    assert isinstance(missing, dict)
    assert missing["errors"][0]["code"] == 113
    assert router.rest is not None
    router.rest.expire_tokens()
    ended = await browser.api("GET", "/messages/status", token=token)
    assert isinstance(ended, dict)
    assert ended["errors"][0]["code"] == 120
    wrong = await browser.api("POST", "/login", ADMIN | {"password": "x"})
    assert isinstance(wrong, dict)
    assert wrong["errors"][0]["code"] == 121


async def test_modems(router: Router, browser: Browser) -> None:
    """One that is offline tells next to nothing."""
    login = await browser.api("POST", "/login", ADMIN)
    assert isinstance(login, dict)
    token = login["data"]["token"]
    told = await browser.api("GET", "/modems/status", token=token)
    assert isinstance(told, dict)
    assert told["data"][0]["operator_state"] == "Registered, home"
    await browser.api("POST", "/modems/1-1/actions/reboot", {"data": {}}, token)
    assert router.modem.reboots == 1
    router.modem.online = False
    told = await browser.api("GET", "/modems/status", token=token)
    assert isinstance(told, dict)
    assert "rssi" not in told["data"][0]


async def test_json_rpc(router: Router, browser: Browser) -> None:
    """A session, and gsmctl in it."""
    wrong = {"username": "root", "password": "x"}
    assert (await browser.ubus("0" * 32, "session", "login", wrong))["result"] == [6]
    login = {"username": "root", "password": "admin01"}
    opened = (await browser.ubus("0" * 32, "session", "login", login))["result"]
    assert isinstance(opened, list)
    session = opened[1]["ubus_rpc_session"]
    question = {"command": "gsmctl", "params": ["-o"]}
    answer = await browser.ubus(session, "file", "exec", question)
    assert answer["result"] == [0, {"code": 0, "stdout": "Simulated Mobile\n"}]
    denied = (await browser.ubus("1" * 32, "file", "exec", question))["error"]
    assert isinstance(denied, dict)
    assert denied["code"] == -32002


@pytest.mark.parametrize("method", ["get", "post"])
async def test_forwarding(router: Router, method: str) -> None:
    """The example of the manual comes out to the character."""
    seen: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.text()
        seen.append(body or request.raw_path.partition("?")[2])
        return web.Response()

    app = web.Application()
    app.add_routes([web.route("*", "/", handle)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    forwarding = Forwarding(
        f"http://127.0.0.1:{runner.addresses[0][1]}/",
        method=method,
        extra=(("Name", "RUT240"), ("Code", "RUT240 06E000")),
    )
    router.forwarding.append(forwarding)
    router.receive("+370000000000", "Hello!")
    await router.forwarded()
    await runner.cleanup()
    router.receive("+370000000000", "Nobody hears")
    await router.forwarded()
    assert seen == ["Sender=%2B370000000000&Text=Hello%21&Name=RUT240&Code=RUT240%2006E000"]
    assert forwarding.answers == [200, 0]
