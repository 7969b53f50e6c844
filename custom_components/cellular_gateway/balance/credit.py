"""How a balance is asked for, and what is known of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from ..const import (
    CONF_CURRENCY,
    CONF_INTERVAL,
    CONF_METHOD,
    CONF_NUMBER,
    CONF_PATTERN,
    CONF_SENDER,
    CONF_TEXT,
)
from ..sms.balance import Balance, BalanceMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSettings:
    """How the operator is asked, and how its answer is read, as the options have it.

    `number` is a code or a number, `text` what is sent to it. `sender` is who answers by text.
    `currency` (ISO 4217) and `pattern` are those of `find_balance`.
    """

    method: BalanceMethod
    number: str = field(repr=False)
    text: str = field(default="", repr=False)
    sender: str | None = field(default=None, repr=False)
    currency: str | None = None
    pattern: str | None = field(default=None, repr=False)
    interval: timedelta | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Read what the options flow has kept; the interval is in hours."""
        hours = options.get(CONF_INTERVAL)
        method = BalanceMethod(options[CONF_METHOD])
        by_text = None if method is BalanceMethod.USSD else options[CONF_NUMBER]
        return cls(
            method=method,
            number=options[CONF_NUMBER],
            text=options.get(CONF_TEXT, ""),
            sender=options.get(CONF_SENDER, by_text),
            currency=options.get(CONF_CURRENCY),
            pattern=options.get(CONF_PATTERN),
            interval=timedelta(hours=hours) if hours else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A balance that the operator told, when, of which SIM, and in which words.

    The words are not kept over a restart: they are in the message that they came by.
    """

    balance: Balance
    received_at: datetime
    iccid: str | None = field(default=None, repr=False)
    raw: str | None = field(default=None, repr=False)

    @classmethod
    def from_memory(cls, memory: Mapping[str, Any]) -> Self | None:
        """Read what `memory` wrote, None where no balance was known."""
        if "amount" not in memory:
            return None
        expiry = memory["expiry"]
        day = date.fromisoformat(expiry) if expiry else None
        return cls(
            balance=Balance(Decimal(memory["amount"]), memory["currency"], day),
            received_at=datetime.fromisoformat(memory["received_at"]),
            iccid=memory["iccid"],
        )

    def memory(self) -> dict[str, str | None]:
        """Write what is kept over a restart."""
        expiry = self.balance.expiry
        return {
            "amount": str(self.balance.amount),
            "currency": self.balance.currency,
            "expiry": expiry.isoformat() if expiry else None,
            "received_at": self.received_at.isoformat(),
            "iccid": self.iccid,
        }
