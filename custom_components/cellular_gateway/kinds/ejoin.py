"""Ejoin gateways: how one is probed, told apart, built, and told to push no more."""

from typing import Final

from homeassistant.const import (
    CONF_PASSWORD,
    CONF_URL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    CONF_WEBHOOK_ID,
)
from homeassistant.core import HomeAssistant

from ..const import CONF_CONFIGURE, CONF_COUNTRY, CONF_DELETE_AFTER_RECEIPT, CONF_PERIOD, CONF_PUSH
from ..gateways.base import Gateway
from ..gateways.consumers import Memory, NoMemory, PinGuard
from ..gateways.ejoin.codec.notifications import parse_request
from ..gateways.ejoin.gateway import EjoinGateway, EjoinProbe, EjoinSettings, probe
from ..gateways.ejoin.settings import LEAST_PERIOD
from ..gateways.ejoin.state import StateBook
from ..gateways.ejoin.unknown import Unknown
from ..gateways.push import Push
from ..webhook import push_url
from .base import Data, Kind, closing_session

__all__ = [
    "EJOIN",
    "KIND",
    "LEAST_PERIOD",
    "EjoinProbe",
    "probe_box",
    "probe_pushed",
]

EJOIN: Final = "ejoin"


def _deletes(data: Data) -> bool | None:
    """Messages stay in the gateway; one that only pushes cannot be told to delete any."""
    return False if CONF_URL in data else None


def _ejoin_settings(hass: HomeAssistant, identity: str | None, data: Data) -> EjoinSettings:
    """Read the settings of an Ejoin gateway out of an entry's data and options, merged."""
    push = data.get(CONF_PUSH, {})
    url = push_url(hass, data[CONF_WEBHOOK_ID])
    return EjoinSettings(
        url=data.get(CONF_URL),
        username=data.get(CONF_USERNAME, ""),
        password=data.get(CONF_PASSWORD, ""),
        identity=identity,
        push_url=url if push.get(CONF_CONFIGURE, False) else None,
        report_url=url,
        period=int(push.get(CONF_PERIOD, LEAST_PERIOD)),
        verify_tls=data.get(CONF_VERIFY_SSL, True),
        delete_after_receipt=bool(data.get(CONF_DELETE_AFTER_RECEIPT, _deletes(data))),
        country=data.get(CONF_COUNTRY) or hass.config.country,
    )


def _build_ejoin(
    hass: HomeAssistant, identity: str | None, data: Data, pin_guard: PinGuard, memory: Memory
) -> Gateway:
    """Build an Ejoin gateway; nothing is asked yet."""
    settings = _ejoin_settings(hass, identity, data)
    return EjoinGateway(settings, session=closing_session(hass), memory=memory)


async def probe_box(hass: HomeAssistant, data: Data) -> EjoinProbe:
    """Ask an Ejoin gateway who it is. Raises GatewayError."""
    return await probe(_ejoin_settings(hass, None, data), closing_session(hass))


def probe_pushed(push: Push) -> EjoinProbe | None:
    """See by a report which Ejoin gateway pushes, None where it does not tell."""
    reports = parse_request(push.query, push.headers, push.body).devices
    report = next((report for report in reports if report.mac), None)
    if report is None:
        return None
    book = StateBook(Unknown())
    book.take_device(report)
    return EjoinProbe(info=book.info, mac=report.mac, ports=book.state.ports_total or 0)


async def _cancel_ejoin_push(hass: HomeAssistant, data: Data) -> None:
    """Have an Ejoin gateway forget our address, if we gave it that."""
    settings = _ejoin_settings(hass, None, data)
    if data.get(CONF_PUSH, {}).get(CONF_CONFIGURE) and settings.url is not None:
        gateway = EjoinGateway(settings, session=closing_session(hass), memory=NoMemory())
        await gateway.configure_push(None)


KIND: Final = Kind(
    name="Ejoin gateway", build=_build_ejoin, deletes=_deletes, cancel_push=_cancel_ejoin_push
)
