"""The SIM: its PIN, which is never guessed at, and its coming and going."""

from collections.abc import Callable

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    GatewayTimeoutError,
    NotKeptError,
    Reason,
)
from custom_components.cellular_gateway.gateways.models import SimState
from simulator.at_modem import AtModem, Sim
from simulator.profiles import PROFILES

from .lab import OWN, Lab, port_of, statuses, to_peer

PIN = "4711"
WITH_COUNTER = sorted(set(PROFILES) - {"zte-mf190"})


def locked(**options: object) -> Sim:
    """Make a SIM that wants its PIN."""
    return Sim(number=OWN, pin=PIN, **options)  # type: ignore[arg-type]


def tries(modem: AtModem) -> int:
    """Return how many tries the PIN has left."""
    assert modem.sim is not None
    return modem.sim.pin_tries


@pytest.mark.parametrize("profile", sorted(PROFILES))
async def test_the_pin_is_entered_once_per_lock(lab: Lab, profile: str) -> None:
    """The attempt is committed before; after the next power cut it is entered again."""
    modem, device = await lab.modem(profile, sim=locked())
    gateway = lab.gateway(device, pin=PIN)
    for lock in range(1, 3):
        await gateway.connect()
        assert port_of(gateway).sim_state is SimState.READY
        assert len(lab.guard.attempts) == lock
        assert len(lab.guard.accepted) == 1
        await gateway.close()
        modem.power_off()
        modem.power_on()
    assert tries(modem) == 3


async def test_without_a_pin_a_person_is_asked(lab: Lab) -> None:
    """Nothing is entered."""
    modem, device = await lab.modem(sim=locked())
    with pytest.raises(GatewayAuthenticationError) as caught:
        await lab.gateway(device).connect()
    assert caught.value.reason is Reason.PIN_REQUIRED
    assert tries(modem) == 3


async def test_a_wrong_pin_costs_one_try_and_no_more(lab: Lab) -> None:
    """However often the coordinator connects."""
    modem, device = await lab.modem(sim=locked())
    gateway = lab.gateway(device, pin="0000")
    reasons = []
    for _ in range(3):
        with pytest.raises(GatewayAuthenticationError) as caught:
            await gateway.connect()
        reasons.append(caught.value.reason)
    assert reasons == [Reason.PIN_WRONG, Reason.PIN_REQUIRED, Reason.PIN_REQUIRED]
    assert tries(modem) == 2


@pytest.mark.parametrize("profile", WITH_COUNTER)
async def test_the_last_try_is_left_to_a_person(lab: Lab, profile: str) -> None:
    """Wherever the modem can tell that it is the last."""
    modem, device = await lab.modem(profile, sim=locked(pin_tries=1))
    with pytest.raises(GatewayAuthenticationError) as caught:
        await lab.gateway(device, pin=PIN).connect()
    assert caught.value.reason is Reason.PIN_LAST_TRY
    with pytest.raises(GatewayAuthenticationError) as caught:
        await lab.probe(device, pin="0000")
    assert caught.value.reason is Reason.PIN_LAST_TRY
    assert tries(modem) == 1

    result = await lab.probe(device, pin=PIN, consented=True)
    assert result.pin_accepted
    assert result.sim_state is SimState.READY
    assert tries(modem) == 3


async def test_a_probe_enters_the_pin_that_a_person_gave(lab: Lab) -> None:
    """Only then, and only once."""
    modem, device = await lab.modem(sim=locked())
    result = await lab.probe(device)
    assert (result.sim_state, result.pin_tries) == (SimState.PIN_REQUIRED, 3)
    assert not result.pin_accepted
    assert result.imsi is None
    with pytest.raises(GatewayAuthenticationError) as caught:
        await lab.probe(device, pin="0000")
    assert caught.value.reason is Reason.PIN_WRONG
    assert tries(modem) == 2
    result = await lab.probe(device, pin=PIN)
    assert (result.pin_accepted, result.iccid, result.imsi) == (True, Sim().iccid, Sim().imsi)
    assert result.pin_tries == 3
    result = await lab.probe(device, pin="0000")
    assert not result.pin_accepted
    assert tries(modem) == 3


async def test_a_pin_whose_answer_is_lost(lab: Lab) -> None:
    """If the SIM is open afterwards it was right."""
    modem, device = await lab.modem(sim=locked())
    modem.faults.mute("+CPIN=")
    gateway = lab.gateway(device, pin=PIN)
    await gateway.connect()
    assert port_of(gateway).sim_state is SimState.READY
    assert lab.guard.accepted


async def test_a_wrong_pin_whose_answer_is_lost(lab: Lab) -> None:
    """It may have been seen, so it is not entered again."""
    modem, device = await lab.modem(sim=locked())
    modem.faults.mute("+CPIN=")
    gateway = lab.gateway(device, pin="0000")
    with pytest.raises(GatewayTimeoutError):
        await gateway.connect()
    with pytest.raises(GatewayAuthenticationError):
        await gateway.connect()
    assert tries(modem) == 2


async def test_a_sim_that_is_busy_never_saw_the_pin(lab: Lab) -> None:
    """That is no refusal of the PIN; a person decides whether to try again."""
    modem, device = await lab.modem(sim=locked())
    modem.faults.error("+CPIN=", "+CME ERROR: 14")
    gateway = lab.gateway(device, pin=PIN)
    with pytest.raises(GatewayError) as caught:
        await gateway.connect()
    assert caught.value.temporary
    assert tries(modem) == 3
    assert not lab.guard.accepted


async def test_a_pin_that_nobody_wanted_any_more(lab: Lab) -> None:
    """Another program was faster: an error, but the SIM is open."""
    modem, device = await lab.modem(sim=locked())
    modem.faults.error("+CPIN=", "+CME ERROR: 3")
    assert modem.sim is not None
    lab.guard.attempts.append(("", ""))
    gateway = lab.gateway(device, pin=PIN)

    async def unlock(sim: str, pin: str) -> bool:
        """Have the other program enter the PIN while we think about it."""
        assert modem.sim is not None
        modem.sim.enter_pin(PIN)
        return True

    lab.guard.may_enter = unlock  # type: ignore[method-assign]
    await gateway.connect()
    assert port_of(gateway).sim_state is SimState.READY


def missing(modem: AtModem) -> None:
    """Take the SIM out."""
    modem.remove_sim()


def blocked(modem: AtModem) -> None:
    """Use all tries up."""
    assert modem.sim is not None
    modem.sim.pin_tries = 0


@pytest.mark.parametrize(
    ("change", "state", "reason"),
    [
        (missing, SimState.MISSING, Reason.SIM_MISSING),
        (blocked, SimState.PUK_REQUIRED, Reason.PUK_REQUIRED),
    ],
)
async def test_a_modem_without_a_usable_sim_connects(
    lab: Lab, change: Callable[[AtModem], None], state: SimState, reason: Reason
) -> None:
    """With the SIM's state to be seen; sending says why it cannot."""
    modem, device = await lab.modem(sim=locked())
    change(modem)
    result = await lab.probe(device)
    assert result.sim_state is state
    gateway = lab.gateway(device, pin=PIN)
    await gateway.connect()
    assert port_of(gateway).sim_state is state
    assert port_of(gateway).registration is None
    with pytest.raises(GatewayConnectionError) as caught:
        await gateway.send_sms(to_peer("x"))
    assert caught.value.reason is reason
    assert (await gateway.poll()).ports["1"].sim_state is state


async def test_a_sim_that_is_put_in_later(lab: Lab) -> None:
    """It is read, and its messages come, without a new connection."""
    modem, device = await lab.modem(sim=None)
    lab.notebook.values["adopted"] = "1"
    gateway = lab.gateway(device)
    await gateway.connect()
    modem.insert_sim(Sim(number=OWN))
    await lab.text("welcome")
    await lab.inbox.wait_gone()
    assert port_of(gateway).sim_state is SimState.READY
    assert port_of(gateway).imsi == Sim().imsi
    assert statuses(await gateway.send_sms(to_peer("x"))) == ["sent"]


async def test_a_sim_that_is_taken_out_and_put_in(lab: Lab) -> None:
    """The state is pushed, the link stays, and messages come again."""
    modem, gateway = await lab.connected()
    sim = modem.sim
    assert sim is not None
    modem.remove_sim()
    await lab.watcher.until(lambda: port_of(gateway).sim_state is SimState.MISSING)
    assert port_of(gateway).registration is None
    modem.insert_sim(sim)
    await lab.watcher.until(lambda: port_of(gateway).sim_state is SimState.READY)
    await lab.text("back")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["back"]
    assert not lab.watcher.losses


async def test_a_loss_of_the_sim_without_a_word_is_seen_by_a_poll(lab: Lab) -> None:
    """Modems that say nothing about it."""
    modem, gateway = await lab.connected("e173")
    modem.remove_sim()
    await gateway.poll()
    assert port_of(gateway).sim_state is SimState.MISSING
    modem.insert_sim(Sim(number=OWN))
    await lab.text("back")
    await lab.inbox.wait_gone()


async def test_a_sim_that_locks_itself_is_unlocked_by_the_next_connection(lab: Lab) -> None:
    """A locked SIM has one way back, the one that asks the guard."""
    modem, device = await lab.modem(sim=locked())
    gateway = lab.gateway(device, pin=PIN)
    await gateway.connect()
    assert modem.sim is not None
    modem.sim.locked = True
    modem.urc("+CPIN: SIM PIN")
    await lab.watcher.wait_loss()
    await gateway.connect()
    assert port_of(gateway).sim_state is SimState.READY
    assert len(lab.guard.attempts) == 2


async def test_a_sim_that_takes_its_time(lab: Lab) -> None:
    """Busy for a moment after the power came."""
    modem, device = await lab.modem()
    modem.faults.error("+CPIN", "+CME ERROR: 14", times=2)
    modem.faults.error("+CSCA", "+CME ERROR: 14", times=1)
    modem.faults.error("+CIMI", "+CME ERROR: 14", times=1)
    gateway = lab.gateway(device)
    await gateway.connect()
    port = port_of(gateway)
    assert (port.sim_state, port.smsc, port.imsi) == (SimState.READY, Sim().smsc, Sim().imsi)


async def test_a_probe_leaves_the_modem_as_it_was(lab: Lab) -> None:
    """No message is read, no indication set."""
    modem, device = await lab.modem()
    await lab.text("unread")
    before = (list(modem.settings.indications), modem.settings.service, modem.settings.storages)
    result = await lab.probe(device)
    assert (result.imei, result.iccid, result.imsi, result.own_number) == (
        "001010000000016",
        Sim().iccid,
        Sim().imsi,
        OWN,
    )
    assert (result.sim_state, result.baudrate) == (SimState.READY, 115200)
    after = (list(modem.settings.indications), modem.settings.service, modem.settings.storages)
    assert after == before
    assert modem.sim is not None
    assert [message.status for message in modem.sim.storage.messages.values()] == [0]


@pytest.mark.parametrize("moment", ["may_enter", "entered"])
async def test_a_journal_that_fails_around_a_pin(
    lab: Lab, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not committed before is not tried; what is not committed after is no harm."""

    async def fail(*_: object, **__: object) -> bool:
        """Fail as a full disk does."""
        raise NotKeptError("disk full")

    monkeypatch.setattr(lab.guard, moment, fail)
    modem, device = await lab.modem(sim=locked())
    gateway = lab.gateway(device, pin=PIN)
    if moment == "entered":
        await gateway.connect()
        assert port_of(gateway).sim_state is SimState.READY
        return
    with pytest.raises(GatewayConnectionError) as caught:
        await gateway.connect()
    assert caught.value.temporary
    assert modem.sim is not None
    assert modem.sim.locked
