"""What the gateway is told to do, and the login that nobody gets to see."""

import asyncio
import logging
from pathlib import Path
import ssl
import traceback

from aiohttp import web
import pytest

from custom_components.cellular_gateway.gateways.ejoin.gateway import EjoinGateway, probe
from custom_components.cellular_gateway.gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.port_reports import (
    PortStatistics,
    PortStatus,
    StatisticsPeriod,
)
from custom_components.cellular_gateway.sms.errors import MessageError
from simulator.ejoin import Api

from .lab import MAC, PEER_WIRE, Lab, port_of, to_peer

SECRET = "s3cret&word"


async def test_lock_and_unlock(lab: Lab) -> None:
    """The port's status tells that it was done."""
    gateway = await lab.connected()
    await gateway.lock_port("2", locked=True)
    await lab.watcher.until(lambda: port_of(gateway, "2").status is PortStatus.LOCKED_BY_USER)
    await gateway.lock_port("2", locked=False)
    await lab.watcher.until(lambda: port_of(gateway, "2").status is PortStatus.REGISTERED)
    assert lab.box.commands == [
        {"type": "command", "op": "lock", "ports": "2"},
        {"type": "command", "op": "unlock", "ports": "2"},
    ]


async def test_another_slot(lab: Lab) -> None:
    """It becomes the active one; slots that there are not are refused here."""
    gateway = await lab.connected()
    assert gateway.capabilities.select_slot
    await gateway.select_slot("3", 2)
    await lab.watcher.until(lambda: port_of(gateway, "3").active_slot == 2)
    for slot in (0, 3):
        with pytest.raises(UnsupportedError):
            await gateway.select_slot("3", slot)
    assert [command["ports"] for command in lab.box.commands] == ["3.02"]


async def test_restarts(lab: Lab) -> None:
    """Of a port, and of everything."""
    gateway = await lab.connected()
    source = lab.box.source
    await gateway.restart_port("1")
    assert lab.box.source == source
    await gateway.restart_gateway()
    assert lab.box.source != source
    assert [command["op"] for command in lab.box.commands] == ["reset", "reboot"]


@pytest.mark.parametrize("port", ["0", "5", "99999", "x", "", "٣"])
async def test_a_port_that_is_none(lab: Lab, port: str) -> None:
    """Is asked nothing of."""
    gateway = await lab.connected()
    asked = len(lab.api.requests)
    for order in (
        gateway.restart_port(port),
        gateway.lock_port(port, locked=True),
        gateway.select_slot(port, 1),
        gateway.send_ussd(port, "*100#", timeout=1),
        gateway.cancel_ussd(port),
        gateway.send_sms(to_peer("x", port=port)),
    ):
        with pytest.raises(UnsupportedError) as raised:
            await order
        assert raised.value.reason is Reason.UNKNOWN_PORT
    assert len(lab.api.requests) == asked


async def test_ussd(lab: Lab) -> None:
    """The answer, and menus step by step."""
    gateway = await lab.connected()
    lab.box.ussd |= {"*101#": "1 Balance\n2 Exit", "1": "3.50 EUR\0"}
    assert (await gateway.send_ussd("1", "*100#", timeout=5)).text == "Balance: 12.34 EUR"
    assert (await gateway.send_ussd("1", "*101#", timeout=5)).text == "1 Balance\n2 Exit"
    assert (await gateway.send_ussd("1", "1", timeout=5)).text == "3.50 EUR"
    with pytest.raises(MessageError):
        await gateway.send_ussd("1", "", timeout=5)


async def test_ussd_that_breaks_off(lab: Lab) -> None:
    """The network may have had it, and a top-up is paid for: it is not asked again."""
    gateway = await lab.connected()
    lab.box.faults.drop = "/goip_send_ussd.html"
    with pytest.raises(GatewayConnectionError):
        await gateway.send_ussd("1", "*100#", timeout=5)
    assert lab.api.requests.count("/goip_send_ussd.html") == 1


async def test_ussd_that_nobody_answers(lab: Lab) -> None:
    """Ends in time, keeps only its own port busy, and can be cancelled."""
    gateway = await lab.connected()
    with pytest.raises(GatewayTimeoutError):
        await gateway.send_ussd("1", "*999#", timeout=0.1)
    waiting = asyncio.create_task(gateway.send_ussd("1", "*999#", timeout=30))
    asked = len(lab.api.requests)
    await lab.eventually(lambda: len(lab.api.requests) > asked)
    with pytest.raises(GatewayRefusedError) as busy:
        await gateway.send_ussd("1", "*100#", timeout=5)
    assert busy.value.reason is Reason.BUSY
    assert (await gateway.send_ussd("2", "*100#", timeout=5)).text
    more = [asyncio.create_task(gateway.send_ussd(port, "*999#", timeout=30)) for port in "234"]
    # However many wait for a network, the gateway is asked for other things.
    assert (await gateway.poll()).ports
    for port in "234":
        await gateway.cancel_ussd(port)
    await asyncio.wait(more)
    await gateway.cancel_ussd("1")
    with pytest.raises(GatewayRefusedError) as cancelled:
        await waiting
    assert cancelled.value.reason is Reason.CANCELLED
    assert (await gateway.send_ussd("1", "*100#", timeout=5)).text


async def test_statistics(lab: Lab) -> None:
    """Of every port."""
    gateway = await lab.connected()
    await lab.box.receive(2, PEER_WIRE, "x")
    await lab.box.call(2, cid="a", cdir="MO", begin=1000, answer=1010, end=1130)
    await gateway.send_sms(to_peer("x", port="2"))
    told = await gateway.read_statistics(StatisticsPeriod.TODAY)
    assert told["2"] == PortStatistics(
        sms_received=1, sms_sent=1, sms_failed=0, calls=1, calls_connected=1, talk_time=2.0
    )
    assert sorted(told) == ["1", "2", "3", "4"]


async def test_the_push_url_is_set_and_taken_away(lab: Lab) -> None:
    """By connecting, and for a gateway that is removed without being connected."""
    await lab.connected(period=90)
    assert (lab.box.push_url, lab.box.period) == (lab.hook_url, 90)
    removed = EjoinGateway(lab.settings(), session=lab.session, memory=lab.notebook)
    await removed.configure_push(None)
    assert lab.box.push_url == ""
    await removed.configure_push(lab.hook_url)
    assert lab.box.push_url == lab.hook_url


async def test_a_url_that_a_person_has_typed_in_stays(lab: Lab) -> None:
    """Asking for the state does not touch it."""
    lab.box.push_url = "http://192.0.2.1/theirs"
    gateway = await lab.connected(push_url=None)
    await gateway.poll()
    assert lab.box.push_url == "http://192.0.2.1/theirs"


async def test_probe(lab: Lab) -> None:
    """Tells who is there."""
    found = await probe(lab.settings(), lab.session)
    assert (found.mac, found.ports) == (MAC, 4)
    assert found.info.firmware == lab.box.version
    assert found.info.model == "4 × 2 SIM"
    with pytest.raises(GatewayAuthenticationError) as raised:
        await probe(lab.settings(password="wrong"), lab.session)
    assert raised.value.reason is Reason.LOGIN_WRONG


async def test_another_gateway_at_the_address(lab: Lab) -> None:
    """Is not used, neither from the start nor later."""
    with pytest.raises(GatewayConnectionError) as raised:
        await lab.connected(identity="00:30:f1:00:00:02")
    assert raised.value.reason is Reason.OTHER_GATEWAY
    # Nor is it told to push to us.
    assert lab.box.push_url == ""
    gateway = await lab.connected(identity=MAC.upper())
    lab.box.mac = "00-30-f1-00-00-02"
    with pytest.raises(GatewayConnectionError):
        await gateway.poll()
    await lab.watcher.wait_loss()
    with pytest.raises(GatewayConnectionError):
        await gateway.send_sms(to_peer("x"))


async def test_the_inbox_of_another_gateway_is_left_alone(lab: Lab) -> None:
    """It has got the address of ours: its messages are neither taken nor deleted."""
    await lab.connected(delete_after_receipt=True, clocks={"inbox": 0.05})
    assert await lab.box.receive(1, PEER_WIRE, "ours") == 200
    await lab.eventually(lambda: not lab.box.inbox)
    lab.box.switches.received_sms = False
    lab.box.mac, lab.box.source = "00-30-f1-00-00-02", "another"
    await lab.box.receive(1, PEER_WIRE, "theirs")
    await lab.watcher.wait_loss()
    assert lab.inbox.texts == ["ours"]
    assert len(lab.box.inbox) == 1


async def test_something_else_at_the_address(lab: Lab) -> None:
    """That answers with JSON of its own."""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"code": 0, "temperature": 21})

    app = web.Application()
    app.router.add_get("/goip_get_status.html", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    lab.stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    with pytest.raises(GatewayRefusedError):
        await lab.connected(url=f"http://127.0.0.1:{runner.addresses[0][1]}")


@pytest.mark.parametrize("url", ["", "nonsense", "http://", "http://[::1", "ftp://127.0.0.1"])
async def test_an_address_that_is_none(lab: Lab, url: str) -> None:
    """Is an error of the seam."""
    with pytest.raises(GatewayError):
        await lab.connected(url=url)


def _told(error: BaseException) -> str:
    """Return all that anybody could write down of an error."""
    chain = [error]
    while following := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(following)
    return "".join(
        f"{each!r} {each} {each.args} {vars(each)} {''.join(traceback.format_exception(each))}"
        for each in chain
    )


async def test_the_login_is_told_to_nobody(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    """Not in logs, errors, reprs or what caused them, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    lab.box.login = ("root", SECRET)
    gateway = await lab.connected(password=SECRET)
    said = [repr(lab.settings(password=SECRET)), repr(vars(gateway))]

    async def fail(settings_url: str, password: str) -> None:
        try:
            await probe(lab.settings(url=settings_url, password=password), lab.session)
        except GatewayError as error:
            said.append(_told(error))

    await fail(lab.url, SECRET + "!")
    await fail("http://127.0.0.1:1", SECRET)
    await fail("https" + lab.url.removeprefix("http"), SECRET)
    await fail("http://[::1", SECRET)
    await fail(lab.hook_url.removesuffix("/hook"), SECRET)
    lab.box.faults.says = f"bad password={SECRET}"
    with pytest.raises(GatewayError) as raised:
        await gateway.restart_port("1")
    said.append(_told(raised.value))
    lab.box.faults.http = 500
    said.append(repr(await gateway.send_sms(to_peer("x"))))
    await lab.api.stop()
    await fail(lab.url, SECRET)
    said.append(caplog.text)
    assert len(said) == 11
    for text in said:
        assert SECRET not in text
        assert "s3cret" not in text


async def test_a_certificate_is_trusted_only_by_choice(lab: Lab, certificate: Path) -> None:
    """A gateway makes its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    await asyncio.to_thread(context.load_cert_chain, certificate)
    api = Api(lab.box, context)
    url = await api.serve()
    lab.stack.push_async_callback(api.stop)
    with pytest.raises(GatewayConnectionError) as raised:
        await probe(lab.settings(url=url), lab.session)
    assert raised.value.reason is Reason.CERTIFICATE_UNTRUSTED
    assert (await probe(lab.settings(url=url, verify_tls=False), lab.session)).mac == MAC
