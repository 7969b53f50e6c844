"""JSON-RPC on /ubus: how legacy firmware tells of its modem, by running gsmctl.

The calls are those of Teltonika's own "Monitoring via JSON-RPC": a session by `session login`, then
`file exec` with the programs gsmctl and mnf_info.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from ...errors import GatewayAuthenticationError, GatewayError, GatewayRefusedError, Reason
from ...models import GatewayInfo, PortState
from ..codec import ubus
from ..codec.status import parse_gsmctl, whole
from ..settings import Clocks, Login
from .http import Http, NotSentError

_NOBODY: Final = "0" * 32

# Options of gsmctl. Octets are counted per network device, which on these routers is wwan0.
_QUESTIONS: Final = {
    "signal": "-q",
    "operator": "-o",
    "operator_code": "-f",
    "technology": "-t",
    "registration": "-g",
    "sim": "-z",
    "temperature": "-c",
    "slot": "-L",
    "sent": "-ewwan0",
    "received": "-rwwan0",
    "imei": "-i",
    "imsi": "-x",
    "iccid": "-J",
}

# 3GPP TS 27.007 clause 8.2: reset; radio off and on.
_RESET: Final = "AT+CFUN=1,1"
_RADIO_OFF: Final = "AT+CFUN=4"
_RADIO_ON: Final = "AT+CFUN=1"
_OK: Final = "OK"
_TRIES: Final = 5
_OTHER_SLOT: Final = {1: 2, 2: 1}


class UbusClient:
    """Runs programs on the router, with the login of its administrator."""

    def __init__(self, http: Http, login: Login, clocks: Clocks) -> None:
        """Use the router's own login."""
        self._http = http
        self._login = login
        self._clocks = clocks
        self._session: str | None = None
        self._opening = asyncio.Lock()

    async def status(self) -> PortState:
        """Ask for all that gsmctl tells; what it does not is None. Raises GatewayError."""
        outputs = {name: await self._gsmctl(option) for name, option in _QUESTIONS.items()}
        return parse_gsmctl(outputs)

    async def info(self) -> tuple[GatewayInfo, str | None]:
        """Ask who the router is; return its MAC address too."""
        version = await self._call("file", "read", {"path": "/etc/version"})
        name, serial, mac = [await self._run("mnf_info", each) for each in ("name", "sn", "mac")]
        return ubus.parse_info(version, name, serial), ubus.parse_mac(mac)

    async def restart_modem(self) -> None:
        """Have the modem start anew."""
        await self._at(_RESET)

    async def restart_connection(self) -> None:
        """Switch the radio off and on; a radio that was switched off is not left so."""
        await asyncio.shield(asyncio.ensure_future(self._cycle_radio()))

    async def switch_sim(self) -> None:
        """Use the SIM in the other of two slots; raises GatewayRefusedError where none is told.

        The program and its words are those of Teltonika's own application for RUT9 routers.
        """
        active = whole(await self._gsmctl(_QUESTIONS["slot"]))
        if active not in _OTHER_SLOT:
            raise GatewayRefusedError("gsmctl -L", "no SIM slot", temporary=True)
        await self._run("sim_switch", "change", f"sim{_OTHER_SLOT[active]}")

    async def _cycle_radio(self) -> None:
        """Switch the radio off and on; on also where it is not clear whether it went off."""
        try:
            await self._at(_RADIO_OFF)
        except NotSentError, GatewayAuthenticationError:
            raise
        except GatewayError:
            await self._switch_radio_on()
            raise
        await self._switch_radio_on()

    async def _switch_radio_on(self) -> None:
        """Switch the radio on, again while that fails; a login is not tried again."""
        for left in reversed(range(_TRIES)):
            await asyncio.sleep(self._clocks.radio)
            try:
                await self._at(_RADIO_ON)
            except GatewayAuthenticationError:
                raise
            except GatewayError:
                if not left:
                    raise
            else:
                return

    async def _at(self, command: str) -> None:
        """Send an AT command; GatewayRefusedError unless the modem says OK to it."""
        answer = await self._gsmctl("-A", command) or ""
        if answer.split()[-1:] != [_OK]:
            raise GatewayRefusedError("gsmctl -A", "the modem did not say OK", temporary=True)

    async def _gsmctl(self, *parameters: str) -> str | None:
        """Run gsmctl."""
        return await self._run("gsmctl", *parameters)

    async def _run(self, command: str, *parameters: str) -> str | None:
        """Run a program and return what it prints, None where it cannot be run."""
        arguments = {"command": command, "params": list(parameters)}
        return ubus.output(await self._call("file", "exec", arguments))

    async def _call(self, target: str, method: str, arguments: Mapping[str, Any]) -> Any:
        """Call a method, again with a new session when the old one has ended."""
        session = await self._valid_session()
        document = await self._post(session, target, method, arguments)
        if ubus.denies_access(document):
            session = await self._valid_session(refused=session)
            document = await self._post(session, target, method, arguments)
            if ubus.denies_access(document):
                raise GatewayRefusedError(
                    target, "no access", temporary=False, reason=Reason.NO_PERMISSION
                )
        return ubus.result(document)

    async def _post(
        self, session: str, target: str, method: str, arguments: Mapping[str, Any]
    ) -> object:
        """Send one call."""
        document = ubus.call(session, target, method, arguments)
        reply = await self._http.request(
            "POST", "/ubus", limit=self._clocks.request, document=document
        )
        return reply.document()

    async def _valid_session(self, *, refused: str | None = None) -> str:
        """Return a session that is not the one that was refused."""
        async with self._opening:
            if self._session is None or self._session == refused:
                self._session = None
                self._session = await self._log_in()
            return self._session

    async def _log_in(self) -> str:
        """Open a session; raises GatewayAuthenticationError."""
        login = {"username": self._login.username, "password": self._login.password}
        document = await self._post(_NOBODY, "session", "login", login)
        if ubus.denies_access(document) or ubus.is_permission_denied(document):
            raise GatewayAuthenticationError(Reason.ROUTER_LOGIN_WRONG, "JSON-RPC")
        return ubus.session_of(ubus.result(document))
