"""The modem's clock: read as TS 27.007 clause 8.15 has it, and not believed before it was set."""

from datetime import UTC, datetime

import pytest

from custom_components.cellular_gateway.gateways.at_modem.codec.clock import (
    parse_clock,
    tells_of_time,
)


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        # The example of TS 27.007 clause 8.15 with the year moved: 22:10:00 at GMT+2 hours.
        ('+CCLK: "26/05/06,22:10:00+08"', datetime(2026, 5, 6, 20, 10, tzinfo=UTC)),
        ("+CCLK: 26/05/06,22:10:00+08", datetime(2026, 5, 6, 20, 10, tzinfo=UTC)),
        ('+CCLK: "26/12/31,23:00:00-06"', datetime(2027, 1, 1, 0, 30, tzinfo=UTC)),
        ('+CCLK: "26/05/06,22:10:00+23"', datetime(2026, 5, 6, 16, 25, tzinfo=UTC)),
    ],
)
def test_clock(line: str, moment: datetime) -> None:
    """The zone counts in quarters of an hour."""
    assert parse_clock(line) == moment


@pytest.mark.parametrize(
    "line",
    [
        '+CCLK: "80/01/06,00:00:12+00"',
        '+CCLK: "70/01/01,00:01:02+00"',
        '+CCLK: "04/01/01,00:00:30+00"',
        '+CCLK: "00/01/01,00:00:30+00"',
        '+CCLK: "26/05/06,22:10:00"',
        '+CCLK: "26/13/06,22:10:00+08"',
        '+CCLK: "26/05/06,24:10:00+08"',
        '+CCLK: "26/05/06,22:10:00+99"',
        '+CCLK: ""',
        "+CCLK:",
        "+CSQ: 20,99",
    ],
)
def test_no_clock(line: str) -> None:
    """One that was never set, has no zone, or makes no sense is not known."""
    assert parse_clock(line) is None


@pytest.mark.parametrize(
    ("line", "tells"),
    [
        ("+CTZV: +04", True),
        ('+CTZE: "+04",0,"2026/05/06,22:10:00"', True),
        ('*PSUTTZ: 2026,5,6,20,10,0,"+8",0', True),
        ("^NWTIME: 26/05/06,20:10:00+08,00", True),
        ("+CREG: 1", False),
    ],
)
def test_what_tells_of_time(line: str, tells: bool) -> None:
    """What networks say of the time is known in all its spellings."""
    assert tells_of_time(line) is tells
