"""Delivery reports: which text each is about, and what is told of that text.

A report is told like a text: first announced, then marked, so that dying between the two tells it
once more. Of a text only what is new is told: that the network still tries, once, and then the
end. It is delivered when all of its parts are, undelivered as soon as one is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..const import signal_delivery
from ..gateways.models import DeliveryReport
from ..sms.numbers import normalize_sender
from .journal import Journal
from .matching import OPEN, STATUSES, DeliveryStatus, Match, PartState
from .parts import Entry
from .routing import Address, whose
from .sends import Settlement


def endpoint_attribute(endpoint: str | None) -> dict[str, Any]:
    """Return which endpoint something is about, where the gateway has such."""
    return {} if endpoint is None else {"endpoint": endpoint}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a text that was sent, for the entities.

    `id` is that of the receipt, None for a report about no text that we know of; then `parts` is
    unknown too. `reason` is the name of TP-ST (3GPP TS 23.040 clause 9.2.3.15) in the last report.
    `discharged_at` is when the service centre was done with that part, or tried last.
    """

    id: str | None
    number: str = field(repr=False)
    recipient: str | None = field(repr=False)
    port: str
    status: DeliveryStatus
    reason: str
    parts: int | None
    parts_delivered: int | None
    sent_at: datetime | None
    discharged_at: datetime | None
    endpoint: str | None = None

    @property
    def matched(self) -> bool:
        """Whether it is about a text that went through this gateway."""
        return self.id is not None

    def attributes(self) -> dict[str, Any]:
        """Return the delivery as attributes of an entity; times are ISO 8601."""
        return endpoint_attribute(self.endpoint) | {
            "id": self.id,
            "number": self.number,
            "recipient": self.recipient,
            "port": self.port,
            "status": self.status.value,
            "reason": self.reason,
            "parts": self.parts,
            "parts_delivered": self.parts_delivered,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "discharged_at": self.discharged_at.isoformat() if self.discharged_at else None,
            "matched": self.matched,
        }


class _Waiting(NamedTuple):
    """A report that waits for sends on the wire.

    It is about one of those to its number most `likely`; where it names a part that is not known
    yet, it may be about one of the `others`, since a number can be written in many ways.
    """

    entry: Entry
    report: DeliveryReport
    likely: frozenset[int]
    others: frozenset[int]


class Reporter:
    """Tells what reports say, in their order, for the announcer."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        journal: Journal,
        *,
        country: str | None,
        recipients: Mapping[Address, str],
    ) -> None:
        """Match reports with what the journal knows; `recipients` maps addresses to names."""
        self._hass = hass
        self._signal = signal_delivery(entry_id)
        self._journal = journal
        self._country = country
        self._recipients = recipients
        self._waiting: dict[int, _Waiting] = {}
        self._settlement: Settlement | None = None

    def take(self, entry: Entry) -> None:
        """Take a report; it waits for the sends on the wire that it may be about.

        The network can be faster than the modem, which tells the reference only at the end.
        """
        if (report := entry.part.report) is not None:
            port = entry.part.port
            likely = self._journal.sends_on_wire(port, report, self._country)
            others = self._journal.sends_through(port) if report.message_id else frozenset()
            self._waiting[entry.id] = _Waiting(entry, report, likely, others)

    async def announce(self) -> None:
        """Tell the reports that need not wait any more; what fails is done by the next call."""
        await self.mark()
        for entry, report, likely, others in list(self._waiting.values()):
            if any(map(self._journal.is_on_wire, likely)):
                continue
            is_early = any(map(self._journal.is_on_wire, others))
            match = await self._journal.match(
                entry.part.port, report, self._country, entry.part.received_at
            )
            if match is None and is_early:
                continue
            del self._waiting[entry.id]
            self._settlement = self._tell(entry, report, match)
            await self.mark()

    async def mark(self) -> None:
        """Commit what was told last."""
        if (settlement := self._settlement) is not None:
            await self._journal.settle(settlement)
            self._settlement = None

    def _tell(self, entry: Entry, report: DeliveryReport, match: Match | None) -> Settlement:
        """Tell what is new by a report, and return what it changes."""
        status = STATUSES[report.outcome]
        if match is None:
            self._send(_foreign(entry.part.port, report, status, self._country))
            return Settlement(report=entry.id)
        if match.part.state not in OPEN:
            return Settlement(report=entry.id)
        state = PartState(status)
        text = replace(match.text, states={**match.text.states, match.part.number: state})
        if (news := text.news) is not None:
            self._send(
                Delivery(
                    id=str(text.id),
                    number=text.number,
                    recipient=None,
                    port=entry.part.port,
                    status=news,
                    reason=report.reason,
                    parts=len(text.states),
                    parts_delivered=text.delivered,
                    sent_at=text.started_at,
                    discharged_at=report.discharged_at,
                    endpoint=text.endpoint or report.endpoint,
                )
            )
        return Settlement(
            report=entry.id,
            match=match,
            state=state,
            reference=report.reference,
            message_id=report.message_id,
            stamp=report.sent_at,
            told=news,
        )

    def _send(self, delivery: Delivery) -> None:
        """Tell the entities, with the recipient's name."""
        name = whose(self._recipients, delivery.number, delivery.endpoint)
        delivery = replace(delivery, recipient=name)
        async_dispatcher_send(self._hass, self._signal, delivery)


def _foreign(
    port: str, report: DeliveryReport, status: DeliveryStatus, country: str | None
) -> Delivery:
    """Say what a report says that is about no text we know of."""
    return Delivery(
        id=None,
        number=normalize_sender(report.recipient, country),
        recipient=None,
        port=port,
        status=status,
        reason=report.reason,
        parts=None,
        parts_delivered=None,
        sent_at=report.sent_at,
        discharged_at=report.discharged_at,
        endpoint=report.endpoint,
    )
