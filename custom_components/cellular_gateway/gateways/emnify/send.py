"""Send messages to endpoints, each part once: what may have been taken is never sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from ...sms.segments import Segment, segment
from ..errors import GatewayError, GatewayRefusedError, Reason
from ..models import OutgoingSms, PartReceipt, SendStatus
from ..receipts import refused, unanswered
from ..source_address import SourceAddressType, source_address_type
from .client import Answer, Call, EmnifyClient, UnreachableError
from .clock import Clock
from .codec.messages import encode_submission
from .settings import EmnifySettings

# How long the service may want to rest, in seconds, before each new try of a part that it turned
# down for haste.
_PAUSES: Final = (5.0, 15.0)


@dataclass(frozen=True, slots=True)
class Submission:
    """A text in parts, on its way to one endpoint."""

    endpoint: str
    source_address: str
    source_type: SourceAddressType
    encoding: str
    parts: tuple[Segment, ...]
    expires_at: datetime | None


def source_of(message: OutgoingSms, settings: EmnifySettings) -> tuple[str, SourceAddressType]:
    """Return the sender that a message will have, and its type; raises MessageError."""
    address = message.source_address
    if address is None:
        return settings.source_address, message.source_address_type or settings.source_type
    return address, message.source_address_type or source_address_type(address)


def prepare(
    message: OutgoingSms, endpoint: str, settings: EmnifySettings, now: datetime
) -> Submission:
    """Cut a text into parts; raises MessageError."""
    address, kind = source_of(message, settings)
    segmentation = segment(message.text, policy=message.encoding, max_parts=message.max_parts)
    return Submission(
        endpoint,
        address,
        kind,
        segmentation.encoding,
        segmentation.parts,
        None if message.validity is None else now + message.validity,
    )


async def send_parts(
    client: EmnifyClient, clock: Clock, submission: Submission
) -> tuple[PartReceipt, ...]:
    """Send the parts in order, and stop after the first that was not sent."""
    receipts: list[PartReceipt] = []
    for number, part in enumerate(submission.parts, 1):
        if receipts and receipts[-1].status is not SendStatus.SENT:
            receipts.append(unanswered(number, SendStatus.FAILED, Reason.NOT_TRIED))
        else:
            receipts.append(await _send_part(client, clock, submission, number, part))
    return tuple(receipts)


async def _send_part(
    client: EmnifyClient, clock: Clock, text: Submission, number: int, part: Segment
) -> PartReceipt:
    """Send one part; again only where it was turned down because of too many calls."""
    body = encode_submission(part, text.source_address, text.source_type, text.expires_at)
    call = Call(method="POST", path=f"/endpoint/{text.endpoint}/sms", body=body)
    pauses: Sequence[float] = _PAUSES
    while True:
        try:
            return _outcome(number, text.endpoint, await client.call(call))
        except GatewayRefusedError as error:
            if not pauses or client.budget.paused > pauses[0]:
                return refused(number, error)
            await clock.sleep(max(client.budget.paused, 1.0))
            pauses = pauses[1:]
        except UnreachableError as error:
            return unanswered(number, SendStatus.FAILED, error.reason)
        except GatewayError as error:
            status = SendStatus.UNKNOWN if error.temporary else SendStatus.FAILED
            return unanswered(number, status, error.reason)


def _outcome(number: int, endpoint: str, answer: Answer) -> PartReceipt:
    """Read what came of a part; a failure of the service, or a proxy, leaves it open."""
    if answer.status == HTTPStatus.CREATED:
        name = None if answer.location_id is None else f"{endpoint}/{answer.location_id}"
        return PartReceipt(number=number, status=SendStatus.SENT, message_id=name)
    return refused(number, answer.error(), is_unknown=not answer.is_our_fault)
