"""The simulated EMnify, asked over HTTP as its documents say."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from simulator.clock import ManualClock
from simulator.emnify import Cloud, CloudServer, Limits
from simulator.emnify.device import EXPIRED


class Client:
    """Somebody with a token."""

    def __init__(self, server: CloudServer, session: aiohttp.ClientSession) -> None:
        """Start without a session token."""
        self.server = server
        self.session = session
        self.headers: dict[str, str] = {}

    async def ask(self, method: str, path: str, body: Any = None) -> aiohttp.ClientResponse:
        """Make a call and read its answer."""
        url = f"{self.server.base_url}{path}"
        response = await self.session.request(method, url, json=body, headers=self.headers)
        await response.read()
        return response

    async def get(self, path: str) -> Any:
        """Return what a path has."""
        response = await self.ask("GET", path)
        assert response.status == 200
        return await response.json()

    async def log_in(self) -> None:
        """Get a session token."""
        response = await self.ask("POST", "/authenticate", {"application_token": "token"})
        token = (await response.json())["auth_token"]
        self.headers = {"Authorization": f"Bearer {token}"}


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still."""
    return ManualClock()


@pytest.fixture
def cloud(clock: ManualClock) -> Cloud:
    """An organisation without devices."""
    return Cloud(clock)


@pytest.fixture
async def client(cloud: Cloud, socket_enabled: None) -> AsyncIterator[Client]:
    """Somebody who has logged in."""
    server = CloudServer(cloud, limits=Limits(cloud.clock))
    await server.serve()
    async with aiohttp.ClientSession() as session:
        client = Client(server, session)
        await client.log_in()
        yield client
    await server.stop()
    await cloud.close()


async def test_nobody_comes_in_without_a_token(client: Client, clock: ManualClock) -> None:
    """Nor with one that has ended, nor with a wrong application token."""
    assert (await client.ask("GET", "/endpoint")).status == 200
    clock.advance(client.server.lifetime + 1)
    assert (await client.ask("GET", "/endpoint")).status == 401
    wrong = await client.ask("POST", "/authenticate", {"application_token": "x"})
    assert (wrong.status, await wrong.read()) == (401, b"")


async def test_lists_have_pages(client: Client, cloud: Cloud) -> None:
    """And say in headers how many."""
    for _ in range(3):
        cloud.add_device()
    response = await client.ask("GET", "/endpoint?per_page=2&page=2")
    assert len(await response.json()) == 1
    assert response.headers["X-Total-Pages"] == "2"
    assert response.headers["X-Total-Count"] == "3"
    assert (await client.ask("GET", "/endpoint?page=x")).status == 400


async def test_a_device_comes_online(client: Client, cloud: Cloud) -> None:
    """In connectivity and in the event log."""
    device = cloud.add_device()
    path = f"/endpoint/{device.id}/connectivity"
    assert await client.get(path) == {"status": {"description": "OFFLINE"}, "services": []}
    cloud.go_online(device)
    found = await client.get(path)
    assert found["status"]["description"] == "ONLINE"
    assert found["pdp_context"]["rat_type"] == {"rat_type_id": 6, "description": "4G"}
    assert found["location"]["country"]["name"] == "Germany"
    types = [event["event_type"]["id"] for event in await client.get("/event?sort=-id")]
    assert types == [3, 2, 1, 51]


async def test_a_message_waits_for_the_device(client: Client, cloud: Cloud) -> None:
    """Buffered until it attaches, cancelled or expired when it does not."""
    device = cloud.add_device()
    path = f"/endpoint/{device.id}/sms"
    response = await client.ask("POST", path, {"payload": "one"})
    assert response.status == 201
    sms = response.headers["Location"].rpartition("/")[2]
    assert (await client.get(f"{path}/{sms}"))["status"]["description"] == "BUFFERED"
    await client.ask("POST", path, {"payload": "two"})
    await client.ask("POST", path, {"payload": "three"})
    assert (await client.ask("DELETE", f"{path}/{sms}")).status == 200
    cloud.finish(cloud.sent[2], EXPIRED)
    cloud.attach(device)
    found = {sms["payload"]: sms["status"]["id"] for sms in await client.get(path)}
    assert found == {"one": 7, "two": 4, "three": 6}
    assert (await client.ask("DELETE", f"{path}/{sms}")).status == 409


@pytest.mark.parametrize(
    "body",
    [
        {"payload": ""},
        {"payload": "x" * 161},
        {"payload": "x", "source_address_type": {"id": 5}},
        {"payload": "x", "source_address": "x" * 12, "source_address_type": {"id": 208}},
        {"payload": "x", "dcs": 4},
        {"payload": "x", "udh": "zz"},
        {},
    ],
)
async def test_a_message_that_is_none(client: Client, cloud: Cloud, body: dict[str, Any]) -> None:
    """Is refused as the API writes it."""
    device = cloud.add_device()
    response = await client.ask("POST", f"/endpoint/{device.id}/sms", body)
    assert response.status == 422
    assert (await response.json())["error_token"] == "InputValidationFailed"


async def test_a_long_text_of_a_device_comes_in_parts(client: Client, cloud: Cloud) -> None:
    """Each with its header in the list."""
    device = cloud.add_device()
    cloud.text(device, "x" * 400)
    found = await client.get(f"/endpoint/{device.id}/sms")
    assert [sms["udh"] for sms in found] == ["050003CC0301", "050003CC0302", "050003CC0303"]
    assert {sms["sms_type"]["description"] for sms in found} == {"MO"}


async def test_what_is_not_found(client: Client) -> None:
    """Says so with a code."""
    response = await client.ask("GET", "/endpoint/5/connectivity")
    assert response.status == 404
    assert (await response.json())["error_code"] == 1401


async def test_too_many_calls(client: Client, clock: ManualClock) -> None:
    """Of lists in a second, of all in 5 minutes, of logins."""
    for _ in range(6):
        last = await client.ask("GET", "/sim")
    assert last.status == 429
    assert last.headers["Retry-After"] == "1"
    clock.advance(2)
    assert (await client.ask("GET", "/sim")).status == 200
    count = 0
    while (await client.ask("GET", "/endpoint/5/quota/data")).status != 429 or count < 1900:
        clock.advance(0.05)
        count += 1
        assert count < 2001
    clock.advance(300)
    for _ in range(99):
        await client.ask("POST", "/authenticate", {"application_token": "token"})
        clock.advance(0.1)
    last = await client.ask("POST", "/authenticate", {"application_token": "token"})
    assert last.status == 200
    last = await client.ask("POST", "/authenticate", {"application_token": "token"})
    assert last.status == 429
