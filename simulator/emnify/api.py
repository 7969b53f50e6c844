"""What the REST API of the cloud does, version 1, as its documents have it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from . import wire
from .cloud import Cloud
from .device import ACTIVATED, BUFFERED, CANCELED, DISABLED, ISSUED, SUSPENDED, Device

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SIM_CHANGES: Final = {(0, 1), (0, 4), (4, 1), (1, 2), (2, 1)}


class ApiError(Exception):
    """What the API answers instead."""

    def __init__(self, status: int, message: str) -> None:
        """Name the status and say what was wrong."""
        super().__init__(message)
        self.status = status


class Api:
    """Answers the calls that are let in."""

    def __init__(self, cloud: Cloud) -> None:
        """Answer for a cloud."""
        self.cloud = cloud

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Return what is served."""
        item = "/api/v1/endpoint/{endpoint}"
        return [
            ("GET", "/api/v1/endpoint", self.get_endpoints),
            ("POST", "/api/v1/endpoint", self.post_endpoint),
            ("GET", item, self.get_endpoint),
            ("PATCH", item, self.patch_endpoint),
            ("GET", f"{item}/connectivity", self.get_connectivity),
            ("PATCH", f"{item}/connectivity", self.patch_connectivity),
            ("GET", f"{item}/sms", self.get_messages),
            ("POST", f"{item}/sms", self.post_message),
            ("GET", f"{item}/sms/{{sms}}", self.get_message),
            ("DELETE", f"{item}/sms/{{sms}}", self.delete_message),
            ("GET", f"{item}/stats", self.get_statistics),
            ("GET", f"{item}/quota/{{kind}}", self.get_quota),
            ("GET", f"{item}/operator_blacklist", self.get_blacklist),
            ("PUT", f"{item}/operator_blacklist/{{operator}}", self.put_blacklist),
            ("DELETE", f"{item}/operator_blacklist/{{operator}}", self.delete_blacklist),
            ("GET", "/api/v1/event", self.get_events),
            ("GET", "/api/v1/sim", self.get_sims),
            ("PATCH", "/api/v1/sim/{sim}", self.patch_sim),
            ("PATCH", "/api/v1/sim_batch/bic/{code}", self.patch_batch),
            ("GET", "/api/v1/operator", self.get_operators),
            ("GET", "/api/v1/service_profile", self.get_profiles),
            ("GET", "/api/v1/tariff_profile", self.get_profiles),
        ]

    # Endpoints.

    def _page(self, request: web.Request, items: list[Any], size: int) -> web.Response:
        """Answer with a page of a list."""
        per_page = min(int(request.query.get("per_page", size)), size)
        page = int(request.query.get("page", "1"))
        if page < 1 or per_page < 1:
            raise ApiError(400, "Paging")
        pages = max(1, -(-len(items) // per_page))
        return web.json_response(
            items[(page - 1) * per_page : page * per_page],
            headers={
                "X-Count-Per-Page": str(per_page),
                "X-Current-Page": str(page),
                "X-Total-Pages": str(pages),
                "X-Total-Count": str(len(items)),
            },
        )

    def _device(self, request: web.Request) -> Device:
        """Return the endpoint that a path names."""
        number = request.match_info["endpoint"]
        device = self.cloud.devices.get(int(number) if number.isdigit() else -1)
        if device is None:
            raise ApiError(404, f"Endpoint with Id '{number}' not found.")
        return device

    async def get_endpoints(self, request: web.Request) -> web.Response:
        """List the endpoints."""
        return self._page(
            request, [wire.endpoint(device) for device in self.cloud.devices.values()], 1000
        )

    async def get_endpoint(self, request: web.Request) -> web.Response:
        """Return one endpoint."""
        return web.json_response(wire.endpoint(self._device(request)))

    async def post_endpoint(self, request: web.Request) -> web.Response:
        """Make an endpoint."""
        body = await request.json()
        if not {"service_profile", "tariff_profile", "status"} <= set(body):
            raise ApiError(422, "service_profile, tariff_profile and status are required")
        device = self.cloud.add_device(body["name"], tags=body.get("tags", ""), sim=False)
        device.status = int(body["status"]["id"])
        device.service_profile = _profile(body["service_profile"])
        device.tariff_profile = _profile(body["tariff_profile"])
        if "sim" in body:
            card = self.cloud.sims[int(body["sim"]["id"])]
            card.status = ACTIVATED if body["sim"].get("activate") else card.status
            self.cloud.assign(device, card)
        location = f"{request.path}/{device.id}"
        return web.Response(status=201, headers={"Location": location})

    async def patch_endpoint(self, request: web.Request) -> web.Response:
        """Change an endpoint: its status, its SIM."""
        device, body = self._device(request), await request.json()
        if "status" in body:
            device.status = int(body["status"]["id"])
            kind = 43 if device.status == DISABLED else 42
            self.cloud.log(kind, wire.EVENTS[kind], device, source=2)
        if "sim" in body:
            number = body["sim"]["id"]
            if number is None and device.sim is not None and device.sim.status == ACTIVATED:
                raise ApiError(409, "The SIM is still activated")
            self.cloud.assign(device, None if number is None else self.cloud.sims[int(number)])
        return web.Response(status=204)

    async def get_connectivity(self, request: web.Request) -> web.Response:
        """Return where an endpoint is."""
        return web.json_response(wire.connectivity(self._device(request)))

    async def patch_connectivity(self, request: web.Request) -> web.Response:
        """Reset what is named with null."""
        device, body = self._device(request), await request.json()
        if "pdp_context" in body and device.session is not None:
            self.cloud.end_session(device)
        if "location" in body:
            self.cloud.detach(device)
        return web.Response(status=204)

    async def get_statistics(self, request: web.Request) -> web.Response:
        """Return what an endpoint used."""
        return web.json_response(wire.statistics(self._device(request), self.cloud.clock.now()))

    async def get_quota(self, request: web.Request) -> web.Response:
        """Return a quota."""
        quota = self._device(request).quotas.get(request.match_info["kind"])
        if quota is None:
            raise ApiError(404, "No quota configured")
        return web.json_response(wire.quota(quota))

    # Messages.

    async def get_messages(self, request: web.Request) -> web.Response:
        """List the messages of an endpoint."""
        return self._page(request, self.ordered(self._device(request)), 100)

    @staticmethod
    def ordered(device: Device) -> list[dict[str, Any]]:
        """Write the messages of a device in their order, the oldest first."""
        return [wire.message(sms, device) for sms in device.messages.values()]

    async def post_message(self, request: web.Request) -> web.Response:
        """Send a message to an endpoint."""
        device, body = self._device(request), await request.json()
        _check_message(body)
        if device.sim is None or device.sim.status != ACTIVATED:
            raise ApiError(422, "The endpoint has no active SIM")
        message = self.cloud.submit(device, body)
        location = f"{request.path}/{message.id}"
        return web.Response(status=201, headers={"Location": location})

    async def get_message(self, request: web.Request) -> web.Response:
        """Return one message."""
        device = self._device(request)
        message = device.messages.get(int(request.match_info["sms"]))
        if message is None:
            raise ApiError(404, "SMS not found")
        return web.json_response(wire.message(message, device))

    async def delete_message(self, request: web.Request) -> web.Response:
        """Cancel a message that waits."""
        message = self._device(request).messages.get(int(request.match_info["sms"]))
        if message is None:
            raise ApiError(404, "SMS not found")
        if message.status != BUFFERED:
            raise ApiError(409, "SMS is not buffered")
        self.cloud.finish(message, CANCELED)
        return web.json_response({})

    # Events, SIMs, policies, operators.

    async def get_events(self, request: web.Request) -> web.Response:
        """List the event log, by ids."""
        order = request.query.get("sort", "id")
        if order.lstrip("+-") not in ("id", "timestamp"):
            raise ApiError(400, "Sorting")
        is_descending = order.startswith("-")
        events = sorted(self.cloud.events, key=lambda event: event["id"], reverse=is_descending)
        return self._page(request, events, 100)

    async def get_sims(self, request: web.Request) -> web.Response:
        """List the SIMs."""
        return self._page(request, [wire.sim(card) for card in self.cloud.sims.values()], 2000)

    async def patch_sim(self, request: web.Request) -> web.Response:
        """Change the status of a SIM."""
        card = self.cloud.sims.get(int(request.match_info["sim"]))
        if card is None:
            raise ApiError(404, "SIM not found")
        status = int((await request.json())["status"]["id"])
        if (card.status, status) not in _SIM_CHANGES:
            raise ApiError(422, f"Status {card.status} does not go to {status}")
        card.status = status
        device = self.cloud.devices.get(card.device or -1)
        kind = 9 if status == SUSPENDED else 8
        self.cloud.log(kind, wire.EVENTS[kind], device, source=2)
        return web.Response(status=204)

    async def patch_batch(self, request: web.Request) -> web.Response:
        """Register the SIMs of a batch code."""
        cards = self.cloud.batches.pop(request.match_info["code"], None)
        if cards is None:
            raise ApiError(422, "Invalid BIC")
        status = int((await request.json())["sim_status"]["id"])
        if status not in (ISSUED, ACTIVATED):
            raise ApiError(422, "Invalid SIM status")
        for card in cards:
            card.status = status
            self.cloud.sims[card.id] = card
            self.cloud.log(48, f"SIM {card.id} registered", source=2)
        found = [{"id": card.id, "iccid": card.iccid[:-1]} for card in cards]
        return web.json_response({"sim": found})

    async def get_profiles(self, request: web.Request) -> web.Response:
        """List the policies."""
        return self._page(request, [wire.profile(number) for number in wire.PROFILES], 100)

    async def get_operators(self, request: web.Request) -> web.Response:
        """List the operators."""
        return self._page(request, [wire.operator(number) for number in wire.OPERATORS], 1000)

    async def get_blacklist(self, request: web.Request) -> web.Response:
        """List the operators that an endpoint must not use."""
        blacklist = sorted(self._device(request).blacklist)
        return web.json_response([wire.operator(number) for number in blacklist])

    async def put_blacklist(self, request: web.Request) -> web.Response:
        """Keep an endpoint from an operator."""
        device, operator = self._device(request), int(request.match_info["operator"])
        if operator in device.blacklist:
            raise ApiError(409, "This operator is already in blacklist")
        if operator not in wire.OPERATORS:
            raise ApiError(404, "Operator not found")
        device.blacklist.add(operator)
        return web.Response(status=204)

    async def delete_blacklist(self, request: web.Request) -> web.Response:
        """Let an endpoint use an operator again."""
        device, operator = self._device(request), int(request.match_info["operator"])
        if operator not in device.blacklist:
            raise ApiError(404, "This operator is not in blacklist")
        device.blacklist.discard(operator)
        return web.Response(status=204)


def _profile(body: Any) -> int:
    """Return the profile that is meant."""
    number = int(body["id"])
    if number not in wire.PROFILES:
        raise ApiError(422, "Invalid profile")
    return number


def _check_message(body: Any) -> None:
    """Refuse what is no message."""
    payload = body.get("payload")
    if not isinstance(payload, str) or not payload or len(payload) > 160:
        raise ApiError(422, "payload: 1 to 160 characters")
    kind = (body.get("source_address_type") or {"id": 145})["id"]
    if kind not in wire.ADDRESS_TYPES:
        raise ApiError(422, "source_address_type")
    if kind == 208 and len(body.get("source_address", "")) > 11:
        raise ApiError(422, "source_address: at most 11 characters")
    if body.get("dcs", 0) not in (0, 8):
        raise ApiError(422, "dcs: 0 or 8")
    try:
        bytes.fromhex(body.get("udh") or "")
    except ValueError:
        raise ApiError(422, "udh: hexadecimal") from None
