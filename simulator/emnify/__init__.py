"""A simulated EMnify: an organisation in the cloud, its SIMs and devices, behind the REST API."""

from .cloud import Cloud
from .device import Device, Quota, ShortMessage, SimCard, Usage
from .limits import Limits
from .server import CUT, HANG, CloudServer

__all__ = [
    "CUT",
    "HANG",
    "Cloud",
    "CloudServer",
    "Device",
    "Limits",
    "Quota",
    "ShortMessage",
    "SimCard",
    "Usage",
]
