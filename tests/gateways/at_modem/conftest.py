"""Fixtures of the AT modem's tests."""

from collections.abc import AsyncIterator

import pytest

from .lab import Lab


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    """Return a network with room for modems and gateways."""
    lab = Lab()
    yield lab
    await lab.close()
