"""Which API a router speaks, and over what."""

from pathlib import Path
import ssl

from aiohttp import web
import pytest

from custom_components.cellular_gateway.gateways.errors import GatewayConnectionError, Reason
from custom_components.cellular_gateway.gateways.teltonika.gateway import Api, find_api
from custom_components.cellular_gateway.gateways.teltonika.probe import candidates
from simulator.teltonika import Router, RouterModem

from ...centres import server_context
from .lab import CLOCKS, OWN, Lab


@pytest.fixture
async def self_signed(certificate: Path) -> ssl.SSLContext:
    """Return what a router makes for itself when it is first switched on."""
    return await server_context(certificate)


@pytest.mark.parametrize(
    ("legacy", "api", "model"), [(True, Api.POST_GET, None), (False, Api.REST, "RUT241")]
)
async def test_the_api_is_found_without_a_login(
    lab: Lab, legacy: bool, api: Api, model: str | None
) -> None:
    """A try with a wrong one would count."""
    router = await lab.router(legacy=legacy)
    url = f"http://127.0.0.1:{router.port}"
    for address in (f"127.0.0.1:{router.port}", f"{url}/cgi-bin/luci", f" {url}/ "):
        found = await find_api(address, lab.session, verify_tls=True, clocks=CLOCKS)
        assert (found.url, found.api, found.model) == (url, api, model)
    assert router.failed_logins == 0


async def test_a_certificate_that_nobody_trusts(lab: Lab, self_signed: ssl.SSLContext) -> None:
    """Is accepted by choice only, and never leads to plain HTTP by itself."""
    router = Router(RouterModem(lab.network, numbers=(OWN,)))
    lab.stack.push_async_callback(router.close)
    port = await router.serve(tls=self_signed)
    with pytest.raises(GatewayConnectionError) as raised:
        await find_api(f"127.0.0.1:{port}", lab.session, verify_tls=True, clocks=CLOCKS)
    assert raised.value.reason is Reason.CERTIFICATE_UNTRUSTED
    found = await find_api(f"127.0.0.1:{port}", lab.session, verify_tls=False, clocks=CLOCKS)
    assert (found.url, found.api) == (f"https://127.0.0.1:{port}", Api.REST)
    gateway = await lab.connected(router, url=found.url, verify_tls=False)
    assert gateway.capabilities.cell
    with pytest.raises(GatewayConnectionError):
        await lab.gateway(router, url=found.url).connect()


async def test_a_redirection_to_https_is_followed_to_the_same_host(
    lab: Lab, self_signed: ssl.SSLContext
) -> None:
    """Newer firmware redirects; the login goes nowhere else."""
    router = Router(RouterModem(lab.network, numbers=(OWN,)))
    lab.stack.push_async_callback(router.close)
    port = await router.serve(tls=self_signed)
    targets = {"/same": f"https://127.0.0.1:{port}/api", "/other": "https://192.0.2.1/api"}
    for path, target in targets.items():

        async def redirect(request: web.Request, target: str = target) -> web.Response:
            raise web.HTTPFound(target)

        app = web.Application()
        app.add_routes([web.route("*", "/{any:.*}", redirect)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        lab.stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        found = await find_api(url, lab.session, verify_tls=False, clocks=CLOCKS)
        expected = f"https://127.0.0.1:{port}" if path == "/same" else url
        assert found.url == expected


async def test_nobody_there(lab: Lab) -> None:
    """The reason is that of the last try."""
    router = await lab.router(legacy=True)
    router.down()
    with pytest.raises(GatewayConnectionError) as raised:
        await find_api(f"127.0.0.1:{router.port}", lab.session, verify_tls=True, clocks=CLOCKS)
    assert raised.value.reason is Reason.CONNECTION_REFUSED


async def test_something_else_is_there(lab: Lab) -> None:
    """It speaks HTTP, but it is no router."""
    app = web.Application()
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    lab.stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    router = await lab.router(legacy=True)
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with pytest.raises(GatewayConnectionError) as raised:
        await lab.gateway(router, url=url).connect()
    assert raised.value.reason is Reason.NOT_A_ROUTER


@pytest.mark.parametrize(
    ("address", "urls"),
    [
        ("192.168.1.1", ["https://192.168.1.1", "http://192.168.1.1"]),
        ("http://192.168.1.1/", ["http://192.168.1.1"]),
        ("https://user:pass@router.lan:8443/x?y", ["https://router.lan:8443"]),
        ("router.lan:81", ["https://router.lan:81", "http://router.lan:81"]),
        ("[fe80::1]:80", ["https://[fe80::1]:80", "http://[fe80::1]:80"]),
    ],
)
def test_addresses(address: str, urls: list[str]) -> None:
    """As people write them."""
    assert candidates(address) == urls


@pytest.mark.parametrize("address", ["", "ftp://192.168.1.1", "http://", "a:b:c", "http://x:99999"])
def test_no_addresses(address: str) -> None:
    """What is none is told."""
    with pytest.raises(GatewayConnectionError) as raised:
        candidates(address)
    assert raised.value.reason is Reason.INVALID_DEVICE
