"""What is known of a router's modems, and what can be done with them."""

from dataclasses import replace

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import (
    AccessTechnology,
    PortState,
    Registration,
    SendStatus,
    SimState,
)
from custom_components.cellular_gateway.gateways.teltonika.gateway import PRIMARY
from simulator.teltonika import Router, RouterModem

from .lab import CLOCKS, LISTS, OWN, PEER, SECOND, Lab, port_of, to_peer

each_api = pytest.mark.parametrize("legacy", [True, False], ids=["post_get", "rest"])


@each_api
async def test_all_that_is_told(lab: Lab, legacy: bool) -> None:
    """By the API, or by JSON-RPC beside Post/Get, which has no cells."""
    router = await lab.router(legacy=legacy)
    gateway = lab.gateway(router)
    info = await gateway.connect()
    assert info.model == router.name
    assert (info.firmware, info.serial_number) == (router.firmware, router.serial)
    modem = router.modem
    assert port_of(gateway) == PortState(
        key=PRIMARY,
        sim_state=SimState.READY,
        registration=Registration.HOME,
        operator_name="Simulated Mobile",
        operator_code="00101",
        access_technology=AccessTechnology.LTE,
        area_code=None if legacy else "670C",
        cell_id=None if legacy else "9070103",
        signal=-60,
        rsrp=-92,
        rsrq=-13,
        sinr=11,
        temperature=31,
        data_sent=modem.cell.sent,
        data_received=modem.cell.received,
        storage_used=0,
        storage_total=30,
        imei=modem.imei,
        imsi=modem.sim.imsi,
        iccid=modem.sim.iccid,
        active_slot=1,
    )
    capabilities = gateway.capabilities
    assert capabilities.sinr and capabilities.temperature and capabilities.data_usage
    assert capabilities.restart_connection and capabilities.push
    assert capabilities.cell is not legacy


async def test_post_get_alone_knows_the_storage(lab: Lab) -> None:
    """And everything else does not exist."""
    router = await lab.router(legacy=True, bare=True)
    gateway = await lab.connected(router)
    assert port_of(gateway) == PortState(key=PRIMARY, storage_used=0, storage_total=30)
    capabilities = gateway.capabilities
    assert capabilities.send_sms and capabilities.storage and capabilities.stored_messages
    assert not capabilities.signal and not capabilities.registration
    for action in (gateway.restart_port, gateway.restart_connection):
        with pytest.raises(UnsupportedError):
            await action(PRIMARY)


async def test_one_number_for_the_signal(lab: Lab) -> None:
    """Older firmware tells no more."""
    router = await lab.router(legacy=True)
    assert router.ubus is not None
    router.ubus.tells_lte = False
    gateway = await lab.connected(router)
    assert (port_of(gateway).signal, port_of(gateway).rsrp) == (-60, None)
    assert gateway.capabilities.signal and not gateway.capabilities.extended_signal


@each_api
async def test_a_change_is_pushed(lab: Lab, legacy: bool) -> None:
    """When it is seen."""
    router = await lab.router(legacy=legacy)
    await lab.connected(router)
    router.modem.cell.registration = 5
    await lab.watcher.until(lambda: bool(lab.watcher.states))
    assert lab.watcher.states[-1].ports[PRIMARY].registration is Registration.ROAMING


async def test_the_only_modem_under_another_name(lab: Lab) -> None:
    """Another firmware or place on the bus: it is the primary port as before, and no other."""
    modem = RouterModem(lab.network, numbers=(OWN,), id="3-1", primary=False)
    router = await lab.router(modem, legacy=False)
    gateway = await lab.connected(router)
    for name in ("2-1", "1-1.2"):
        modem.id = name
        await gateway.poll()
        assert gateway.state.ports.keys() == {PRIMARY}
        await gateway.close()
        gateway = await lab.connected(router)
        assert gateway.state.ports.keys() == {PRIMARY}
        assert (await gateway.send_sms(to_peer("x"))).status is SendStatus.SENT


@pytest.mark.parametrize("is_told", [True, False], ids=["primary", "untold"])
async def test_no_other_modem_becomes_the_primary_one(lab: Lab, is_told: bool) -> None:
    """While it is not listed, over a restart too: nothing leaves by another SIM."""
    first = RouterModem(lab.network, numbers=(OWN,), id="1-1", primary=is_told)
    second = RouterModem(lab.network, numbers=(SECOND,), id="2-1", primary=False, imei="2")
    router = await lab.router(first, second, legacy=False)
    gateway = await lab.connected(router)
    router.modems.remove(first)
    await gateway.poll()
    await gateway.close()
    gateway = await lab.connected(router)
    assert gateway.state.ports.keys() == {PRIMARY, "2-1"}
    assert (port_of(gateway).imei, gateway.state.ports["2-1"].imei) == (None, "2")
    assert (await gateway.send_sms(to_peer("x", port=PRIMARY))).status is SendStatus.FAILED
    await lab.network.send(PEER, SECOND, "to the second")
    assert [part.port for part in await lab.inbox.wait_new()] == ["2-1"]
    router.modems.append(first)
    await gateway.poll()
    assert port_of(gateway).imei == first.imei


async def test_a_router_may_name_another_primary_modem(lab: Lab) -> None:
    """Both ports have the other modem then."""
    first = RouterModem(lab.network, numbers=(OWN,), id="1-1")
    second = RouterModem(lab.network, numbers=(SECOND,), id="2-1", primary=False, imei="2")
    router = await lab.router(first, second, legacy=False)
    gateway = await lab.connected(router)
    first.primary, second.primary = False, True
    state = await gateway.poll()
    assert {key: port.imei for key, port in state.ports.items()} == {
        PRIMARY: "2",
        "1-1": first.imei,
    }
    await gateway.send_sms(to_peer("x", port=PRIMARY))
    assert lab.network.sent[0].sender == SECOND


async def test_a_modem_that_goes_stays_a_port(lab: Lab) -> None:
    """Of which nothing is known, until it comes back."""
    first = RouterModem(lab.network, numbers=(OWN,), id="3-1")
    second = RouterModem(lab.network, numbers=(SECOND,), id="1-1.2", primary=False)
    router = await lab.router(first, second, legacy=False)
    gateway = await lab.connected(router)
    router.modems.remove(second)
    state = await gateway.poll()
    assert state.ports["1-1.2"] == PortState(key="1-1.2")
    first.online = False
    state = await gateway.poll()
    assert state.ports[PRIMARY].registration is None
    assert state.ports[PRIMARY].storage_total == 30


@each_api
async def test_a_modem_and_its_connection_are_started_anew(lab: Lab, legacy: bool) -> None:
    """The link to the router stays."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    await gateway.restart_port(PRIMARY)
    await gateway.restart_connection(PRIMARY)
    assert router.modem.reboots == 1
    if router.rest is None:
        assert router.ubus is not None
        assert router.ubus.at_commands == ["AT+CFUN=1,1", "AT+CFUN=4", "AT+CFUN=1"]
    else:
        assert router.modem.reconnections == 1
    assert not lab.watcher.losses


@pytest.mark.parametrize(
    ("trouble", "count"), [("busy", 1), ("busy", 3), ("silent", 1), ("silent", 2)]
)
async def test_a_radio_is_not_left_off(lab: Lab, trouble: str, count: int) -> None:
    """It is switched on until the modem says OK, also where it is not clear that it went off."""
    router = await lab.router(legacy=True)
    gateway = await lab.connected(
        router, clocks=replace(CLOCKS, list=60.0, status=60.0, request=0.5)
    )
    await router.wait_answered(LISTS[True])
    setattr(router.trouble, trouble, count)
    with pytest.raises(GatewayError):
        await gateway.restart_connection(PRIMARY)
    assert router.ubus is not None
    assert router.ubus.at_commands == ["AT+CFUN=1"]


async def test_a_radio_that_stays_off_is_told(lab: Lab) -> None:
    """Nobody is told that the connection was made anew, nor that the modem was started."""
    router = await lab.router(legacy=True)
    gateway = await lab.connected(router, clocks=replace(CLOCKS, list=60.0, status=60.0))
    await router.wait_answered(LISTS[True])
    router.trouble.busy = 1000
    for action in (gateway.restart_connection, gateway.restart_port):
        with pytest.raises(GatewayRefusedError):
            await action(PRIMARY)


@pytest.mark.parametrize("legacy", [False, True])
async def test_the_sim_is_switched(lab: Lab, legacy: bool) -> None:
    """To the one that was asked for; the state tells of it."""
    router = await lab.router(RouterModem(lab.network, numbers=(OWN, SECOND)), legacy=legacy)
    gateway = await lab.connected(router)
    assert gateway.capabilities.select_slot
    await gateway.select_slot(PRIMARY, 2)
    assert port_of(gateway).active_slot == 2
    assert port_of(gateway).iccid == router.modem.sims[1].iccid
    await gateway.select_slot(PRIMARY, 2)
    assert router.modem.active_sim == 2
    with pytest.raises(UnsupportedError):
        await gateway.select_slot(PRIMARY, 3)


@pytest.mark.parametrize("legacy", [False, True])
async def test_one_slot_is_no_choice(lab: Lab, legacy: bool) -> None:
    """There is nothing to select."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    assert not gateway.capabilities.select_slot
    with pytest.raises(UnsupportedError):
        await gateway.select_slot(PRIMARY, 1)


async def test_a_busy_modem_tells_nothing_for_once(lab: Lab) -> None:
    """Which costs that value and not the others."""
    router: Router = await lab.router(legacy=True)
    gateway = await lab.connected(router)
    router.trouble.busy = 1
    state = await gateway.poll()
    assert state.ports[PRIMARY].temperature == 31


async def test_a_router_without_a_modem(lab: Lab) -> None:
    """Is no gateway yet."""
    router = await lab.router(legacy=False)
    router.modems.clear()
    with pytest.raises(GatewayConnectionError) as raised:
        await lab.gateway(router).connect()
    assert raised.value.reason is Reason.NOT_FOUND


@each_api
async def test_a_mistake_of_ours_is_a_lost_link(lab: Lab, legacy: bool) -> None:
    """And everything begins anew."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    lab.inbox.failure = ValueError("nobody expected this")
    router.receive(PEER, "one")
    await lab.watcher.wait_loss()
    lab.inbox.failure = None
    await gateway.connect()
    assert (await lab.inbox.wait_new())[0].text == "one"


@each_api
async def test_one_late_answer_is_no_lost_link(lab: Lab, legacy: bool) -> None:
    """Two in a row are."""
    router = await lab.router(legacy=legacy)
    await lab.connected(router, clocks=replace(CLOCKS, request=0.2, status=60.0))
    await router.wait_answered(LISTS[legacy])
    router.trouble.silent = 1
    await router.wait_answered(LISTS[legacy], router.answered.count(LISTS[legacy]) + 3)
    assert not lab.watcher.losses
    router.trouble.silent = 1000
    await lab.watcher.wait_loss()
    assert isinstance(lab.watcher.losses[0], GatewayTimeoutError)


@each_api
async def test_the_link_is_lost_and_found(lab: Lab, legacy: bool) -> None:
    """With a router that was restarted, and knows no session any more."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    router.down()
    await lab.watcher.wait_loss()
    with pytest.raises(GatewayConnectionError):
        await gateway.poll()
    if router.rest is not None:
        router.rest.expire_tokens()
    if router.ubus is not None:
        router.ubus.expire_sessions()
    await router.serve()
    await gateway.connect()
    assert port_of(gateway).registration is Registration.HOME
    assert len(lab.watcher.losses) == 1
