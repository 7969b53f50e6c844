"""What the gateway does with a text that was ordered."""

import time
from typing import Any

from .box import Box, Firmware, SentText, Task
from .messages import Message, place
from .sim import Port, Status

# Characters in a text, and in a part of a longer one (3GPP TS 23.040 clause 9.2.3.24.1).
_GSM = (160, 153)
_UCS2 = (70, 67)

_ONLINE = (Status.REGISTERED, Status.CALL)


def port_of(box: Box, wanted: str) -> Port | None:
    """Return the port that a task names, or any that is registered."""
    if not wanted:
        return next((port for port in box.ports.values() if port.status in _ONLINE), None)
    digits = wanted.split(".", maxsplit=1)[0].rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return box.ports.get(int(digits)) if digits.isdecimal() else None


def parts_of(text: str) -> list[str]:
    """Cut a text as it goes into the air."""
    single, part = _GSM if text.isascii() else _UCS2
    if len(text) <= single:
        return [text]
    return [text[start : start + part] for start in range(0, len(text), part)]


async def send(box: Box, task: Task, *, fail: tuple[str, str] | None, swallow: bool) -> None:
    """Send a text through one port, and tell what came of it."""
    port = port_of(box, task.place)
    assert port is not None
    box.tasks.pop(task.number, None)
    parts = parts_of(task.text)
    if fail is None:
        box.air += parts
        port.texts_sent += 1
    else:
        port.texts_failed += 1
    failure = "" if fail is None else fail[0]
    box.note_sent(SentText(port.number, task.to, task.text, len(parts), failure))
    if swallow:
        box.untold.append(task)
        return
    await report(box, task, fail=fail)


async def report(box: Box, task: Task, *, fail: tuple[str, str] | None) -> None:
    """Tell what came of a text."""
    port = port_of(box, task.place)
    assert port is not None
    wanted = task.success_report or fail is not None
    if task.report_url and wanted:
        await box.push(status_report(box, task, port, fail), task.report_url)
    if box.switches.sent_sms:
        await box.push(sent_sms(box, task, port, fail))
    if task.delivery_report and fail is None:
        for _ in parts_of(task.text):
            await box.report_delivery(port.number, task.to, 0)


def status_report(box: Box, task: Task, port: Port, fail: tuple[str, str] | None) -> Message:
    """Tell of one task's success or failure."""
    now = int(time.time())
    counts: dict[str, Any] = {
        "tid": task.number,
        "sending": 0,
        "sent": int(fail is None),
        "failed": int(fail is not None),
        "unsent": 0,
    }
    if box.firmware is Firmware.ACOM:
        row: dict[str, Any] = {"number": task.to, "port": port.number, "ts": now, "code": 0}
        if fail is not None:
            row |= {"code": int(fail[0].split()[0]), "gsm_cause": fail[1]}
        rows = {"sdr": [row]} if fail is None else {"fdr": [row]}
        return {"type": "sms-sent-status", "statuses": [counts | rows]}
    told: list[Any] = [0, task.to, place(port), now]
    lists = {"sdr": [told]} if fail is None else {"fdr": [[*told, *fail]]}
    return {"type": "status-report", "rpt_num": 1, "rpts": [counts | lists]}


def sent_sms(box: Box, task: Task, port: Port, fail: tuple[str, str] | None) -> Message:
    """Tell of a text that was sent, whoever ordered it."""
    return {
        "type": "sent-sms",
        "mac": box.mac,
        "sim_src": "0",
        "port": place(port),
        "seq": port.number,
        "sms_tid": task.number,
        "src_type": 2,
        "src_ip": "",
        "src_port": 0,
        "status": "0 OK" if fail is None else fail[0],
        "time": int(time.time()),
        "dur": 330,
        "recver": task.to,
        "smsc": "",
        "charset": "UTF-8",
        "data": task.text,
    }
