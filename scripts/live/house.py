"""The simulated house: a modem, a Home Assistant, and the integration between them."""

from collections.abc import Callable, Mapping
import json
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from .client import Client
from .flows import CONFIG_FLOW, SUBENTRY_FLOW, complete_flow
from .home_assistant import DOMAIN, HomeAssistant
from .simulated_modem import SimulatedModem
from .waiting import CheckError, eventually

SENDER: Final = "+447700900042"
RECIPIENT_NAME: Final = "Alex"
RECIPIENT_NUMBER: Final = "+447700900077"

_AUTOMATION_ID: Final = "show_text_messages"

# Its password is the name of the model until somebody changes it.
_MODELS: Final = {"queclink": {"model": "GL200"}}


def _device_name(family: str) -> str:
    """Name the device of a family."""
    return family.replace("_", " ").capitalize()


class House:
    """All processes of one folder, and what can be seen of them from outside.

    `async with` ends every process that was started, whatever happened.
    """

    def __init__(self, folder: Path, port: int, control_port: int) -> None:
        """Take the folder for everything, and the TCP ports of Home Assistant and the simulator."""
        folder.mkdir(parents=True, exist_ok=True)
        self.modem = SimulatedModem(folder, control_port)
        self.home_assistant = HomeAssistant(folder / "home_assistant", port)
        self.client = Client(self.home_assistant.url)
        self.kills = 0
        self._markers = 0

    async def __aenter__(self) -> Self:
        """Return itself; nothing is started yet."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End all processes: by asking first, and then in any case."""
        try:
            if self.home_assistant.process.running:
                await self.home_assistant.stop()
            await self.modem.stop()
        finally:
            self.home_assistant.process.kill_soon()
            self.modem.process.kill_soon()
            await self.client.close()

    async def open(self, tell: Callable[[str], None]) -> None:
        """Start everything and connect the integration, where that was not done before."""
        tell("starting the simulated modem")
        await self.modem.start()
        tell("starting Home Assistant")
        self.home_assistant.prepare({"simulated_serial_ports": self.modem.usb_ports})
        await self.home_assistant.start(self.client)
        # The first question of the frontend: without an answer it never gets past "Loading".
        await self.client.command("get_services")
        if await self.entry() is None:
            tell("connecting the modem through the config flow")
            await self._connect_gateway()
            await self._add_automation()
        tell("waiting for the modem to be ready")
        await self.ready()

    async def start(self) -> None:
        """Start Home Assistant again, unless it runs."""
        if not self.home_assistant.process.running:
            await self.home_assistant.start(self.client)
            await self.ready()

    async def restart(self) -> None:
        """Stop Home Assistant as a person would, and start it again."""
        await self.home_assistant.stop()
        await self.start()

    async def ready(self) -> None:
        """Wait until the config entry is loaded."""

        async def loaded() -> bool:
            entry = await self.entry()
            if entry is not None and entry["state"] in ("setup_error", "migration_error"):
                raise CheckError(f"the gateway cannot be set up: {entry['reason']}")
            return entry is not None and entry["state"] == "loaded"

        await eventually(loaded, "the gateway to be set up", within=90)

    async def entry(self) -> dict[str, Any] | None:
        """Return the gateway's config entry."""
        entries = await self.client.get(f"config/config_entries/entry?domain={DOMAIN}")
        return entries[0] if entries else None

    async def entity(self, domain: str, translation_key: str | None) -> str:
        """Return the entity id of the gateway's only entity of a domain with this key."""
        registry = await self.client.command("config/entity_registry/list")
        found = [
            entity["entity_id"]
            for entity in registry
            if entity["platform"] == DOMAIN
            and entity["entity_id"].startswith(f"{domain}.")
            and entity["translation_key"] == translation_key
        ]
        if len(found) != 1:
            raise CheckError(f"expected one {translation_key} of {domain}, there are {found}")
        return str(found[0])

    async def device(self, name: str) -> str:
        """Return the id of the device with this name."""
        registry = await self.client.command("config/device_registry/list")
        (found,) = [device["id"] for device in registry if device["name"] == name]
        return str(found)

    async def add_device(self, name: str, family: str, **answers: Any) -> None:
        """Add the simulated device of a family as a tracked device, as a person does."""
        entry = await self.entry()
        if entry is None:
            raise CheckError("there is no gateway")
        handler = {"handler": [entry["entry_id"], "tracked_device"]}
        first = await self.client.post(SUBENTRY_FLOW, handler)
        number = self.modem.devices[family]
        answers = {"name": name, "number": number, "family": family, **answers}
        await complete_flow(self.client, SUBENTRY_FLOW, first, answers)
        await self.ready()

    async def add_devices(self) -> None:
        """Add one device of each family, unless there are any."""
        registry = await self.client.command("config/device_registry/list")
        if not any(device["name"] == _device_name("coban") for device in registry):
            for family in self.modem.devices:
                answers = {"password_needed": True, **_MODELS.get(family, {})}
                await self.add_device(_device_name(family), family, **answers)

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

    async def settle(self, within: float = 60.0) -> str:
        """Send one more text and wait for it, for so many seconds; return it.

        Messages are announced in the order in which they were kept, so what came before has fired
        when this one does, and what would fire twice has done so.
        """
        self._markers += 1
        text = f"Marker {self._markers}"
        await self.modem.deliver(SENDER, text)
        await self.await_text(text, within)
        return text

    async def _connect_gateway(self) -> None:
        ports = await self.client.command("usb/list_serial_ports")
        if str(self.modem.device) not in {port["device"] for port in ports}:
            raise CheckError("the serial port selector does not list the simulated modem")
        answers = {"user": "at_modem", "device": str(self.modem.device), "show_texts": True}
        first = await self.client.post(CONFIG_FLOW, {"handler": DOMAIN})
        last = await complete_flow(self.client, CONFIG_FLOW, first, answers)
        await self.ready()
        await self._add_recipient(last)

    async def _add_recipient(self, created: Mapping[str, Any]) -> None:
        """Go on with the flow for a recipient, which follows that of the gateway."""
        _, flow_id = created["next_flow"]
        answers = {"name": RECIPIENT_NAME, "number": RECIPIENT_NUMBER}
        first = await self.client.get(f"{SUBENTRY_FLOW}/{flow_id}")
        await complete_flow(self.client, SUBENTRY_FLOW, first, answers)

        async def added() -> bool:
            registry = await self.client.command("config/entity_registry/list")
            return any(
                entity["platform"] == DOMAIN and entity["entity_id"].startswith("notify.")
                for entity in registry
            )

        await eventually(added, "the recipient's notify entity")
        await self.ready()

    async def _add_automation(self) -> None:
        automation = {
            "alias": "Show every text message",
            "description": "Each SMS becomes a notification in the sidebar.",
            "triggers": [
                {
                    "trigger": "event.received",
                    "target": {"entity_id": await self.entity("event", "sms")},
                    "options": {"event_type": ["received"]},
                }
            ],
            "actions": [
                {
                    "action": "persistent_notification.create",
                    "data": {
                        "title": "SMS from {{ trigger.to_state.attributes.sender }}",
                        "message": "{{ trigger.to_state.attributes.text }}",
                    },
                }
            ],
            "mode": "queued",
            "max": 1000,
        }
        await self.add_automation(_AUTOMATION_ID, automation)

    async def add_automation(self, automation_id: str, automation: Mapping[str, Any]) -> None:
        """Add an automation, and wait until it listens."""
        await self.client.post(f"config/automation/config/{automation_id}", automation)

        async def listening() -> bool:
            states = await self.client.states()
            return any(
                state["state"] == "on" and state["attributes"].get("id") == automation_id
                for state in states.values()
            )

        await eventually(listening, "the automation to be set up")
