"""What a gateway said that no document has, for diagnostics: names and codes, never values."""

from collections import Counter
import logging
from typing import Final

_LOGGER = logging.getLogger(__name__)

_MOST: Final = 100


class Unknown:
    """Counts what is not known; the first of each is logged."""

    def __init__(self) -> None:
        """Start with nothing met."""
        self._counts: Counter[str] = Counter()

    def note(self, name: str, times: int = 1) -> None:
        """Note a `type`, `field` or `code` with its name."""
        if name not in self._counts:
            if len(self._counts) >= _MOST:
                return
            _LOGGER.info("The gateway says what is not known here: %s", name)
        self._counts[name] += times

    @property
    def counts(self) -> dict[str, int]:
        """Return how often each was met."""
        return dict(self._counts)
