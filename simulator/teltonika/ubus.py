"""JSON-RPC on /ubus: a session, and the few programs that monitoring runs by `file exec`."""

from collections.abc import Callable, Mapping
import secrets
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .modem import RouterModem

if TYPE_CHECKING:
    from .router import Router

NOBODY = "0" * 32
# Results of a ubus call.
DONE = 0
INVALID_ARGUMENT = 2
NOT_FOUND = 4
PERMISSION_DENIED = 6

REGISTRATIONS = (
    "unregistered",
    "registered (home)",
    "searching",
    "denied",
    "unknown",
    "registered (roaming)",
)

GSMCTL: Mapping[str, Callable[[RouterModem], str]] = {
    "-i": lambda modem: modem.imei,
    "-x": lambda modem: modem.sim.imsi,
    "-J": lambda modem: modem.sim.iccid,
    "-m": lambda modem: modem.model,
    "-q": lambda modem: str(modem.cell.rssi),
    "-o": lambda modem: modem.cell.operator,
    "-f": lambda modem: modem.cell.operator_code,
    "-t": lambda modem: modem.cell.technology,
    "-g": lambda modem: REGISTRATIONS[modem.cell.registration],
    "-z": lambda modem: "inserted",
    "-c": lambda modem: str(round(modem.cell.temperature * 10)),
    "-L": lambda modem: str(modem.active_sim),
}


class Ubus:
    """The object bus of OpenWrt behind uhttpd."""

    def __init__(self, router: Router) -> None:
        """Belong to a router."""
        self._router = router
        self.username = "root"
        self.password = "admin01"
        # Newer firmware tells the four values of LTE on lines of their own.
        self.tells_lte = True
        self.at_commands: list[str] = []
        self._sessions: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        """Return its URL."""
        return [web.post("/ubus", self._handle)]

    def expire_sessions(self) -> None:
        """Forget all sessions."""
        self._sessions.clear()

    async def _handle(self, request: web.Request) -> web.Response:
        """Answer one call."""
        body = await request.json()
        session, target, method, arguments = body["params"]
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": body.get("id")}
        if (target, method) == ("session", "login"):
            return web.json_response(reply | {"result": self._login(arguments)})
        if session not in self._sessions:
            denied = {"code": -32002, "message": "Access denied"}
            return web.json_response(reply | {"error": denied})
        return web.json_response(reply | {"result": self._call(target, method, arguments)})

    def _login(self, arguments: Mapping[str, str]) -> list[Any]:
        """Open a session."""
        if (arguments.get("username"), arguments.get("password")) != (self.username, self.password):
            self._router.failed_logins += 1
            return [PERMISSION_DENIED]
        session = secrets.token_hex(16)
        self._sessions.add(session)
        return [DONE, {"ubus_rpc_session": session, "timeout": 300, "expires": 300}]

    def _call(self, target: str, method: str, arguments: Mapping[str, Any]) -> list[Any]:
        """Run a method of an object."""
        if (target, method) == ("file", "read") and arguments.get("path") == "/etc/version":
            return [DONE, {"data": f"{self._router.firmware}\n"}]
        if (target, method) != ("file", "exec"):
            return [NOT_FOUND]
        output = self._run(str(arguments.get("command")), list(arguments.get("params", ())))
        if output is None:
            return [NOT_FOUND]
        return [DONE, {"code": 0, "stdout": f"{output}\n"}]

    def _run(self, command: str, parameters: list[str]) -> str | None:
        """Run a program and return what it prints."""
        router = self._router
        if command == "mnf_info":
            facts = {"name": router.name, "sn": router.serial, "mac": router.mac}
            return facts.get(parameters[0].lstrip("-"), "")
        if command == "sim_switch":
            return self._sim_switch(*parameters)
        if command != "gsmctl":
            return None
        if router.trouble.take("busy"):
            return "Timeout"
        return self._gsmctl(parameters)

    def _sim_switch(self, verb: str, slot: str) -> str:
        """Change to the slot that is named, as a RUT9 does."""
        if verb == "change" and slot != f"sim{self._router.modem.active_sim}":
            self._router.modem.switch_sim()
        return ""

    def _gsmctl(self, parameters: list[str]) -> str:
        """Run gsmctl with one option."""
        modem = self._router.modem
        option, *rest = parameters
        if option == "-A":
            self.at_commands.append(rest[0])
            if rest[0] == "AT+CFUN=1,1":
                modem.reboots += 1
            return "OK"
        if option == "-q" and self.tells_lte:
            cell = modem.cell
            values = {"RSSI": cell.rssi, "RSRP": cell.rsrp, "SINR": cell.sinr, "RSRQ": cell.rsrq}
            return "\n".join(f"{name}: {value}" for name, value in values.items())
        if option[:2] in ("-e", "-r"):
            return str(modem.cell.sent if option[:2] == "-e" else modem.cell.received)
        return GSMCTL[option](modem) if option in GSMCTL else "ERROR"
