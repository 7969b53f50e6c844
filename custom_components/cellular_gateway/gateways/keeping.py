"""The trouble of not being able to keep what was received, told once."""

from collections.abc import Iterator
from contextlib import contextmanager
import logging

from .errors import NotKeptError

_LOGGER = logging.getLogger(__name__)


class KeepingTrouble:
    """Logs that messages cannot be kept, and says no more of it until some were kept."""

    def __init__(self) -> None:
        """Start without trouble."""
        self._is_told = False

    @contextmanager
    def told(self) -> Iterator[None]:
        """Log a NotKeptError, which is raised all the same."""
        try:
            yield
        except NotKeptError as error:
            if not self._is_told:
                _LOGGER.error(
                    "Received messages could not be kept (%s), they are offered again", error
                )
            self._is_told = True
            raise

    def over(self) -> None:
        """Note that messages were kept."""
        self._is_told = False
