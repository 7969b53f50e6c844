"""Logging in, losing the service, and the limits it sets."""

import asyncio
from dataclasses import replace
from datetime import timedelta
import logging
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.emnify.gateway import EmnifySettings, probe
from custom_components.cellular_gateway.gateways.emnify.rounds import Errand, Rounds
from custom_components.cellular_gateway.gateways.endpoints import Connectivity, SimStatus
from custom_components.cellular_gateway.gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    Reason,
)
from custom_components.cellular_gateway.gateways.models import SendStatus
from simulator.emnify import CUT, server, tokens

from ..consumers import WAIT
from .lab import CLOCKS, JumpClock, Lab, state_of, to_device

LOGIN = "POST /authenticate"


async def test_a_probe_tells_whose_account_it_is(lab: Lab) -> None:
    """By the token itself."""
    lab.cloud.add_device()
    lab.cloud.add_device()
    await lab.server.serve()
    settings = EmnifySettings(token="token", base_url=lab.server.base_url + "/")
    found = await probe(settings, session=lab.session)
    assert (found.organisation, found.name, found.endpoints) == ("13886", "Simulated", 2)
    assert found.info.manufacturer == "EMnify"


async def test_a_refused_token_is_not_shown_again(lab: Lab) -> None:
    """A few failures would lock the account."""
    gateway = await lab.gateway(token="wrong")
    for _ in range(5):
        with pytest.raises(GatewayAuthenticationError) as caught:
            await gateway.connect()
        assert caught.value.reason is Reason.TOKEN_REFUSED
    assert lab.server.calls[LOGIN] == 1


async def test_a_token_is_renewed_before_it_ends(socket_enabled: None) -> None:
    """So that no call is turned down for it."""
    clock = JumpClock()
    lab = Lab(clock)
    lab.server.lifetime = 3600
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    for _ in range(8):
        await clock.sleep(1000)
        assert (await gateway.send_sms(to_device(device, "x"))).status is SendStatus.SENT
    assert 3 <= lab.server.calls[LOGIN] <= 5
    assert not lab.watcher.losses
    await lab.close()


@pytest.mark.parametrize(
    "claims", [{}, {"exp": 1}, {"iat": 5, "exp": 1}, {"exp": "x"}, {"exp": 1e300}, {"exp": None}]
)
async def test_a_token_that_does_not_say_when_it_ends(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any]
) -> None:
    """Is used until it is turned down, and not renewed with every call."""
    monkeypatch.setattr(server, "encode", lambda _, secret: tokens.encode(claims, secret))
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    for _ in range(3):
        assert (await gateway.send_sms(to_device(device, "x"))).status is SendStatus.SENT
    assert lab.server.calls[LOGIN] == 1


async def test_a_token_that_is_forgotten_is_renewed_once(lab: Lab) -> None:
    """The call is made again; nothing is lost."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.server.forget_tokens()
    assert (await gateway.send_sms(to_device(device, "x"))).status is SendStatus.SENT
    assert len(lab.cloud.sent) == 1
    assert lab.server.calls[LOGIN] == 2


async def test_a_token_that_is_withdrawn_needs_a_person(lab: Lab) -> None:
    """The link is lost with the reason for that."""
    gateway = await lab.connected()
    lab.cloud.application_token = "another"
    lab.server.forget_tokens()
    await lab.watcher.wait_loss()
    assert isinstance(lab.watcher.losses[0], GatewayAuthenticationError)
    with pytest.raises(GatewayAuthenticationError):
        await gateway.connect()
    assert lab.server.calls[LOGIN] == 2


@pytest.mark.parametrize(
    ("base_url", "reason"),
    [
        ("http://127.0.0.1:1/api/v1", Reason.HOST_UNREACHABLE),
        ("no url", Reason.INVALID_DEVICE),
        ("//cdn.emnify.net", Reason.INVALID_DEVICE),
        ("ftp://127.0.0.1:1", Reason.INVALID_DEVICE),
        ("http://[::1", Reason.INVALID_DEVICE),
        ("", Reason.INVALID_DEVICE),
    ],
)
async def test_where_nobody_is(lab: Lab, base_url: str, reason: Reason) -> None:
    """The error says what is wrong."""
    gateway = await lab.gateway(base_url=base_url)
    with pytest.raises(GatewayConnectionError) as caught:
        await gateway.connect()
    assert caught.value.reason is reason


@pytest.mark.parametrize("fault", [CUT, 500, 502])
async def test_a_single_failure_passes(lab: Lab, fault: int) -> None:
    """The link is lost only by several in a row."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.server.faults.extend([fault, fault])
    await lab.eventually(lambda: not lab.server.faults)
    lab.cloud.attach(device)
    await lab.listener.until(lambda: bool(lab.listener.events))
    assert not lab.watcher.losses
    lab.server.faults.extend([fault] * 20)
    await lab.watcher.wait_loss()
    lab.server.faults.clear()
    await gateway.connect()
    assert len(lab.watcher.losses) == 1


async def test_a_service_that_is_gone_comes_back(lab: Lab) -> None:
    """Nothing left while it was gone, and the same object connects again."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await lab.server.stop()
    receipt = await gateway.send_sms(to_device(device, "x"))
    assert receipt.status is SendStatus.FAILED
    assert receipt.parts[0].reason == Reason.HOST_UNREACHABLE
    await lab.watcher.wait_loss()
    with pytest.raises(GatewayError):
        await gateway.connect()
    lab.cloud.text(device, "meanwhile")
    await lab.server.serve()
    await gateway.connect()
    await lab.inbox.wait_new()
    assert lab.inbox.texts == ["meanwhile"]


async def test_a_service_that_wants_rest_gets_it(lab: Lab) -> None:
    """No call is made until then; polls return what is known, and the link is not lost."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.server.retry_after = 40
    lab.server.faults.append(429)
    await lab.eventually(lambda: not lab.server.faults)
    calls = 0
    async with asyncio.timeout(WAIT):
        while lab.server.calls.total() > calls:
            calls = lab.server.calls.total()
            assert (await gateway.poll()).endpoints
    assert not lab.watcher.losses
    lab.cloud.attach(device)
    await lab.listener.until(lambda: bool(lab.listener.events))


async def test_another_address_is_no_refused_token(lab: Lab) -> None:
    """Who has no login there does not know the token either."""
    lab.server.broken["/authenticate"] = 404
    gateway = await lab.gateway()
    with pytest.raises(GatewayConnectionError) as caught:
        await gateway.connect()
    assert caught.value.reason is Reason.INVALID_DEVICE
    lab.server.broken.clear()
    await gateway.connect()


@pytest.mark.parametrize("status", [400, 403, 422])
async def test_a_firewall_is_no_refused_token(lab: Lab, status: int) -> None:
    """Only the service knows tokens, and says so in its own words."""
    lab.server.blocked["/authenticate"] = status
    gateway = await lab.gateway()
    with pytest.raises(GatewayConnectionError) as blocked:
        await gateway.connect()
    assert blocked.value.reason is Reason.INVALID_DEVICE
    lab.server.blocked.clear()
    lab.server.broken["/authenticate"] = status
    with pytest.raises(GatewayAuthenticationError) as refused:
        await gateway.connect()
    assert refused.value.reason is Reason.TOKEN_REFUSED


async def test_one_endpoint_that_is_always_answered_with_an_error(lab: Lab) -> None:
    """Costs the others nothing, and the link is not lost by it."""
    bad, good = lab.cloud.add_device(), lab.cloud.add_device()
    for topic in ("connectivity", "sms", "stats", "quota/data", "quota/sms"):
        lab.server.broken[f"/endpoint/{bad.id}/{topic}"] = 500
    gateway = await lab.connected()
    await lab.eventually(lambda: state_of(gateway, good).sms_quota_at is not None)
    before = lab.clock.time()
    await lab.eventually(lambda: lab.clock.time() > before + 20)
    lab.cloud.text(good, "still here")
    await lab.inbox.wait_new()
    assert not lab.watcher.losses


@pytest.mark.parametrize("part", ["stats", "quota/data", "sms"])
async def test_a_part_of_the_service_that_is_down(lab: Lab, part: str) -> None:
    """Takes nothing else with it."""
    devices = [lab.cloud.add_device() for _ in range(10)]
    for device in devices:
        lab.server.broken[f"/endpoint/{device.id}/{part}"] = 503
    lab.server.broken["/sim"] = 503
    gateway = await lab.connected()
    pattern = f"GET /endpoint/{{endpoint}}/{part.replace('/data', '/{kind}')}"
    await lab.eventually(lambda: lab.server.calls[pattern] > 3 * len(devices))
    assert not lab.watcher.losses
    assert state_of(gateway, devices[0]).sim_status is SimStatus.ACTIVATED
    lab.cloud.attach(devices[-1])
    await lab.shown(gateway, devices[-1], connectivity=Connectivity.ATTACHED)


async def test_what_is_down_for_long_leaves_the_budget_to_the_rest(lab: Lab) -> None:
    """It is tried again soon, once, and then in its turn."""
    device = lab.cloud.add_device()
    lab.server.broken[f"/endpoint/{device.id}/stats"] = 503
    await lab.connected(clocks=replace(CLOCKS, usage=10_000.0, retry=1.0))
    stats, other = (f"GET /endpoint/{{endpoint}}/{name}" for name in ("stats", "connectivity"))
    await lab.eventually(lambda: lab.server.calls[stats] == 2)
    before = lab.server.calls[other]
    await lab.eventually(lambda: lab.server.calls[other] >= before + 5)
    assert lab.server.calls[stats] == 2


async def test_a_mistake_of_ours_is_a_lost_link(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged without what it says, which may hold a text, and everything begins anew."""
    mistakes = [RuntimeError("my secret text")]
    take = Rounds.take

    def mistaken(rounds: Rounds) -> Errand | None:
        """Make a mistake, once."""
        if mistakes:
            raise mistakes.pop()
        return take(rounds)

    monkeypatch.setattr(Rounds, "take", mistaken)
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await lab.watcher.wait_loss()
    assert "Unexpected RuntimeError" in caplog.text
    assert "secret text" not in caplog.text
    await gateway.connect()
    await lab.shown(gateway, device, connectivity=Connectivity.OFFLINE)
    assert len(lab.watcher.losses) == 1


async def test_a_slow_service(lab: Lab) -> None:
    """Answers that come slower than the budget grows keep nothing else waiting."""
    devices = [lab.cloud.add_device() for _ in range(30)]
    gateway = await lab.connected()
    lab.server.delay = 0.02
    await lab.shown(gateway, devices[0], connectivity=Connectivity.OFFLINE)
    lab.cloud.reject(devices[-1], 1, "Roaming not allowed")
    await lab.watcher.until(lambda: state_of(gateway, devices[-1]).rejection is not None)


@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0200"])
async def test_the_clock_of_the_service(lab: Lab, zone: str) -> None:
    """Is the one that counts, however it is written: ours may be wrong."""
    offset = timedelta(hours=2) if zone == "+0200" else timedelta()
    lab.server.date = lambda now: f"{now + offset + timedelta(hours=5):%d %b %Y %H:%M:%S} {zone}"
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    state = await lab.shown(gateway, device, connectivity=Connectivity.OFFLINE)
    assert state.connectivity_at is not None
    lab.cloud.attach(device)
    await lab.shown(gateway, device, connectivity=Connectivity.ATTACHED)
    await gateway.send_sms(to_device(device, "x", validity=timedelta(hours=1)))
    assert lab.cloud.sent[0].expires_at is not None
    left = lab.cloud.sent[0].expires_at - lab.cloud.clock.now()
    for told in (state.connectivity_at - lab.cloud.clock.now() + timedelta(hours=1), left):
        assert abs(told - timedelta(hours=6)) < timedelta(minutes=1)


async def test_codes_of_sims_are_not_logged(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    """Nor tokens and secrets."""
    caplog.set_level(logging.DEBUG)
    lab.cloud.add_sim(status=0, batch="abc-123-def")
    gateway = await lab.connected()
    await gateway.register_sims("abc-123-def")
    assert "PATCH /sim_batch/bic/*" in caplog.text
    assert "abc-123" not in caplog.text
    assert not [line for line in caplog.messages if "s3cret" in line or "Bearer" in line]


@pytest.mark.parametrize(
    "body",
    ["[]", "null", '{"auth_token": []}', '{"auth_token": "a\\nb"}', "<html>", '"x"', "[" * 5000],
)
async def test_a_login_that_answers_nonsense(lab: Lab, body: str) -> None:
    """The page of a hotel's network is an error like others."""
    gateway = await lab.gateway()
    lab.server.nonsense.append(body)
    with pytest.raises(GatewayError) as caught:
        await gateway.connect()
    assert caught.value.reason is not Reason.TOKEN_REFUSED
    await gateway.connect()


@pytest.mark.parametrize("body", ["null", "<html>", "{}", '[1, {}, [], {"id": {}}]', '"x"'])
async def test_nonsense_while_watching_is_survived(lab: Lab, body: str) -> None:
    """Whichever call it answers: a little passes, and much is a lost link; no endpoint goes."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.server.nonsense.extend([body] * 2)
    await lab.eventually(lambda: not lab.server.nonsense)
    lab.cloud.text(device, "after a little")
    await lab.inbox.wait_new()
    assert not lab.watcher.losses
    lab.server.nonsense.extend([body] * 40)
    await lab.eventually(lambda: bool(lab.watcher.losses) or not lab.server.nonsense)
    while lab.server.nonsense:
        with pytest.raises(GatewayError):
            await gateway.connect()
    lab.cloud.text(device, "after much")
    if lab.watcher.losses:
        await gateway.connect()
    await lab.inbox.wait_new(2)
    assert str(device.id) in (gateway.state.endpoints or {})


async def test_a_proxy_in_the_place_of_the_service(lab: Lab) -> None:
    """Its page is no receipt; whether the text left is open."""
    device = lab.cloud.add_device()
    gateway = await lab.connected(clocks=replace(CLOCKS, tick=1000.0))
    lab.server.nonsense.append("<html>Welcome</html>")
    receipt = await gateway.send_sms(to_device(device, "x"))
    assert receipt.status is SendStatus.UNKNOWN
