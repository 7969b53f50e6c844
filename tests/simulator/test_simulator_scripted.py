"""Modems that play a script."""

import json
from pathlib import Path

import pytest

from simulator.scripted import Script, ScriptedModem

from .host import Host

SCRIPT = {
    "device": "a test's own",
    "responses": {
        "AT": ["OK\r\n"],
        "ATE0": ["OK\r\n"],
        "AT+CGMI": ["Maker\r\n", "OK\r\n"],
        "AT+CSCA?": ['+CSCA: "+491710760000",145\r\n', "OK\r\n"],
    },
    "sim_busy_commands": ["AT+CSCA?"],
    "allowed_before_pin": ["ATE0"],
    "incoming_call": ["+CRING: VOICE\r\n", '+CLIP: "+4917139200042",145,,,,0\r\n'],
}
VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "fake_modem_scripts.json"


async def test_script_is_played() -> None:
    """Listed commands answer their lines, others ERROR; a busy SIM refuses once."""
    modem = ScriptedModem(Script.from_json(SCRIPT))
    host = await Host.tcp(await modem.serve_tcp())
    assert await host.command("ATE0") == ["OK"]
    assert await host.command("AT+CGMI") == ["Maker", "OK"]
    assert await host.command("AT+CGMM") == ["ERROR"]
    assert await host.command("AT+CSCA?") == ["+CME ERROR: 14"]
    assert (await host.command("AT+CSCA?"))[-1] == "OK"
    modem.ring()
    assert [await host.line() for _ in range(2)][0] == "+CRING: VOICE"
    assert modem.commands[0] == "ATE0"
    host.close()
    await modem.close()


async def test_script_asks_for_its_pin() -> None:
    """Before the PIN only what is allowed is answered."""
    modem = ScriptedModem(Script.from_json(SCRIPT, pin="1234"))
    host = await Host.tcp(await modem.serve_tcp())
    assert await host.command("ATE0") == ["OK"]
    assert await host.command("AT+CGMI") == ["+CME ERROR: 11"]
    assert await host.command("AT+CPIN?") == ["+CPIN: SIM PIN", "OK"]
    assert await host.command('AT+CPIN="1234"') == ["OK"]
    assert (await host.command("AT+CGMI"))[-1] == "OK"
    host.close()
    await modem.close()


@pytest.mark.parametrize("values", [{}, {"responses": []}, {"responses": {"AT": "OK"}}])
def test_bad_script_is_refused(values: dict[str, object]) -> None:
    """A script without lists of lines is no script."""
    with pytest.raises(TypeError):
        Script.from_json(values)


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not there")
async def test_every_captured_script_plays() -> None:
    """Each modem of the vectors answers each of its commands with its own lines."""
    for name, values in json.loads(VECTORS.read_text()).items():
        modem = ScriptedModem(Script.from_json(values), echo=False, busy_times=0)
        host = await Host.tcp(await modem.serve_tcp())
        for command, lines in values["responses"].items():
            host.write(command + "\r")
            answer = await host.until(lines[-1].strip() + "\r\n")
            assert answer.split() == "".join(lines).split(), (name, command)
        host.close()
        await modem.close()
