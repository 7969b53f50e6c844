"""Simulated things at the far end of the radio, which are worked by SMS.

Each family is written from its manual, which its module names, and obeys its grammar to the
letter: case, blanks, separators, and where the password stands. A wrong password or a number that
is not authorised is met with silence, or with the text that the manual has for it.
"""

from .device import Answer, Device, Trouble
from .families import FAMILIES, make_device, one_of_each
from .inbound import Heard
from .state import Position, State

__all__ = [
    "FAMILIES",
    "Answer",
    "Device",
    "Heard",
    "Position",
    "State",
    "Trouble",
    "make_device",
    "one_of_each",
]
