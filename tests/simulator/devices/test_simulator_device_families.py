"""Far-end devices whose commands hang together: TELL, Reachfar, Vimar."""

from typing import Any

import pytest

from simulator.clock import ManualClock
from simulator.devices import make_device
from simulator.network import Network

from .far_end import DEVICE, OWNER, STRANGER, Listener, tell


@pytest.mark.parametrize(
    ("sender", "text", "state", "answers"),
    [
        (OWNER, "CONNECT#", {}, ["Missing APN"]),
        (OWNER, "CONNECT#", {"apn": "em", "internet": False}, ["Network connection error"]),
        (OWNER, "CONNECT#", {"apn": "em"}, ["Connected to 192.0.2.1:2020 ID=ABC123"]),
        (OWNER, "CONNECT#", {"apn": "em", "cloud_always_on": True}, []),
        (OWNER, "CONNECT#", {"apn": "em", "star": True}, ["SYNTAX ERROR!"]),
        (OWNER, "*CONNECT#", {"star": True}, ["Missing APN"]),
        (STRANGER, "CONNECT#", {"apn": "em"}, []),
        (STRANGER, "CONNECT,PWD=1111#", {"apn": "em"}, []),
        (STRANGER, "CONNECT,PWD=1234#", {}, ["Missing APN"]),
        (STRANGER, "CONNECT,PWD=2222#", {"admin_password": "2222"}, ["Missing APN"]),
    ],
)
async def test_tell_connects(
    network: Network, sender: str, text: str, state: dict[str, Any], answers: list[str]
) -> None:
    """CONNECT works from an authorised number, or with a password, and tells what is missing."""
    network.attach(sender, asker := Listener())
    device = make_device(network, "tell", DEVICE, authorised=[OWNER])
    device.change(**state)
    await tell(device, text, sender=sender)
    assert asker.texts == answers


async def test_tell_disconnects_and_lets_go(
    network: Network, clock: ManualClock, owner: Listener
) -> None:
    """The cloud connection ends after ten minutes, a relay after its seconds."""
    device: Any = make_device(network, "tell", DEVICE, authorised=[OWNER])
    device.change(apn="em")
    await tell(device, "CONNECT#R2=ON60,CRQ#")
    assert owner.texts == ["Connected to 192.0.2.1:2020 ID=ABC123 Relay2 activated: 60 s"]
    assert (device.connected, device.relay_on(2)) == (True, True)
    clock.advance(61)
    assert (device.connected, device.relay_on(2)) == (True, False)
    clock.advance(600)
    assert not device.connected
    await tell(device, "R2=OFF,CRQ#", "DISARM,CRQ#", "STATUS#")
    assert owner.texts[1:] == [
        "Relay2 deactivated.",
        "Disarmed",
        "IN1:OK,IN2:OK,Disarmed,R1:OFF,R2:OFF,12:11,GSM:20",
    ]


async def test_gate_base_has_users(network: Network, owner: Listener) -> None:
    """The first to ask becomes superadmin and adds the others."""
    device = make_device(network, "tell", DEVICE, variant="gate_base")
    await tell(
        device,
        "*SUPERADMIN#",
        "*SUPERADMIN=ANNA#",
        "*n=+36301111111,ANNA,U,N,1#",
        "*n=+36301111111,ANNA,U,N,1#",
        "*n=x,ANNA,U,N,1#",
        "*n=+36301111112,ANNA#",
        "*CONNECT#",
    )
    assert owner.texts == [
        "YOU ARE REGISTERED AS SUPERADMIN!",
        "ERROR: SUPERADMIN USER ALREADY REGISTERED!",
        "NEW USER REGISTERED.",
        "USER ALREADY EXISTS!",
        "NUMBER ERROR!",
        "MISSING PARAMETER",
        "Missing APN",
    ]
    assert device.authorised == [OWNER, "+36301111111"]


async def test_reachfar_is_bound_first(network: Network, owner: Listener) -> None:
    """The APN is taken from the bound number only; group 1 restarts for it, group 2 does not."""
    one = make_device(network, "reachfar", "+447700900101")
    apn = "apn,em,plmn,90143#"
    await tell(one, apn, "123456,sos1,+447700900001#", apn)
    assert (one.texts[-1], owner.texts) == (apn, [])
    await tell(one, "123456,sos1,447700900001#", "apn,em#", apn)
    assert (owner.texts, one.state.apn) == (["OK!", "OK!"], "")
    await tell(one, apn, sender=STRANGER)
    one.reboot()
    assert one.state.apn == "em"
    two = make_device(network, "reachfar", "+447700900102", variant="group_2")
    await tell(two, "pw,000000,center,447700900001#", "apn,em#")
    assert two.state.apn == ""
    await tell(two, "pw,123456,center,447700900001#", "apn,em#", "pw,123456,ts#")
    assert two.state.apn == "em"
    status = str(owner.texts[-1])
    assert "bat level:80;" in status and "pw:123456;" in status
    assert "center:+447700900001;" in status


async def test_vimar_credit(network: Network, owner: Listener) -> None:
    """The operator's text is passed on as it is, without a head; unset, the command is wrong."""
    device: Any = make_device(network, "vimar_01913", DEVICE)
    device.change(balance="Credito residuo: 7,35 EUR")
    await tell(device, "1234.SIMCREDIT")
    assert str(owner.texts.pop()).endswith("error on command(s):\n1")
    await tell(device, "1234.SIMCREDITSET.C.404", "1234.?SIMCREDITSET", "1234.SIMCREDIT")
    assert owner.texts == [
        "GSM-01913 1/1\nSIMCREDITSET:\nC\n404",
        "Credito residuo: 7,35 EUR",
    ]
    assert device.state.credit_requests == [["C", "404"]]
    await tell(device, "1234.SIMCREDITSET.C.404.TEXT", "1234.SIMCREDITSET.S.4916")
    assert device.state.credit == ["C", "404"]


async def test_vimar_answers_in_parts(network: Network, owner: Listener) -> None:
    """What is too long for one message comes in two, each with its head."""
    device: Any = make_device(network, "vimar_01913", DEVICE)
    await tell(device, *(f"1234.NUM{place}.+39333778899{place}" for place in range(1, 9)))
    await tell(device, "1234.?NUM/?SMS")
    assert [str(text).split("\n")[0] for text in owner.texts] == ["GSM-01913 1/2", "GSM-01913 2/2"]
    whole = "".join(str(text).split("\n", 1)[1] for text in owner.texts)
    assert whole.splitlines()[7] == "8: +393337788998"


async def test_vimar_modes_end(network: Network, clock: ManualClock, owner: Listener) -> None:
    """A label replaces C1; a timed mode ends; a new code is asked for from then on."""
    device: Any = make_device(network, "vimar_01913", DEVICE)
    await tell(
        device, "1234.C1.STR.Hall", "1234.Hall.MANTEMP.22,5.03", "1234.COD.67", "1234.COD.6767"
    )
    assert owner.texts == [
        "GSM-01913 1/1\nC1 MANTEMP\n22.5 degrees\n3 hours",
        "GSM-01913 1/1\nError:\nCode too short",
        "GSM-01913 1/1\nEntered code:\n6767",
    ]
    clock.advance(3 * 3600)
    await tell(device, "1234.Hall.STATO", "6767.Hall.STATO")
    assert owner.texts[3:] == [
        "GSM-01913 1/1\nHall\nMeas Temp:18.9 degrees\nSet Temp:22.5 degrees\nMode:AUTO"
    ]


async def test_vimar_warns_and_passes_on(network: Network, owner: Listener) -> None:
    """Alarms go to the numbers set for them, texts of others to the one of the redirection."""
    device = make_device(network, "vimar_01913", DEVICE)
    await tell(device, f"1234.NUM2.{OWNER}/RED.NUM2/SMSAR.NUM.12")
    owner.texts.clear()
    device.alarm("mains")
    await tell(device, "Happy new year", sender=STRANGER)
    assert owner.texts == ["GSM-01913 1/1\nNo Mains Power!", "Happy new year"]


async def test_faults_inside_a_device(network: Network, owner: Listener) -> None:
    """Arming that fails and settings that are locked are told in the manual's words."""
    pager = make_device(network, "tell", "+447700900101", authorised=[OWNER])
    pager.change(arming_fails=True)
    await tell(pager, "ARM,CRQ#", "DISARM,CRQ#")
    ruptela = make_device(network, "ruptela", "+447700900102")
    ruptela.change(locked=True)
    await tell(ruptela, "setconnection em")
    assert owner.texts == [
        "Arming failed",
        "Disarming failed",
        "You do not have permission to change the settings",
    ]
    assert ruptela.state.apn == ""


async def test_gate_base_loses_users(network: Network, owner: Listener) -> None:
    """Users are deleted without an answer, and may no longer command then."""
    device = make_device(network, "tell", DEVICE, variant="gate_base")
    await tell(device, "*SUPERADMIN#", '*n=+36301111111,A"A,U,N,1#')
    await tell(device, "*n=+36301111111,ANNA,X,N,1#", "*n=+36301111111,ANNA,U,N,1#", "*FLY#", "x")
    assert owner.texts[1:] == [
        'ERROR: INVALID CHARACTER: """!',
        "SYNTAX ERROR!",
        "NEW USER REGISTERED.",
        "SYNTAX ERROR!",
        "SYNTAX ERROR!",
    ]
    await tell(device, "*d=+36301111111,ANNA#")
    assert device.authorised == [OWNER]
    await tell(device, "*ERASEALLUSERS#", "*FLY#")
    assert (device.authorised, len(owner.texts)) == ([], 6)
