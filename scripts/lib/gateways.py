"""What each kind of gateway can do, asked of its real gateway, for the tables of the documents.

Where it has to ask the other side to know it, that is simulated. Home Assistant comes first, as it
stands in for voluptuous.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final

import aiohttp
import homeassistant.core  # noqa: F401
import serialx

from custom_components.cellular_gateway.gateways.at_modem.gateway import (
    AtModemGateway,
    AtModemSettings,
)
from custom_components.cellular_gateway.gateways.base import Gateway
from custom_components.cellular_gateway.gateways.capabilities import Capabilities
from custom_components.cellular_gateway.gateways.ejoin.gateway import EjoinGateway, EjoinSettings
from custom_components.cellular_gateway.gateways.emnify.gateway import EmnifyGateway, EmnifySettings
from custom_components.cellular_gateway.gateways.smpp.gateway import SmppGateway, SmppSettings
from custom_components.cellular_gateway.gateways.teltonika.gateway import (
    Api as TeltonikaApi,
    Login,
    TeltonikaGateway,
    TeltonikaSettings,
)
from scripts.lib.consumers import NoPin, Notes
from simulator.at_modem import AtModem, Sim
from simulator.ejoin import Api as EjoinApi, Box
from simulator.network import Network
from simulator.teltonika import Router, RouterModem

_OWN: Final = "+4917139200001"


@asynccontextmanager
async def _at_modem(profile: str) -> AsyncIterator[Gateway]:
    """Make a gateway to a modem."""
    modem = AtModem(profile, network := Network(), sim=Sim(number=_OWN))
    settings = AtModemSettings(device=await modem.serve_pty())
    try:
        yield AtModemGateway(settings, open_serial=_open_serial, pin_guard=NoPin(), memory=Notes())
    finally:
        await modem.close()
        await network.close()


async def _open_serial(url: str, baudrate: int) -> tuple[Any, Any]:
    """Open a serial port."""
    return await serialx.open_serial_connection(url, baudrate=baudrate)


@asynccontextmanager
async def _ejoin(*, asks: bool) -> AsyncIterator[Gateway]:
    """Make a gateway to one with several slots; one that is not asked only pushes to us."""
    api = EjoinApi(box := Box(ports=4, slots=2))
    url = await api.serve() if asks else None
    username, password = box.login if asks else ("", "")
    settings = EjoinSettings(url=url, username=username, password=password)
    try:
        async with aiohttp.ClientSession() as session:
            yield EjoinGateway(settings, session=session, memory=Notes())
    finally:
        await api.stop()
        await box.close()


@asynccontextmanager
async def _teltonika(*, legacy: bool, bare: bool = False) -> AsyncIterator[Gateway]:
    """Make a gateway to a router with two SIMs; a bare one is not given the router's login."""
    network = Network()
    modem = RouterModem(network, numbers=(_OWN, "+4917139200002"))
    router = Router(modem, legacy=legacy, bare=bare)
    url = f"http://127.0.0.1:{await router.serve()}"
    try:
        async with aiohttp.ClientSession() as session:
            yield TeltonikaGateway(_router_settings(url, router), session=session, memory=Notes())
    finally:
        await router.close()
        await network.close()


def _router_settings(url: str, router: Router) -> TeltonikaSettings:
    """Make the settings that fit a simulated router."""
    if router.rest is not None:
        login = Login(router.rest.username, router.rest.password)
        return TeltonikaSettings(url=url, api=TeltonikaApi.REST, login=login)
    ubus = router.ubus
    return TeltonikaSettings(
        url=url,
        api=TeltonikaApi.POST_GET,
        login=Login(router.post_get.username, router.post_get.password),
        router_login=Login(ubus.username, ubus.password) if ubus else None,
    )


@asynccontextmanager
async def _emnify() -> AsyncIterator[Gateway]:
    """Make a gateway to an account; what it can do is known before it is asked."""
    async with aiohttp.ClientSession() as session:
        yield EmnifyGateway(EmnifySettings(token="none"), session=session, memory=Notes())


@asynccontextmanager
async def _smpp() -> AsyncIterator[Gateway]:
    """Make a gateway to an account; what it can do is known before it is asked."""
    yield SmppGateway(SmppSettings(host="localhost", system_id="", password=""), memory=Notes())


type Make = Callable[[], AbstractAsyncContextManager[Gateway]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the tables: a kind of gateway, in one of the ways it can be set up.

    It can do what any of the gateways can that are made of it.
    """

    kind: str
    title: str
    makes: tuple[Make, ...]
    connects: bool = True


COLUMNS: Final = (
    Column(
        kind="at_modem",
        title="AT modem",
        # One that can do most, and one that saves power.
        makes=(lambda: _at_modem("sim7600"), lambda: _at_modem("sara-r4")),
    ),
    Column(kind="ejoin", title="Ejoin", makes=(lambda: _ejoin(asks=True),)),
    Column(kind="ejoin_push", title="Ejoin without its login", makes=(lambda: _ejoin(asks=False),)),
    Column(kind="rest", title="RUT, RutOS 7", makes=(lambda: _teltonika(legacy=False),)),
    Column(kind="post_get", title="RUT, Post/Get", makes=(lambda: _teltonika(legacy=True),)),
    Column(
        kind="post_get",
        title="RUT, Post/Get without the router's login",
        makes=(lambda: _teltonika(legacy=True, bare=True),),
    ),
    Column(kind="emnify", title="EMnify", makes=(_emnify,), connects=False),
    Column(kind="smpp", title="SMPP", makes=(_smpp,), connects=False),
)


@cache
def capabilities() -> Mapping[str, Capabilities]:
    """Return what the gateway of each column can do, by the title of the column."""
    return asyncio.run(_ask_all())


async def _ask_all() -> Mapping[str, Capabilities]:
    """Ask all gateways at once."""
    found = await asyncio.gather(*(_ask(column) for column in COLUMNS))
    return {column.title: can for column, can in zip(COLUMNS, found, strict=True)}


async def _ask(column: Column) -> Capabilities:
    """Return what the gateways of a column can do, between them."""
    found = [await _can(make, connects=column.connects) for make in column.makes]
    return Capabilities(
        **{each.name: any(getattr(can, each.name) for can in found) for each in fields(found[0])}
    )


async def _can(make: Make, *, connects: bool) -> Capabilities:
    """Return what a gateway can do, after connecting it where it is not known before."""
    async with make() as gateway:
        try:
            if connects:
                await gateway.connect()
            return gateway.capabilities
        finally:
            await gateway.close()
