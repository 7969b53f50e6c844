"""What goes wrong with a router when a test or a person asks for it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Trouble:
    """Counts of requests that go wrong, and how.

    `silent` requests get no answer; `busy` ones find the modem busy; `refuse` sends are turned down
    `swallow` sends are carried out without an answer, and `mumble` ones with one that says nothing;
    `garbage` lists make no sense; `unread` messages are not read in time by Post/Get.
    `send_seconds` is how long a send takes.
    """

    silent: int = 0
    busy: int = 0
    refuse: int = 0
    swallow: int = 0
    mumble: int = 0
    garbage: int = 0
    unread: int = 0
    send_seconds: float = 0.0

    def take(self, name: str) -> bool:
        """Tell whether this request goes wrong so, and count it."""
        left: int = getattr(self, name)
        if left <= 0:
            return False
        setattr(self, name, left - 1)
        return True
