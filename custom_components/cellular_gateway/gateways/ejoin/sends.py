"""Send texts, each once: what may have been taken by the gateway is never ordered again."""

import asyncio
from collections.abc import Callable, Sequence
import contextlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
import logging
import time
from typing import Final

from ...sms.segments import segment
from ..errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    Reason,
    UnsupportedError,
)
from ..models import OutgoingSms, PartReceipt, Receipt, SendStatus, SmsPart
from ..ongoing import OngoingSends
from ..receipts import refused
from ..sent import SentSms
from .client import EjoinClient, NotSentError
from .codec.codes import task_meaning, task_reason
from .codec.outcomes import SentReport
from .codec.requests import LEGACY_SEND, SEND, VERSION, Task, legacy_query, send_body, task_status
from .codec.texts import Received
from .ledger import Ledger, is_to, part_name
from .settings import EjoinSettings
from .sightings import Sighting
from .tasks import SentTask

_LOGGER = logging.getLogger(__name__)

# What one report has told another may tell again for so long (s).
_TWICE: Final = 60.0
# In these the gateway fell silent after it had begun, so that the text may have left.
_OUTCOME_UNKNOWN: Final = frozenset({6})


@dataclass(frozen=True, slots=True)
class _Wait:
    """A text on its way, and where its outcome is awaited."""

    task: Task
    noted: SentTask
    outcome: asyncio.Future[SentReport | None] = field(repr=False)


class Sends:
    """The texts that go through one gateway."""

    def __init__(
        self,
        settings: EjoinSettings,
        ledger: Ledger,
        tell: Callable[[SentSms], None],
        choose_port: Callable[[], int | None],
    ) -> None:
        """Take who hears of texts of others, and who chooses a port where the gateway cannot."""
        self._settings = settings
        self._ledger = ledger
        self._tell = tell
        self._choose_port = choose_port
        self._waits: dict[int, _Wait] = {}
        self._told: dict[int, tuple[Task, float]] = {}
        self._sends = OngoingSends("ejoin")

    async def send(self, client: EjoinClient, message: OutgoingSms, port: int | None) -> Receipt:
        """Send a text; raises MessageError, UnsupportedError and what keeps it from leaving."""
        if message.flash or message.validity is not None:
            raise UnsupportedError(detail="flash SMS" if message.flash else "validity period")
        segmentation = segment(message.text, policy=message.encoding, max_parts=message.max_parts)
        parts = len(segmentation.parts)
        noted = await self._ledger.begin(
            message.number, message.port, parts if message.delivery_report else 0
        )
        task = Task(
            number=noted.number,
            to=message.number,
            text=segmentation.transliterated or message.text,
            port=port,
            encoding=segmentation.encoding,
            timeout=self._settings.clocks.task,
            delivery_report=message.delivery_report,
        )
        return await self._sends.finish(self._run(client, task, noted, parts))

    async def close(self) -> None:
        """Wait for what is on its way, bounded; then its outcome is unknown."""
        await self._sends.wait(self._settings.clocks.closing)
        for wait in self._waits.values():
            _resolve(wait, None)
        await self._sends.wait(1)

    async def _run(self, client: EjoinClient, task: Task, noted: SentTask, parts: int) -> Receipt:
        """Order a text and wait for its outcome, which may be told before the order is answered."""
        future: asyncio.Future[SentReport | None] = asyncio.get_running_loop().create_future()
        wait = self._waits[task.number] = _Wait(task, noted, future)
        try:
            refusal = await self._order(client, wait)
            report = None if refusal else await self._outcome(future)
        except GatewayError:
            noted.awaited.clear()
            noted.is_open = False
            await self._ledger.save(noted)
            raise
        finally:
            task = self._waits.pop(task.number).task
        part = refusal or _part_receipt(report)
        place = report.place if report is not None else None
        port = place.key if place else str(task.port or "")
        noted.port = port or None
        noted.is_open = part.status is SendStatus.UNKNOWN
        if part.status is SendStatus.FAILED:
            noted.awaited.clear()
        await self._ledger.save(noted)
        receipts = tuple(_numbered(part, number, task) for number in range(1, parts + 1))
        return Receipt(port=port, encoding=task.encoding, parts=receipts)

    async def _order(self, client: EjoinClient, wait: _Wait) -> PartReceipt | None:
        """Order a text; return the receipt where the gateway turns it down.

        Raises while it has surely not been taken. What is silent, or makes no sense, may have
        taken it.
        """
        task = wait.task
        try:
            answer = await client.post(SEND, send_body(task, self._settings.report_url), VERSION)
        except NotSentError:
            raise
        except (GatewayTimeoutError, GatewayConnectionError) as error:
            _LOGGER.debug("no answer to a text: %s", error)
            return None
        except GatewayRefusedError as error:
            if error.code == "HTTP 404":
                return await self._order_legacy(client, wait)
            return None if _may_be_taken(error) else refused(1, error)
        code, words = task_status(answer, task.number)
        if code in {0, None}:
            return None
        return PartReceipt(
            number=1,
            status=SendStatus.FAILED,
            reason=str(task_reason(code)),
            code=str(code),
            meaning=task_meaning(code, words),
        )

    async def _order_legacy(self, client: EjoinClient, wait: _Wait) -> PartReceipt | None:
        """Order a text of firmware that knows no tasks; one port has to be chosen for it."""
        port = wait.task.port or self._choose_port()
        if port is None:
            raise GatewayConnectionError(Reason.NOT_CONNECTED, "no port is registered")
        task = replace(wait.task, port=port)
        self._waits[task.number] = replace(wait, task=task)
        wait.noted.is_legacy, wait.noted.port = True, str(port)
        await self._ledger.save(wait.noted)
        try:
            await client.order(LEGACY_SEND, legacy_query(task))
        except NotSentError:
            raise
        except (GatewayTimeoutError, GatewayConnectionError) as error:
            _LOGGER.debug("no answer to a text: %s", error)
        except GatewayRefusedError as error:
            return None if _may_be_taken(error) else refused(1, error)
        return None

    async def _outcome(self, future: asyncio.Future[SentReport | None]) -> SentReport | None:
        """Wait for the gateway's word on a text."""
        clocks = self._settings.clocks
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(clocks.task + clocks.outcome):
                return await future
        return None

    async def take(self, report: SentReport) -> None:
        """Take the gateway's word: on a text of ours, or on one that somebody else has sent."""
        task = self._ledger.task(report.task)
        if task is not None:
            self._told.pop(task.number, None)
        elif self._is_told_twice(report):
            return
        wait = self._waits.get(task.number) if task else self._wait_of(report)
        if wait is not None:
            if task is not None:
                self._note_told(wait.task)
            _resolve(wait, report)
            return
        task = task or self._ledger.legacy(report, self._waits.keys())
        part = _part_receipt(report)
        if task is None:
            # Without the text it is another client's word on a task of its own.
            is_news = bool(report.text)
        elif part.status is SendStatus.UNKNOWN:
            is_news = False
        else:
            is_news = await self._ledger.end(task, failed=part.status is SendStatus.FAILED)
        if is_news:
            self._tell(self._sent(report, part, task))

    def _sent(self, report: SentReport, part: PartReceipt, task: SentTask | None) -> SentSms:
        """Say what the gateway's word means that nobody waits for, on a task of ours or none."""
        known = task.port if task else None
        return SentSms(
            port=report.place.key if report.place else known,
            number=self._settings.number(report.number),
            text=report.text,
            sent_at=report.at or datetime.now(UTC),
            status=part.status,
            code=part.code,
            meaning=part.meaning,
            is_ours=task is not None,
        )

    def _note_told(self, task: Task) -> None:
        """Note that a text was told of by our number, and forget those that were long ago."""
        now = time.monotonic()
        self._told = {number: told for number, told in self._told.items() if now - told[1] < _TWICE}
        self._told[task.number] = task, now

    def _is_told_twice(self, report: SentReport) -> bool:
        """Whether firmware that counts for itself tells what it has told by our number just now."""
        since = time.monotonic() - _TWICE
        for number, (task, at) in self._told.items():
            if at > since and _is_about(report, task, self._settings.country):
                del self._told[number]
                return True
        return False

    def _wait_of(self, report: SentReport) -> _Wait | None:
        """Return the text of ours that a report without a number of ours is about.

        Old firmware knows no such numbers, and other firmware may count for itself there.
        """
        for wait in self._waits.values():
            is_open = not wait.outcome.done()
            if is_open and _is_about(report, wait.task, self._settings.country):
                return wait
        return None

    def reported(self, sighting: Sighting, taken: set[str]) -> str | None:
        """Name the part of a text of ours that a delivery report is about."""
        item = sighting.item
        if sighting.known or not isinstance(item, Received) or item.code is None:
            return None
        return self._ledger.find(item, sighting.identity, taken)

    async def settle(self, parts: Sequence[SmsPart]) -> None:
        """Note the delivery reports among what is kept."""
        await self._ledger.settle(parts)


def _is_about(report: SentReport, task: Task, country: str | None) -> bool:
    """Tell whether a report is about a text, by what it says of that."""
    return (
        report.place is not None
        and bool(report.text)
        and task.port in {None, report.place.port}
        and task.text == report.text
        and is_to(task.to, report.number, country)
    )


def _resolve(wait: _Wait, report: SentReport | None) -> None:
    """End the wait for an outcome, unless it has ended."""
    if not wait.outcome.done():
        wait.outcome.set_result(report)


def _may_be_taken(error: GatewayRefusedError) -> bool:
    """Whether a refusal is none of the gateway's own, so that it says nothing of the text."""
    return error.code.startswith(("HTTP 2", "HTTP 5"))


def _part_receipt(report: SentReport | None) -> PartReceipt:
    """Say what the gateway's word on a text means, or that there was none."""
    if report is None:
        return PartReceipt(number=1, status=SendStatus.UNKNOWN, reason=str(Reason.NO_ANSWER))
    if not report.failed:
        return PartReceipt(number=1, status=SendStatus.SENT)
    is_unknown = report.code in _OUTCOME_UNKNOWN and not report.cause
    meaning = task_meaning(report.code, report.words)
    return PartReceipt(
        number=1,
        status=SendStatus.UNKNOWN if is_unknown else SendStatus.FAILED,
        reason=str(Reason.NO_ANSWER if is_unknown else task_reason(report.code)),
        code="" if report.code is None else str(report.code),
        meaning=f"{meaning} ({report.cause})" if report.cause else meaning,
    )


def _numbered(part: PartReceipt, number: int, task: Task) -> PartReceipt:
    """Make the receipt of one part: the gateway tells only of all of them."""
    name = part_name(task.number, number) if task.delivery_report else None
    return replace(part, number=number, message_id=name)
