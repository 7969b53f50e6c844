"""Look who is at an address, for the form that sets a gateway up."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import ClientSession

from ..errors import GatewayRefusedError
from ..models import GatewayInfo
from .client import EjoinClient
from .codec.notifications import DeviceReport, parse_device
from .codec.requests import ALL_SIMS, STATUS
from .settings import EjoinSettings
from .state import StateBook
from .unknown import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class EjoinProbe:
    """Who answered: `mac` is the unique name of the gateway, empty where it does not tell it."""

    info: GatewayInfo
    mac: str
    ports: int


async def ask_device(client: EjoinClient, query: Mapping[str, str] = ALL_SIMS) -> DeviceReport:
    """Ask for all ports; raises GatewayError, also where something else answers."""
    report = parse_device(await client.get(STATUS, query))
    if not report.mac and not report.rows:
        raise GatewayRefusedError(STATUS, "no gateway of this kind", temporary=True)
    return report


async def probe(settings: EjoinSettings, session: ClientSession) -> EjoinProbe:
    """Ask once, with the login; raises GatewayError."""
    report = await ask_device(EjoinClient(session, settings))
    book = StateBook(Unknown())
    book.take_device(report)
    return EjoinProbe(info=book.info, mac=report.mac, ports=book.state.ports_total or 0)
