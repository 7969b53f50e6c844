"""What a gateway is given by a script, in place of Home Assistant."""


class Notes:
    """A memory that lasts as long as the script."""

    def __init__(self) -> None:
        """Start with nothing noted."""
        self._values: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """Return what was noted."""
        return self._values.get(key)

    async def set(self, key: str, value: str) -> None:
        """Note something."""
        self._values[key] = value


class NoPin:
    """Lets no PIN be entered."""

    async def may_enter(self, sim: str, pin: str) -> bool:
        """Forbid it."""
        return False

    async def entered(self, sim: str, pin: str, *, accepted: bool) -> None:
        """Hear of a PIN, which here none can be."""
