"""Far-end devices: what they are sent, what they answer, and what they then are."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from simulator.clock import ManualClock
from simulator.devices import FAMILIES, make_device, one_of_each
from simulator.network import Network

from .dialogues import IMEI, QUECLINK_REPORTS, QUESTIONS, REFUSED, SETTINGS, TALKS
from .far_end import DEVICE, OWNER, STRANGER, Listener, placed, settle, tell


@pytest.mark.parametrize(("family", "variant", "options", "text", "answers", "state"), SETTINGS)
async def test_device_obeys(
    network: Network,
    owner: Listener,
    family: str,
    variant: str | None,
    options: dict[str, Any],
    text: str,
    answers: list[str],
    state: dict[str, Any],
) -> None:
    """A command in the grammar of its manual is obeyed and answered from its number."""
    device = make_device(network, family, DEVICE, variant=variant, **options)
    await tell(device, text)
    assert (device.texts, owner.texts) == ([text], answers)
    assert set(owner.senders) <= {DEVICE}
    assert {name: getattr(device.state, name) for name in state} == state


@pytest.mark.parametrize(("family", "variant", "text", "answers"), QUESTIONS)
async def test_device_tells(
    network: Network,
    owner: Listener,
    family: str,
    variant: str | None,
    text: str,
    answers: list[str],
) -> None:
    """A question is answered with what the device is and where."""
    await tell(placed(network, family, variant), text)
    assert owner.texts == answers


@pytest.mark.parametrize(("family", "variant", "options", "talk"), TALKS)
async def test_device_talks(
    network: Network,
    owner: Listener,
    family: str,
    variant: str | None,
    options: dict[str, Any],
    talk: list[tuple[str, str | None]],
) -> None:
    """A device answers one command after the other, and remembers what it was told."""
    device = placed(network, family, variant, **options)
    for text, answer in talk:
        await tell(device, text)
        assert (text, owner.texts) == (text, [] if answer is None else [answer])
        owner.texts.clear()


@pytest.mark.parametrize(("question", "report"), QUECLINK_REPORTS)
async def test_queclink_reports(
    network: Network, owner: Listener, question: str, report: str
) -> None:
    """A Queclink acknowledges each question and sends the report, unless that goes elsewhere."""
    device = placed(network, "queclink", "gl300")
    await tell(device, f"AT+GTRTO=gl300,{question},,,,,,000B$")
    assert owner.texts[1:] == [report]
    device.change(report_by_sms=False)
    await tell(device, "AT+GTRTO=gl300,3,,,,,,000B$", "AT+GTRTO=gl300,7,,,,,,000B$")
    assert [str(text)[:10] for text in owner.texts[2:]] == ["+ACK:GTRTO"] * 2
    assert device.state.reboots == 1


@pytest.mark.parametrize(("family", "variant", "text", "answers"), REFUSED)
async def test_device_refuses(
    network: Network,
    owner: Listener,
    family: str,
    variant: str | None,
    text: str,
    answers: list[str],
) -> None:
    """What is not quite the grammar, or a wrong password, changes nothing."""
    device = make_device(network, family, DEVICE, variant=variant)
    before = make_device(network, family, STRANGER, variant=variant).state
    await tell(device, text)
    assert owner.texts == answers
    assert device.state == before


@pytest.mark.parametrize(
    ("family", "variant", "text", "answers"),
    [
        ("teltonika_tracker", None, "  setparam 2001:em", []),
        ("ruptela", None, "setconnection em", []),
        ("concox", None, "APN em#", ["ERROR:110"]),
        ("coban", None, "APN123456 em", []),
        ("meitrack", None, "0000,A81,em,,", []),
        ("elinz", "password", "apn123456 em", []),
        ("reachfar", None, "123456,sos1,447700900001#", []),
        ("queclink", None, "AT+GTBSI=gl200,em,,,,,,,0002$", []),
        ("bitrek", None, "setparam 0242 em", []),
        ("teltonika_router", None, "cellular apn=em", []),
        ("tell", "pager", "CONNECT#", []),
        ("tell", "gate_base", "*CONNECT#", []),
        ("vimar_01913", None, "1234.C1.OFF", []),
        ("generic", None, "where", []),
    ],
)
async def test_stranger_is_ignored(
    network: Network,
    owner: Listener,
    family: str,
    variant: str | None,
    text: str,
    answers: list[str],
) -> None:
    """A number that is not authorised is met with silence, or the manual's refusal."""
    device = make_device(network, family, DEVICE, variant=variant, authorised=[STRANGER])
    await tell(device, text)
    assert owner.texts == answers
    assert device.state.apn == ""


@pytest.mark.parametrize(
    ("family", "variant", "kind", "text"),
    [
        ("coban", None, "sos", "help me! lat: 54.714730 long: -25.303040 speed: 038.0"),
        ("meitrack", None, "sos", "SOS,261001 03:04,A,20,38Km/h,80%,http://maps.meigps.com/?lat="),
        ("queclink", None, "sos", f"+RESP:GTSOS,1A0102,{IMEI},,0,0,1,1,38.0,77,147.0,-25.303040,"),
        ("concox", None, "battery", "Low battery alarm!!!<DateTime:26-10-01 03:04:36> http://maps"),
        ("vimar_01913", None, "temperature", "GSM-01913 1/1\nTemperature alarm!\nTmis: 18.9\n"),
        ("tell", "gate_20", "forward", "SMS forward from 1777: Your balance"),
    ],
)
async def test_alarm_comes_unasked(
    network: Network,
    owner: Listener,
    family: str,
    variant: str | None,
    kind: str,
    text: str,
) -> None:
    """An alarm reaches the authorised numbers; a kind that the family has not is refused."""
    device = placed(network, family, variant, authorised=[OWNER])
    device.alarm(kind)
    await settle(network)
    (alarm,) = owner.texts
    assert str(alarm).startswith(text)
    with pytest.raises(ValueError, match="no alarm flood"):
        device.alarm("flood")


@pytest.mark.parametrize("family", FAMILIES)
async def test_every_alarm_and_position(network: Network, owner: Listener, family: str) -> None:
    """Every alarm has a text, with a fix and without; a position is told by all who have one."""
    for variant in FAMILIES[family]:
        device = make_device(network, family, DEVICE, variant=variant, authorised=[OWNER])
        for fixed in (True, False):
            device.move(fixed=fixed)
            for kind in device.alarms:
                owner.texts.clear()
                device.alarm(kind)
                await settle(network)
                assert len(owner.texts) == 1 and owner.texts[0]
        if family in {"tell", "vimar_01913"}:
            with pytest.raises(ValueError, match="tells no position"):
                device.tell_position()
        else:
            device.tell_position()
            await settle(network)
            assert len(owner.texts) == 2


@pytest.mark.parametrize(
    ("family", "text", "answer"),
    [
        ("teltonika_tracker", "  getgps", "WARNING! GPS Data not Available."),
        ("ruptela", "coords", "state 2"),
        ("concox", "WHERE#", "NO DATA!"),
        ("coban", "smslink123456", "lac:0115 cid:C5F6 mcc=262 mnc=01"),
        ("meitrack", "0000,A00", ",V,"),
        ("queclink", "AT+GTRTO=gl200,1,,,,,,000B$", ",0,0,1,0,0.0,"),
        ("bitrek", "getgps", "Lat: 0.0000 Long: 0.0000"),
        ("teltonika_router", "gps", "GPS fix: no"),
        ("generic", "?", "No GPS fix"),
    ],
)
async def test_no_fix(
    network: Network, owner: Listener, family: str, text: str, answer: str
) -> None:
    """Without a fix a device says so in its own way."""
    device = make_device(network, family, DEVICE)
    device.move(fixed=False)
    await tell(device, text)
    assert answer in str(owner.texts[-1])


async def test_answers_are_late_held_and_lost(
    network: Network, clock: ManualClock, owner: Listener
) -> None:
    """Answers come after minutes, when they are released, or never."""
    device = make_device(network, "ruptela", DEVICE)
    device.trouble.delay = 180
    await tell(device, "imei")
    clock.advance(179)
    await settle(network)
    assert owner.texts == []
    clock.advance(1)
    await settle(network)
    assert owner.texts == [f"IMEI: {IMEI}"]
    device.trouble.delay, device.trouble.lose = 0, 1
    await tell(device, "imei", "version")
    assert owner.texts[1:] == ["5402,1.0.7,1089,20,1"]
    device.hold()
    await tell(device, "imei", "version")
    assert (len(owner.texts), len(device.held)) == (2, 2)
    device.release(backwards=True)
    await settle(network)
    assert owner.texts[2:] == ["5402,1.0.7,1089,20,1", f"IMEI: {IMEI}"]


async def test_answer_in_two_under_another_name(network: Network, owner: Listener) -> None:
    """An answer comes in two messages without concatenation, from a national number."""
    device = make_device(network, "ruptela", DEVICE)
    device.trouble.split, device.shown_as = 1, "07700900100"
    await tell(device, "imei", "imei")
    assert owner.texts == [f"IMEI: {IMEI}"[:10], f"IMEI: {IMEI}"[10:], f"IMEI: {IMEI}"]
    assert owner.senders == ["07700900100"] * 3


async def test_long_answer_is_concatenated(network: Network, owner: Listener) -> None:
    """An answer of more than 160 characters arrives as one text of several parts."""
    device = make_device(network, "concox", DEVICE)
    delivered: list[bytes] = []
    take = owner.deliver

    async def count(tpdu: bytes, smsc: str) -> None:
        delivered.append(tpdu)
        await take(tpdu, smsc)

    owner.deliver = count  # type: ignore[method-assign]
    device.change(ignition=True, battery=3)
    await tell(device, "STATUS#")
    assert len(delivered) == 2
    assert str(owner.texts[0]).startswith("Battery:3.42V,Battery too low! Warning; GPRS:Link Down")


async def test_messages_wait_for_a_device_that_is_off(network: Network, owner: Listener) -> None:
    """A device that is off hears what was sent to it when it is on again."""
    device = make_device(network, "ruptela", DEVICE)
    device.switch(on=False)
    await tell(device, "imei")
    assert (device.received, network.waiting(DEVICE)) == ([], 1)
    device.switch(on=True)
    await settle(network)
    assert owner.texts == [f"IMEI: {IMEI}"]


async def test_octets_are_kept(network: Network) -> None:
    """Exactly what arrived is kept: blanks, alphabet and parts."""
    device = make_device(network, "generic", DEVICE, password="1234")
    await tell(device, "  setparam 2001:em@", "жук", "x" * 200)
    assert [heard.octets for heard in device.received[:2]] == [
        b"  setparam 2001:em\x00",
        "жук".encode("utf-16-be"),
    ]
    assert (device.received[2].parts, device.texts[2]) == (2, "x" * 200)
    assert OWNER not in repr(device.received) and "setparam" not in repr(device.received)
    await network.send(OWNER, device.number, b"\x00\xff")
    await settle(network)
    assert device.texts[3] is None


async def test_one_of_each(network: Network) -> None:
    """There is one device of every family, each with a number of its own."""
    devices = one_of_each(network)
    assert [device.family for device in devices] == list(FAMILIES)
    assert len({device.number for device in devices}) == len(FAMILIES)


def test_unknown_family_and_variant(network: Network) -> None:
    """What there is not is refused with what there is."""
    with pytest.raises(ValueError, match="teltonika_tracker"):
        make_device(network, "toaster", DEVICE)
    with pytest.raises(ValueError, match="pager, gate_base, gate_20"):
        make_device(network, "tell", DEVICE, variant="toaster")


WORDS = st.sampled_from(
    [row[3] for row in SETTINGS] + [row[2] for row in QUESTIONS] + [row[2] for row in REFUSED]
)


@given(text=st.one_of(st.text(max_size=40), WORDS), junk=st.text(max_size=4), at=st.integers(0, 40))
def test_no_text_breaks_a_device(text: str, junk: str, at: int) -> None:
    """Whatever text reaches whatever device, it answers texts or nothing."""
    network = Network(clock=ManualClock())
    mangled = text[:at] + junk + text[at:]
    for family, variants in FAMILIES.items():
        for variant in variants:
            device = make_device(network, family, DEVICE, variant=variant)
            device.trouble.hold = True
            answers = [*device.obey(mangled, OWNER), *device.ignore(mangled, OWNER)]
            assert all(isinstance(answer, str) and answer for answer in answers)
