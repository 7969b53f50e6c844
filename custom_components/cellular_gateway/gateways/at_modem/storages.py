"""The storages of a modem, as one link shows them."""

from .client import AtClient, Priority
from .codec.commands import Answer, Command, Shape, query, setting
from .codec.fields import quote
from .codec.messages import StoredMessage, parse_messages
from .codec.results import FinalResult
from .preparation import Delivery, still_indicates

# TS 27.005 clause 3.2.5 and TS 27.007 clause 9.2: there is no message of that index.
_NOTHING_THERE_CMS = (321,)
_NOTHING_THERE_CME = (21, 22)
# The same clauses: what is named is not allowed or not supported.
_NO_SUCH_STORAGE_CMS = (302, 303)
_NO_SUCH_STORAGE_CME = (3, 4)

_LISTS = query("AT+CMGL=?", "+CMGL:", answers=False)


class Storages:
    """Reads, deletes and acknowledges. To be used by one task only: it selects storages.

    All methods raise GatewayTimeoutError and GatewayConnectionError.
    """

    def __init__(self, client: AtClient, delivery: Delivery) -> None:
        """Start with no storage selected."""
        self.delivery = delivery
        self._client = client
        self._selected = ""
        self._acknowledges = delivery.acknowledges

    async def _run(self, command: Command) -> Answer:
        """Send a command, before any that only asks for state."""
        return await self._client.run(command, Priority.MESSAGE)

    async def _select(self, storage: str) -> FinalResult | None:
        """Have a storage read from; return why that is refused, if it is.

        Where to write and to receive is left as it is if it can be.
        """
        if storage in (self._selected, "") or not self.delivery.storages:
            return None
        name = quote(storage)
        answer = await self._run(setting(f"AT+CPMS={name}"))
        if not answer.ok and not answer.result.busy:
            answer = await self._run(setting(f"AT+CPMS={name},{name},{name}"))
        if not answer.ok:
            return answer.result
        self._selected = storage
        return None

    async def _require(self, storage: str) -> None:
        """Have a storage read from; raise GatewayRefusedError when it cannot be."""
        if refusal := await self._select(storage):
            raise refusal.error()

    async def read(self, storage: str, index: int) -> list[StoredMessage]:
        """Read one message; nothing when the modem says that there is none.

        Raises GatewayRefusedError for every other refusal: the message may be there all the same.
        """
        await self._require(storage)
        answer = await self._run(Command(text=f"AT+CMGR={index}", shape=Shape.MESSAGES))
        return _messages(answer)

    async def list_unread(self, storage: str) -> list[StoredMessage] | None:
        """List the received messages that nobody has read yet; None as in `list_all`."""
        return await self._list(storage, 0)

    async def list_all(self, storage: str) -> list[StoredMessage] | None:
        """List all messages, drafts too; None where the modem has no such storage, or no lists.

        Raises GatewayRefusedError when it does not show them for another reason.
        """
        return await self._list(storage, 4)

    async def _list(self, storage: str, status: int) -> list[StoredMessage] | None:
        """List messages by status (TS 27.005 clause 4.1)."""
        if refusal := await self._select(storage):
            if refusal.says(cms=_NO_SUCH_STORAGE_CMS, cme=_NO_SUCH_STORAGE_CME):
                return None
            raise refusal.error()
        limit = self._client.limits.sim
        answer = await self._run(
            Command(text=f"AT+CMGL={status}", shape=Shape.MESSAGES, limit=limit)
        )
        if answer.result.unknown_command:
            known = await self._run(_LISTS)
            if known.result.unknown_command:
                return None
        return _messages(answer)

    async def delete(self, storage: str, index: int) -> bool:
        """Delete one message by its index; tell whether it is gone.

        Raises GatewayRefusedError for a storage that cannot be selected.
        """
        await self._require(storage)
        answer = await self._run(setting(f"AT+CMGD={index}").within(self._client.limits.sim))
        return answer.ok or _is_empty(answer)

    async def acknowledge(self) -> bool:
        """Acknowledge a directly delivered message to the network where that is ours to do.

        False when the modem took it amiss: then it may have ceased to deliver (TS 27.005 3.4.1).
        """
        if not self._acknowledges:
            return True
        answer = await self._run(setting("AT+CNMA"))
        if not answer.ok and answer.result.unknown_command:
            answer = await self._run(setting("AT+CNMA=1"))
        return answer.ok

    async def obey(self, command: Command) -> Answer:
        """Send a command of a person, which may select a storage or worse."""
        try:
            return await self._run(command)
        finally:
            self._selected = ""

    async def pass_by(self) -> None:
        """Do nothing, after all that the modem has to say before it."""
        await self._run(setting("AT"))

    async def are_forgotten(self) -> bool:
        """Whether the modem no longer tells of messages as it was set up to."""
        indication = self.delivery.indication
        return indication is not None and not await still_indicates(self._client, indication)


def _is_empty(answer: Answer) -> bool:
    """Whether a modem says that nothing lies where it looked."""
    return answer.result.says(cms=_NOTHING_THERE_CMS, cme=_NOTHING_THERE_CME)


def _messages(answer: Answer) -> list[StoredMessage]:
    """Read the messages of an answer; raise GatewayRefusedError for a refusal to show them."""
    if not answer.ok and not _is_empty(answer):
        raise answer.result.error()
    return list(parse_messages(answer.lines))
