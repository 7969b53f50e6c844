"""What a person has to do something about: issues that come, and go by themselves when cured."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from homeassistant.components import usb
from homeassistant.config_entries import ConfigEntryState, ConfigError
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .const import ATTR_PORT, CONF_DEVICE, DOMAIN
from .coordinator import GatewayConfigEntry, GatewayCoordinator
from .gateways.errors import Reason
from .gateways.models import GatewayInfo, PortState, Registration, SimState
from .gateways.port_reports import GatewayProblem

ATTR_ENTRY_ID: Final = "entry_id"

LEARN_MORE: Final = (
    "https://github.com/cellular-gateway/cellular-gateway/blob/main/docs/troubleshooting.md"
)


class Ailment(StrEnum):
    """What may be wrong; the value is a translation key."""

    GATEWAY_UNREACHABLE = "gateway_unreachable"
    MODEM_SILENT = "modem_silent"
    NOT_REGISTERED = "not_registered"
    OTHER_GATEWAY = "other_gateway"
    OTHER_MODEM = "other_modem"
    PORT_GONE = "port_gone"
    PUK_REQUIRED = "puk_required"
    RECEIVED_SMS_NOT_PUSHED = "received_sms_not_pushed"
    REGISTRATION_DENIED = "registration_denied"
    SIM_FAILURE = "sim_failure"
    SIM_LOCKED = "sim_locked"
    SIM_MISSING = "sim_missing"
    STORAGE_FULL = "storage_full"


# A modem that restarts is back within a minute, and one behind a router within some; a radio finds
# its network within minutes, or after the healing that comes after 10. A storage that is emptied
# is not full for long.
PATIENCE: Final = {
    Ailment.GATEWAY_UNREACHABLE: timedelta(minutes=15),
    Ailment.MODEM_SILENT: timedelta(minutes=15),
    Ailment.PORT_GONE: timedelta(minutes=15),
    Ailment.NOT_REGISTERED: timedelta(minutes=30),
    Ailment.REGISTRATION_DENIED: timedelta(minutes=30),
    Ailment.STORAGE_FULL: timedelta(minutes=5),
}
CHECK_INTERVAL: Final = timedelta(minutes=1)

# Part of the storage that is in use: from where on it is nearly full, and no longer.
NEARLY_FULL: Final = 0.9
ROOM_AGAIN: Final = 0.8

_BEING_TRIED: Final = frozenset({ConfigEntryState.SETUP_IN_PROGRESS, ConfigEntryState.SETUP_RETRY})

_OF_SIM: Final = {
    SimState.FAILURE: Ailment.SIM_FAILURE,
    SimState.LOCKED: Ailment.SIM_LOCKED,
    SimState.MISSING: Ailment.SIM_MISSING,
    SimState.PUK_REQUIRED: Ailment.PUK_REQUIRED,
}

_PROBLEMS: Final = {
    GatewayProblem.OTHER_GATEWAY: Ailment.OTHER_GATEWAY,
    GatewayProblem.RECEIVED_SMS_NOT_PUSHED: Ailment.RECEIVED_SMS_NOT_PUSHED,
}

# A person mends these in a form.
_FIXABLE: Final = frozenset({Ailment.PUK_REQUIRED, Ailment.STORAGE_FULL})

# What can be wrong with it, and of which port; only one thing at a time.
type Place = tuple[str, str]

# Of the entries that are tried again and again: each try has another coordinator, and none lasts
# as long as a person is spared. There is no `runtime_data` before an entry is loaded.
_TRIED: Final[HassKey[dict[str, Health]]] = HassKey(f"{DOMAIN}_tried")


class Health:
    """Looks at a gateway and its ports, and tells what does not pass by itself."""

    def __init__(self, hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
        """Start with nothing wrong, and nothing to look at."""
        self._hass = hass
        self._entry = entry
        self._coordinator: GatewayCoordinator | None = None
        self._since: dict[Place, datetime] = {}
        self._told: dict[Place, Ailment] = {}

    @callback
    def look_at(self, coordinator: GatewayCoordinator) -> None:
        """Look at a coordinator from now on; what lasted already goes on."""
        self._coordinator = coordinator
        self.check()

    @callback
    def check(self, now: datetime | None = None) -> None:
        """Look at everything, and open or close issues."""
        if (coordinator := self._coordinator) is None:
            return
        moment = now or dt_util.utcnow()
        self._judge(("link", ""), _of_link(coordinator), moment)
        if not coordinator.connected:
            # What is known of the ports is old; how long it has been so does not count either.
            self._since = {place: since for place, since in self._since.items() if not place[1]}
            return
        state = coordinator.gateway.state
        for problem, ailment in _PROBLEMS.items():
            self._judge((problem, ""), ailment if problem in state.problems else None, moment)
        ports = state.ports
        for place in [place for place in self._told if place[1] and place[1] not in ports]:
            self._judge(place, None, moment)
        for port in ports.values():
            for part, found in self._port(port):
                self._judge((part, port.key), found, moment, port)

    @callback
    def close(self) -> None:
        """Take everything back, and look at nothing any more."""
        self._coordinator = None
        self._since.clear()
        self._told.clear()
        async_forget_health(self._hass, self._entry)

    def _port(self, port: PortState) -> Iterator[tuple[str, Ailment | None]]:
        """Tell what is wrong with the SIM, the registration and the storage of a port."""
        sim = _OF_SIM.get(port.sim_state) if port.sim_state else None
        yield "sim", sim
        yield "registration", None if sim else _of_registration(port.registration)
        yield "storage", _of_storage(port, is_told=("storage", port.key) in self._told)

    def _judge(
        self, place: Place, ailment: Ailment | None, now: datetime, port: PortState | None = None
    ) -> None:
        """Tell what has lasted too long, and take back what has passed."""
        told = self._told.get(place)
        if told is not None and not self._is_open(place, told):
            # A form that mends it closes it, whether that helped or not.
            del self._told[place]
            told = None
        if told is not None and told is not ailment:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue_id(place, told))
            del self._told[place]
        if ailment is None:
            self._since.pop(place, None)
            return
        since = self._since.setdefault(place, now)
        if told is not ailment and now - since >= PATIENCE.get(ailment, timedelta()):
            self._told[place] = ailment
            self._tell(place, ailment, port)

    def _is_open(self, place: Place, ailment: Ailment) -> bool:
        """Whether an issue that was opened is still there."""
        issue_id = self._issue_id(place, ailment)
        return ir.async_get(self._hass).async_get_issue(DOMAIN, issue_id) is not None

    def _issue_id(self, place: Place, ailment: Ailment) -> str:
        """Name the issue; ports come and go, so their number is no part of it."""
        return "_".join(filter(None, (ailment, self._entry.entry_id, place[1])))

    def _title(self, port: PortState | None) -> str:
        """Name the gateway, and the port where it has several."""
        if port is None or self._coordinator is None or not self._coordinator.has_port_devices:
            return self._entry.title
        return f"{self._entry.title} {port.key}"

    def _tell(self, place: Place, ailment: Ailment, port: PortState | None) -> None:
        """Open an issue."""
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(place, ailment),
            data={ATTR_ENTRY_ID: self._entry.entry_id, ATTR_PORT: place[1]},
            is_fixable=ailment in _FIXABLE,
            learn_more_url=LEARN_MORE,
            severity=ir.IssueSeverity.ERROR,
            translation_key=ailment,
            translation_placeholders={
                "title": self._title(port),
                "used": str(port.storage_used) if port else "",
                "total": str(port.storage_total) if port else "",
            },
        )


def _of_link(coordinator: GatewayCoordinator) -> Ailment | None:
    """Tell what is wrong with the link; who is asked for a PIN or login needs no issue as well."""
    failure = coordinator.failure
    if coordinator.connected or coordinator.asks_person:
        return None
    if failure is Reason.OTHER_MODEM:
        return Ailment.OTHER_MODEM
    if CONF_DEVICE not in coordinator.config_entry.data:
        return Ailment.GATEWAY_UNREACHABLE
    return Ailment.PORT_GONE if failure is Reason.NOT_FOUND else Ailment.MODEM_SILENT


def _of_storage(port: PortState, *, is_told: bool) -> Ailment | None:
    """Tell whether there is hardly any room; what is not known is nothing to be told."""
    if port.storage_used is None or not port.storage_total:
        return None
    limit = port.storage_total * (ROOM_AGAIN if is_told else NEARLY_FULL)
    return Ailment.STORAGE_FULL if port.storage_used >= limit else None


def _of_registration(registration: Registration | None) -> Ailment | None:
    """Tell why there is no network."""
    if registration is None or registration.registered:
        return None
    if registration is Registration.DENIED:
        return Ailment.REGISTRATION_DENIED
    return Ailment.NOT_REGISTERED


async def async_connect_watched(
    hass: HomeAssistant, entry: GatewayConfigEntry, coordinator: GatewayCoordinator
) -> GatewayInfo:
    """Connect for the first time, and watch what becomes of it until the entry is unloaded.

    What keeps it from connecting is watched on while that is tried again. Raises what
    `coordinator.async_connect` does.
    """
    health = hass.data.get(_TRIED, {}).get(entry.entry_id) or Health(hass, entry)
    try:
        info = await coordinator.async_connect()
    except HomeAssistantError:
        health.look_at(coordinator)
        _watch_while_tried(hass, entry, health)
        raise
    health.look_at(coordinator)
    entry.async_on_unload(health.close)
    entry.async_on_unload(coordinator.async_add_listener(health.check))
    entry.async_on_unload(_check_regularly(hass, health))
    return info


def _check_regularly(hass: HomeAssistant, health: Health) -> CALLBACK_TYPE:
    """Look at what nobody tells: that time has passed."""
    return async_track_time_interval(hass, health.check, CHECK_INTERVAL, cancel_on_shutdown=True)


@callback
def async_forget_health(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    """Close all issues about the health of an entry."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        issue = ir.async_get(hass).async_get_issue(domain, issue_id)
        if domain == DOMAIN and issue and (issue.data or {}).get(ATTR_ENTRY_ID) == entry.entry_id:
            ir.async_delete_issue(hass, domain, issue_id)


def _watch_while_tried(hass: HomeAssistant, entry: GatewayConfigEntry, health: Health) -> None:
    """Keep the watch over an entry from its first failed try until it is loaded or given up."""
    tried = hass.data.setdefault(_TRIED, {})
    if entry.entry_id in tried:
        return
    tried[entry.entry_id] = health
    stop_checks = _check_regularly(hass, health)
    is_reloading = False

    async def reload() -> None:
        """Try at once; what has lasted goes on over that."""
        nonlocal is_reloading
        is_reloading = True
        with suppress(ConfigError):
            await hass.config_entries.async_reload(entry.entry_id)
        is_reloading = False
        changed()

    @callback
    def try_at_once() -> None:
        # The ports of one stick appear one after the other.
        if entry.state is ConfigEntryState.SETUP_RETRY and not is_reloading:
            hass.async_create_task(reload(), f"{entry.title} at a new port")

    stop_ports = _watch_ports(hass, entry, try_at_once)

    @callback
    def changed() -> None:
        if is_reloading or entry.state in _BEING_TRIED:
            return
        if tried.pop(entry.entry_id, None) is None:
            return
        stop_checks()
        stop_ports()
        if entry.state is not ConfigEntryState.LOADED:
            health.close()
        # The list must not change while its functions are called.
        hass.loop.call_soon(remove)

    remove = entry.async_on_state_change(changed)


def _watch_ports(
    hass: HomeAssistant, entry: GatewayConfigEntry, appeared: CALLBACK_TYPE
) -> CALLBACK_TYPE:
    """Tell when a serial port appears, for a modem: Home Assistant waits for up to 10 minutes."""
    if CONF_DEVICE not in entry.data:
        return lambda: None

    @callback
    def changed(added: set[usb.USBDevice], removed: set[usb.USBDevice]) -> None:
        if added:
            appeared()

    return usb.async_register_port_event_callback(hass, changed)
