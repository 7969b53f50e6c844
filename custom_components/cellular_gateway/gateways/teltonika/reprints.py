"""A message that a router prints otherwise: in another zone, by another API or modem name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from .codec.messages import Likeness, RouterSms

# In seconds. Zones differ by quarters of an hour, from UTC-12 to UTC+14.
_QUARTER: Final = 900
_WIDEST: Final = 26 * 3600
# How much longer (s) one text is under way than another.
_DELIVERY: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message of the newest list.

    It arrived between `since`, when it was not listed, and `first`, when it was (s, POSIX).
    `moment` is its date in seconds, in whatever zone.
    """

    identity: str
    modem: str
    exact: str
    moment: float | None
    since: float
    first: float

    @classmethod
    def of(cls, message: RouterSms, likeness: Likeness, *, since: float, first: float) -> Self:
        """Note a listed message."""
        return cls(
            identity=message.identity,
            modem=message.modem,
            exact=likeness.exact,
            moment=message.moment,
            since=since,
            first=first,
        )

    def is_reprinted(
        self,
        message: RouterSms,
        likeness: Likeness,
        *,
        before: float,
        now: float,
        modems: Collection[str],
    ) -> bool:
        """Whether a message that was not in the list at `before` is this one, which is gone.

        An equal text may have come meanwhile; then their dates are as far apart as the times at
        which both arrived, and it is taken for another one. So is one in another of the `modems`
        that there are; a name that is none of theirs was one of them before.
        """
        if likeness.exact != self.exact or self.moment is None or message.moment is None:
            return False
        if message.modem != self.modem and message.modem in modems and self.modem in modems:
            return False
        shift = message.moment - self.moment
        if shift % _QUARTER or abs(shift) > _WIDEST:
            return False
        may_have_come = before - self.first - _DELIVERY <= shift <= now - self.since + _DELIVERY
        return shift == 0 or not may_have_come

    def written(self) -> list[Any]:
        """Write it as a list."""
        return [self.identity, self.modem, self.exact, self.moment, self.since, self.first]

    @classmethod
    def read(cls, values: Sequence[Any]) -> Self:
        """Read what `written` made."""
        identity, modem, exact, moment, since, first = values
        return cls(
            identity=str(identity),
            modem=str(modem),
            exact=str(exact),
            moment=None if moment is None else float(moment),
            since=float(since),
            first=float(first),
        )
