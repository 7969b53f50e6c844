"""The storages of a modem, as one link shows them."""

from ..errors import GatewayRefusedError
from .client import AtClient, Priority
from .codec.commands import Answer, Command, Shape, setting
from .codec.fields import quote
from .codec.messages import StoredMessage, parse_messages
from .preparation import Delivery, still_indicates

# TS 27.005 clause 3.2.5 and TS 27.007 clause 9.2: there is no message of that index.
_NOTHING_THERE_CMS = (321,)
_NOTHING_THERE_CME = (21, 22)


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

    async def _select(self, storage: str) -> None:
        """Have a storage read from; where to write and to receive is left as it is if it can be.

        Raises GatewayRefusedError.
        """
        if storage in (self._selected, "") or not self.delivery.storages:
            return
        name = quote(storage)
        answer = await self._run(setting(f"AT+CPMS={name}"))
        if not answer.ok and not answer.result.busy:
            answer = await self._run(setting(f"AT+CPMS={name},{name},{name}"))
        if not answer.ok:
            raise answer.result.error()
        self._selected = storage

    async def read(self, storage: str, index: int) -> list[StoredMessage]:
        """Read one message; nothing when there is none any more.

        Raises GatewayRefusedError while the SIM is busy, or for a storage that cannot be read.
        """
        await self._select(storage)
        answer = await self._run(Command(text=f"AT+CMGR={index}", shape=Shape.MESSAGES))
        if answer.result.busy:
            raise answer.result.error()
        return list(parse_messages(answer.lines))

    async def list_unread(self, storage: str) -> list[StoredMessage]:
        """List the received messages that nobody has read yet."""
        return await self._list(storage, 0)

    async def list_all(self, storage: str) -> list[StoredMessage]:
        """List all messages, drafts too."""
        return await self._list(storage, 4)

    async def _list(self, storage: str, status: int) -> list[StoredMessage]:
        """List messages by status (TS 27.005 clause 4.1); none where there is no such list.

        Raises GatewayRefusedError while the SIM is busy.
        """
        try:
            await self._select(storage)
        except GatewayRefusedError as error:
            if error.temporary:
                raise
            return []
        limit = self._client.limits.sim
        answer = await self._run(
            Command(text=f"AT+CMGL={status}", shape=Shape.MESSAGES, limit=limit)
        )
        if answer.result.busy:
            raise answer.result.error()
        return list(parse_messages(answer.lines))

    async def delete(self, storage: str, index: int) -> bool:
        """Delete one message by its index; tell whether it is gone.

        Raises GatewayRefusedError for a storage that cannot be selected.
        """
        await self._select(storage)
        answer = await self._run(setting(f"AT+CMGD={index}").within(self._client.limits.sim))
        return answer.ok or answer.result.says(cms=_NOTHING_THERE_CMS, cme=_NOTHING_THERE_CME)

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
