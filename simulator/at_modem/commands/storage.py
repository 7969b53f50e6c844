"""Stored messages: choose a storage, list, read, delete (3GPP TS 27.005 clauses 3.2.2, 3.4)."""

from typing import TYPE_CHECKING

from ..errors import CmsError
from ..sim import MessageStatus, StorageView, StoredMessage
from ..syntax import Form, Request
from .base import Access, Command

if TYPE_CHECKING:
    from ..modem import AtModem
    from ..terminal import Answer, Terminal

LIST_ALL = 4
_READ = MessageStatus.REC_READ
_SENT = MessageStatus.STO_SENT
_UNSENT = MessageStatus.STO_UNSENT
# <delflag> of +CMGD: which states go (TS 27.005 clause 3.5.4).
_DELETED: dict[int, frozenset[MessageStatus]] = {
    1: frozenset({_READ}),
    2: frozenset({_READ, _SENT}),
    3: frozenset({_READ, _SENT, _UNSENT}),
    4: frozenset(MessageStatus),
}


def preferred(terminal: Terminal, request: Request) -> Answer:
    """+CPMS: the storages for reading, for writing, and for what comes in."""
    modem = terminal.modem
    modem.stop_nagging()
    chosen = modem.settings.storages
    match request.form:
        case Form.TEST:
            lists = (
                ",".join(f'"{name}"' for name in names) for names in modem.profile.storage_lists
            )
            return ["+CPMS: " + ",".join(f"({names})" for names in lists)]
        case Form.READ:
            places = (f'"{name}",{_places(modem, name)}' for name in chosen)
            return ["+CPMS: " + ",".join(places)]
    for at, allowed in enumerate(modem.profile.storage_lists):
        name = request.string(at, chosen[at]).upper()
        if name not in allowed:
            raise CmsError(302)
        chosen[at] = name
    return ["+CPMS: " + ",".join(_places(modem, name) for name in chosen)]


def _places(modem: AtModem, name: str) -> str:
    """Return taken and all places of a storage."""
    view = modem.storage(name)
    return f"{view.used},{view.capacity}"


def _reading(terminal: Terminal) -> StorageView:
    """Return the storage for reading; CmsError 303 in text mode, which is not modelled."""
    settings = terminal.modem.settings
    if settings.text_mode:
        raise CmsError(303)
    return terminal.modem.storage(settings.storages[0])


async def list_messages(terminal: Terminal, request: Request) -> Answer:
    """+CMGL: the messages in a state, which are read from then on."""
    if request.form is Form.TEST:
        return ["+CMGL: (0-4)"]
    modem, view = terminal.modem, _reading(terminal)
    wanted = request.string(0, "0")
    if not wanted.isdecimal() or int(wanted) > LIST_ALL:
        raise CmsError(304)
    found = [
        (index, message)
        for index, message in view.entries()
        if int(wanted) in (LIST_ALL, message.status)
    ]
    if modem.pace:
        seconds = modem.pace * modem.profile.list_time * len(found)
        await modem.network.clock.sleep(seconds)
    keep = modem.profile.lists_unchanged and request.integer(1, 0) == 1
    lines: Answer = []
    for index, message in found:
        lines += [f"+CMGL: {index},{_described(modem, message)}", message.pdu.hex().upper()]
        if not keep:
            _mark_read(message)
    return lines


def read(terminal: Terminal, request: Request) -> Answer:
    """+CMGR: one message, which is read from then on."""
    if request.form is Form.TEST:
        return []
    modem, view = terminal.modem, _reading(terminal)
    index = request.integer(0)
    message = view.find(index)
    if message is None:
        if modem.profile.reads_empty and _in_range(view, index):
            return []
        raise CmsError(321)
    lines = [f"+CMGR: {_described(modem, message)}", message.pdu.hex().upper()]
    if not (modem.profile.lists_unchanged and request.integer(1, 0) == 1):
        _mark_read(message)
    return lines


def delete(terminal: Terminal, request: Request) -> Answer:
    """+CMGD: one message, or all in certain states."""
    modem = terminal.modem
    view = modem.storage(modem.settings.storages[0])
    if request.form is Form.TEST:
        taken = ",".join(str(index) for index, _ in view.entries())
        return [f"+CMGD: ({taken}),(0-4)"]
    index, flag = request.integer(0), request.integer(1, 0)
    if flag > LIST_ALL or (not flag and not _in_range(view, index)):
        raise CmsError(321)
    doomed = {index}
    if flag:
        doomed = {at for at, message in view.entries() if message.status in _DELETED[flag]}
    if view.remove(doomed):
        modem.freed()
    return []


def _in_range(view: StorageView, index: int) -> bool:
    """Tell whether the storage has a place of that number."""
    return view.first <= index < view.first + view.capacity


def _described(modem: AtModem, message: StoredMessage) -> str:
    """Return state, name and length of a stored message."""
    return f"{int(message.status)},{modem.profile.alpha},{message.length}"


def _mark_read(message: StoredMessage) -> None:
    """Note that the host has seen a message."""
    if message.status is MessageStatus.REC_UNREAD:
        message.status = MessageStatus.REC_READ


COMMANDS = {
    "+CPMS": Command(preferred, Access.MESSAGES),
    "+CMGL": Command(list_messages, Access.MESSAGES),
    "+CMGR": Command(read, Access.MESSAGES),
    "+CMGD": Command(delete, Access.MESSAGES),
}
