"""Fixtures of the router's tests."""

from collections.abc import AsyncIterator

import pytest

from .lab import Lab


@pytest.fixture
async def lab(socket_enabled: None) -> AsyncIterator[Lab]:
    """Return a network with room for routers and gateways."""
    lab = Lab()
    yield lab
    await lab.close()
