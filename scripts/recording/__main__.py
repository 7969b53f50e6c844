"""The command line behind `scripts/capture`."""

import argparse
import asyncio
import json
from pathlib import Path
import signal
import sys
from typing import Final

from .capture import Captured, capture, is_silent
from .fixture import fixture, write
from .harmless import described, is_harmless
from .redaction import RedactionError

_WORDS: Final = (
    Path(__file__).parents[2] / "custom_components/cellular_gateway/translations/en.json"
)

_DESCRIPTION: Final = """\
Record how a modem answers the integration's questions. IMEI, numbers of the SIM, telephone
numbers, cells and texts are replaced before anything is written. Nothing is sent to anybody,
deleted or unlocked, and no setting that lasts is changed."""

_HINTS: Final = {
    "busy": "If Home Assistant uses it, disable the gateway there while you record.",
    "no_permission": "You may not open the port; membership in the group dialout often helps.",
    "pin_required": "Nothing here enters a PIN. Unlock the SIM first to record more than this.",
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/capture",
        description=_DESCRIPTION,
        epilog=described(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("device", help="the modem's port, such as /dev/ttyUSB2")
    parser.add_argument("--baudrate", type=int, metavar="N", help="its speed; found out otherwise")
    parser.add_argument("--output", type=Path, metavar="FILE", help="named after the modem if not")
    parser.add_argument(
        "--commands",
        type=Path,
        metavar="FILE",
        help="more questions, one a line, as harmless as these",
    )
    parser.add_argument(
        "--seconds", type=float, default=20.0, metavar="N", help="how long to listen at the end"
    )
    parser.add_argument(
        "--source",
        default="a real device, recorded by its owner with scripts/capture",
        metavar="TEXT",
        help="whose modem it is, as the file shall say it",
    )
    return parser


def read_questions(path: Path | None) -> list[str]:
    """Read further questions; ValueError for one that is not harmless."""
    lines = path.read_text(encoding="utf-8").splitlines() if path else []
    questions = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for question in questions:
        if not is_harmless(question):
            raise ValueError(f"{question} is not sent: it could change something")
    return questions


def complaint(captured: Captured) -> str:
    """Say in plain words why the gateway did not connect."""
    if captured.error is None:
        return ""
    reason = captured.error.reason
    words = json.loads(_WORDS.read_text(encoding="utf-8"))["exceptions"]
    text = words.get(reason, {}).get("message", "{")
    # Some of the words want the code of the modem put in.
    text = str(captured.error) if "{" in text else text
    return f"{text} {_HINTS.get(reason, '')}".strip()


async def record(options: argparse.Namespace, questions: list[str]) -> Captured:
    """Record until the time is up or Ctrl-C is pressed."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    return await capture(
        options.device,
        baudrate=options.baudrate,
        questions=questions,
        seconds=options.seconds,
        stop=stop,
    )


def finish(captured: Captured, options: argparse.Namespace) -> int:
    """Write the file, if there is anything to write, and tell of it."""
    if text := complaint(captured):
        print(text, file=sys.stderr)
    if is_silent(captured):
        return 1
    made = fixture(captured, options.source)
    path = write(options.output or Path(made.name), made.lines)
    print(f"Written: {path} ({len(made.lines) - 1} lines)")
    if captured.tape.withheld:
        print(f"Not sent, as it would change something: {', '.join(captured.tape.withheld)}")
    print("Have a look at it before you give it away.")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Record as the command line says; 1 when nothing could be recorded."""
    options = parser().parse_args(arguments)
    try:
        questions = read_questions(options.commands)
        print(f"Asking the modem, then listening for {options.seconds:g} s; Ctrl-C ends that.")
        return finish(asyncio.run(record(options, questions)), options)
    except (OSError, ValueError, RedactionError) as error:
        print(f"scripts/capture: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
