"""Setting up a modem, whatever its maker thought of it, and losing it again."""

from dataclasses import replace
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import Registration, SimState
from simulator.at_modem import AtModem, Sim
from simulator.faults import Fault, FaultKind, Position
from simulator.profiles import PROFILES
from simulator.scripted import Script

from .lab import OWN, Lab, port_of, statuses, to_peer

SCRIPTS = Path(__file__).parents[4] / "shared" / "vectors" / "fake_modem_scripts.json"

# Commands of the start-up whose answers are no settings; what is late must not become another's.
STARTUP = (
    "E",
    "V",
    "+CMEE",
    "+CGMI",
    "+CGMM",
    "+CGMR",
    "+CGSN",
    "+CFUN",
    "+CPIN",
    "+CIMI",
    "+CICCID",
    "+CNUM",
    "+CSCA",
    "+CMGF",
    "+CSCS",
    "+CSMS",
    "+CGSMS",
    "+CPMS",
    "+CNMI",
    "+CREG",
    "+CEREG",
    "+CTZU",
    "+COPS",
    "+CSQ",
    "+CESQ",
)


def facts(lab: Lab, gateway: Any) -> dict[str, object]:
    """Gather what the modem and the network are known to be."""
    port = port_of(gateway)
    return {
        "imei": port.imei,
        "imsi": port.imsi,
        "iccid": port.iccid,
        "number": port.own_number,
        "smsc": port.smsc,
        "sim": port.sim_state,
        "registration": port.registration,
        "operator": (port.operator_name, port.operator_code),
        "cell": (port.area_code, port.cell_id),
        "signal": port.signal,
    }


def expected(lab: Lab) -> dict[str, object]:
    """Say what the simulated modem and network are."""
    sim = Sim(number=OWN)
    return {
        "imei": "001010000000016",
        "imsi": sim.imsi,
        "iccid": sim.iccid,
        "number": OWN,
        "smsc": sim.smsc,
        "sim": SimState.READY,
        "registration": Registration.HOME,
        "operator": (lab.network.operator.long, lab.network.operator.numeric),
        "cell": ("1A2B", "C3D4E5"),
        "signal": -73,
    }


@pytest.mark.parametrize("profile", sorted(PROFILES))
async def test_every_profile_is_set_up(lab: Lab, profile: str) -> None:
    """Who it is, whose SIM, which network; stored delivery where the modem has it."""
    modem, device = await lab.modem(profile)
    gateway = lab.gateway(device)
    info = await gateway.connect()
    assert info.manufacturer == PROFILES[profile].manufacturer
    assert info.model == PROFILES[profile].model
    assert info.serial_number == "001010000000016"
    assert facts(lab, gateway) == expected(lab)
    assert modem.settings.indications[1] == 1
    capabilities = gateway.capabilities
    assert capabilities.send_sms
    assert capabilities.signal
    assert capabilities.extended_signal is PROFILES[profile].extended_signal
    assert (port_of(gateway).rsrp is not None) is PROFILES[profile].extended_signal


@pytest.mark.parametrize("command", STARTUP)
async def test_a_late_answer_is_nobody_elses(lab: Lab, command: str) -> None:
    """Each command of the start-up is answered late; nothing is mistaken for anything."""
    modem, device = await lab.modem()
    late = Fault(FaultKind.LATE, command, Position.ANSWER, seconds=0.55)
    modem.faults.add(late)
    gateway = lab.gateway(device)
    await gateway.connect()
    await gateway.poll()
    assert facts(lab, gateway) == expected(lab)
    assert late not in modem.faults.active
    lab.notebook.values["adopted"] = "1"
    await lab.text("through")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["through"]


@pytest.mark.parametrize("command", ["+CGMI", "+CGSN", "+CIMI", "+CPIN", "+CREG", "+COPS", "+CMGF"])
@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE, FaultKind.GARBAGE])
async def test_a_stray_line_in_the_start_up(lab: Lab, command: str, kind: FaultKind) -> None:
    """A result that comes twice, and noise before an answer."""
    modem, device = await lab.modem()
    modem.faults.add(Fault(kind, command, times=1, data=b"\xff\x00\xfe"))
    gateway = lab.gateway(device)
    await gateway.connect()
    assert facts(lab, gateway) == expected(lab)


async def test_unsolicited_lines_in_every_answer(lab: Lab) -> None:
    """Calls, signal and registration while the modem is set up."""
    modem, device = await lab.modem()
    lines = ("RING", '+CLIP: "+491701234567",145,"",,"",0', "^RSSI:17", "+CREG: 1", "NO CARRIER")
    modem.faults.interleave("", *lines, times=None)
    gateway = lab.gateway(device)
    await gateway.connect()
    port = port_of(gateway)
    assert (port.imei, port.imsi) == ("001010000000016", Sim().imsi)
    assert port.iccid == Sim().iccid


async def test_what_a_modem_refuses_is_an_absent_capability(lab: Lab) -> None:
    """No state of it is made up, and messages go both ways all the same."""
    modem, device = await lab.modem()
    for command in (
        "+CMEE",
        "+CSMS",
        "+CGSMS",
        "+CSQ",
        "+CESQ",
        "+COPS",
        "+CNUM",
        "+CTZU",
        "+CPMS",
    ):
        modem.faults.error(command, "ERROR", times=None)
    for command in ("+CREG", "+CEREG", "+CSCS", "+CFUN"):
        modem.faults.error(command, "ERROR", times=None)
    gateway = lab.gateway(device)
    await gateway.connect()
    has = gateway.capabilities
    assert not any((has.signal, has.extended_signal, has.operator, has.cell, has.storage))
    assert not any((has.access_technology, has.own_number))
    port = port_of(gateway)
    assert (port.signal, port.operator_name, port.registration, port.storage_used) == (None,) * 4
    assert statuses(await gateway.send_sms(to_peer("out"))) == ["sent"]
    await lab.text("in")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["in"]


@pytest.mark.parametrize(
    ("command", "first"), [("+CNMI=2,1,0,2", "2,1,0,0,0"), ("+CNMI=2,1", "1,1,0,2,0")]
)
async def test_the_best_accepted_indication_is_taken(lab: Lab, command: str, first: str) -> None:
    """What =? promised may still be refused."""
    modem, device = await lab.modem()
    modem.faults.error(command, "+CMS ERROR: 303", times=None)
    await lab.gateway(device).connect()
    assert ",".join(map(str, modem.settings.indications)) == first


async def test_the_speed_is_found(lab: Lab) -> None:
    """At another speed there is nothing but noise."""
    slow = replace(PROFILES["sim800l"], speed=9600)
    modem = AtModem(slow, lab.network, sim=Sim(number=OWN))
    lab.stack.push_async_callback(modem.close)
    device = await modem.serve_pty(enforce_speed=True)
    result = await lab.probe(device, baudrate=None)
    assert result.baudrate == 9600
    gateway = lab.gateway(device, baudrate=None)
    await gateway.connect()
    with pytest.raises(GatewayError) as caught:
        await lab.probe(device, baudrate=115200)
    assert caught.value.reason is Reason.BUSY
    await gateway.close()
    with pytest.raises(GatewayError) as caught:
        await lab.probe(device, baudrate=115200)
    assert caught.value.reason is Reason.WRONG_SPEED


def scripts() -> dict[str, dict[str, Any]]:
    """Read the scripts of others' fake modems where they are at hand."""
    if not SCRIPTS.exists():
        return {}
    values: dict[str, dict[str, Any]] = json.loads(SCRIPTS.read_text())
    return values


def is_dump(name: str) -> bool:
    """Whether a script holds no more than who a modem is."""
    return "devid" in name


@pytest.mark.skipif(not SCRIPTS.exists(), reason="the vectors are not at hand")
@pytest.mark.parametrize("name", [name for name in scripts() if not is_dump(name)])
async def test_scripted_modems_start_up(lab: Lab, name: str) -> None:
    """Modems that know little else than their names."""
    _, device = await lab.scripted(Script.from_json(scripts()[name]))
    result = await lab.probe(device)
    assert result.sim_state is SimState.READY
    gateway = lab.gateway(device)
    await gateway.connect()
    assert gateway.capabilities.send_sms


@pytest.mark.skipif(not SCRIPTS.exists(), reason="the vectors are not at hand")
@pytest.mark.parametrize("name", [name for name in scripts() if is_dump(name)])
async def test_identity_dumps_are_no_modems_for_messages(lab: Lab, name: str) -> None:
    """They are identified, and turned down in words."""
    modem, device = await lab.scripted(Script.from_json(scripts()[name]))
    with pytest.raises(UnsupportedError) as caught:
        await lab.probe(device)
    assert caught.value.reason is Reason.NOT_AN_SMS_MODEM
    assert "AT+CGMM" in modem.commands


async def test_a_device_that_knows_no_messages(lab: Lab) -> None:
    """The same, without anybody's vectors."""
    script = Script(responses={"AT": ("OK\r\n",), "ATI": ("Model: Analogue 56k\r\n", "OK\r\n")})
    _, device = await lab.scripted(script)
    with pytest.raises(UnsupportedError) as caught:
        await lab.probe(device)
    assert caught.value.reason is Reason.NOT_AN_SMS_MODEM
    with pytest.raises(UnsupportedError):
        await lab.gateway(device).connect()


async def test_a_modem_that_answers_ok_to_everything(lab: Lab) -> None:
    """Questions without an answer are absent capabilities."""
    script = Script(
        responses={"AT+CPIN?": ("+CPIN: READY\r\n", "OK\r\n")}, default_reply=("OK\r\n",)
    )
    _, device = await lab.scripted(script)
    gateway = lab.gateway(device)
    info = await gateway.connect()
    assert info.manufacturer is None
    assert not gateway.capabilities.signal
    assert port_of(gateway).sim_state is SimState.READY


async def test_a_radio_that_is_off_is_switched_on(lab: Lab) -> None:
    """By the gateway, not by a probe."""
    modem, device = await lab.modem()
    modem.settings.functionality = 4
    await lab.probe(device)
    assert modem.settings.functionality == 4
    await lab.gateway(device).connect()
    assert modem.settings.functionality == 1


async def test_strings_that_come_as_ucs2(lab: Lab) -> None:
    """A modem that refuses every other character set."""
    modem, device = await lab.modem()
    modem.faults.error('+CSCS="IRA"', "ERROR", times=None)
    modem.faults.error('+CSCS="GSM"', "ERROR", times=None)
    modem.settings.character_set = "UCS2"
    gateway = lab.gateway(device)
    await gateway.connect()
    assert facts(lab, gateway) == expected(lab)


@pytest.mark.parametrize("command", ["+CMGF=0", "+CMGF"])
async def test_pdu_mode_that_is_refused(lab: Lab, command: str) -> None:
    """Without it there is nothing to be had, and the reason is told."""
    modem, device = await lab.modem()
    modem.faults.error(command, "+CMS ERROR: 303", times=None)
    with pytest.raises(GatewayError) as caught:
        await lab.gateway(device).connect()
    assert not caught.value.temporary
