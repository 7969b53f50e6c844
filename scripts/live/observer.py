"""What can be seen of the integration from outside: states, events, notifications, issues."""

from collections.abc import Callable
import json
from typing import Any

from .client import Client
from .home_assistant import DOMAIN, HomeAssistant
from .waiting import eventually


class Observer:
    """Somebody who looks at a Home Assistant, over its interfaces and into its event log."""

    def __init__(self, home_assistant: HomeAssistant) -> None:
        """Take the Home Assistant to look at."""
        self.home_assistant = home_assistant
        self.client = Client(home_assistant.url)

    async def device(self, name: str) -> str:
        """Return the id of the device with this name."""
        registry = await self.client.command("config/device_registry/list")
        (found,) = [device["id"] for device in registry if device["name"] == name]
        return str(found)

    async def await_state(self, entity_id: str, state: str, within: float = 60.0) -> dict[str, Any]:
        """Wait until an entity has a state, and return all of it."""
        return await self._await(
            entity_id, lambda found: found["state"] == state, f"{entity_id} to be {state}", within
        )

    async def await_attribute(self, entity_id: str, name: str, value: Any) -> dict[str, Any]:
        """Wait until an entity has an attribute, and return all of its state."""
        return await self._await(
            entity_id,
            lambda found: found["attributes"].get(name) == value,
            f"{name} of {entity_id} to be {value}",
            60.0,
        )

    async def _await(
        self,
        entity_id: str,
        condition: Callable[[dict[str, Any]], bool],
        what: str,
        within: float,
    ) -> dict[str, Any]:
        """Wait until the state of an entity fulfils a condition."""

        async def fulfilled() -> dict[str, Any] | None:
            self.home_assistant.process.ensure_running()
            found = (await self.client.states()).get(entity_id)
            return found if found is not None and condition(found) else None

        return await eventually(fulfilled, what, within)

    async def notifications(self) -> list[tuple[str, str]]:
        """Return the titles and texts that the automation has shown since the last start."""
        shown = await self.client.command("persistent_notification/get")
        shown.sort(key=lambda notification: notification["created_at"])
        return [
            (notification["title"], notification["message"])
            for notification in shown
            if (notification["title"] or "").startswith("SMS ")
        ]

    def events(self) -> list[dict[str, Any]]:
        """Return every received text that was ever seen, oldest first: states with the run's id."""
        if not (path := self.home_assistant.event_log).exists():
            return []
        events = [json.loads(line) for line in path.read_bytes().splitlines()]
        return [
            event
            for event in events
            if event["entity_id"].endswith("_sms")
            and event["attributes"]["event_type"] == "received"
        ]

    def event_count(self) -> int:
        """Return how many events were ever seen."""
        path = self.home_assistant.event_log
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def texts(self) -> list[str]:
        """Return the texts of all events that were ever seen, oldest first."""
        return [str(event["attributes"].get("text")) for event in self.events()]

    async def await_text(self, text: str, within: float = 60.0) -> None:
        """Wait until the automation has shown a text."""

        async def shown() -> bool:
            self.home_assistant.process.ensure_running()
            return any(message == text for _, message in await self.notifications())

        await eventually(shown, f"an automation to show {text!r}", within)

    def seen(self, text: str) -> list[dict[str, Any]]:
        """Return the events of all gateways that brought a text."""
        return [event for event in self.events() if event["attributes"].get("text") == text]

    async def await_event(self, text: str, within: float = 60.0) -> dict[str, Any]:
        """Wait until a text has come as an event of any gateway, and return the first one."""

        async def came() -> dict[str, Any] | None:
            self.home_assistant.process.ensure_running()
            return next(iter(self.seen(text)), None)

        return await eventually(came, f"an event with {text!r}", within)

    async def await_issue(self, key: str, *, present: bool = True, within: float = 60.0) -> None:
        """Wait until there is an issue of a kind in the repairs, or until there is none."""

        async def as_wanted() -> bool:
            self.home_assistant.process.ensure_running()
            listed = await self.client.command("repairs/list_issues")
            keys = {
                each["translation_key"] for each in listed["issues"] if each["domain"] == DOMAIN
            }
            return (key in keys) is present

        await eventually(as_wanted, f"the issue {key} to {'come' if present else 'go'}", within)
