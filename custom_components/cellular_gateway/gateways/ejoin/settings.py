"""What a person decides about an Ejoin gateway, and its clocks."""

from dataclasses import dataclass, field
from typing import Final

from ...sms.errors import MessageError
from ...sms.numbers import normalize_number, normalize_sender

# The gateway's own lower limit when the period is set over HTTP (HTTP API 2.2).
LEAST_PERIOD: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How long things take at most, and how often they are done, in seconds.

    `request`: one HTTP request. `task`: how long the gateway itself tries to send. `outcome`: how
    much longer we wait for its word. `inbox`: between two looks into its inbox, which also show
    that it lives. `retry`: after a failed commit. `push_grace`: how late a push may be behind the
    inbox, or the inbox behind a push. `closing`: for the sends that are on their way.
    """

    request: float = 15.0
    task: int = 60
    outcome: float = 30.0
    inbox: float = 60.0
    retry: float = 30.0
    push_grace: float = 120.0
    closing: float = 10.0
    # A call that nothing was told of for so long has ended: a connected one is told every minute.
    call: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EjoinSettings:
    """What a person decides.

    `url` is where the gateway's web pages are, None where it only pushes to us; `username` and
    `password` are the login there. `identity` is the MAC address that the entry knows it by.
    `push_url` is ours, where the gateway shall push every `period` seconds; None where a person
    has typed it in there. `report_url` is the same for what becomes of each text; None where ours
    is not known. `verify_tls` False accepts any certificate. `country` is ISO 3166
    alpha-2, for numbers without a country code.
    """

    url: str | None = None
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    identity: str | None = field(default=None, repr=False)
    push_url: str | None = field(default=None, repr=False)
    report_url: str | None = field(default=None, repr=False)
    period: int = LEAST_PERIOD
    verify_tls: bool = True
    delete_after_receipt: bool = False
    country: str | None = None
    clocks: Clocks = field(default_factory=Clocks)

    def number(self, address: str) -> str:
        """Write a number as E.164 where that can be done; the gateway leaves out the plus sign."""
        digits = address.strip()
        if digits.isascii() and digits.isdecimal() and len(digits) < 16 and digits[0] != "0":
            try:
                return normalize_number(int(digits), self.country)
            except MessageError:
                return digits
        return normalize_sender(digits, self.country)
