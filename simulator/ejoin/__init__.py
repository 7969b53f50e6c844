"""An Ejoin multi-port gateway: its HTTP API, and what it pushes.

Written from the maker's status notification document and the HTTP API 2.2 and 2.4. It pushes to a
URL, and other processes or tests use it as they would the web pages of the device.
"""

from .api import Api
from .box import Box, Firmware
from .sim import Port, SimCard, Switches

__all__ = ["Api", "Box", "Firmware", "Port", "SimCard", "Switches"]
