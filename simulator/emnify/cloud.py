"""An organisation in the cloud: what happens to its SIMs, devices and messages."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from ..clock import Clock, SystemClock
from . import wire
from .device import (
    ACTIVATED,
    BUFFERED,
    DELIVERED,
    EXPIRED,
    FAILED,
    FINAL,
    PENDING,
    Device,
    Session,
    ShortMessage,
    SimCard,
)
from .webhooks import Webhooks

GSM_PART = 153
GSM_SINGLE = 160
TECHNOLOGIES = {"2G": 2, "3G": 1, "4G": 6, "NB-IoT": 8}


class Cloud:
    """The organisation; a device that is attached takes its messages at once."""

    organisation = 13886

    def __init__(self, clock: Clock | None = None, *, application_token: str = "token") -> None:
        """Start without devices."""
        self.clock = clock or SystemClock()
        self.application_token = application_token
        self.sims: dict[int, SimCard] = {}
        self.devices: dict[int, Device] = {}
        self.batches: dict[str, list[SimCard]] = {}
        self.events: list[dict[str, Any]] = []
        self.sent: list[ShortMessage] = []
        self.webhooks = Webhooks(self.organisation)
        self._ids = count(1000)
        self._message_ids = count(19_649_276)
        self._event_ids = count(351_732_524_384_257)
        self._references = count(0xCC)
        self._changed = asyncio.Event()

    async def close(self) -> None:
        """Push no more."""
        await self.webhooks.close()

    # SIMs and devices.

    def add_sim(self, msisdn: str = "", *, status: int = ACTIVATED, batch: str = "") -> SimCard:
        """Add a SIM; one with a batch code has to be registered first."""
        number = next(self._ids)
        card = SimCard(
            id=number,
            iccid=f"898830300000{number:07}",
            imsi=f"29505090{number:07}",
            msisdn=msisdn or f"42366392{number:07}",
            status=status,
            batch=batch,
        )
        if batch:
            self.batches.setdefault(batch, []).append(card)
        else:
            self.sims[card.id] = card
        return card

    def add_device(
        self, name: str = "", *, msisdn: str = "", tags: str = "", sim: bool = True
    ) -> Device:
        """Add a device, with a SIM of its own unless told otherwise."""
        number = next(self._ids)
        device = Device(
            id=number,
            name=name or f"Device {number}",
            tags=tags,
            created_at=self.clock.now(),
            imei=f"35201400{number:08}",
            ip_address=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        )
        self.devices[device.id] = device
        if sim:
            self.assign(device, self.add_sim(msisdn))
        return device

    def assign(self, device: Device, card: SimCard | None) -> None:
        """Put a SIM into a device, or take the one out that is in it."""
        if device.sim is not None:
            device.sim.device = None
            self.log(50, f"SIM {device.sim.id} released", device, source=2)
        device.sim = card
        device.operator = device.session = None
        if card is not None:
            card.device = device.id
            self.log(51, f"SIM {card.id} assigned to endpoint {device.id}", device, source=2)

    def remove(self, device: Device) -> None:
        """Delete a device."""
        self.assign(device, None)
        del self.devices[device.id]

    # What the network does.

    def log(
        self,
        kind: int,
        description: str,
        device: Device | None = None,
        *,
        severity: int = 0,
        source: int = 0,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an event, and stream it."""
        event = wire.event(
            next(self._event_ids),
            kind,
            self.clock.now(),
            description,
            severity=severity,
            source=source,
            device=device,
            card=device.sim if device else None,
            detail=detail,
            organisation=self.organisation,
        )
        self.events.append(event)
        self.webhooks.stream(event)

    def attach(self, device: Device, operator: int = 3) -> None:
        """Have a device find a network, and take what waited for it."""
        device.operator, device.located_at = operator, self.clock.now()
        name = wire.OPERATORS[operator][0]
        self.log(1, f"New location received from VLR of {name}", device, detail=_place(operator))
        self.log(2, f"New location received from SGSN of {name}", device, detail=_place(operator))
        for message in device.messages.values():
            if message.status == BUFFERED:
                self.finish(message, DELIVERED)

    def detach(self, device: Device) -> None:
        """Have the network say that a device is gone."""
        device.operator = device.session = None
        self.log(15, "Purge location", device)

    def go_online(self, device: Device, technology: str = "4G") -> None:
        """Begin a data session."""
        if device.operator is None:
            self.attach(device)
        device.session = Session(
            id=next(self._ids),
            created_at=self.clock.now(),
            ip_address=device.ip_address,
            technology=(TECHNOLOGIES[technology], technology),
        )
        self.log(3, "New PDP context successfully activated", device)

    def end_session(self, device: Device, rx: float = 0.0, tx: float = 0.0) -> None:
        """End a data session that has used so many MB."""
        device.session = None
        device.usage.data_rx += rx
        device.usage.data_tx += tx
        volume = {"total": rx + tx, "rx": rx, "tx": tx}
        self.log(5, "PDP context deleted", device, detail={"volume": volume})

    def reject(self, device: Device, kind: int, reason: str) -> None:
        """Turn a step of a device down."""
        self.log(kind, reason, device, severity=1)

    # Messages.

    def submit(self, device: Device, body: Mapping[str, Any]) -> ShortMessage:
        """Take a message to a device; one that is not attached has to wait."""
        now = self.clock.now()
        source_type = body.get("source_address_type") or {"id": 145}
        message = ShortMessage(
            id=next(self._message_ids),
            device=device.id,
            is_mobile_originated=False,
            payload=str(body["payload"]),
            source_address=str(body.get("source_address", "")),
            source_type=int(source_type["id"]),
            status=PENDING,
            submitted_at=now,
            expires_at=wire.moment(body.get("expiry_date")) or now + timedelta(hours=24),
            dcs=int(body.get("dcs", 0)),
            udh=body.get("udh"),
        )
        device.messages[message.id] = message
        self.sent.append(message)
        self._changed.set()
        if device.operator is None:
            message.status = BUFFERED
        else:
            self.finish(message, DELIVERED)
        return message

    def finish(self, message: ShortMessage, status: int) -> None:
        """Bring a message to its end, and report it."""
        message.status = status
        message.final_at = self.clock.now() if status in FINAL else None
        device = self.devices[message.device]
        self.webhooks.report(wire.pushed_report(message, device, self.organisation))

    def fail(self, message: ShortMessage) -> None:
        """Have a message fail."""
        self.finish(message, FAILED)

    def expire(self, message: ShortMessage) -> None:
        """Have a message wait too long."""
        self.finish(message, EXPIRED)

    def text(self, device: Device, text: str, short_code: str = "12345") -> list[ShortMessage]:
        """Have a device send a text, in as many parts as it takes, and push them."""
        size = GSM_SINGLE if len(text) <= GSM_SINGLE else GSM_PART
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        reference = next(self._references) & 0xFF
        identifier = 0
        messages = []
        for number, piece in enumerate(pieces, 1):
            message_id = next(self._message_ids)
            identifier = identifier or message_id
            is_part = len(pieces) > 1
            messages.append(
                ShortMessage(
                    id=message_id,
                    device=device.id,
                    is_mobile_originated=True,
                    payload=piece,
                    source_address=device.sim.msisdn if device.sim else "",
                    dest_address=short_code,
                    submitted_at=self.clock.now(),
                    final_at=self.clock.now(),
                    udh=f"050003{reference:02X}{len(pieces):02X}{number:02X}" if is_part else None,
                    part=(number, len(pieces), identifier),
                )
            )
        for message in messages:
            device.messages[message.id] = message
            self.webhooks.message(wire.pushed_message(message, device, self.organisation))
        return messages

    async def wait_sent(self, number: int, limit: float = 10.0) -> list[ShortMessage]:
        """Wait for so many messages to devices."""
        async with asyncio.timeout(limit):
            while len(self.sent) < number:
                self._changed.clear()
                await self._changed.wait()
        return self.sent


def _place(operator: int) -> dict[str, Any]:
    """Say where an event happened."""
    found = wire.operator(operator)
    return {"id": operator, "name": found["name"], "country": found["country"]}
