"""What a gateway sent without having been asked by us."""

from dataclasses import dataclass, field
from datetime import datetime

from .models import SendStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSms:
    """A text that somebody else sent through a gateway, and what came of it.

    `number` is E.164 where that can be done; `code` and `meaning` are as in `PartReceipt`.
    """

    port: str
    number: str = field(repr=False)
    text: str = field(repr=False)
    sent_at: datetime
    status: SendStatus
    code: str | None = None
    meaning: str | None = None
