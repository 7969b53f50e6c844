"""What tells one SIM from another, and stays the same when a modem does not tell all."""

from typing import Final

from ..consumers import Memory
from ..errors import NotKeptError
from .questions import Sim

_LAST: Final = "sim"


async def recognise_sim(memory: Memory, sim: Sim, imei: str | None) -> str:
    """Return the key of a SIM, and commit by which of its numbers it can be recognised.

    The identities of its messages are built on the key. A modem that cannot read the ICCID or the
    IMSI for once, or neither, must not make all that lies on the SIM new again.
    """
    numbers = [number for number in (sim.iccid, sim.imsi) if number]
    fallback = numbers[0] if numbers else imei or ""
    try:
        if not numbers:
            return await memory.get(_LAST) or fallback
        known = {number: await memory.get(f"{_LAST}:{number}") for number in numbers}
        key = next(filter(None, known.values()), fallback)
        for number, remembered in known.items():
            if remembered is None:
                await memory.set(f"{_LAST}:{number}", key)
        if await memory.get(_LAST) != key:
            await memory.set(_LAST, key)
    except NotKeptError:
        # Without memory nothing is acknowledged either, and this is asked again.
        return fallback
    return key
