"""What the log says in the end."""

from typing import Final

from scripts.live.home_assistant import DOMAIN
from scripts.live.house import RECIPIENT_NUMBER, SENDER, House
from scripts.live.logs import complaints

from .registry import require, step

# Said once whenever a modem is unplugged.
_LOST: Final = "was lost"


@step
async def log_clean(house: House) -> None:
    """Check that over all these runs no log line speaks against the integration."""
    secrets = {SENDER, RECIPIENT_NUMBER, *house.texts(), *house.secrets}
    found = [
        line
        for line in complaints(house.home_assistant.process.text(), DOMAIN, secrets)
        if _LOST not in line
    ]
    require(not found, f"{len(found)} lines, the first is: {found[0] if found else ''}")
