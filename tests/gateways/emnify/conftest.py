"""What the tests of EMnify accounts need."""

from collections.abc import AsyncIterator

import pytest

from .lab import Lab


@pytest.fixture
async def lab(socket_enabled: None) -> AsyncIterator[Lab]:
    """A cloud without devices."""
    lab = Lab()
    yield lab
    await lab.close()
