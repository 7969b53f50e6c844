"""What a gateway tells of a text that nobody waits for."""

from dataclasses import dataclass, field
from datetime import datetime

from .models import SendStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSms:
    """A text that was sent through a gateway, and what came of it.

    Somebody else had it sent, or `is_ours`: then its receipt was `unknown`, or nobody got one, and
    the gateway's word comes now. `number` is E.164 where that can be done, `text` is empty where
    the gateway does not repeat it, `port` is None where nobody knows it; `code` and `meaning` are
    as in `PartReceipt`.
    """

    port: str | None
    number: str = field(repr=False)
    text: str = field(repr=False)
    sent_at: datetime
    status: SendStatus
    code: str | None = None
    meaning: str | None = None
    is_ours: bool = False
