"""What the gateway has told of itself and its ports; only what differs is made anew."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ..models import GatewayInfo, GatewayState, PortState
from ..port_reports import GatewayProblem, PortStatus
from .codec.codes import IN_NETWORK, PORT_STATUSES
from .codec.lenient import Fields, word
from .codec.notifications import DeviceReport, unknown_fields
from .codec.places import Place
from .codec.ports import is_active, port_state, slot_state, status_code
from .unknown import Unknown

type _Rows = dict[Place, Fields]

# No gateway has more; whoever knows the address of pushes could make up any number of them.
_MOST_PORTS = 512
# A SIM that lies in a slot and is not used.
_RESTING = frozenset({PortStatus.NO_SIM, PortStatus.IDLE_SIM})


class StateBook:
    """The state of one gateway. Methods tell whether anything differs now."""

    def __init__(self, unknown: Unknown) -> None:
        """Start with nothing told."""
        self._unknown = unknown
        self._rows: dict[int, _Rows] = {}
        self._active: dict[int, Place] = {}
        self._calling: dict[int, bool] = {}
        self._ports: dict[str, PortState] = {}
        self._state = GatewayState()
        self._highest = _MOST_PORTS
        self.mac = ""
        self.slots = 1

    @property
    def state(self) -> GatewayState:
        """All that is known."""
        return self._state

    @property
    def info(self) -> GatewayInfo:
        """Who the gateway is."""
        total = self._state.ports_total
        return GatewayInfo(
            manufacturer="Ejoin",
            model=f"{total} × {self.slots} SIM" if total else "Multi-port gateway",
            firmware=self._state.firmware,
            serial_number=self.mac or None,
        )

    def take_device(self, report: DeviceReport, reported_at: datetime | None = None) -> bool:
        """Take all ports; `reported_at` is None where they were asked for."""
        self.mac = report.mac or self.mac
        self.slots = report.slots or self.slots
        self._highest = min(report.ports or self._highest, _MOST_PORTS)
        by_port: dict[int, _Rows] = {}
        for place, row in report.rows:
            if place.port > _MOST_PORTS:
                continue
            by_port.setdefault(place.port, {})[place] = row
        # With one row for each port it tells of the slots in use, and nothing of the others.
        is_full = any(len(rows) > 1 for rows in by_port.values())
        take = self._take_rows if is_full else self._take_active
        changed = [number for number, rows in by_port.items() if take(number, rows)]
        if report.complete and by_port:
            gone = self._rows.keys() - by_port.keys()
            changed += gone
            for number in gone:
                del self._rows[number]
                self._active.pop(number, None)
        return self._update(
            changed,
            firmware=report.firmware or self._state.firmware,
            ip_address=report.ip_address or self._state.ip_address,
            ports_total=report.ports or self._state.ports_total,
            last_report=reported_at or self._state.last_report,
        )

    def take_port(self, place: Place, row: Fields, reported_at: datetime) -> bool:
        """Take what is told of one slot, which is the one in use unless the row denies it."""
        known = place.port <= self._highest or place.port in self._rows
        changed = known and self._take_active(place.port, {place: row})
        return self._update([place.port] if changed else [], last_report=reported_at)

    def _take_active(self, port: int, told: _Rows) -> bool:
        """Take one slot of a port, beside what is known of the others; tell whether it differs.

        Of SIMs in a pool only the one in use is of interest.
        """
        ((place, row),) = told.items()
        rows = dict(self._rows.get(port, {}))
        known = rows.get(place, {})
        is_same_sim = "iccid" not in row or word(row["iccid"]) == word(known.get("iccid"))
        rows[place] = {**known, **row} if is_same_sim else row
        previous = self._active.get(port)
        active: Place | None = place
        if is_active(row) is False:
            active = None if previous == place else previous
        if previous is not None and previous != active and previous in rows:
            rows[previous] = _without_status(rows[previous])
        kept = {each: rows[each] for each in rows if each.slot or each in {place, active}}
        return self._set_rows(port, kept, active)

    def note_ports(self, numbers: Iterable[int]) -> bool:
        """Note ports at which something happens, and of which nothing else is known yet."""
        new = {number for number in numbers if number <= self._highest} - self._rows.keys()
        changed = [number for number in new if self._set_rows(number, {}, None)]
        return self._update(changed)

    def set_calling(self, port: int, *, calling: bool) -> bool:
        """Note whether a call is in progress at a port."""
        if self._calling.get(port) is calling:
            return False
        self._calling[port] = calling
        return self._update([port])

    def set_problem(self, problem: GatewayProblem, *, present: bool) -> bool:
        """Note a problem, or its end."""
        problems = self._state.problems
        return self._update([], problems=problems | {problem} if present else problems - {problem})

    def _take_rows(self, port: int, rows: _Rows) -> bool:
        """Take all slots of a port."""
        return self._set_rows(port, rows, _active_of(rows, self._active.get(port)))

    def _set_rows(self, port: int, rows: _Rows, active: Place | None) -> bool:
        """Note the rows of a port and which is in use; tell whether anything differs."""
        if rows == self._rows.get(port) and active == self._active.get(port):
            return False
        self._rows[port] = rows
        if active is None:
            self._active.pop(port, None)
        else:
            self._active[port] = active
        for row in rows.values():
            self._note_unknown(row)
        return True

    def _note_unknown(self, row: Fields) -> None:
        """Note what is not known in a row."""
        code = status_code(row)
        if code is not None and code not in PORT_STATUSES:
            self._unknown.note(f"port status {code}")
        for name in unknown_fields(row):
            self._unknown.note(f"field {name}")

    def _update(self, ports: Iterable[int], **facts: object) -> bool:
        """Make the states of some ports anew, and that of the gateway where something differs."""
        changed = False
        for number in ports:
            changed |= self._update_port(number)
        if changed:
            self._ports = dict(sorted(self._ports.items(), key=lambda item: int(item[0])))
            facts["ports"] = dict(self._ports)
            facts["ports_registered"] = sum(
                port.status in IN_NETWORK for port in self._ports.values()
            )
            facts["ports_total"] = (
                facts.get("ports_total") or self._state.ports_total or len(self._ports)
            )
        state = replace(self._state, **facts)  # type: ignore[arg-type]
        if state == self._state:
            return False
        self._state = state
        return True

    def _update_port(self, number: int) -> bool:
        """Make the state of a port anew; tell whether it differs."""
        key = str(number)
        before = self._ports.get(key)
        if number not in self._rows:
            self._ports.pop(key, None)
            return before is not None
        state = self._port_state(number)
        if state == before:
            return False
        self._ports[key] = state
        return True

    def _port_state(self, number: int) -> PortState:
        """Make the state of a port from its rows."""
        rows = self._rows[number]
        slots = {place.slot: slot_state(row) for place, row in rows.items() if place.slot}
        ordered = dict(sorted(slots.items()))
        active = self._active.get(number)
        if active is None:
            calling = self._calling.get(number)
            return PortState(key=str(number), slots=ordered, call_in_progress=calling)
        return port_state(active, rows[active], ordered, calling=self._calling.get(number, False))


def _active_of(rows: _Rows, previous: Place | None) -> Place | None:
    """Return which of the slots of a port is in use.

    Older firmware lists only that one, or does not mark it: then it is one that does something,
    best the one that was in use before.
    """
    marks = {place: is_active(row) for place, row in rows.items()}
    for place, mark in marks.items():
        if mark:
            return place
    open_places = [place for place, mark in marks.items() if mark is None]
    if len(open_places) < 2:
        return open_places[0] if open_places else None
    busy = [place for place in open_places if slot_state(rows[place]).status not in _RESTING]
    candidates = busy or open_places
    return previous if previous in candidates else candidates[0]


def _without_status(row: Fields) -> Fields:
    """Forget what a SIM did while it was in use: it no longer does."""
    return {name: value for name, value in row.items() if name not in {"st", "active"}}
