"""The link to a service centre with TLS."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    Reason,
)
from custom_components.cellular_gateway.gateways.models import SendStatus

from .lab import Lab, only, to_peer

type MakeContext = Callable[[], Awaitable[ssl.SSLContext]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate with its key, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "smsc")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


@pytest.fixture
def trusting(certificate: Path) -> MakeContext:
    """What makes a context that trusts the certificate."""
    return lambda: asyncio.to_thread(ssl.create_default_context, cafile=certificate)


async def encrypted(lab: Lab, certificate: Path) -> None:
    """Have the service centre speak TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    await asyncio.to_thread(context.load_cert_chain, certificate)
    await lab.smsc.stop()
    lab.port = await lab.smsc.serve(tls=context)


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
