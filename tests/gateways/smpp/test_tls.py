"""The link to a service centre with TLS."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
import ssl

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    Reason,
)
from custom_components.cellular_gateway.gateways.models import SendStatus

from ...centres import server_context
from .lab import Lab, only, to_peer

type MakeContext = Callable[[], Awaitable[ssl.SSLContext]]


@pytest.fixture
def trusting(certificate: Path) -> MakeContext:
    """What makes a context that trusts the certificate."""
    return lambda: asyncio.to_thread(ssl.create_default_context, cafile=certificate)


async def encrypted(lab: Lab, certificate: Path) -> None:
    """Have the service centre speak TLS."""
    await lab.smsc.stop()
    lab.port = await lab.smsc.serve(tls=await server_context(certificate))


async def test_tls(lab: Lab, certificate: Path, trusting: MakeContext) -> None:
    """Both ways; a lost link is told as without it."""
    await encrypted(lab, certificate)
    gateway = await lab.connected(tls_context=trusting)
    assert only(await gateway.send_sms(to_peer("out"))).status is SendStatus.SENT
    await lab.text("in")
    await lab.inbox.wait_gone()
    lab.smsc.disconnect()
    await lab.watcher.wait_loss()
    await gateway.connect()


async def test_an_untrusted_certificate(lab: Lab, certificate: Path) -> None:
    """Is told as what it is."""
    await encrypted(lab, certificate)
    gateway = lab.gateway(tls_context=lambda: asyncio.to_thread(ssl.create_default_context))
    with pytest.raises(GatewayConnectionError) as caught:
        await gateway.connect()
    assert caught.value.reason is Reason.CERTIFICATE_UNTRUSTED


@pytest.mark.parametrize("side", ["ours", "theirs"])
async def test_tls_on_one_side(
    lab: Lab, certificate: Path, trusting: MakeContext, side: str
) -> None:
    """Fails as a connection, and does not hang."""
    if side == "theirs":
        await encrypted(lab, certificate)
    gateway = lab.gateway(tls_context=trusting if side == "ours" else None)
    with pytest.raises(GatewayError):
        await gateway.connect()
