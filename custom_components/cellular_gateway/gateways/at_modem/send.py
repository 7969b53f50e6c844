"""Send messages, each part once: what may have left is never sent again."""

import asyncio
from collections.abc import Sequence
import logging

from ...sms.segments import Segmentation, segment, submits
from ...sms.tpdu import EncodedPdu
from ..errors import GatewayConnectionError, GatewayTimeoutError, Reason
from ..models import OutgoingSms, PartReceipt, SendStatus
from ..receipts import refused, unanswered
from .client import AtClient, Priority
from .codec.commands import Command, Shape
from .codec.messages import parse_reference
from .codec.results import FinalResult
from .settings import AtModemSettings

_LOGGER = logging.getLogger(__name__)


def cut(message: OutgoingSms, settings: AtModemSettings) -> Segmentation:
    """Cut a text into parts, with the tables of the languages in use; raises MessageError."""
    return segment(
        message.text,
        policy=message.encoding,
        national=settings.languages,
        max_parts=message.max_parts,
    )


def encode(message: OutgoingSms, settings: AtModemSettings) -> tuple[str, list[EncodedPdu]]:
    """Turn a text into the PDUs of its parts; return the name of its encoding too.

    Raises MessageError.
    """
    segmentation = cut(message, settings)
    parts = submits(
        message.number,
        segmentation,
        smsc=settings.smsc,
        flash=message.flash,
        validity=message.validity,
        status_report=message.delivery_report,
    )
    return segmentation.encoding, [part.encode() for part in parts]


async def send_parts(
    client: AtClient, pdus: Sequence[EncodedPdu], pauses: Sequence[float]
) -> tuple[PartReceipt, ...]:
    """Send the parts of a text in order, and stop after the first that was not sent.

    A part that surely was not sent for a temporary cause is repeated, once for each pause (s).
    """
    receipts: list[PartReceipt] = []
    for number, pdu in enumerate(pdus, 1):
        if receipts and receipts[-1].status is not SendStatus.SENT:
            receipts.append(
                PartReceipt(number=number, status=SendStatus.FAILED, reason=Reason.NOT_TRIED)
            )
        else:
            receipts.append(await _send_part(client, number, pdu, pauses))
    return tuple(receipts)


async def _send_part(
    client: AtClient, number: int, pdu: EncodedPdu, pauses: Sequence[float]
) -> PartReceipt:
    """Send one part, again only while it surely was not sent and the cause will pass."""
    for pause in pauses:
        receipt, is_repeatable = await _try_part(client, number, pdu)
        if not is_repeatable:
            return receipt
        _LOGGER.debug("part %d is sent again after %s", number, receipt.code)
        await asyncio.sleep(pause)
    return (await _try_part(client, number, pdu))[0]


async def _try_part(client: AtClient, number: int, pdu: EncodedPdu) -> tuple[PartReceipt, bool]:
    """Send one part once; return what came of it, and whether it may be repeated."""
    exchange = client.submit(
        Command(
            text=f"AT+CMGS={pdu.length}",
            shape=Shape.PREFIXED,
            prefix="+CMGS:",
            payload=pdu.pdu,
            limit=client.limits.send,
        ),
        Priority.MESSAGE,
    )
    try:
        answer = await exchange.answer()
    except (GatewayTimeoutError, GatewayConnectionError) as error:
        if exchange.payload_sent:
            return unanswered(number, SendStatus.UNKNOWN, error.reason), False
        is_silent = isinstance(error, GatewayTimeoutError)
        return unanswered(
            number, SendStatus.FAILED, Reason.NO_PROMPT if is_silent else error.reason
        ), False
    if not answer.ok:
        return _refused(number, answer.result, payload_sent=exchange.payload_sent)
    if not exchange.payload_sent:
        return unanswered(number, SendStatus.FAILED, Reason.NO_PROMPT), True
    reference = parse_reference(answer.lines)
    return PartReceipt(number=number, status=SendStatus.SENT, reference=reference), False


def _refused(number: int, result: FinalResult, *, payload_sent: bool) -> tuple[PartReceipt, bool]:
    """Make a receipt of a part that was refused, and tell whether it may be repeated."""
    is_unknown = payload_sent and result.outcome_unknown
    receipt = refused(number, result.error(), is_unknown=is_unknown)
    return receipt, result.repeatable and not is_unknown
