"""Delivery receipts: the dialects that service centres have, and how they name a message."""

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.gateways.receipts import spelling
from custom_components.cellular_gateway.gateways.smpp.codec.commands import Tag
from custom_components.cellular_gateway.gateways.smpp.codec.pdu import ShortMessage
from custom_components.cellular_gateway.gateways.smpp.codec.receipts import (
    ReceiptFields,
    ReceiptIds,
    read_receipt,
)
from custom_components.cellular_gateway.sms.tpdu import DeliveryOutcome

# The example of appendix B, with the abbreviations of its table B-1.
TEXT = (
    "id:{id} sub:001 dlvrd:001 submit date:9911022030 done date:9911022031 stat:{stat} err:000"
    " Text:Hello"
)


def a_receipt(text: str, *, esm_class: int = 4, **parameters: bytes) -> ReceiptFields | None:
    """Read a receipt with the ids as they are."""
    tags: dict[int, bytes] = {Tag[name.upper()]: value for name, value in parameters.items()}
    message = ShortMessage(esm_class=esm_class, parameters=tags)
    return read_receipt(message, text, ReceiptIds.SAME)


@pytest.mark.parametrize(
    ("stat", "state", "outcome", "reason"),
    [
        ("DELIVRD", 2, DeliveryOutcome.DELIVERED, "received_by_sme"),
        ("EXPIRED", 3, DeliveryOutcome.FAILED, "validity_period_expired"),
        ("DELETED", 4, DeliveryOutcome.FAILED, "deleted_by_service_centre_administration"),
        ("UNDELIV", 5, DeliveryOutcome.FAILED, "not_obtainable"),
        ("ACCEPTD", 6, DeliveryOutcome.PENDING, "accepted"),
        ("UNKNOWN", 7, DeliveryOutcome.FAILED, "unknown"),
        ("REJECTD", 8, DeliveryOutcome.FAILED, "service_rejected"),
        ("ENROUTE", 1, DeliveryOutcome.PENDING, "enroute"),
    ],
)
def test_states(stat: str, state: int, outcome: DeliveryOutcome, reason: str) -> None:
    """By the text, and by the parameters, whatever the text says then."""
    by_text = a_receipt(TEXT.format(id="0123456789", stat=stat))
    by_parameter = a_receipt(
        TEXT.format(id="other", stat="DELIVRD"),
        receipted_message_id=b"0123456789\0",
        message_state=bytes((state,)),
    )
    for receipt in (by_text, by_parameter):
        assert receipt is not None
        assert (receipt.message_id, receipt.outcome, receipt.reason) == (
            "0123456789",
            outcome,
            reason,
        )


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ("stat:FAILED err:069", DeliveryOutcome.FAILED),
        ("stat:BUFFRED err:000", DeliveryOutcome.PENDING),
        ("stat:BUFFERED", DeliveryOutcome.PENDING),
        ("stat:SUBMITD", DeliveryOutcome.PENDING),
        ("stat:2 err:000", DeliveryOutcome.DELIVERED),
        ("stat:005", DeliveryOutcome.FAILED),
        ("dlvrd:001 err:000", DeliveryOutcome.DELIVERED),
        ("dlvrd:000 err:069", DeliveryOutcome.FAILED),
        ("dlvrd:000 err:000", None),
        ("stat:99", None),
    ],
)
def test_states_that_are_not_in_the_specification(
    fields: str, outcome: DeliveryOutcome | None
) -> None:
    """Others that service centres have, numbers, and what the counts say where there is none."""
    receipt = a_receipt(f"id:1 sub:001 {fields} text:")
    assert (receipt and receipt.outcome) == outcome


@pytest.mark.parametrize(
    ("text", "message_id"),
    [
        ("id:abc-1 sub:1 dlvrd:1 stat:DELIVRD err:0 text:", "abc-1"),
        ("ID: 77 STAT: delivrd", "77"),
        ("id:00A0b0C, stat:DELIVRD", "00A0b0C"),
        ("id:, stat:DELIVRD", None),
        ("stat:DELIVERED", None),
        ("id:5 stat:DELIVRD text:id:6 stat:UNDELIV", "5"),
    ],
)
def test_dialects_of_receipts(text: str, message_id: str | None) -> None:
    """Every service centre writes them a little differently."""
    receipt = a_receipt(text)
    assert receipt is not None
    assert (receipt.message_id, receipt.outcome) == (message_id, DeliveryOutcome.DELIVERED)


def test_what_is_no_receipt() -> None:
    """A text that only looks like one, and a mark without a state."""
    text = TEXT.format(id="1", stat="DELIVRD")
    assert a_receipt(text, esm_class=0) is None
    assert a_receipt(text, esm_class=0, receipted_message_id=b"1\0") is not None
    assert a_receipt(text, esm_class=0x20) is not None
    assert a_receipt("Hello") is None
    assert a_receipt("stat:NONSENSE") is None
    assert a_receipt("", message_state=b"\xff") is None


@pytest.mark.parametrize(
    ("ids", "response", "receipt"),
    [
        (ReceiptIds.SAME, "0A1B", "0A1B"),
        (ReceiptIds.SAME, "A0B0C", "a0b0c"),
        (ReceiptIds.SAME, "12345", "0000012345"),
        (ReceiptIds.SAME, "0012345", "12345"),
        (ReceiptIds.SAME, "A0B0C", "A0B0C,"),
        (ReceiptIds.SAME, "000", "0"),
        (ReceiptIds.DECIMAL, "0A1B", "2587"),
        (ReceiptIds.DECIMAL, "a1b", "0000002587"),
        (ReceiptIds.HEXADECIMAL, "2587", "0A1B"),
        (ReceiptIds.HEXADECIMAL, "0000002587", "a1b"),
        (ReceiptIds.DECIMAL, "not-hex", "not-hex"),
        (ReceiptIds.HEXADECIMAL, "not-hex", "not-hex"),
    ],
)
def test_the_two_bases_of_ids(ids: ReceiptIds, response: str, receipt: str) -> None:
    """Response and receipt name the same message, each in its own way."""
    found = read_receipt(ShortMessage(esm_class=4), f"id:{receipt} stat:DELIVRD", ids)
    assert found is not None
    assert spelling(found.message_id or "") == spelling(response)


@pytest.mark.parametrize(
    ("ids", "response", "text", "parameter"),
    [
        (ReceiptIds.DECIMAL, "0A0B0C", "658188", b"0A0B0C"),
        (ReceiptIds.DECIMAL, "12345678", "305419896", b"12345678"),
        (ReceiptIds.DECIMAL, "12345678", "0305419896", b"305419896"),
        (ReceiptIds.DECIMAL, "12345678", None, b"305419896"),
        (ReceiptIds.DECIMAL, "0A0B0C", None, b"0a0b0c"),
        (ReceiptIds.HEXADECIMAL, "305419896", "12345678", b"305419896"),
        (ReceiptIds.HEXADECIMAL, "305419896", None, b"12345678"),
        (ReceiptIds.SAME, "0A0B0C", "another", b"a0b0c"),
    ],
)
def test_ids_in_parameters(
    ids: ReceiptIds, response: str, text: str | None, parameter: bytes
) -> None:
    """Are as in the response, or as in the text where they are the same as that."""
    message = ShortMessage(
        esm_class=4,
        parameters={Tag.RECEIPTED_MESSAGE_ID: parameter + b"\0", Tag.MESSAGE_STATE: b"\2"},
    )
    found = read_receipt(message, text and f"id:{text} stat:DELIVRD", ids)
    assert found is not None
    assert spelling(found.message_id or "") == spelling(response)


@given(st.text(max_size=60), st.sampled_from(ReceiptIds))
def test_no_text_of_a_receipt_fails(text: str, ids: ReceiptIds) -> None:
    """It has a state or is none."""
    found = read_receipt(ShortMessage(esm_class=4), f"id:{text} stat:DELIVRD", ids)
    assert found is not None
    assert found.outcome is DeliveryOutcome.DELIVERED
