"""Find out which API a router speaks, and who it is."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from ..capabilities import Capabilities
from ..errors import GatewayConnectionError, GatewayError, Reason
from ..models import GatewayInfo
from .client.http import Http, NotSentError, Reply
from .codec.rest import open_envelope, parse_info
from .router import make_router, with_keys
from .settings import Api, Clocks, TeltonikaSettings

_SCHEMES: Final = ("https", "http")
_PUBLIC_STATUS: Final = "/api/unauthorized/status"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRouter:
    """Where a router is, by which API it can be used, and its model if it tells that to anybody."""

    url: str
    api: Api
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """Who the router is, and what it can do with this login.

    `mac` is twelve hexadecimal digits in lower case; `ports` are the keys of its modems.
    """

    info: GatewayInfo
    capabilities: Capabilities
    mac: str | None = field(default=None, repr=False)
    ports: tuple[str, ...] = ()

    @property
    def identity(self) -> str | None:
        """Return what names this router and no other, None where it does not tell."""
        return self.mac or self.info.serial_number


def candidates(address: str) -> list[str]:
    """Return the URLs to try for what a person typed: HTTPS first where no scheme is named.

    A login in it is left out. Raises GatewayConnectionError (invalid_device).
    """
    text = address.strip()
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or (parts.scheme and parts.scheme not in _SCHEMES):
        raise GatewayConnectionError(Reason.INVALID_DEVICE, "no address of a router")
    place = f"[{host}]" if ":" in host else host
    place = place if port is None else f"{place}:{port}"
    return [f"{scheme}://{place}" for scheme in ([parts.scheme] if parts.scheme else _SCHEMES)]


async def find_api(
    address: str,
    session: aiohttp.ClientSession,
    *,
    verify_tls: bool,
    clocks: Clocks | None = None,
) -> FoundRouter:
    """Look who answers at an address, without a login: a try with a wrong one would count.

    What speaks HTTP and not the API of RutOS 7 can only be asked by Post/Get. A certificate that is
    not trusted ends the search, since the login would go over plain HTTP otherwise. Raises
    GatewayError.
    """
    failure: GatewayError = GatewayConnectionError(Reason.INVALID_DEVICE, "no address")
    urls = candidates(address)
    for url in urls:
        try:
            return await _ask(url, session, verify_tls, clocks or Clocks())
        except NotSentError as error:
            failure = error
            if error.reason is Reason.CERTIFICATE_UNTRUSTED:
                break
    raise failure


async def _ask(
    url: str, session: aiohttp.ClientSession, verify_tls: bool, clocks: Clocks
) -> FoundRouter:
    """Ask who is at a URL; a router that sends us to its HTTPS is asked there."""
    reply = await _public_status(url, session, verify_tls, clocks)
    if (other := _https_of(url, reply)) is not None:
        url, reply = other, await _public_status(other, session, verify_tls, clocks)
    try:
        envelope = open_envelope(reply.status, reply.document())
    except GatewayConnectionError:
        return FoundRouter(url=url, api=Api.POST_GET)
    return FoundRouter(url=url, api=Api.REST, model=parse_info(None, envelope.data).model)


async def _public_status(
    url: str, session: aiohttp.ClientSession, verify_tls: bool, clocks: Clocks
) -> Reply:
    """Ask for what RutOS 7 tells anybody."""
    http = Http(session, url, verify_tls=verify_tls, connect=clocks.connect)
    return await http.request("GET", _PUBLIC_STATUS, limit=clocks.request)


def _https_of(url: str, reply: Reply) -> str | None:
    """Return the URL of the same host's HTTPS when a reply redirects there."""
    if reply.location is None or not reply.location.startswith("https://"):
        return None
    try:
        found = candidates(reply.location)[0]
        is_same_host = urlsplit(found).hostname == urlsplit(url).hostname
    except GatewayConnectionError:
        return None
    return found if is_same_host and found != url else None


async def probe(settings: TeltonikaSettings, session: aiohttp.ClientSession) -> ProbeResult:
    """Log in, once, and see who the router is and what it can do. Raises GatewayError."""
    router = make_router(settings, session)
    identity = await router.identify()
    modems = await router.modems()
    return ProbeResult(
        info=identity.info,
        capabilities=router.capabilities(modems),
        mac=identity.mac,
        ports=tuple(with_keys(modems)),
    )
