"""A journal on disk with its inbox and announcer, and somebody who listens."""

import asyncio
from pathlib import Path

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN, signal_delivery, signal_sms
from custom_components.cellular_gateway.messages.inbox import Announcement, Announcer, Inbox
from custom_components.cellular_gateway.messages.journal import Journal
from custom_components.cellular_gateway.messages.reports import Delivery

SENDER = "+32470000001"


class House:
    """What surrounds the inbox: a journal on disk, and somebody who listens."""

    def __init__(self, hass: HomeAssistant, path: Path) -> None:
        """Listen to the announcements of an entry."""
        self.hass = hass
        self.path = path
        self.entry = MockConfigEntry(domain=DOMAIN)
        self.heard: asyncio.Queue[Announcement] = asyncio.Queue()
        self.told: asyncio.Queue[Delivery] = asyncio.Queue()
        async_dispatcher_connect(hass, signal_sms(self.entry.entry_id), self._hear)
        async_dispatcher_connect(hass, signal_delivery(self.entry.entry_id), self._tell)

    @callback
    def _hear(self, announcement: Announcement) -> None:
        """Note an announcement."""
        self.heard.put_nowait(announcement)

    @callback
    def _tell(self, delivery: Delivery) -> None:
        """Note what is told of a text that was sent."""
        self.told.put_nowait(delivery)

    async def start(self) -> None:
        """Open the journal and begin to announce."""
        self.journal = Journal(self.path)
        await self.journal.open()
        self.inbox = Inbox(self.journal)
        self.announcer = Announcer(
            self.hass,
            self.entry,
            self.journal,
            self.inbox,
            country="BE",
            recipients={SENDER: "Ann"},
            correspondents={},
        )
        self.announcer.start(self.hass)

    async def stop(self) -> None:
        """Stop announcing and close the journal."""
        await self.announcer.stop()
        await self.journal.close()

    async def restart(self) -> None:
        """Do as a restart of Home Assistant does."""
        await self.stop()
        await self.start()

    async def next(self) -> Announcement:
        """Wait for the next announcement."""
        async with asyncio.timeout(5):
            return await self.heard.get()

    async def next_delivery(self) -> Delivery:
        """Wait for the next that is told of what was sent."""
        async with asyncio.timeout(5):
            return await self.told.get()

    async def settled(self) -> list[str]:
        """Let all that is kept be announced; return the texts that were not asked for yet."""
        while self.inbox.arrived.is_set():
            await asyncio.sleep(0)
        await self.journal.unfinished()
        await asyncio.sleep(0)
        texts = []
        while not self.heard.empty():
            texts.append(self.heard.get_nowait().message.text)
        return texts


async def damage(journal: Journal, path: Path) -> None:
    """Break the file of an open journal, as a failing disk does, all but its first page."""
    await journal.begin_copy()
    database = journal._database
    await database.run(lambda: database.connection.execute("PRAGMA shrink_memory").close())
    octets = await asyncio.to_thread(path.read_bytes)
    broken = octets[:4096] + b"\xff" * (len(octets) - 4096)
    await asyncio.to_thread(path.write_bytes, broken)
