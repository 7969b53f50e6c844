"""The command line behind `scripts/develop`."""

import argparse
import asyncio
import signal
import sys

from .check import KILLS, check
from .develop import develop
from .steps import ONLY_BY_NAME, STEPS
from .waiting import CheckError

# What a shell reports for a program that Ctrl-C ended.
_INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main_parser = argparse.ArgumentParser(
        prog="scripts/develop",
        description="A real Home Assistant, with the integration connected to simulated gateways.",
    )
    main_parser.add_argument(
        "--fresh", action="store_true", help="forget the house of the last time"
    )
    main_parser.add_argument("--port", type=int, help="TCP port of the frontend; 8123 when free")
    main_parser.add_argument(
        "--check",
        nargs="*",
        choices=list(STEPS),
        metavar="STEP",
        help=f"check, headless, and exit; all steps or some of: {', '.join(STEPS)};"
        f" only when named, as they take minutes: {', '.join(sorted(ONLY_BY_NAME))}",
    )
    main_parser.add_argument(
        "--kills",
        type=int,
        default=KILLS,
        help=f"how often the step kill_test kills Home Assistant; {KILLS} unless told otherwise",
    )
    return main_parser


async def run(options: argparse.Namespace) -> int:
    """Do what was asked for; a signal to end cancels it, which ends every process."""
    if (task := asyncio.current_task()) is None:
        raise RuntimeError("run outside of a task")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    if options.check is not None:
        return await check(options.check, options.kills)
    return await develop(fresh=options.fresh, port=options.port)


def main() -> int:
    """Return the exit status: 0, 1 when something is not as it has to be, 130 when interrupted."""
    try:
        return asyncio.run(run(parser().parse_args()))
    except CheckError as error:
        sys.stderr.write(f"scripts/develop: {error}\n")
        return 1
    except asyncio.CancelledError:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
