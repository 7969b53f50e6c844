"""The table of simulated device families, and how a device is made."""

from collections.abc import Iterable, Mapping

from ..network import Network
from .bitrek import Bitrek
from .coban import Coban, ElinzPassword
from .concox import Concox, ElinzHash
from .device import Device
from .generic import Generic
from .meitrack import Meitrack
from .queclink import Queclink
from .reachfar import Reachfar
from .ruptela import Ruptela
from .tell import GateBase, Pager
from .tell_gate_20 import Gate20
from .teltonika import TeltonikaRouter, TeltonikaTracker
from .vimar import Vimar

CLASSES: tuple[type[Device], ...] = (
    TeltonikaTracker,
    Ruptela,
    Concox,
    Coban,
    Meitrack,
    ElinzHash,
    ElinzPassword,
    Reachfar,
    Queclink,
    Bitrek,
    TeltonikaRouter,
    Pager,
    GateBase,
    Gate20,
    Vimar,
    Generic,
)
# Variants by family, the default first.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    family: tuple(variant for each in CLASSES if each.family == family for variant in each.variants)
    for family in dict.fromkeys(each.family for each in CLASSES)
}
# Ofcom keeps these free for drama: nobody is ever reached by them.
FIRST_NUMBER = 447700900100


def make_device(
    network: Network,
    family: str,
    number: str,
    *,
    variant: str | None = None,
    login: str = "",
    password: str | None = None,
    authorised: Iterable[str] = (),
) -> Device:
    """Return a new device that carries a number; ValueError for an unknown family or variant."""
    for each in CLASSES:
        if each.family == family and (variant is None or variant in each.variants):
            return each(
                network,
                number,
                variant=variant,
                login=login,
                password=password,
                authorised=authorised,
            )
    known = ", ".join(
        f"{name} ({', '.join(filter(None, each))})" for name, each in FAMILIES.items()
    )
    raise ValueError(f"there is no such family or variant; there are: {known}")


def one_of_each(network: Network) -> list[Device]:
    """Return one device of every family, with numbers that count up from +447700900100.

    Each has an APN and, for its credit, a text of its operator.
    """
    devices = [
        make_device(network, family, f"+{number}")
        for number, family in enumerate(FAMILIES, FIRST_NUMBER)
    ]
    for device in devices:
        device.change(apn="internet", balance="Your balance is 5.00 EUR, valid until 31.12.2026.")
    return devices
