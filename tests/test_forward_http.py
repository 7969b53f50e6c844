"""Texts that are handed to a web server, over real HTTP on loopback."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from yarl import URL

from custom_components.cellular_gateway.const import DOMAIN

pytestmark = pytest.mark.usefixtures("loaded")

EXPECTED = "Sender=%2B370000000000&Text=Hello%21&Name=RUT240&Code=RUT240%2006E000"
SECRETS = ("ann", "password", "secret", "370000000000", "Hello", "127.0.0.1")
DATA = {
    "number": "+370000000000",
    "text": "Hello!",
    "extra_1_name": "Name",
    "extra_1_value": "RUT240",
    "extra_2_name": "Code",
    "extra_2_value": "RUT240 06E000",
}


class WebServer:
    """A web server that notes what it is given: method, query and body as they came."""

    def __init__(self) -> None:
        """Accept everything at first."""
        self.taken: list[tuple[str, str, str]] = []
        self.logins: list[str] = []
        self.status = 200
        self.silent = False

    async def take(self, request: web.Request) -> web.Response:
        """Note a request and answer it, unless silent."""
        query = request.raw_path.partition("?")[2]
        if login := request.headers.get("Authorization"):
            self.logins.append(login)
        self.taken.append((request.method, query, await request.text()))
        if self.silent:
            await asyncio.Event().wait()
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


@pytest.fixture
def server() -> WebServer:
    """Who takes the texts."""
    return WebServer()


@pytest.fixture
async def url(server: WebServer, socket_enabled: None) -> AsyncIterator[URL]:
    """The address of the server."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.take)
    running = TestServer(app)
    await running.start_server()
    yield running.make_url("/sms")
    await running.close()


async def forward(hass: HomeAssistant, url: URL | str, **data: Any) -> Any:
    """Call the action."""
    return await hass.services.async_call(
        DOMAIN,
        "forward_http",
        DATA | {"url": str(url)} | data,
        blocking=True,
        return_response=True,
    )


@pytest.mark.parametrize(
    ("method", "expected"),
    [("get", ("GET", EXPECTED, "")), ("POST", ("POST", "", EXPECTED))],
)
async def test_the_manuals_example(
    hass: HomeAssistant, server: WebServer, url: URL, method: str, expected: tuple[str, str, str]
) -> None:
    """What the manual prints comes out to the letter."""
    assert await forward(hass, url, method=method) == {"status": 200}
    assert server.taken == [expected]


@pytest.mark.parametrize(
    ("data", "query"),
    [
        ({"text": "ą&=\n☎"}, "Sender=%2B370000000000&Text=%C4%85%26%3D%0A%E2%98%8E"),
        ({"text": "Hello!", "base64": True}, "Sender=%2B370000000000&Text=SGVsbG8h"),
        ({"number": 32470000001, "number_name": "a b"}, "a%20b=%2B32470000001&Text=Hello%21"),
        ({"number": "MyBank", "text_name": "ž"}, "Sender=MyBank&%C5%BE=Hello%21"),
    ],
)
async def test_values(
    hass: HomeAssistant, server: WebServer, url: URL, data: dict[str, Any], query: str
) -> None:
    """Every character arrives; pairs without a name stay away."""
    await forward(hass, url, extra_1_name="", extra_2_name="", **data)
    assert [query for _, query, _ in server.taken] == [query]


async def test_address_without_a_scheme_and_with_a_query(
    hass: HomeAssistant, server: WebServer, url: URL
) -> None:
    """A host and port suffice, and what the address asks stays as it is."""
    await forward(hass, f"{url.host}:{url.port}/x?key=a%21b#top")
    assert [query for _, query, _ in server.taken] == [f"key=a!b&{EXPECTED}"]


async def test_an_address_in_the_query(hass: HomeAssistant, server: WebServer, url: URL) -> None:
    """It is not taken for the address itself."""
    await forward(hass, f"{url.host}:{url.port}/x?for=http://a.b")
    assert [query for _, query, _ in server.taken] == [f"for=http://a.b&{EXPECTED}"]


async def test_a_login_in_the_address(hass: HomeAssistant, server: WebServer, url: URL) -> None:
    """It is used, as web servers want it."""
    await forward(hass, url.with_user("ann").with_password("secret"))
    assert server.logins == ["Basic YW5uOnNlY3JldA=="]


async def test_only_for_administrators(
    hass: HomeAssistant, server: WebServer, url: URL, hass_read_only_user: MockUser
) -> None:
    """Who may press buttons may not reach any server of the network."""
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            "forward_http",
            DATA | {"url": str(url)},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert server.taken == []


@pytest.mark.parametrize("address", ["", "ftp://host", "http://", "http://host:99999", "http://[x"])
async def test_address_that_is_none(hass: HomeAssistant, address: str) -> None:
    """It is refused in words."""
    with pytest.raises(ServiceValidationError) as raised:
        await forward(hass, address)
    assert raised.value.translation_key == "forward_url"


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_refusal(hass: HomeAssistant, server: WebServer, url: URL, status: int) -> None:
    """An error of the server is one of the action; a redirection is not followed."""
    server.status = status
    with pytest.raises(HomeAssistantError) as raised:
        await forward(hass, url)
    assert raised.value.translation_key == "forward_refused"
    assert raised.value.translation_placeholders == {"status": str(status)}
    assert len(server.taken) == 1


async def test_silence(hass: HomeAssistant, server: WebServer, url: URL) -> None:
    """A server that does not answer is not asked twice."""
    server.silent = True
    with pytest.raises(HomeAssistantError) as raised:
        await forward(hass, url, timeout=1)
    assert raised.value.translation_key == "forward_no_answer"
    assert len(server.taken) == 1


async def test_nothing_is_told_of_the_text(
    hass: HomeAssistant,
    socket_enabled: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the error nor the log has the address, the number or the text."""
    with pytest.raises(HomeAssistantError) as raised:
        await forward(hass, "ann:password@127.0.0.1:1/secret")
    assert raised.value.translation_key == "forward_failed"
    told = str(raised.value) + "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("custom_")
    )
    assert not any(secret in told for secret in SECRETS)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
