"""An Ejoin multi-port gateway."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields

from ..ejoin import Api, Box, Firmware, Switches
from ..ejoin.control import BoxControl
from .base import Kind, add_server, tls_context, until_stopped

_EPILOG = """\
examples:
  a gateway of 32 ports that reports received texts to a URL of Home Assistant
    python -m simulator ejoin --port 8081 --control 8901 --report received_sms \\
      --push-url http://127.0.0.1:8123/api/webhook/ID
    curl -d '{"port": 3, "from": "+4917139200042", "text": "Hello"}' http://127.0.0.1:8901/sms
    curl -d '{"port": 3, "to": "+4917139200042", "text": "By hand"}' http://127.0.0.1:8901/send
    curl -d '{"received_sms": false}' http://127.0.0.1:8901/switches
    curl -d '{"port": 2, "status": 12}' http://127.0.0.1:8901/port
    curl -d '{"fail": ["7 Server Error", "network out of order"]}' http://127.0.0.1:8901/fault
    curl 'http://127.0.0.1:8901/pushed?after=0'
    curl 'http://127.0.0.1:8901/sent?after=0&timeout=30'
  one of old firmware, which has 8 ports with one SIM card each
    python -m simulator ejoin --ports 8 --slots 1 --firmware old --control 8901

the control interface (JSON; "port" is the number of a port, 1 without)
  GET  /box /sent /pushed /commands /faults
  POST /sms /send /report                           texts in, by others, delivery reports
  POST /call                                        cid, cdir, caller, callee, begin ... end
  POST /push                                        a report, any "message", or "raw" characters
  POST /push_url /switches                          what is set in its menus
  POST /port /card                                  status, signal, slot; number, balance
  POST /ussd                                        the "text" to a "code"
  POST /restart /off /on                            a new inbox; power
  POST /fault /faults/clear                         refuse, fail, swallow, http (the next text);
                                                    no_tasks, no_inbox (until cleared)
"""


def _add_options(parser: ArgumentParser) -> None:
    """Add the options of a gateway."""
    add_server(parser, "its web pages")
    parser.add_argument("--ports", type=int, default=32, help="how many ports; 32")
    parser.add_argument("--slots", type=int, default=4, help="SIM slots of each port; 4")
    parser.add_argument(
        "--firmware", choices=list(Firmware), default=Firmware.USUAL, help="how it writes"
    )
    parser.add_argument("--mac", default="00-30-f1-00-6d-b1", help="its MAC address")
    parser.add_argument("--username", default="root", help="its login; root")
    parser.add_argument("--password", default="root", help="its password; root")
    parser.add_argument("--push-url", default="", metavar="URL", help="where it reports to")
    parser.add_argument(
        "--period", type=int, default=60, metavar="SECONDS", help="between two reports; 60"
    )
    parser.add_argument(
        "--report",
        action="append",
        default=[],
        choices=[field.name for field in fields(Switches)],
        help="switch a report on; may be repeated",
    )


async def _run(options: Namespace) -> None:
    """Run a gateway until the process is told to stop."""
    if min(options.ports, options.slots, options.period) < 1:
        raise ValueError("ports, slots and the period are at least 1")
    box = Box(
        ports=options.ports,
        slots=options.slots,
        firmware=Firmware(options.firmware),
        mac=options.mac,
        username=options.username,
        password=options.password,
    )
    for name in options.report:
        setattr(box.switches, name, True)
    box.push_url, box.period = options.push_url, options.period
    api = Api(box, tls_context(options.tls))
    control = BoxControl(api)
    try:
        ready: dict[str, object] = {"url": await api.serve(options.port), "control": None}
        if options.control is not None:
            ready["control"] = await control.serve(options.control)
        box.spawn(box.report_regularly())
        await until_stopped(ready)
    finally:
        await control.close()
        await api.stop()
        await box.close()


EJOIN = Kind(
    "ejoin", "an Ejoin multi-port gateway that pushes and obeys", _EPILOG, _add_options, _run
)
