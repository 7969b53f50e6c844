"""What goes wrong below the seam, said in the user's language."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse

from .. import errors

type Handler = Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]


def translated(handler: Handler) -> Handler:
    """Have an action raise the errors of a gateway as Home Assistant's."""

    @wraps(handler)
    async def translating(call: ServiceCall) -> ServiceResponse:
        with errors.translated():
            return await handler(call)

    return translating
