"""Send texts, each part once: what a service centre may have taken is never sent again."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from ...sms.errors import MessageError, MessageErrorReason
from ...sms.segments import EncodingPolicy, Segment, Segmentation, segment
from ...sms.tpdu import Alphabet, Concatenation
from ..errors import GatewayConnectionError, GatewayTimeoutError, Reason
from ..models import OutgoingSms, PartReceipt, SendStatus
from ..receipts import refused, unanswered
from .client import SmppClient
from .codec.commands import HAS_HEADER, SUBUNIT_DISPLAY, WANT_RECEIPT, Command, Tag
from .codec.pdu import Pdu, ShortMessage, decode_message_id
from .codec.status import OK, refusal
from .codec.text import FLASH_GSM7, DefaultAlphabet, data_coding, encode_septets
from .codec.times import encode_validity
from .settings import LongText, SmppSettings
from .throttle import Following, Patience, Throttle

# A C-octet string of 21 octets (SMPP 3.4 clause 4.4.1).
_MOST_DIGITS: Final = 20


def encode(message: OutgoingSms, settings: SmppSettings) -> tuple[str, list[bytes]]:
    """Turn a text into the bodies of its submit_sm; return the name of its encoding too.

    Raises MessageError.
    """
    if len(message.number) > _MOST_DIGITS:
        raise MessageError(MessageErrorReason.INVALID_NUMBER, "more than 20 digits")
    segmentation = cut(message, settings)
    try:
        return segmentation.encoding, _bodies(message, segmentation, settings)
    except UnicodeEncodeError:
        # An address is all that a text brings along in letters of its own.
        raise MessageError(
            MessageErrorReason.INVALID_SOURCE_ADDRESS, "letters that SMPP does not have"
        ) from None


def _bodies(
    message: OutgoingSms, segmentation: Segmentation, settings: SmppSettings
) -> list[bytes]:
    """Return the bodies of a text that was cut."""
    default = settings.default_alphabet
    coding = data_coding(segmentation.alphabet, default, flash=message.flash)
    is_told = not message.flash or coding == FLASH_GSM7
    common = ShortMessage(
        source=settings.source(message.source_address, message.source_address_type),
        destination=settings.destination(message.number),
        service_type=settings.service_type,
        validity=encode_validity(message.validity, datetime.now(UTC)),
        registered_delivery=WANT_RECEIPT if message.delivery_report else 0,
        data_coding=coding,
        parameters={} if is_told else {Tag.DESTINATION_SUBUNIT: bytes((SUBUNIT_DISPLAY,))},
    )
    if settings.long_text is LongText.PAYLOAD and len(segmentation.parts) > 1:
        whole = replace(common, data=_data(_joined(segmentation.parts), default))
        return [whole.encode(payload=True)]
    is_sar = settings.long_text is LongText.SAR
    parts = [_part(common, part, default, is_sar=is_sar) for part in segmentation.parts]
    return [part.encode() for part in parts]


def cut(message: OutgoingSms, settings: SmppSettings) -> Segmentation:
    """Cut a text into parts that fit on the air.

    A text for a service centre with Latin-1 has to have all its characters there too: it is sent
    as UCS-2 otherwise, or not at all when that was forbidden. sar_msg_ref_num has 16 bits, which
    the service centre may put into a header as they are.
    """

    def cut_in(policy: EncodingPolicy) -> Segmentation:
        """Cut it in an encoding."""
        is_wide = settings.long_text is LongText.SAR
        return segment(
            message.text, policy=policy, max_parts=message.max_parts, wide_reference=is_wide
        )

    found = cut_in(message.encoding)
    needs_latin1 = settings.default_alphabet is DefaultAlphabet.LATIN1
    if found.alphabet is Alphabet.UCS2 or not needs_latin1:
        return found
    if _is_latin1("".join(part.text for part in found.parts)):
        return found
    if message.encoding is EncodingPolicy.GSM7:
        raise MessageError(MessageErrorReason.TEXT_NOT_ENCODABLE, "not in Latin-1")
    return cut_in(EncodingPolicy.UCS2)


def _is_latin1(text: str) -> bool:
    """Whether Latin-1 has all characters of a text."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _joined(parts: Iterable[Segment]) -> Segment:
    """Put the parts of a text together again, without their headers."""
    pieces = list(parts)
    return Segment(
        "".join(piece.text for piece in pieces),
        b"".join(piece.data for piece in pieces),
        None,
        pieces[0].coding,
    )


def _data(part: Segment, default: DefaultAlphabet) -> bytes:
    """Return the octets of a part, with its header."""
    if part.coding.alphabet is Alphabet.GSM7:
        return encode_septets(part.data, part.text, part.header, default)
    return (part.header.encode() if part.header else b"") + part.data


def _part(
    common: ShortMessage, part: Segment, default: DefaultAlphabet, *, is_sar: bool
) -> ShortMessage:
    """Return one part, which tells by its header or by parameters where it belongs."""
    concatenation = part.header.concatenation if part.header else None
    if concatenation is None or not is_sar:
        flags = HAS_HEADER if part.header else 0
        return replace(common, esm_class=flags, data=_data(part, default))
    return replace(
        common,
        data=_data(replace(part, header=None), default),
        parameters={**common.parameters, **_sar(concatenation)},
    )


def _sar(concatenation: Concatenation) -> dict[int, bytes]:
    """Tell by parameters which part of a text it is (SMPP 3.4 clauses 5.3.2.22 to 24)."""
    return {
        Tag.SAR_REFERENCE: concatenation.reference.to_bytes(2),
        Tag.SAR_TOTAL: bytes((concatenation.total,)),
        Tag.SAR_NUMBER: bytes((concatenation.number,)),
    }


class Sender:
    """Sends texts over one link, as many parts at a time as the window allows."""

    def __init__(
        self, client: SmppClient, settings: SmppSettings, changed: Callable[[], None]
    ) -> None:
        """Send by a client; `changed` is called whenever `queued` differs."""
        self._client = client
        self._settings = settings
        self._changed = changed
        self._window = asyncio.Semaphore(max(settings.window, 1))
        self._throttle = Throttle(settings.clocks.throttled, client.ended)
        self.queued = 0

    async def send(self, bodies: Sequence[bytes]) -> tuple[PartReceipt, ...]:
        """Send the parts of a text; after one that was not sent, no further one is begun.

        The first goes alone: what is wrong with a number or sender shows there.
        """
        failed = asyncio.Event()
        self._queue(len(bodies))
        first = await self._send_part(1, bodies[0], failed)
        others = [
            self._send_part(number, body, failed) for number, body in enumerate(bodies[1:], 2)
        ]
        return (first, *await asyncio.gather(*others))

    def _queue(self, difference: int) -> None:
        """Count what waits or is on its way."""
        self.queued += difference
        self._changed()

    async def _send_part(self, number: int, body: bytes, failed: asyncio.Event) -> PartReceipt:
        """Send one part, again only after the service centre said that it did not take it."""
        try:
            with self._throttle.patience() as patience:
                receipt = None
                while receipt is None:
                    await patience.pause()
                    async with self._window, patience.turn():
                        receipt = await self._try_part(number, body, failed, patience)
        finally:
            self._queue(-1)
        if receipt.status is not SendStatus.SENT:
            failed.set()
        return receipt

    async def _try_part(
        self, number: int, body: bytes, failed: asyncio.Event, patience: Patience
    ) -> PartReceipt | None:
        """Send one part when its turn has come; None where it has to wait for another."""
        following = Following.AGAIN
        while following is Following.AGAIN:
            await self._throttle.until_due()
            if failed.is_set():
                return unanswered(number, SendStatus.FAILED, Reason.NOT_TRIED)
            if (error := self._client.error) is not None:
                return unanswered(number, SendStatus.FAILED, error.reason)
            try:
                answer = await self._client.ask(
                    Command.SUBMIT_SM, body, limit=self._settings.clocks.response
                )
            except (GatewayTimeoutError, GatewayConnectionError) as silence:
                return unanswered(number, SendStatus.UNKNOWN, silence.reason)
            following = patience.answered(answer.status)
        return None if following is Following.LATER else _answered(number, answer)


def _answered(number: int, answer: Pdu) -> PartReceipt:
    """Make a receipt of what the service centre said."""
    if answer.status == OK:
        named = decode_message_id(answer.body)
        return PartReceipt(number=number, status=SendStatus.SENT, message_id=named)
    return refused(number, refusal(answer.status))
