"""An EMnify organisation in the cloud."""

from argparse import ArgumentParser, Namespace

from ..emnify import Cloud, CloudServer, Limits
from ..emnify.control import CloudControl
from .base import Kind, add_control, until_stopped

_EPILOG = """\
examples:
  an organisation of three devices, and what happens to the first of them
    python -m simulator emnify --devices 3 --port 8084 --control 8904
    curl http://127.0.0.1:8904/devices
    curl -d '{"operator": 553}' 'http://127.0.0.1:8904/devices/Device%201/attach'
    curl -d '{"technology": "4G"}' 'http://127.0.0.1:8904/devices/Device%201/online'
    curl -d '{"rx": 1.5, "tx": 0.2}' 'http://127.0.0.1:8904/devices/Device%201/end_session'
    curl -d '{"kind": 3, "reason": "PDP Context Request rejected"}' \\
      'http://127.0.0.1:8904/devices/Device%201/reject'
    curl -d '{"text": "Hello"}' 'http://127.0.0.1:8904/devices/Device%201/sms'
    curl 'http://127.0.0.1:8904/sent?after=0&timeout=30'
  where it pushes messages, delivery reports and events to
    curl -d '{"sms_url": "http://127.0.0.1:8123/api/webhook/ID",
      "stream_url": "http://127.0.0.1:8123/api/webhook/ID", "secret": "a secret"}' \\
      http://127.0.0.1:8904/webhooks

the control interface (JSON; DEVICE is the id or the name of one)
  GET  /devices /devices/DEVICE /sent /events /calls /webhooks /faults
  POST /devices /devices/DEVICE/change .../remove   name, tags, imei, is_blocked
  POST /devices/DEVICE/attach .../detach            a network is found, or lost
  POST /devices/DEVICE/online .../end_session       data sessions
  POST /devices/DEVICE/reject                       a step of the event flow is turned down
  POST /devices/DEVICE/usage .../quota              this month; what is left
  POST /devices/DEVICE/sms                          a text from the device
  POST /messages/ID                                 a buffered text: delivered, failed, expired
  POST /batch                                       SIMs to be registered by their code
  POST /webhooks /forget_tokens /off /on
  POST /fault /faults/clear                         the next calls, or "sends": 4xx, 5xx, cut, hang
"""


def _add_options(parser: ArgumentParser) -> None:
    """Add the options of an organisation."""
    parser.add_argument(
        "--port", type=int, default=0, help="TCP port of the API; any unless told otherwise"
    )
    add_control(parser)
    parser.add_argument("--token", default="token", help="the application token; token")
    parser.add_argument("--devices", type=int, default=1, help="how many there are at first; 1")
    parser.add_argument("--limits", action="store_true", help="keep the documented limits of calls")


async def _run(options: Namespace) -> None:
    """Run an organisation until the process is told to stop."""
    cloud = Cloud(application_token=options.token)
    # A push that is not taken is tried again, and nobody has to wait for it.
    cloud.webhooks.retry = 1.0
    for number in range(1, options.devices + 1):
        cloud.add_device(f"Device {number}")
    server = CloudServer(cloud, limits=Limits(cloud.clock) if options.limits else None)
    control = CloudControl(server)
    try:
        ready: dict[str, object] = {"url": await server.serve(options.port), "control": None}
        if options.control is not None:
            ready["control"] = await control.serve(options.control)
        await until_stopped(ready)
    finally:
        await control.close()
        await server.stop()
        await cloud.close()


EMNIFY = Kind("emnify", "an EMnify organisation behind its REST API", _EPILOG, _add_options, _run)
