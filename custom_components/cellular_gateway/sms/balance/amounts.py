"""Amounts of money in simplified texts."""

from decimal import Decimal
import re
from typing import Final, NamedTuple

from .currencies import NAMES, THOUSANDTHS, choose, stands_for
from .simplify import either

_LETTERS: Final = either(name for name in NAMES if name[0].isalpha())
_SIGNS: Final = either(name for name in NAMES if not name[0].isalpha())
# A lone dash with blanks around it is punctuation, unless it comes behind a colon. "5,-" has no
# cents. No number is a part of a longer one, of a fraction, a time or a service code.
_AMOUNT: Final = re.compile(
    r"(?P<sign>(?<![\w)])[-+](?=\S)|(?<=:) ?[-+] |\bminus )?"
    rf"(?:(?P<before>(?<!\w)(?:{_LETTERS})|{_SIGNS})\.?\s{{0,2}}:?\s{{0,2}}(?P<inner>[-+])?)?"
    r"(?(before)|(?<![\w*#])(?<!\d[.,:/'+-]))"
    r"(?P<number>(?:\d{1,3}(?P<group>[.,' ])\d{3}(?:(?P=group)\d{3})*|\d{1,2}(?:,\d\d)+,\d{3}"
    r"|\d{1,12})(?!\d)(?:[.,]\d{1,6}(?!\d))?|[.,]\d{1,2}(?!\d))"
    r"(?![*#:/.,]\d)(?:[.,]--?(?!\d))?(?P<behind>-(?!\w))?"
    rf"(?:\s{{0,2}}(?P<after>(?:{_LETTERS})(?!\w)|{_SIGNS})(?P<last>-(?=\s*(?:[.;)\n]|$)))?)?"
)


class FoundAmount(NamedTuple):
    """An amount and its place in a text; `is_money` says that a currency stands beside it."""

    amount: Decimal
    currency: str | None
    is_money: bool
    start: int
    end: int


def find_amounts(text: str, original: str, default_currency: str | None) -> list[FoundAmount]:
    """Return the numbers of a simplified text that may be amounts, in their order."""
    return [_found(match, original, default_currency) for match in _AMOUNT.finditer(text)]


def _found(match: re.Match[str], original: str, default_currency: str | None) -> FoundAmount:
    """Return what a match says."""
    codes: tuple[str, ...] = ()
    for group in ("before", "after"):
        if match[group]:
            codes = stands_for(match[group], original[slice(*match.span(group))]) or codes
    currency = choose(codes, default_currency)
    amount = _decimal(match["number"], has_thousandths=currency in THOUSANDTHS)
    signs = match.group("sign", "inner", "behind", "last")
    if any("-" in sign or "minus" in sign for sign in signs if sign):
        amount = -amount
    return FoundAmount(amount, currency, bool(codes), *match.span())


def _decimal(number: str, *, has_thousandths: bool) -> Decimal:
    """Return a number, whichever of comma and point divides its thousands.

    One of them before three digits does, unless the currency has thousandths or a zero precedes.
    """
    digits = re.sub("[ ']", "", number)
    last = max(digits.rfind("."), digits.rfind(","))
    whole, fraction = re.sub("[.,]", "", digits[: max(last, 0)]), digits[last + 1 :]
    if last < 0 or digits.count(digits[last]) > 1:
        return Decimal(whole + re.sub("[.,]", "", fraction))
    is_unambiguous = digits != number or {".", ","} <= set(digits) or whole in {"", "0"}
    if len(fraction) == 3 and not is_unambiguous and not has_thousandths:
        return Decimal(whole + fraction)
    return Decimal(f"{whole}.{fraction}")
