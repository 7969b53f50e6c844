"""An account at a service centre in Home Assistant, over its own SMPP."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
import ssl
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.network import Network
from simulator.smsc import Smsc


@pytest.fixture(scope="session")
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


async def server_context(certificate: Path) -> ssl.SSLContext:
    """Make what a service centre encrypts its links with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    await asyncio.to_thread(context.load_cert_chain, certificate)
    return context


@pytest.fixture
async def centre(network: Network, socket_enabled: None) -> AsyncIterator[Smsc]:
    """A service centre with one account; it does not listen yet."""
    centre = Smsc(network, patience=1.0)
    yield centre
    await centre.close()


@pytest.fixture
async def centre_port(centre: Smsc) -> int:
    """Where it listens."""
    return await centre.serve()


@pytest.fixture
def centre_data(centre: Smsc, centre_port: int) -> dict[str, Any]:
    """The data of an entry for its account."""
    return {
        "kind": "smpp",
        "host": "127.0.0.1",
        "port": centre_port,
        "username": centre.account.system_id,
        "password": centre.account.password,
    }


@pytest.fixture
def centre_options() -> dict[str, Any]:
    """The options of that entry."""
    return {"country": "DE"}


@pytest.fixture
def centre_entry(
    hass: HomeAssistant, usb: None, centre_data: dict[str, Any], centre_options: dict[str, Any]
) -> MockConfigEntry:
    """An entry for the account; not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Centre",
        unique_id="centre",
        data=centre_data,
        options=centre_options,
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def bound_centre(
    hass: HomeAssistant, centre_entry: MockConfigEntry
) -> AsyncIterator[MockConfigEntry]:
    """That entry, set up and logged in."""
    assert await hass.config_entries.async_setup(centre_entry.entry_id)
    await hass.async_block_till_done()
    yield centre_entry
    if centre_entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(centre_entry.entry_id)
