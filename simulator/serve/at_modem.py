"""An AT modem in a network, with far-end devices if wanted."""

from argparse import ArgumentParser, Namespace

from ..at_modem import AtModem, Sim
from ..control import Control
from ..describe import describe
from ..devices import one_of_each
from ..faults import FaultKind
from ..network import Network
from ..profiles import PROFILES
from .base import Kind, add_control, add_lines, until_stopped, wrapped

_EPILOG = """\
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
"""


def _add_options(parser: ArgumentParser) -> None:
    """Add the options of a modem."""
    parser.add_argument("--profile", choices=sorted(PROFILES), default="sim7600", help="the model")
    add_lines(parser)
    add_control(parser)
    parser.add_argument("--number", default=Sim().number, help="the SIM card's number")
    parser.add_argument("--pin", help="lock the SIM card with this PIN")
    parser.add_argument("--imei", default=None, help="the modem's IMEI")
    parser.add_argument(
        "--pace", type=float, default=0.0, help="1: as slow as the device; 0: at once"
    )
    parser.add_argument("--line-speed", type=int, metavar="BITS", help="octets take their time")
    parser.add_argument("--speed", type=int, metavar="BITS", help="other pty speeds are garbage")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds in the network")
    parser.add_argument("--loss", type=float, default=0.0, help="part of the messages that is lost")
    parser.add_argument(
        "--devices", action="store_true", help="add one far-end device of each family"
    )


async def _run(options: Namespace) -> None:
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
        if options.tcp is not None or options.pty is None:
            await modem.serve_tcp(port=options.tcp or 0)
        port = None
        if options.control is not None:
            port = await control.serve(options.control)
        numbers = {device.family: device.number for device in devices}
        await until_stopped({"control": port, "modems": [describe(modem)], "devices": numbers})
    finally:
        await control.close()
        for each in control.modems.values():
            await each.close()
        await network.close()


AT_MODEM = Kind(
    "at-modem",
    "an AT modem with a SIM card in a network",
    _EPILOG.replace("{faults}", wrapped(FaultKind)),
    _add_options,
    _run,
)
