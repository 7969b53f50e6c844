"""How a message that the network delivers reaches the host (3GPP TS 27.005 clause 3.4)."""

import asyncio
from typing import TYPE_CHECKING

from .. import pdu
from ..network import CAUSE_MEMORY_FULL, NoAcknowledgementError, RpError
from .errors import CmsError
from .sim import MessageStatus

if TYPE_CHECKING:
    from .modem import AtModem


FILLER_SENDER = "+4917139200099"


class Inbound:
    """Stores or routes SMS-DELIVER and SMS-STATUS-REPORT as +CNMI and +CSMS ask for.

    `acknowledgement_time` is how many seconds the host has for +CNMA.
    """

    def __init__(self, modem: AtModem, acknowledgement_time: float) -> None:
        """Belong to a modem."""
        self.acknowledgement_time = acknowledgement_time
        self._modem = modem
        self._acknowledged: asyncio.Future[bool] | None = None
        self._buffer: list[tuple[str, ...]] = []

    async def take(self, tpdu: bytes, smsc: str) -> None:
        """Take a TPDU; returning acknowledges it to the network."""
        octets = pdu.encode_smsc(smsc) + tpdu
        if pdu.is_status_report(tpdu):
            await self._take_report(octets, len(tpdu))
            return
        try:
            coding = pdu.deliver_coding(tpdu)
        except pdu.PduError:
            # A modem passes on what it does not understand.
            coding = 0
        if self._direct(coding):
            await self._route(f"+CMT: {self._modem.profile.alpha_cmt}{len(tpdu)}", octets)
        else:
            self._store(octets, self._storage_for(coding), "+CMTI")

    def acknowledge(self, positive: bool) -> None:
        """Pass on the host's +CNMA; CmsError 340 when none is expected."""
        if self._acknowledged is None or self._acknowledged.done():
            raise CmsError(340)
        self._acknowledged.set_result(positive)

    def drop(self) -> None:
        """Forget what was under way when the modem lost its power."""
        self._buffer.clear()
        if self._acknowledged is not None and not self._acknowledged.done():
            self._acknowledged.set_exception(NoAcknowledgementError())

    def indications_changed(self) -> None:
        """Pass on or forget what +CNMI <mode> 0 kept back, as <bfr> says."""
        if self._modem.settings.indications[0] == 0:
            return
        kept, self._buffer = self._buffer, []
        if self._modem.settings.indications[4] == 0:
            for lines in kept:
                self._modem.urc(*lines)

    def fill(self, name: str, left: int = 0) -> None:
        """Fill a storage with old messages until so many places are left, past the network."""
        modem = self._modem
        view = modem.storage(name)
        moment = modem.network.service_centre_time()
        octets = pdu.encode_smsc(modem.network.smsc) + pdu.encode_deliver(
            FILLER_SENDER, pdu.split_text("old")[0], moment
        )
        while view.capacity - view.used > left:
            view.add(octets, MessageStatus.REC_READ)
        if view.full:
            self._tell_full(name)

    def _tell_full(self, name: str) -> None:
        """Write that a storage is full, if the modem says so and the host wants it."""
        modem = self._modem
        setting = modem.profile.full_setting
        wanted = not setting or modem.settings.plain.get(setting[0]) == setting[1]
        if modem.profile.full_urc and wanted:
            modem.urc(modem.profile.full_urc.format(storage=name.removesuffix("_P")))

    def _direct(self, coding: int) -> bool:
        """Tell whether <mt> routes a message of this class to the host (table 3.4.1-1)."""
        mode = self._modem.settings.indications[1]
        kind = pdu.message_class(coding)
        if kind == 2 or pdu.wants_storage(coding):
            return False
        if kind == 0:
            return mode in (2, 3) or (mode == 1 and self._modem.profile.routes_flash)
        return mode == 2 or (mode == 3 and kind == 3)

    def _storage_for(self, coding: int) -> str:
        """Return the storage for a message; class 2 belongs on the card (TS 23.038 4)."""
        if pdu.message_class(coding) == 2:
            return "SM"
        return self._modem.settings.storages[2]

    async def _take_report(self, octets: bytes, length: int) -> None:
        """Route, store or drop a status report as <ds> says."""
        match self._modem.settings.indications[3]:
            case 1:
                await self._route(f"+CDS: {length}", octets)
            case 2:
                self._store(octets, self._modem.settings.storages[2], "+CDSI")

    def _store(self, octets: bytes, name: str, indication: str) -> None:
        """Store a message and tell where, RpError when there is no room."""
        modem = self._modem
        view = modem.storage(name)
        index = view.add(octets, MessageStatus.REC_UNREAD)
        if index is None:
            raise RpError(CAUSE_MEMORY_FULL)
        shown = name.removesuffix("_P")
        if modem.settings.indications[1] or indication == "+CDSI":
            self._indicate(f'{indication}: "{shown}",{index}')
        if view.full:
            self._tell_full(name)

    async def _route(self, head: str, octets: bytes) -> None:
        """Write a message to the host; under +CSMS=1 wait for its +CNMA.

        Without one in time both <mt> and <ds> become 0 (TS 27.005 clause 3.4.4), and the
        network offers the message again.
        """
        modem = self._modem
        if modem.settings.service == 0:
            self._indicate(head, octets.hex().upper())
            return
        self._acknowledged = asyncio.get_running_loop().create_future()
        self._indicate(head, octets.hex().upper())
        clock = modem.network.clock
        timer = asyncio.ensure_future(clock.sleep(self.acknowledgement_time))
        try:
            await asyncio.wait((self._acknowledged, timer), return_when=asyncio.FIRST_COMPLETED)
            if not self._acknowledged.done():
                modem.settings.indications[1] = modem.settings.indications[3] = 0
                raise NoAcknowledgementError
            if not self._acknowledged.result():
                raise NoAcknowledgementError
        finally:
            timer.cancel()
            self._acknowledged = None

    def _indicate(self, *lines: str) -> None:
        """Write unsolicited lines, or keep them while <mode> is 0."""
        if self._modem.settings.indications[0] == 0:
            self._buffer.append(lines)
        else:
            self._modem.urc(*lines)
