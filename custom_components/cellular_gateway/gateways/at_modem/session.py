"""One link to a modem, from its opening to its loss."""

import asyncio
from collections.abc import Callable, Coroutine
import contextlib
from dataclasses import replace
import logging
from typing import Any

from ..calls import IncomingCall
from ..consumers import Memory, PinGuard
from ..errors import GatewayConnectionError, GatewayError, GatewayTimeoutError, Reason
from ..models import GatewayInfo, SimState, UssdAnswer
from .calls import Calls
from .client import AtClient, Unsolicited
from .codec.commands import setting
from .codec.messages import DirectMessage, StoredNotice
from .healing import Patience, switch_radio
from .modem_key import known_imei, recognise_modem
from .opening import Dialer, SerialOpener, speeds_for
from .pin import unblock, unlock
from .preparation import (
    Delivery,
    Services,
    accepted,
    prepare_line,
    prepare_messages,
    prepare_radio,
    prepare_services,
)
from .questions import (
    USABLE,
    Identity,
    Sim,
    ask_identity,
    ask_sim,
    ask_sim_state,
    settled_sim_state,
)
from .quirks import Quirks, tells_of_readiness, tells_of_sim, tells_of_start
from .receive import Receiver
from .remedies import BARE, Remedies
from .settings import AtModemSettings
from .sim_key import recognise_sim
from .sleep import may_sleep, note_sleep
from .status import Status
from .storages import Storages
from .ussd import Ussd

_LOGGER = logging.getLogger(__name__)


class Session:
    """Sets a modem up, and keeps it so until the link is lost; then it is of no more use."""

    def __init__(
        self,
        settings: AtModemSettings,
        *,
        open_serial: SerialOpener,
        pin_guard: PinGuard,
        memory: Memory,
        receiver: Receiver,
        status: Status,
        remedies: Remedies,
        ended: Callable[[Session, GatewayError], None],
        call_changed: Callable[[IncomingCall], None],
        ussd_received: Callable[[UssdAnswer], None],
    ) -> None:
        """Take what outlives the link; `ended` is called when it has not been closed."""
        self._settings = settings
        self._open_serial = open_serial
        self._pin_guard = pin_guard
        self._memory = memory
        self._receiver = receiver
        self._status = status
        self._remedies = remedies
        self._ended = ended
        self._client: AtClient | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._attention = asyncio.Event()
        self._over = asyncio.Event()
        self._sim_is_in_doubt = False
        self._network_is_in_doubt = False
        self._settings_are_in_doubt = False
        self._identity = Identity()
        self._sim = Sim()
        self._sim_key = ""
        self._delivery: Delivery | None = None
        clocks = settings.clocks
        self._patience = Patience(clocks.unregistered, clocks.unregistered_longest)
        self._error: GatewayError | None = None
        self.services = Services()
        self.calls = Calls(lambda: self.client, call_changed, settings)
        self.ussd = Ussd(lambda: self.client, ussd_received, settings.clocks)
        self.speed: int | None = None

    @property
    def client(self) -> AtClient:
        """The conversation with the modem."""
        if self._client is None:
            raise GatewayConnectionError(Reason.NOT_CONNECTED)
        return self._client

    async def open(self, known_speed: int | None) -> GatewayInfo:
        """Make the link and set the modem up; raise what keeps it from that."""
        settings = self._settings
        dialer = Dialer(
            settings.device,
            self._open_serial,
            unsolicited=self._unsolicited,
            lost=self._lost,
            limits=settings.limits,
            remedies=self._remedies,
        )
        speeds = speeds_for(settings.device, settings.baudrate, known_speed)
        self._client, self.speed = await dialer.dial(speeds)
        await prepare_line(self.client)
        self._identity = await ask_identity(self.client)
        await recognise_modem(self._memory, settings, self._identity.imei)
        await self._choose_remedies()
        self.client.gap = self._identity.quirks.gap
        self.ussd.dialects = self._identity.quirks.ussd
        await prepare_radio(self.client)
        await self._prepare_sim(await settled_sim_state(self.client))
        await self._status.refresh(self.client)
        if self._error is not None:
            raise self._error
        return self._identity.info

    async def _prepare_sim(self, state: SimState | None) -> None:
        """Unlock the SIM, read it and set up messages; what cannot be now is done later."""
        if state is SimState.PIN_REQUIRED:
            pin = self._settings.pin
            state = await unlock(self.client, self._identity, pin, self._pin_guard)
        self._sim = Sim()
        self._delivery = None
        if state in USABLE:
            self._sim = await ask_sim(self.client, self._identity.quirks)
            self._sim_key = await recognise_sim(self._memory, self._sim, self._identity.imei)
            await self._prepare_services()
        self._status.identify(self._identity, self._sim)
        self._status.set_sim_state(state)

    async def _prepare_services(self) -> None:
        """Set up all that the modem is to tell of by itself."""
        self._delivery = await prepare_messages(self.client)
        for command in self.quirks.network_time:
            await accepted(self.client, command)
        self.services = await prepare_services(self.client)
        if self.services.sleeps is not None:
            await self.expect_sleep(expected=self.services.sleeps)

    async def expect_sleep(self, *, expected: bool) -> None:
        """Remember whether the modem may fall asleep; one that does is not restarted for it."""
        await note_sleep(self._memory, self._settings, sleeps=expected)
        await self._choose_remedies()

    async def _choose_remedies(self) -> None:
        """Choose what may be written to the modem when it hangs."""
        remedies = Remedies.of(self.quirks)
        sleeps = await may_sleep(self._memory, self._settings)
        self.client.remedies = replace(remedies, restart=()) if sleeps else remedies

    @property
    def quirks(self) -> Quirks:
        """What is special about the modem."""
        return self._identity.quirks

    @property
    def reports(self) -> bool:
        """Whether delivery reports would be told; while the SIM is locked that is not known."""
        if self._delivery is None:
            return True
        return self._delivery.indication is not None and self._delivery.indication.report > 0

    @property
    def receives(self) -> bool:
        """Whether there is a SIM whose messages can be read."""
        return self._delivery is not None

    async def _prepare_again(self) -> None:
        """Set up what may have been forgotten, or changed by a command of a person."""
        await prepare_line(self.client)
        if self._delivery is not None:
            await self._prepare_services()

    async def unblock(self, puk: str, pin: str, *, consented: bool) -> str:
        """Give the SIM a new PIN with its PUK; return its name. Raises what `pin.unblock` does."""
        sim = await unblock(
            self.client, self._identity, self._pin_guard, (puk, pin), consented=consented
        )
        self._sim_is_in_doubt = True
        self._attention.set()
        return sim

    def doubt_settings(self) -> None:
        """Have everything set up again soon."""
        self._settings_are_in_doubt = True
        self._attention.set()

    async def restart(self) -> None:
        """Start the modem anew; raise GatewayRefusedError when it does not want to."""
        try:
            answer = await self.client.run(setting(self.quirks.restart))
        except GatewayTimeoutError, GatewayConnectionError:
            # It restarts without a word, or takes its port away before the word is out.
            answer = None
        if answer is not None and not answer.ok:
            raise answer.result.error()
        self.lose("the modem was restarted")

    def lose(self, detail: str) -> None:
        """Take the link for lost."""
        self._end(GatewayConnectionError(Reason.CONNECTION_LOST, detail))

    async def start(self) -> None:
        """Begin to receive and to watch; return when what lay there at first was looked through.

        Raises what ended the session meanwhile.
        """
        self._spawn(self._receive, "receiver")
        self._spawn(self._watch, "watch")
        if self._delivery is not None:
            over = asyncio.create_task(self._over.wait())
            adopted = asyncio.create_task(self._receiver.adopted())
            try:
                await asyncio.wait((over, adopted), return_when=asyncio.FIRST_COMPLETED)
            finally:
                over.cancel()
                adopted.cancel()
        if self._error is not None:
            raise self._error

    def _spawn(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        """Run something for as long as the session lasts."""
        task = asyncio.create_task(self._guard(work), name=f"at_modem {name}")
        task.add_done_callback(self._finished)
        self._tasks.append(task)

    async def _guard(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """End the session with what the work raises; a lost link ends it by itself."""
        try:
            await work()
        except GatewayError as error:
            self._end(error)

    def _finished(self, task: asyncio.Task[None]) -> None:
        """Let no mistake of ours leave a modem connected that nobody listens to."""
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOGGER.error("Unexpected error, connecting again", exc_info=error)
            self.lose(type(error).__name__)

    async def _receive(self) -> None:
        """Receive whenever there is a SIM that can be used; set up again what was forgotten."""
        while True:
            if (delivery := self._delivery) is None:
                await self._wait_for_sim()
                continue
            modem = await known_imei(self._memory, self._settings) or ""
            await self._receiver.run(Storages(self.client, delivery), self._sim_key, modem)
            if self._delivery is not None:
                await self._prepare_again()

    async def _wait_for_sim(self) -> None:
        """Ask every few seconds whether there is a SIM by now."""
        await asyncio.sleep(self._settings.clocks.sim)
        state = await ask_sim_state(self.client)
        if state is SimState.PIN_REQUIRED:
            # `connect` has the whole way from a locked SIM to a working one.
            raise GatewayConnectionError(Reason.CONNECTION_LOST, "the SIM wants its PIN")
        if state in USABLE and state is not None:
            await self._prepare_sim(state)
            await self._status.refresh(self.client)
        else:
            self._status.set_sim_state(state)

    async def _watch(self) -> None:
        """Look after what pushes tell of, and after a link that has fallen silent."""
        clocks = self._settings.clocks
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(clocks.keepalive):
                    await self._attention.wait()
            self._attention.clear()
            try:
                await self._attend()
            except GatewayTimeoutError:
                continue

    async def _attend(self) -> None:
        """Do what is in doubt, or see whether the modem still lives and has a network."""
        if self.client.was_switched_off:
            self.client.was_switched_off = False
            self._settings_are_in_doubt = self._sim_is_in_doubt = True
        if self._settings_are_in_doubt:
            await self._settle_settings()
        if self._sim_is_in_doubt:
            self._sim_is_in_doubt = False
            await self._check_sim()
        if self._network_is_in_doubt:
            self._network_is_in_doubt = False
            await self._status.refresh_network(self.client)
        if self._status.clock_is_in_doubt:
            await self._status.refresh_clock(self.client)
        now = asyncio.get_running_loop().time()
        if now - self.client.heard_at >= self._settings.clocks.keepalive * 0.9:
            await self.client.run(setting(BARE).within(self._settings.limits.alone))
        if self._patience.is_over(now, registered=not self._status.is_without_network):
            await switch_radio(self.client)
            self._settings_are_in_doubt = True

    async def _settle_settings(self) -> None:
        """Set everything up again; what is cut short by a missing answer is still to be done."""
        self._settings_are_in_doubt = False
        try:
            await self._prepare_again()
        except GatewayTimeoutError:
            self._settings_are_in_doubt = True
            raise

    async def _check_sim(self) -> None:
        """See what became of the SIM, and stop to receive from one that cannot be used."""
        state = await ask_sim_state(self.client)
        self._status.set_sim_state(state)
        if state is SimState.BUSY:
            self._sim_is_in_doubt = True
        elif state not in USABLE and self._delivery is not None:
            self._delivery = None
            self._receiver.stop()

    async def refresh(self) -> None:
        """Ask for the state that no push brings."""
        await self._status.refresh(self.client)
        if self._delivery is not None and self._status.port.sim_state not in USABLE:
            self._sim_is_in_doubt = True
            self._attention.set()

    def _unsolicited(self, what: Unsolicited) -> None:
        """Pass on what the modem says by itself."""
        if isinstance(what, StoredNotice):
            self._receiver.announce(what)
        elif isinstance(what, DirectMessage):
            self._receiver.deliver(what)
        elif tells_of_start(what):
            self._end(GatewayConnectionError(Reason.CONNECTION_LOST, "the modem starts anew"))
        elif tells_of_readiness(what):
            self._receiver.sweep_soon()
        elif tells_of_sim(what):
            self._sim_is_in_doubt = True
            self._attention.set()
        elif self.ussd.unsolicited(what) or self.calls.unsolicited(what):
            return
        elif self._status.unsolicited(what):
            self._network_is_in_doubt = True
            self._attention.set()
        elif self._status.clock_is_in_doubt:
            self._attention.set()

    def _lost(self, error: GatewayError) -> None:
        """Hear from the client that the link is gone."""
        if self._client is not None:
            self._end(error)

    def _end(self, error: GatewayError) -> None:
        """Tell, once, that the session has ended by itself."""
        if self._error is None:
            self._error = error
            self._over.set()
            self._give_up(error)
            self._ended(self, error)

    def _give_up(self, error: GatewayError) -> None:
        """Tell those who wait for something that it will not come."""
        self.calls.end(error)
        self.ussd.end(error)
        self._receiver.end_errands(error)

    async def close(self) -> None:
        """Stop everything and drop the link; nobody is told."""
        self._error = self._error or GatewayConnectionError(Reason.CLOSED)
        self._give_up(self._error)
        current = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not current]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        if self._client is not None:
            await self._client.close(self._error)
