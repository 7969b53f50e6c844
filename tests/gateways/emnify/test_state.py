"""What is known of endpoints, and when it is told."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
import json
from typing import Any, override

from aiohttp import web
import pytest

from custom_components.cellular_gateway.gateways.emnify import watch
from custom_components.cellular_gateway.gateways.endpoint_control import NewEndpoint
from custom_components.cellular_gateway.gateways.endpoints import (
    Connectivity,
    QuotaStatus,
    SimStatus,
)
from custom_components.cellular_gateway.gateways.errors import GatewayRefusedError
from custom_components.cellular_gateway.gateways.models import AccessTechnology
from simulator.emnify import Cloud, Device, Quota, Usage
from simulator.emnify.api import Api

from ..consumers import WAIT
from .lab import CLOCKS, Lab, state_of


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

    @override
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


async def test_a_list_that_shifts_and_does_not_say_how_long_it_is(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is missing in it is asked for, and goes only when it is gone."""
    devices = [lab.cloud.add_device() for _ in range(5)]
    answer, hidden = Api.get_endpoints, set[int]()

    async def shifted(api: Api, request: web.Request) -> web.Response:
        """Answer without what moved to a page that was read before."""
        response = await answer(api, request)
        del response.headers["X-Total-Count"]
        found = json.loads(response.text or "[]")
        response.text = json.dumps([item for item in found if item["id"] not in hidden])
        return response

    monkeypatch.setattr(Api, "get_endpoints", shifted)
    monkeypatch.setattr(watch, "_MOST_ASKED", 2)
    gateway = await lab.connected()
    lab.cloud.remove(devices[0])
    lab.cloud.remove(devices[4])
    hidden.update(device.id for device in devices[1:4])
    await lab.watcher.until(lambda: len(gateway.state.endpoints or {}) <= 4)
    await gateway.list_endpoints()
    assert set(gateway.state.endpoints or {}) >= {str(device.id) for device in devices[1:4]}
    hidden.clear()
    await lab.watcher.until(lambda: len(gateway.state.endpoints or {}) == 3)


async def test_older_lists_do_not_undo_what_a_person_did(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor take away what was made meanwhile."""
    device, card = lab.cloud.add_device(), lab.cloud.add_sim()
    answer, asked, gate = Api.get_sims, asyncio.Event(), asyncio.Event()
    asked.set()

    async def held(api: Api, request: web.Request) -> web.Response:
        """Have one answer wait for the gate: the list of the endpoints was read before it."""
        if not asked.is_set():
            asked.set()
            await gate.wait()
        return await answer(api, request)

    monkeypatch.setattr(Api, "get_sims", held)
    gateway = await lab.connected(clocks=replace(CLOCKS, request=600.0))
    asked.clear()
    async with asyncio.timeout(WAIT):
        await asked.wait()
    await gateway.set_endpoint_enabled(str(device.id), enabled=False)
    await gateway.poll()
    before = len(lab.watcher.states)
    wanted = NewEndpoint(
        name="new", service_policy="Default", coverage_policy="Default", sim=str(card.id)
    )
    making = asyncio.create_task(gateway.create_endpoint(wanted))
    await lab.eventually(lambda: len(lab.cloud.devices) == 2)
    gate.set()
    key = await making
    assert key in (gateway.state.endpoints or {})
    later = [(state.endpoints or {})[str(device.id)] for state in lab.watcher.states[before:]]
    assert later
    assert not any(state.enabled for state in later)
    assert state_of(gateway, device).enabled is False


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
