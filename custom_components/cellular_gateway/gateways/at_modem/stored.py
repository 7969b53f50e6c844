"""What lies in the storages of a modem, shown to and deleted by a person."""

from collections.abc import Iterable

from ...sms.errors import MessageError
from ...sms.tpdu import Deliver, StatusReport, Submit, decode_incoming, decode_outgoing
from ..models import SmsKind, StoredSms, StoredStatus
from .codec.messages import StoredMessage
from .settings import PORT, AtModemSettings
from .storages import Storages

_STATUSES = tuple(StoredStatus)


async def list_stored(storages: Storages, settings: AtModemSettings) -> tuple[StoredSms, ...]:
    """List all storages in order; raise GatewayRefusedError when one does not show what it has."""
    found: list[StoredSms] = []
    for storage in storages.delivery.storages or ("",):
        found += show_messages(storage, await storages.list_all(storage) or (), settings)
    return tuple(found)


def show_messages(
    storage: str, messages: Iterable[StoredMessage], settings: AtModemSettings
) -> list[StoredSms]:
    """Show the messages of a storage; those without an index cannot be named."""
    return [
        _show(storage, message.index, message, settings)
        for message in messages
        if message.index is not None
    ]


def _show(storage: str, index: int, message: StoredMessage, settings: AtModemSettings) -> StoredSms:
    """Show one message; one that cannot be decoded is unreadable."""
    number = ""
    tpdu: Deliver | StatusReport | Submit | None = None
    try:
        decode = decode_incoming if message.received else decode_outgoing
        tpdu = decode(message.pdu, length=message.length)
        address = tpdu.originator if isinstance(tpdu, Deliver) else tpdu.recipient
        number = settings.sender(address.number, address.kind)
    except MessageError:
        pass
    text = None if tpdu is None else tpdu.text
    concatenated = tpdu if isinstance(tpdu, (Deliver, Submit)) else None
    return StoredSms(
        port=PORT,
        storage=storage,
        index=index,
        kind=_kind(tpdu),
        status=_status(message.status),
        number=number,
        text=text or "",
        sent_at=None if tpdu is None or isinstance(tpdu, Submit) else tpdu.sent_at,
        concatenation=concatenated.concatenation if concatenated else None,
    )


def _status(number: int | None) -> StoredStatus | None:
    """Name a status; None for one that is not told, or that the standard does not have."""
    return _STATUSES[number] if number is not None and number < len(_STATUSES) else None


def _kind(tpdu: Deliver | StatusReport | Submit | None) -> SmsKind:
    """Tell what sort of message it is."""
    if tpdu is None:
        return SmsKind.UNREADABLE
    if isinstance(tpdu, StatusReport):
        return SmsKind.STATUS_REPORT
    return SmsKind.BINARY if tpdu.text is None else SmsKind.TEXT
