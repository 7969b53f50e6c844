"""What is pushed: kept before it is acknowledged, and told only where it differs."""

import asyncio
from functools import partial
import json
import time

import pytest

from custom_components.cellular_gateway.gateways.ejoin.gateway import EjoinGateway
from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    NotKeptError,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import OutgoingSms
from custom_components.cellular_gateway.gateways.port_reports import GatewayProblem, PortStatus
from custom_components.cellular_gateway.gateways.push import Push
from simulator.ejoin import Box, Firmware
from simulator.ejoin.box import Task
from simulator.ejoin.sending import sent_sms
from simulator.ejoin.sim import Status

from .lab import MAC, PEER, PEER_WIRE, Lab, fixture, port_of


@pytest.mark.parametrize("firmware", list(Firmware))
async def test_a_text_is_the_same_from_all_firmware(lab: Lab, firmware: Firmware) -> None:
    """Rows, rows with a head in the text, and objects."""
    lab.box.firmware = firmware
    await lab.heard()
    assert await lab.box.receive(1, PEER_WIRE, "Grüße 💥\nzwei") == 200
    (part,) = lab.inbox.new
    assert (part.port, part.sender, part.text) == ("1", PEER, "Grüße 💥\nzwei")
    assert part.sent_at is not None


async def test_what_cannot_be_kept_is_not_acknowledged(lab: Lab) -> None:
    """And is the same message when it is pushed again."""
    await lab.heard()
    lab.inbox.failure = NotKeptError("disk full")
    now = int(time.time())
    assert await lab.box.receive(1, PEER_WIRE, "one", at=now) == 503
    assert await lab.box.receive(1, PEER_WIRE, "one", at=now) == 503
    lab.inbox.failure = None
    assert await lab.box.receive(1, PEER_WIRE, "one", at=now) == 200
    assert len({part.identity for part in lab.inbox.offers}) == 1


async def test_equal_texts_of_one_second_stay_two(lab: Lab) -> None:
    """In one push, and in two."""
    await lab.heard()
    now = int(time.time())
    for _ in range(2):
        assert await lab.box.receive(1, PEER_WIRE, "ok", at=now) == 200
    assert lab.inbox.texts == ["ok", "ok"]
    row = [0, "2.01", now, PEER_WIRE, "", "b2s="]
    assert await lab.post({"type": "recv-sms", "sms": [row, row, row]}) == 200
    assert lab.inbox.texts == ["ok"] * 5


async def test_a_push_that_nobody_waited_for(lab: Lab) -> None:
    """Its repetition is the same text, and not a second one; what comes then is one more."""
    gateway = await lab.heard()
    row = [0, "2.01", int(time.time()), PEER_WIRE, "", "b2s="]
    body = json.dumps({"type": "recv-sms", "sms": [row]}).encode()
    for is_waiting, texts in ((False, 1), (True, 1), (True, 2)):
        push = Push(body=body, is_waiting=partial(bool, is_waiting))
        assert (await gateway.receive_push(push)).status == 200
        assert lab.inbox.texts == ["ok"] * texts


async def test_without_an_inbox_nothing_is_acknowledged(lab: Lab) -> None:
    """As long as nobody takes messages."""
    gateway = EjoinGateway(lab.settings(url=None), session=lab.session, memory=lab.notebook)
    lab.hook.gateway = gateway
    lab.box.push_url = lab.hook_url
    assert await lab.box.receive(1, PEER_WIRE, "one") == 503
    assert await lab.box.report_device() == 200


async def test_events_wait_for_the_messages_beside_them(lab: Lab) -> None:
    """Or they would be told again with the next try."""
    await lab.heard()
    now = int(time.time())
    body = [
        {"type": "cdr", "port": "1.01", "mac": MAC, "cid": "a", "cdir": "MO", "begin": now},
        {"type": "recv-sms", "sms": [[0, "1.01", now, PEER_WIRE, "", "b2s="]]},
    ]
    lab.inbox.failure = NotKeptError("disk full")
    assert await lab.post(body) == 503
    assert not lab.listener.calls
    lab.inbox.failure = None
    assert await lab.post(body) == 200
    assert len(lab.listener.calls) == 1


async def test_only_a_port_that_changed_is_made_anew(lab: Lab) -> None:
    """The others are the very same objects as before, with 512 rows in the report."""
    lab.box = box = Box(ports=128, slots=4)
    lab.stack.push_async_callback(box.close)
    gateway = await lab.heard()
    await box.report_device(all_slots=True)
    before = gateway.state
    assert len(before.ports) == 128
    assert len(port_of(gateway).slots) == 4
    box.ports[7].signal = 10
    await box.report_device(all_slots=True)
    changed = [key for key, port in gateway.state.ports.items() if port is not before.ports[key]]
    assert changed == ["7"]
    assert port_of(gateway, "7").signal == -93


async def test_a_large_report_costs_little(lab: Lab) -> None:
    """512 rows of which none changed take less than a poll of Home Assistant's loop may."""
    box = Box(ports=128, slots=4)
    gateway = await lab.heard()
    push = Push(body=json.dumps(box.device_status(all_slots=True)).encode())
    await gateway.receive_push(push)
    begun = time.perf_counter()
    for _ in range(5):
        await gateway.receive_push(push)
    assert (time.perf_counter() - begun) / 5 < 0.1


async def test_ports_appear_and_go(lab: Lab) -> None:
    """With the list of all ports."""
    gateway = await lab.heard()
    await lab.box.report_device()
    assert list(gateway.state.ports) == ["1", "2", "3", "4"]
    port = lab.box.ports.pop(4)
    await lab.box.report_device()
    assert list(gateway.state.ports) == ["1", "2", "3"]
    lab.box.ports[4] = port
    await lab.box.report_port(4)
    assert list(gateway.state.ports) == ["1", "2", "3", "4"]


async def test_a_row_that_cannot_be_read_removes_no_port(lab: Lab) -> None:
    """It may be the one that is missing."""
    gateway = await lab.heard()
    report = lab.box.device_status()
    await lab.post(report)
    report["status"][2] = {"port": "?"}
    assert await lab.post(report) == 200
    assert len(gateway.state.ports) == 4


async def test_a_port_follows_its_slot(lab: Lab) -> None:
    """Nothing of the other SIM is mixed into it."""
    gateway = await lab.heard()
    lab.box.switches.sms_control = True
    port = lab.box.ports[1]
    first, second = port.slots[1], port.slots[2]
    assert first is not None
    assert second is not None
    first.balance, second.balance = "5.00", "1.00"
    first.texts, second.texts = (50, 100), (3, -1)
    await lab.box.report_device(all_slots=True)
    before = port_of(gateway)
    port.active = 2
    await lab.box.report_port(1)
    after = port_of(gateway)
    assert (before.active_slot, after.active_slot) == (1, 2)
    assert (before.iccid, after.iccid) == (first.iccid, second.iccid)
    assert [str(state.balance) for state in (before, after)] == ["5.00", "1.00"]
    assert set(before.usage.values()) & set(after.usage.values()) == set(before.usage.values()) - {
        usage for usage in before.usage.values() if usage.allowed == 100
    }
    assert after.slots[1].status is None


async def test_a_slot_beside_the_active_one(lab: Lab) -> None:
    """Is told of without becoming the port."""
    gateway = await lab.heard()
    await lab.box.report_device(all_slots=True)
    card = lab.box.ports[1].slots[2]
    assert card is not None
    card.balance = "9.00"
    await lab.box.push(lab.box.port_status(1, 2))
    assert port_of(gateway).active_slot == 1
    assert str(port_of(gateway).slots[2].balance) == "9.00"


async def test_the_slot_in_use_is_found_without_a_mark(lab: Lab) -> None:
    """Of all slots of a port it is the one that does something."""
    gateway = await lab.heard()
    lab.box.marks_active = False
    lab.box.ports[2].active = 2
    await lab.box.report_device(all_slots=True)
    assert port_of(gateway, "2").active_slot == 2


async def test_a_field_with_two_names(lab: Lab) -> None:
    """What was told last counts, whatever it is called there."""
    gateway = await lab.heard()
    told = {"st": 3, "iccid": "1", "mcn_day": "1/-1", "dataflow_1hour": "1"}
    await lab.post({"type": "dev-status", "status": [{"port": "1.01", **told}]})
    again = {"status": "8 Locked", "iccid": "1", "men_day": "2/-1", "dataflow_lhour": "2"}
    await lab.post({"type": "port-status", "port": "1A", **again})
    port = port_of(gateway)
    assert port.status is PortStatus.LOCKED_BY_OPERATOR
    assert [usage.used for usage in port.usage.values()] == [2]
    assert [int(amount) for amount in port.traffic.values()] == [2]


async def test_an_unknown_status_is_logged_once(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    """And counted for diagnostics."""
    gateway = await lab.heard()
    for status in (10, 10, 77):
        await lab.post({"type": "port-status", "port": "1.01", "st": status, "news": status})
    assert port_of(gateway).status is None
    assert caplog.text.count("port status 10") == 1
    assert gateway.diagnostics() == {
        "unknown": {"port status 10": 1, "port status 77": 1, "field news": 2}
    }


async def test_an_unknown_type_is_acknowledged(lab: Lab) -> None:
    """Newer firmware need not repeat itself for ever."""
    gateway = await lab.heard()
    assert await lab.post({"type": "Band-Width", "port": "1.01", "secret": "42"}) == 200
    assert gateway.diagnostics() == {"unknown": {"type band_width": 1}}


async def test_nothing_of_the_documents_is_unknown(lab: Lab) -> None:
    """Of what they do not have, fields and codes are counted in every type of message."""
    gateway = await lab.heard()
    for message in fixture("notifications").values():
        if "body" in message:
            assert await lab.post(message["body"]) == 200
    assert gateway.diagnostics() == {"unknown": {}}
    dev = lab.box.device_status() | {"Up-Time": 7}
    sent = sent_sms(lab.box, Task(9, PEER_WIRE, "x", place="2"), lab.box.ports[2], ("99 Odd", ""))
    await lab.post([dev, sent])
    assert gateway.diagnostics() == {"unknown": {"field up_time": 1, "task status 99": 1}}


@pytest.mark.parametrize("body", [b"", b"hello", b"{}", b"[]", b"7", b'{"type":"recv-sms"}'])
async def test_what_is_no_notification_is_refused(lab: Lab, body: bytes) -> None:
    """With 400."""
    await lab.heard()
    assert await lab.post(body) == 400


async def test_another_gateway_is_refused(lab: Lab) -> None:
    """With all that it brings; the problem ends when it does."""
    gateway = await lab.heard()
    await lab.box.report_device()
    other = Box(ports=1, mac="00-30-f1-00-00-02")
    body = [other.device_status(), {"type": "recv-sms", "sms": [[0, "1.01", 1, "1", "", "aGk="]]}]
    assert await lab.post(body) == 403
    assert gateway.state.problems == {GatewayProblem.OTHER_GATEWAY}
    assert len(gateway.state.ports) == 4
    assert not lab.inbox.offers
    assert lab.watcher.states[-1].problems == gateway.state.problems


async def test_another_gateway_is_known_by_its_address(lab: Lab) -> None:
    """Its texts carry no MAC; ours may come from the same address where a router is between."""
    gateway = await lab.heard()
    text = {"type": "recv-sms", "sms": [[0, "1.01", 1, "1", "", "aGk="]]}

    async def push(body: object, remote: str) -> int:
        answer = await gateway.receive_push(Push(body=json.dumps(body).encode(), remote=remote))
        return answer.status

    theirs = {"type": "dev-status", "mac": "00-30-f1-00-00-02", "status": []}
    assert await push(lab.box.device_status(), "192.0.2.1") == 200
    assert await push(theirs, "192.0.2.2") == 403
    assert await push(text, "192.0.2.2") == 403
    assert await push(theirs, "192.0.2.1") == 403
    assert await push(text, "192.0.2.1") == 200


@pytest.mark.parametrize(("hours", "status"), [(0, 403), (1, 403), (3, 200)])
async def test_an_address_that_another_gateway_had(lab: Lab, hours: int, status: int) -> None:
    """Ours may have got it, once three reports of the other one have not come, however rare."""
    gateway = await lab.heard()
    theirs = {"type": "dev-status", "mac": "00-30-f1-00-00-02", "status": []}
    ours = {"type": "port-status", "port": "1A", "st": 3}

    async def push(body: object) -> int:
        push = Push(body=json.dumps(body).encode(), remote="192.0.2.2")
        return (await gateway.receive_push(push)).status

    assert await lab.post(lab.box.device_status()) == 200
    assert [await push(body) for body in (theirs, ours)] == [403, 403]
    gateway._desk.period = 0.0
    gateway._desk.look()
    assert not gateway.state.problems
    later = time.monotonic() + hours * 3600.0
    gateway._identity._now = lambda: later
    assert await push(ours) == status


async def test_the_first_gateway_that_is_heard_stays_ours(lab: Lab) -> None:
    """After a restart of ours too."""
    await lab.heard()
    await lab.box.report_device()
    await lab.heard()
    assert await lab.post({"type": "dev-status", "mac": "00-30-f1-00-00-02", "status": []}) == 403
    assert await lab.box.report_device() == 200


async def test_three_reports_that_do_not_come(lab: Lab) -> None:
    """Are a lost link; the next one makes it possible again."""
    lab.box.push_url = lab.hook_url
    gateway = await lab.connected(url=None, push_url=None, clocks={"inbox": 0.05})
    await lab.post({**lab.box.device_status(), "expires": 1})
    await lab.watcher.wait_loss()
    assert lab.watcher.losses[0].temporary
    with pytest.raises(GatewayConnectionError):
        await gateway.poll()
    with pytest.raises(GatewayError):
        await gateway.connect()
    lab.box.expires = 60
    for _ in range(2):
        assert await lab.box.report_device() == 200
    assert lab.watcher.calls_back == 1
    await gateway.connect()
    assert (await gateway.poll()).ports
    await asyncio.sleep(0)
    assert len(lab.watcher.losses) == 1


async def test_without_a_login_nothing_is_asked(lab: Lab) -> None:
    """What is pushed is all there is."""
    gateway = await lab.heard()
    await lab.box.report_device()
    assert port_of(gateway).status is PortStatus.REGISTERED
    assert not gateway.capabilities.send_sms
    with pytest.raises(UnsupportedError):
        await gateway.send_sms(OutgoingSms(number=PEER, text="no"))
    with pytest.raises(UnsupportedError):
        await gateway.configure_push(None)
    assert not lab.api.requests


async def test_signal_and_operator_only_in_a_network(lab: Lab) -> None:
    """The gateway repeats the last ones when it has lost it."""
    gateway = await lab.heard()
    await lab.box.report_device()
    assert port_of(gateway).signal == -51
    lab.box.ports[1].status = Status.LOCKED_BY_OPERATOR
    await lab.box.report_port(1)
    port = port_of(gateway)
    assert port.status is PortStatus.LOCKED_BY_OPERATOR
    assert (port.signal, port.operator_code, port.registration) == (None, None, None)
    assert gateway.state.ports_registered == 3
