"""Fixtures of the Ejoin gateway's tests."""

from collections.abc import AsyncIterator

import pytest

from .lab import Lab


@pytest.fixture
async def lab(socket_enabled: None) -> AsyncIterator[Lab]:
    """Return a simulated gateway with four ports, and room for objects that talk to it."""
    lab = await Lab.open()
    yield lab
    await lab.close()
