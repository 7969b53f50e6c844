"""The file that a recording becomes."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
import json
from pathlib import Path
import re
from typing import Any, Final

from custom_components.cellular_gateway.gateways.at_modem.codec.results import parse_final

from .capture import Captured
from .redaction import Redaction, redact
from .tape import Line

_IDENTITY: Final = ("AT+CGMI", "AT+CGMM", "AT+CGMR")

# What is expected of these is their disguise.
_TOKENS: Final = ("imei", "imsi", "iccid", "own_number", "smsc")
_CELLS: Final = ("area_code", "cell_id")
# Our own name for the port, and a difference to the clock of the day.
_LEFT_OUT: Final = ("key", "network_time_offset")


@dataclass(frozen=True, slots=True)
class Fixture:
    """What is to be written: a name after maker, model and firmware, and lines of JSON."""

    name: str
    lines: list[str]


def fixture(captured: Captured, source: str) -> Fixture:
    """Return what is to be written, redacted; raise RedactionError when that fails."""
    lines, redaction = redact(captured.tape.lines())
    modem = _identity(lines)
    head = {
        "source": source,
        "date": datetime.now(UTC).date().isoformat(),
        "modem": " ".join(modem),
        "baudrate": captured.tape.baudrate,
        "withheld": captured.tape.withheld,
        "expect": _expected(captured, redaction),
    }
    entries = [
        {"ms": line.ms, line.speaker: line.text.strip() if line.speaker == "event" else line.text}
        for line in lines
    ]
    slugs = [re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in modem]
    name = "_".join(filter(None, slugs)) or "modem"
    return Fixture(f"{name}.jsonl", [json.dumps(entry) for entry in (head, *entries)])


def _identity(lines: list[Line]) -> list[str]:
    """Find maker, model and firmware, also of a modem whose SIM cannot be used."""
    found: dict[str, str] = {}
    command = ""
    for line in lines:
        text = line.text.strip("\x1b\r\n ")
        if line.speaker == "host":
            command = text
        elif command in _IDENTITY and text != command and not parse_final(text):
            found.setdefault(command, text.removeprefix(f"{command[2:]}:").strip(' "'))
    return [found[command] for command in _IDENTITY if command in found]


def _expected(captured: Captured, redaction: Redaction) -> dict[str, Any]:
    """Return what a gateway finds out from the recording, or why it cannot connect."""
    if captured.error is not None or captured.port is None:
        return {"error": captured.error.reason if captured.error else None}
    info = {
        name: redaction.identity(value)
        for name in ("manufacturer", "model", "firmware")
        if (value := getattr(captured.info, name))
    }
    port = asdict(captured.port)
    for name in _LEFT_OUT:
        port.pop(name, None)
    for name, value in port.items():
        if value and name in _TOKENS:
            port[name] = redaction.disguise.token(value)
        elif value and name in _CELLS:
            port[name] = redaction.disguise.cell(value)
    return {"info": info, "port": port, "messages": captured.messages}


def write(path: Path, lines: list[str]) -> Path:
    """Write a new file, beside one of the same name; return where it is."""
    for number in range(1, 1000):
        free = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        try:
            with free.open("x", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
        except FileExistsError:
            continue
        return free
    raise FileExistsError(path)
