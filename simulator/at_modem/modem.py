"""The modem: power, SIM card, registration, lines to hosts, and what it is asked."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path

from ..faults import Cure, Fault, FaultKind, Faults
from ..link import PtyLink, TcpLink
from ..network import Network, NoAcknowledgementError
from ..plans import Operator
from ..profiles import PROFILES, Profile
from .calls import Calls
from .errors import CmsError
from .inbound import Inbound
from .packet import Packet
from .radio import REACHABLE, Radio, Signal
from .settings import Settings
from .sim import Sim, Storage, StorageView
from .supplementary import Supplementary
from .terminal import Terminal

ACKNOWLEDGEMENT_TIME = 20.0
NAG_INTERVAL = 1.0
DEFAULT_IMEI = "001010000000016"


class AtModem:
    """An AT modem in a network; several hosts may use it over several lines.

    `pace` scales the times that the real device needs (0 none, 1 true to life);
    `line_speed` in bit/s makes octets take their time on every line.
    """

    def __init__(
        self,
        profile: Profile | str,
        network: Network,
        *,
        sim: Sim | None = None,
        imei: str = DEFAULT_IMEI,
        name: str = "modem",
        pace: float = 0.0,
        line_speed: int | None = None,
        acknowledgement_time: float = ACKNOWLEDGEMENT_TIME,
    ) -> None:
        """Build a modem; it gets power with the first line to a host."""
        self.profile: Profile = PROFILES[profile] if isinstance(profile, str) else profile
        self.network = network
        self.sim = sim
        self.imei: str = imei
        self.name = name
        self.pace = pace
        self.line_speed = line_speed
        self.powered = False
        self.starts = 0
        self.sim_ready = False
        self.settings = Settings.of(self.profile)
        self.radio = Radio(
            access=self.profile.access, registration=dict.fromkeys(self.profile.domains, 1)
        )
        self.faults = Faults(self._faults_changed)
        self.inbound = Inbound(self, acknowledgement_time)
        self.memory = Storage(self.profile.memory_capacity)
        self.reports = Storage(self.profile.memory_capacity)
        self.terminals: list[Terminal] = []
        self.calls = Calls(self)
        self.ussd = Supplementary(self)
        self.packet = Packet.of(self.profile)
        self._clock_offset = timedelta()
        self._shown: dict[str, int] = dict.fromkeys(self.profile.domains, 0)
        self._nagging: asyncio.Task[None] | None = None
        self._transition: asyncio.Task[None] | None = None

    @property
    def addresses(self) -> list[str]:
        """Return where hosts find the modem: paths of serial ports, `host:port`."""
        return [terminal.link.address for terminal in self.terminals]

    @property
    def operator(self) -> Operator:
        """Return the operator that the modem is registered with."""
        return self.radio.operator or self.network.operator

    @property
    def usable(self) -> bool:
        """Tell whether the SIM card is there, unlocked and read."""
        sim = self.sim
        return sim is not None and self.sim_ready and not sim.locked and not sim.needs_puk

    @property
    def reachable(self) -> bool:
        """Tell whether the network may deliver now."""
        return not self.dead and self.camped and self.radio.reachable

    @property
    def dead(self) -> bool:
        """Tell whether the modem neither hears nor says anything at the moment."""
        return not self.powered or self.faults.silent

    @property
    def camped(self) -> bool:
        """Tell whether the radio is on and the card lets it register."""
        return self.usable and self.settings.functionality == 1

    async def serve_pty(
        self,
        symlink: str | Path | None = None,
        *,
        enforce_speed: bool = False,
        speed: int | None = None,
    ) -> str:
        """Appear as a serial port and return its path.

        With `speed` in bit/s, or `enforce_speed` for the profile's, a host that has set
        another one reads and writes garbage.
        """
        wanted = self.profile.speed if enforce_speed and speed is None else speed
        return await self._serve(PtyLink(symlink, speed=wanted))

    async def serve_tcp(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Appear as a raw TCP port and return its number."""
        link = TcpLink(host, port)
        await self._serve(link)
        return link.port

    async def close(self) -> None:
        """Take the modem away, with all that it does."""
        if self._transition is not None:
            self._transition.cancel()
            await asyncio.gather(self._transition, return_exceptions=True)
        self.power_off()
        self.stop_nagging()
        if self.sim is not None:
            self.network.detach(self.sim.number, self)
        for terminal in self.terminals:
            await terminal.close()
        self.terminals.clear()
        self.faults.close()

    def unplug(self) -> None:
        """Pull the modem out: every line vanishes and the network loses it."""
        self.power_off()
        for terminal in self.terminals:
            terminal.link.unplug()

    async def plug(self) -> None:
        """Put the modem in again; a pty without a symbolic link gets another path."""
        for terminal in self.terminals:
            await terminal.link.plug()
        self.power_on()

    async def move(self, path: str | Path | None = None) -> None:
        """Plug in elsewhere: the serial port appears under another path, any without one."""
        self.unplug()
        for terminal in self.terminals:
            if isinstance(terminal.link, PtyLink):
                terminal.link.symlink = Path(path) if path else None
                break
        await self.plug()

    def reboot(self) -> None:
        """Restart by itself; a USB modem leaves the bus for that."""
        if self.profile.usb:
            self.unplug()
        else:
            self.power_off()
        self._later(self._start_again())

    def power_off(self) -> None:
        """Lose power."""
        self.powered = False
        self.sim_ready = False
        self.inbound.drop()
        self.calls.drop()
        self.ussd.cancel()
        self.faults.cure(*Cure)
        self.stop_nagging()
        for terminal in self.terminals:
            terminal.abort()

    def power_on(self) -> None:
        """Start as a real device does: settings gone, boot lines, then the card."""
        if self.powered:
            return
        self.powered = True
        self.radio.stuck = False
        self.starts += 1
        self.settings = Settings.of(self.profile)
        self._shown = dict.fromkeys(self.profile.domains, 0)
        if self.profile.nag:
            self._nagging = asyncio.ensure_future(self._nag())
        if self.sim is not None:
            self.sim.power_up()
            self.network.attach(self.sim.number, self)
        for line in self.profile.boot_lines:
            self.urc(line)
        self._start_sim()

    def insert_sim(self, sim: Sim) -> None:
        """Put a SIM card in; the modem reads it."""
        self.remove_sim()
        self.sim = sim
        sim.power_up()
        self.network.attach(sim.number, self)
        if self.powered:
            self._start_sim()

    def remove_sim(self) -> None:
        """Take the SIM card out."""
        if (sim := self.sim) is None:
            return
        self.network.detach(sim.number, self)
        self.sim, self.sim_ready = None, False
        for line in self.profile.sim_removed_lines:
            self.urc(line)
        self.refresh()

    def stop_nagging(self) -> None:
        """End the line that comes until +CPMS is asked, if the modem has that habit."""
        if self._nagging is not None:
            self._nagging.cancel()
            self._nagging = None

    async def _nag(self) -> None:
        """Write the same line again and again."""
        while True:
            await self.network.clock.sleep(NAG_INTERVAL)
            self.urc(self.profile.nag)

    def set_registration(self, stat: int, *domains: str) -> None:
        """Change the registration, in all domains or in those named as "+CREG"."""
        for domain in domains or self.profile.domains:
            if domain in self.radio.registration:
                self.radio.registration[domain] = stat
        self.refresh()

    def set_cell(self, area: int, cell: int, access: int | None = None) -> None:
        """Move to another cell, which is reported like a registration."""
        self.radio.area, self.radio.cell = area, cell
        self.radio.access = self.radio.access if access is None else access
        for domain in self.profile.domains:
            if self.settings.registration_reports.get(domain, 0) >= 2:
                self.urc(self.registration_line(domain))

    def set_signal(self, signal: Signal) -> None:
        """Change the signal; modems that report it by themselves do."""
        self.radio.signal = signal
        if self.profile.signal_urc and self.camped:
            self.urc(self.profile.signal_urc.format(rssi=signal.rssi))

    def registration(self, domain: str) -> int:
        """Return the <stat> that the modem gives for a domain at the moment."""
        return self.radio.status(domain) if self.camped else 0

    def registration_line(self, domain: str) -> str:
        """Return a registration as an unsolicited line, as long as the host wants it."""
        return f"{domain}: {self.registration_values(domain)}"

    def registration_values(self, domain: str) -> str:
        """Return <stat>, with cell and timers as far as the host wants them."""
        stat, mode = self.registration(domain), self.settings.registration_reports.get(domain, 0)
        if mode < 2:
            return str(stat)
        values = self.radio.described(self.profile, domain, stat)
        if mode < 4 or stat not in REACHABLE:
            return values
        timers = self.packet.granted_timers(self.network.power_saving)
        return ",".join([values, "", "", *(f'"{bits}"' if bits else "" for bits in timers)])

    def refresh(self) -> None:
        """Report what changed in the registration, and fetch what waits in the network."""
        registered = False
        for domain in self.profile.domains:
            stat = self.registration(domain)
            if stat == self._shown[domain]:
                continue
            self._shown[domain] = stat
            registered = registered or stat in REACHABLE
            if self.settings.registration_reports.get(domain, 0):
                self.urc(self.registration_line(domain))
        settings = self.settings
        if registered and (settings.time_zone_reports or settings.plain.get("+CLTS") == "1"):
            now = self.now()
            quarters = (now.utcoffset() or timedelta()) // timedelta(minutes=15)
            self.urc(self.profile.time_urc.format(now=now, quarters=quarters))
        if self.reachable and self.sim is not None:
            self.network.notify(self.sim.number)

    def urc(self, *lines: str) -> None:
        """Write unsolicited lines, as one, to every host."""
        for terminal in self.terminals:
            terminal.urc(*lines)

    @property
    def packed_ussd(self) -> bool:
        """Tell whether USSD strings are packed: Huawei's habit unless ^USSDMODE=0."""
        return self.profile.packed_ussd and self.settings.plain.get("^USSDMODE") != "0"

    def ring(self, number: str, seconds: float | None = None) -> bool:
        """Let a call come in, whose caller gives up after some seconds; False if it cannot."""
        return self.calls.ring(number, seconds)

    def storage(self, name: str) -> StorageView:
        """Return a storage by its name in +CPMS; CmsError 310 without a SIM card."""
        # SIMCom's "SM_P" and "ME_P" only prefer a storage.
        name = name.removesuffix("_P")
        if name == "ME" or (name == "MT" and self.profile.both_is_memory):
            return StorageView((self.memory,), self.profile.first_index)
        if name == "SR":
            return StorageView((self.reports,), self.profile.first_index)
        if self.sim is None:
            raise CmsError(310)
        card = self.sim.storage
        parts: tuple[Storage, ...] = (card,)
        if name == "MT" and "ME" in self.profile.storages:
            parts = (self.memory, card)
        return StorageView(parts, self.profile.first_index)

    def freed(self) -> None:
        """Tell the network that there is room again (RP-SMMA, TS 24.011 clause 7.3)."""
        if self.sim is not None:
            self.network.notify(self.sim.number)

    async def deliver(self, tpdu: bytes, smsc: str) -> None:
        """Take a TPDU from the network; returning acknowledges it."""
        if not self.reachable:
            raise NoAcknowledgementError
        await self.inbound.take(tpdu, smsc)

    def now(self) -> datetime:
        """Return the modem's own clock, in the zone of the network."""
        return self.network.service_centre_time() + self._clock_offset

    def set_clock(self, moment: datetime) -> None:
        """Set the modem's own clock."""
        self._clock_offset = moment - self.network.service_centre_time()

    async def _serve(self, link: PtyLink | TcpLink) -> str:
        """Take a line into service and switch the modem on."""
        terminal = Terminal(self, link, line_speed=self.line_speed)
        await link.plug()
        self.terminals.append(terminal)
        terminal.start()
        self._faults_changed()
        self.power_on()
        return link.address

    async def _start_again(self) -> None:
        """Come back after a restart."""
        await self.network.clock.sleep(max(self.pace * self.profile.boot_time, 0.05))
        await self.plug()

    def _start_sim(self) -> None:
        """Begin to read the card."""
        if self.pace:
            self._later(self._read_sim_in_time())
        else:
            self._read_sim()

    async def _read_sim_in_time(self) -> None:
        """Read the card when the real device would be through with it."""
        await self.network.clock.sleep(self.pace * self.profile.sim_time)
        self._read_sim()

    def _read_sim(self) -> None:
        """Read the card and register unless it is locked."""
        self.sim_ready = self.sim is not None
        if self.sim is None:
            return
        for line in self.profile.sim_lines:
            self.urc(line.format(state=self.sim.state))
        if self.usable:
            self.unlocked()

    def unlocked(self) -> None:
        """Go on when the card is open: ready lines, registration."""
        for line in self.profile.ready_lines:
            self.urc(line)
        self.refresh()

    def _later(self, work: Coroutine[None, None, None]) -> None:
        """Do a transition in the background; a new one ends the old."""
        if self._transition is not None and self._transition is not asyncio.current_task():
            self._transition.cancel()
        self._transition = asyncio.ensure_future(work)

    def _faults_changed(self) -> None:
        """Let the wires have their faults, and the network know that the modem lives."""
        split = self.faults.get(FaultKind.SPLIT) or Fault(FaultKind.SPLIT)
        join = self.faults.get(FaultKind.JOIN) or Fault(FaultKind.JOIN)
        drop = self.faults.take(FaultKind.DROP)
        for terminal in self.terminals:
            terminal.wire.split, terminal.wire.pause = split.size, split.seconds
            terminal.wire.join = join.seconds
            terminal.wire.drop += drop.size if drop else 0
            terminal.flush()
        if self.reachable:
            self.freed()
