"""A real Home Assistant as a process: its configuration folder, start, stop and kill."""

from collections.abc import Mapping
import json
from pathlib import Path
import sys
from typing import Any, Final

from .client import Client
from .process import REPOSITORY, ManagedProcess
from .waiting import eventually

DOMAIN: Final = "cellular_gateway"

# The status with which Home Assistant ends when a person asked it to restart.
RESTART_STATUS: Final = 100

_COMPONENTS: Final = (
    REPOSITORY / "custom_components" / DOMAIN,
    REPOSITORY / "simulator/custom_components/event_log",
    REPOSITORY / "simulator/custom_components/simulated_serial_ports",
)

_CONFIGURATION: Final[dict[str, dict[str, Any]]] = {
    "homeassistant": {
        "name": "Simulated house",
        "country": "GB",
        "currency": "GBP",
        "language": "en",
        "latitude": 51.4779,
        "longitude": -0.0015,
        "elevation": 46,
        "unit_system": "metric",
        "time_zone": "Europe/London",
    },
    "config": {},
    "history": {},
    "logbook": {},
    "logger": {"default": "warning", "logs": {f"custom_components.{DOMAIN}": "debug"}},
}

# What Home Assistant stores of its HTTP server; it wants every field.
_SERVER: Final = {
    "server_host": ["127.0.0.1"],
    "cors_allowed_origins": [],
    "login_attempts_threshold": -1,
    "ip_ban_enabled": False,
    "ssl_profile": "modern",
    "use_x_frame_options": True,
    "created_at": "2026-10-01T00:00:00+00:00",
    "error": None,
    "error_message": None,
}

# Without these steps Home Assistant would set up integrations that need the Internet.
_ONBOARDED: Final = ["core_config", "analytics", "integration"]


class HomeAssistant:
    """One configuration folder and the process that runs on it."""

    def __init__(self, folder: Path, port: int) -> None:
        """Take the configuration folder and the TCP port of the frontend."""
        self.folder = folder
        self.port = port
        self.process = ManagedProcess(
            "Home Assistant",
            [
                # Without its own folder on the path (-P), else the custom_components of the
                # repository hide those that are linked here.
                *(sys.executable, "-P", "-m", "homeassistant", "-c", str(folder)),
                *("--skip-pip", "--log-no-color"),
            ],
            folder / "console.log",
            {"PYTHONPATH": str(Path(__file__).parent / "replacements")},
        )

    @property
    def url(self) -> str:
        """The address of the frontend and of the interfaces, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def event_log(self) -> Path:
        """The file in which the development component `event_log` writes down what was seen."""
        return self.folder / "event_log.jsonl"

    def prepare(self, additions: Mapping[str, Any]) -> None:
        """Write the configuration with the given additions and begin new logs.

        What Home Assistant stored is kept.
        """
        (self.folder / ".storage").mkdir(parents=True, exist_ok=True)
        self.process.log.unlink(missing_ok=True)
        self.event_log.unlink(missing_ok=True)
        self._link_components()
        # Who pushes to us over the internet is at home here.
        addresses = {"internal_url": self.url, "external_url": self.url}
        configuration = {
            **_CONFIGURATION,
            "homeassistant": {**_CONFIGURATION["homeassistant"], **addresses},
            "event_log": {"path": str(self.event_log)},
            **additions,
        }
        # JSON is YAML too, but for the include.
        lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in configuration.items()]
        lines.append("automation: !include automations.yaml")
        (self.folder / "configuration.yaml").write_text("\n".join(lines) + "\n")
        automations = self.folder / "automations.yaml"
        if not automations.exists():
            automations.write_text("[]\n")
        self._seed()

    async def start(self, client: Client) -> None:
        """Start it and log in; returns when all is set up and automations run."""
        await self.launch()
        await self.until_started(client)

    async def launch(self) -> None:
        """Start it and return at once."""
        await self.process.start()

    async def until_started(self, client: Client) -> None:
        """Wait until it has started, and log in."""

        async def started() -> bool:
            self.process.ensure_running()
            await client.log_in()
            return await client.is_running()

        await eventually(started, "Home Assistant to have started", within=180)

    async def stop(self) -> None:
        """Stop it as a person would."""
        await self.process.stop()

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self.process.kill()

    def _link_components(self) -> None:
        folder = self.folder / "custom_components"
        folder.mkdir(exist_ok=True)
        for component in _COMPONENTS:
            link = folder / component.name
            link.unlink(missing_ok=True)
            link.symlink_to(component)

    def _seed(self) -> None:
        # A port in configuration.yaml is deprecated, and reverted when nobody confirms it.
        server = {**_SERVER, "server_port": self.port}
        self._store(
            "http",
            2,
            2,
            {"stable": server, "pending": None, "yaml_migration_done": True},
            anew=True,
        )
        self._store("onboarding", 4, 1, {"done": _ONBOARDED}, anew=False)

    def _store(
        self, key: str, version: int, minor: int, data: Mapping[str, Any], *, anew: bool
    ) -> None:
        path = self.folder / ".storage" / key
        if anew or not path.exists():
            content = {"version": version, "minor_version": minor, "key": key, "data": data}
            path.write_text(json.dumps(content, indent=2))
