"""Messages that lie in no storage, and those that are no texts."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.gateways.models import SmsKind
from simulator import pdu
from simulator.at_modem import AtModem, Sim
from simulator.profiles import PROFILES, Profile

from .lab import OWN, PEER, Lab

TEXTS = [f"message {number}" for number in range(50)]

DIRECT_ONLY = replace(
    PROFILES["sim7600"], indications=((0, 1, 2), (0, 2), (0,), (0, 1), (0,)), services=(0, 1)
)
UNACKNOWLEDGED = replace(DIRECT_ONLY, services=(0,))


def sim_of(modem: AtModem) -> Sim:
    """Return the SIM that the modem has."""
    assert modem.sim is not None
    return modem.sim


BINARY = b"\x01\x06\x03"


async def test_a_flash_message_is_acknowledged_after_it_was_kept(lab: Lab) -> None:
    """Class 0 lies in no storage; the network waits for our word."""
    await lab.connected()
    waiting: list[int] = []
    lab.inbox.before_keeping = lambda: waiting.append(lab.network.waiting(OWN))
    await lab.text("flash", flash=True)
    (part,) = await lab.inbox.wait_new()
    assert (part.message_class, part.text, part.storage) == (0, "flash", None)
    assert waiting == [1]
    await lab.text("next")
    await lab.inbox.wait_gone()
    assert lab.network.waiting(OWN) == 0


async def test_a_flash_message_that_could_not_be_kept_comes_again(lab: Lab) -> None:
    """No +CNMA, so the modem stops to deliver; both are put right, and nothing is lost."""
    modem, device = await lab.modem(acknowledgement_time=0.2)
    lab.notebook.values["adopted"] = "1"
    await lab.gateway(device).connect()
    await lab.inbox.until(lambda: True)
    lab.inbox.failure = NotKeptError("disk full")
    await lab.text("flash", flash=True)
    await lab.inbox.until(lambda: lab.inbox.failures >= 3)
    lab.inbox.failure = None
    await lab.inbox.wait_new()
    await lab.text("after")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["flash", "after"]
    assert modem.settings.indications[1] == 1


@pytest.mark.parametrize("profile", [DIRECT_ONLY, UNACKNOWLEDGED])
async def test_a_modem_that_only_delivers_directly(lab: Lab, profile: Profile) -> None:
    """Where nothing can be stored, messages and reports come by +CMT and +CDS."""
    _, device = await lab.modem(profile)
    await lab.gateway(device).connect()
    for text in TEXTS[:5]:
        await lab.text(text)
    await lab.inbox.wait_new(5)
    assert lab.inbox.texts == TEXTS[:5]
    await lab.eventually(lambda: lab.network.waiting(OWN) == 0)


@pytest.mark.parametrize(
    ("content", "options", "kind"),
    [
        (BINARY, {"port": 2948}, SmsKind.BINARY),
        (["04" + "0C91" + "947110325476" + "0000" + "9921" + "11125035604005E8329BFD06"], {}, None),
        (["FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"], {}, None),
    ],
    ids=["WAP push", "impossible month", "noise"],
)
async def test_what_is_no_text_is_kept_raw_and_jams_nothing(
    lab: Lab, content: bytes | list[str], options: dict[str, Any], kind: SmsKind | None
) -> None:
    """It is acknowledged as any other, and the next text comes through."""
    modem, _ = await lab.connected()
    (tpdu,) = await lab.network.send(PEER, OWN, content, **options)
    await lab.text("next")
    parts = await lab.inbox.wait_new(2)
    odd = next(part for part in parts if part.text != "next")
    assert odd.kind is (kind or odd.kind)
    assert odd.raw.endswith(tpdu)
    await lab.inbox.wait_gone(2)
    assert not sim_of(modem).storage.messages


@pytest.mark.parametrize("profile", ["sim7600", "sim800l"])
async def test_status_reports_are_handed_over(lab: Lab, profile: str) -> None:
    """Stored (+CDSI) or direct (+CDS)."""
    modem, _ = await lab.connected(profile)
    moment = lab.network.service_centre_time()
    report = pdu.encode_status_report(7, PEER, moment, moment, 0)
    await lab.network.send(PEER, OWN, [report.hex()])
    (part,) = await lab.inbox.wait_new()
    assert (part.kind, part.sender) == (SmsKind.STATUS_REPORT, PEER)
    assert part.raw.endswith(report.hex().upper())
    await lab.text("next")
    await lab.inbox.until(lambda: "next" in lab.inbox.texts)
    assert modem.settings.indications[3] > 0


async def test_a_modem_without_acknowledgement_by_its_plain_form(lab: Lab) -> None:
    """+CNMA wants its parameter in some modems."""
    modem, _ = await lab.connected()
    modem.faults.error("+CNMA", "ERROR")
    await lab.text("flash", flash=True)
    await lab.inbox.wait_new()
    await lab.eventually(lambda: lab.network.waiting(OWN) == 0)
    assert lab.inbox.texts == ["flash"]
