"""`scripts/develop`: a house to look at, until Ctrl-C."""

import fcntl
from pathlib import Path
import shutil
import sys
from typing import Final

from .client import PASSWORD, USER
from .home_assistant import RESTART_STATUS
from .house import SENDER, House
from .process import REPOSITORY
from .waiting import CheckError, free_port, is_free

FOLDER: Final = REPOSITORY / ".develop"

_PORT: Final = 8123
_CONTROL_PORT: Final = 8900

_WELCOME: Final = """
Home Assistant: {url}   (user {user}, password {password})

Send a text to the modem:
  curl -d '{{"from": "{sender}", "text": "Hello"}}' {control}/sms
See what Home Assistant sent:
  curl {control}/sent
See the far-end devices, what they heard and said:
  curl {control}/devices
More, such as pulling the modem out: .venv/bin/python -m simulator --help
Log: {log}

Ctrl-C stops it all.
"""


async def develop(*, fresh: bool, port: int | None) -> int:
    """Run the house, in the folder where it was run before, until cancelled."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CheckError("scripts/develop is running already") from None
        if fresh:
            shutil.rmtree(FOLDER / "home_assistant", ignore_errors=True)
        async with House(FOLDER, port or _port(_PORT), _port(_CONTROL_PORT)) as house:
            await house.open(_say)
            _say("adding a tracked device of each family")
            await house.add_devices()
            _welcome(house)
            return await _run(house)


async def _run(house: House) -> int:
    """Wait for the end of Home Assistant, and start it again when a person asked it to restart."""
    while (status := await house.home_assistant.process.wait()) == RESTART_STATUS:
        _say("starting Home Assistant again")
        await house.start()
        _say(f"Home Assistant runs: {house.home_assistant.url}")
    _say(f"Home Assistant ended with {status}; see {house.home_assistant.process.log}")
    return status


def _port(preferred: int) -> int:
    return preferred if is_free(preferred) else free_port()


def _welcome(house: House) -> None:
    log: Path = house.home_assistant.process.log
    _say(
        _WELCOME.format(
            url=house.home_assistant.url,
            user=USER,
            password=PASSWORD,
            sender=SENDER,
            control=house.modem.control_url,
            log=log.relative_to(REPOSITORY),
        )
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
