"""Tests of the verdict over runs that were killed."""

import pytest

from scripts.live.kills import check_witness

SENT = ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("seen", "faults"),
    [
        pytest.param("1a 1b 2c 2d", [], id="each once"),
        pytest.param("1a 1b 2b 2c 2d", [], id="killed between showing and marking"),
        pytest.param("1a 1b 2b 2c 3c 3d", [], id="twice killed so"),
        pytest.param("1a 2b 2d", ["1 lost, the first is 'c'"], id="lost"),
        pytest.param(
            "1a 1b 2a 2c 2d", ["1 repeated, the first is 'a'"], id="not the last of its run"
        ),
        pytest.param("1a 1b 1b 2c 2d", ["1 repeated, the first is 'b'"], id="within one run"),
        pytest.param("1a 2b 2c 2d 2d", ["1 repeated, the first is 'd'"], id="in the final run"),
        pytest.param("1a 1b 2b 2b 2c 2d", ["1 repeated, the first is 'b'"], id="three times"),
        pytest.param("1a 1b 2c 2d 2x", ["1 never sent, the first is 'x'"], id="out of nothing"),
        pytest.param("", ["4 lost, the first is 'a'"], id="nothing"),
    ],
)
def test_witness(seen: str, faults: list[str]) -> None:
    """Only the last event of a killed run may be seen again, and nothing may be missing."""
    events = [{"run": word[0], "attributes": {"text": word[1]}} for word in seen.split()]
    assert check_witness(SENT, events) == faults
