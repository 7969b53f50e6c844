"""A service centre, and gateways to it."""

from collections.abc import AsyncIterator

import pytest

from .lab import Lab


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let the tests talk to the service centre over TCP."""


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    """Return a lab that ends with the test."""
    lab = await Lab.build()
    yield lab
    await lab.close()
