"""Modems that play a file: a script of answers, or what a real modem once said."""

from argparse import ArgumentParser, Namespace
import asyncio
import json
from pathlib import Path

from ..played import PlayedModem
from ..recording import RecordedModem, Recording
from ..scripted import Script, ScriptedModem
from .base import Kind, add_lines, until_stopped

_SCRIPT_EPILOG = """\
example:
  a modem that plays a captured script
    python -m simulator script modems.json --name "mm/gsm-port.conf" --pty /tmp/modem
"""
_RECORDING_EPILOG = """\
example:
  a modem that plays what scripts/capture has recorded, and after 30 s what came by itself
    python -m simulator recording tests/fixtures/at_modem/FILE.jsonl --pty /tmp/modem --later 30
"""


def _add_script_options(parser: ArgumentParser) -> None:
    """Add the options of a scripted modem."""
    parser.add_argument("file", type=Path, help="JSON: the script, or scripts by name")
    parser.add_argument("--name", help="which script of the file")
    parser.add_argument("--pin", help="ask for this PIN first")
    add_lines(parser)


def _add_recording_options(parser: ArgumentParser) -> None:
    """Add the options of a recorded modem."""
    parser.add_argument("file", type=Path, help="JSON lines, as scripts/capture writes them")
    parser.add_argument(
        "--later", type=float, metavar="SECONDS", help="play what came by itself after so long"
    )
    add_lines(parser)


async def _run_script(options: Namespace) -> None:
    """Run a scripted modem until the process is told to stop."""
    values = json.loads(options.file.read_text())
    if options.name is not None:
        values = values[options.name]
    await _play(ScriptedModem(Script.from_json(values, pin=options.pin)), options)


async def _run_recording(options: Namespace) -> None:
    """Run a modem that plays a recording until the process is told to stop."""
    modem = RecordedModem(Recording.load(options.file))
    if options.later is not None:
        loop = asyncio.get_running_loop()
        for seconds, text in modem.recording.later:
            loop.call_later(options.later + seconds, modem.say, text)
    await _play(modem, options)


async def _play(modem: PlayedModem, options: Namespace) -> None:
    """Let a played modem appear where the command line says."""
    ready: dict[str, object] = {}
    try:
        if options.pty is not None:
            ready["pty"] = await modem.serve_pty(options.pty)
        if options.tcp is not None or options.pty is None:
            ready["tcp"] = await modem.serve_tcp(port=options.tcp or 0)
        await until_stopped(ready)
    finally:
        await modem.close()


SCRIPT = Kind(
    "script",
    "a modem that plays a file of answers",
    _SCRIPT_EPILOG,
    _add_script_options,
    _run_script,
)
RECORDING = Kind(
    "recording",
    "a modem that plays a recorded dialogue",
    _RECORDING_EPILOG,
    _add_recording_options,
    _run_recording,
)
