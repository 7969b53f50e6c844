"""USSD, calls, reports and faults over the control interface."""

from pathlib import Path
from typing import Any

import pytest

from simulator.at_modem import AtModem

from .api import Api
from .host import Host

PEER = "+4917139200042"


async def test_codes_are_answered(host: Host, api: Api) -> None:
    """A menu is defined, used, seen, and removed; the network speaks by itself."""
    menu = {"code": "*1#", "text": "1 Balance", "answers": {"1": "5 EUR"}}
    await api.post("/ussd", menu)
    assert await host.command('AT+CUSD=1,"*1#",15') == ["OK"]
    assert await host.line() == '+CUSD: 1,"1 Balance",15'
    assert (await api.get("/modems"))[0]["ussd"] == {"codes": ["*1#"], "open": True}
    await host.command('AT+CUSD=1,"1",15')
    assert await host.line() == '+CUSD: 0,"5 EUR",15'
    await api.post("/ussd_notify", {"text": "News"})
    assert await host.line() == '+CUSD: 0,"News",15'
    await api.post("/ussd", {"code": "*1#", "remove": True})
    await host.command('AT+CUSD=1,"*1#",15')
    assert await host.line() == "+CUSD: 4"


async def test_calls_in_and_out(host: Host, api: Api) -> None:
    """A call comes in and is missed; one goes out and is refused; both are listed."""
    await api.post("/ring", {"from": PEER})
    assert await host.line() == "RING"
    await api.post("/ring", {"from": PEER}, 400)
    assert (await api.get("/modems"))[0]["call"]["state"] == "INCOMING"
    await api.post("/far_end_hangs_up")
    assert (await host.line()).startswith("MISSED_CALL")
    await api.post("/far_end_hangs_up", status=400)
    await api.post("/call_outcome", {"number": PEER, "outcome": "busy"})
    assert await host.command(f"ATD{PEER};") == ["OK"]
    assert await host.line() == "BUSY"
    calls = await api.get("/calls")
    assert [each["ending"] for each in calls["calls"]] == ["missed", "refused"]
    assert (await api.get("/calls?after=1"))["calls"][0]["number"] == PEER


async def test_reports_and_storages(host: Host, api: Api) -> None:
    """A foreign report is sent, a storage filled."""
    await host.command("AT+CNMI=1,1,0,1,0")
    await api.post("/report", {"reference": 9, "from": PEER, "status": 70})
    assert (await host.line()).startswith("+CDS:")
    await api.post("/report_plan", {"number": PEER, "statuses": [32, 0], "delay": 5})
    assert await api.post("/fill", {"storage": "ME", "left": 2}) == {"used": 21, "capacity": 23}


async def test_data_settings_are_seen(host: Host, api: Api) -> None:
    """What a host sets shows in the description of the modem."""
    await host.command('AT+CGDCONT=1,"IP","em",,')
    await host.command('AT+COPS=1,2,"00102"')
    (modem,) = await api.get("/modems")
    assert modem["packet"]["contexts"]["1"] == {"type": "IP", "apn": "em", "active": False}
    assert modem["operator"] == {"selection": 1, "numeric": "00102"}
    await api.post("/power_saving", {"active_time": "00100001", "cycle": None})


async def test_modem_moves(modem: AtModem, api: Api, tmp_path: Path) -> None:
    """A modem hangs, is pulled out, and appears under another name."""
    await modem.serve_pty(tmp_path / "first")
    await api.post("/fault", {"kind": "hang", "cure": "power"})
    await api.post("/unplug")
    answer = await api.post("/plug", {"pty": str(tmp_path / "second")})
    assert answer["lines"][0]["address"] == str(tmp_path / "second")
    assert answer["imei"] == modem.imei
    assert (await api.get("/faults"))["modem"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/ussd", {"text": "no code"}),
        ("/ussd", {"code": "*1#", "status": 7}),
        ("/ussd", {"code": "*1#", "nonsense": 1}),
        ("/ussd_notify", {"delay": "x"}),
        ("/ring", {"from": PEER, "seconds": -1}),
        ("/call_outcome", {"outcome": "eaten"}),
        ("/call_outcome", {"outcome": "busy", "after": "soon"}),
        ("/report", {}),
        ("/report", {"reference": 256}),
        ("/report", {"reference": 1, "status": 256}),
        ("/report_plan", {"number": PEER, "statuses": "x"}),
        ("/report_plan", {"number": PEER, "statuses": ["x"]}),
        ("/fill", {"left": "x"}),
        ("/power_saving", {"nonsense": "1"}),
    ],
)
async def test_what_cannot_be_done_is_explained(api: Api, path: str, body: dict[str, Any]) -> None:
    """A bad request is answered with 400 and a sentence."""
    assert (await api.post(path, body, 400))["error"]
