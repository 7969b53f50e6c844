"""USSD, calls and delivery reports over the control interface."""

from collections.abc import Callable

from aiohttp import web

from .at_modem import AtModem, Sim
from .calls import CallOutcome
from .describe import describe_call
from .fields import flag, integer, number
from .network import Network
from .plans import STATUS_DELIVERED
from .ussd import UssdAnswer
from .web import body_of, done

MAX_REFERENCE, MAX_STATUS = 255, 255


class Services:
    """What the network does beyond messages, and what comes of it."""

    def __init__(self, network: Network, modem: Callable[[dict[str, object]], AtModem]) -> None:
        """Work a network; `modem` finds the modem that a request names."""
        self._network = network
        self._modem = modem

    def routes(self) -> list[web.RouteDef]:
        """Return what this offers."""
        return [
            web.post("/ussd", self.post_ussd),
            web.post("/ussd_notify", self.post_ussd_notify),
            web.post("/ring", self.post_ring),
            web.post("/far_end_hangs_up", self.post_far_end_hangs_up),
            web.post("/call_outcome", self.post_call_outcome),
            web.get("/calls", self.get_calls),
            web.post("/report", self.post_report),
            web.post("/report_plan", self.post_report_plan),
            web.post("/power_saving", self.post_power_saving),
        ]

    async def post_ussd(self, request: web.Request) -> web.Response:
        """Let a `code` have an answer: fields of `ussd.UssdAnswer`, or `remove` it."""
        body = await body_of(request)
        code = str(body.pop("code"))
        if flag(body, "remove"):
            del self._network.ussd[code]
        else:
            self._network.ussd[code] = UssdAnswer.from_json(body)
        return done()

    async def post_ussd_notify(self, request: web.Request) -> web.Response:
        """Let the network say something by itself, as fields of `ussd.UssdAnswer`."""
        body = await body_of(request)
        modem = self._modem(body)
        body.pop("modem", None)
        modem.ussd.begin(UssdAnswer.from_json(body))
        return done()

    async def post_ring(self, request: web.Request) -> web.Response:
        """Let a call come in `from` a number, whose caller gives up after `seconds`."""
        body = await body_of(request)
        seconds = None if body.get("seconds") is None else number(body, "seconds")
        if not self._modem(body).ring(str(body.get("from", "")), seconds):
            raise ValueError("the modem cannot be called now")
        return done()

    async def post_far_end_hangs_up(self, request: web.Request) -> web.Response:
        """Let the other side end the call."""
        if not self._modem(await body_of(request)).calls.far_end_hangs_up():
            raise ValueError("there is no call")
        return done()

    async def post_call_outcome(self, request: web.Request) -> web.Response:
        """Let calls to a `number`, or all, have an `outcome` `after` seconds and last `lasts`."""
        body = await body_of(request)
        self._network.plan_call(str(body.get("number", "")), CallOutcome.from_json(body))
        return done()

    async def get_calls(self, request: web.Request) -> web.Response:
        """Return the calls that are over, after the first `after`."""
        calls = self._network.calls[int(request.query.get("after", 0)) :]
        return web.json_response(
            {"calls": [describe_call(each) for each in calls], "total": len(self._network.calls)}
        )

    async def post_report(self, request: web.Request) -> web.Response:
        """Send a delivery report with a `reference` and `status`, be it for nothing sent."""
        body = await body_of(request)
        recipient = str(body.get("to") or card_of(self._modem(body)).number)
        reference, status = integer(body, "reference"), _status(body.get("status", 0))
        if not 0 <= reference <= MAX_REFERENCE:
            raise ValueError("reference is not between 0 and 255")
        await self._network.send_report(recipient, reference, str(body.get("from", "")), status)
        return done()

    async def post_report_plan(self, request: web.Request) -> web.Response:
        """Answer messages to a `number` with `statuses`, each `delay` seconds later."""
        body = await body_of(request)
        statuses = body.get("statuses", [STATUS_DELIVERED])
        if not isinstance(statuses, list):
            raise TypeError("statuses is no list")
        self._network.plan_reports(
            str(body.pop("number")),
            *(_status(status) for status in statuses),
            delay=number(body, "delay", 0.0),
        )
        return done()

    async def post_power_saving(self, request: web.Request) -> web.Response:
        """Grant other timers than asked for: fields of `plans.PowerSaving`, "" for none."""
        granted = self._network.power_saving
        body = await body_of(request)
        if unknown := set(body) - {"periodic_update", "active_time", "cycle", "paging_window"}:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        for name, value in body.items():
            setattr(granted, name, None if value is None else str(value))
        return done()


def card_of(modem: AtModem) -> Sim:
    """Return the SIM card of a modem."""
    if modem.sim is None:
        raise ValueError("the modem has no SIM card")
    return modem.sim


def _status(value: object) -> int:
    """Return a TP status; TypeError or ValueError when it is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a status is no whole number")
    if not 0 <= value <= MAX_STATUS:
        raise ValueError("a status is not between 0 and 255")
    return value
