"""SMS Post/Get: what its programs print (RUT240 manual, p. 114; observed on RUT240 and RUT950)."""

from collections.abc import Iterator, Sequence
import re
from typing import Final

from ...errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayRefusedError,
    Reason,
)
from .messages import RouterSms

# Of a send they leave open whether the text was sent.
MODEM_SILENT: Final = "TIMEOUT"
SENSELESS: Final = "?"
_OK: Final = "OK"
_NOTHING: Final = ("", "NO MESSAGE", "NO MESSAGES")
_OUT_OF_RANGE: Final = "out of range"
_BAD_LOGIN: Final = "Bad username or password"

# What the manual lists, and whether the same may succeed later.
_REFUSALS: Final = {
    "ERROR": ("error while executing", True),
    "WRONG_NUMBER": ("wrong recipient or index", False),
    "NO MESSAGE": ("no message there", False),
    _OUT_OF_RANGE: ("no such index", False),
}

_RULE: Final = re.compile(r"-{10,}\s*")
_INDEX: Final = re.compile(r"Index:\s*([0-9]{1,9})\s*")
_COUNT: Final = re.compile(r"^\s*(Used|Total)\s*:\s*(\d{1,9})\s*$", re.MULTILINE)
_FIELDS: Final = ("Index:", "Date:", "Sender:", "Text:")

_TOO_LARGE: Final = 413
_SERVER_ERROR: Final = 500
_OTHER_STATUSES: Final = range(300, 600)


def check(status: int, body: str) -> str:
    """Return the body of a reply, or raise what it says against the whole request.

    Raises GatewayAuthenticationError, GatewayRefusedError (the service is off, the modem busy, HTTP
    errors) and GatewayConnectionError (no router).
    """
    text = body.strip()
    if text.startswith(_BAD_LOGIN) or status in (401, 403):
        raise GatewayAuthenticationError(Reason.LOGIN_WRONG, "Post/Get")
    if text == "Disabled":
        raise GatewayRefusedError(
            text, "Post/Get is switched off", temporary=False, reason=Reason.SERVICE_DISABLED
        )
    if text == MODEM_SILENT:
        raise GatewayRefusedError(text, "the modem did not answer the router", temporary=True)
    if status == _TOO_LARGE:
        raise GatewayRefusedError(f"HTTP {status}", "the text is too long", temporary=False)
    if status >= _SERVER_ERROR:
        raise GatewayRefusedError(f"HTTP {status}", "an error in the router", temporary=True)
    if status in _OTHER_STATUSES:
        raise GatewayConnectionError(Reason.NOT_A_ROUTER, f"HTTP {status}")
    return text


def refusal(text: str) -> GatewayRefusedError:
    """Return the error for a reply that is none of the expected; what is unknown is not shown."""
    for word, (meaning, temporary) in _REFUSALS.items():
        if text.startswith(word):
            return GatewayRefusedError(word, meaning, temporary=temporary)
    return GatewayRefusedError(SENSELESS, "an answer that makes no sense", temporary=True)


def check_done(text: str) -> None:
    """Read the reply to sms_send or sms_delete; some routers say more after OK."""
    if not text.startswith(_OK):
        raise refusal(text)


def parse_total(text: str) -> tuple[int | None, int | None]:
    """Read how many messages the storage has and how many it can take."""
    counts = {name: int(value) for name, value in _COUNT.findall(text)}
    if not counts:
        raise refusal(text)
    return counts.get("Used"), counts.get("Total")


def parse_messages(text: str) -> list[RouterSms]:
    """Read what sms_list prints; blocks that cannot be read are passed over.

    What looks like the beginning of a message may be written in the text of another: where it is
    not `certain`, nothing of it may be believed but the indexes, which are all among these.
    Raises GatewayRefusedError when there is something, but no message in it.
    """
    if _is_nothing(text):
        return []
    found = [message for block in _blocks(_lines(text)) if (message := _message(block)) is not None]
    if not found:
        raise refusal(text)
    return found


def certain(text: str) -> bool:
    """Whether what sms_list prints is one message at most, with nothing in it to be mistaken."""
    return sum(any(block) for block in _blocks(_lines(text))) <= 1


def parse_message(text: str) -> RouterSms | None:
    """Read what sms_read prints: one message, whatever is written in its text.

    None is no message there, or one that cannot be read. Raises GatewayRefusedError.
    """
    if _is_nothing(text):
        return None
    message = _message(_lines(text))
    if message is None and not text.startswith(_FIELDS[0]):
        raise refusal(text)
    return message


def _is_nothing(text: str) -> bool:
    """Whether it says that there is no message."""
    return text in _NOTHING or text.startswith(_OUT_OF_RANGE)


def _lines(text: str) -> list[str]:
    """Cut at the ends of lines."""
    return text.replace("\r\n", "\n").split("\n")


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Cut at every rule between what looks like two messages."""
    block: list[str] = []
    for number, line in enumerate(lines):
        is_rule = bool(block) and block[-1].startswith("Status:") and _RULE.fullmatch(line)
        if is_rule and _begins(lines[number + 1 : number + 4]):
            yield block
            block = []
        else:
            block.append(line)
    yield block


def _begins(lines: Sequence[str]) -> bool:
    """Whether another message begins here, or nothing at all."""
    told = [line for line in lines if line]
    return not told or (
        _INDEX.fullmatch(told[0]) is not None and len(told) > 1 and told[1].startswith("Date:")
    )


def _message(block: Sequence[str]) -> RouterSms | None:
    """Read one block; its text runs over several lines, up to the last "Status:"."""
    lines = list(block)
    while lines and not lines[0].startswith("Index:"):
        lines.pop(0)
    while lines and not lines[-1].startswith("Status:"):
        lines.pop()
    if len(lines) <= len(_FIELDS) or not all(map(str.startswith, lines, _FIELDS)):
        return None
    if (index := _INDEX.fullmatch(lines[0])) is None:
        return None
    date, sender, first = (
        line.removeprefix(name) for line, name in zip(lines[1:4], _FIELDS[1:], strict=True)
    )
    return RouterSms(
        index=int(index[1]),
        date=date.strip(),
        sender=sender.strip(),
        text="\n".join([first.removeprefix(" "), *lines[len(_FIELDS) : -1]]),
        is_read=lines[-1].removeprefix("Status:").strip() == "read",
    )


def wire_number(number: str) -> str:
    """Write a number as Post/Get wants it: "00" in place of "+"."""
    return f"00{number[1:]}" if number.startswith("+") else number
