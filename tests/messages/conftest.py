"""What the tests of the messages share."""

from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from .house import House


@pytest.fixture
async def house(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[House]:
    """An inbox at work."""
    house = House(hass, tmp_path / "journal.db")
    await house.start()
    yield house
    await house.stop()
