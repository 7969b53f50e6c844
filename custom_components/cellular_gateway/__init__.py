"""Cellular Gateway: SMS through modems, gateways and networks, in Home Assistant."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    issue_registry as ir,
)
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from .actions import async_setup_actions
from .balance import BalanceKeeper, async_forget_balance
from .const import (
    CONF_BALANCE,
    CONF_COUNTRY,
    CONF_DELIVERY_REPORTS,
    CONF_DEVICE,
    CONF_JOURNAL_COUNT,
    CONF_JOURNAL_DAYS,
    CONF_JOURNAL_TEXTS,
    CONF_KIND,
    CONF_PIN,
    CONF_PIN_GIVEN,
    CONF_PIN_SIM,
    DATA_COPIED,
    DOMAIN,
    JOURNAL_COUNT,
    JOURNAL_DAYS,
    LOGGER,
    PRUNE_INTERVAL,
    JournalTexts,
)
from .coordinator import GatewayConfigEntry, GatewayCoordinator, RuntimeData
from .entity import gateway_identifier
from .gateways.errors import GatewayError, NotKeptError
from .gateways.models import GatewayInfo
from .health import async_connect_watched, async_forget_health
from .kinds import KINDS
from .messages.inbox import Announcer, Inbox
from .messages.journal import Journal
from .messages.outbox import Outbox
from .messages.routing import Correspondent, async_correspondents, by_sender, recipient_names
from .ports import port_identifier
from .serial_ports import LOCATION_KEYS
from .tracked_device import async_start_devices
from .webhook import async_give_up_address, async_hand_over, async_hold_address

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [
    Platform.ALARM_CONTROL_PANEL,
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CLIMATE,
    Platform.DEVICE_TRACKER,
    Platform.EVENT,
    Platform.NOTIFY,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the actions, which exist without any entry, and hold what entries are pushed to."""
    async_setup_actions(hass)
    for entry in hass.config_entries.async_entries(DOMAIN):
        async_hold_address(hass, entry)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: GatewayConfigEntry) -> bool:
    """Set up one gateway: journal, link, device, platforms, and last the announcer."""
    _watch_settings(hass, entry)
    async_hold_address(hass, entry)
    async with AsyncExitStack() as undo:
        journal = await _open_journal(hass, entry, undo)
        data = {**entry.data, **entry.options}
        gateway = KINDS[entry.data[CONF_KIND]].build(
            hass, entry.unique_id, data, journal.pins, journal
        )
        coordinator = GatewayCoordinator(hass, entry, gateway)
        inbox = Inbox(journal)
        gateway.subscribe_messages(inbox)
        gateway.subscribe_state(coordinator)
        gateway.subscribe_events(coordinator)
        undo.push_async_callback(gateway.close)
        undo.push_async_callback(coordinator.async_shutdown)
        info = await async_connect_watched(hass, entry, coordinator)
        entry.async_on_unload(async_hand_over(hass, entry, gateway))
        correspondents = await async_correspondents(entry)
        entry.runtime_data = _runtime(
            hass, entry, coordinator, info, journal, inbox, correspondents
        )
        _add_device(hass, entry)
        await _start_balances(hass, entry, undo)
        entry.runtime_data.devices = await async_start_devices(
            hass,
            entry,
            correspondents,
            journal=journal,
            outbox=entry.runtime_data.outbox,
            own_number=entry.runtime_data.own_number,
        )
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        undo.pop_all()
    _watch(hass, entry)
    return True


async def _open_journal(
    hass: HomeAssistant, entry: GatewayConfigEntry, undo: AsyncExitStack
) -> Journal:
    """Open the journal of an entry; without one nothing may be received."""
    texts = JournalTexts(entry.options.get(CONF_JOURNAL_TEXTS, JournalTexts.KEEP))
    journal = Journal(
        _journal_path(hass, entry),
        texts,
        lambda: hass.config_entries.async_schedule_reload(entry.entry_id),
    )
    undo.push_async_callback(journal.close)
    try:
        aside = await journal.open(copied=DATA_COPIED in hass.data)
        _report_broken(hass, entry, aside)
        await _trust_pin(entry, journal)
    except NotKeptError as err:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN, translation_key="journal_unusable"
        ) from err
    return journal


def _runtime(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    coordinator: GatewayCoordinator,
    info: GatewayInfo,
    journal: Journal,
    inbox: Inbox,
    correspondents: Sequence[Correspondent],
) -> RuntimeData:
    """Put together what a connected entry consists of."""
    country = entry.options.get(CONF_COUNTRY) or hass.config.country
    return RuntimeData(
        gateway=coordinator.gateway,
        info=info,
        coordinator=coordinator,
        journal=journal,
        announcer=Announcer(
            hass,
            entry,
            journal,
            inbox,
            country=country,
            recipients=recipient_names(entry, country),
            correspondents=by_sender(correspondents, country),
            user_data=coordinator.gateway.user_data,
            interruptions_told=coordinator.tell_news,
        ),
        outbox=Outbox(
            coordinator.gateway,
            journal,
            country,
            delivery_reports=entry.options.get(CONF_DELIVERY_REPORTS, False),
            ended=inbox.arrived.set,
        ),
    )


async def async_unload_entry(hass: HomeAssistant, entry: GatewayConfigEntry) -> bool:
    """Unload the platforms, then close link and journal.

    What arrives from now on is kept for the next start: nobody would hear of it any more.
    """
    announcer = entry.runtime_data.announcer
    await announcer.stop()
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        async_at_started(hass, announcer.start)
        return False
    async_hold_address(hass, entry)
    await _shutdown(entry.runtime_data)
    return True


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: GatewayConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let a person remove the device of a port that the gateway does not have any more."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    runtime = entry.runtime_data
    for port in runtime.ports.keys() - runtime.gateway.state.ports.keys():
        if port_identifier(entry, port) in device.identifiers:
            del runtime.ports[port]
            return True
    return False


async def async_remove_entry(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    """Remove the journal with its entry, and those that were set aside."""
    ir.async_delete_issue(hass, DOMAIN, _broken_issue(entry))
    async_forget_health(hass, entry)
    async_give_up_address(hass, entry)
    await _cancel_push(hass, entry)
    path = _journal_path(hass, entry)

    def remove() -> None:
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink(missing_ok=True)

    await hass.async_add_executor_job(remove)


async def _cancel_push(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    """Tell a gateway to push no more, if it was us who told it to."""
    cancel_push = KINDS[entry.data[CONF_KIND]].cancel_push
    if cancel_push is None:
        return
    try:
        await cancel_push(hass, {**entry.data, **entry.options})
    except GatewayError as err:
        LOGGER.warning("%s could not be told to report no more: %s", entry.title, err.reason)


def _journal_path(hass: HomeAssistant, entry: GatewayConfigEntry) -> Path:
    """Name the journal of an entry."""
    return Path(hass.config.path(".storage", f"{DOMAIN}.{entry.entry_id}.db"))


def _broken_issue(entry: GatewayConfigEntry) -> str:
    """Name the repair issue of a journal that was broken."""
    return f"journal_broken_{entry.entry_id}"


def _report_broken(hass: HomeAssistant, entry: GatewayConfigEntry, aside: Path | None) -> None:
    """Tell the user where a broken journal is now."""
    if aside is not None:
        ir.async_create_issue(
            hass,
            DOMAIN,
            _broken_issue(entry),
            is_fixable=True,
            is_persistent=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="journal_broken",
            translation_placeholders={"title": entry.title, "path": str(aside)},
        )


async def _trust_pin(entry: GatewayConfigEntry, journal: Journal) -> None:
    """Carry over to the journal, once, that a SIM accepted the PIN when the user gave it."""
    given = entry.data.get(CONF_PIN_GIVEN)
    if given is not None and await journal.get(CONF_PIN_GIVEN) != given:
        await journal.pins.entered(entry.data[CONF_PIN_SIM], entry.data[CONF_PIN], accepted=True)
        await journal.set(CONF_PIN_GIVEN, given)


def _add_device(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    """Register the gateway's device, which the devices of recipients stand behind."""
    info = entry.runtime_data.info
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={gateway_identifier(entry)},
        name=entry.title,
        manufacturer=info.manufacturer,
        model=info.model,
        sw_version=info.firmware,
        serial_number=info.serial_number,
    )


async def _start_balances(
    hass: HomeAssistant, entry: GatewayConfigEntry, undo: AsyncExitStack
) -> None:
    """Keep the balances that the options tell how to ask for, and forget the others."""
    runtime = entry.runtime_data
    for port in runtime.ports:
        if port not in entry.options.get(CONF_BALANCE, {}):
            reported = runtime.gateway.capabilities.balance
            await async_forget_balance(hass, entry, runtime.journal, port, reported=reported)
            continue
        runtime.balances[port] = keeper = BalanceKeeper(
            hass,
            entry,
            port,
            gateway=runtime.gateway,
            outbox=runtime.outbox,
            journal=runtime.journal,
            is_connected=lambda: runtime.coordinator.connected,
        )
        undo.push_async_callback(keeper.close)
        await keeper.start()


def _watch(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    """Register what must end with the entry, each next to its end."""
    runtime = entry.runtime_data
    entry.async_on_unload(runtime.coordinator.watch_ports())

    @callback
    def connected_again() -> None:
        """Take what a firmware that was updated, or another stick, says of itself."""
        info = runtime.coordinator.info
        info = replace(info, firmware=runtime.coordinator.data.firmware or info.firmware)
        if runtime.info != info:
            runtime.info = info
            _add_device(hass, entry)

    # Polling is the safety net of the link too, so it goes on without any entity.
    entry.async_on_unload(runtime.coordinator.async_add_listener(connected_again))
    # It may have been found at another port while it was set up.
    _follow(entry)

    days = timedelta(days=entry.options.get(CONF_JOURNAL_DAYS, JOURNAL_DAYS))
    count = int(entry.options.get(CONF_JOURNAL_COUNT, JOURNAL_COUNT))

    async def prune(now: datetime) -> None:
        try:
            await runtime.journal.prune(now - days, count)
        except NotKeptError as err:
            LOGGER.error("The message journal could not be pruned: %s", err)

    entry.async_create_background_task(
        hass, prune(dt_util.utcnow()), f"{entry.title} journal pruning"
    )
    entry.async_on_unload(
        async_track_time_interval(hass, prune, PRUNE_INTERVAL, cancel_on_shutdown=True)
    )

    async def stop(_: Event) -> None:
        async_hold_address(hass, entry)
        await _shutdown(runtime)

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop))
    entry.async_on_unload(runtime.coordinator.endpoints.start())
    entry.async_on_unload(async_at_started(hass, runtime.coordinator.endpoints.tell))
    entry.async_on_unload(async_at_started(hass, runtime.announcer.start))


def _watch_settings(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    """Set the entry up anew when its settings change, also while it is being set up."""
    watched = _setup_state(entry)

    async def updated(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
        if _setup_state(entry) != watched:
            hass.config_entries.async_schedule_reload(entry.entry_id)
        elif entry.state is ConfigEntryState.LOADED:
            _follow(entry)

    entry.async_on_unload(entry.add_update_listener(updated))


def _setup_state(entry: GatewayConfigEntry) -> tuple[object, ...]:
    """Return what an entry has to be set up anew for: not for a new title, nor for another port."""
    data = {key: value for key, value in entry.data.items() if key not in LOCATION_KEYS}
    # Home Assistant changes a subentry in its place.
    subentries = {
        key: (subentry.title, dict(subentry.data)) for key, subentry in entry.subentries.items()
    }
    return (data, dict(entry.options), subentries)


def _follow(entry: GatewayConfigEntry) -> None:
    """Have the gateway use the port that its entry names now."""
    if device := entry.data.get(CONF_DEVICE):
        entry.runtime_data.coordinator.relocate(device)


async def _shutdown(runtime: RuntimeData) -> None:
    """Announce no more, close the link, then the journal; a stop of Home Assistant unloads nothing.

    The announcer goes first: no automation runs any more once Home Assistant stops. Whatever waits
    to be sent to a tracked device is not sent any more.
    """
    await runtime.announcer.stop()
    for device in runtime.devices.values():
        device.close()
    for balance in runtime.balances.values():
        await balance.close()
    await runtime.coordinator.async_shutdown()
    await runtime.gateway.close()
    await runtime.outbox.close()
    await runtime.journal.close()
