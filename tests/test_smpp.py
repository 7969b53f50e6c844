"""What goes and comes through an account at a service centre, in Home Assistant."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.faults import Fault, FaultKind, Position
from simulator.network import Network
from simulator.smsc import Account, Long, Message, Smsc, Style
from simulator.smsc.wire import Frame

from .ears import Ear
from .waiting import shown, until_state

PEER = "+491701234567"
LONG = "A text that is cut in three parts. " * 12
# TP status values, 3GPP TS 23.040 clause 9.2.3.15.
DELIVERED, EXPIRED = 0x00, 0x46

SENDING = {
    "sensor.centre_queue",
    "sensor.centre_sms_failed_today",
    "sensor.centre_sms_failed_total",
    "sensor.centre_sms_sent_today",
    "sensor.centre_sms_sent_total",
}
RECEIVING = {
    "sensor.centre_last_sms",
    "sensor.centre_sms_received_today",
    "sensor.centre_sms_received_total",
}
ALWAYS = {"binary_sensor.centre_connected", "event.centre_sms"}


@pytest.fixture
async def ear(hass: HomeAssistant, bound_centre: MockConfigEntry) -> AsyncIterator[Ear]:
    """Somebody who listens to the SMS events of the account."""
    ear = Ear(hass, "event.centre_sms")
    yield ear
    ear.stop()


async def send(hass: HomeAssistant, text: str = "Alarm", **data: Any) -> dict[str, Any]:
    """Send a text to somebody, and return the receipt."""
    answer: Any = await hass.services.async_call(
        DOMAIN,
        "send_sms",
        {"numbers": PEER, "text": text} | data,
        blocking=True,
        return_response=True,
    )
    (receipt,) = answer["receipts"]
    assert isinstance(receipt, dict)
    return receipt


async def until(hass: HomeAssistant, entity_id: str, wanted: str) -> None:
    """Wait until an entity is in a state."""
    await until_state(hass, entity_id, lambda state: state.state == wanted)


@pytest.mark.parametrize(
    ("centre_options", "entities"),
    [
        ({"mode": "transceiver"}, ALWAYS | SENDING | RECEIVING),
        ({"mode": "transmitter"}, ALWAYS | SENDING),
        ({"mode": "receiver"}, ALWAYS | RECEIVING),
    ],
)
async def test_entities(
    hass: HomeAssistant, bound_centre: MockConfigEntry, entities: set[str]
) -> None:
    """Only what makes sense for its directions, and nothing of a radio."""
    registry = er.async_get(hass)
    found = er.async_entries_for_config_entry(registry, bound_centre.entry_id)
    assert {entity.entity_id for entity in found} == entities
    assert shown(hass, "binary_sensor.centre_connected").state == "on"
    for entity_id in entities & (SENDING | RECEIVING) - {"sensor.centre_last_sms"}:
        assert shown(hass, entity_id).state == "0"


@pytest.mark.parametrize("centre_options", [{"default_alphabet": "latin1"}])
async def test_preview(hass: HomeAssistant, bound_centre: MockConfigEntry) -> None:
    """Tells the encoding that the alphabet of the service centre comes to."""
    for text, encoding in (("Grüße", "gsm7"), ("5 Ω", "ucs2")):
        preview = await hass.services.async_call(
            DOMAIN, "preview_sms", {"text": text}, blocking=True, return_response=True
        )
        assert preview is not None
        assert preview["encoding"] == (await send(hass, text))["encoding"] == encoding


async def test_a_text_comes_in(
    hass: HomeAssistant, ear: Ear, centre: Smsc, network: Network
) -> None:
    """It is fired, shown, counted and acknowledged."""
    await network.send(PEER, centre.account.number, "Mooring line is loose")
    event = await ear.next()
    expected = {"event_type": "received", "sender": PEER, "text": "Mooring line is loose"}
    assert expected.items() <= event.items()
    await until(hass, "sensor.centre_last_sms", "Mooring line is loose")
    await until(hass, "sensor.centre_sms_received_today", "1")
    await centre.until(lambda: [frame.name for frame in answers(centre)] == ["DELIVER_SM_RESP"])
    assert answers(centre)[0].status == 0


def answers(centre: Smsc) -> list[Frame]:
    """Return what was said to the service centre's own requests."""
    return [frame for frame in centre.heard_frames if frame.name.endswith("_RESP")]


@pytest.mark.parametrize("long", [Long.UDH, Long.SAR])
async def test_a_long_text_comes_in(ear: Ear, centre: Smsc, network: Network, long: Long) -> None:
    """Once, however its parts are told."""
    centre.long = long
    await network.send(PEER, centre.account.number, LONG)
    event = await ear.next()
    assert (event["text"], event["parts"]) == (LONG, 3)
    await network.send(PEER, centre.account.number, "the end")
    assert (await ear.next())["text"] == "the end"


@pytest.mark.usefixtures("bound_centre")
async def test_a_text_goes_out(hass: HomeAssistant, centre: Smsc, network: Network) -> None:
    """In parts, of which each has the name that the service centre gave it."""
    receipt = await send(hass, LONG)
    assert receipt["status"] == "sent"
    names = [part["message_id"] for part in receipt["parts"]]
    assert names == [submitted.message_id for submitted in centre.account.submitted]
    assert len(set(names)) == 3
    assert (await network.phone(PEER).received()).text == LONG
    await until(hass, "sensor.centre_sms_sent_today", "1")
    assert shown(hass, "sensor.centre_sms_failed_today").state == "0"


@pytest.mark.usefixtures("bound_centre")
async def test_the_queue(hass: HomeAssistant, centre: Smsc) -> None:
    """Shows what waits for the service centre's answer."""
    centre.faults.add(Fault(FaultKind.LATE, "SUBMIT_SM", seconds=2.0))
    sending = hass.async_create_task(send(hass))
    await until(hass, "sensor.centre_queue", "1")
    await until(hass, "sensor.centre_queue", "0")
    assert (await sending)["status"] == "sent"


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize(
    ("status", "told"), [(DELIVERED, "delivered"), (EXPIRED, "undelivered")], ids=str
)
async def test_delivery_reports(
    hass: HomeAssistant,
    ear: Ear,
    centre: Smsc,
    network: Network,
    style: Style,
    status: int,
    told: str,
) -> None:
    """Whether they are written as a text or as parameters, they are the text's own."""
    centre.receipts = style
    network.plan_reports(PEER, status)
    receipt = await send(hass, delivery_report=True)
    event = await ear.next()
    expected = {"event_type": told, "id": receipt["id"], "number": PEER, "matched": True}
    assert expected.items() <= event.items()
    assert receipt["id"]
    assert shown(hass, "sensor.centre_last_sms").state == "unknown"


def answered(network: Network, centre: Smsc, octets: bytes, **fields: Any) -> None:
    """Have a receipt come in."""
    receipt = Message(PEER.removeprefix("+"), centre.account.number, 1, 1, esm_class=4)
    network.spawn(centre.offer(replace(receipt, octets=octets, **fields)))


@pytest.mark.parametrize(
    ("source", "ton"), [("20407", 0), ("00491701234567", 1), ("B21491701234567", 0)]
)
async def test_a_receipt_from_another_address(
    hass: HomeAssistant, ear: Ear, centre: Smsc, network: Network, source: str, ton: int
) -> None:
    """Is known by its id, be it its own number that a service centre puts there."""
    network.plan_reports(PEER)
    receipt = await send(hass, delivery_report=True)
    message_id = receipt["parts"][0]["message_id"]
    octets = f"id:{message_id} stat:DELIVRD err:000".encode()
    answered(network, centre, octets, source=source, source_ton=ton)
    event = await ear.next()
    expected = {"event_type": "delivered", "id": receipt["id"], "number": PEER, "matched": True}
    assert expected.items() <= event.items()


async def test_a_receipt_without_an_id(
    hass: HomeAssistant, ear: Ear, centre: Smsc, network: Network
) -> None:
    """Is about the only text to that number that waits for one."""
    network.plan_reports(PEER)
    receipt = await send(hass, delivery_report=True)
    answered(network, centre, b"sub:001 dlvrd:001 err:000 text:")
    expected = {"event_type": "delivered", "id": receipt["id"], "matched": True}
    assert expected.items() <= (await ear.next()).items()


async def test_a_receipt_with_an_id_after_one_without(
    hass: HomeAssistant, ear: Ear, centre: Smsc, network: Network
) -> None:
    """The text is still known by its id, which is written in another way."""
    network.plan_reports(PEER)
    receipt = await send(hass, delivery_report=True)
    answered(network, centre, b"stat:ENROUTE err:000 text:")
    assert (await ear.next())["event_type"] == "delivery_pending"
    name = receipt["parts"][0]["message_id"].lower()
    answered(network, centre, f"id:00{name}, stat:UNDELIV err:001".encode())
    expected = {"event_type": "undelivered", "id": receipt["id"], "matched": True}
    assert expected.items() <= (await ear.next()).items()


async def test_a_receipt_that_outruns_the_answer(
    hass: HomeAssistant, ear: Ear, centre: Smsc, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for that, though it has another address."""
    submit = centre.submit

    def quick(account: Account, message: Message) -> str:
        name = submit(account, message)
        answered(network, centre, f"id:{name} stat:DELIVRD".encode(), source="20407", source_ton=0)
        centre.faults.add(Fault(FaultKind.LATE, "SUBMIT_SM", seconds=0.3))
        return name

    network.plan_reports(PEER)
    monkeypatch.setattr(centre, "submit", quick)
    receipt = await send(hass, delivery_report=True)
    expected = {"event_type": "delivered", "id": receipt["id"], "matched": True}
    assert expected.items() <= (await ear.next()).items()


@pytest.mark.parametrize(
    ("coding", "first", "second", "text"),
    [
        (8, "a😀".encode("utf-16-be")[:4], "a😀b".encode("utf-16-be")[4:], "a😀b"),
        (0, b"10 \x1b", b"\x65 ok", "10 € ok"),
    ],
)
async def test_a_character_that_was_cut(
    ear: Ear, centre: Smsc, network: Network, coding: int, first: bytes, second: bytes, text: str
) -> None:
    """Is whole again when both parts are there."""
    for number, octets in enumerate((first, second), 1):
        header = bytes((5, 0, 3, 7, 2, number))
        answered(network, centre, header + octets, esm_class=0x40, data_coding=coding)
    event = await ear.next()
    assert (event["text"], event["parts"]) == (text, 2)


@pytest.mark.parametrize(
    ("centre_options", "text", "count"),
    [
        ({"country": "DE", "long_text": "payload"}, LONG, 1),
        ({"country": "DE", "default_alphabet": "latin1"}, "Δ" + "word " * 29, 3),
    ],
)
async def test_how_many_reports_are_expected(
    hass: HomeAssistant,
    bound_centre: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    count: int,
) -> None:
    """As many as the account sends parts, should Home Assistant die before it is told."""
    journal, noted = bound_centre.runtime_data.journal, []
    begin_send = journal.begin_send

    async def begin(*values: Any, **more: Any) -> int:
        noted.append(more["reports"])
        return int(await begin_send(*values, **more))

    monkeypatch.setattr(journal, "begin_send", begin)
    receipt = await send(hass, text, delivery_report=True)
    assert noted == [count] == [len(receipt["parts"])]


@pytest.mark.usefixtures("bound_centre")
async def test_too_fast(hass: HomeAssistant, centre: Smsc, network: Network) -> None:
    """What the service centre does not take for haste is sent a little later, once."""
    centre.faults.add(Fault(FaultKind.ERROR, "SUBMIT_SM", text="0x58"))
    assert (await send(hass))["status"] == "sent"
    assert [sent.text for sent in await network.wait_sent()] == ["Alarm"]
    assert len(centre.account.submitted) == 1


@pytest.mark.usefixtures("bound_centre")
async def test_a_refusal(hass: HomeAssistant, centre: Smsc) -> None:
    """Is told in words, counted, and not tried again."""
    centre.faults.add(Fault(FaultKind.ERROR, "SUBMIT_SM", text="0x45", times=2))
    with pytest.raises(HomeAssistantError, match="ESME_RSUBMITFAIL"):
        await hass.services.async_call(
            DOMAIN, "send_sms", {"numbers": PEER, "text": "Alarm"}, blocking=True
        )
    receipt = await send(hass)
    assert (receipt["status"], receipt["parts"][0]["code"]) == ("failed", "ESME_RSUBMITFAIL")
    await until(hass, "sensor.centre_sms_failed_today", "2")
    assert shown(hass, "sensor.centre_sms_failed_total").state == "2"
    assert shown(hass, "sensor.centre_sms_sent_today").state == "0"
    assert not centre.account.submitted


@pytest.mark.usefixtures("bound_centre")
async def test_a_link_lost_in_the_middle(
    hass: HomeAssistant, centre: Smsc, network: Network
) -> None:
    """The outcome is unknown, it counts for nothing, and the text is not repeated."""
    centre.faults.add(Fault(FaultKind.UNPLUG, "SUBMIT_SM", Position.ANSWER))
    receipt = await send(hass)
    assert (receipt["status"], receipt["parts"][0]["reason"]) == ("unknown", "connection_lost")
    await until(hass, "binary_sensor.centre_connected", "off")
    await until(hass, "binary_sensor.centre_connected", "on")
    assert (await send(hass, "another"))["status"] == "sent"
    await until(hass, "sensor.centre_sms_sent_today", "1")
    assert [sent.text for sent in await network.wait_sent(2)] == ["Alarm", "another"]
    assert shown(hass, "sensor.centre_sms_failed_today").state == "0"
