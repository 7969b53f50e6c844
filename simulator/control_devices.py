"""Far-end devices over the control interface.

A device is named by its number in the path: `POST /devices/+447700900100/move`.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
import json

from aiohttp import web

from .devices import Device, make_device
from .fields import flag, integer, mapping, number
from .network import Network
from .web import body_of, done


class Devices:
    """The devices of a network, by their numbers."""

    def __init__(self, network: Network) -> None:
        """Begin without devices."""
        self._network = network
        self._devices: dict[str, Device] = {}

    def add(self, device: Device) -> None:
        """Offer a device."""
        self._devices[device.number] = device

    def routes(self) -> list[web.RouteDef]:
        """Return what this offers."""
        one = "/devices/{number}"
        return [
            web.get("/devices", self.get_devices),
            web.post("/devices", self.post_device),
            web.get(one, self.get_device),
            web.post(f"{one}/state", self.post_state),
            web.post(f"{one}/move", self.post_move),
            web.post(f"{one}/alarm", self.post_alarm),
            web.post(f"{one}/position", self.post_position),
            web.post(f"{one}/say", self.post_say),
            web.post(f"{one}/answers", self.post_answers),
            web.post(f"{one}/power", self.post_power),
            web.post(f"{one}/reboot", self.post_reboot),
            web.post(f"{one}/remove", self.post_remove),
        ]

    async def get_devices(self, request: web.Request) -> web.Response:
        """Return every device with its state, and what it heard and said."""
        return _json([describe_device(device) for device in self._devices.values()])

    async def post_device(self, request: web.Request) -> web.Response:
        """Add a `family` at a `number`: variant, login, password, authorised, and its state."""
        body = await body_of(request)
        address = self._network.number(str(body["number"]))
        authorised = body.get("authorised", [])
        if address in self._devices:
            raise ValueError("the number is taken")
        if not isinstance(authorised, list):
            raise TypeError("authorised is no list")
        state = mapping(body.get("state", {}))
        device = make_device(
            self._network,
            str(body["family"]),
            address,
            variant=_text(body, "variant"),
            login=_text(body, "login") or "",
            password=_text(body, "password"),
            authorised=[str(each) for each in authorised],
        )
        try:
            device.change(**state)
        except ValueError, TypeError:
            device.remove()
            raise
        self.add(device)
        return _json(describe_device(device))

    async def get_device(self, request: web.Request) -> web.Response:
        """Return one device."""
        return _json(describe_device(self._device(request)))

    async def post_state(self, request: web.Request) -> web.Response:
        """Change fields of the state, such as battery, apn, balance, armed."""
        device = self._device(request)
        device.change(**await body_of(request))
        return _json(describe_device(device))

    async def post_move(self, request: web.Request) -> web.Response:
        """Change fields of the position: latitude, longitude, speed, fixed, at and others."""
        device = self._device(request)
        device.move(**await body_of(request))
        return _json(describe_device(device))

    async def post_alarm(self, request: web.Request) -> web.Response:
        """Raise an alarm of a `kind`, at a number `to` or at whoever hears of alarms."""
        device, body = self._device(request), await body_of(request)
        device.alarm(str(body["kind"]), _text(body, "to"))
        return done()

    async def post_position(self, request: web.Request) -> web.Response:
        """Send the position unasked, `to` a number or to whoever hears of alarms."""
        device, body = self._device(request), await body_of(request)
        device.tell_position(_text(body, "to"))
        return done()

    async def post_say(self, request: web.Request) -> web.Response:
        """Send any `text` `to` a number."""
        device, body = self._device(request), await body_of(request)
        device.say(str(body["to"]), str(body["text"]))
        return done()

    async def post_answers(self, request: web.Request) -> web.Response:
        """Let answers go wrong.

        `delay` in seconds; `hold` them or send what was held (`backwards`); `lose` or `split`
        the next so many; `shown_as` another sender.
        """
        device, body = self._device(request), await body_of(request)
        if unknown := set(body) - {"delay", "hold", "backwards", "lose", "split", "shown_as"}:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        hold, backwards = flag(body, "hold"), flag(body, "backwards")
        trouble = device.trouble
        trouble.delay = number(body, "delay", trouble.delay)
        trouble.lose = integer(body, "lose", trouble.lose)
        trouble.split = integer(body, "split", trouble.split)
        device.shown_as = _text(body, "shown_as") or device.shown_as
        if hold:
            device.hold()
        elif "hold" in body:
            device.release(backwards=backwards)
        return done()

    async def post_power(self, request: web.Request) -> web.Response:
        """Switch it `on` or off; messages wait for it in the network."""
        device, body = self._device(request), await body_of(request)
        device.switch(on=flag(body, "on"))
        return done()

    async def post_reboot(self, request: web.Request) -> web.Response:
        """Restart it by hand."""
        self._device(request).reboot()
        return done()

    async def post_remove(self, request: web.Request) -> web.Response:
        """Take it out of the network."""
        device = self._device(request)
        device.remove()
        del self._devices[device.number]
        return done()

    def _device(self, request: web.Request) -> Device:
        """Return the device that a path names, by its number in any spelling."""
        name = request.match_info["number"]
        return self._devices[self._network.number(name)]


def describe_device(device: Device) -> dict[str, object]:
    """Return a device as JSON can say it; octets in hex."""
    return {
        "family": device.family,
        "variant": device.variant,
        "number": device.number,
        "shown_as": device.shown_as,
        "login": device.login,
        "password": device.password,
        "authorised": device.authorised,
        "alarms": list(device.alarms),
        "on": device.switched_on,
        "position": asdict(device.position),
        "state": asdict(device.state),
        "answers": asdict(device.trouble) | {"held": len(device.held)},
        "received": [
            {
                "from": heard.sender,
                "text": heard.text,
                "octets": heard.octets.hex().upper(),
                "alphabet": heard.alphabet.name,
                "parts": heard.parts,
            }
            for heard in device.received
        ],
        "sent": [{"to": answer.recipient, "text": answer.text} for answer in device.sent],
    }


def _text(body: dict[str, object], name: str) -> str | None:
    """Return a field as text, None without it."""
    value = body.get(name)
    return None if value is None else str(value)


def _json(value: object) -> web.Response:
    """Answer with JSON in which times are in ISO format."""
    return web.json_response(value, dumps=_DUMPS)


def _moment(value: object) -> str:
    """Return a time as text; TypeError for anything else that JSON cannot say."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"JSON cannot say {type(value).__name__}")


_DUMPS: Callable[[object], str] = json.JSONEncoder(default=_moment).encode
