"""The simulated Ejoin gateway, held against the words of its documents."""

import base64
from collections.abc import AsyncIterator
import json
from typing import Any

import aiohttp
from aiohttp import web
import pytest

from simulator.ejoin import Api, Box, Firmware
from simulator.ejoin.sim import Status

from ..waiting import eventually

LOGIN = {"username": "root", "password": "root"}


class Bench:
    """A gateway, somebody who asks it, and somebody it pushes to."""

    def __init__(self, box: Box, session: aiohttp.ClientSession) -> None:
        """Take what is up."""
        self.box = box
        self.session = session
        self.url = ""
        self.messages: list[Any] = []
        self.status = 200

    async def get(self, page: str, **query: str) -> Any:
        """Ask with the login."""
        async with self.session.get(f"{self.url}/{page}", params=LOGIN | query) as response:
            assert response.status == 200
            return await response.json()

    async def post(self, page: str, body: object, **query: str) -> Any:
        """Order something with the login."""
        async with self.session.post(
            f"{self.url}/{page}", params=LOGIN | query, json=body
        ) as response:
            return await response.json()

    async def send(self, *tasks: dict[str, Any], **options: Any) -> list[str]:
        """Order texts, and return the status of each."""
        body = {"type": "send-sms", "task_num": len(tasks), "tasks": list(tasks), **options}
        answer = await self.post("goip_post_sms.html", body, version="1.1")
        assert (answer["code"], answer["type"]) == (200, "task-status")
        return [status["status"] for status in answer["status"]]

    async def take(self, request: web.Request) -> web.Response:
        """Take a push."""
        assert request.content_type == "application/json"
        self.messages.append(json.loads(await request.read()))
        return web.Response(status=self.status)

    async def pushed(self, number: int) -> list[Any]:
        """Wait for so many pushes."""
        await eventually(lambda: len(self.messages) >= number)
        return self.messages


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """Switch a gateway with 32 ports of four slots on."""
    async with aiohttp.ClientSession() as session:
        bench = Bench(Box(), session)
        api = Api(bench.box)
        bench.url = await api.serve()
        app = web.Application()
        app.router.add_post("/", bench.take)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        bench.box.push_url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield bench
        await bench.box.close()
        await api.stop()
        await runner.cleanup()


async def test_device_status(bench: Bench) -> None:
    """As the document prints it, for 32 ports, or for all of their slots."""
    report = await bench.get("goip_get_status.html")
    assert {key: report[key] for key in ("type", "mac", "max-ports", "max-slot")} == {
        "type": "dev-status",
        "mac": "00-30-f1-00-6d-b1",
        "max-ports": 32,
        "max-slot": 4,
    }
    assert len(report["status"]) == 32
    assert report["status"][31]["port"] == "32.01"
    everything = await bench.get("goip_get_status.html", all_sims="1", all_slots="1")
    assert len(everything["status"]) == 128
    assert [row["st"] for row in everything["status"][:4]] == [3, 1, 1, 1]


async def test_the_url_is_set_and_cancelled(bench: Bench) -> None:
    """At least a minute apart; 0 cancels."""
    await bench.get("goip_get_status.html", url="http://127.0.0.1:1/", period="30")
    assert (bench.box.push_url, bench.box.period) == ("http://127.0.0.1:1/", 60)
    await bench.get("goip_get_status.html", url="http://127.0.0.1:1/", period="0")
    assert bench.box.push_url == ""


async def test_a_bad_login(bench: Bench) -> None:
    """Is told with the HTTP status 200."""
    for page in ("goip_get_status.html", "goip_get_sms.html"):
        assert (await bench.get(page, password="no"))["code"] == 1


@pytest.mark.parametrize(
    ("firmware", "expected"),
    [
        (Firmware.USUAL, {"port": "2.01", "st": 3, "sig": 31}),
        (Firmware.OLD, {"port": "2A", "status": "3 OK"}),
    ],
)
async def test_port_status(bench: Bench, firmware: Firmware, expected: dict[str, Any]) -> None:
    """In the spelling of its firmware."""
    bench.box.firmware = firmware
    assert await bench.box.report_port(2) == 200
    (message,) = bench.messages
    assert message["type"] == "port-status"
    assert message.items() >= expected.items()
    assert ("st" in message) is (firmware is Firmware.USUAL)


async def test_controls_are_reported_where_switched_on(bench: Bench) -> None:
    """Call control is on at first, SMS and traffic control are not."""
    await bench.box.report_port(1)
    bench.box.switches.sms_control = bench.box.switches.traffic_control = True
    await bench.box.report_port(1)
    before, after = bench.messages
    assert before["tot_dur"] == "0/-1"
    assert "mtn_day" in before
    assert after.keys() - before.keys() == {
        *(f"smsctl_{period}" for period in ("tot", "mon", "day")),
        *(f"dataflow_{name}" for name in ("tot", "day", "24hours", "1hour", "last", "url")),
    }


async def test_received_texts(bench: Bench) -> None:
    """Are in the inbox, and pushed only where that is switched on."""
    assert await bench.box.receive(1, "10086", "one", at=1548407412) == 0
    bench.box.switches.received_sms = True
    assert await bench.box.receive(1, "10086", "two", at=1548407413) == 200
    content = base64.b64encode(b"two").decode()
    assert bench.messages == [
        {
            "type": "recv-sms",
            "sms_num": 1,
            "sms": [[0, "1.01", 1548407413, "10086", "", content]],
        }
    ]
    bench.box.firmware = Firmware.ACOM
    await bench.box.receive(1, "10086", "three")
    assert bench.messages[1]["type"] == "received-sms"
    bench.box.firmware = Firmware.OLD
    await bench.box.receive(1, "10086", "four")
    head = base64.b64decode(bench.messages[2]["sms"][0][5]).decode()
    assert head.startswith("Sender: 10086\r\nSMSC: ")
    assert head.endswith("\r\n\r\nfour")


async def test_inbox(bench: Bench) -> None:
    """Is read on by `next_sms`; another `ssrc` begins at 1 again."""
    for number in range(3):
        await bench.box.receive(1, "10086", str(number))
    page = await bench.get("goip_get_sms.html", sms_id="1", sms_num="2")
    assert (page["code"], page["sms_num"], page["next_sms"]) == (0, 2, 3)
    page = await bench.get("goip_get_sms.html", sms_id="3", sms_num="0", sms_del="1")
    assert (page["sms_num"], page["next_sms"]) == (1, 4)
    assert len(bench.box.inbox) == 2
    bench.box.restart(keep_inbox=True)
    again = await bench.get("goip_get_sms.html", sms_id="1", sms_num="0")
    assert again["ssrc"] != page["ssrc"]
    assert (again["sms_num"], again["next_sms"]) == (2, 3)


async def test_a_text_is_sent_and_told_of(bench: Bench) -> None:
    """By a report, by `sent-sms`, and by a delivery report for each part."""
    bench.box.switches.sent_sms = bench.box.switches.received_sms = True
    task = {"tid": 1223, "from": "2", "to": "10086", "sms": "x" * 200, "sdr": 1, "dr": 1}
    assert await bench.send(task, sr_url=bench.box.push_url) == ["0 OK"]
    report, sent, *deliveries = await bench.pushed(4)
    assert report["rpts"][0]["tid"] == 1223
    assert report["rpts"][0]["sdr"][0][:3] == [0, "10086", "2.01"]
    assert (sent["type"], sent["sms_tid"], sent["recver"]) == ("sent-sms", 1223, "10086")
    assert [delivery["sms"][0][0] for delivery in deliveries] == [1, 1]
    assert [len(part) for part in bench.box.air] == [153, 47]


async def test_a_text_that_fails(bench: Bench) -> None:
    """Is in the list of failures, with the cause."""
    bench.box.faults.fail = ("6 Timeout", "38 network out of order")
    await bench.send({"tid": 1, "to": "1", "sms": "x"}, sr_url=bench.box.push_url)
    (report,) = await bench.pushed(1)
    assert report["rpts"][0]["fdr"][0][4:] == ["6 Timeout", "38 network out of order"]
    assert not bench.box.air


@pytest.mark.parametrize(
    ("task", "status"),
    [
        ({"to": "1", "sms": "x"}, "11 TID Expected"),
        ({"tid": 1, "to": "1"}, "8 SMS expected"),
        ({"tid": 1, "sms": "x"}, "9 TO expected"),
        ({"tid": 1, "to": "1", "sms": "x", "from": "33"}, "2 Invalid Port"),
        ({"tid": 1, "to": "1", "sms": "x", "from": "2"}, "5 SIM Unregistered"),
    ],
)
async def test_a_text_that_is_turned_down(bench: Bench, task: dict[str, Any], status: str) -> None:
    """With the task status of the document."""
    bench.box.ports[2].status = Status.NO_SIM
    assert await bench.send(task) == [status]
    assert not bench.box.air


async def test_commands(bench: Bench) -> None:
    """One, or several at once."""
    order = {"type": "command", "op": "switch", "ports": "2.03"}
    assert await bench.post("goip_send_cmd.html", order) == {"code": 0, "reason": "OK"}
    assert bench.box.ports[2].active == 3
    several = [{"op": "lock", "ports": "1A,3"}, {"op": "reset", "ports": "3"}]
    await bench.post("goip_send_cmd.html", {"op": "multiple", "ops": several})
    assert bench.box.ports[1].status is Status.LOCKED_BY_USER
    assert bench.box.ports[3].status is Status.REGISTERED
    wrong = await bench.post("goip_send_cmd.html", {"op": "lock", "ports": "99"})
    assert wrong == {"code": 2, "reason": "Invalid Port"}


async def test_tasks_that_wait(bench: Bench) -> None:
    """There are none, or they are listed."""
    assert (await bench.get("goip_get_tasks.html"))["code"] == 404


async def test_statistics_and_ussd(bench: Bench) -> None:
    """Of what happened, port by port."""
    await bench.box.receive(1, "10086", "x")
    await bench.box.call(1, cid="a", begin=100, answer=110, end=230)
    texts = await bench.get("goip_get_sms_stat.html", version="1.1", ports="all", type="3")
    talks = await bench.get("goip_get_call_stat.html", version="1.1", ports="all", type="3")
    assert texts["stats"][0]["received"] == 1
    assert (talks["stats"][0]["calls"], talks["stats"][0]["tcd"]) == (1, "2")
    assert (await bench.get("goip_send_ussd.html", port="1", ussd="*100#"))["resp"]
