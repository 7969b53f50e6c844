"""What a person decides about an AT modem, and its clocks."""

from dataclasses import dataclass, field
from typing import Final

from ...sms.numbers import NumberKind, normalize_sender, sender_name
from ...sms.tables import NationalLanguage
from .exchange import Limits

# The one radio of the modem.
PORT: Final = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How often things are done by themselves, in seconds.

    `keepalive`: after so much silence the modem is asked whether it lives, so that a link that
    died without a word is seen within seconds. `sweep`: indications may be lost with the power of
    a hub; `sweep_unindicated` is for modems that give none. `retry`: after a failed commit.
    """

    keepalive: float = 5.0
    sweep: float = 300.0
    sweep_unindicated: float = 15.0
    retry: float = 30.0
    recheck: float = 2.0
    closing: float = 10.0
    # What lay in the storages at first is looked through before the modem counts as connected.
    adoption: float = 60.0
    # Without a network for so long, the radio is switched off and on; then after twice as long,
    # since a place without a network stays one.
    unregistered: float = 600.0
    unregistered_longest: float = 3600.0
    # Between two restarts in the blind; modules need up to a minute to start.
    revival: float = 300.0
    # Between two looks for a SIM that is missing or blocked.
    sim: float = 3.0
    # Between the tries of a message that the network or the SIM turned down for the moment.
    resend: tuple[float, ...] = (2.0, 5.0)
    # A network that has ended a session may have a last word to say.
    ussd_settling: float = 1.0
    # +CLIP follows the first RING; without it the number is withheld, or not subscribed to.
    caller: float = 1.0
    # A call rings every 5 s or so; some modems do not tell when it has ceased.
    ringing: float = 12.0
    # Between two looks at a call of ours.
    call: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AtModemSettings:
    """What a person decides.

    `device` is a path or URL; `identity` is what the entry knows its modem by, which is its IMEI
    or, where it had told none, something else; `baudrate` in bit/s (None: find the speed), `smsc`
    the number of a service centre to be used in place of the SIM's, `country` ISO 3166 alpha-2 for
    numbers without a country code. With `hang_up_calls` every call that comes in is ended at once.
    `national_languages` are those whose tables may be used for sending (TS 23.038
    annex A), by their names in lower case (`"turkish"`).
    """

    device: str
    identity: str | None = field(default=None, repr=False)
    baudrate: int | None = None
    pin: str | None = field(default=None, repr=False)
    smsc: str | None = field(default=None, repr=False)
    delete_after_receipt: bool = True
    hang_up_calls: bool = False
    national_languages: frozenset[str] | None = None
    country: str | None = None
    limits: Limits = field(default_factory=Limits)
    clocks: Clocks = field(default_factory=Clocks)

    @property
    def languages(self) -> frozenset[NationalLanguage]:
        """The national languages that may be used for sending."""
        names = self.national_languages or ()
        return frozenset(NationalLanguage[name.upper()] for name in names)

    def sender(self, address: str, kind: NumberKind | None = None) -> str:
        """Write a sender as E.164 where that can be done; by its `kind` a name stays a name."""
        if kind is NumberKind.ALPHANUMERIC:
            return sender_name(address)
        return normalize_sender(address, self.country)
