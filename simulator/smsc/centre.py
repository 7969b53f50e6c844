"""The service centre: customers, their sessions, and the radio network behind it."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
import ssl

from ..faults import Faults
from ..network import Network, NoAcknowledgementError, RpError
from ..pdu import PduError
from .account import Account, Customer, Submitted
from .content import (
    Default,
    Long,
    decode_deliver,
    decode_status_report,
    encode_submit,
    from_user_data,
    to_user_data,
)
from .receipts import Style, receipt
from .session import Session
from .wire import BAD_DESTINATION, SUBMIT_FAILED, Frame, Message, WireError, address_of, number_of

_REPORT_WANTED = 0x01


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A message that a status report may come for."""

    message_id: str
    message: Message


class Smsc:
    """Serves customers over TCP, with or without TLS.

    `default` is what a data_coding of 0 means, `long` how parts are delivered, `receipts` how
    receipts are written and `decimal_ids` whether those name a message by a decimal number where
    the response had a hexadecimal one. `patience` is how many seconds an answer may take.
    """

    def __init__(
        self,
        network: Network,
        accounts: Iterable[Account] | None = None,
        *,
        name: str = "simulated",
        default: Default | str = Default.GSM7,
        long: Long | str = Long.UDH,
        receipts: Style | str = Style.BOTH,
        decimal_ids: bool = False,
        patience: float = 5.0,
        most_sessions: int = 4,
    ) -> None:
        """Build a service centre for accounts, one of the defaults unless told otherwise."""
        self.network = network
        self.name = name
        self.default = Default(default)
        self.long = Long(long)
        self.receipts = Style(receipts)
        self.decimal_ids = decimal_ids
        self.patience = patience
        self.most_sessions = most_sessions
        self.faults = Faults()
        self.accounts: dict[str, Account] = {}
        self.heard_frames: list[Frame] = []
        self._customers: dict[str, Customer] = {}
        self._awaited: dict[tuple[str, int], _Awaited] = {}
        self._ids = count(0x0A0B0C)
        self._references = count(1)
        self._sessions: dict[Session, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None
        self._changed = asyncio.Event()
        for account in accounts if accounts is not None else [Account()]:
            self.add(account)

    def add(self, account: Account) -> None:
        """Open an account; the network delivers to its number from now on."""
        customer = Customer(account, self._deliver_maker(account), self._receipt_maker(account))
        self.accounts[account.system_id] = account
        self._customers[account.system_id] = customer
        self.network.attach(account.number, customer)

    async def serve(
        self, host: str = "127.0.0.1", port: int = 0, *, tls: ssl.SSLContext | None = None
    ) -> int:
        """Listen, and return the port."""
        self._server = await asyncio.start_server(self._accept, host, port, ssl=tls)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """End all sessions and listen no more."""
        await self.stop()
        self.faults.close()
        for customer in self._customers.values():
            self.network.detach(customer.account.number, customer)

    async def stop(self) -> None:
        """Break all connections and refuse further ones until `serve` is called again."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.disconnect()
        if self._sessions:
            await asyncio.wait(set(self._sessions.values()))

    def disconnect(self) -> None:
        """Break all connections without a word."""
        for session in self._sessions:
            session.abort()

    @property
    def account(self) -> Account:
        """Return the first account."""
        return next(iter(self.accounts.values()))

    @property
    def sessions(self) -> list[Session]:
        """Return the open connections."""
        return list(self._sessions)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        session = Session(self, reader, writer)
        task = asyncio.current_task()
        if task is None:
            return
        self._sessions[session] = task
        try:
            await session.run()
        finally:
            del self._sessions[session]
            self._change()

    def heard(self, session: Session, frame: Frame) -> None:
        """Take note of what a customer sent."""
        self.heard_frames.append(frame)
        self._change()

    def bound(self, account: Account) -> None:
        """Deliver what waits for a customer who has come."""
        self._change()
        self.network.notify(account.number)

    def _change(self) -> None:
        """Wake who waits in `until`."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until(self, condition: Callable[[], bool], timeout: float = 5.0) -> None:
        """Wait until something holds; TimeoutError after seconds."""
        async with asyncio.timeout(timeout):
            while not condition():
                await self._changed.wait()

    def submit(self, account: Account, message: Message) -> str:
        """Take a message and name it; WireError where the network does not take it."""
        recipient = number_of(message.destination, message.destination_ton)
        if not recipient:
            raise WireError(BAD_DESTINATION)
        message_id = f"{next(self._ids):X}"
        account.submitted.append(Submitted(message, message_id))
        self._change()
        wants_report = bool(message.registered_delivery & _REPORT_WANTED)
        try:
            parts = to_user_data(message, self.default, next(self._references) & 0xFF)
            pdus = [encode_submit(recipient, part, report=wants_report) for part in parts]
        except PduError as error:
            raise WireError(SUBMIT_FAILED) from error
        for number, octets in enumerate(pdus):
            reference = next(self._references) & 0xFF
            if wants_report and number == len(pdus) - 1:
                self._awaited[account.system_id, reference] = _Awaited(message_id, message)
            self.network.spawn(self._pass_on(account, octets, reference))
        return message_id

    async def _pass_on(self, account: Account, octets: bytes, reference: int) -> None:
        """Hand a part to the network, which may refuse it after it was taken from the customer."""
        try:
            await self.network.submit(account.number, octets, reference)
        except RpError:
            self._awaited.pop((account.system_id, reference), None)

    def _deliver_maker(self, account: Account) -> Callable[[bytes], Message]:
        """Return what makes a deliver_sm for an account out of an SMS-DELIVER."""

        def make(tpdu: bytes) -> Message:
            sender, data = decode_deliver(tpdu)
            message = from_user_data(data, self.default, self.long)
            return self._addressed(message, sender, account.number)

        return make

    def _receipt_maker(self, account: Account) -> Callable[[str, int, bytes], Message | None]:
        """Return what makes a receipt for an account out of an SMS-STATUS-REPORT."""

        def make(recipient: str, reference: int, tpdu: bytes) -> Message | None:
            awaited = self._awaited.get((account.system_id, reference))
            if awaited is None:
                return None
            *_, status, sent_at, discharged_at = decode_status_report(tpdu)
            named = awaited.message_id
            shown = str(int(named, 16)) if self.decimal_ids else named
            written = receipt(shown, status, (sent_at, discharged_at), self.receipts)
            return self._addressed(written, recipient, account.number)

        return make

    @staticmethod
    def _addressed(message: Message, sender: str, recipient: str) -> Message:
        """Return a message with its addresses."""
        source, source_ton, source_npi = address_of(sender)
        destination, ton, npi = address_of(recipient)
        return replace(
            message,
            source=source,
            source_ton=source_ton,
            source_npi=source_npi,
            destination=destination,
            destination_ton=ton,
            destination_npi=npi,
        )

    async def offer(self, message: Message, account: Account | None = None) -> None:
        """Deliver a finished message, again and again until it is acknowledged."""
        customer = self._customers[(account or self.account).system_id]
        while True:
            if not customer.reachable:
                await self.until(lambda: customer.reachable, 60)
            try:
                await customer.hand_over(message)
            except NoAcknowledgementError, RpError:
                await self.network.clock.sleep(self.network.retry_interval)
            else:
                return
