"""Why a device cannot be opened, in terms that a person can act on."""

import asyncio
import errno
from pathlib import Path
import socket

import pytest
import serialx

from custom_components.cellular_gateway.gateways.at_modem.gateway import AtModemGateway, probe
from custom_components.cellular_gateway.gateways.errors import GatewayConnectionError, Reason
from custom_components.cellular_gateway.gateways.models import SimState
from simulator.at_modem import AtModem, Sim
from simulator.link import PtyLink

from .lab import OWN, Lab, statuses, to_peer


async def reason_of(lab: Lab, device: str) -> Reason:
    """Return why a device cannot be probed."""
    with pytest.raises(GatewayConnectionError) as caught:
        await lab.probe(device)
    return caught.value.reason


async def test_devices_that_are_none(lab: Lab, tmp_path: Path) -> None:
    """Nothing there, no terminal, an address of an unknown kind."""
    (tmp_path / "file").write_text("")
    assert await reason_of(lab, str(tmp_path / "nothing")) is Reason.NOT_FOUND
    assert await reason_of(lab, str(tmp_path / "file")) is Reason.INVALID_DEVICE
    assert await reason_of(lab, str(tmp_path)) is Reason.INVALID_DEVICE
    assert await reason_of(lab, "gopher://modem") is Reason.INVALID_DEVICE


async def test_a_device_that_somebody_else_has(lab: Lab) -> None:
    """Two gateways on one modem."""
    _, device = await lab.modem()
    await lab.gateway(device).connect()
    assert await reason_of(lab, device) is Reason.BUSY


async def test_a_server_that_refuses(lab: Lab, socket_enabled: None) -> None:
    """Nobody listens on the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert await reason_of(lab, f"socket://127.0.0.1:{port}") is Reason.CONNECTION_REFUSED


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(errno.EACCES, ""), Reason.NO_PERMISSION),
        (OSError(errno.EHOSTUNREACH, ""), Reason.HOST_UNREACHABLE),
        (socket.gaierror(-2, ""), Reason.HOST_UNREACHABLE),
        (TimeoutError(), Reason.HOST_UNREACHABLE),
        (OSError("something else"), Reason.CONNECTION_LOST),
        (ConnectionRefusedError(), Reason.CONNECTION_REFUSED),
        (ValueError("no such speed"), Reason.INVALID_DEVICE),
        (serialx.SerialException("no"), Reason.INVALID_DEVICE),
        (GatewayConnectionError(Reason.PROXY_NOT_READY), Reason.PROXY_NOT_READY),
    ],
)
async def test_errors_of_the_opener(lab: Lab, error: Exception, reason: Reason) -> None:
    """What a kernel, a resolver or Home Assistant's own proxy says."""

    async def refuse(url: str, baudrate: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Fail to open."""
        raise error

    with pytest.raises(GatewayConnectionError) as caught:
        await probe(lab.settings("/dev/modem"), open_serial=refuse)
    assert caught.value.reason is reason
    gateway = AtModemGateway(
        lab.settings("/dev/modem"),
        open_serial=refuse,
        pin_guard=lab.guard,
        memory=lab.notebook,
    )
    with pytest.raises(GatewayConnectionError):
        await gateway.connect()


async def test_a_device_that_talks_but_is_no_modem(lab: Lab) -> None:
    """A GPS receiver, a thermometer: text, but no result."""
    link = PtyLink()
    link.received = lambda data: link.write(b"$GPGSV,3,1,11\r\n" * 3)
    await link.plug()
    lab.stack.callback(link.unplug)
    assert await reason_of(lab, link.address) is Reason.NOT_A_MODEM


async def test_a_loop_is_no_modem(lab: Lab) -> None:
    """Everything comes back as it went."""
    link = PtyLink()
    link.received = link.write
    await link.plug()
    lab.stack.callback(link.unplug)
    assert await reason_of(lab, link.address) is Reason.NOT_A_MODEM


async def test_noise_is_another_speed(lab: Lab) -> None:
    """A modem behind a terminal server that is set to another speed."""
    link = PtyLink()
    link.received = lambda data: link.write(b"\xf8\x80\x00\xe6\xff\xfe" * 3)
    await link.plug()
    lab.stack.callback(link.unplug)
    assert await reason_of(lab, link.address) is Reason.WRONG_SPEED


def ser2net() -> str | None:
    """Find the server that others wrote."""
    here = Path(__file__).parents[3] / ".tools"
    found = [str(path) for path in here.glob("**/ser2net") if path.is_file()]
    return next(iter(found), None)


@pytest.mark.skipif(ser2net() is None, reason="ser2net is not at hand")
async def test_rfc2217_against_ser2net(lab: Lab, tmp_path: Path, socket_enabled: None) -> None:
    """The speed goes over the wire; texts go both ways."""
    modem = AtModem("ec25", lab.network, sim=Sim(number=OWN))
    lab.stack.push_async_callback(modem.close)
    device = await modem.serve_pty(lab.port())
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    configuration = tmp_path / "ser2net.yaml"
    configuration.write_text(
        "connection: &modem\n"
        f"  accepter: telnet(rfc2217),tcp,127.0.0.1,{port}\n"
        f"  connector: serialdev,{device},115200n81,local\n"
    )
    server_process = await asyncio.create_subprocess_exec(
        str(ser2net()), "-n", "-c", str(configuration), "-u"
    )

    async def end() -> None:
        """End the server."""
        server_process.terminate()
        await server_process.wait()

    lab.stack.push_async_callback(end)
    lab.notebook.values["adopted"] = "1"
    gateway = lab.gateway(f"rfc2217://127.0.0.1:{port}")
    async with asyncio.timeout(10):
        while True:
            try:
                await gateway.connect()
                break
            except GatewayConnectionError:
                await asyncio.sleep(0.1)
    assert gateway.state.ports["1"].sim_state is SimState.READY
    await lab.text("over the wire")
    await lab.inbox.wait_gone()
    assert statuses(await gateway.send_sms(to_peer("and back"))) == ["sent"]
    await gateway.close()
