"""The simulated house: gateways, a Home Assistant, and the integration between them."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from .connections import Connection, Connections
from .flows import CONFIG_FLOW, SUBENTRY_FLOW, complete_flow
from .home_assistant import DOMAIN, HomeAssistant
from .observer import Observer
from .simulated_gateways import (
    SECRETS,
    LegacyRouter,
    ModernRouter,
    SimulatedBox,
    SimulatedCentre,
    SimulatedCloud,
    SimulatedGateway,
)
from .simulated_modem import SimulatedModem
from .simulator import Simulator
from .waiting import CheckError, eventually

SENDER: Final = "+447700900042"
RECIPIENT_NAME: Final = "Alex"
RECIPIENT_NUMBER: Final = "+447700900077"

_AUTOMATION_ID: Final = "show_text_messages"

# In the configuration folder: which entry is the one of which simulator.
CONNECTIONS: Final = "simulators.json"

# The TCP ports that one would wish for: of the control interfaces from here on, and of gateways.
_CONTROL_PORT: Final = 8900
_GATEWAY_PORT: Final = 8910

# Its password is the name of the model until somebody changes it.
_MODELS: Final = {"queclink": {"model": "GL200"}}


def _device_name(family: str) -> str:
    """Name the device of a family."""
    return family.replace("_", " ").capitalize()


class House(Observer):
    """All processes of one folder, and what can be seen of them from outside.

    `async with` ends every process that was started, whatever happened.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        control_port: Callable[[int], int],
        gateway_port: Callable[[int], int],
    ) -> None:
        """Take the folder for everything, and the TCP port of Home Assistant.

        The other ports are asked for by the one that is wished for: that of a control interface may
        be another one each time, that of a gateway is kept in Home Assistant.
        """
        folder.mkdir(parents=True, exist_ok=True)

        def ports(place: int) -> tuple[int, int]:
            return control_port(_CONTROL_PORT + place), gateway_port(_GATEWAY_PORT + place)

        self.modem = SimulatedModem(folder, control_port(_CONTROL_PORT))
        self.box = SimulatedBox(folder, *ports(1))
        self.router = ModernRouter(folder, *ports(2))
        self.old_router = LegacyRouter(folder, *ports(3))
        self.cloud = SimulatedCloud(folder, *ports(4))
        self.centre = SimulatedCentre(folder, *ports(5))
        super().__init__(HomeAssistant(folder / "home_assistant", port))
        self.kills = 0
        self._connections = Connections(self.home_assistant.folder / CONNECTIONS)
        self._markers = 0

    @property
    def gateways(self) -> tuple[SimulatedGateway, ...]:
        """The gateways beside the modem."""
        return (self.box, self.router, self.old_router, self.cloud, self.centre)

    @property
    def simulators(self) -> tuple[Simulator, ...]:
        """The modem and the other gateways."""
        return (self.modem, *self.gateways)

    @property
    def secrets(self) -> set[str]:
        """What must not stand in a log: passwords, tokens, and the addresses that are pushed to."""
        told = (self._connections[each.name] for each in self.gateways)
        return set(SECRETS) | {word for each in told if each for word in each.secret_words}

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
            await asyncio.gather(*(simulator.stop() for simulator in self.simulators))
        finally:
            self.home_assistant.process.kill_soon()
            for simulator in self.simulators:
                simulator.process.kill_soon()
            await self.client.close()

    async def open(
        self, tell: Callable[[str], None], gateways: Iterable[SimulatedGateway] = ()
    ) -> None:
        """Start everything and connect the integration, where that was not done before.

        Of the gateways beside the modem those that are named; `connect` adds another one.
        """
        wanted = list(gateways)
        tell("starting the simulators")
        await asyncio.gather(self.modem.start(), *(self._switch_on(each) for each in wanted))
        tell("starting Home Assistant")
        self.home_assistant.prepare({"simulated_serial_ports": self.modem.usb_ports})
        await self.home_assistant.start(self.client)
        # The first question of the frontend: without an answer it never gets past "Loading".
        await self.client.command("get_services")
        if await self.find_entry(self.modem) is None:
            tell("connecting the modem through the config flow")
            await self._connect_modem()
            await self._add_automation()
        for gateway in wanted:
            if await self.find_entry(gateway) is None:
                tell(f"connecting the {gateway.name.replace('_', ' ')}")
                await self.connect(gateway)
        tell("waiting for all to be ready")
        await self.ready()

    async def _switch_on(self, gateway: SimulatedGateway) -> None:
        """Start a gateway, which has forgotten what was once entered in it."""
        await gateway.start()
        if (connection := self._connections[gateway.name]) is not None:
            await gateway.obey(connection.told_at(self.home_assistant.url))

    async def connect[Gateway: SimulatedGateway](self, gateway: Gateway) -> Gateway:
        """Connect a gateway through its config flow, unless it is connected, and return it."""
        if not gateway.process.running:
            await self._switch_on(gateway)
        if await self.find_entry(gateway) is None:
            await self._complete(gateway)
        await self.ready()
        return gateway

    async def _complete(self, gateway: SimulatedGateway) -> None:
        """Walk through the config flow of a gateway, and do in it what the forms say."""
        told: dict[str, str] = {}

        async def read(step: Mapping[str, Any]) -> None:
            if step.get("step_id") == gateway.push_step and step["type"] == "form":
                told.update(step["description_placeholders"])
                await gateway.obey(told)

        first = await self.client.post(CONFIG_FLOW, {"handler": DOMAIN})
        last = await complete_flow(self.client, CONFIG_FLOW, first, gateway.answers, read)
        self._connections.keep(gateway.name, Connection(last["result"]["entry_id"], told))
        # The recipients of the house are reached by the modem.
        await self.client.delete(f"{SUBENTRY_FLOW}/{last['next_flow'][1]}")

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
        """Wait until the config entries of all that runs are loaded."""

        async def loaded() -> bool:
            entries = await self._entries()
            for entry in entries:
                if entry["state"] in ("setup_error", "migration_error"):
                    raise CheckError(f"{entry['title']} cannot be set up: {entry['reason']}")
            return bool(entries) and all(entry["state"] == "loaded" for entry in entries)

        await eventually(loaded, "the gateways to be set up", within=90)

    async def _entries(self) -> list[dict[str, Any]]:
        """Return the config entries of the simulators that run."""
        found = [await self.find_entry(each) for each in self.simulators if each.process.running]
        return [entry for entry in found if entry is not None]

    async def find_entry(self, simulator: Simulator) -> dict[str, Any] | None:
        """Return the config entry of a simulator, None before it is connected."""
        if (connection := self._connections[simulator.name]) is None:
            return None
        entries = await self.client.get(f"config/config_entries/entry?domain={DOMAIN}")
        return next((each for each in entries if each["entry_id"] == connection.entry_id), None)

    async def entry_id(self, simulator: Simulator | None = None) -> str:
        """Return the id of the config entry of a simulator, the modem unless told otherwise."""
        entry = await self.find_entry(simulator or self.modem)
        if entry is None:
            raise CheckError("there is no gateway")
        return str(entry["entry_id"])

    async def entity(
        self,
        domain: str,
        translation_key: str | None,
        simulator: Simulator | None = None,
        part: str = "",
    ) -> str:
        """Return the id of a gateway's only entity of a domain with this key.

        `part` is the port, or `endpoint_` and the endpoint, of a gateway that has several.
        """
        entry_id = await self.entry_id(simulator)
        registry = await self.client.command("config/entity_registry/list")
        found = [
            entity["entity_id"]
            for entity in registry
            if entity["config_entry_id"] == entry_id
            and entity["entity_id"].startswith(f"{domain}.")
            and entity["translation_key"] == translation_key
            and (not part or entity["unique_id"].startswith(f"{entry_id}_{part}_"))
        ]
        if len(found) != 1:
            raise CheckError(f"expected one {translation_key} of {domain}, there are {found}")
        return str(found[0])

    async def add_device(self, name: str, family: str, **answers: Any) -> None:
        """Add the simulated device of a family as a tracked device, as a person does."""
        handler = {"handler": [await self.entry_id(), "tracked_device"]}
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

    def marker(self) -> str:
        """Return a text that was never sent."""
        self._markers += 1
        return f"Marker {self._markers}"

    async def settle(self, within: float = 60.0) -> str:
        """Send one more text and wait for it, for so many seconds; return it.

        Messages are announced in the order in which they were kept, so what came before has fired
        when this one does, and what would fire twice has done so.
        """
        text = self.marker()
        await self.modem.deliver(SENDER, text)
        await self.await_text(text, within)
        return text

    async def _connect_modem(self) -> None:
        ports = await self.client.command("usb/list_serial_ports")
        if str(self.modem.device) not in {port["device"] for port in ports}:
            raise CheckError("the serial port selector does not list the simulated modem")
        answers = {"user": "at_modem", "device": str(self.modem.device), "show_texts": True}
        first = await self.client.post(CONFIG_FLOW, {"handler": DOMAIN})
        last = await complete_flow(self.client, CONFIG_FLOW, first, answers)
        self._connections.keep(self.modem.name, Connection(last["result"]["entry_id"]))
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
