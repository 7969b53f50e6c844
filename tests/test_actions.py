"""What the actions refuse, and what they answer."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.cellular_gateway.const import DOMAIN
from simulator.at_modem import AtModem
from simulator.faults import Fault, FaultKind, Position
from simulator.network import Network

from .actions import act
from .house import ANN

pytestmark = pytest.mark.usefixtures("loaded")


async def test_recipients_and_numbers_each_once(
    hass: HomeAssistant, network: Network, entry: MockConfigEntry
) -> None:
    """A recipient who is named as a number too hears it once."""
    answer = await act(
        hass,
        "send_sms",
        recipients="notify.ann",
        numbers=[int(ANN[1:]), "1234"],
        text="Alarm",
        config_entry_id=entry.entry_id,
        port="1",
    )
    assert [(sent["number"], sent["recipient"], sent["status"]) for sent in answer["receipts"]] == [
        (ANN, "Ann", "sent"),
        ("1234", None, "sent"),
    ]
    assert [sent.text for sent in await network.wait_sent(2)] == ["Alarm", "Alarm"]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({}, "no_recipient"),
        ({"numbers": ["12x34"]}, "invalid_number"),
        ({"recipients": "notify.nobody"}, "not_a_recipient"),
        ({"numbers": ["1234"], "text": ""}, "empty_message"),
        ({"numbers": ["1234"], "text": "é" * 200, "max_parts": 1}, "too_many_parts"),
        ({"numbers": ["1234"], "text": "☎", "encoding": "gsm7"}, "text_not_encodable"),
        ({"numbers": ["1234"], "validity": {"days": 999}}, "invalid_validity"),
        ({"numbers": ["1234"], "port": "7"}, "unknown_port"),
    ],
)
async def test_what_cannot_be_sent_is_refused_in_words(
    hass: HomeAssistant, network: Network, data: dict[str, Any], key: str
) -> None:
    """Nothing leaves, and the error says why."""
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "send_sms", **({"text": "Alarm"} | data), response=False)
    assert raised.value.translation_key == key
    assert network.sent == []


async def test_a_recipient_of_another_gateway(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A recipient cannot be reached through a gateway that is not its own."""
    other = MockConfigEntry(domain=DOMAIN, data={"kind": "at_modem"})
    other.add_to_hass(hass)
    with pytest.raises(ServiceValidationError) as raised:
        await act(
            hass,
            "send_sms",
            recipients="notify.ann",
            text="Alarm",
            config_entry_id=other.entry_id,
            response=False,
        )
    assert raised.value.translation_key == "recipient_of_other_gateway"


async def test_a_gateway_that_is_not_set_up_keeps_nobody_from_hearing_it(
    hass: HomeAssistant, network: Network
) -> None:
    """Two gateways are there so that one suffices."""
    other = MockConfigEntry(
        domain=DOMAIN,
        title="Away",
        data={"kind": "at_modem"},
        subentries_data=[
            ConfigSubentryData(
                subentry_type="recipient", title="Bob", unique_id="1", data={"number": "1234"}
            )
        ],
    )
    other.add_to_hass(hass)
    (subentry_id,) = other.subentries
    bob = er.async_get(hass).async_get_or_create(
        "notify", DOMAIN, "bob", config_entry=other, config_subentry_id=subentry_id
    )
    recipients = [bob.entity_id, "notify.ann"]
    answer = await act(hass, "send_sms", recipients=recipients, text="Alarm")
    assert [(sent["recipient"], sent["status"]) for sent in answer["receipts"]] == [
        ("Bob", "failed"),
        ("Ann", "sent"),
    ]
    assert answer["receipts"][0]["reason"] == "not_connected"


async def test_a_bad_number_keeps_nobody_from_hearing_it(
    hass: HomeAssistant, network: Network
) -> None:
    """A mistake in a list is told after the rest of the list was sent."""
    numbers = ["12x34", "5678"]
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "send_sms", numbers=numbers, text="Alarm", response=False)
    assert raised.value.translation_key == "not_sent"
    assert [sent.recipient for sent in await network.wait_sent()] == ["5678"]
    answer = await act(hass, "send_sms", numbers=numbers, text="Alarm")
    assert [sent.get("reason") for sent in answer["receipts"]] == ["invalid_number", None]


async def test_unloading_among_several_recipients(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Each has a receipt, also those whose turn came after the end."""
    send = asyncio.create_task(act(hass, "send_sms", numbers=["1234", "5678"], text="Alarm"))
    await asyncio.sleep(0)
    await hass.config_entries.async_unload(entry.entry_id)
    first, second = (await send)["receipts"]
    assert first["status"] in ("sent", "failed", "unknown")
    assert (second["status"], second["reason"]) == ("failed", "closed")


@pytest.mark.parametrize("options", [{"national_languages": ["turkish"]}])
async def test_preview_counts_as_the_gateway_sends(
    hass: HomeAssistant, entry: MockConfigEntry, network: Network
) -> None:
    """National languages that the gateway may use make a text cheaper in the preview too."""
    text = "Işık açık, lütfen söndürünüz. " * 3
    await act(hass, "send_sms", numbers=["1234"], text=text, response=False)
    for data in ({}, {"config_entry_id": entry.entry_id}):
        answer = await act(hass, "preview_sms", text=text, **data)
        assert (answer["encoding"], len(answer["parts"])) == ("gsm7", 1)
    assert len(await network.wait_sent()) == 1


@pytest.mark.parametrize("data", [{"max_parts": 0}, {"encoding": "ebcdic"}, {"validity": "soon"}])
async def test_malformed_data(hass: HomeAssistant, data: dict[str, Any]) -> None:
    """The schema refuses what makes no sense."""
    with pytest.raises(vol.Invalid):
        await act(hass, "send_sms", numbers=["1234"], text="Alarm", **data, response=False)


async def test_every_recipient_is_tried(hass: HomeAssistant, network: Network) -> None:
    """One that the network refuses keeps nobody else from hearing it; then it raises."""
    network.refuse(1)
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "send_sms", numbers=["1234", "5678"], text="Alarm", response=False)
    assert raised.value.translation_key == "not_sent"
    assert raised.value.translation_placeholders == {"total": "2", "failed": "1", "unknown": "0"}
    assert [sent.recipient for sent in await network.wait_sent()] == ["5678"]


async def test_the_reason_of_a_single_failure(hass: HomeAssistant, network: Network) -> None:
    """With one text the error says what the network said; notify does the same."""
    network.refuse(1, times=2)
    for domain, action, data in (
        (DOMAIN, "send_sms", {"numbers": ["1234"], "text": "Alarm"}),
        ("notify", "send_message", {"entity_id": "notify.ann", "message": "Alarm"}),
    ):
        with pytest.raises(HomeAssistantError) as raised:
            await hass.services.async_call(domain, action, data, blocking=True)
        assert raised.value.translation_key == "refused"
        assert raised.value.translation_placeholders == {
            "code": "+CMS ERROR: 1",
            "meaning": "unassigned (unallocated) number",
        }


async def test_an_unknown_outcome_is_told_as_such(
    hass: HomeAssistant, network: Network, modem: AtModem
) -> None:
    """The modem took the text and fell silent: nobody knows, and nothing is sent again."""
    modem.faults.add(Fault(FaultKind.UNPLUG, "+CMGS", Position.SUBMIT))
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "send_sms", numbers=["1234"], text="Alarm", response=False)
    assert raised.value.translation_key == "outcome_unknown"


async def test_the_code_is_in_the_receipt(hass: HomeAssistant, network: Network) -> None:
    """With a response the refusal comes in words, and nothing is raised."""
    network.refuse(1)
    answer = await act(hass, "send_sms", numbers=["1234"], text="Alarm")
    (receipt,) = answer["receipts"]
    (part,) = receipt["parts"]
    assert (receipt["status"], part["status"], part["code"]) == (
        "failed",
        "failed",
        "+CMS ERROR: 1",
    )
    assert part["meaning"] == "unassigned (unallocated) number"


async def test_an_error_before_the_first_octet_is_in_the_receipt(hass: HomeAssistant) -> None:
    """With a response even an unusable port is an answer."""
    answer = await act(hass, "send_sms", numbers=["1234"], text="A", port="7")
    (receipt,) = answer["receipts"]
    assert (receipt["status"], receipt["reason"], receipt["parts"]) == (
        "failed",
        "unknown_port",
        [],
    )


async def test_preview(hass: HomeAssistant, network: Network) -> None:
    """A dry run tells encoding, parts and the characters that make it dear."""
    answer = await act(hass, "preview_sms", text="Boat ☎ " * 20)
    assert answer["encoding"] == "ucs2"
    assert "".join(answer["parts"]) == "Boat ☎ " * 20
    assert len(answer["parts"]) == 3
    assert answer["forcing"] == ["☎"]
    answer = await act(hass, "preview_sms", text="“Boat”", encoding="transliterate")
    assert (answer["encoding"], answer["transliterated"]) == ("gsm7", '"Boat"')
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "preview_sms", text="☎", encoding="gsm7")
    assert raised.value.translation_key == "text_not_encodable"
    assert network.sent == []
