"""The control interface of a simulated router: messages, modems, services and mishaps over HTTP."""

from dataclasses import asdict, fields
import ssl
from typing import Any, Final, override

from aiohttp import web

from ..describe import describe_sent
from ..fields import change, flag, integer, mapping, text
from ..network import Network
from ..web import ControlServer, body_of, done, sent_after
from .forwarding import Forwarding
from .modem import Cell, RouterModem
from .router import Router
from .trouble import Trouble

_CELL: Final = tuple(field.name for field in fields(Cell))
_MODEM: Final = ("online", "capacity")
_POST_GET: Final = ("enabled", "says_empty", "bad_login_status", "username", "password")
_FORWARDING: Final = ("url", "method", "number_name", "text_name", "base64", "enabled")
_TROUBLE: Final = tuple(field.name for field in fields(Trouble))


class RouterControl(ControlServer):
    """A router in its network behind a small HTTP server."""

    def __init__(self, network: Network, router: Router, tls: ssl.SSLContext | None = None) -> None:
        """Work a router, whose web pages are encrypted so when it is switched on again."""
        super().__init__()
        self.network = network
        self.router = router
        self._tls = tls
        self._is_off = False

    @override
    def routes(self) -> list[web.RouteDef]:
        """Return what is offered."""
        return [
            web.get("/router", self.get_router),
            web.get("/sent", self.get_sent),
            web.post("/sms", self.post_sms),
            web.get("/forwarding", self.get_forwarding),
            web.post("/forwarding", self.post_forwarding),
            web.post("/post_get", self.post_post_get),
            web.post("/modem", self.post_modem),
            web.post("/cell", self.post_cell),
            web.post("/restart", self.post_restart),
            web.post("/off", self.post_off),
            web.post("/on", self.post_on),
            web.post("/unban", self.post_unban),
            web.post("/refuse", self.post_refuse),
            web.get("/faults", self.get_faults),
            web.post("/fault", self.post_fault),
            web.post("/faults/clear", self.post_clear),
        ]

    async def get_router(self, request: web.Request) -> web.Response:
        """Return the router with its modems and the messages that they store."""
        return web.json_response(describe_router(self.router))

    async def get_sent(self, request: web.Request) -> web.Response:
        """Return what was sent after the first `after`; wait up to `timeout` seconds for it."""
        return await sent_after(request, self.network.sent, self.network.wait_sent, describe_sent)

    async def post_sms(self, request: web.Request) -> web.Response:
        """Send a `text` `from` somebody to a `modem`; with `stored` false it is forwarded alone."""
        body = await body_of(request)
        modem, sender, content = self._modem(body), text(body, "from"), text(body, "text")
        if flag({"stored": True, **body}, "stored"):
            await self.network.send(sender, modem.sim.number, content)
        elif len(modem.stored) >= modem.capacity:
            raise ValueError("the storage is full")
        else:
            self.router.receive(sender, content, modem=modem, stored=False)
        return web.json_response({"waiting": self.network.waiting(modem.sim.number)})

    async def get_forwarding(self, request: web.Request) -> web.Response:
        """Return the rules of SMS forwarding to HTTP, and what was answered; 0 is no answer."""
        return web.json_response([_describe_rule(rule) for rule in self.router.forwarding])

    async def post_forwarding(self, request: web.Request) -> web.Response:
        """Replace all rules by one: fields of `Forwarding`, `extra` as an object; {} for none."""
        body = await body_of(request)
        if not body:
            self.router.forwarding = []
            return done()
        extra, listed = mapping(body.pop("extra", {})), body.pop("listed", [])
        if not isinstance(listed, list):
            raise TypeError("listed is no list")
        rule = Forwarding(text(body, "url"))
        change(rule, body, _FORWARDING)
        if rule.method not in {"get", "post"}:
            raise ValueError("method is neither get nor post")
        rule.extra = tuple((name, str(value)) for name, value in extra.items())
        rule.listed = frozenset(str(number) for number in listed)
        self.router.forwarding = [rule]
        return done()

    async def post_post_get(self, request: web.Request) -> web.Response:
        """Change the service Post/Get: enabled, login, says_empty, bad_login_status, groups."""
        body = await body_of(request)
        groups = body.pop("groups", None)
        named = {} if groups is None else mapping(groups)
        if not all(isinstance(numbers, list) for numbers in named.values()):
            raise TypeError("a group is no list of numbers")
        change(self.router.post_get, body, _POST_GET)
        for name, numbers in named.items():
            if isinstance(numbers, list):
                self.router.post_get.groups[name] = [str(number) for number in numbers]
        return done()

    async def post_modem(self, request: web.Request) -> web.Response:
        """Change a `modem`: online, capacity of its storage; what waits for it is tried again."""
        body = await body_of(request)
        modem = self._modem(body)
        body.pop("modem", None)
        change(modem, body, _MODEM)
        self.network.notify(modem.sim.number)
        return done()

    async def post_cell(self, request: web.Request) -> web.Response:
        """Change what a `modem` measures: fields of `Cell`."""
        body = await body_of(request)
        modem = self._modem(body)
        body.pop("modem", None)
        if not 0 <= integer(body, "registration", 0) <= 5:
            raise ValueError("registration is not between 0 and 5")
        change(modem.cell, body, _CELL)
        return done()

    async def post_restart(self, request: web.Request) -> web.Response:
        """Restart it: sessions and tokens are forgotten, and so are failed logins."""
        self._forget()
        if not self._is_off:
            self.router.down()
        await self.router.serve(tls=self._tls)
        self._is_off = False
        return done()

    async def post_off(self, request: web.Request) -> web.Response:
        """Take its power away."""
        if not self._is_off:
            self.router.down()
        self._is_off = True
        return done()

    async def post_on(self, request: web.Request) -> web.Response:
        """Give it power again."""
        if not self._is_off:
            raise ValueError("it has power")
        self._forget()
        await self.router.serve(tls=self._tls)
        self._is_off = False
        return done()

    async def post_unban(self, request: web.Request) -> web.Response:
        """Forget that logins failed."""
        self.router.failed_logins = 0
        return done()

    async def post_refuse(self, request: web.Request) -> web.Response:
        """Let the network refuse the next `times` submits with an RP `cause`."""
        body = await body_of(request)
        self.network.refuse(integer(body, "cause", 38), integer(body, "times", 1))
        return done()

    async def get_faults(self, request: web.Request) -> web.Response:
        """Return what will go wrong."""
        return web.json_response(asdict(self.router.trouble))

    async def post_fault(self, request: web.Request) -> web.Response:
        """Set fields of `Trouble`: how many requests go wrong so."""
        change(self.router.trouble, await body_of(request), _TROUBLE)
        return done()

    async def post_clear(self, request: web.Request) -> web.Response:
        """Let nothing go wrong any more."""
        self.router.trouble = Trouble()
        return done()

    def _forget(self) -> None:
        """Forget what a restart makes a router forget."""
        self.router.failed_logins = 0
        if self.router.rest is not None:
            self.router.rest.expire_tokens()
        if self.router.ubus is not None:
            self.router.ubus.expire_sessions()

    def _modem(self, body: dict[str, object]) -> RouterModem:
        """Return the modem that a request names by its id, the first without."""
        name = body.get("modem")
        found = self.router.modem if name is None else self.router.find_modem(str(name))
        if found is None:
            raise ValueError("there is no such modem")
        return found


def describe_router(router: Router) -> dict[str, Any]:
    """Return a router as JSON can say it."""
    return {
        "name": router.name,
        "firmware": router.firmware,
        "mac": router.mac,
        "serial": router.serial,
        "banned": router.banned,
        "post_get": {name: getattr(router.post_get, name) for name in (*_POST_GET, "groups")},
        "modems": [_describe_modem(modem) for modem in router.modems],
    }


def _describe_modem(modem: RouterModem) -> dict[str, Any]:
    """Return a modem as JSON can say it."""
    return {
        "id": modem.id,
        "imei": modem.imei,
        "online": modem.online,
        "sims": [asdict(sim) for sim in modem.sims],
        "active_sim": modem.active_sim,
        "cell": asdict(modem.cell),
        "capacity": modem.capacity,
        "waiting": modem.network.waiting(modem.sim.number),
        "stored": [
            {
                "index": message.index,
                "from": message.sender,
                "text": message.text,
                "received_at": message.received_at.isoformat(),
                "read": message.is_read,
            }
            for message in modem.stored
        ],
        "reboots": modem.reboots,
        "reconnections": modem.reconnections,
    }


def _describe_rule(rule: Forwarding) -> dict[str, Any]:
    """Return a rule as JSON can say it."""
    shown = {name: getattr(rule, name) for name in (*_FORWARDING, "answers")}
    return {**shown, "extra": dict(rule.extra), "listed": sorted(rule.listed)}
