"""What goes wrong below the seam, said in the user's language."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse

from ..errors import action_error
from ..gateways.errors import GatewayError, MessageError

type Handler = Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]


def translated(handler: Handler) -> Handler:
    """Have an action raise the errors of a gateway as Home Assistant's."""

    @wraps(handler)
    async def translating(call: ServiceCall) -> ServiceResponse:
        try:
            return await handler(call)
        except (GatewayError, MessageError) as err:
            raise action_error(err) from err

    return translating
