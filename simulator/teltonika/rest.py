"""The HTTP API of RutOS 7: login, messages, modems, storage."""

from collections.abc import Awaitable, Callable, Mapping
import secrets
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ..network import RpError
from .modem import RouterModem, RouterSms

if TYPE_CHECKING:
    from .router import Router

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATES = ("Not registered", "Registered, home", "Searching", "Denied", "Unknown", "Roaming")

# Error codes of the API.
INVALID_OPTIONS = 103
INVALID_SECTION = 113
UNAUTHORISED = 120
LOGIN_FAILED = 121
BAD_STRUCTURE = 122


class Rest:
    """What lies below /api."""

    def __init__(self, router: Router) -> None:
        """Belong to a router."""
        self._router = router
        self.username = "admin"
        self.password = "Admin123!"
        self.token_seconds = 300
        self.logins = 0
        self._tokens: dict[str, float] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return its URLs."""
        return [
            web.get("/api/unauthorized/status", self._unauthorised),
            web.post("/api/login", self._login),
            web.get("/api/session/status", self._open(self._session)),
            web.get("/api/system/device/status", self._open(self._device)),
            web.get("/api/messages/status", self._open(self._messages)),
            web.get("/api/messages/storage/status", self._open(self._storage)),
            web.post("/api/messages/actions/send", self._open(self._send)),
            web.post("/api/messages/actions/remove_messages", self._open(self._remove)),
            web.get("/api/modems/status", self._open(self._modems)),
            web.post("/api/modems/{id}/actions/{action}", self._open(self._act)),
        ]

    def expire_tokens(self) -> None:
        """Forget all sessions, as a router does that was restarted."""
        self._tokens.clear()

    async def _unauthorised(self, request: web.Request) -> web.Response:
        """Tell what is told without a login."""
        return done({"lang": "en", "device_name": self._router.name, "api_version": "1.11.1"})

    async def _login(self, request: web.Request) -> web.Response:
        """Give out a token."""
        body = await request.json()
        if (body.get("username"), body.get("password")) != (self.username, self.password):
            self._router.failed_logins += 1
            return failed(401, LOGIN_FAILED, "Login failed for any reason", "Authorization")
        self.logins += 1
        token = secrets.token_hex(16)
        self._tokens[token] = self._router.now() + self.token_seconds
        return done({"username": self.username, "token": token, "expires": self.token_seconds})

    def _open(self, handler: Handler) -> Handler:
        """Let a request through that carries a token which is still good."""

        async def checked(request: web.Request) -> web.StreamResponse:
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if self._tokens.get(token, 0) <= self._router.now():
                return failed(401, UNAUTHORISED, "Unauthorized access", "Authorization")
            self._tokens[token] = self._router.now() + self.token_seconds
            return await handler(request)

        return checked

    async def _session(self, request: web.Request) -> web.Response:
        """Tell that the session lives, which extends it."""
        return done({"active": True})

    async def _device(self, request: web.Request) -> web.Response:
        """Tell what the router is."""
        router = self._router
        static = {"device_name": router.name, "model": "Teltonika RUT2M"}
        factory = {"mac": router.mac.replace(":", ""), "serial": router.serial}
        return done({"static": static | {"fw_version": router.firmware}, "mnfinfo": factory})

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        """List the messages of all modems."""
        trouble = self._router.trouble
        if trouble.take("busy"):
            return failed(422, INVALID_OPTIONS, "Modem is busy", "gsm")
        if trouble.take("garbage"):
            return done([None, 7, {"id": {}, "message": None}, {"sender": []}])
        shown = [_message(modem, each) for modem in self._router.modems for each in modem.listed()]
        return done(shown)

    async def _storage(self, request: web.Request) -> web.Response:
        """Tell how full the storages are."""
        return done(
            [
                {
                    "modem_id": modem.id,
                    "sim_inserted": "1",
                    "modem_type": modem.model,
                    "used": len(modem.stored),
                    "total": modem.capacity,
                }
                for modem in self._router.modems
            ]
        )

    async def _send(self, request: web.Request) -> web.StreamResponse:
        """Send a text."""
        data = await _data(request)
        modem = self._router.find_modem(str(data.get("modem")))
        trouble = self._router.trouble
        number, text = data.get("number"), data.get("message")
        if modem is None or not number or not text:
            return failed(422, INVALID_OPTIONS, "Invalid value", "number" if modem else "modem")
        if trouble.take("refuse"):
            return failed(500, INVALID_OPTIONS, "Failed to send SMS", "send")
        try:
            parts = await self._router.send(modem, [str(number)], str(text))
        except RpError:
            return failed(500, INVALID_OPTIONS, "Failed to send SMS", "send")
        if trouble.take("swallow"):
            await self._router.swallow()
        if trouble.take("mumble"):
            return web.Response(text="\n")
        return done({"sms_used": parts})

    async def _remove(self, request: web.Request) -> web.Response:
        """Delete messages of one modem."""
        data = await _data(request)
        modem = self._router.find_modem(str(data.get("modem_id")))
        if modem is None:
            return failed(422, INVALID_OPTIONS, "Invalid value", "modem_id")
        for identity in map(str, data.get("sms_id", ())):
            if not identity.isdigit() or not modem.delete(int(identity)):
                text = f"SMS with ID={identity} was not found"
                return failed(404, INVALID_SECTION, text, "sms_id")
        return done({"response": "Messages removed"})

    async def _modems(self, request: web.Request) -> web.Response:
        """Tell the state of every modem."""
        return done([status_of(modem) for modem in self._router.modems])

    async def _act(self, request: web.Request) -> web.Response:
        """Reboot, connect anew, or switch the SIM."""
        modem = self._router.find_modem(request.match_info["id"])
        if modem is None:
            return failed(404, INVALID_SECTION, "Modem was not found", "id")
        match request.match_info["action"]:
            case "reboot":
                modem.reboots += 1
            case "restart_connection":
                modem.reconnections += 1
            case "switch_sim":
                modem.switch_sim()
            case _:
                return failed(404, 102, "Action not available", "action")
        return done({"response": "OK"})


async def _data(request: web.Request) -> Mapping[str, Any]:
    """Return what a request has below "data", empty where it is none."""
    body = await request.json()
    data = body.get("data") if isinstance(body, dict) else None
    return data if isinstance(data, dict) else {}


def done(data: object) -> web.Response:
    """Answer that it is done."""
    return web.json_response({"success": True, "data": data})


def failed(status: int, code: int, error: str, source: str) -> web.Response:
    """Answer with an error."""
    errors = [{"code": code, "error": error, "source": source}]
    return web.json_response({"success": False, "errors": errors}, status=status)


def _message(modem: RouterModem, message: RouterSms) -> dict[str, str]:
    """Show a message, which reads it."""
    status = "read" if message.is_read else "unread"
    message.is_read = True
    return {
        "id": str(message.index),
        "date": f"{message.received_at:%Y-%m-%d %H:%M:%S}",
        "sender": message.sender,
        "message": message.text,
        "status": status,
        "modem_id": modem.id,
    }


def status_of(modem: RouterModem) -> dict[str, Any]:
    """Show a modem in full, or the little that is known of one that is offline."""
    facts = {"id": modem.id, "primary": modem.primary, "builtin": True, "simcount": len(modem.sims)}
    if not modem.online:
        return facts
    cell, sim = modem.cell, modem.sim
    return facts | {
        "name": "Internal modem" if modem.primary else "Secondary modem",
        "imei": modem.imei,
        "model": modem.model,
        "active_sim": modem.active_sim,
        "conntype": f"4G ({cell.technology}); VoLTE",
        "ntype": cell.technology,
        "simstate": "Inserted",
        "pinstate": "Inserted",
        "operator_state": STATES[cell.registration],
        "operator_state_id": cell.registration,
        "data_conn_state": "Connected",
        "operator": cell.operator,
        "provider": cell.operator,
        "imsi": sim.imsi,
        "iccid": sim.iccid,
        "cellid": str(cell.cell_id),
        "tac": str(cell.area_code),
        "lac": "N/A",
        "rssi": cell.rssi,
        "rsrp": cell.rsrp,
        "rsrq": cell.rsrq,
        "sinr": cell.sinr,
        "temperature": int(cell.temperature),
        "txbytes": float(cell.sent),
        "rxbytes": float(cell.received),
        "cell_info": [{"mcc": cell.operator_code[:3], "mnc": cell.operator_code[3:]}],
    }
