"""What a person does to endpoints."""

import pytest

from custom_components.cellular_gateway.gateways.emnify.gateway import EmnifyGateway
from custom_components.cellular_gateway.gateways.endpoint_control import NewEndpoint
from custom_components.cellular_gateway.gateways.endpoints import Connectivity, SimStatus
from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayRefusedError,
    UnsupportedError,
)
from simulator.emnify import wire
from simulator.emnify.device import ACTIVATED, DISABLED, ENABLED, ISSUED, SUSPENDED

from .lab import Doing, Lab, state_of


async def test_an_endpoint_is_disabled_and_enabled(lab: Lab) -> None:
    """Over there, and in the state at once."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await gateway.set_endpoint_enabled(str(device.id), enabled=False)
    assert device.status == DISABLED
    assert state_of(gateway, device).enabled is False
    await gateway.set_endpoint_enabled(str(device.id), enabled=True)
    assert device.status == ENABLED
    await lab.shown(gateway, device, enabled=True)


async def test_a_sim_is_suspended_and_activated(lab: Lab) -> None:
    """As often as wanted; what is not allowed is refused in words."""
    device = lab.cloud.add_device()
    assert device.sim is not None
    gateway = await lab.connected()
    await gateway.set_sim_active(str(device.id), active=False)
    assert device.sim.status == SUSPENDED
    assert state_of(gateway, device).sim_status is SimStatus.SUSPENDED
    with pytest.raises(GatewayRefusedError, match="does not go to"):
        await gateway.set_sim_active(str(device.id), active=False)
    await gateway.set_sim_active(str(device.id), active=True)
    assert device.sim.status == ACTIVATED


async def test_what_was_made_is_no_error_when_the_lists_fail(lab: Lab) -> None:
    """Whoever is told of an error does it once more."""
    card = lab.cloud.add_sim()
    gateway = await lab.connected()
    lab.server.broken["/sim"] = 500
    wanted = NewEndpoint(name="Boat", service_policy="Default", coverage_policy="Default")
    key = await gateway.create_endpoint(wanted)
    assert len(lab.cloud.devices) == 1
    lab.server.broken.clear()
    await gateway.list_endpoints()
    await gateway.assign_sim(key, str(card.id))
    await lab.watcher.until(lambda: key in (gateway.state.endpoints or {}))
    lab.server.broken["/endpoint"] = 500
    await gateway.release_sim(key)
    assert card.device is None
    lab.server.broken.clear()
    await lab.watcher.until(lambda: gateway.state.endpoints == {})
    assert not lab.watcher.losses


async def test_connectivity_is_reset(lab: Lab) -> None:
    """The session ends, and the network forgets the place."""
    device = lab.cloud.add_device()
    lab.cloud.go_online(device)
    gateway = await lab.connected()
    await lab.shown(gateway, device, connectivity=Connectivity.ONLINE)
    await gateway.reset_connectivity(str(device.id))
    assert device.connectivity == "OFFLINE"
    await lab.shown(gateway, device, connectivity=Connectivity.OFFLINE)


async def test_from_the_card_to_the_device(lab: Lab) -> None:
    """Register by the code on the card, make an endpoint with it, take it out, put it in."""
    card = lab.cloud.add_sim(status=ISSUED, batch="1234-567")
    gateway = await lab.connected()
    assert not await gateway.list_sims()
    (registered,) = await gateway.register_sims(" 1234-567 ")
    assert registered.key == str(card.id)
    assert [sim.status for sim in await gateway.list_sims()] == [SimStatus.REGISTERED]
    key = await gateway.create_endpoint(
        NewEndpoint(
            name="Boat",
            service_policy="default",
            coverage_policy="2",
            sim=card.iccid,
            tags=("a", "b"),
        )
    )
    assert gateway.state.endpoints is not None
    state = gateway.state.endpoints[key]
    assert (state.name, state.tags, state.coverage_policy) == ("Boat", ("a", "b"), "Europe only")
    assert (state.sim, state.sim_status) == (str(card.id), SimStatus.ACTIVATED)
    await gateway.release_sim(key)
    assert (card.status, card.device) == (SUSPENDED, None)
    assert key not in gateway.state.endpoints
    await gateway.assign_sim(key, card.iccid[:-1])
    assert card.device == int(key)
    assert gateway.state.endpoints[key].enabled is False


async def test_policies_are_listed(lab: Lab) -> None:
    """By key and name."""
    gateway = await lab.connected()
    names = {policy.name for policy in await gateway.list_service_policies()}
    assert names == {policy.name for policy in await gateway.list_coverage_policies()}
    assert names == {"Default", "Europe only"}


async def test_an_operator_is_blocked(lab: Lab) -> None:
    """For one endpoint, by name or key."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    key = str(device.id)
    assert {found.name for found in await gateway.list_roaming_operators()} >= {"Telekom"}
    await gateway.set_operator_blocked(key, "vodafone", blocked=True)
    assert device.blacklist == {4}
    (blocked,) = await gateway.list_blocked_operators(key)
    assert (blocked.key, blocked.name, blocked.country) == ("4", "Vodafone", "Germany")
    with pytest.raises(GatewayRefusedError, match="already"):
        await gateway.set_operator_blocked(key, "4", blocked=True)
    await gateway.set_operator_blocked(key, "4", blocked=False)
    assert not device.blacklist


async def test_an_operator_whose_name_several_have(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is named by its key; what is a key to one and a name to another is the key."""
    monkeypatch.setitem(wire.OPERATORS, 900, ("Vodafone", "Italy", "IT", "222", "10"))
    monkeypatch.setitem(wire.OPERATORS, 901, ("900", "Italy", "IT", "222", "10"))
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    with pytest.raises(UnsupportedError, match="4, 900"):
        await gateway.set_operator_blocked(str(device.id), "Vodafone", blocked=True)
    assert not device.blacklist
    await gateway.set_operator_blocked(str(device.id), "900", blocked=True)
    assert device.blacklist == {900}


NEW = NewEndpoint(name="x", service_policy="Default", coverage_policy="Default")
DOINGS: dict[str, Doing] = {
    "enable": lambda gateway: gateway.set_endpoint_enabled("7", enabled=True),
    "activate": lambda gateway: gateway.set_sim_active("7", active=True),
    "reset": lambda gateway: gateway.reset_connectivity("7"),
    "assign": lambda gateway: gateway.assign_sim("7", "1"),
    "release": lambda gateway: gateway.release_sim("7"),
    "block": lambda gateway: gateway.set_operator_blocked("7", "Telekom", blocked=True),
    "blocked": lambda gateway: gateway.list_blocked_operators("7"),
    "code": lambda gateway: gateway.register_sims("../endpoint"),
    "policy": lambda gateway: gateway.create_endpoint(
        NewEndpoint(name="x", service_policy="No such", coverage_policy="Default")
    ),
    "sim": lambda gateway: gateway.create_endpoint(
        NewEndpoint(name="x", service_policy="1", coverage_policy="1", sim="none")
    ),
}


@pytest.mark.parametrize("doing", DOINGS.values(), ids=DOINGS)
async def test_what_is_not_there(lab: Lab, doing: Doing) -> None:
    """Raises before anything is changed; without a link nothing is asked."""
    gateway: EmnifyGateway = await lab.gateway()
    with pytest.raises(GatewayConnectionError):
        await doing(gateway)
    await gateway.connect()
    with pytest.raises(UnsupportedError):
        await doing(gateway)
    assert not lab.cloud.devices


async def test_a_code_that_is_wrong_is_refused(lab: Lab) -> None:
    """In the words of the service."""
    gateway = await lab.connected()
    with pytest.raises(GatewayRefusedError, match="Invalid BIC"):
        await gateway.register_sims("999")
