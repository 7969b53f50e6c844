"""Tests of what counts as a complaint about the integration."""

import pytest

from scripts.live.logs import complaints

START = "2026-10-05 10:00:00.000"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        pytest.param(
            "WARNING (SyncWorker_0) [homeassistant.loader] We found a custom integration doorbell"
            " which has not been tested by Home Assistant.",
            0,
            id="said of every custom integration",
        ),
        pytest.param("ERROR (MainThread) [haffmpeg.core] FFmpeg fails", 0, id="of another"),
        pytest.param("DEBUG (MainThread) [custom_components.doorbell] Rung", 0, id="no complaint"),
        pytest.param("WARNING (MainThread) [custom_components.doorbell.link] Lost", 1, id="own"),
        pytest.param(
            "WARNING (MainThread) [homeassistant.util.loop] Detected blocking call to open in"
            " custom integration 'doorbell'",
            1,
            id="blocking call",
        ),
        pytest.param(
            "ERROR (MainThread) [homeassistant] Error doing job\n"
            "Traceback (most recent call last):\n"
            '  File "custom_components/doorbell/link.py", line 5',
            1,
            id="in a traceback",
        ),
        pytest.param(
            "DEBUG (MainThread) [custom_components.doorbell] Rung by +447700900042",
            1,
            id="a number in it",
        ),
    ],
)
def test_complaints(log: str, expected: int) -> None:
    """Warnings that name the integration count, and so does any record of its own with a secret."""
    assert len(complaints(f"{START} {log}", "doorbell", ["+447700900042"])) == expected


def test_output_past_the_logging() -> None:
    """The interpreter's own words count too, apart from the record before them."""
    log = f"Exception ignored in doorbell\n{START} INFO (MainThread) [homeassistant.core] Started"
    assert complaints(log, "doorbell") == ["Exception ignored in doorbell"]
