"""Short messages and their storages, as modems write them."""

import pytest

from custom_components.cellular_gateway.gateways.at_modem.codec.messages import (
    Indication,
    indications,
    parse_indication,
    parse_messages,
    parse_reference,
    parse_storage_names,
    parse_storage_uses,
    parse_stored_notice,
)

DELIVER = "0791947101670000040C9194711032547600006211125035604003D4F29C0E"


def test_storages() -> None:
    """TS 27.005 clause 3.2.2."""
    assert parse_storage_names('+CPMS: ("SM","ME"),("SM"),("SM")')[0] == {"SM", "ME"}
    assert parse_storage_names("OK") == ()
    (use,) = parse_storage_uses('+CPMS: "SM",3,20')
    assert (use.storage, use.used, use.total) == ("SM", 3, 20)


def test_messages() -> None:
    """Received ones are told from drafts by status, or where it is missing by their type."""
    lines = [
        f"+CMGL: 1,0,,{len(DELIVER) // 2 - 8}",
        DELIVER,
        "+CMGL: 2,2,,13",
        "0001000B811000000000F0000002112233",
        "+CMGL: 3,,,13",
        "0001000B811000000000F0000002112233",
        "+CMGL: 4,,,20",
        DELIVER.lower(),
        "+CMGL: 5,0,,20",
        "+CMGL: 6,1,,20",
        DELIVER,
    ]
    found = list(parse_messages(lines))
    assert [(message.index, message.received) for message in found] == [
        (1, True),
        (2, False),
        (3, False),
        (4, True),
        (6, True),
    ]
    assert found[3].pdu == DELIVER


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('+CMTI: "SM",3', ("SM", 3)),
        ('+CDSI: "SR",12', ("SR", 12)),
        ("+CMTI: ME,0", ("ME", 0)),
        ('\x7f~x+CMTI: "SM",3', ("SM", 3)),
        ('+CMTI: "SM"', None),
        ('+CMGL: 1,"REC",3', None),
    ],
)
def test_notices(line: str, place: tuple[str, int] | None) -> None:
    """TS 27.005 clause 3.4.1."""
    notice = parse_stored_notice(line)
    assert (notice and (notice.storage, notice.index)) == place


@pytest.mark.parametrize(
    ("line", "best"),
    [
        ("+CNMI: (0-2),(0-3),(0,2,3),(0-2),(0,1)", "2,1,0,2,0"),
        ("+CNMI: (0,1,2),(0,1),(0),(0,1),(1)", "2,1,0,1,1"),
        ("+CNMI: (3),(0,3),(0),(0),(0)", "3,3,0,0,0"),
        ("+CNMI: (0-1),(0,2),(0,2)", "1,2,0,0,0"),
        ("+CNMI: nonsense", "2,1,0,2,0"),
        (None, "2,1,0,2,0"),
    ],
)
def test_indications(line: str | None, best: str) -> None:
    """What the modem offers; the usual ones where it does not say."""
    assert str(indications(line)[0]) == best


def test_an_indication_is_read_back() -> None:
    """TS 27.005 clause 3.4.1."""
    assert parse_indication("+CNMI: 2,1,0,2,0") == Indication(2, 1, 0, 2, 0)
    assert parse_indication("+CNMI: 2,1") is None
    assert not indications("+CNMI: (0),(0),(0),(0),(0)")


def test_references() -> None:
    """TP-MR is one octet."""
    assert parse_reference(["+CMGS: 42"]) == 42
    assert parse_reference(['+CMGS: 7,"24/01/01"']) == 7
    assert parse_reference(["+CMGS: 300"]) is None
    assert parse_reference([]) is None
