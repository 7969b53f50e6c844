"""A service centre that speaks SMPP."""

from argparse import ArgumentParser, Namespace

from ..faults import FaultKind
from ..network import Network
from ..smsc import Account, Default, Long, Smsc, Style
from ..smsc.control import CentreControl
from .base import Kind, add_server, tls_context, until_stopped, wrapped

_EPILOG = """\
examples:
  a service centre with one account (ha, secret08), and a text to it
    python -m simulator smsc --port 2775 --control 8905
    curl -d '{"from": "+4917139200042", "text": "Hello"}' http://127.0.0.1:8905/sms
    curl 'http://127.0.0.1:8905/sent?after=0&timeout=30'
    curl http://127.0.0.1:8905/submitted
    curl -d '{"number": "+4917139200042", "statuses": [70], "delay": 2}' \\
      http://127.0.0.1:8905/report_plan
    curl -d '{"kind": "error", "command": "SUBMIT_SM", "text": "0x58"}' \\
      http://127.0.0.1:8905/fault
    curl -X POST http://127.0.0.1:8905/disconnect
  one to which a data_coding of 0 is Latin-1, and which writes receipts as text alone
    python -m simulator smsc --default latin1 --receipts text --decimal-ids

the control interface (JSON; "account" is a system_id, the first without)
  GET  /centre /sent /submitted /faults
  POST /sms                                         a text to an account
  POST /report_plan /refuse                         what the network says of texts
  POST /accounts                                    system_id, password, number
  POST /disconnect /unbind /off /on                 connections
  POST /fault /faults/clear                         what goes wrong with a PDU, of a kind:
{faults}
"""
_FAULTS = (
    FaultKind.SILENCE,
    FaultKind.MUTE,
    FaultKind.ERROR,
    FaultKind.LATE,
    FaultKind.DUPLICATE,
    FaultKind.GARBAGE,
    FaultKind.UNPLUG,
)


def _add_options(parser: ArgumentParser) -> None:
    """Add the options of a service centre."""
    add_server(parser, "SMPP")
    account = Account()
    parser.add_argument("--system-id", default=account.system_id, help="the account's name; ha")
    parser.add_argument("--password", default=account.password, help="its password; secret08")
    parser.add_argument("--number", default=account.number, help="the account's number; 20407")
    parser.add_argument(
        "--default", choices=list(Default), default=Default.GSM7, help="what data_coding 0 means"
    )
    parser.add_argument(
        "--long", choices=list(Long), default=Long.UDH, help="how parts are delivered"
    )
    parser.add_argument(
        "--receipts", choices=list(Style), default=Style.BOTH, help="how receipts are written"
    )
    parser.add_argument(
        "--decimal-ids", action="store_true", help="receipts name messages by decimal numbers"
    )


async def _run(options: Namespace) -> None:
    """Run a service centre until the process is told to stop."""
    network = Network()
    centre = Smsc(
        network,
        [Account(options.system_id, options.password, options.number)],
        default=options.default,
        long=options.long,
        receipts=options.receipts,
        decimal_ids=options.decimal_ids,
    )
    control: CentreControl | None = None
    try:
        tls = tls_context(options.tls)
        port = await centre.serve(port=options.port, tls=tls)
        control = CentreControl(centre, port, tls)
        ready: dict[str, object] = {"port": port, "control": None}
        if options.control is not None:
            ready["control"] = await control.serve(options.control)
        await until_stopped(ready)
    finally:
        if control is not None:
            await control.close()
        await centre.close()
        await network.close()


SMSC = Kind(
    "smsc",
    "a service centre that speaks SMPP",
    _EPILOG.replace("{faults}", wrapped(_FAULTS)),
    _add_options,
    _run,
)
