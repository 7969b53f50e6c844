"""Run the simulator as a process of its own: `python -m simulator --help`."""

import argparse
import asyncio
from collections.abc import Iterable, Sequence
import json
from pathlib import Path
import signal
import sys
import textwrap

from .at_modem import AtModem, Sim
from .control import Control
from .describe import describe
from .devices import one_of_each
from .faults import FaultKind
from .network import Network
from .played import PlayedModem
from .profiles import PROFILES
from .recording import RecordedModem, Recording
from .scripted import Script, ScriptedModem

EXAMPLES = """\
examples:
  a SIM7600 as a serial port that another process works over HTTP
    python -m simulator at-modem --profile sim7600 --pty /tmp/modem --control 8900
    curl -d '{"from": "+4917139200042", "text": "Hello"}' http://127.0.0.1:8900/sms
    curl 'http://127.0.0.1:8900/sent?after=0&timeout=30'
    curl -d '{"kind": "late", "command": "+CMGS", "seconds": 90}' http://127.0.0.1:8900/fault
    curl -d '{"code": "*100#", "text": "1 Balance", "answers": {"1": "12.34 EUR"}}' \\
      http://127.0.0.1:8900/ussd
    curl -d '{"from": "+4917139200042", "seconds": 12}' http://127.0.0.1:8900/ring
    curl -d '{"number": "+4917139200042", "outcome": "busy", "after": 3}' \\
      http://127.0.0.1:8900/call_outcome
    curl -d '{"kind": "hang", "cure": "reopen"}' http://127.0.0.1:8900/fault
    curl -d '{"pty": "/tmp/other"}' http://127.0.0.1:8900/plug
  the same, and one far-end device of each family from +447700900100 on
    python -m simulator at-modem --pty /tmp/modem --control 8900 --devices
    curl http://127.0.0.1:8900/devices
    curl -d '{"latitude": 48.2, "speed": 50}' http://127.0.0.1:8900/devices/+447700900103/move
    curl -d '{"kind": "sos", "to": "+4917139200001"}' \\
      http://127.0.0.1:8900/devices/+447700900103/alarm
    curl -d '{"family": "tell", "number": "+447700900200", "state": {"internet": false}}' \\
      http://127.0.0.1:8900/devices
  a Huawei stick with a locked SIM card on a TCP port (socket://127.0.0.1:7000)
    python -m simulator at-modem --profile e173 --tcp 7000 --pin 1234
  a modem that plays a captured script
    python -m simulator script modems.json --name "mm/gsm-port.conf" --pty /tmp/modem
  a modem that plays what scripts/capture has recorded, and after 30 s what came by itself
    python -m simulator recording tests/fixtures/at_modem/FILE.jsonl --pty /tmp/modem --later 30

the control interface (JSON; "modem" names one of several)
  GET  /modems /sent /calls /faults
  POST /modems /unplug /plug /reboot /sim           modems and SIM cards
  POST /sms /store /fill /refuse                    messages, storages, refused submits
  POST /report /report_plan                         delivery reports: foreign, late, failed
  POST /ussd /ussd_notify                           answers and menus to codes
  POST /ring /far_end_hangs_up /call_outcome        calls in and out
  POST /registration /signal /power_saving          what the network gives
  GET  /devices /devices/NUMBER                     far-end devices, what they heard and said
  POST /devices /devices/NUMBER/remove              add one: family, number, variant, password
  POST /devices/NUMBER/state .../move .../power     battery, APN, balance; position; on or off
  POST /devices/NUMBER/alarm .../position .../say   what comes unasked
  POST /devices/NUMBER/answers .../reboot           answers held, late, lost, in two
  POST /fault /faults/clear                         what goes wrong, of a kind:
{faults}

When all is up one line of JSON tells paths and ports. SIGTERM and Ctrl-C end it.
"""


def _wrapped(names: Iterable[str]) -> str:
    """Return names in lines under each other, indented for the help."""
    return textwrap.fill(", ".join(names), 90, initial_indent="    ", subsequent_indent="    ")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="python -m simulator",
        description="Simulated SMS gateways, for development and tests.",
        epilog=EXAMPLES.replace("{faults}", _wrapped(FaultKind)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = main.add_subparsers(dest="kind", required=True, metavar="KIND")
    modem = kinds.add_parser("at-modem", help="an AT modem with a SIM card in a network")
    modem.add_argument("--profile", choices=sorted(PROFILES), default="sim7600", help="the model")
    _add_lines(modem)
    modem.add_argument("--control", type=int, metavar="PORT", help="serve HTTP on this port, 0 any")
    modem.add_argument("--number", default=Sim().number, help="the SIM card's number")
    modem.add_argument("--pin", help="lock the SIM card with this PIN")
    modem.add_argument("--imei", default=None, help="the modem's IMEI")
    modem.add_argument(
        "--pace", type=float, default=0.0, help="1: as slow as the device; 0: at once"
    )
    modem.add_argument("--line-speed", type=int, metavar="BITS", help="octets take their time")
    modem.add_argument("--speed", type=int, metavar="BITS", help="other pty speeds are garbage")
    modem.add_argument("--delay", type=float, default=0.0, help="seconds in the network")
    modem.add_argument("--loss", type=float, default=0.0, help="part of the messages that is lost")
    modem.add_argument(
        "--devices", action="store_true", help="add one far-end device of each family"
    )
    script = kinds.add_parser("script", help="a modem that plays a file of answers")
    script.add_argument("file", type=Path, help="JSON: the script, or scripts by name")
    script.add_argument("--name", help="which script of the file")
    script.add_argument("--pin", help="ask for this PIN first")
    _add_lines(script)
    recording = kinds.add_parser("recording", help="a modem that plays a recorded dialogue")
    recording.add_argument("file", type=Path, help="JSON lines, as scripts/capture writes them")
    recording.add_argument(
        "--later", type=float, metavar="SECONDS", help="play what came by itself after so long"
    )
    _add_lines(recording)
    return main


def _add_lines(kind: argparse.ArgumentParser) -> None:
    """Add the options that say where the modem appears."""
    kind.add_argument("--pty", type=Path, metavar="PATH", help="a serial port under this link")
    kind.add_argument("--tcp", type=int, metavar="PORT", help="a raw TCP port, 0 for any")


async def run_modem(options: argparse.Namespace) -> None:
    """Run an AT modem until the process is told to stop."""
    network = Network(delay=options.delay, loss=options.loss)
    modem = AtModem(
        options.profile,
        network,
        sim=Sim(number=options.number, pin=options.pin),
        pace=options.pace,
        line_speed=options.line_speed,
        **({"imei": options.imei} if options.imei else {}),
    )
    control = Control(network, modem)
    devices = one_of_each(network) if options.devices else []
    for device in devices:
        control.devices.add(device)
    try:
        if options.pty is not None:
            await modem.serve_pty(options.pty, speed=options.speed)
        if options.tcp is not None:
            await modem.serve_tcp(port=options.tcp)
        port = None
        if options.control is not None:
            port = await control.serve(options.control)
        numbers = {device.family: device.number for device in devices}
        await _until_stopped({"control": port, "modems": [describe(modem)], "devices": numbers})
    finally:
        await control.close()
        for each in control.modems.values():
            await each.close()
        await network.close()


async def run_script(options: argparse.Namespace) -> None:
    """Run a scripted modem until the process is told to stop."""
    values = json.loads(options.file.read_text())
    if options.name is not None:
        values = values[options.name]
    await _play(ScriptedModem(Script.from_json(values, pin=options.pin)), options)


async def run_recording(options: argparse.Namespace) -> None:
    """Run a modem that plays a recording until the process is told to stop."""
    modem = RecordedModem(Recording.load(options.file))
    if options.later is not None:
        loop = asyncio.get_running_loop()
        for seconds, text in modem.recording.later:
            loop.call_later(options.later + seconds, modem.say, text)
    await _play(modem, options)


async def _play(modem: PlayedModem, options: argparse.Namespace) -> None:
    """Let a played modem appear where the command line says."""
    ready: dict[str, object] = {}
    try:
        if options.pty is not None:
            ready["pty"] = await modem.serve_pty(options.pty)
        if options.tcp is not None:
            ready["tcp"] = await modem.serve_tcp(port=options.tcp)
        await _until_stopped(ready)
    finally:
        await modem.close()


async def _until_stopped(ready: dict[str, object]) -> None:
    """Tell that all is up, and wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    await stop.wait()


RUNS = {"at-modem": run_modem, "script": run_script, "recording": run_recording}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; 1 when it cannot be had."""
    options = parser().parse_args(arguments)
    if options.pty is None and options.tcp is None:
        options.tcp = 0
    try:
        asyncio.run(RUNS[options.kind](options))
    except (OSError, ValueError, TypeError, KeyError) as error:
        sys.stderr.write(f"python -m simulator: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
