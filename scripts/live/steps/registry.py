"""Where the steps put themselves, in the order in which they are run, and what many need."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, overload

from scripts.live.home_assistant import DOMAIN
from scripts.live.house import RECIPIENT_NUMBER, House
from scripts.live.simulator import Simulator
from scripts.live.waiting import CheckError

type Step = Callable[[House], Awaitable[None]]

STEPS: Final[dict[str, Step]] = {}
# Those that are left out when none is named: they take minutes.
ONLY_BY_NAME: Final[set[str]] = set()


@overload
def step(function: Step) -> Step: ...
@overload
def step(*, only_by_name: bool) -> Callable[[Step], Step]: ...
def step(
    function: Step | None = None, *, only_by_name: bool = False
) -> Step | Callable[[Step], Step]:
    """Add a step under its function's name."""

    def add(function: Step) -> Step:
        STEPS[function.__name__] = function
        if only_by_name:
            ONLY_BY_NAME.add(function.__name__)
        return function

    return add if function is None else add(function)


def require(condition: bool, what: str) -> None:
    """Raise `CheckError` unless the condition holds."""
    if not condition:
        raise CheckError(what)


async def send(house: House, simulator: Simulator, text: str, **data: Any) -> dict[str, Any]:
    """Send a text to the recipient's number through a gateway, and return its receipt."""
    data |= {"config_entry_id": await house.entry_id(simulator), "text": text}
    if not {"numbers", "recipients", "endpoints"} & set(data):
        data["numbers"] = [RECIPIENT_NUMBER]
    response = await house.client.call(DOMAIN, "send_sms", data, response=True)
    (receipt,) = response["receipts"]
    require(receipt["status"] == "sent", f"the receipt is {receipt}")
    found: dict[str, Any] = receipt
    return found
