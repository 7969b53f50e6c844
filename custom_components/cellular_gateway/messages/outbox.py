"""What goes out: numbers brought into form, each recipient tried, one outcome for each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..gateways.base import Gateway
from ..gateways.errors import GatewayError, MessageError
from ..gateways.models import OutgoingSms, Receipt, SendStatus
from ..sms.errors import MessageErrorReason
from ..sms.numbers import NumberKind, normalize_number, number_kind


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of sending to one number: a receipt, or the error that kept it from starting."""

    number: str
    result: Receipt | GatewayError | MessageError

    @property
    def status(self) -> SendStatus:
        """The receipt's status; an error before the first octet is a failure."""
        return self.result.status if isinstance(self.result, Receipt) else SendStatus.FAILED


class Outbox:
    """Sends texts through one gateway."""

    def __init__(self, gateway: Gateway, country: str | None) -> None:
        """Read national numbers as those of the country (ISO 3166-1 alpha-2)."""
        self._gateway = gateway
        self.country = country

    def number(self, number: str | int) -> str:
        """Bring a number into the form that is sent; `MessageError` when it is none.

        A name may have sent a text, but nothing can be sent to one.
        """
        normalized = normalize_number(number, self.country)
        if number_kind(normalized) is NumberKind.ALPHANUMERIC:
            raise MessageError(MessageErrorReason.INVALID_NUMBER, "a name")
        return normalized

    async def send(self, messages: Sequence[OutgoingSms]) -> list[Outcome]:
        """Try every message in turn, whatever came of the one before."""
        return [Outcome(message.number, await self._try(message)) for message in messages]

    async def _try(self, message: OutgoingSms) -> Receipt | GatewayError | MessageError:
        """Send one message, with the error as the outcome where nothing left."""
        try:
            number = self.number(message.number)
            return await self._gateway.send_sms(replace(message, number=number))
        except (GatewayError, MessageError) as err:
            return err
