"""The event log: each event is told once, in its order, and to nobody too early."""

from dataclasses import replace
import logging

import pytest

from custom_components.cellular_gateway.gateways.emnify import event_log
from custom_components.cellular_gateway.gateways.endpoints import Connectivity, EndpointEventType
from custom_components.cellular_gateway.gateways.errors import GatewayError
from simulator.emnify import Device

from .lab import CLOCKS, Lab, state_of


def told(lab: Lab, device: Device) -> list[EndpointEventType]:
    """Return what was told of a device."""
    return [event.type for event in lab.listener.events if event.endpoint == str(device.id)]


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


async def test_what_happens_before_anybody_hears_it_waits(lab: Lab) -> None:
    """In the log, also over another start, however often it is pushed or asked for meanwhile."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await gateway.close()
    lab.listener.hears_endpoints = False
    lab.cloud.go_online(device)
    for _ in range(2):
        gateway = await lab.connected()
        await lab.webhook(gateway)
        await gateway.poll()
        lab.cloud.attach(device, 4)
        await lab.eventually(lambda: not lab.cloud.webhooks.open)
        await lab.shown(gateway, device, connectivity=Connectivity.ONLINE)
        await gateway.close()
    assert not lab.listener.events
    lab.listener.hears_endpoints = True
    await (await lab.connected()).poll()
    assert len(told(lab, device)) == 7


async def test_what_was_told_is_marked_only_then(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other way round, dying between the two would lose it."""
    device = lab.cloud.add_device()
    gateway = await lab.connected(clocks=replace(CLOCKS, tick=1000.0))
    told_at_mark: list[int] = []
    note = lab.notebook.set

    async def noted(key: str, value: str) -> None:
        """Look what was told before the place in the log is committed."""
        if key in ("events", "pushed events"):
            told_at_mark.append(len(lab.listener.events))
        await note(key, value)

    monkeypatch.setattr(lab.notebook, "set", noted)
    lab.cloud.attach(device)
    await gateway.poll()
    await lab.webhook(gateway)
    lab.cloud.go_online(device)
    await lab.eventually(lambda: not lab.cloud.webhooks.open)
    assert told_at_mark == [2, 3]


async def test_a_backlog_that_is_too_long_is_logged(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The newest of it is told."""
    monkeypatch.setattr(event_log, "_MOST_PAGES", 1)
    device = lab.cloud.add_device()
    await (await lab.connected()).close()
    for _ in range(60):
        lab.cloud.attach(device)
    with caplog.at_level(logging.WARNING):
        await (await lab.connected()).poll()
    assert "only the newest 100 events are told" in caplog.text
    assert len(told(lab, device)) == 100


async def test_the_first_events_of_an_endpoint(lab: Lab) -> None:
    """Are told once it is shown, also after a restart, and only then to the others' order."""
    old = lab.cloud.add_device()
    slow = replace(CLOCKS, inventory=1000.0, inventory_soon=1000.0)
    gateway = await lab.connected(clocks=slow)
    new = lab.cloud.add_device()
    lab.cloud.reject(new, 3, "APN not allowed")
    lab.cloud.attach(old)
    await gateway.poll()
    assert len(told(lab, old)) == 2
    assert not told(lab, new)
    await gateway.close()
    gateway = await lab.connected()
    await gateway.poll()
    assert told(lab, new) == [
        EndpointEventType.SIM_ASSIGNED,
        EndpointEventType.CREATE_PDP_CONTEXT,
    ]
    assert state_of(gateway, new).rejection is not None
    newer = lab.cloud.add_device()
    lab.cloud.attach(newer)
    await lab.listener.until(lambda: len(told(lab, newer)) == 3)
    await gateway.poll()
    assert len(told(lab, old)) == 2
    assert len(told(lab, new)) == 2


async def test_an_endpoint_that_gets_its_sim_later(lab: Lab) -> None:
    """Was known without one; what it is turned down for at once is its state all the same."""
    device = lab.cloud.add_device(sim=False)
    gateway = await lab.connected(clocks=replace(CLOCKS, tick=1000.0))
    lab.cloud.assign(device, lab.cloud.add_sim())
    lab.cloud.reject(device, 3, "APN not allowed")
    await gateway.poll()
    await gateway.list_endpoints()
    await gateway.poll()
    assert EndpointEventType.CREATE_PDP_CONTEXT in told(lab, device)
    assert state_of(gateway, device).rejection is not None


async def test_what_is_shown_and_not_heard_yet_waits(lab: Lab) -> None:
    """A new endpoint is shown first, and what happened to it told when somebody hears that."""
    gateway = await lab.connected(clocks=replace(CLOCKS, tick=1000.0))
    new = lab.cloud.add_device()
    lab.listener.unheard.add(str(new.id))
    lab.cloud.go_online(new)
    await gateway.poll()
    await gateway.list_endpoints()
    (state,) = (lab.watcher.states[-1].endpoints or {}).values()
    assert state.connectivity is Connectivity.ONLINE
    lab.cloud.detach(new)
    for _ in range(3):
        await gateway.poll()
        await gateway.list_endpoints()
    assert not told(lab, new)
    assert state_of(gateway, new).connectivity is Connectivity.OFFLINE
    await gateway.close()
    gateway = await lab.connected(clocks=replace(CLOCKS, tick=1000.0))
    await gateway.poll()
    assert not told(lab, new)
    lab.listener.unheard.clear()
    await gateway.poll()
    assert told(lab, new) == [
        EndpointEventType.SIM_ASSIGNED,
        EndpointEventType.UPDATE_LOCATION,
        EndpointEventType.UPDATE_GPRS_LOCATION,
        EndpointEventType.CREATE_PDP_CONTEXT,
        EndpointEventType.PURGE_LOCATION,
    ]


async def test_what_waits_has_nothing_read_again(lab: Lab) -> None:
    """However long the inventory cannot be read, a look at the log is no longer than its news."""
    old = lab.cloud.add_device()
    gateway = await lab.connected(clocks=replace(CLOCKS, tick=1000.0))
    lab.server.broken["/endpoint"] = 500
    new = lab.cloud.add_device()
    looks = []
    for _ in range(4):
        for _ in range(60):
            lab.cloud.attach(old)
        before = lab.server.calls["GET /event"]
        await gateway.poll()
        looks.append(lab.server.calls["GET /event"] - before)
    assert looks == [looks[0]] * 4
    assert not told(lab, new)
    await gateway.close()
    lab.server.broken.clear()
    await (await lab.connected(clocks=replace(CLOCKS, tick=1000.0))).poll()
    assert len(told(lab, old)) == 480
    assert told(lab, new) == [EndpointEventType.SIM_ASSIGNED]


async def test_the_events_of_what_is_left_out_are_not_told(lab: Lab) -> None:
    """Nor of what is nowhere to be found."""
    boat = lab.cloud.add_device(tags="boats")
    gateway = await lab.connected(tags=frozenset({"boats"}))
    car = lab.cloud.add_device(tags="cars")
    gone = lab.cloud.add_device(tags="boats")
    lab.cloud.remove(gone)
    lab.cloud.attach(car)
    await gateway.poll()
    await gateway.list_endpoints()
    lab.cloud.attach(boat)
    await gateway.poll()
    assert {event.endpoint for event in lab.listener.events} == {str(boat.id)}
    await lab.eventually(lambda: lab.notebook.values.get("pushed events", "[]") == "[]")


async def test_the_last_events_of_an_endpoint(lab: Lab) -> None:
    """Are told before it goes."""
    device = lab.cloud.add_device()
    gateway = await lab.connected(clocks=replace(CLOCKS, tick=1000.0))
    await gateway.release_sim(str(device.id))
    assert told(lab, device)[-1] is EndpointEventType.SIM_RELEASED
    assert gateway.state.endpoints == {}


async def test_the_reason_of_a_rejection_outlives_a_restart(lab: Lab) -> None:
    """Until the step succeeds."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.cloud.reject(device, 3, "APN not allowed")
    await lab.watcher.until(lambda: state_of(gateway, device).rejection is not None)
    rejection = state_of(gateway, device).rejection
    await lab.eventually(lambda: "rejections" in lab.notebook.values)
    await gateway.close()
    gateway = await lab.connected()
    assert state_of(gateway, device).rejection == rejection
    lab.cloud.go_online(device)
    await gateway.poll()
    await gateway.close()
    gateway = await lab.connected()
    assert state_of(gateway, device).rejection is None
