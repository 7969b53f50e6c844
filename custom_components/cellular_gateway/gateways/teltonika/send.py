"""Send a text, once; the router cuts it into parts and tells one outcome for all of them."""

import asyncio

from ..errors import GatewayConnectionError, GatewayRefusedError, GatewayTimeoutError, Reason
from ..models import OutgoingSms, PartReceipt, SendStatus
from .client.http import NotSentError
from .router import Router


async def send_text(
    router: Router, modem: str, message: OutgoingSms, parts: int
) -> tuple[PartReceipt, ...]:
    """Send a text and return a receipt for each part; `parts` is how many it needs.

    Raises what surely kept the text from leaving: NotSentError and GatewayAuthenticationError.
    Cancelled, it has an outcome nevertheless: the router may have the text.
    """
    status, code, meaning = SendStatus.UNKNOWN, None, None
    reason: Reason | None = None
    try:
        await router.send(modem, message)
        status = SendStatus.SENT
    except NotSentError:
        raise
    except GatewayRefusedError as error:
        status, reason, code, meaning = SendStatus.FAILED, error.reason, error.code, error.meaning
    except (GatewayTimeoutError, GatewayConnectionError) as error:
        reason = error.reason
        if reason is Reason.NOT_A_ROUTER:
            status = SendStatus.FAILED
    except asyncio.CancelledError:
        reason = Reason.CLOSED
    return tuple(
        PartReceipt(number=number, status=status, reason=reason, code=code, meaning=meaning)
        for number in range(1, parts + 1)
    )
