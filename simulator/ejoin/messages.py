"""What the gateway pushes, as its document prints it, in the spellings of its firmware."""

import base64
from typing import Any

from .sim import Port, SimCard, Status, Switches

type Message = dict[str, Any]


def place(port: Port, slot: int | None = None, *, letters: bool = False) -> str:
    """Write `1.02`, `1B` on old firmware, or `1.sp128.016` for a remote card."""
    if port.pool:
        return f"{port.number}.{port.pool}"
    slot = slot or port.active
    return f"{port.number}{chr(ord('A') + slot - 1)}" if letters else f"{port.number}.{slot:02d}"


def port_row(
    port: Port,
    slot: int,
    slots: int,
    switches: Switches,
    *,
    old: bool = False,
    marked: bool = False,
) -> Message:
    """Describe one slot of a port; the controls add fields only where their report is on."""
    card = port.slots.get(slot)
    is_active = slot == port.active
    idle = Status.NO_SIM if card is None else Status.IDLE
    status = port.status if is_active else idle
    seq = (port.number - 1) * slots + slot
    identity: Message = {
        "imei": port.imei if is_active else "",
        "iccid": card.iccid if card else "",
        "imsi": card.imsi if card else "",
        "sn": card.number if card else "",
        "opr": port.operator,
        "bal": card.balance if card else "0.00",
    }
    if old:
        words = "OK" if status == Status.REGISTERED else "Idle"
        named = place(port, slot, letters=True)
        return {"port": named, "seq": seq, "status": f"{int(status)} {words}", **identity}
    row: Message = {"port": place(port, slot), "sim": "", "seq": seq, "st": int(status)}
    row |= {**identity, "sig": port.signal if is_active else 0}
    if marked:
        row["active"] = int(is_active)
    return row | _controls(card, switches)


def _controls(card: SimCard | None, switches: Switches) -> Message:
    """Add what call, SMS and traffic control count."""
    row: Message = {}
    if card is None:
        return row
    if switches.call_control:
        for prefix, period in (("tot", 0), ("mon", 1), ("day", 2)):
            row[f"{prefix}_dur"] = _count(card.minutes, period)
            row[f"mcn_{prefix}"] = _count(card.calls, period)
            row[f"mtn_{prefix}"] = _count(card.numbers, period)
    if switches.sms_control:
        for period, name in enumerate(("tot", "mon", "day")):
            row[f"smsctl_{name}"] = _count(card.texts, period)
    if switches.traffic_control:
        for name in ("tot", "day", "24hours", "1hour", "last"):
            row[f"dataflow_{name}"] = card.megabytes
        row["dataflow_url"] = "http://example.com/"
    return row


def _count(counter: tuple[int, int], period: int) -> str:
    """Write used and allowed; the day saw at most what the month saw."""
    used, allowed = counter
    return f"{max(used - period, 0)}/{allowed}"


def text_content(text: str, *, sender: str = "", head: bool = False) -> str:
    """Encode a text; old firmware puts a head in front."""
    if head:
        text = f"Sender: {sender}\r\nSMSC: 8613800755500\r\nSCTS: 19012517101232\r\n\r\n{text}"
    return base64.b64encode(text.encode()).decode()


def recv_sms(*rows: list[Any]) -> Message:
    """Tell of received texts and delivery reports."""
    return {"type": "recv-sms", "sms_num": len(rows), "sms": list(rows)}


def cdr(port: Port, seq: int, mac: str, ip: str, call: Message) -> Message:
    """Tell of a call; `call` has its id, direction, numbers and times."""
    card = port.card
    return {
        "type": "cdr",
        "port": place(port),
        "seq": seq,
        "st": int(port.status),
        "imei": port.imei,
        "iccid": card.iccid if card else "",
        "imsi": card.imsi if card else "",
        "bal": card.balance if card else "0.00",
        "mac": mac,
        "ip": ip,
        "sip_usr": "",
        **call,
    }
