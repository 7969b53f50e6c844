"""Our gateway and modems that play what was recorded of real ones.

A recording is a file of `tests/fixtures/at_modem`, as `scripts/capture` writes it; its first line
says what is expected to be found out.
"""

from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from custom_components.cellular_gateway.gateways.errors import GatewayError
from simulator.recording import RecordedModem, Recording

from .lab import Lab, port_of

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "at_modem").glob("*.jsonl"))


async def played(lab: Lab, path: Path) -> tuple[RecordedModem, str]:
    """Plug in a modem that plays a recording; return its path too."""
    modem = RecordedModem(Recording.load(path))
    lab.stack.push_async_callback(modem.close)
    return modem, await modem.serve_pty(lab.port())


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
async def test_recording(lab: Lab, path: Path) -> None:
    """The gateway finds out what it found out when the modem itself answered."""
    modem, device = await played(lab, path)
    expected = modem.recording.head["expect"]
    gateway = lab.gateway(device, delete_after_receipt=False)
    if "error" in expected:
        with pytest.raises(GatewayError) as refusal:
            await gateway.connect()
        assert refusal.value.reason == expected["error"]
        return
    info = asdict(await gateway.connect())
    port = asdict(port_of(gateway))
    assert {name: info[name] for name in expected["info"]} == expected["info"]
    assert {name: port[name] for name in expected["port"]} == expected["port"]
    kinds = Counter(part.kind for part in lab.inbox.parts.values())
    assert kinds == expected["messages"]


def test_there_are_recordings() -> None:
    """The folder is where the test looks, and each file says where it came from."""
    assert FIXTURES
    assert all(len(Recording.load(path).head["source"]) > 10 for path in FIXTURES)


async def test_what_came_later(lab: Lab) -> None:
    """A message and a call that came while the recorder listened come to the gateway."""
    path = next(path for path in FIXTURES if "sim7600" in path.stem)
    modem, device = await played(lab, path)
    gateway = lab.gateway(device, delete_after_receipt=False)
    await gateway.connect()
    modem.play_later()
    (message,) = await lab.inbox.wait_new()
    await lab.listener.until(lambda: bool(lab.listener.calls and lab.listener.answers))
    assert len(message.text) == len("And off again.")
    assert lab.listener.calls[0].number
