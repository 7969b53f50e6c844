"""`scripts/develop`: a house to look at, until Ctrl-C."""

import fcntl
from pathlib import Path
import shutil
import sys
from typing import Final

from .client import PASSWORD, USER
from .home_assistant import RESTART_STATUS
from .house import CONNECTIONS, SENDER, House
from .process import REPOSITORY
from .waiting import CheckError, free_port, is_free

FOLDER: Final = REPOSITORY / ".develop"

_PORT: Final = 8123

_WELCOME: Final = """
Home Assistant: {url}   (user {user}, password {password})

Send a text to the modem, and see what Home Assistant sent by it:
  curl -d '{{"from": "{sender}", "text": "Hello"}}' {modem}/sms
  curl {modem}/sent
See the far-end devices, what they heard and said:
  curl {modem}/devices
Ejoin gateway: a text to its port 2, and a port that is locked (status 12; 3 is registered):
  curl -d '{{"port": 2, "from": "{sender}", "text": "Hello"}}' {box}/sms
  curl -d '{{"port": 3, "status": 12}}' {box}/port
Teltonika router of RutOS 7, which forwards, and one of legacy firmware, which is asked:
  curl -d '{{"from": "{sender}", "text": "Hello"}}' {router}/sms
  curl -d '{{"from": "{sender}", "text": "Hello"}}' {old_router}/sms
EMnify: a device finds a network and sends a text:
  curl -X POST '{cloud}/devices/Device%201/online'
  curl -d '{{"text": "Hello"}}' '{cloud}/devices/Device%201/sms'
Service centre: a text to the SMPP account:
  curl -d '{{"from": "{sender}", "text": "Hello"}}' {centre}/sms
What was sent is at /sent of each. More, such as pulling the modem out:
  .venv/bin/python -m simulator KIND --help   (at-modem, ejoin, teltonika, emnify, smsc)
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
        stored = FOLDER / "home_assistant"
        if fresh or not (stored / CONNECTIONS).exists():
            shutil.rmtree(stored, ignore_errors=True)
        async with House(FOLDER, port or _port(_PORT), _port, _own_port) as house:
            await house.open(_say, house.gateways)
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


def _own_port(wanted: int) -> int:
    """Return the port of a gateway, which Home Assistant knows from the last time."""
    if not is_free(wanted):
        raise CheckError(f"another program listens on TCP port {wanted}, where a gateway has to be")
    return wanted


def _welcome(house: House) -> None:
    log: Path = house.home_assistant.process.log
    _say(
        _WELCOME.format(
            url=house.home_assistant.url,
            user=USER,
            password=PASSWORD,
            sender=SENDER,
            **{each.name: each.control_url for each in house.simulators},
            log=log.relative_to(REPOSITORY),
        )
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
