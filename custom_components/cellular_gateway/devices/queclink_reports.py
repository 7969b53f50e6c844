"""What trackers of Queclink report in the @Track protocol.

Sources: GL300 @Tracker Air Interface Protocol 1.02, pages 34 to 69; GL100 @Track Air Interface
Protocol, pages 47 to 49. Longitude stands before latitude; times are UTC. A command is acknowledged
first, and its answer comes in a message of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
import re
from typing import Final

from .parsing import clock, find_position, number, place, switched, whole
from .reading import Alarm, Reading, ReadingKind, Signal, Values
from .vocabulary import Command

_BEST_SIGNAL: Final = 31
_REPORT: Final = re.compile(r"\s*\+(ACK|RESP|BUFF):GT([A-Z]{3}),([^$]*)")
_POINT: Final = re.compile(
    r",(?P<accuracy>\d{0,2}),(?P<speed>\d{0,3}(?:\.\d)?),(?P<course>\d{0,3}),"
    r"(?P<altitude>-?\d{0,5}(?:\.\d{1,2})?),(?P<lon>-?\d{1,3}\.\d{4,7}),(?P<lat>-?\d{1,2}\.\d{4,7}),"
    r"(?P<time>\d{14})(?:,0(?P<mcc>\d{3}),0?(?P<mnc>\d{2,3}))?(?=,)"
)
_BATTERY: Final = re.compile(r",(\d{1,3}),\d{14},[0-9A-F]{4}\s*$")
_LINK: Final = re.compile(
    r"\bF(?P<fix>[01])\s+D(\d{4})/(\d\d)/(\d\d)T(\d\d):(\d\d):(\d\d)(?:\s+B(?P<battery>\d{1,3})%)?"
)
_ICCID: Final = re.compile(r"[0-9A-F]{18,20}")

# What an acknowledged sub command of AT+GTRTO still has to tell.
_ASKED: Final = {
    "RTL": Command.REQUEST_POSITION,
    "CID": Command.REQUEST_IDENTITY,
    "CSQ": Command.REQUEST_NETWORK,
    "VER": Command.REQUEST_VERSION,
    "SWV": Command.REQUEST_VERSION,
    "BAT": Command.REQUEST_BATTERY,
    "CBC": Command.REQUEST_BATTERY,
    "INF": Command.REQUEST_STATUS,
}
ALARMS: Final = {
    "BPL": Alarm.LOW_BATTERY,
    "GEO": Alarm.GEOFENCE,
    "SOS": Alarm.SOS,
    "SPD": Alarm.SPEED,
}


def read_report(text: str) -> Reading | None:
    """Read a report or an acknowledgement."""
    match = _REPORT.match(text)
    if match is None:
        return None
    imei, body = _head(match[3].split(","))
    if imei is None:
        return None
    if match[1] == "ACK":
        return _acknowledgement(match[2], body, imei)
    return _report(match[2], f",{match[3]}", body, imei)


def _head(fields: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """Return the IMEI and what stands behind the head; the GL100 has no version and no name."""
    for position, rest in ((1, 3), (0, 1)):
        if len(fields) > rest and re.fullmatch(r"\d{15}", fields[position]):
            return fields[position], fields[rest:]
    return None, ()


def _acknowledgement(word: str, body: Sequence[str], imei: str) -> Reading:
    """Read what was acknowledged, and whether an answer comes behind it."""
    answers = frozenset[Command]()
    incomplete = False
    if word == "BSI":
        answers = frozenset({Command.SETUP, Command.SET_APN})
    elif word == "RTO" and body[0] == "REBOOT":
        answers = frozenset({Command.REBOOT})
    elif word == "RTO" and body[0] in _ASKED:
        answers, incomplete = frozenset({_ASKED[body[0]]}), True
    return Reading(answers=answers, values=Values(imei=imei), certain=True, incomplete=incomplete)


def _report(word: str, text: str, body: Sequence[str], imei: str) -> Reading:
    """Read a report: what its name promises, and the place in it."""
    values = replace(_told(word, body), imei=imei)
    if points := list(_POINT.finditer(text)):
        values = _located(values, max(points, key=lambda point: point["time"]), text)
    if alarm := ALARMS.get(word):
        values = replace(values, alarms={alarm: True})
        kind = ReadingKind.ALARM
    else:
        kind = ReadingKind.POSITION if values.position else ReadingKind.REPLY
    command = _ASKED.get(word)
    return Reading(
        kind=kind,
        answers=frozenset({command} if command else ()),
        values=values,
        certain=True,
    )


def _told(word: str, body: Sequence[str]) -> Values:
    """Read the fields of a report without a place; those of the GL100 are fewer."""
    field = dict(enumerate(body)).get
    match word:
        case "CSQ":
            return Values(signal=_signal(field(0)))
        case "CID":
            return Values(iccid=_iccid(field(0)))
        case "VER":
            return Values(firmware=_firmware(field(1)))
        case "SWV":
            return Values(firmware=field(0) or None)
        case "CBC":
            return Values(battery=_percent(field(0)))
        case "BAT":
            return Values(
                external_power=switched(field(0)),
                battery=_percent(field(2)),
                battery_voltage=number(field(3)),
                charging=switched(field(4)),
            )
        case "INF":
            return _information(body)
        case _:
            return Values()


def _information(body: Sequence[str]) -> Values:
    """Read a GTINF report, in the form of the GL100 or the later one."""
    field = dict(enumerate(body)).get
    if _iccid(field(0)):
        return Values(
            iccid=_iccid(field(0)),
            signal=_signal(field(1)),
            battery=_percent(field(3)),
            charging=switched(field(4)),
        )
    return Values(
        iccid=_iccid(field(1)),
        signal=_signal(field(2)),
        external_power=switched(field(4)),
        battery_voltage=number(field(7)),
        charging=switched(field(8)),
        battery=_percent(field(15)),
    )


def _located(values: Values, point: re.Match[str], text: str) -> Values:
    """Add a place and what stands next to it; its accuracy is an HDOP, and 0 is no fix."""
    time = point["time"]
    position = None
    if point["accuracy"] != "0":
        position = place(
            float(point["lat"]),
            float(point["lon"]),
            clock(UTC, time[:4], time[4:6], time[6:8], time[8:10], time[10:12], time[12:]),
            altitude=number(point["altitude"]),
            course=number(point["course"]),
        )
    battery = _BATTERY.search(text)
    return replace(
        values,
        position=position,
        gps_fix=position is not None,
        speed=number(point["speed"]) if position else None,
        operator=f"{point['mcc']}{int(point['mnc']):02}" if point["mcc"] else None,
        battery=_percent(battery[1]) if battery else values.battery,
    )


def read_link(text: str, zone: tzinfo) -> Reading | None:
    """Read a map link with the fix, the time and the battery behind it."""
    match = _LINK.search(text)
    if match is None:
        return None
    position = None
    if match["fix"] == "1":
        position = find_position(text, clock(zone, *match.groups()[1:7]))
    sos = text.find("SOS", 0, match.start()) >= 0
    kind = ReadingKind.POSITION if position else ReadingKind.REPLY
    return Reading(
        kind=ReadingKind.ALARM if sos else kind,
        answers=frozenset({Command.REQUEST_POSITION}),
        values=Values(
            position=position,
            gps_fix=position is not None,
            battery=_percent(match["battery"]),
            alarms={Alarm.SOS: True} if sos else None,
        ),
        certain=True,
    )


def _signal(text: str | None) -> Signal | None:
    """Read a received signal strength (3GPP TS 27.007 clause 8.5); 99 is unknown."""
    value = whole(text)
    return None if value is None or value > _BEST_SIGNAL else Signal(value, _BEST_SIGNAL)


def _percent(text: str | None) -> float | None:
    """Read a battery level."""
    value = number(text)
    return value if value is not None and 0 <= value <= 100 else None


def _iccid(text: str | None) -> str | None:
    """Read the number of the SIM card."""
    return text if text and _ICCID.fullmatch(text) else None


def _firmware(text: str | None) -> str | None:
    """Read a software version: 010A is 1.10."""
    if text and re.fullmatch(r"[0-9A-F]{4}", text):
        major, minor = bytes.fromhex(text)
        return f"{major}.{minor}"
    return text or None
