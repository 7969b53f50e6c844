"""A modem that refuses to show its messages has not said that there are none."""

from dataclasses import replace

import pytest

from custom_components.cellular_gateway.gateways.errors import GatewayRefusedError
from simulator.at_modem import AtModem, MessageStatus

from .lab import CLOCKS, Lab, all_adopted
from .test_receive import TEXTS, lie

UNKNOWN_ERROR = "+CMS ERROR: 500"


def card(modem: AtModem) -> dict[int, object]:
    """Return what lies on the SIM."""
    assert modem.sim is not None
    return dict(modem.sim.storage.messages)


def put(lab: Lab, modem: AtModem, text: str) -> None:
    """Put a message on the SIM that no notice tells of."""
    assert modem.sim is not None
    modem.sim.storage.add(lie(lab, text), MessageStatus.REC_UNREAD)


@pytest.mark.parametrize("refusal", [UNKNOWN_ERROR, "ERROR", "+CMS ERROR: 320", "+CME ERROR: 100"])
async def test_a_text_that_cannot_be_read_at_once(lab: Lab, refusal: str) -> None:
    """It is looked up within seconds."""
    modem, _ = await lab.connected(adopted=False)
    modem.faults.error("+CMGR", refusal, times=2)
    await lab.text("slowly")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["slowly"]


async def test_nothing_is_deleted_that_could_not_be_kept(lab: Lab) -> None:
    """Somebody wants it gone, and it was never announced."""
    modem, gateway = await lab.connected(adopted=False)
    modem.faults.error("+CMGR", UNKNOWN_ERROR, times=None)
    put(lab, modem, "unread")
    (sms,) = await gateway.list_messages("1")
    with pytest.raises(GatewayRefusedError):
        await gateway.delete_messages("1", [(sms.storage, sms.index)])
    assert card(modem)
    modem.faults.clear()
    await gateway.delete_messages("1", [(sms.storage, sms.index)])
    assert lab.inbox.texts == ["unread"]
    assert not card(modem)


async def test_a_list_that_is_refused_is_no_empty_one(lab: Lab) -> None:
    """Who asks for it hears so."""
    modem, gateway = await lab.connected(adopted=False)
    modem.faults.error("+CMGL", UNKNOWN_ERROR)
    with pytest.raises(GatewayRefusedError):
        await gateway.list_messages("1")
    assert await gateway.list_messages("1") == ()


@pytest.mark.parametrize("refusal", [UNKNOWN_ERROR, "ERROR", "+CMS ERROR: 302"])
async def test_old_texts_are_no_news_after_a_refusal(lab: Lab, refusal: str) -> None:
    """What lay there at the first set-up is adopted once it is shown."""
    modem, device = await lab.modem()
    await lab.text("old")
    modem.faults.error("+CMGL", refusal)
    await lab.gateway(device).connect()
    assert [part.adopted for part in lab.inbox.parts.values()] == [True]
    assert lab.notebook.values["adopted"] == all_adopted(modem)


async def test_a_storage_that_is_never_shown(lab: Lab) -> None:
    """It keeps neither the set-up nor what comes to the other one waiting."""
    modem, device = await lab.modem()
    await lab.text("old")
    modem.faults.error("+CPMS=ME", "ERROR", times=None)
    await lab.gateway(device).connect()
    assert lab.notebook.values["adopted"] == all_adopted(modem).partition(",")[2]
    put(lab, modem, "unheard")
    await lab.inbox.wait_new()
    assert lab.inbox.texts == ["unheard"]
    modem.memory.add(lie(lab, "older"), MessageStatus.REC_READ)
    modem.faults.clear()
    await lab.inbox.until(lambda: len(lab.inbox.parts) == 3)
    assert lab.inbox.texts == ["unheard"]
    await lab.eventually(lambda: lab.notebook.values["adopted"] == all_adopted(modem))


async def test_a_modem_without_lists(lab: Lab) -> None:
    """Each message is read by its place."""
    modem, device = await lab.modem()
    modem.faults.error("+CMGL", "ERROR", times=None)
    await lab.gateway(device).connect()
    assert lab.notebook.values["adopted"] == all_adopted(modem)
    for text in TEXTS[:5]:
        await lab.text(text)
    await lab.inbox.wait_gone(5)
    assert sorted(lab.inbox.texts) == TEXTS[:5]


async def test_lists_that_fail_hide_no_notice(lab: Lab) -> None:
    """What is told of is read singly."""
    modem, _ = await lab.connected()
    modem.faults.error("+CMGL", UNKNOWN_ERROR, times=None)
    for text in TEXTS[:5]:
        await lab.text(text)
    await lab.inbox.wait_gone(5)
    assert sorted(lab.inbox.texts) == TEXTS[:5]


async def test_what_is_not_shown_is_not_gone(lab: Lab) -> None:
    """A message that was left on the SIM lies there, whatever a list is refused for."""
    modem, _ = await lab.connected(delete_after_receipt=False, clocks=replace(CLOCKS, sweep=0.02))
    await lab.text("stays")
    await lab.inbox.wait_new()
    modem.faults.error("+CMGL", UNKNOWN_ERROR, times=4)
    await lab.eventually(lambda: not modem.faults.active)
    await lab.strikes(modem, "+CMGL", 4)
    assert not lab.inbox.gone
    assert len(lab.inbox.offers) == 1
