"""What a gateway pushes to us over HTTP, and what it is answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One HTTP request of a gateway; the names of `headers` are in lower case.

    It may hold texts and numbers anywhere. `remote` is the address it came from, where known.
    `is_waiting` tells whether who pushed still waits for the answer: who does not any more will
    push the same again.
    """

    method: str = "POST"
    content_type: str = ""
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    remote: str | None = None
    is_waiting: Callable[[], bool] = field(default=lambda: True, repr=False)


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """The HTTP status of the answer, and a reason in `text` that repeats nothing of the request.

    200 acknowledges: every message in the request is kept. 503 asks the gateway to send it again.
    4xx refuses what is malformed or not of this gateway.
    """

    status: int
    text: str = ""
