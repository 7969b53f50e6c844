"""A message as a router lists it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
import re
from typing import Final

from ...identity import digest

# A lost or late part of a long text, as sms_list shows it (observed on a RUT240).
PART_MISSING: Final = "<part_missing>"

# The first short message was sent in 1992.
_FIRST_YEAR: Final = 1992
_DATES: Final = ("%Y-%m-%d %H:%M:%S", "%a %b %d %H:%M:%S %Y")
_LOST_WITHOUT_BASE64: Final = re.compile(r"[^!->@-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterSms:
    """One received text; `date` is written in the router's own time, without a zone.

    `modem` is empty where the router has one modem and does not name it; `index` is None for a
    message that cannot be named, and so neither read again nor deleted. What is not `is_certain`
    may be written by somebody else, in the text of his own.
    """

    modem: str = ""
    index: int | None
    sender: str = field(repr=False)
    text: str = field(repr=False)
    date: str = ""
    is_read: bool | None = None
    is_certain: bool = True

    def received_at(self, zone: tzinfo) -> datetime | None:
        """Read the date in the zone of the router; None when it cannot be read or be true."""
        for form in _DATES:
            try:
                moment = datetime.strptime(self.date, form).replace(tzinfo=zone)
            except ValueError:
                continue
            return moment if moment.year >= _FIRST_YEAR else None
        return None

    @property
    def moment(self) -> float | None:
        """The date in seconds, to be compared with others of the same router."""
        found = self.received_at(UTC)
        return None if found is None else found.timestamp()

    @property
    def identity(self) -> str:
        """Name this message: the same whenever it is listed, until the router prints it otherwise.

        One that comes to the place of a deleted one may have the same.
        """
        return digest(self.modem, str(self.index), self.date, self.sender, self.text)

    @property
    def is_incomplete(self) -> bool:
        """Whether parts of it are missing."""
        return PART_MISSING in self.text

    def is_same(self, other: RouterSms | None) -> bool:
        """Whether it is this very message, read or not."""
        return other is not None and other.identity == self.identity


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a forwarded message and a listed one have in common, without telling it.

    `exact` is their sender and text, blanks aside. Forwarded without base64 a text loses what is
    no ASCII, so that only `loose` is left of it.
    """

    exact: str
    loose: str

    @classmethod
    def of(cls, sender: str, text: str) -> Likeness:
        """Make the likeness of a message."""
        bare = _LOST_WITHOUT_BASE64.sub("", text)
        return cls(digest(sender, " ".join(text.split())), digest(sender, bare))


def plain(text: str) -> str:
    """Return a text in which no half of a character stands alone: nothing could write that down."""
    return text.encode("utf-8", "replace").decode()
