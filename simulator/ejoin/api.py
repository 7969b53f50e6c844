"""The HTTP API of the gateway (`goip_*.html`, HTTP API 2.2 and 2.4)."""

import asyncio
import ssl
from typing import Any

from aiohttp import web

from .box import Box, Task
from .messages import Message
from .sending import port_of, send
from .sim import Port, Status

_OK: Message = {"code": 0, "reason": "OK"}
_WORDS = {
    0: "OK",
    2: "Invalid Port",
    5: "SIM Unregistered",
    7: "Server Error",
    8: "SMS expected",
    9: "TO expected",
    11: "TID Expected",
    13: "Duplicated TaskId",
    16: "Too Many Task",
}


class Api:
    """The web server of a gateway, on loopback."""

    def __init__(self, box: Box, tls: ssl.SSLContext | None = None) -> None:
        """Serve one gateway, by TLS where a context is given."""
        self.box = box
        self._tls = tls
        self.requests: list[str] = []
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def serve(self, port: int = 0) -> str:
        """Listen, at the same port as before unless told otherwise, and return the URL."""
        self._port = port or self._port
        app = web.Application(middlewares=[self._logged])
        app.add_routes(
            [
                web.get("/goip_get_status.html", self.get_status),
                web.post("/goip_post_sms.html", self.post_sms),
                web.get("/goip_send_sms.html", self.send_sms),
                web.get("/goip_get_sms.html", self.get_sms),
                web.get("/goip_get_tasks.html", self.get_tasks),
                web.post("/goip_pause_sms.html", self.change_tasks),
                web.post("/goip_resume_sms.html", self.change_tasks),
                web.post("/goip_remove_sms.html", self.remove_tasks),
                web.post("/goip_send_cmd.html", self.send_command),
                web.get("/goip_send_ussd.html", self.send_ussd),
                web.get("/goip_get_sms_stat.html", self.get_sms_statistics),
                web.get("/goip_get_call_stat.html", self.get_call_statistics),
            ]
        )
        self._runner = web.AppRunner(
            app, shutdown_timeout=0.1, access_log=None, handler_cancellation=True
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, ssl_context=self._tls).start()
        self._port = int(self._runner.addresses[0][1])
        self.box.is_off = False
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """Take the power away; `serve` gives it back."""
        self.box.is_off = True
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _logged(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Let nobody in without the login, and say so with the HTTP status 200."""
        self.requests.append(request.path)
        login = (request.query.get("username"), request.query.get("password"))
        if login != self.box.login:
            return web.json_response({"code": 1, "reason": "Invalid User"})
        if words := self.box.faults.says:
            self.box.faults.says = ""
            return web.json_response({"code": 77, "reason": words})
        response: web.StreamResponse = await handler(request)
        if request.path == self.box.faults.drop and request.transport is not None:
            request.transport.abort()
        return response

    async def get_status(self, request: web.Request) -> web.Response:
        """Set the URL that is pushed to, or forget it, and describe the gateway at once."""
        query = request.query
        if "url" in query:
            period = int(query.get("period", "60"))
            self.box.push_url = query["url"] if period else ""
            self.box.period = max(period, 60)
        return web.json_response(self.box.device_status(all_slots=query.get("all_slots") == "1"))

    async def post_sms(self, request: web.Request) -> web.Response:
        """Take texts to send."""
        faults = self.box.faults
        if faults.no_tasks or request.query.get("version") != "1.1":
            raise web.HTTPNotFound
        if faults.http:
            status, faults.http = faults.http, 0
            return web.Response(status=status, text="<html>busy</html>")
        body = await request.json()
        swallow, faults.swallow = faults.swallow, False
        statuses = [self._take(body, values, swallow=swallow) for values in body["tasks"]]
        if swallow:
            await asyncio.Event().wait()
        answer = {"code": 200, "reason": "OK", "type": "task-status", "status": statuses}
        return web.json_response(answer)

    def _take(self, body: Message, values: Message, *, swallow: bool) -> Message:
        """Take one text, or say why not."""
        box = self.box
        code = self._objection(values)
        number = values.get("tid", 0)
        if not code:
            for to in str(values["to"]).split(","):
                task = Task(
                    number,
                    to,
                    str(values["sms"]),
                    place=str(values.get("from", "")),
                    delivery_report=bool(values.get("dr")),
                    success_report=bool(values.get("sdr")),
                    report_url=str(body.get("sr_url", "")),
                )
                box.tasks[number] = task
                fail, box.faults.fail = box.faults.fail, None
                box.spawn(send(box, task, fail=fail, swallow=swallow))
        return {"tid": number, "status": f"{code} {_WORDS[code]}"}

    def _objection(self, values: Message) -> int:
        """Return the task status of a text that cannot be taken, 0 for one that can."""
        box = self.box
        if box.faults.refuse:
            refused, box.faults.refuse = box.faults.refuse, 0
            return refused
        if not isinstance(values.get("tid"), int):
            return 11
        if values["tid"] in box.tasks:
            return 13
        if not values.get("sms"):
            return 8
        if not values.get("to"):
            return 9
        port = port_of(box, str(values.get("from", "")))
        if port is None:
            return 2
        return 0 if port.status == Status.REGISTERED else 5

    async def send_sms(self, request: web.Request) -> web.Response:
        """Take a text as old firmware does: no task, no report but `sent-sms`."""
        query = request.query
        port = port_of(self.box, query.get("port", ""))
        if port is None or "port" not in query:
            return web.json_response({"code": 2, "reason": "Invalid Port"})
        for to in query["recipients"].split(","):
            task = Task(0, to, query["sms"], place=query["port"])
            fail, self.box.faults.fail = self.box.faults.fail, None
            self.box.spawn(send(self.box, task, fail=fail, swallow=False))
        return web.json_response(_OK)

    async def get_sms(self, request: web.Request) -> web.Response:
        """List the inbox."""
        if self.box.faults.no_inbox:
            raise web.HTTPNotFound
        query, faults = request.query, self.box.faults
        first, number = int(query.get("sms_id", "1")), int(query.get("sms_num", "0"))
        deletes = query.get("sms_del") == "1"
        status = faults.no_deletion if deletes else 0
        if not status:
            return web.json_response(self.box.listed(first, number, delete=deletes))
        faults.no_deletion = 0
        if faults.deletes_unheard:
            self.box.listed(first, number, delete=True)
        return web.Response(status=status, text="<html>busy</html>")

    async def get_tasks(self, request: web.Request) -> web.Response:
        """List the texts that were not sent yet."""
        tasks = [
            {"tid": x.number, "state": 0, "from": x.place, "to": x.to, "chs": "utf8", "sms": x.text}
            for x in self.box.tasks.values()
        ]
        if not tasks:
            return web.json_response({"code": 404, "reason": "Tasks Not Found"})
        listed = {"total_num": len(tasks), "task_num": len(tasks), "tasks": tasks}
        return web.json_response({"code": 200, "reason": "OK", **listed})

    async def change_tasks(self, request: web.Request) -> web.Response:
        """Pause or resume texts: all of them go out at once here, so that it changes nothing."""
        numbers = (await request.json()).get("tids", list(self.box.tasks))
        results = [{"tid": number, "status": "0 OK"} for number in numbers]
        return web.json_response({"code": 200, "reason": "OK", "results": results})

    async def remove_tasks(self, request: web.Request) -> web.Response:
        """Forget texts that were not sent yet."""
        answer = await self.change_tasks(request)
        for number in (await request.json()).get("tids", list(self.box.tasks)):
            self.box.tasks.pop(number, None)
        return answer

    async def send_command(self, request: web.Request) -> web.Response:
        """Do one thing, or several."""
        body = await request.json()
        orders = body["ops"] if body.get("op") == "multiple" else [body]
        codes = {self._obey(order) for order in orders}
        code = max(codes)
        return web.json_response(_OK if not code else {"code": code, "reason": _WORDS[code]})

    def _obey(self, order: Message) -> int:
        """Do one thing with all ports that are named; return 0, or why it cannot be done."""
        self.box.commands.append(order)
        operation = order.get("op")
        if operation == "reboot":
            self.box.restart()
            return 0
        for name in str(order.get("ports", "")).split(","):
            port = port_of(self.box, name) if name else None
            if port is None:
                return 2
            _work(port, str(operation), name)
            self.box.spawn(self.box.report_port(port.number))
        return 0

    async def send_ussd(self, request: web.Request) -> web.Response:
        """Answer a USSD code; what is not known the network leaves unanswered."""
        text = self.box.ussd.get(request.query.get("ussd", ""))
        if text is None:
            await asyncio.Event().wait()
        return web.json_response({**_OK, "resp": text})

    async def get_sms_statistics(self, request: web.Request) -> web.Response:
        """Count the texts of each port."""
        stats = [
            {
                "port": port.number,
                "slot": port.active,
                "received": port.texts_received,
                "sent": port.texts_sent + port.texts_failed,
                "sent_ok": port.texts_sent,
                "sent_failed": port.texts_failed,
                "con_failed": 0,
                "unsent": 0,
                "sending": 0,
            }
            for port in self.box.ports.values()
        ]
        return web.json_response({"code": 200, "reason": "OK", "count": len(stats), "stats": stats})

    async def get_call_statistics(self, request: web.Request) -> web.Response:
        """Count the calls of each port."""
        stats = [
            {
                "port": port.number,
                "slot": port.active,
                "calls": port.calls,
                "connected": port.calls_connected,
                "tcd": str(port.talk_seconds // 60),
                "act_tcd": port.talk_seconds,
            }
            for port in self.box.ports.values()
        ]
        return web.json_response({"code": 200, "reason": "OK", "count": len(stats), "stats": stats})


def _work(port: Port, operation: str, name: str) -> None:
    """Do one thing with a port."""
    if operation == "lock":
        port.status = Status.LOCKED_BY_USER
    elif operation in {"unlock", "reset"}:
        port.status = Status.REGISTERED
    elif operation == "switch":
        slot = name.partition(".")[2]
        port.active = int(slot) if slot else port.active % len(port.slots) + 1
        port.status = Status.REGISTERED
