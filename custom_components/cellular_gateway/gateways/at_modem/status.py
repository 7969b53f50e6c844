"""The state of the one port: what the modem pushes, and what has to be asked for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ..capabilities import Capabilities
from ..errors import GatewayTimeoutError
from ..models import PortState, Registration, SimState
from .client import AtClient
from .codec.clock import parse_clock, tells_of_time
from .codec.commands import Answer, Command, Shape, query
from .codec.messages import parse_storage_uses
from .codec.network import (
    Operator,
    RegistrationReport,
    Signal,
    parse_extended_signal,
    parse_operator,
    parse_registration,
    parse_signal,
)
from .questions import USABLE, Identity, Sim, ask_imsi, ask_sim_state
from .settings import PORT

_SIGNAL = query("AT+CSQ", "+CSQ:")
_EXTENDED_SIGNAL = query("AT+CESQ", "+CESQ:")
_CLOCK = query("AT+CCLK?", "+CCLK:")
_STORAGE = query("AT+CPMS?", "+CPMS:")
_DOMAINS = ("+CREG", "+CEREG")
# The long name and the digits of the operator (TS 27.007 clause 7.3), format and question at once.
_OPERATORS = (query("AT+COPS=3,0;+COPS?", "+COPS:"), query("AT+COPS=3,2;+COPS?", "+COPS:"))


class Status:
    """Keeps the newest state of the port, and publishes it when it differs."""

    def __init__(self, publish: Callable[[], None]) -> None:
        """Start with nothing known."""
        self.port = PortState(key=PORT)
        self._publish = publish
        self._reports: dict[str, RegistrationReport] = {}
        self._operator = Operator()
        self._refused: set[str] = set()
        self._silent: set[str] = set()
        self._has_number = True
        self.clock_is_in_doubt = False

    @property
    def is_without_network(self) -> bool:
        """Whether a SIM that is fit for it has not been let into a network."""
        registration = self.port.registration
        if registration is None or self.port.sim_state not in USABLE:
            return False
        return not registration.registered

    def _update(self, **changes: Any) -> None:
        """Take changes, and publish them if they are some."""
        port = replace(self.port, **changes)
        if port != self.port:
            self.port = port
            self._publish()

    def identify(self, identity: Identity, sim: Sim) -> None:
        """Take who the modem and its SIM are."""
        self._has_number = sim.has_number
        self._update(
            imei=identity.imei,
            iccid=sim.iccid,
            imsi=sim.imsi,
            own_number=sim.own_number,
            smsc=sim.smsc,
        )

    def set_sim_state(self, state: SimState | None) -> None:
        """Take the state of the SIM, where it is told; without a SIM there is no network."""
        if state is None:
            return
        if state in USABLE:
            self._update(sim_state=state)
        else:
            self._reports.clear()
            self._operator = Operator()
            self._update(sim_state=state, **self._network())

    def unsolicited(self, line: str) -> bool:
        """Take what the modem says by itself; tell whether the registration is another now."""
        if report := parse_registration(line):
            before = self.port.registration
            self._reports[report.domain] = report
            self._update(**self._network())
            return self.port.registration is not before
        signal = parse_signal(f"+CSQ:{line[6:]}" if line.startswith("^RSSI:") else line)
        if signal is not None:
            self._update(signal=signal.signal)
        self.clock_is_in_doubt |= tells_of_time(line)
        return False

    def capabilities(self) -> Capabilities:
        """Tell what the modem has not refused to do."""

        def has(*commands: str) -> bool:
            """Whether the modem knows one of the commands."""
            return any(command not in self._refused | self._silent for command in commands)

        registers = has(*(f"AT{domain}?" for domain in _DOMAINS))
        return Capabilities(
            send_sms=True,
            flash=True,
            validity=True,
            restart_port=True,
            signal=has(_SIGNAL.text),
            extended_signal=has(_EXTENDED_SIGNAL.text),
            operator=has(_OPERATORS[0].text),
            access_technology=registers or has(_OPERATORS[0].text),
            cell=registers,
            sim_state=self.port.sim_state is not None,
            storage=has(_STORAGE.text),
            smsc=self.port.smsc is not None or self.port.sim_state not in USABLE,
            own_number=self._has_number,
            network_time=has(_CLOCK.text),
        )

    async def _ask(self, client: AtClient, command: Command) -> Answer | None:
        """Put one question, unless it is unknown to the modem; None when there is no answer.

        It waits for its turn behind all messages.
        """
        if command.text in self._refused:
            return None
        try:
            answer = await client.run(command)
        except GatewayTimeoutError:
            return None
        if answer.ok and answer.lines:
            self._silent.discard(command.text)
            return answer
        if answer.result.unknown_command or (answer.ok and command.text in self._silent):
            self._refused.add(command.text)
        elif answer.ok:
            # Once it may be a stray OK, twice it is the way of this modem.
            self._silent.add(command.text)
        return None

    async def refresh(self, client: AtClient) -> None:
        """Ask for everything that may have changed; what is refused becomes None.

        Raises GatewayConnectionError.
        """
        state = await ask_sim_state(client)
        self.set_sim_state(state)
        if state in USABLE:
            await self.refresh_network(client)
            await self._refresh_storage(client)
        await self.refresh_clock(client)
        await self._refresh_signal(client)

    async def refresh_imsi(self, client: AtClient) -> None:
        """Ask which IMSI is in use; without an answer it is not known any more."""
        self._update(imsi=await ask_imsi(client))

    async def refresh_network(self, client: AtClient) -> None:
        """Ask for registration and operator."""
        for domain in _DOMAINS:
            command = Command(
                text=f"AT{domain}?", shape=Shape.REGISTRATION, prefix=f"{domain}:", answers=True
            )
            if (answer := await self._ask(client, command)) is None:
                continue
            if report := parse_registration(answer.line):
                self._reports[domain] = report
        operator = Operator()
        for command in _OPERATORS:
            answer = await self._ask(client, command)
            found = (parse_operator(answer.line) if answer else None) or Operator()
            operator = Operator(
                operator.name or found.name,
                operator.code or found.code,
                found.access_technology or operator.access_technology,
            )
        self._operator = operator
        self._update(**self._network())

    def _network(self) -> dict[str, Any]:
        """Put together what the domains and the operator say.

        A message may come by either domain, so one registration suffices. The cell is that of
        the packet domain where there is one, which is LTE.
        """
        circuit, packet = (self._reports.get(domain) for domain in _DOMAINS)
        registered = [
            report for report in (circuit, packet) if report and report.registration.registered
        ]
        known = [report for report in (circuit, packet) if report]
        best = next(iter(registered or known), None)
        if not registered and packet and best and best.registration is Registration.NOT_REGISTERED:
            best = packet
        cell = registered[-1] if registered else None
        return {
            "registration": best.registration if best else None,
            "operator_name": self._operator.name if registered else None,
            "operator_code": self._operator.code if registered else None,
            "access_technology": (
                (cell.access_technology or self._operator.access_technology) if cell else None
            ),
            "area_code": cell.area_code if cell else None,
            "cell_id": cell.cell_id if cell else None,
        }

    async def refresh_clock(self, client: AtClient) -> None:
        """Compare the modem's clock, which follows the network's, with ours.

        It tells whole seconds, so on average half a second more has passed.
        """
        self.clock_is_in_doubt = False
        answer = await self._ask(client, _CLOCK)
        clock = parse_clock(answer.line) if answer else None
        offset = None
        if clock is not None:
            offset = round((clock - datetime.now(UTC)).total_seconds() + 0.5)
        before = self.port.network_time_offset
        # One second is what two readings differ by anyway.
        if offset is None or before is None or abs(offset - before) > 1:
            self._update(network_time_offset=offset)

    async def _refresh_signal(self, client: AtClient) -> None:
        """Ask for the signal; the level of `+CESQ` stands in where `+CSQ` knows none."""
        plain = await self._ask(client, _SIGNAL)
        extended = await self._ask(client, _EXTENDED_SIGNAL)
        signal = (parse_signal(plain.line) if plain else None) or Signal()
        more = (parse_extended_signal(extended.line) if extended else None) or Signal()
        level = signal.signal if signal.signal is not None else more.signal
        self._update(signal=level, rsrp=more.rsrp, rsrq=more.rsrq)

    async def _refresh_storage(self, client: AtClient) -> None:
        """Ask how full the storage is that receives messages, the last one that is told."""
        answer = await self._ask(client, _STORAGE)
        uses = parse_storage_uses(answer.line) if answer else []
        self._update(
            storage_used=uses[-1].used if uses else None,
            storage_total=uses[-1].total if uses else None,
        )
