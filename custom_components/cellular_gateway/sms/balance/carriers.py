"""How some operators are asked for the credit of a SIM."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class BalanceMethod(StrEnum):
    """How an operator is asked; it answers a text or a call by a text."""

    USSD = "ussd"
    SMS = "sms"
    CALL = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """How one operator is asked, and where that is written.

    `country` is ISO 3166 alpha-2, `currency` ISO 4217. `number` is a service code or a short
    number, `text` what to send to it. `pattern` is for `find_balance`; None leaves the answer to
    its own recognition.
    """

    name: str
    country: str
    currency: str
    method: BalanceMethod
    number: str
    text: str | None = None
    pattern: str | None = None
    source: str


_VIMAR: Final = "Vimar 01913 GSM chronothermostat, manual, section 13.5.1, page 34"

CARRIERS: Final[tuple[Carrier, ...]] = (
    Carrier(
        name="TIM",
        country="IT",
        currency="EUR",
        method=BalanceMethod.SMS,
        number="4916",
        text="PRE CRE SIN",
        source=_VIMAR,
    ),
    Carrier(
        name="Vodafone",
        country="IT",
        currency="EUR",
        method=BalanceMethod.CALL,
        number="404",
        source=_VIMAR,
    ),
    # The manual calls it; what is dialled with "#" at its end is USSD (3GPP TS 22.030 6.5.2).
    Carrier(
        name="Wind",
        country="IT",
        currency="EUR",
        method=BalanceMethod.USSD,
        number="*123#",
        source=_VIMAR,
    ),
)
