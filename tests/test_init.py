"""An entry set up, stopped, changed and removed."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.cellular_gateway import backup
from custom_components.cellular_gateway.const import (
    CONF_DEVICE,
    CONF_PIN,
    CONF_PIN_GIVEN,
    CONF_PIN_SIM,
    DOMAIN,
)
from custom_components.cellular_gateway.diagnostics import async_get_config_entry_diagnostics
from custom_components.cellular_gateway.gateways.errors import GatewayConnectionError
from custom_components.cellular_gateway.gateways.models import OutgoingSms, SmsKind, SmsPart
from custom_components.cellular_gateway.messages.journal import Journal
from simulator.at_modem import AtModem
from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .issues import until_issues
from .messages.house import damage
from .waiting import shown, until_state

pytestmark = pytest.mark.usefixtures("usb")


def journal_path(hass: HomeAssistant, entry: MockConfigEntry) -> Path:
    """Where the journal of the entry lies."""
    return Path(hass.config.path(".storage", f"{DOMAIN}.{entry.entry_id}.db"))


async def test_nothing_at_the_port(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Without a modem it is tried again later, and the reason is in words."""
    data = {**entry.data, CONF_DEVICE: "/dev/does-not-exist"}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "not_found"


async def test_a_wrong_pin_asks_for_another(
    hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem
) -> None:
    """It is entered once, and never by itself again, over any number of restarts."""
    assert modem.sim is not None
    modem.sim.pin = "4321"
    modem.sim.power_up()
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PIN: "1234"})
    for key in ("pin_wrong", "pin_required", "pin_required"):
        await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.SETUP_ERROR
        assert entry.error_reason_translation_key == key
        await hass.config_entries.async_unload(entry.entry_id)
    assert modem.sim.pin_tries == 2
    assert any(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))


async def test_a_pin_that_was_accepted_is_entered_after_every_power_cut(
    hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem
) -> None:
    """A power cut must not silence an alarm."""
    assert modem.sim is not None
    modem.sim.pin = "4321"
    data = {
        **entry.data,
        CONF_PIN: "4321",
        CONF_PIN_SIM: modem.sim.iccid,
        CONF_PIN_GIVEN: "2026-11-21T12:00:00+00:00",
    }
    hass.config_entries.async_update_entry(entry, data=data)
    for _ in range(4):
        modem.power_off()
        modem.power_on()
        await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.LOADED
        await hass.config_entries.async_unload(entry.entry_id)
    assert modem.sim.pin_tries == 3


async def test_a_missing_sim_loads(
    hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem
) -> None:
    """The entry is there, and tells what is missing."""
    modem.remove_sim()
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert shown(hass, "sensor.boat_sim_state").state == "missing"


async def test_an_unusable_journal_acknowledges_nothing(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The modem is not even opened: what it holds stays there."""
    path = journal_path(hass, entry)
    await hass.async_add_executor_job(path.mkdir, 0o777, True)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "journal_unusable"


async def test_a_broken_journal_is_set_aside(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: Any
) -> None:
    """The gateway works, and an issue tells where the broken file is, until it is confirmed."""
    path = journal_path(hass, entry)
    await hass.async_add_executor_job(path.parent.mkdir, 0o777, True, True)
    await hass.async_add_executor_job(path.write_bytes, b"no database at all " * 99)
    assert await async_setup_component(hass, "repairs", {})
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    issues = ir.async_get(hass)
    issue_id = f"journal_broken_{entry.entry_id}"
    issue = issues.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders is not None
    aside = Path(issue.translation_placeholders["path"])
    assert (await hass.async_add_executor_job(aside.read_bytes)).startswith(b"no database")
    client = await hass_client()
    fix = {"handler": DOMAIN, "issue_id": issue_id}
    flow = await (await client.post("/api/repairs/issues/fix", json=fix)).json()
    await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    assert issues.async_get_issue(DOMAIN, issue_id) is None
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_send_that_was_cut_off_is_told_once(
    hass: HomeAssistant, entry: MockConfigEntry, network: Network
) -> None:
    """Home Assistant died with a text on the wire: an event says so, and nothing is sent again."""
    journal = Journal(journal_path(hass, entry))
    await journal.open()
    await journal.begin_send(ANN, None, datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
    await journal.close()
    fired = async_capture_events(hass, "state_changed")
    for _ in range(2):
        await hass.config_entries.async_setup(entry.entry_id)
        state = await until_state(
            hass, "event.boat_sms", lambda state: "started_at" in state.attributes
        )
        await hass.config_entries.async_unload(entry.entry_id)
    assert state.attributes["event_type"] == "outcome_unknown"
    assert (state.attributes["number"], state.attributes["recipient"]) == (ANN, "Ann")
    told = {
        event.data["new_state"].state
        for event in fired
        if event.data["entity_id"] == "event.boat_sms"
        and "started_at" in event.data["new_state"].attributes
    }
    assert len(told) == 1
    assert network.sent == []


async def test_a_send_whose_caller_gives_up_is_not_cut_off(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, modem: AtModem
) -> None:
    """It goes on to its end, which is known afterwards."""
    modem.faults.late("+CMGS", 0.3)
    message = OutgoingSms(number=ANN, text="Alarm")
    send = asyncio.create_task(loaded.runtime_data.outbox.send([message]))
    await asyncio.sleep(0)
    send.cancel()
    await network.wait_sent()
    await hass.config_entries.async_unload(loaded.entry_id)
    journal = Journal(journal_path(hass, loaded))
    await journal.open()
    assert await journal.interrupted_sends() == []
    await journal.close()


async def test_a_backup_finds_the_journal_whole(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """The log beside the file is empty when the copy is made."""
    await network.send(ANN, MODEM_NUMBER, "one")
    await until_state(hass, "event.boat_sms", lambda state: "text" in state.attributes)
    await until_settled(loaded.runtime_data.journal)
    log = journal_path(hass, loaded)
    log = log.with_name(f"{log.name}-wal")
    assert (await hass.async_add_executor_job(log.stat)).st_size > 0
    await backup.async_pre_backup(hass)
    assert (await hass.async_add_executor_job(log.stat)).st_size == 0
    await backup.async_post_backup(hass)
    await loaded.runtime_data.journal.close()
    await backup.async_pre_backup(hass)


async def test_a_reload_in_the_middle_of_a_backup(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """The file that is being copied stays as it is, and what comes meanwhile is not lost."""
    path = journal_path(hass, loaded)
    await backup.async_pre_backup(hass)
    before = await hass.async_add_executor_job(path.read_bytes)
    await network.send(ANN, MODEM_NUMBER, "one")
    await until_state(hass, "event.boat_sms", lambda state: "text" in state.attributes)
    await until_settled(loaded.runtime_data.journal)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert await hass.async_add_executor_job(path.read_bytes) == before
    await backup.async_post_backup(hass)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert await hass.async_add_executor_job(path.read_bytes) != before
    assert await loaded.runtime_data.journal.counts() == {"text done": 1}


async def until_settled(journal: Journal) -> None:
    """Wait until the one text is announced, marked and deleted in the modem."""
    while await journal.counts() != {"text done": 1}:
        await asyncio.sleep(0)
    stored = "SELECT count(*) FROM part WHERE storage IS NOT NULL"
    while await journal._database.run(
        lambda: journal._database.connection.execute(stored).fetchone() != (0,)
    ):
        await asyncio.sleep(0)


async def test_the_journal_is_pruned(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, freezer: FrozenDateTimeFactory
) -> None:
    """After three months a message is forgotten."""
    await network.send(ANN, MODEM_NUMBER, "one")
    await until_state(hass, "event.boat_sms", lambda state: "text" in state.attributes)
    journal = loaded.runtime_data.journal
    await until_settled(journal)
    freezer.tick(timedelta(days=91))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert await journal.counts() == {}


async def test_the_journal_is_pruned_at_every_start(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Who restarts Home Assistant every day shall not keep messages for ever."""
    journal = Journal(journal_path(hass, entry))
    await journal.open()
    old = datetime.now(UTC) - timedelta(days=91)
    binary = SmsPart(
        port="1", identity="a", kind=SmsKind.BINARY, sender=ANN, text="", received_at=old, raw="00"
    )
    await journal.keep([binary])
    await journal.close()
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert await entry.runtime_data.journal.counts() == {}
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_journal_that_breaks_while_it_is_in_use(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """It is set aside with an issue, and with a new one the gateway works as before."""
    await damage(loaded.runtime_data.journal, journal_path(hass, loaded))
    await network.send(ANN, MODEM_NUMBER, "not kept")
    await until_issues(hass, "journal_broken")
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.LOADED
    await network.send(ANN, MODEM_NUMBER, "kept")
    await until_state(hass, "event.boat_sms", lambda state: state.attributes.get("text") == "kept")


async def test_the_tests_write_nothing_elsewhere(hass: HomeAssistant, tmp_path: Path) -> None:
    """Each Home Assistant under test has a configuration folder of its own."""
    assert Path(hass.config.config_dir) == tmp_path


async def test_removal_takes_the_journal_along(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Nothing of the messages stays behind."""
    path = journal_path(hass, loaded)
    assert await hass.async_add_executor_job(path.exists)
    await hass.config_entries.async_remove(loaded.entry_id)
    assert not await hass.async_add_executor_job(list, path.parent.glob(f"{path.name}*"))


async def test_stopping_home_assistant_closes_the_link(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """After the stop nothing is taken from the modem any more."""
    gateway = loaded.runtime_data.gateway
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    with pytest.raises(GatewayConnectionError, match="closed"):
        await gateway.poll()


async def test_a_new_title_reloads_nothing_and_a_new_option_does(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Renaming does not break the link."""
    runtime = loaded.runtime_data
    hass.config_entries.async_update_entry(loaded, title="Yacht")
    await hass.async_block_till_done()
    assert loaded.runtime_data is runtime
    hass.config_entries.async_update_entry(loaded, options={"show_texts": False})
    await hass.async_block_till_done()
    assert loaded.runtime_data is not runtime
    assert loaded.state is ConfigEntryState.LOADED


async def test_diagnostics_tell_no_secrets(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, hass_client: Any
) -> None:
    """They can be posted: no number, text, name, PIN or serial number is in them."""
    await network.send(ANN, MODEM_NUMBER, "a secret of mine")
    await until_state(hass, "event.boat_sms", lambda state: "text" in state.attributes)
    assert await async_setup_component(hass, "diagnostics", {})
    client = await hass_client()
    response = await client.get(f"/api/diagnostics/config_entry/{loaded.entry_id}")
    diagnostics = await response.json()
    assert diagnostics["data"]["connected"] is True
    assert diagnostics["data"]["journal"] == {"text done": 1}
    assert diagnostics["data"]["ports"][0]["registration"] == "home"
    text = str(diagnostics["data"])
    state = loaded.runtime_data.gateway.state.ports["1"]
    for secret in (ANN[1:], MODEM_NUMBER[1:], "secret", "Ann", state.imei, state.iccid, state.imsi):
        assert secret not in text


async def test_diagnostics_of_a_gateway_that_is_not_loaded(
    hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem, usb: None, hass_client: Any
) -> None:
    """They are wanted when it cannot be reached: its settings, and why, can be downloaded."""
    modem.unplug()
    await hass.config_entries.async_setup(entry.entry_id)
    assert await async_setup_component(hass, "diagnostics", {})
    client = await hass_client()
    for state, reason in (("setup_retry", "not_found"), ("not_loaded", None)):
        response = await client.get(f"/api/diagnostics/config_entry/{entry.entry_id}")
        data = (await response.json())["data"]
        assert (data["state"], data["reason"]) == (state, reason)
        assert data["options"] == {"country": "BE"}
        assert data["subentries"][0]["type"] == "recipient"
        assert ANN[1:] not in str(data)
        await hass.config_entries.async_unload(entry.entry_id)


async def test_diagnostics_with_a_journal_that_fails(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """They are wanted most when something is wrong."""
    await loaded.runtime_data.journal.close()
    diagnostics = await async_get_config_entry_diagnostics(hass, loaded)
    assert diagnostics["journal"] == {"error": "journal: closed"}


async def test_an_action_during_unload_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Unloading waits for the transaction on the wire and takes no more."""
    send = asyncio.create_task(
        hass.services.async_call(
            DOMAIN,
            "send_sms",
            {"numbers": ["1234"], "text": "Alarm"},
            blocking=True,
            return_response=True,
        )
    )
    await asyncio.sleep(0)
    await hass.config_entries.async_unload(loaded.entry_id)
    response: Any = await send
    assert response["receipts"][0]["status"] in ("sent", "failed", "unknown")
