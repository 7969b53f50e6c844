"""`scripts/develop --check`: the steps in a house of their own, headless."""

from collections.abc import Sequence
from pathlib import Path
import sys
import tempfile
from typing import Final

import aiohttp

from .home_assistant import DOMAIN
from .house import House
from .logs import complaints
from .steps import ONLY_BY_NAME, STEPS
from .waiting import CheckError, distinct_ports

KILLS: Final = 20

_TAIL: Final = 40

# Whatever a step meets must become its line; what else can happen is a fault of these scripts.
_EXPECTED: Final = (
    CheckError,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    KeyError,
    ValueError,
)


async def check(names: Sequence[str], kills: int = KILLS) -> int:
    """Run the named steps, or all, and print a line for each; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="simulated_house_") as folder:
        ports = distinct_ports()
        async with House(Path(folder), ports(0), ports, ports) as house:
            house.kills = kills
            obstacle = await _open(house)
            failed = 0
            for name in names or [each for each in STEPS if each not in ONLY_BY_NAME]:
                why = obstacle or await _run(house, name)
                _say(f"failed {name}: {why}" if why else f"ok {name}")
                failed += bool(why)
                obstacle = obstacle and "not set up"
    return 1 if failed else 0


async def _open(house: House) -> str:
    """Set the house up; return why that failed, or nothing."""
    try:
        await house.open(_progress)
    except _EXPECTED as error:
        _show_logs(house)
        return f"not set up: {_one_line(error)}"
    return ""


async def _run(house: House, name: str) -> str:
    """Run one step; return why it failed, or nothing."""
    try:
        await house.start()
        await STEPS[name](house)
    except _EXPECTED as error:
        _show_logs(house)
        return _one_line(error)
    return ""


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__ if not str(error) else error}".split())


def _show_logs(house: House) -> None:
    """Show what may explain a failure: complaints about the integration, and the last lines."""
    home_assistant = house.home_assistant.process
    _show(
        f"complaints of {home_assistant.name}", complaints(home_assistant.text(), DOMAIN)[-_TAIL:]
    )
    running = [each.process for each in house.simulators if each.process.running]
    for process in (*running, home_assistant):
        _show(f"last lines of {process.name}", process.text().splitlines()[-_TAIL:])


def _show(title: str, lines: Sequence[str]) -> None:
    sys.stderr.write("\n".join([f"--- {title}", *lines, ""]))


def _progress(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
