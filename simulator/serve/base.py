"""What all of them share on the command line, and how a process begins and ends."""

from argparse import ArgumentParser, Namespace
import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
import json
from pathlib import Path
import signal
import ssl
import sys
import textwrap


@dataclass(frozen=True, slots=True)
class Kind:
    """One simulator: what it is, what `--help` says below its options, and how it is run."""

    name: str
    help: str
    epilog: str
    add_options: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], Awaitable[None]]


def add_lines(parser: ArgumentParser) -> None:
    """Add the options that say where a modem appears."""
    parser.add_argument("--pty", type=Path, metavar="PATH", help="a serial port under this link")
    parser.add_argument(
        "--tcp", type=int, metavar="PORT", help="a raw TCP port, 0 for any; so without --pty"
    )


def add_control(parser: ArgumentParser) -> None:
    """Add the option that says where the control interface is."""
    parser.add_argument(
        "--control", type=int, metavar="PORT", help="serve the control interface here, 0 for any"
    )


def add_server(parser: ArgumentParser, what: str) -> None:
    """Add the options that say where something is served, and where it is worked."""
    parser.add_argument(
        "--port", type=int, default=0, help=f"TCP port of {what}; any unless told otherwise"
    )
    parser.add_argument("--tls", type=Path, metavar="FILE", help="PEM: a certificate and its key")
    add_control(parser)


def tls_context(path: Path | None) -> ssl.SSLContext | None:
    """Return what encrypts with the certificate in a file, None without one."""
    if path is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def wrapped(names: Iterable[str]) -> str:
    """Return names in lines under each other, indented for the help."""
    return textwrap.fill(", ".join(names), 90, initial_indent="    ", subsequent_indent="    ")


async def until_stopped(ready: dict[str, object]) -> None:
    """Tell that all is up, and wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    await stop.wait()
