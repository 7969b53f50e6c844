"""A radio network with numbers: it takes short messages in, keeps and delivers them."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count
import logging
import random
from typing import Protocol

from . import pdu
from .calls import CallOutcome, CallRecord
from .clock import Clock, SystemClock
from .pdu import Alphabet, Concatenation, Submit
from .phone import Phone
from .plans import STATUS_DELIVERED, STATUS_NOT_OBTAINABLE, Operator, PowerSaving, ReportPlan
from .ussd import UssdAnswer

LOGGER = logging.getLogger(__name__)

# RP causes, 3GPP TS 24.011 annex E.
CAUSE_MEMORY_FULL = 22


class RpError(Exception):
    """The network or the handset refused a message with an RP cause (TS 24.011 annex E)."""

    def __init__(self, cause: int) -> None:
        """Keep the cause, 1 to 127."""
        super().__init__(f"RP cause {cause}")
        self.cause = cause


class NoAcknowledgementError(Exception):
    """The handset did not answer a delivery in time; it is offered again."""


class Subscriber(Protocol):
    """Whoever carries a number: a modem with its SIM, or a phone."""

    @property
    def reachable(self) -> bool:
        """Tell whether the network may deliver now."""

    async def deliver(self, tpdu: bytes, smsc: str) -> None:
        """Take a TPDU; returning acknowledges, RpError and NoAcknowledgementError do not."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a subscriber submitted.

    `pdu` is in hex with the service centre address as the sender gave it;
    `reference` is the message reference that the modem put in and answered.
    """

    sender: str
    recipient: str
    pdu: str
    submit: Submit
    reference: int
    smsc: str
    at: datetime

    @property
    def text(self) -> str | None:
        """Return the text of this part, None for data."""
        return self.submit.text

    @property
    def parts(self) -> Concatenation | None:
        """Return which part of a long message this is, None for a single one."""
        return self.submit.concatenation

    @property
    def flash(self) -> bool:
        """Tell whether it is a flash message (class 0)."""
        return self.submit.flash


@dataclass(slots=True)
class _Mailbox:
    """What waits for a number, and who carries it."""

    subscriber: Subscriber | None = None
    is_sim: bool = False
    waiting: deque[_Letter] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


@dataclass(slots=True)
class _Letter:
    """One TPDU on its way, and what to do when it was delivered."""

    tpdu: bytes
    delivered: Callable[[], None] | None = None


class Network:
    """The network: numbers, service centre, delay and loss, and what was sent."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        operator: Operator | None = None,
        country_code: str = "49",
        smsc: str = "+491710760000",
        time_zone: timedelta = timedelta(hours=1),
        delay: float = 0.0,
        loss: float = 0.0,
        duplication: float = 0.0,
        retry_interval: float = 1.0,
        seed: int = 0,
    ) -> None:
        """Build a network.

        `delay` and `retry_interval` are in seconds; `loss` and `duplication` are
        probabilities per part, drawn from a generator started with `seed`.
        """
        self.clock = clock or SystemClock()
        self.operator = operator or Operator()
        self.smsc = smsc
        self.time_zone = timezone(time_zone)
        self.delay = delay
        self.loss = loss
        self.duplication = duplication
        self.retry_interval = retry_interval
        self.sent: list[Sent] = []
        self.phones: dict[str, Phone] = {}
        self.operators = [
            Operator("Other Mobile", "Other", "00102", roams=True),
            Operator("Closed Mobile", "Closed", "00103", forbidden=True),
        ]
        self.ussd: dict[str, UssdAnswer] = {"*100#": UssdAnswer("Your balance is 12.34 EUR.")}
        self.call_outcomes: dict[str, CallOutcome] = {}
        self.calls: list[CallRecord] = []
        self.power_saving = PowerSaving()
        self.lost = 0
        self._country_code = country_code
        self._random = random.Random(seed)
        self._references = count(1)
        self._mailboxes: dict[str, _Mailbox] = {}
        self._refusals: deque[int] = deque()
        self._report_plans: dict[str, ReportPlan] = {}
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def number(self, number: str) -> str:
        """Return a dialled number in international form; names and short codes as they are."""
        if number.startswith("00"):
            return "+" + number[2:]
        if number.startswith("0") and number.isdigit():
            return f"+{self._country_code}{number[1:]}"
        return number

    def attach(self, number: str, subscriber: Subscriber) -> None:
        """Let a modem carry a number; what waits for it is delivered when it is reachable."""
        mailbox = self._mailbox(number)
        mailbox.subscriber = subscriber
        mailbox.is_sim = True
        self.notify(number)

    def detach(self, number: str, subscriber: Subscriber) -> None:
        """Take a number from the modem that carries it."""
        mailbox = self._mailbox(number)
        if mailbox.subscriber is subscriber:
            mailbox.subscriber = None

    def notify(self, number: str) -> None:
        """Try again to deliver: a modem registered, or has room again (SMMA)."""
        mailbox = self._mailbox(number)
        if mailbox.waiting and (mailbox.task is None or mailbox.task.done()):
            mailbox.task = self.spawn(self._deliver_all(mailbox))

    def waiting(self, number: str) -> int:
        """Return how many parts the service centre keeps for a number."""
        return len(self._mailbox(number).waiting)

    def phone(self, number: str) -> Phone:
        """Return the phone with a number; it is made when first asked for."""
        number = self.number(number)
        if number not in self.phones:
            self.phones[number] = Phone(self, number)
        return self.phones[number]

    def refuse(self, cause: int, times: int = 1) -> None:
        """Refuse the next submits with an RP cause, such as 38 "network out of order"."""
        self._refusals.extend([cause] * times)

    def make_unobtainable(self, number: str) -> None:
        """Accept messages to a number, but never deliver them (TP status 0x43)."""
        self.plan_reports(number, STATUS_NOT_OBTAINABLE)

    def plan_reports(self, number: str, *statuses: int, delay: float = 0.0) -> None:
        """Answer messages to a number with these status reports, each some seconds later."""
        self._report_plans[self.number(number)] = ReportPlan(statuses, delay)

    def plan_call(self, number: str, outcome: CallOutcome) -> None:
        """Let calls to a number, "" for any other, have an outcome."""
        self.call_outcomes[self.number(number)] = outcome

    def call_outcome(self, number: str) -> CallOutcome:
        """Return what becomes of a call to a number."""
        outcomes = self.call_outcomes
        return outcomes.get(self.number(number)) or outcomes.get("") or CallOutcome()

    async def send_report(
        self, recipient: str, reference: int, peer: str, status: int = STATUS_DELIVERED
    ) -> None:
        """Send a status report to a number, be it for a message that nobody sent."""
        moment = self.service_centre_time()
        tpdu = pdu.encode_status_report(reference, peer, moment, moment, status)
        await self._post(recipient, [_Letter(tpdu)])

    async def send(
        self,
        sender: str,
        recipient: str,
        content: str | bytes | Iterable[str],
        *,
        flash: bool = False,
        message_class: int | None = None,
        alphabet: Alphabet | None = None,
        reference: int | None = None,
        wide: bool = False,
        order: Iterable[int] | None = None,
        port: int | None = None,
        sent_at: datetime | None = None,
    ) -> list[str]:
        """Send a text, 8 bit data, or finished SMS-DELIVER TPDUs in hex, to a number.

        A long text goes in concatenated parts, `order` tells in which order by part
        numbers (one left out is lost, one named twice is sent twice). Returns the TPDUs in
        hex. Raises PduError when the content cannot be encoded.
        """
        if not isinstance(content, (str, bytes)):
            tpdus = [bytes.fromhex(tpdu) for tpdu in content]
        else:
            if isinstance(content, bytes):
                parts = [pdu.binary(content, port=port)]
            else:
                parts = pdu.split_text(
                    content,
                    reference=next(self._references) if reference is None else reference,
                    kind=alphabet,
                    message_class=0 if flash else message_class,
                    wide=wide,
                )
            if order is not None:
                parts = [parts[number - 1] for number in order]
            moment = sent_at or self.service_centre_time()
            tpdus = [pdu.encode_deliver(sender, part, moment) for part in parts]
        await self._post(recipient, [_Letter(tpdu) for tpdu in tpdus])
        return [tpdu.hex().upper() for tpdu in tpdus]

    async def submit(self, sender: str, octets: bytes, reference: int) -> Sent:
        """Take an SMS-SUBMIT, service centre address included, from a subscriber.

        Raises PduError for malformed octets and RpError when the network refuses.
        """
        smsc, tpdu = pdu.split_smsc(octets)
        submit = pdu.with_reference(pdu.decode_submit(tpdu), reference)
        if self._refusals:
            raise RpError(self._refusals.popleft())
        sent = Sent(
            sender,
            submit.recipient,
            octets.hex().upper(),
            submit,
            reference,
            smsc or self.smsc,
            self.clock.now(),
        )
        self.sent.append(sent)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        self.spawn(self._route(sent))
        return sent

    async def wait_sent(self, number: int = 1, timeout: float = 5.0) -> list[Sent]:
        """Return all that was sent once it is at least `number`; TimeoutError after seconds."""
        async with asyncio.timeout(timeout):
            while len(self.sent) < number:
                await self._changed.wait()
        return self.sent

    def service_centre_time(self) -> datetime:
        """Return the time of the service centre, in its own zone, to the second."""
        return self.clock.now().astimezone(self.time_zone).replace(microsecond=0)

    def spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run something in the background until it ends or the network closes."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Stop everything that is on its way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Forget a finished task; an error in it is a mistake of the simulator."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            LOGGER.error("The simulated network failed", exc_info=error)

    def _mailbox(self, number: str) -> _Mailbox:
        """Return the mailbox of a number."""
        return self._mailboxes.setdefault(self.number(number), _Mailbox())

    async def _post(self, recipient: str, letters: list[_Letter]) -> None:
        """Put parts into a mailbox after the network's delay, less what it loses."""
        if self.delay:
            await self.clock.sleep(self.delay)
        mailbox = self._mailbox(recipient)
        for letter in letters:
            if self.loss and self._random.random() < self.loss:
                self.lost += 1
                continue
            mailbox.waiting.append(letter)
            if self.duplication and self._random.random() < self.duplication:
                mailbox.waiting.append(_Letter(letter.tpdu))
        self.notify(recipient)

    async def _deliver_all(self, mailbox: _Mailbox) -> None:
        """Deliver what waits, one at a time and in order, as long as it is taken."""
        while mailbox.waiting and (subscriber := mailbox.subscriber) and subscriber.reachable:
            letter = mailbox.waiting[0]
            try:
                await subscriber.deliver(letter.tpdu, self.smsc)
            except NoAcknowledgementError:
                await self.clock.sleep(self.retry_interval)
            except RpError as error:
                if error.cause == CAUSE_MEMORY_FULL:
                    return
                await self.clock.sleep(self.retry_interval)
            else:
                mailbox.waiting.popleft()
                if letter.delivered is not None:
                    letter.delivered()

    async def _route(self, sent: Sent) -> None:
        """Bring a submitted message to its recipient, and report if that was asked for."""
        recipient = self.number(sent.recipient)
        plan = self._report_plans.get(recipient, ReportPlan())
        if not plan.delivers:
            await self._report(sent, plan)
            return

        def delivered() -> None:
            self.spawn(self._report(sent, plan))

        mailbox = self._mailboxes.get(recipient)
        if mailbox is not None and mailbox.is_sim:
            submit = sent.submit
            tpdu = pdu.encode_deliver(
                sent.sender, submit.data, self.service_centre_time(), protocol=submit.protocol
            )
            await self._post(recipient, [_Letter(tpdu, delivered)])
            return
        if self.delay:
            await self.clock.sleep(self.delay)
        report = self.spawn(self._report(sent, plan))
        if not plan.delay:
            await report
        await self.phone(recipient).accept(sent.sender, sent.submit)

    async def _report(self, sent: Sent, plan: ReportPlan) -> None:
        """Send the status reports that the sender asked for (TS 23.040 clause 9.2.2.3)."""
        if not sent.submit.status_report_requested:
            return
        for status in plan.statuses:
            if plan.delay:
                await self.clock.sleep(plan.delay)
            tpdu = pdu.encode_status_report(
                sent.reference,
                sent.recipient,
                sent.at.astimezone(self.time_zone).replace(microsecond=0),
                self.service_centre_time(),
                status,
            )
            await self._post(sent.sender, [_Letter(tpdu)])
