"""The HTTP interface by which another process works the simulator (JSON, loopback only)."""

from collections.abc import Awaitable, Callable
import contextlib
from dataclasses import asdict, replace
from datetime import timedelta
from json import JSONDecodeError

from aiohttp import web

from . import pdu
from .at_modem import AtModem, MessageStatus, Sim
from .faults import FaultKind, fault_from_json
from .network import Network, Sent
from .profiles import PROFILES

MAX_WAIT = 60.0

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """A network and its modems behind a small HTTP server."""

    def __init__(self, network: Network, *modems: AtModem) -> None:
        """Offer a network and modems, which are told apart by their names."""
        self.network = network
        self.modems = {modem.name: modem for modem in modems}
        self._runner: web.AppRunner | None = None

    async def serve(self, port: int = 0, host: str = "127.0.0.1") -> int:
        """Listen and return the port."""
        app = web.Application(middlewares=[explain_errors])
        app.add_routes(
            [
                web.get("/modems", self.get_modems),
                web.post("/modems", self.post_modem),
                web.get("/sent", self.get_sent),
                web.post("/sms", self.post_sms),
                web.get("/faults", self.get_faults),
                web.post("/fault", self.post_fault),
                web.post("/faults/clear", self.post_clear),
                web.post("/registration", self.post_registration),
                web.post("/signal", self.post_signal),
                web.post("/unplug", self.post_unplug),
                web.post("/plug", self.post_plug),
                web.post("/reboot", self.post_reboot),
                web.post("/sim", self.post_sim),
                web.post("/store", self.post_store),
                web.post("/ring", self.post_ring),
                web.post("/refuse", self.post_refuse),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def get_modems(self, request: web.Request) -> web.Response:
        """Return every modem with its lines, state and stored messages."""
        return web.json_response([describe(modem) for modem in self.modems.values()])

    async def post_modem(self, request: web.Request) -> web.Response:
        """Add a modem: profile, number, pin, and pty (a path) or tcp (a port)."""
        body = await _body(request)
        name = str(body.get("name", f"modem{len(self.modems) + 1}"))
        profile = str(body.get("profile", "sim7600"))
        if name in self.modems or profile not in PROFILES:
            raise ValueError("the name is taken or the profile is unknown")
        pin = str(body["pin"]) if "pin" in body else None
        sim = Sim(number=str(body.get("number", "+4917139200002")), pin=pin)
        modem = AtModem(profile, self.network, sim=sim, name=name)
        self.modems[name] = modem
        if "pty" in body:
            await modem.serve_pty(str(body["pty"]))
        else:
            await modem.serve_tcp(port=_integer(body, "tcp", 0))
        return web.json_response(describe(modem))

    async def get_sent(self, request: web.Request) -> web.Response:
        """Return what was sent after the first `after`; wait up to `timeout` seconds for it."""
        after = int(request.query.get("after", 0))
        timeout = min(float(request.query.get("timeout", 0)), MAX_WAIT)
        if timeout > 0 and len(self.network.sent) <= after:
            with contextlib.suppress(TimeoutError):
                await self.network.wait_sent(after + 1, timeout)
        messages = [describe_sent(sent) for sent in self.network.sent[after:]]
        return web.json_response({"sent": messages, "total": len(self.network.sent)})

    async def post_sms(self, request: web.Request) -> web.Response:
        """Deliver a text or PDUs to a number, or to the SIM card of a modem."""
        body = await _body(request)
        recipient = str(body.get("to") or _card(self._modem(body)).number)
        tpdus = body.get("pdu", [])
        finished = [tpdus] if isinstance(tpdus, str) else list(tpdus)  # type: ignore[call-overload]
        order = body.get("order")
        sent = await self.network.send(
            str(body.get("from", "")),
            recipient,
            finished or str(body.get("text", "")),
            flash=bool(body.get("flash", False)),
            order=[int(number) for number in order] if isinstance(order, list) else None,
        )
        return web.json_response({"pdus": sent, "waiting": self.network.waiting(recipient)})

    async def get_faults(self, request: web.Request) -> web.Response:
        """Return the faults that are set."""
        return web.json_response({n: m.faults.as_json() for n, m in self.modems.items()})

    async def post_fault(self, request: web.Request) -> web.Response:
        """Set a fault; its fields are those of `faults.Fault`."""
        body = await _body(request)
        modem = self._modem(body)
        body.pop("modem", None)
        modem.faults.add(fault_from_json(body))
        return _done()

    async def post_clear(self, request: web.Request) -> web.Response:
        """Clear the faults of one kind, or all."""
        body = await _body(request)
        kind = FaultKind(str(body["kind"])) if "kind" in body else None
        self._modem(body).faults.clear(kind)
        return _done()

    async def post_registration(self, request: web.Request) -> web.Response:
        """Change `stat`, for all domains or for `domains`."""
        body = await _body(request)
        domains = body.get("domains", [])
        names = [str(name) for name in domains] if isinstance(domains, list) else []
        self._modem(body).set_registration(_integer(body, "stat", None), *names)
        return _done()

    async def post_signal(self, request: web.Request) -> web.Response:
        """Change the figures that are named: rssi, ber, rxlev, rscp, ecno, rsrq, rsrp."""
        body = await _body(request)
        modem = self._modem(body)
        body.pop("modem", None)
        figures = {name: _integer(body, name, None) for name in body}
        modem.set_signal(replace(modem.radio.signal, **figures))
        return _done()

    async def post_unplug(self, request: web.Request) -> web.Response:
        """Pull a modem out."""
        self._modem(await _body(request)).unplug()
        return _done()

    async def post_plug(self, request: web.Request) -> web.Response:
        """Put a modem in again."""
        modem = self._modem(await _body(request))
        await modem.plug()
        return web.json_response(describe(modem))

    async def post_reboot(self, request: web.Request) -> web.Response:
        """Restart a modem."""
        self._modem(await _body(request)).reboot()
        return _done()

    async def post_sim(self, request: web.Request) -> web.Response:
        """Take the SIM card out, or put one in: number, iccid, imsi, pin, smsc."""
        body = await _body(request)
        modem = self._modem(body)
        body.pop("modem", None)
        if body.pop("remove", False):
            modem.remove_sim()
        else:
            fields = {name: str(value) for name, value in body.items()}
            modem.insert_sim(Sim(**fields))  # type: ignore[arg-type]
        return _done()

    async def post_store(self, request: web.Request) -> web.Response:
        """Put a PDU with its service centre address into a storage, past the network."""
        body = await _body(request)
        status = MessageStatus(_integer(body, "status", MessageStatus.STO_UNSENT))
        view = self._modem(body).storage(str(body.get("storage", "SM")))
        index = view.add(bytes.fromhex(str(body.get("pdu", ""))), status)
        return web.json_response({"index": index})

    async def post_ring(self, request: web.Request) -> web.Response:
        """Let a call come in from `from`."""
        body = await _body(request)
        self._modem(body).ring(str(body.get("from", "")))
        return _done()

    async def post_refuse(self, request: web.Request) -> web.Response:
        """Let the network refuse the next `times` submits with an RP `cause`."""
        body = await _body(request)
        self.network.refuse(_integer(body, "cause", 38), _integer(body, "times", 1))
        return _done()

    def _modem(self, body: dict[str, object]) -> AtModem:
        """Return the modem that a request names, or the only one."""
        name = body.get("modem")
        if name is None and len(self.modems) == 1:
            return next(iter(self.modems.values()))
        return self.modems[str(name)]


@web.middleware
async def explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what cannot be done with 400 and a sentence."""
    try:
        return await handler(request)
    except KeyError as error:
        return web.json_response({"error": f"there is no {error}"}, status=400)
    except (ValueError, TypeError) as error:
        return web.json_response({"error": str(error)}, status=400)


async def _body(request: web.Request) -> dict[str, object]:
    """Return the JSON object of a request, empty without a body."""
    if not request.can_read_body:
        return {}
    try:
        body = await request.json()
    except JSONDecodeError as error:
        raise ValueError("the body is no JSON") from error
    if not isinstance(body, dict):
        raise TypeError("the body is no JSON object")
    return body


def _integer(body: dict[str, object], name: str, default: int | None) -> int:
    """Return a field as a number; TypeError when it is none."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is no whole number")
    return value


def _card(modem: AtModem) -> Sim:
    """Return the SIM card of a modem."""
    if modem.sim is None:
        raise ValueError("the modem has no SIM card")
    return modem.sim


def _done() -> web.Response:
    """Answer that it is done."""
    return web.json_response({"ok": True})


def describe(modem: AtModem) -> dict[str, object]:
    """Return a modem as JSON can say it."""
    sim = modem.sim
    return {
        "name": modem.name,
        "model": modem.profile.model,
        "powered": modem.powered,
        "reachable": modem.reachable,
        "lines": [
            {
                "address": terminal.link.address,
                "plugged": terminal.link.is_plugged,
                "open": terminal.link.is_open,
            }
            for terminal in modem.terminals
        ],
        "sim": None
        if sim is None
        else {
            "number": sim.number,
            "iccid": sim.iccid,
            "imsi": sim.imsi,
            "state": sim.state,
            "pin_tries": sim.pin_tries,
            "smsc": sim.smsc,
        },
        "waiting": 0 if sim is None else modem.network.waiting(sim.number),
        "registration": modem.radio.registration,
        "signal": asdict(modem.radio.signal),
        "indications": modem.settings.indications,
        "storages": {
            name: [
                {"index": index, "status": message.status.name, "pdu": message.pdu.hex().upper()}
                for index, message in modem.storage(name).entries()
            ]
            for name in ("SM", "ME")
            if name == "ME" or sim is not None
        },
    }


def describe_sent(sent: Sent) -> dict[str, object]:
    """Return a submitted message as JSON can say it."""
    validity = sent.submit.validity
    part = sent.parts
    return {
        "from": sent.sender,
        "to": sent.recipient,
        "text": sent.text,
        "pdu": sent.pdu,
        "reference": sent.reference,
        "smsc": sent.smsc,
        "at": sent.at.isoformat(),
        "alphabet": pdu.alphabet_of(sent.submit.data.coding).name,
        "flash": sent.flash,
        "status_report_requested": sent.submit.status_report_requested,
        "validity": validity.total_seconds()
        if isinstance(validity, timedelta)
        else validity and validity.isoformat(),
        "concatenation": None if part is None else asdict(part),
    }
