"""The control interface of a simulated EMnify: devices, messages and mishaps over HTTP."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final, override

from aiohttp import web

from ..fields import change, flag, integer, number, text
from ..web import ControlServer, body_of, done, sent_after
from . import wire
from .cloud import TECHNOLOGIES, Cloud
from .device import DELIVERED, EXPIRED, FAILED, Device, Quota, ShortMessage
from .server import CUT, HANG, CloudServer

_ENDS: Final = {"delivered": DELIVERED, "failed": FAILED, "expired": EXPIRED}
_USAGE: Final = ("data_rx", "data_tx", "sms_rx", "sms_tx")
_DEVICE: Final = ("name", "tags", "imei", "imei_lock", "ip_address", "is_blocked")
_QUOTAS: Final = ("data", "sms")


class CloudControl(ControlServer):
    """An organisation in the cloud behind a small HTTP server."""

    def __init__(self, server: CloudServer) -> None:
        """Work the cloud behind a server."""
        super().__init__()
        self.server = server
        self.cloud: Cloud = server.cloud

    @override
    def routes(self) -> list[web.RouteDef]:
        """Return what is offered."""
        one = "/devices/{device}"
        return [
            web.get("/devices", self.get_devices),
            web.post("/devices", self.post_device),
            web.get(one, self.get_device),
            web.post(f"{one}/change", self.post_change),
            web.post(f"{one}/remove", self.post_remove),
            web.post(f"{one}/attach", self.post_attach),
            web.post(f"{one}/detach", self.post_detach),
            web.post(f"{one}/online", self.post_online),
            web.post(f"{one}/end_session", self.post_end_session),
            web.post(f"{one}/reject", self.post_reject),
            web.post(f"{one}/usage", self.post_usage),
            web.post(f"{one}/quota", self.post_quota),
            web.post(f"{one}/sms", self.post_sms),
            web.post("/messages/{message}", self.post_message),
            web.get("/sent", self.get_sent),
            web.get("/events", self.get_events),
            web.get("/calls", self.get_calls),
            web.post("/batch", self.post_batch),
            web.get("/webhooks", self.get_webhooks),
            web.post("/webhooks", self.post_webhooks),
            web.post("/forget_tokens", self.post_forget_tokens),
            web.post("/off", self.post_off),
            web.post("/on", self.post_on),
            web.get("/faults", self.get_faults),
            web.post("/fault", self.post_fault),
            web.post("/faults/clear", self.post_clear),
        ]

    async def get_devices(self, request: web.Request) -> web.Response:
        """Return every device with its SIM."""
        return web.json_response([describe_device(each) for each in self.cloud.devices.values()])

    async def post_device(self, request: web.Request) -> web.Response:
        """Add a device: name, msisdn, tags, and whether with a `sim`."""
        body = await body_of(request)
        device = self.cloud.add_device(
            text(body, "name", ""),
            msisdn=text(body, "msisdn", ""),
            tags=text(body, "tags", ""),
            sim=flag({"sim": True, **body}, "sim"),
        )
        return web.json_response(describe_device(device))

    async def get_device(self, request: web.Request) -> web.Response:
        """Return one device."""
        return web.json_response(describe_device(self._device(request)))

    async def post_change(self, request: web.Request) -> web.Response:
        """Change a device: name, tags, imei, imei_lock, ip_address, is_blocked."""
        device = self._device(request)
        change(device, await body_of(request), _DEVICE)
        return web.json_response(describe_device(device))

    async def post_remove(self, request: web.Request) -> web.Response:
        """Delete a device; its SIM is released."""
        self.cloud.remove(self._device(request))
        return done()

    async def post_attach(self, request: web.Request) -> web.Response:
        """Have a device find the network of an `operator`."""
        device, body = self._device(request), await body_of(request)
        operator = integer(body, "operator", min(wire.OPERATORS))
        if operator not in wire.OPERATORS:
            raise ValueError("there is no such operator")
        self.cloud.attach(device, operator)
        return web.json_response(describe_device(device))

    async def post_detach(self, request: web.Request) -> web.Response:
        """Have a device be gone."""
        device = self._device(request)
        self.cloud.detach(device)
        return web.json_response(describe_device(device))

    async def post_online(self, request: web.Request) -> web.Response:
        """Have a device begin a data session by a `technology`."""
        device, body = self._device(request), await body_of(request)
        technology = text(body, "technology", "4G")
        if technology not in TECHNOLOGIES:
            raise ValueError(f"technology is none of {', '.join(TECHNOLOGIES)}")
        self.cloud.go_online(device, technology)
        return web.json_response(describe_device(device))

    async def post_end_session(self, request: web.Request) -> web.Response:
        """Have a device end its data session, which has used `rx` and `tx` MB."""
        device, body = self._device(request), await body_of(request)
        self.cloud.end_session(device, number(body, "rx", 0.0), number(body, "tx", 0.0))
        return web.json_response(describe_device(device))

    async def post_reject(self, request: web.Request) -> web.Response:
        """Turn a step of a device down: the `kind` of event, and the `reason` in words."""
        device, body = self._device(request), await body_of(request)
        kind = integer(body, "kind", 3)
        if kind not in wire.EVENTS:
            raise ValueError("there is no such kind of event")
        self.cloud.reject(device, kind, text(body, "reason"))
        return done()

    async def post_usage(self, request: web.Request) -> web.Response:
        """Set what a device used this month: data_rx and data_tx in MB, sms_rx and sms_tx."""
        device = self._device(request)
        change(device.usage, await body_of(request), _USAGE)
        return web.json_response(describe_device(device))

    async def post_quota(self, request: web.Request) -> web.Response:
        """Set the quota of a `kind`, data or sms: the `volume` left, for so many `days`."""
        device, body = self._device(request), await body_of(request)
        if (kind := text(body, "kind")) not in _QUOTAS:
            raise ValueError("kind is neither data nor sms")
        end = self.cloud.clock.now() + timedelta(days=number(body, "days", 30))
        device.quotas[kind] = Quota(volume=number(body, "volume"), expires_at=end)
        return web.json_response(describe_device(device))

    async def post_sms(self, request: web.Request) -> web.Response:
        """Have a device send a `text` to a `short_code`."""
        device, body = self._device(request), await body_of(request)
        messages = self.cloud.text(device, text(body, "text"), text(body, "short_code", "12345"))
        return web.json_response([wire.message(each, device) for each in messages])

    async def post_message(self, request: web.Request) -> web.Response:
        """Bring a message that waits to its end: a `status` of delivered, failed or expired."""
        body = await body_of(request)
        sent = {str(each.id): each for each in self.cloud.sent}
        message = sent[request.match_info["message"]]
        self.cloud.finish(message, _ENDS[text(body, "status")])
        return web.json_response(self._describe_sent(message))

    async def get_sent(self, request: web.Request) -> web.Response:
        """Return what was sent to devices after the first `after`; wait up to `timeout` for it."""
        return await sent_after(request, self.cloud.sent, self.cloud.wait_sent, self._describe_sent)

    async def get_events(self, request: web.Request) -> web.Response:
        """Return the event log."""
        return web.json_response(self.cloud.events)

    async def get_calls(self, request: web.Request) -> web.Response:
        """Count the calls of the API by method and route."""
        return web.json_response(dict(self.server.calls))

    async def post_batch(self, request: web.Request) -> web.Response:
        """Deliver so many SIMs (`number`) with a batch `code`, which are still to be registered."""
        body = await body_of(request)
        code, ordered = text(body, "code"), integer(body, "number", 1)
        if not 1 <= ordered <= 1000:
            raise ValueError("number is not between 1 and 1000")
        cards = [self.cloud.add_sim(status=0, batch=code) for _ in range(ordered)]
        return web.json_response([card.iccid for card in cards])

    async def get_webhooks(self, request: web.Request) -> web.Response:
        """Return where it pushes to, and how that goes."""
        return web.json_response(self._webhooks())

    async def post_webhooks(self, request: web.Request) -> web.Response:
        """Push to other URLs: sms_url, stream_url, and the secret that signs; null for none."""
        body = await body_of(request)
        names = ("sms_url", "stream_url", "secret")
        if unknown := set(body) - set(names):
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        chosen = {name: text(body, name) if body[name] is not None else None for name in body}
        for name, value in chosen.items():
            setattr(self.cloud.webhooks, name, value)
        return web.json_response(self._webhooks())

    async def post_forget_tokens(self, request: web.Request) -> web.Response:
        """Accept no session token that was given out."""
        self.server.forget_tokens()
        return done()

    async def post_off(self, request: web.Request) -> web.Response:
        """Close every connection from now on."""
        self.server.down = True
        return done()

    async def post_on(self, request: web.Request) -> web.Response:
        """Answer again."""
        self.server.down = False
        return done()

    async def get_faults(self, request: web.Request) -> web.Response:
        """Return what will go wrong."""
        server = self.server
        return web.json_response(
            {"calls": list(server.faults), "sends": list(server.send_faults), "down": server.down}
        )

    async def post_fault(self, request: web.Request) -> web.Response:
        """Answer the next `times` calls, or `sends` alone, with a `status`, "cut" or "hang"."""
        body = await body_of(request)
        status = body.get("status")
        code = {"cut": CUT, "hang": HANG}.get(str(status)) if isinstance(status, str) else None
        if code is None:
            code = integer(body, "status")
        if code not in {CUT, HANG} and not 400 <= code <= 599:
            raise ValueError("status is no error of HTTP")
        is_send = flag(body, "sends")
        if code == HANG and not is_send:
            raise ValueError("sends alone can hang")
        faults = self.server.send_faults if is_send else self.server.faults
        faults.extend([code] * min(integer(body, "times", 1), 1000))
        return done()

    async def post_clear(self, request: web.Request) -> web.Response:
        """Let nothing go wrong any more."""
        self.server.faults.clear()
        self.server.send_faults.clear()
        return done()

    def _device(self, request: web.Request) -> Device:
        """Return the device that a path names, by its id or its name."""
        name = request.match_info["device"]
        found = [each for each in self.cloud.devices.values() if name in {str(each.id), each.name}]
        if not found:
            raise ValueError("there is no such device")
        return found[0]

    def _describe_sent(self, message: ShortMessage) -> dict[str, object]:
        """Return a message to a device as JSON can say it."""
        device = self.cloud.devices.get(message.device)
        shown = {} if device is None else wire.message(message, device)
        return {"id": message.id, "device": device and device.name, **shown}

    def _webhooks(self) -> dict[str, object]:
        """Return the webhooks as JSON can say it, without the secret."""
        webhooks = self.cloud.webhooks
        return {
            "sms_url": webhooks.sms_url,
            "stream_url": webhooks.stream_url,
            "signed": webhooks.secret is not None,
            "refused": webhooks.refused,
            "open": webhooks.open,
        }


def describe_device(device: Device) -> dict[str, Any]:
    """Return a device as JSON can say it."""
    quotas: Mapping[str, Quota] = device.quotas
    return {
        **wire.endpoint(device),
        "connectivity": wire.connectivity(device),
        "usage": asdict(device.usage),
        "quotas": {kind: wire.quota(quota) for kind, quota in quotas.items()},
        "messages": [wire.message(message, device) for message in device.messages.values()],
    }
