"""What is known of a tracked device, and how it outlives a restart."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
import json
from typing import Final

from ..devices.reading import Alarm, Values, merge
from ..devices.storage import dump, load

# TELL, Pager4 manual: a device whose cloud usage is off stays connected so long.
CONNECTED: Final = timedelta(minutes=10)

# No device tells by SMS that an alarm is over.
ALARM: Final = timedelta(minutes=10)

# What the clock of a device may be fast.
CLOCK_ERROR: Final = timedelta(minutes=5)


class Contact(StrEnum):
    """How it stands between a device and us."""

    NEVER_HEARD = "never_heard"
    WAITING = "waiting"
    ANSWERED = "answered"
    SILENT = "silent"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """What is known of a tracked device; times are aware.

    `alarms` tells until when each is shown, `relays_off` when relays go off by themselves.
    """

    values: Values = field(default_factory=Values)
    contact: Contact = Contact.NEVER_HEARD
    last_contact: datetime | None = None
    connected_until: datetime | None = None
    alarms: Mapping[Alarm, datetime] = field(default_factory=dict)
    relays_off: Mapping[int, datetime] = field(default_factory=dict)

    def heard(self, values: Values, at: datetime, since: datetime) -> DeviceState:
        """Return the state after a message with these values came.

        `since` is when the device sent it: what lasts for some time has lasted since then.
        """
        until = since + CONNECTED if values.cloud else self.connected_until
        return replace(
            self,
            values=merge(
                _without_future(self.values, at), replace(values, alarms=None, relay_seconds=None)
            ),
            contact=Contact.CONNECTED if until else Contact.ANSWERED,
            last_contact=at,
            connected_until=until,
            alarms=_alarms(self.alarms, values, at),
            relays_off=_relays_off(self.relays_off, values, since),
        )

    def at(self, now: datetime) -> DeviceState:
        """Return the state without what is over by now."""
        until = self.connected_until
        if until is not None and until <= now:
            until = None
        contact = self.contact
        if contact is Contact.CONNECTED and until is None:
            contact = Contact.ANSWERED
        off = {relay: False for relay, end in self.relays_off.items() if end <= now}
        return replace(
            self,
            values=merge(self.values, Values(relays=off or None)),
            alarms={alarm: end for alarm, end in self.alarms.items() if end > now},
            relays_off={relay: end for relay, end in self.relays_off.items() if end > now},
            connected_until=until,
            contact=contact,
        )

    @property
    def ends(self) -> datetime | None:
        """When the next thing is over."""
        ends = [*self.alarms.values(), *self.relays_off.values()]
        if self.connected_until is not None:
            ends.append(self.connected_until)
        return min(ends, default=None)


def _without_future(values: Values, now: datetime) -> Values:
    """Let any fix replace one from the future: the clock or its time zone was wrong."""
    position = values.position
    if position is None or position.time is None or position.time <= now + CLOCK_ERROR:
        return values
    return replace(values, position=replace(position, time=None))


def _alarms(
    known: Mapping[Alarm, datetime], values: Values, at: datetime
) -> Mapping[Alarm, datetime]:
    """Return until when each alarm is shown."""
    told = values.alarms or {}
    raised = {alarm: at + ALARM for alarm, is_on in told.items() if is_on}
    return {alarm: end for alarm, end in known.items() if alarm not in told} | raised


def _relays_off(
    known: Mapping[int, datetime], values: Values, since: datetime
) -> Mapping[int, datetime]:
    """Return when each relay goes off by itself; being told that it is on changes nothing of it."""
    off = {relay for relay, is_on in (values.relays or {}).items() if not is_on}
    told = values.relay_seconds or {}
    timed = {
        relay: since + timedelta(seconds=seconds) for relay, seconds in told.items() if seconds
    }
    return {
        relay: end for relay, end in known.items() if relay not in off and relay not in told
    } | timed


def write_state(state: DeviceState) -> str:
    """Write a state as JSON."""
    return json.dumps(
        {
            "values": dump(state.values),
            "contact": state.contact,
            "last_contact": state.last_contact.isoformat() if state.last_contact else None,
            "connected_until": (
                state.connected_until.isoformat() if state.connected_until else None
            ),
            "alarms": {alarm: end.isoformat() for alarm, end in state.alarms.items()},
            "relays_off": {relay: end.isoformat() for relay, end in state.relays_off.items()},
        }
    )


def read_state(text: str | None) -> DeviceState:
    """Read what `write_state` wrote; nobody waits for an answer any more."""
    try:
        found = json.loads(text or "{}")
        contact = Contact(found.get("contact", Contact.NEVER_HEARD))
        return DeviceState(
            values=load(found.get("values")),
            contact=Contact.SILENT if contact is Contact.WAITING else contact,
            last_contact=_time(found.get("last_contact")),
            connected_until=_time(found.get("connected_until")),
            alarms={
                Alarm(alarm): datetime.fromisoformat(end)
                for alarm, end in found.get("alarms", {}).items()
            },
            relays_off={
                int(relay): datetime.fromisoformat(end)
                for relay, end in found.get("relays_off", {}).items()
            },
        )
    except ValueError, TypeError, AttributeError:
        return DeviceState()


def _time(text: str | None) -> datetime | None:
    """Read a time."""
    return datetime.fromisoformat(text) if text else None
