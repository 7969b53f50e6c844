"""What is known of endpoints, and when it is told."""

from collections import Counter
from datetime import timedelta
import json
from typing import Any

from aiohttp import web
import pytest

from custom_components.cellular_gateway.gateways.endpoints import (
    Connectivity,
    EndpointEventType,
    QuotaStatus,
    SimStatus,
)
from custom_components.cellular_gateway.gateways.errors import GatewayError, GatewayRefusedError
from custom_components.cellular_gateway.gateways.models import AccessTechnology
from simulator.emnify import Cloud, Device, Quota, Usage
from simulator.emnify.api import Api

from .lab import Lab, state_of


async def test_an_endpoint_is_described(lab: Lab) -> None:
    """By all that the lists say, in the words of the seam."""
    device = lab.cloud.add_device("Boat", msisdn="491701234567", tags="boat, north")
    device.imei_lock = True
    gateway = await lab.connected()
    state = state_of(gateway, device)
    assert (state.name, state.tags) == ("Boat", ("boat", "north"))
    assert (state.enabled, state.sim_status) == (True, SimStatus.ACTIVATED)
    assert (state.service_policy, state.coverage_policy) == ("Default", "Default")
    assert device.sim is not None
    assert (state.iccid, state.imsi) == (device.sim.iccid, device.sim.imsi)
    assert (state.msisdn, state.imei, state.imei_lock) == ("+491701234567", device.imei, True)
    assert state.inventory_at is not None
    assert state.connectivity is None
    assert state.connectivity_at is None


async def test_connectivity_follows_the_device(lab: Lab) -> None:
    """Offline, attached, online with a session, and back."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await lab.shown(gateway, device, connectivity=Connectivity.OFFLINE)
    lab.cloud.attach(device)
    state = await lab.shown(gateway, device, connectivity=Connectivity.ATTACHED)
    assert (state.operator, state.country) == ("Telekom", "Germany")
    lab.cloud.go_online(device, "NB-IoT")
    state = await lab.shown(
        gateway,
        device,
        connectivity=Connectivity.ONLINE,
        access_technology=AccessTechnology.NB_IOT,
    )
    assert state.pdp_session is not None
    assert state.pdp_session.ip_address == device.ip_address
    assert state.pdp_session.since is not None
    assert state.connectivity_at is not None
    lab.cloud.detach(device)
    state = await lab.shown(gateway, device, connectivity=Connectivity.OFFLINE)
    assert state.pdp_session is None


async def test_usage_and_quotas(lab: Lab) -> None:
    """In MB and messages: RX is what the device sent."""
    device = lab.cloud.add_device()
    device.usage = Usage(data_rx=29.5, data_tx=1.25, sms_rx=3, sms_tx=4, last_hour=[0.5, 0.25])
    ends = lab.cloud.clock.now().replace(microsecond=0) + timedelta(days=3)
    device.quotas["data"] = Quota(volume=12.5, expires_at=ends)
    gateway = await lab.connected()
    state = await lab.shown(gateway, device, data_rx=29.5, data_tx=1.25, sms_mo=3, sms_mt=4)
    assert state.data_last_hour == 0.75
    assert state.usage_at is not None
    await lab.watcher.until(lambda: state_of(gateway, device).data_quota is not None)
    quota = state_of(gateway, device).data_quota
    assert quota is not None
    assert (quota.status, quota.left, quota.expires_at) == (QuotaStatus.ACTIVE, 12.5, ends)
    await lab.eventually(lambda: state_of(gateway, device).sms_quota_at is not None)
    assert state_of(gateway, device).sms_quota is None


async def test_nothing_is_told_while_nothing_differs(lab: Lab) -> None:
    """However often it is asked; only the ages grow."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await lab.shown(gateway, device, connectivity=Connectivity.OFFLINE, data_rx=0.0)
    await lab.eventually(lambda: state_of(gateway, device).sms_quota_at is not None)
    lab.watcher.states.clear()
    before = gateway.state
    calls = lab.server.calls["GET /endpoint/{endpoint}/connectivity"]
    await lab.eventually(
        lambda: lab.server.calls["GET /endpoint/{endpoint}/connectivity"] > calls + 2
    )
    assert not lab.watcher.states
    assert gateway.state == before


async def test_endpoints_appear_and_go(lab: Lab) -> None:
    """A new one, one that is deleted, one whose SIM is released."""
    first = lab.cloud.add_device()
    gateway = await lab.connected()
    second = lab.cloud.add_device()
    await lab.watcher.until(lambda: str(second.id) in (gateway.state.endpoints or {}))
    lab.cloud.assign(first, None)
    lab.cloud.remove(second)
    await lab.watcher.until(lambda: gateway.state.endpoints == {})


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, {"Boat", "Car", "Gate"}),
        ({"tags": frozenset({"north"})}, {"Boat", "Gate"}),
        ({"tags": frozenset({"south", "east"})}, {"Car"}),
        ({"search": "oA"}, {"Boat"}),
        ({"search": "42366"}, {"Boat", "Car", "Gate"}),
        ({"search": "a", "tags": frozenset({"north"})}, {"Boat", "Gate"}),
    ],
)
async def test_endpoints_are_chosen(lab: Lab, changes: dict[str, Any], names: set[str]) -> None:
    """By tag or search."""
    lab.cloud.add_device("Boat", tags="north,sea")
    lab.cloud.add_device("Car", tags="south")
    lab.cloud.add_device("Gate", tags="north")
    gateway = await lab.connected(**changes)
    assert {state.name for state in (gateway.state.endpoints or {}).values()} == names


async def test_the_lists_are_read_to_their_end(lab: Lab) -> None:
    """Page by page."""
    for _ in range(1203):
        lab.cloud.add_device()
    gateway = await lab.connected()
    assert len(gateway.state.endpoints or {}) == 1203
    assert lab.server.calls["GET /endpoint"] >= 2


class _Removing(Counter[str]):
    """Counts calls, and removes a device between the first two pages of the list."""

    def __init__(self, cloud: Cloud, device: Device) -> None:
        """Remove this device."""
        super().__init__()
        self._cloud = cloud
        self._device = device

    def __setitem__(self, name: str, number: int) -> None:
        """Count."""
        super().__setitem__(name, number)
        if name == "GET /endpoint" and number == 2:
            self._cloud.remove(self._device)


async def test_a_list_that_changes_while_it_is_read(lab: Lab) -> None:
    """What moves to a page that was read before is not taken for gone."""
    first, *others = [lab.cloud.add_device() for _ in range(1002)]
    lab.server.calls = _Removing(lab.cloud, first)
    gateway = await lab.connected()
    assert set(gateway.state.endpoints or {}) == {str(device.id) for device in others}
    assert lab.server.calls["GET /endpoint"] == 4


async def test_no_list_is_not_an_empty_one(lab: Lab) -> None:
    """What a proxy answers in its place makes no endpoint go."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.server.nonsense.append("<html>")
    with pytest.raises(GatewayRefusedError, match="no list"):
        await gateway.list_endpoints()
    assert set(gateway.state.endpoints or {}) == {str(device.id)}


@pytest.mark.parametrize(
    "items",
    [
        [None],
        [{}],
        [{"id": "x", "status": {"id": 0}}],
        [{"id": 1000, "status": None}],
        [{"id": 1000, "status": {"id": 0}, "sim": "x"}],
        [{"id": 1000, "status": {"id": 0}, "sim": {}}],
    ],
)
async def test_an_item_that_is_no_endpoint_makes_none_go(lab: Lab, items: list[Any]) -> None:
    """Which it stands for is not known."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.server.nonsense.append(json.dumps(items))
    with pytest.raises(GatewayRefusedError):
        await gateway.list_endpoints()
    assert set(gateway.state.endpoints or {}) == {str(device.id)}


async def test_a_list_that_is_too_short_makes_none_go(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service says how many items there are."""
    devices = [lab.cloud.add_device() for _ in range(2)]
    answer, missing = Api.get_endpoints, list[Device]()

    async def lacking(api: Api, request: web.Request) -> web.Response:
        """Answer without what is missing."""
        response = await answer(api, request)
        found = json.loads(response.text or "[]")
        response.text = json.dumps(found[: len(found) - len(missing)])
        return response

    monkeypatch.setattr(Api, "get_endpoints", lacking)
    gateway = await lab.connected()
    missing.extend(devices)
    with pytest.raises(GatewayRefusedError, match="hold still"):
        await gateway.list_endpoints()
    assert set(gateway.state.endpoints or {}) == {str(device.id) for device in devices}


async def test_the_counters_do_not_begin_anew_by_nonsense(lab: Lab) -> None:
    """Statistics would count the month once more."""
    device = lab.cloud.add_device()
    device.usage.data_rx = 29.5
    gateway = await lab.connected()
    device.quotas["data"] = Quota(volume=12.5, expires_at=lab.cloud.clock.now())
    await lab.shown(gateway, device, data_rx=29.5)
    await lab.watcher.until(lambda: state_of(gateway, device).data_quota is not None)
    quota = state_of(gateway, device).data_quota
    lab.server.broken = {f"/endpoint/{device.id}/{name}": 200 for name in ("stats", "quota/data")}
    calls = lab.server.calls["GET /endpoint/{endpoint}/stats"]
    await lab.eventually(lambda: lab.server.calls["GET /endpoint/{endpoint}/stats"] > calls + 2)
    assert (state_of(gateway, device).data_rx, state_of(gateway, device).data_quota) == (
        29.5,
        quota,
    )


async def test_a_log_that_cannot_be_read_at_first(lab: Lab) -> None:
    """Does not make all of it new afterwards."""
    device = lab.cloud.add_device()
    lab.cloud.attach(device)
    gateway = await lab.gateway()
    lab.server.broken["/event"] = 200
    with pytest.raises(GatewayError):
        await gateway.connect()
    lab.server.broken.clear()
    await gateway.connect()
    lab.cloud.go_online(device)
    await gateway.poll()
    assert [event.type for event in lab.listener.events] == [EndpointEventType.CREATE_PDP_CONTEXT]


async def test_the_usual_flow_is_told(lab: Lab) -> None:
    """Each step once and in order, with what it used; what was in the log before is not told."""
    device = lab.cloud.add_device()
    lab.cloud.attach(device)
    await lab.connected()
    lab.cloud.attach(device, 4)
    lab.cloud.go_online(device)
    lab.cloud.end_session(device, rx=2.5, tx=0.5)
    await lab.listener.until(lambda: len(lab.listener.events) >= 4)
    assert [event.type for event in lab.listener.events] == [
        EndpointEventType.UPDATE_LOCATION,
        EndpointEventType.UPDATE_GPRS_LOCATION,
        EndpointEventType.CREATE_PDP_CONTEXT,
        EndpointEventType.DELETE_PDP_CONTEXT,
    ]
    assert lab.listener.events[0].operator == "Vodafone"
    assert (lab.listener.events[3].data_rx, lab.listener.events[3].data_tx) == (2.5, 0.5)


async def test_a_rejection_is_kept_until_the_step_succeeds(lab: Lab) -> None:
    """With its reason."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.cloud.reject(device, 1, "Roaming not allowed in this network")
    await lab.watcher.until(lambda: state_of(gateway, device).rejection is not None)
    rejection = state_of(gateway, device).rejection
    assert rejection is not None
    assert rejection.rejected
    assert rejection.description == "Roaming not allowed in this network"
    assert state_of(gateway, device).connectivity in (None, Connectivity.OFFLINE)
    lab.cloud.attach(device)
    await lab.shown(gateway, device, rejection=None, connectivity=Connectivity.ATTACHED)


async def test_events_are_told_once_across_restarts_and_pushes(lab: Lab) -> None:
    """The log is read from the cursor on, and the stream brings nothing twice."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await lab.webhook(gateway)
    lab.cloud.attach(device)
    await lab.listener.until(lambda: len(lab.listener.events) >= 2)
    await lab.eventually(lambda: not lab.cloud.webhooks.open)
    await gateway.poll()
    await gateway.close()
    lab.cloud.go_online(device)
    await lab.eventually(lambda: not lab.cloud.webhooks.open)
    again = await lab.connected()
    await again.poll()
    identities = [event.identity for event in lab.listener.events]
    assert len(identities) == len(set(identities)) == 3


async def test_many_events_are_read_back_to_the_cursor(lab: Lab) -> None:
    """Over several pages."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await gateway.close()
    for _ in range(130):
        lab.cloud.attach(device)
    again = await lab.connected()
    await again.poll()
    assert len(lab.listener.events) == 260


@pytest.mark.parametrize(
    "item",
    [
        {"id": 1},
        {"id": 99_999_999_999_999_999, "event_type": {"id": "x"}, "endpoint": 5},
        {"id": [], "timestamp": "yesterday", "event_type": {"id": 3}},
        {"id": 7, "timestamp": "2026-10-01T00:00:00Z", "event_type": None, "endpoint": {"id": {}}},
    ],
)
async def test_nonsense_in_the_log_is_left_out(lab: Lab, item: dict[str, object]) -> None:
    """And hides nothing."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.cloud.events.append(item | {"id": item["id"] if isinstance(item["id"], int) else 0})
    lab.cloud.attach(device)
    await gateway.poll()
    await lab.listener.until(lambda: len(lab.listener.events) >= 2)
    assert not lab.watcher.losses
