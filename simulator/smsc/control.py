"""The control interface of a simulated service centre: its customers and mishaps over HTTP."""

from dataclasses import asdict
import ssl
from typing import Any, override

from aiohttp import web

from ..describe import describe_sent
from ..faults import FaultKind, fault_from_json
from ..fields import flag, integer, number, text
from ..plans import STATUS_DELIVERED
from ..web import ControlServer, body_of, done, sent_after
from .account import Account, Submitted
from .centre import Smsc
from .session import Session

_MAX_STATUS = 255


class CentreControl(ControlServer):
    """A service centre in its network behind a small HTTP server."""

    def __init__(self, centre: Smsc, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Work a service centre that listens on a port, encrypted if told so."""
        super().__init__()
        self.centre = centre
        self._centre_port = port
        self._tls = tls
        self._is_off = False

    @override
    def routes(self) -> list[web.RouteDef]:
        """Return what is offered."""
        return [
            web.get("/centre", self.get_centre),
            web.get("/sent", self.get_sent),
            web.get("/submitted", self.get_submitted),
            web.post("/sms", self.post_sms),
            web.post("/report_plan", self.post_report_plan),
            web.post("/refuse", self.post_refuse),
            web.post("/accounts", self.post_account),
            web.post("/disconnect", self.post_disconnect),
            web.post("/unbind", self.post_unbind),
            web.post("/off", self.post_off),
            web.post("/on", self.post_on),
            web.get("/faults", self.get_faults),
            web.post("/fault", self.post_fault),
            web.post("/faults/clear", self.post_clear),
        ]

    async def get_centre(self, request: web.Request) -> web.Response:
        """Return the customers and their sessions."""
        return web.json_response(describe_centre(self.centre))

    async def get_sent(self, request: web.Request) -> web.Response:
        """Return what went on the air after the first `after`; wait up to `timeout` for it."""
        network = self.centre.network
        return await sent_after(request, network.sent, network.wait_sent, describe_sent)

    async def get_submitted(self, request: web.Request) -> web.Response:
        """Return every submit_sm of an `account`, field by field."""
        account = self._account(dict(request.query))
        return web.json_response([_describe_submitted(each) for each in account.submitted])

    async def post_sms(self, request: web.Request) -> web.Response:
        """Send a `text` `from` somebody to an `account`."""
        body = await body_of(request)
        account, network = self._account(body), self.centre.network
        is_flash = flag(body, "flash")
        await network.send(
            text(body, "from"), account.number, text(body, "text", ""), flash=is_flash
        )
        return web.json_response({"waiting": network.waiting(account.number)})

    async def post_report_plan(self, request: web.Request) -> web.Response:
        """Answer messages to a `number` with TP `statuses`, each `delay` seconds later."""
        body = await body_of(request)
        statuses = body.get("statuses", [STATUS_DELIVERED])
        if not isinstance(statuses, list):
            raise TypeError("statuses is no list")
        planned = [integer({"status": each}, "status") for each in statuses]
        if not all(0 <= status <= _MAX_STATUS for status in planned):
            raise ValueError("a status is not between 0 and 255")
        delay = number(body, "delay", 0.0)
        self.centre.network.plan_reports(text(body, "number"), *planned, delay=delay)
        return done()

    async def post_refuse(self, request: web.Request) -> web.Response:
        """Let the network refuse the next `times` submits with an RP `cause`."""
        body = await body_of(request)
        self.centre.network.refuse(integer(body, "cause", 38), integer(body, "times", 1))
        return done()

    async def post_account(self, request: web.Request) -> web.Response:
        """Open an account: system_id, password, number."""
        body = await body_of(request)
        account = Account(
            text(body, "system_id"), text(body, "password"), number=text(body, "number")
        )
        if account.system_id in self.centre.accounts:
            raise ValueError("the account is there already")
        self.centre.add(account)
        return done()

    async def post_disconnect(self, request: web.Request) -> web.Response:
        """Break all connections without a word."""
        self.centre.disconnect()
        return done()

    async def post_unbind(self, request: web.Request) -> web.Response:
        """Ask all customers to go."""
        for session in self.centre.sessions:
            await session.unbind()
        return done()

    async def post_off(self, request: web.Request) -> web.Response:
        """Break all connections, and take no further ones."""
        await self.centre.stop()
        self._is_off = True
        return done()

    async def post_on(self, request: web.Request) -> web.Response:
        """Take connections again, at the same port."""
        if not self._is_off:
            raise ValueError("it takes connections")
        await self.centre.serve(port=self._centre_port, tls=self._tls)
        self._is_off = False
        return done()

    async def get_faults(self, request: web.Request) -> web.Response:
        """Return the faults that are set."""
        return web.json_response(self.centre.faults.as_json())

    async def post_fault(self, request: web.Request) -> web.Response:
        """Set a fault; its fields are those of `faults.Fault`, `command` as in SUBMIT_SM."""
        self.centre.faults.add(fault_from_json(await body_of(request)))
        return done()

    async def post_clear(self, request: web.Request) -> web.Response:
        """Clear the faults of one kind, or all."""
        body = await body_of(request)
        self.centre.faults.clear(FaultKind(text(body, "kind")) if "kind" in body else None)
        return done()

    def _account(self, body: dict[str, Any]) -> Account:
        """Return the account that a request names by its system_id, the first without."""
        name = body.get("account")
        return self.centre.account if name is None else self.centre.accounts[str(name)]


def describe_centre(centre: Smsc) -> dict[str, Any]:
    """Return a service centre as JSON can say it."""
    return {
        "name": centre.name,
        "default": centre.default,
        "long": centre.long,
        "receipts": centre.receipts,
        "accounts": [
            {
                "system_id": account.system_id,
                "number": account.number,
                "waiting": centre.network.waiting(account.number),
                "submitted": len(account.submitted),
                "acknowledged": len(account.acknowledged),
                "refused": account.refused,
                "sessions": [_describe_session(session) for session in account.sessions],
            }
            for account in centre.accounts.values()
        ],
    }


def _describe_session(session: Session) -> dict[str, Any]:
    """Return a session as JSON can say it, without its password."""
    bind = {} if session.bind is None else asdict(session.bind)
    bind.pop("password", None)
    return {"mode": session.mode, **bind}


def _describe_submitted(submitted: Submitted) -> dict[str, Any]:
    """Return a submit_sm as JSON can say it; octets in hex."""
    message = asdict(submitted.message)
    message["octets"] = submitted.message.octets.hex().upper()
    message["options"] = {
        f"0x{tag:04X}": value.hex().upper() for tag, value in submitted.message.options.items()
    }
    return {"message_id": submitted.message_id, **message}
