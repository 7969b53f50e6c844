"""What a log of Home Assistant says against one integration."""

from collections.abc import Iterable, Iterator
import re
from typing import Final

_LINE: Final = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ (?P<level>[A-Z]+) \([^)]*\) \[(?P<logger>[^\]]*)\] "
)
_SERIOUS: Final = frozenset({"WARNING", "ERROR", "CRITICAL"})

# Home Assistant says this of every custom integration.
_UNTESTED: Final = "which has not been tested by Home Assistant"


def complaints(log: str, domain: str, secrets: Iterable[str] = ()) -> list[str]:
    """Return the first lines of the records that speak against an integration.

    These are warnings and errors of its own loggers or that name it or its files, as the reports of
    blocking calls do, and any record of its own in which one of the secrets stands.
    """
    private = list(secrets)
    return [
        record.splitlines()[0] for record in _records(log) if _complains(record, domain, private)
    ]


def _complains(record: str, domain: str, secrets: list[str]) -> bool:
    if (line := _LINE.match(record)) is None:
        # Printed past the logging, such as an "Exception ignored in" of the interpreter.
        return domain in record
    if line["level"] in _SERIOUS:
        return domain in record and _UNTESTED not in record
    own = line["logger"].startswith(f"custom_components.{domain}")
    return own and any(secret in record for secret in secrets)


def _records(log: str) -> Iterator[str]:
    """Join the lines of a traceback to the line that it belongs to."""
    record: list[str] = []
    for line in log.splitlines():
        if _LINE.match(line) and record:
            yield "\n".join(record)
            record = []
        record.append(line)
    if record:
        yield "\n".join(record)
