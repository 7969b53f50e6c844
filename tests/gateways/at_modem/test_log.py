"""What a log shows, even at its most talkative."""

import logging

import pytest

from custom_components.cellular_gateway.gateways.errors import GatewayRefusedError
from custom_components.cellular_gateway.gateways.network_settings import AccessPoint
from simulator.at_modem import Sim
from simulator.ussd import UssdAnswer

from .lab import OWN, PEER, Lab, to_peer


async def test_the_debug_log_holds_no_secrets(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    """No number, text, PIN or PDU, in either direction; but it can be followed."""
    sim = Sim(number=OWN, pin="4711")
    with caplog.at_level(logging.DEBUG):
        modem, device = await lab.modem("ec25", sim=sim)
        lab.notebook.values["adopted"] = "1"
        gateway = lab.gateway(device, pin="4711")
        await gateway.connect()
        await lab.text("a secret of ours")
        await lab.text("a flash of ours", flash=True)
        await lab.inbox.wait_gone()
        await lab.inbox.wait_new(2)
        await gateway.send_sms(to_peer("an answer of ours"))
        modem.ring(PEER)
        await gateway.poll()
        await lab.listener.until(lambda: len(lab.listener.calls) == 1)
        modem.calls.far_end_hangs_up()
        await lab.listener.until(lambda: len(lab.listener.calls) == 2)
        lab.network.ussd["*101#"] = UssdAnswer("a menu of ours\nNO 4711 of ours\nOK then, ours")
        await gateway.send_ussd("1", "*101#", timeout=5)
        await gateway.dial("1", PEER, 2)
        await gateway.list_messages("1")
        await gateway.send_at_command("1", "AT+CNUM", timeout=2)
        with pytest.raises(GatewayRefusedError):
            await gateway.send_at_command("1", "AT+CGAUTH=1,1,us,ours", timeout=2)
        await gateway.configure_apn("1", AccessPoint(name="em", user="us", password="ours"))
        await gateway.close()

    written = "\n".join(
        record.getMessage() for record in caplog.records if "cellular_gateway" in record.name
    )
    secrets = [OWN, PEER, "4711", "ours", sim.iccid, sim.imsi, sim.smsc]
    secrets += [part.raw for part in lab.inbox.new]
    secrets += [sent.pdu for sent in lab.network.sent]
    for secret in secrets:
        assert secret.removeprefix("+") not in written
    assert "> AT+CMGS=" in written
    assert "> AT+CNUM" in written
    assert "+CMTI" in written
