"""Run a simulator as a process of its own: `python -m simulator --help`."""

import argparse
import asyncio
from collections.abc import Sequence
import sys

from .serve import KINDS

_EPILOG = """\
Each has its own options, examples and control interface: python -m simulator KIND --help

examples:
  python -m simulator at-modem --pty /tmp/modem --control 8900
  python -m simulator script modems.json --name "mm/gsm-port.conf" --pty /tmp/modem
  python -m simulator recording tests/fixtures/at_modem/FILE.jsonl --pty /tmp/modem
  python -m simulator ejoin --port 8081 --control 8901
  python -m simulator teltonika --firmware legacy --port 8082 --control 8902
  python -m simulator emnify --devices 3 --port 8084 --control 8904
  python -m simulator smsc --port 2775 --control 8905

The control interface is HTTP on 127.0.0.1: JSON in and out, and 400 with a reason for what cannot
be done. When all is up one line of JSON tells paths and ports. SIGTERM and Ctrl-C end it.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="python -m simulator",
        description="Simulated SMS gateways, for development and tests.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = main.add_subparsers(dest="kind", required=True, metavar="KIND")
    for kind in KINDS:
        added = kinds.add_parser(
            kind.name,
            help=kind.help,
            description=f"Simulates {kind.help}.",
            epilog=kind.epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        kind.add_options(added)
        added.set_defaults(run=kind.run)
    return main


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; 1 when it cannot be had."""
    options = parser().parse_args(arguments)
    try:
        asyncio.run(options.run(options))
    except (OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        sys.stderr.write(f"python -m simulator: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
