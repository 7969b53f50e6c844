"""The gateway: what it holds, what it does when something happens, and whom it tells."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
import secrets
import time
from typing import Any

import aiohttp

from . import messages
from .messages import Message
from .sim import Switches, build_ports

_PUSH_SECONDS = 10.0


class Firmware(StrEnum):
    """Which spelling it writes: of HTTP API 2.2, of before, or of the newer JSON API."""

    USUAL = "usual"
    OLD = "old"
    ACOM = "acom"


@dataclass(slots=True)
class Task:
    """A text that somebody ordered for one number; `report_url` is where its outcome goes."""

    number: int
    to: str
    text: str
    place: str = ""
    delivery_report: bool = False
    success_report: bool = False
    report_url: str = ""


@dataclass(frozen=True, slots=True)
class SentText:
    """A text that a port tried to send in so many parts; `failure` is "" where that worked."""

    port: int
    to: str
    text: str
    parts: int
    failure: str = ""


@dataclass(slots=True)
class Pushed:
    """A push, and the HTTP status it was answered with; 0 where there was no answer."""

    url: str
    message: object
    status: int


@dataclass(slots=True)
class Faults:
    """What goes wrong: once with the next text, but `no_tasks` and `no_inbox` for good.

    `refuse` is a task status; `fail` a task status and a cause in words, after it was tried;
    `swallow` sends it and says nothing to anybody; `http` answers with this HTTP status; `says`
    refuses the next request with a code of nobody's and these words. `short_pages` lists at most
    so many texts at once; `drop` is a path at which all is done that is asked for, and then the
    connection breaks off; `empty_is_404` says 404 of an empty list; `no_deletion` answers that with
    this HTTP status once, after it was done where `deletes_unheard`.
    """

    refuse: int = 0
    fail: tuple[str, str] | None = None
    swallow: bool = False
    http: int = 0
    says: str = ""
    no_tasks: bool = False
    no_inbox: bool = False
    short_pages: int = 0
    drop: str = ""
    empty_is_404: bool = False
    no_deletion: int = 0
    deletes_unheard: bool = False


class Box:
    """A gateway of so many ports and slots, with a SIM card in each."""

    def __init__(
        self,
        *,
        ports: int = 32,
        slots: int = 4,
        firmware: Firmware = Firmware.USUAL,
        mac: str = "00-30-f1-00-6d-b1",
        username: str = "root",
        password: str = "root",
    ) -> None:
        """Make it, with its menus as on delivery."""
        self.ports = build_ports(ports, slots)
        # What the model has, whichever of them are told of.
        self.max_ports = len(self.ports)
        self.slots = slots
        self.firmware = firmware
        self.mac = mac
        self.ip = "192.168.1.44"
        self.version = "532-600-999-041-100-000"
        self.login = (username, password)
        self.switches = Switches()
        self.push_url = ""
        # Whether it knows it again after a restart.
        self.saves_push_url = True
        self.period = 60
        self.expires: int = 60
        self.marks_active = True
        self.source = secrets.token_hex(8)
        self.inbox: dict[int, list[Any]] = {}
        self.tasks: dict[int, Task] = {}
        self.air: list[str] = []
        # What was swallowed; its outcome may be told late.
        self.untold: list[Task] = []
        self.sent: list[SentText] = []
        self.commands: list[Message] = []
        self.pushed: list[Pushed] = []
        self.faults = Faults()
        self.is_off = False
        self.ussd = {"*100#": "Balance: 12.34 EUR"}
        self._seq = count(1)
        self._session: aiohttp.ClientSession | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._next_id = 1
        self._changed = asyncio.Event()

    async def close(self) -> None:
        """Stop what goes on."""
        for task in list(self._running):
            task.cancel()
        if self._running:
            await asyncio.wait(set(self._running))
        if self._session is not None:
            await self._session.close()

    async def report_regularly(self) -> None:
        """Tell of all ports in every period, for as long as it runs."""
        while True:
            await asyncio.sleep(self.period)
            await self.report_device()

    def note_sent(self, sent: SentText) -> None:
        """Take note of a text that was tried."""
        self.sent.append(sent)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def wait_sent(self, number: int, timeout: float = 5.0) -> None:
        """Wait until so many texts were tried; TimeoutError after seconds."""
        async with asyncio.timeout(timeout):
            while len(self.sent) < number:
                await self._changed.wait()

    def restart(self, *, keep_inbox: bool = False) -> None:
        """Start anew: the inbox has a new source, and its numbers begin at 1 again."""
        self.source = secrets.token_hex(8)
        kept = list(self.inbox.values()) if keep_inbox else []
        self.inbox = dict(enumerate(kept, 1))
        self._next_id = len(kept) + 1
        self.tasks.clear()
        if not self.saves_push_url:
            self.push_url = ""

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something beside the rest."""
        task = asyncio.create_task(work, name="ejoin box")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def push(self, message: object, url: str = "") -> int:
        """Post a message; return the HTTP status, 0 without an answer. It is not repeated."""
        url = url or self.push_url
        if not url or self.is_off:
            return 0
        if self._session is None:
            self._session = aiohttp.ClientSession()
        body = message if isinstance(message, bytes) else None
        try:
            async with self._session.post(
                url,
                data=body,
                json=None if body is not None else message,
                headers={"Content-Type": "application/json;charset=utf-8"},
                timeout=aiohttp.ClientTimeout(total=_PUSH_SECONDS),
            ) as response:
                status = response.status
        except aiohttp.ClientError, TimeoutError, OSError:
            status = 0
        self.pushed.append(Pushed(url, message, status))
        return status

    def port_status(self, port: int, slot: int | None = None) -> Message:
        """Describe a port as `port-status`."""
        chosen = self.ports[port]
        return {"type": "port-status", **self._row(port, slot or chosen.active)}

    def device_status(self, *, all_slots: bool = False) -> Message:
        """Describe the gateway as `dev-status`."""
        rows = [
            self._row(number, slot)
            for number, port in self.ports.items()
            for slot in (port.slots if all_slots else (port.active,))
        ]
        return {
            "type": "dev-status",
            "seq": next(self._seq),
            "expires": self.expires,
            "mac": self.mac,
            "ip": self.ip,
            "ver": self.version,
            "max-ports": self.max_ports,
            "max-slot": self.slots,
            "status": rows,
        }

    def _row(self, port: int, slot: int) -> Message:
        """Describe a slot."""
        return messages.port_row(
            self.ports[port],
            slot,
            self.slots,
            self.switches,
            old=self.firmware is Firmware.OLD,
            marked=self.marks_active,
        )

    async def report_port(self, port: int) -> int:
        """Tell that a port has changed."""
        return await self.push(self.port_status(port))

    async def report_device(self, *, all_slots: bool = False) -> int:
        """Tell of all ports, as it does in every period."""
        return await self.push(self.device_status(all_slots=all_slots))

    async def receive(
        self, port: int, sender: str, text: str, *, at: int | None = None, kind: int = 0
    ) -> int:
        """Have a port receive a text; tell of it where that is switched on."""
        self.ports[port].texts_received += 1
        old = self.firmware is Firmware.OLD
        content = messages.text_content(text, sender=sender, head=old)
        return await self._store(port, kind, at, sender, "", content)

    async def report_delivery(self, port: int, recipient: str, code: int) -> int:
        """Have a port receive a delivery report."""
        stamp = time.strftime("%y%m%d%H%M%S00", time.gmtime())
        return await self._store(port, 1, None, "8613800755500", recipient, f"{code} {stamp}")

    async def _store(
        self, port: int, kind: int, at: int | None, sender: str, recipient: str, content: str
    ) -> int:
        """Put a row into the inbox and push it."""
        chosen = self.ports[port]
        at = int(time.time()) if at is None else at
        letters = messages.place(chosen, letters=True)
        row = [kind, letters, at, sender, recipient, content]
        self.inbox[self._next_id] = row
        self._next_id += 1
        if not self.switches.received_sms:
            return 0
        return await self.push(self._received_message(port, row))

    def _received_message(self, port: int, row: list[Any]) -> Message:
        """Tell of a row as the firmware does."""
        chosen = self.ports[port]
        if self.firmware is not Firmware.ACOM:
            named = messages.place(chosen, letters=self.firmware is Firmware.OLD)
            return messages.recv_sms([row[0], named, *row[2:]])
        named_row = {
            "is_report": row[0],
            "port": port,
            "slot": chosen.active,
            "ts": row[2],
            "from": row[3],
            "to": row[4],
            "sms": row[5],
        }
        return {"type": "received-sms", "mac": self.mac, "smses": [named_row]}

    async def call(self, port: int, **call: object) -> int:
        """Tell of a call: cid, cdir, caller, callee, begin, alert, answer, update, end, reasons."""
        chosen = self.ports[port]
        if end := int(str(call.get("end") or 0)):
            answer = int(str(call.get("answer") or 0))
            chosen.calls += 1
            chosen.calls_connected += bool(answer)
            chosen.talk_seconds += end - answer if answer else 0
        if not self.switches.cdr:
            return 0
        return await self.push(messages.cdr(chosen, next(self._seq), self.mac, self.ip, dict(call)))

    def listed(self, first: int, number: int, *, delete: bool) -> Message:
        """List so many texts of the inbox from a number on, 0 for all of them."""
        if self.faults.short_pages:
            number = min(number or self.faults.short_pages, self.faults.short_pages)
        ids = [key for key in sorted(self.inbox) if key >= first]
        ids = ids[:number] if number else ids
        rows = [self.inbox[key] for key in ids]
        following = ids[-1] + 1 if ids else max(first, 1)
        if delete:
            for key in ids:
                del self.inbox[key]
        if not rows and self.faults.empty_is_404:
            return {"code": 404, "reason": "SMS Not Found"}
        return {
            "code": 0,
            "reason": "OK",
            "ssrc": self.source,
            "sms_num": len(rows),
            "next_sms": following,
            "data": rows,
        }
