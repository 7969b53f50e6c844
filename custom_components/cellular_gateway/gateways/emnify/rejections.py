"""Why endpoints were turned down: it stays the reason for what is seen after a restart."""

from collections.abc import Mapping
from datetime import datetime
import json
import logging
from typing import Any, Final

from ..consumers import Memory
from ..endpoints import EndpointEvent, EndpointEventType, Severity
from ..errors import NotKeptError

_LOGGER = logging.getLogger(__name__)

_KEY: Final = "rejections"
# They are committed together; more are turned down only where something is wrong with all.
_MOST: Final = 500


class Rejections:
    """Remembers the last rejection of each endpoint; of very many, the newest."""

    def __init__(self, memory: Memory) -> None:
        """Start with nothing known."""
        self._memory = memory
        self._noted = ""

    async def load(self) -> dict[str, EndpointEvent]:
        """Return what was noted, by endpoint."""
        self._noted = await self._memory.get(_KEY) or ""
        return {event.endpoint: event for event in map(_read, json.loads(self._noted or "[]"))}

    async def note(self, rejections: Mapping[str, EndpointEvent]) -> None:
        """Commit them where they differ; without that a restart forgets some reasons."""
        newest = sorted(rejections.values(), key=lambda event: event.at)[-_MOST:]
        value = json.dumps([_written(event) for event in newest])
        if value == self._noted or not (newest or self._noted):
            return
        try:
            await self._memory.set(_KEY, value)
            self._noted = value
        except NotKeptError:
            _LOGGER.debug("the rejections could not be noted")


def _written(event: EndpointEvent) -> dict[str, Any]:
    """Write a rejection as JSON."""
    return {
        "endpoint": event.endpoint,
        "identity": event.identity,
        "type": event.type.value,
        "at": event.at.isoformat(),
        "severity": event.severity.value,
        "description": event.description,
        "operator": event.operator,
        "country": event.country,
    }


def _read(item: dict[str, Any]) -> EndpointEvent:
    """Read a rejection again."""
    return EndpointEvent(
        endpoint=item["endpoint"],
        identity=item["identity"],
        type=EndpointEventType(item["type"]),
        at=datetime.fromisoformat(item["at"]),
        severity=Severity(item["severity"]),
        rejected=True,
        description=item["description"],
        operator=item["operator"],
        country=item["country"],
    )
