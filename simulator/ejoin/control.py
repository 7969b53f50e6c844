"""The control interface of a simulated gateway: its SIM cards, menus and mishaps over HTTP."""

from dataclasses import asdict, fields
from typing import Any, Final, override

from aiohttp import web

from ..fields import change, flag, integer, text
from ..web import ControlServer, body_of, done, sent_after
from .api import Api
from .box import Box, Faults, Pushed, SentText, Task
from .sending import port_of, send
from .sim import Port, Status, Switches

_PORT_FIELDS: Final = ("status", "signal", "operator", "active", "pool")
_CARD_FIELDS: Final = ("number", "balance", "megabytes")
_FAULTS: Final = tuple(field.name for field in fields(Faults) if field.name != "fail")


class BoxControl(ControlServer):
    """A gateway behind a small HTTP server."""

    def __init__(self, api: Api) -> None:
        """Work the gateway behind an API."""
        super().__init__()
        self.api = api
        self.box: Box = api.box

    @override
    def routes(self) -> list[web.RouteDef]:
        """Return what is offered."""
        return [
            web.get("/box", self.get_box),
            web.get("/sent", self.get_sent),
            web.get("/pushed", self.get_pushed),
            web.get("/commands", self.get_commands),
            web.post("/sms", self.post_sms),
            web.post("/send", self.post_send),
            web.post("/report", self.post_report),
            web.post("/call", self.post_call),
            web.post("/push", self.post_push),
            web.post("/push_url", self.post_push_url),
            web.post("/switches", self.post_switches),
            web.post("/port", self.post_port),
            web.post("/card", self.post_card),
            web.post("/ussd", self.post_ussd),
            web.post("/restart", self.post_restart),
            web.post("/off", self.post_off),
            web.post("/on", self.post_on),
            web.get("/faults", self.get_faults),
            web.post("/fault", self.post_fault),
            web.post("/faults/clear", self.post_clear),
        ]

    async def get_box(self, request: web.Request) -> web.Response:
        """Return the gateway with its menus, ports and SIM cards."""
        return web.json_response(describe_box(self.box))

    async def get_sent(self, request: web.Request) -> web.Response:
        """Return the texts that were tried after the first `after`; wait up to `timeout` for it."""
        return await sent_after(request, self.box.sent, self.box.wait_sent, _describe_sent)

    async def get_pushed(self, request: web.Request) -> web.Response:
        """Return the pushes after the first `after`, with the HTTP status of each answer."""
        pushed = self.box.pushed
        after = max(int(request.query.get("after", 0)), 0)
        shown = [_describe_pushed(each) for each in pushed[after:]]
        return web.json_response({"pushed": shown, "total": len(pushed)})

    async def get_commands(self, request: web.Request) -> web.Response:
        """Return what it was told to do over its API."""
        return web.json_response(self.box.commands)

    async def post_sms(self, request: web.Request) -> web.Response:
        """Have a `port` receive a `text` `from` somebody; `at` is its time in Unix seconds.

        `status` of the answer is that of the push, 0 where nothing was pushed or nobody answered.
        """
        body = await body_of(request)
        at = integer(body, "at") if "at" in body else None
        number = self._port(body).number
        sender, content = text(body, "from"), text(body, "text")
        return web.json_response({"status": await self.box.receive(number, sender, content, at=at)})

    async def post_send(self, request: web.Request) -> web.Response:
        """Have somebody else send a `text` through a `port` `to` a number."""
        body = await body_of(request)
        place = str(self._port(body).number)
        task = Task(0, text(body, "to"), text(body, "text"), place=place)
        await send(self.box, task, fail=None, swallow=False)
        return done()

    async def post_report(self, request: web.Request) -> web.Response:
        """Have a `port` receive a delivery report with a status `code`, of a text `to` a number."""
        body = await body_of(request)
        number, code = self._port(body).number, integer(body, "code", 0)
        return web.json_response(
            {"status": await self.box.report_delivery(number, text(body, "to"), code)}
        )

    async def post_call(self, request: web.Request) -> web.Response:
        """Tell of a call of a `port`: further fields as in `cdr`."""
        body = await body_of(request)
        number = self._port(body).number
        body.pop("port", None)
        for name in ("begin", "alert", "answer", "update", "end"):
            integer(body, name, 0)
        return web.json_response({"status": await self.box.call(number, **body)})

    async def post_push(self, request: web.Request) -> web.Response:
        """Push any JSON as `message`, or `raw` characters; without both, a report of all ports."""
        body = await body_of(request)
        if "raw" in body:
            status = await self.box.push(text(body, "raw").encode())
        elif "message" in body:
            status = await self.box.push(body["message"])
        else:
            status = await self.box.report_device(all_slots=flag(body, "all_slots"))
        return web.json_response({"status": status})

    async def post_push_url(self, request: web.Request) -> web.Response:
        """Type a `url` into the menu, as a person does, "" for none; all ports are reported."""
        body = await body_of(request)
        url, period = text(body, "url"), integer(body, "period", self.box.period)
        if period < 1:
            raise ValueError("period is less than a second")
        self.box.push_url, self.box.period = url, period
        return web.json_response({"status": await self.box.report_device()})

    async def post_switches(self, request: web.Request) -> web.Response:
        """Switch reports on or off: fields of `sim.Switches`."""
        change(self.box.switches, await body_of(request), _names(Switches))
        return web.json_response(asdict(self.box.switches))

    async def post_port(self, request: web.Request) -> web.Response:
        """Change a `port`: status, signal, operator, active slot, pool; it is reported."""
        body = await body_of(request)
        port = self._port(body)
        body.pop("port", None)
        if "status" in body:
            Status(integer(body, "status"))
        if "active" in body and integer(body, "active") not in port.slots:
            raise ValueError("there is no such slot")
        change(port, body, _PORT_FIELDS)
        return web.json_response({"status": await self.box.report_port(port.number)})

    async def post_card(self, request: web.Request) -> web.Response:
        """Change the SIM card in a `slot` of a `port`: number, balance, megabytes; reported."""
        body = await body_of(request)
        port = self._port(body)
        slot = integer(body, "slot", port.active)
        body = {name: value for name, value in body.items() if name not in {"port", "slot"}}
        if (card := port.slots[slot]) is None:
            raise ValueError("the slot is empty")
        change(card, body, _CARD_FIELDS)
        return web.json_response({"status": await self.box.report_port(port.number)})

    async def post_ussd(self, request: web.Request) -> web.Response:
        """Let a `code` be answered with a `text`."""
        body = await body_of(request)
        self.box.ussd[text(body, "code")] = text(body, "text")
        return done()

    async def post_restart(self, request: web.Request) -> web.Response:
        """Restart it: the inbox begins anew, empty unless told to `keep_inbox`."""
        self.box.restart(keep_inbox=flag(await body_of(request), "keep_inbox"))
        return done()

    async def post_off(self, request: web.Request) -> web.Response:
        """Take its power away."""
        await self.api.stop()
        return done()

    async def post_on(self, request: web.Request) -> web.Response:
        """Give it power again; it begins with a report."""
        if not self.box.is_off:
            raise ValueError("it has power")
        url = await self.api.serve()
        await self.box.report_device()
        return web.json_response({"url": url})

    async def get_faults(self, request: web.Request) -> web.Response:
        """Return what will go wrong."""
        return web.json_response(asdict(self.box.faults))

    async def post_fault(self, request: web.Request) -> web.Response:
        """Set fields of `box.Faults`; `fail` is a list of a task status and a cause in words."""
        body = await body_of(request)
        fail = body.pop("fail", None)
        if fail is not None and not _is_failure(fail):
            raise ValueError("fail is no list of a task status and a cause")
        change(self.box.faults, body, _FAULTS)
        if isinstance(fail, list):
            self.box.faults.fail = (fail[0], fail[1])
        return done()

    async def post_clear(self, request: web.Request) -> web.Response:
        """Let nothing go wrong any more."""
        self.box.faults = Faults()
        return done()

    def _port(self, body: dict[str, object]) -> Port:
        """Return the port that a request names by its number, the first without."""
        port = port_of(self.box, str(body.get("port", 1)))
        if port is None:
            raise ValueError("there is no such port")
        return port


def describe_box(box: Box) -> dict[str, Any]:
    """Return a gateway as JSON can say it."""
    return {
        "mac": box.mac,
        "ip": box.ip,
        "version": box.version,
        "firmware": box.firmware,
        "on": not box.is_off,
        "push_url": box.push_url,
        "period": box.period,
        "switches": asdict(box.switches),
        "inbox": {"source": box.source, "total": len(box.inbox)},
        "ussd": box.ussd,
        "ports": [asdict(port) for port in box.ports.values()],
    }


def _describe_sent(sent: SentText) -> dict[str, object]:
    """Return a text that was tried as JSON can say it."""
    return asdict(sent)


def _describe_pushed(pushed: Pushed) -> dict[str, object]:
    """Return a push as JSON can say it."""
    message = pushed.message
    shown = message.decode(errors="replace") if isinstance(message, bytes) else message
    return {"url": pushed.url, "message": shown, "status": pushed.status}


def _names(kind: type[Switches]) -> list[str]:
    """Return the names of the fields of a dataclass."""
    return [field.name for field in fields(kind)]


def _is_failure(value: object) -> bool:
    """Tell whether it is a list of two texts."""
    return isinstance(value, list) and [type(each) for each in value] == [str, str]
