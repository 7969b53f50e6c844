"""Show and delete what lies in the storages of a gateway."""

import re
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..gateways.models import StoredSms
from .target import TARGET_FIELDS, async_target
from .translated import translated

ATTR_MESSAGES = "messages"

# A storage (3GPP TS 27.005 clause 3.2.3, nothing where a gateway has just one) and an index in it.
_MESSAGE = re.compile(r"([A-Za-z0-9_]{0,10}):([0-9]{1,5})")


def _place(value: Any) -> tuple[str, int]:
    """Read a message as `list_messages` names it, such as `SM:3`."""
    if not (match := _MESSAGE.fullmatch(cv.string(value).strip())):
        raise vol.Invalid("a message is named by its storage and index, such as SM:3")
    return match[1].upper(), int(match[2])


LIST_MESSAGES_SCHEMA = vol.Schema(TARGET_FIELDS)
DELETE_MESSAGES_SCHEMA = vol.Schema(
    {**TARGET_FIELDS, vol.Required(ATTR_MESSAGES): vol.All(cv.ensure_list, [_place])}
)


@translated
async def list_messages(call: ServiceCall) -> ServiceResponse:
    """Return all that lies in the storages of a port."""
    target = async_target(call)
    return {"messages": [_shown(sms) for sms in await target.gateway.list_messages(target.port)]}


@translated
async def delete_messages(call: ServiceCall) -> ServiceResponse:
    """Delete messages by name; what was received is kept in the journal before it goes."""
    target = async_target(call)
    places = list(dict.fromkeys(call.data[ATTR_MESSAGES]))
    await target.gateway.delete_messages(target.port, places)
    return {"deleted": len(places)}


def _shown(sms: StoredSms) -> dict[str, Any]:
    """Put a stored message into a response; the caller has asked for its text."""
    concatenation = sms.concatenation
    return {
        "message": f"{sms.storage}:{sms.index}",
        "storage": sms.storage,
        "index": sms.index,
        "status": sms.status,
        "kind": sms.kind.value,
        "number": sms.number,
        "text": sms.text,
        "sent_at": sms.sent_at.isoformat() if sms.sent_at else None,
        "part": concatenation.number if concatenation else 1,
        "parts": concatenation.total if concatenation else 1,
    }
