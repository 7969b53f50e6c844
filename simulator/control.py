"""The HTTP interface by which another process works the simulator (JSON, loopback only)."""

from dataclasses import replace
from typing import override

from aiohttp import web

from .at_modem import AtModem, MessageStatus, Sim
from .control_devices import Devices
from .control_services import Services, card_of
from .describe import describe, describe_sent
from .faults import FaultKind, fault_from_json
from .fields import integer
from .network import Network
from .profiles import PROFILES
from .web import ControlServer, body_of, done, sent_after


class Control(ControlServer):
    """A network, its modems and its far-end devices behind a small HTTP server."""

    def __init__(self, network: Network, *modems: AtModem) -> None:
        """Offer a network and modems, which are told apart by their names."""
        super().__init__()
        self.network = network
        self.modems = {modem.name: modem for modem in modems}
        self.devices = Devices(network)

    @override
    def routes(self) -> list[web.RouteDef]:
        """Return what is offered."""
        return [
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
            web.post("/fill", self.post_fill),
            web.post("/refuse", self.post_refuse),
            *Services(self.network, self.modem).routes(),
            *self.devices.routes(),
        ]

    async def get_modems(self, request: web.Request) -> web.Response:
        """Return every modem with its lines, state and stored messages."""
        return web.json_response([describe(modem) for modem in self.modems.values()])

    async def post_modem(self, request: web.Request) -> web.Response:
        """Add a modem: profile, number, pin, and pty (a path) or tcp (a port)."""
        body = await body_of(request)
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
            await modem.serve_tcp(port=integer(body, "tcp", 0))
        return web.json_response(describe(modem))

    async def get_sent(self, request: web.Request) -> web.Response:
        """Return what was sent after the first `after`; wait up to `timeout` seconds for it."""
        return await sent_after(request, self.network.sent, self.network.wait_sent, describe_sent)

    async def post_sms(self, request: web.Request) -> web.Response:
        """Deliver a text or PDUs to a number, or to the SIM card of a modem."""
        body = await body_of(request)
        recipient = str(body.get("to") or card_of(self.modem(body)).number)
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
        body = await body_of(request)
        modem = self.modem(body)
        body.pop("modem", None)
        modem.faults.add(fault_from_json(body))
        return done()

    async def post_clear(self, request: web.Request) -> web.Response:
        """Clear the faults of one kind, or all."""
        body = await body_of(request)
        kind = FaultKind(str(body["kind"])) if "kind" in body else None
        self.modem(body).faults.clear(kind)
        return done()

    async def post_registration(self, request: web.Request) -> web.Response:
        """Change `stat`, for all domains or for `domains`."""
        body = await body_of(request)
        domains = body.get("domains", [])
        names = [str(name) for name in domains] if isinstance(domains, list) else []
        self.modem(body).set_registration(integer(body, "stat"), *names)
        return done()

    async def post_signal(self, request: web.Request) -> web.Response:
        """Change the figures that are named: rssi, ber, rxlev, rscp, ecno, rsrq, rsrp."""
        body = await body_of(request)
        modem = self.modem(body)
        body.pop("modem", None)
        figures = {name: integer(body, name) for name in body}
        modem.set_signal(replace(modem.radio.signal, **figures))
        return done()

    async def post_unplug(self, request: web.Request) -> web.Response:
        """Pull a modem out."""
        self.modem(await body_of(request)).unplug()
        return done()

    async def post_plug(self, request: web.Request) -> web.Response:
        """Put a modem in again; with `pty` it appears under another path ("" for any)."""
        body = await body_of(request)
        modem = self.modem(body)
        if "pty" in body:
            await modem.move(str(body["pty"]))
        else:
            await modem.plug()
        return web.json_response(describe(modem))

    async def post_reboot(self, request: web.Request) -> web.Response:
        """Restart a modem."""
        self.modem(await body_of(request)).reboot()
        return done()

    async def post_sim(self, request: web.Request) -> web.Response:
        """Take the SIM card out, or put one in: number, iccid, imsi, pin, smsc."""
        body = await body_of(request)
        modem = self.modem(body)
        body.pop("modem", None)
        if body.pop("remove", False):
            modem.remove_sim()
        else:
            fields = {name: str(value) for name, value in body.items()}
            modem.insert_sim(Sim(**fields))  # type: ignore[arg-type]
        return done()

    async def post_store(self, request: web.Request) -> web.Response:
        """Put a PDU with its service centre address into a storage, past the network."""
        body = await body_of(request)
        status = MessageStatus(integer(body, "status", MessageStatus.STO_UNSENT))
        view = self.modem(body).storage(str(body.get("storage", "SM")))
        index = view.add(bytes.fromhex(str(body.get("pdu", ""))), status)
        return web.json_response({"index": index})

    async def post_fill(self, request: web.Request) -> web.Response:
        """Fill a `storage` with messages until so many places are `left`."""
        body = await body_of(request)
        modem = self.modem(body)
        name = str(body.get("storage", "SM"))
        modem.inbound.fill(name, integer(body, "left", 0))
        view = modem.storage(name)
        return web.json_response({"used": view.used, "capacity": view.capacity})

    async def post_refuse(self, request: web.Request) -> web.Response:
        """Let the network refuse the next `times` submits with an RP `cause`."""
        body = await body_of(request)
        self.network.refuse(integer(body, "cause", 38), integer(body, "times", 1))
        return done()

    def modem(self, body: dict[str, object]) -> AtModem:
        """Return the modem that a request names, or the only one."""
        name = body.get("modem")
        if name is None and len(self.modems) == 1:
            return next(iter(self.modems.values()))
        return self.modems[str(name)]
