"""The simulated gateways beside the modem: how each is run, connected, and told where to push."""

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, override

from .simulator import Simulator

# What nobody may read in a log.
_BOX_PASSWORD: Final = "box-password-7"
_ROUTER_PASSWORD: Final = "Admin123!"
_POST_GET_PASSWORD: Final = "user_pass"
_OLD_ROUTER_PASSWORD: Final = "admin01"
_TOKEN: Final = "application-token-7"
_CENTRE_PASSWORD: Final = "secret08"
SECRETS: Final = frozenset(
    {
        _BOX_PASSWORD,
        _ROUTER_PASSWORD,
        _POST_GET_PASSWORD,
        _OLD_ROUTER_PASSWORD,
        _TOKEN,
        _CENTRE_PASSWORD,
    }
)


class SimulatedGateway(Simulator):
    """A simulator that is connected over the network.

    `answers` are those of its config flow. `push_step` is the step that tells a person what to do
    in the gateway itself, which `obey` does with the words and addresses that the step shows.
    """

    push_step: str | None = None

    @property
    @abstractmethod
    def answers(self) -> Mapping[str, Any]:
        """The answers to the forms of the config flow, by field name or step of a menu."""

    async def obey(self, told: Mapping[str, str]) -> None:
        """Do in the gateway what a person is told to do there; nothing unless it says otherwise."""


class SimulatedBox(SimulatedGateway):
    """An Ejoin gateway of four ports with two SIM cards each."""

    push_step = "notification"

    def __init__(self, folder: Path, control_port: int, port: int) -> None:
        """Take the folder of the log and the ports."""
        self._url = f"http://127.0.0.1:{port}"
        options = ("--port", str(port), "--ports", "4", "--slots", "2")
        login = ("--password", _BOX_PASSWORD)
        super().__init__("box", folder, control_port, "ejoin", *options, *login)

    @property
    @override
    def answers(self) -> Mapping[str, Any]:
        """Home Assistant may use the login, and sets its address by itself."""
        return {
            "user": "ejoin",
            "ejoin": "ejoin_login",
            "url": self._url,
            "username": "root",
            "password": _BOX_PASSWORD,
        }

    @override
    async def obey(self, told: Mapping[str, str]) -> None:
        """Switch on in the menu what is off on delivery."""
        await self.work("switches", received_sms=True, sent_sms=True, sms_control=True)

    async def deliver(self, sender: str, text: str, port: int = 1) -> int:
        """Have a port receive a text; return the HTTP status of the push, 0 without an answer."""
        answer = await self.work("sms", **{"port": port, "from": sender, "text": text})
        return int(answer["status"])


class SimulatedRouter(SimulatedGateway):
    """A Teltonika router in a network of its own."""

    def __init__(
        self, name: str, folder: Path, control_port: int, port: int, *options: str
    ) -> None:
        """Take the folder of the log, the ports, and what sort of router it is."""
        self._url = f"http://127.0.0.1:{port}"
        super().__init__(name, folder, control_port, "teltonika", "--port", str(port), *options)

    async def deliver(self, sender: str, text: str, *, stored: bool = True) -> None:
        """Let a text come to the router's first modem; one that is not stored is only forwarded."""
        await self.work("sms", **{"from": sender, "text": text, "stored": stored})


class ModernRouter(SimulatedRouter):
    """One of RutOS 7, which forwards what it receives."""

    push_step = "forwarding"

    def __init__(self, folder: Path, control_port: int, port: int) -> None:
        """Take the folder of the log and the ports."""
        super().__init__("router", folder, control_port, port)
        self._url_told = ""

    @property
    @override
    def answers(self) -> Mapping[str, Any]:
        """Its login is told, and that it forwards."""
        return {
            "user": "teltonika",
            "url": self._url,
            "username": "admin",
            "password": _ROUTER_PASSWORD,
            "forward": True,
        }

    @override
    async def obey(self, told: Mapping[str, str]) -> None:
        """Enter the address and the names that the form shows, and switch forwarding on."""
        self._url_told = told["url"]
        await self.forward()

    async def forward(self, *, enabled: bool = True) -> None:
        """Switch forwarding on or off."""
        names = {"number_name": "number", "text_name": "text", "base64": True}
        await self.work("forwarding", url=self._url_told, method="post", enabled=enabled, **names)


class LegacyRouter(SimulatedRouter):
    """One of legacy firmware, with Post/Get and the login of the router itself."""

    def __init__(self, folder: Path, control_port: int, port: int) -> None:
        """Take the folder of the log and the ports."""
        options = ("--firmware", "legacy", "--mac", "00:1E:42:00:00:02", "--serial", "1100000002")
        super().__init__("old_router", folder, control_port, port, *options)

    @property
    @override
    def answers(self) -> Mapping[str, Any]:
        """Both logins are told; it is asked for its messages."""
        return {
            "user": "teltonika",
            "url": self._url,
            "username": "user1",
            "password": _POST_GET_PASSWORD,
            "router_username": "root",
            "router_password": _OLD_ROUTER_PASSWORD,
            "forward": False,
        }


class SimulatedCloud(SimulatedGateway):
    """An EMnify organisation of two devices."""

    push_step = "portal"

    def __init__(self, folder: Path, control_port: int, port: int) -> None:
        """Take the folder of the log and the ports."""
        self._url = f"http://127.0.0.1:{port}/api/v1"
        options = ("--port", str(port), "--devices", "2", "--token", _TOKEN)
        super().__init__("cloud", folder, control_port, "emnify", *options)

    @property
    @override
    def answers(self) -> Mapping[str, Any]:
        """Its token is told, and where its API is."""
        return {"user": "emnify", "token": _TOKEN, "url": self._url}

    @override
    async def obey(self, told: Mapping[str, str]) -> None:
        """Enter in the portal what the form shows."""
        urls = {"sms_url": told["url"], "stream_url": told["stream_url"]}
        await self.work("webhooks", **urls, secret=told["secret"])


class SimulatedCentre(SimulatedGateway):
    """A service centre that speaks SMPP."""

    def __init__(self, folder: Path, control_port: int, port: int) -> None:
        """Take the folder of the log and the ports."""
        self._port = port
        super().__init__("centre", folder, control_port, "smsc", "--port", str(port))

    @property
    @override
    def answers(self) -> Mapping[str, Any]:
        """Its address and login are told."""
        return {
            "user": "smpp",
            "smpp": "smpp_account",
            "host": "127.0.0.1",
            "port": self._port,
            "username": "ha",
            "password": _CENTRE_PASSWORD,
            "smpp_ready": "preferences",
        }

    async def deliver(self, sender: str, text: str) -> None:
        """Let a text come to the account."""
        await self.work("sms", **{"from": sender, "text": text})
