"""A Teltonika router, of legacy firmware or of RutOS 7."""

from argparse import ArgumentParser, Namespace

from ..network import Network
from ..teltonika import Router, RouterModem
from ..teltonika.control import RouterControl
from .base import Kind, add_server, tls_context, until_stopped

_EPILOG = """\
examples:
  a router of RutOS 7 (admin, Admin123!) that forwards to a URL of Home Assistant
    python -m simulator teltonika --port 8082 --control 8902
    curl -d '{"url": "http://127.0.0.1:8123/api/webhook/ID", "method": "post", "base64": true,
      "number_name": "number", "text_name": "text"}' http://127.0.0.1:8902/forwarding
    curl -d '{"from": "+4917139200042", "text": "Hello"}' http://127.0.0.1:8902/sms
    curl 'http://127.0.0.1:8902/sent?after=0&timeout=30'
    curl -d '{"rsrp": -117, "technology": "3G"}' http://127.0.0.1:8902/cell
    curl -d '{"swallow": 1}' http://127.0.0.1:8902/fault
  one of legacy firmware: Post/Get (user1, user_pass), and JSON-RPC (root, admin01) unless bare
    python -m simulator teltonika --firmware legacy --port 8083 --control 8903
    curl -d '{"enabled": false}' http://127.0.0.1:8903/post_get
    curl -d '{"groups": {"family": ["+4917139200042", "+4917139200043"]}}' \\
      http://127.0.0.1:8903/post_get
  one with two modems, the first of which has two SIM slots
    python -m simulator teltonika --modem +4917139200011,+4917139200012 --modem +4917139200013

the control interface (JSON; "modem" is the id of a modem such as 2-1, the first without)
  GET  /router /sent /forwarding /faults
  POST /sms                                         a text in; "stored": false forwards it alone
  POST /forwarding                                  the rule of SMS forwarding to HTTP; {} for none
  POST /post_get                                    enabled, login, groups of numbers
  POST /modem /cell                                 online, capacity; what it measures
  POST /restart /off /on /unban                     sessions forgotten; power; failed logins
  POST /refuse                                      the network refuses the next submits
  POST /fault /faults/clear                         silent, busy, refuse, swallow, garbage: so many
                                                    requests; send_seconds
"""
_FIRMWARE = {"rutos7": {}, "legacy": {"legacy": True}, "bare": {"legacy": True, "bare": True}}


def _add_options(parser: ArgumentParser) -> None:
    """Add the options of a router."""
    add_server(parser, "its web pages")
    parser.add_argument("--firmware", choices=list(_FIRMWARE), default="rutos7", help="rutos7")
    parser.add_argument(
        "--modem",
        action="append",
        metavar="NUMBER[,NUMBER]",
        help="a modem with the numbers of its SIM cards; may be repeated",
    )
    parser.add_argument("--mac", default="20:97:27:00:00:01", help="its MAC address")
    parser.add_argument("--serial", default="1100000001", help="its serial number")


def _modem(network: Network, place: int, numbers: str) -> RouterModem:
    """Make the modem at a place, counted from 1."""
    return RouterModem(
        network,
        numbers=tuple(numbers.split(",")),
        id=f"{place}-1",
        imei=f"86246203{place:07}",
        primary=place == 1,
    )


async def _run(options: Namespace) -> None:
    """Run a router until the process is told to stop."""
    network = Network()
    numbers = options.modem or ["+4917139200011"]
    modems = [_modem(network, place, each) for place, each in enumerate(numbers, 1)]
    router = Router(*modems, **_FIRMWARE[options.firmware])
    router.mac, router.serial = options.mac, options.serial
    tls = tls_context(options.tls)
    control = RouterControl(network, router, tls)
    try:
        port = await router.serve(options.port, tls=tls)
        url = f"http{'s' if tls else ''}://127.0.0.1:{port}"
        ready: dict[str, object] = {"url": url, "control": None}
        if options.control is not None:
            ready["control"] = await control.serve(options.control)
        await until_stopped(ready)
    finally:
        await control.close()
        await router.close()
        await network.close()


TELTONIKA = Kind(
    "teltonika",
    "a Teltonika router of legacy firmware or of RutOS 7",
    _EPILOG,
    _add_options,
    _run,
)
