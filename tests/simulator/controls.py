"""The control interfaces of the gateways, each over a simulator in this very process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from simulator.ejoin import Api as BoxApi, Box
from simulator.ejoin.control import BoxControl
from simulator.emnify import Cloud, CloudServer
from simulator.emnify.control import CloudControl
from simulator.network import Network
from simulator.smsc import Smsc
from simulator.smsc.control import CentreControl
from simulator.teltonika import Router, RouterModem
from simulator.teltonika.control import RouterControl
from simulator.web import ControlServer

NUMBER = "+4917139200011"


@asynccontextmanager
async def ejoin_control() -> AsyncIterator[ControlServer]:
    """A gateway of two ports."""
    box = Box(ports=2, slots=2)
    api = BoxApi(box)
    await api.serve()
    yield BoxControl(api)
    await api.stop()
    await box.close()


@asynccontextmanager
async def teltonika_control() -> AsyncIterator[ControlServer]:
    """A router with one modem."""
    network = Network(retry_interval=0.01)
    router = Router(RouterModem(network, numbers=(NUMBER,)))
    await router.serve()
    yield RouterControl(network, router)
    await router.close()
    await network.close()


@asynccontextmanager
async def emnify_control() -> AsyncIterator[ControlServer]:
    """An organisation with one device."""
    cloud = Cloud()
    cloud.add_device("One")
    server = CloudServer(cloud)
    await server.serve()
    yield CloudControl(server)
    await server.stop()
    await cloud.close()


@asynccontextmanager
async def smsc_control() -> AsyncIterator[ControlServer]:
    """A service centre with one account."""
    network = Network(retry_interval=0.01)
    centre = Smsc(network)
    yield CentreControl(centre, await centre.serve())
    await centre.close()
    await network.close()


CONTROLS = {
    "ejoin": ejoin_control,
    "teltonika": teltonika_control,
    "emnify": emnify_control,
    "smsc": smsc_control,
}
