"""What comes of an HTTP request that a gateway pushes to Home Assistant."""

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp
from homeassistant.components.webhook import async_handle_webhook
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.util.aiohttp import MockRequest
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.gateways.base import Gateway
from custom_components.cellular_gateway.gateways.push import Push, PushAnswer
from custom_components.cellular_gateway.webhook import (
    async_give_up_address,
    async_hand_over,
    async_hold_address,
    async_receive,
    push_url,
)

from .waiting import eventually

HOOK = "7f3a9c"


class Taker:
    """A gateway's side of the seam: notes what it gets, and answers what it is told to."""

    longest_push = 4096

    def __init__(self) -> None:
        """Keep everything."""
        self.pushes: list[Push] = []
        self.answer: PushAnswer | Exception = PushAnswer(200, "OK")

    async def receive_push(self, push: Push) -> PushAnswer:
        """Take a push."""
        self.pushes.append(push)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def taker() -> Taker:
    """Who takes what is pushed."""
    return Taker()


@pytest.fixture
async def url(hass: HomeAssistant, home_url: str, taker: Taker) -> str:
    """The URL that pushes to the taker."""
    async_receive(hass, HOOK, "Boat", taker.receive_push)
    url = push_url(hass, HOOK)
    assert url == f"{home_url}/api/webhook/{HOOK}"
    return url


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """Who pushes."""
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_push_comes_across_as_it_is(
    url: str, taker: Taker, session: aiohttp.ClientSession
) -> None:
    """Method, query, headers and octets, however odd, and the answer back."""
    taker.answer = PushAnswer(503, "not now")
    body = b"\x00\xff{not json"
    headers = {"Content-Type": "application/json;charset=utf-8", "X-Code": "RUT240"}
    async with session.post(f"{url}?Sender=%2B37&x=", data=body, headers=headers) as response:
        assert (response.status, await response.text()) == (503, "not now")
    (push,) = taker.pushes
    assert (push.method, push.body, push.remote) == ("POST", body, "127.0.0.1")
    assert push.content_type == headers["Content-Type"]
    assert push.query == {"Sender": "+37", "x": ""}
    assert push.headers["x-code"] == "RUT240"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
async def test_methods(url: str, taker: Taker, session: aiohttp.ClientSession, method: str) -> None:
    """Whatever can bring a message is handed over."""
    async with session.request(method, url) as response:
        assert response.status == 200
    assert [push.method for push in taker.pushes] == [method]


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413)])
@pytest.mark.parametrize("longest", [Gateway.longest_push, 3000])
async def test_a_long_body(
    hass: HomeAssistant,
    url: str,
    taker: Taker,
    session: aiohttp.ClientSession,
    longest: int,
    more: int,
    status: int,
    chunked: bool,
) -> None:
    """What no gateway of that kind sends is not read to its end, and not handed over."""
    size = longest + more
    async_receive(hass, HOOK, "Boat", taker.receive_push, longest=longest)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, size, 65536):
            yield b"x" * min(65536, size - start)

    async with session.post(url, data=pieces() if chunked else b"x" * size) as response:
        assert response.status == status
    assert [len(push.body) for push in taker.pushes] == [size] * (status == 200)


async def test_who_does_not_wait_any_more(
    hass: HomeAssistant, url: str, session: aiohttp.ClientSession
) -> None:
    """A gateway can see that its answer will be heard by nobody."""
    begun: asyncio.Future[Push] = asyncio.get_running_loop().create_future()
    end = asyncio.Event()

    async def take(push: Push) -> PushAnswer:
        begun.set_result(push)
        await end.wait()
        return PushAnswer(200)

    async_receive(hass, HOOK, "Boat", take)
    request = asyncio.create_task(session.post(url, data=b"x").__aenter__())
    push = await begun
    assert push.is_waiting()
    request.cancel()
    await eventually(lambda: not push.is_waiting())
    end.set()


async def test_an_error_is_no_acknowledgement(
    url: str, taker: Taker, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours is no 200, and its words, which may hold a text, are not logged."""
    taker.answer = ValueError("secret words")
    async with session.post(url, data=b"x") as response:
        assert response.status == 500
    assert "ValueError" in caplog.text
    assert "receive_push" in caplog.text
    assert "secret words" not in caplog.text


async def test_a_body_that_cannot_be_read(
    url: str, taker: Taker, session: aiohttp.ClientSession
) -> None:
    """What is packed wrongly is refused."""
    headers = {"Content-Encoding": "gzip"}
    async with session.post(url, data=b"no gzip", headers=headers) as response:
        assert response.status == 400
    assert not taker.pushes


async def _from(hass: HomeAssistant, remote: str | None) -> int:
    """Push from an address, and return the status of the answer."""
    request = MockRequest(content=b"x", mock_source="test", method="POST", remote=remote)
    return (await async_handle_webhook(hass, HOOK, request)).status


@pytest.mark.parametrize("remote", ["203.0.113.9", "2001:db8::1", "somewhere", None])
async def test_only_from_the_local_network(
    hass: HomeAssistant,
    url: str,
    taker: Taker,
    caplog: pytest.LogCaptureFixture,
    remote: str | None,
) -> None:
    """Others are told so, where Home Assistant would have acknowledged; unless one allows them."""
    assert await _from(hass, remote) == 403
    assert not taker.pushes
    assert HOOK not in caplog.text
    async_receive(hass, HOOK, "Boat", taker.receive_push, local_only=False)
    assert await _from(hass, remote) == 200
    assert [push.remote for push in taker.pushes] == [remote]


@pytest.mark.parametrize("remote", ["192.168.1.44", "10.0.0.1", "fd00::1", "127.0.0.1"])
async def test_from_the_local_network(
    hass: HomeAssistant, url: str, taker: Taker, remote: str
) -> None:
    """The gateway at home gets through."""
    assert await _from(hass, remote) == 200
    assert len(taker.pushes) == 1


async def test_an_entry_keeps_its_address(
    hass: HomeAssistant, url: str, taker: Taker, session: aiohttp.ClientSession
) -> None:
    """While its gateway is away a push is to come again; only without the entry it is nobody's."""
    entry = MockConfigEntry(domain=DOMAIN, title="Boat", data={"webhook_id": HOOK})

    async def pushed() -> int:
        async with session.post(url, data=b"x") as response:
            return response.status

    async_hold_address(hass, entry)
    assert await pushed() == 503
    away: Callable[[], None] = async_hand_over(hass, entry, taker)  # type: ignore[arg-type]
    assert await pushed() == 200
    away()
    assert await pushed() == 503
    assert len(taker.pushes) == 1
    async_give_up_address(hass, entry)
    assert await pushed() == 200
    assert len(taker.pushes) == 1


@pytest.fixture
def disabled(hass: HomeAssistant) -> None:
    """An entry that is disabled when Home Assistant starts."""
    disabled_by = ConfigEntryDisabler.USER
    entry = MockConfigEntry(domain=DOMAIN, data={"webhook_id": HOOK}, disabled_by=disabled_by)
    entry.add_to_hass(hass)


async def test_a_disabled_entry(
    disabled: None, home_url: str, session: aiohttp.ClientSession
) -> None:
    """It is as if its gateway were away."""
    async with session.post(f"{home_url}/api/webhook/{HOOK}", data=b"x") as response:
        assert response.status == 503


async def test_an_entry_that_is_pushed_much(
    hass: HomeAssistant, url: str, taker: Taker, session: aiohttp.ClientSession
) -> None:
    """Its gateway says how much; without one no push is refused for its length."""
    entry = MockConfigEntry(domain=DOMAIN, title="Boat", data={"webhook_id": HOOK})

    async def pushed(size: int) -> int:
        async with session.post(url, data=b"x" * size) as response:
            return response.status

    async_hold_address(hass, entry)
    assert await pushed(Gateway.longest_push + 1) == 503
    async_hand_over(hass, entry, taker)  # type: ignore[arg-type]
    assert await pushed(taker.longest_push) == 200
    assert await pushed(taker.longest_push + 1) == 413


@pytest.mark.parametrize(
    ("secret", "push", "statuses"),
    [
        ({}, {}, (403, 403)),
        ({"secret": "s3cret"}, {}, (503, 200)),
        ({"secret": "s3cret"}, {"local_only": True}, (403, 403)),
        ({}, {"local_only": False}, (503, 200)),
    ],
)
async def test_who_may_push_from_the_internet(
    hass: HomeAssistant,
    url: str,
    taker: Taker,
    secret: dict[str, str],
    push: dict[str, bool],
    statuses: tuple[int, int],
) -> None:
    """Whoever has to prove it by a secret may, unless a person says otherwise."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Boat",
        data={"webhook_id": HOOK, **secret},
        options={"push": push} if push else {},
    )
    async_hold_address(hass, entry)
    held = await _from(hass, "203.0.113.9")
    async_hand_over(hass, entry, taker)  # type: ignore[arg-type]
    assert (held, await _from(hass, "203.0.113.9")) == statuses


async def test_an_entry_without_an_address(hass: HomeAssistant, taker: Taker) -> None:
    """A modem has none, and nothing is registered for it."""
    entry = MockConfigEntry(domain=DOMAIN, title="Boat", data={})
    async_hold_address(hass, entry)
    async_hand_over(hass, entry, taker)()  # type: ignore[arg-type]
    async_give_up_address(hass, entry)
    assert not hass.data.get("webhook")


def test_no_url(hass: HomeAssistant) -> None:
    """A Home Assistant that does not know its address says so."""
    hass.config.internal_url = None
    assert push_url(hass, HOOK) is None
