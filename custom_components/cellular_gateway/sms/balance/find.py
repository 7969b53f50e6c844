"""The credit in an operator's text, by a pattern or by the words around the numbers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
import re
from typing import Final

from .amounts import FoundAmount, find_amounts
from .currencies import NAMES, choose
from .dates import FoundDate, find_dates
from .pattern import search
from .simplify import blanked, simplified

MAX_TEXT: Final = 1000

_CREDIT: Final = re.compile(
    r"\b(?:balances?|bal|credits?|airtime|guthaben|guthabenstand|restguthaben|prepaidguthaben"
    r"|kontostand|konto|kredit|solde|compte|saldo|credito|saldi|conto|tegoed|beltegoed|restbedrag"
    r"|egyenleg\w*|stan|zustatek|bakiye\w*|kontosaldo|pulsa)\b|баланс|остаток|рахунку|رصيد|υπολοιπ"
)
_NOT_CREDIT: Final = re.compile(
    r"\b(?:bonus|promo\w*|costs?|charged?|charges|fee|last|recharged?|top.?up|topped|minimum|price"
    r"|limit|debited|used|spent|kosten|kostet|letzte\w*|aufladung|aufgeladen|abgebucht|verbraucht"
    r"|rechargement|rechargez|recharger|derniere?|cout|coute|ricarica|ricaricat\w*|costo|ultim\w*"
    r"|recarga\w*|gastado|opwaarder\w*|opgewaardeerd|laatste)\b"
)
# Between such a word and a whole number without a currency, so that no item of a menu is taken.
_IS: Final = re.compile(r"[:=]|\b(?:is|ist|betragt|est|es|e|bedraagt|di|jest)\b")
_EXPIRY: Final = re.compile(
    r"(?:\b(?:valid\w*|expir\w*|exp|before|gultig\w*|gueltig\w*|ablauf\w*|verfall\w*|valable\w*"
    r"|echeance|geldig\w*|verval\w*|scad\w*|entro|vigen\w*|caduc\w*|venc\w*|aktif|wazn\w*"
    r"|ervenyes\w*|lejar\w*|gyldig\w*|giltig\w*)\b|صلاحية|действ)[^0-9]{0,40}$"
    r"|\b(?:until|till|bis|jusqu|tot|fino|hasta|ate|do|sd|до)\b[^0-9]{1,6}$"
)
_QUANTITY: Final = re.compile(
    r"\s*(?:%|(?:[kmgt]i?b|[kmgt]o|bytes?|mins?|minut\w*|secs?|second\w*|sekunden|sms|mms|texts?"
    r"|days?|tage?n?|jours?|dagen?|giorni|dias|months?|monate?|mois|mesi|weeks?|hours?|stunden|hrs?"
    r"|h|heures?|ore|horas|uur|units?|points?|punkte|cents?|ct|free|gratis|x)\b)"
)
_RATE: Final = re.compile(r"\s*(?:[/%]|(?:per|pro|par|je|al|por) [a-z])")
_CLAUSE_END: Final = re.compile(r"\s*(?:[.,;!)](?=\s|$)|\n|$)")
# Times, service codes and telephone numbers.
_NO_AMOUNT: Final = re.compile(
    r"(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)|(?<!\d)[*#]{1,2}\d[\d*#]*|\+\d[\d ]{5,}\d"
    r"|(?<![\d.,])\d{10,}"
)
_BEFORE: Final = 60
_AFTER: Final = 25


@dataclass(frozen=True, slots=True)
class Balance:
    """A credit: `amount` in units of `currency` (ISO 4217), usable until the end of `expiry`."""

    amount: Decimal
    currency: str | None = None
    expiry: date | None = None


def find_balance(
    text: str, pattern: str | None = None, *, default_currency: str | None = None
) -> Balance | None:
    """Return the credit that a text tells, None where it tells none.

    `pattern` is for `check_pattern`; without one the amount is told from other numbers by its
    currency and by the words around it. `default_currency` (ISO 4217) is for amounts without a
    currency and for signs that several have, such as "$". The first 1,000 characters are read.
    Raises MessageError (invalid_pattern).
    """
    text = text[:MAX_TEXT]
    if pattern is not None:
        return _by_pattern(text, pattern, default_currency)
    plain = simplified(text)
    plain = blanked(plain, [match.span() for match in _NO_AMOUNT.finditer(plain)])
    dates = find_dates(plain)
    numbers = blanked(plain, [(found.start, found.end) for found in dates])
    best = _likeliest(numbers, find_amounts(numbers, text, default_currency))
    if best is None:
        return None
    return Balance(best.amount, best.currency, _expiry(plain, dates, best))


def _by_pattern(text: str, pattern: str, default_currency: str | None) -> Balance | None:
    """Return the credit in the groups of a pattern."""
    groups = search(pattern, text)
    name = simplified(groups.get("currency", "")).strip().strip(".")
    currency = choose(NAMES.get(name, ()), default_currency)
    amount = groups.get("amount", "")
    amounts = find_amounts(simplified(amount), amount, currency)
    dates = find_dates(simplified(groups.get("expiry", "")))
    if not amounts:
        return None
    found = amounts[0]
    return Balance(found.amount, found.currency, dates[0].day if dates else None)


def _likeliest(text: str, amounts: list[FoundAmount]) -> FoundAmount | None:
    """Return the first of the amounts for which most speaks."""
    best, best_score = None, -1
    ends = [0, *(amount.end for amount in amounts)]
    starts = [*(amount.start for amount in amounts[1:]), len(text)]
    for amount, end, start in zip(amounts, ends, starts, strict=False):
        before = text[max(end, amount.start - _BEFORE) : amount.start]
        score = _score(amount, before, text[amount.end : start])
        if score > best_score:
            best, best_score = amount, score
    return best


def _score(amount: FoundAmount, before: str, after: str) -> int:
    """Return what the words around an amount say for it, below 0 if it cannot be the credit."""
    if _RATE.match(after) or not (amount.is_money or _is_bare_credit(amount, before, after)):
        return -1
    credit, other = _last_end(_CREDIT, before), _last_end(_NOT_CREDIT, before)
    if credit < 0 and other < 0:
        clause = re.split(r"[.,;(\n]", after, maxsplit=1)[0][:_AFTER]
        return bool(_CREDIT.search(clause)) - 2 * bool(_NOT_CREDIT.search(clause))
    if credit < other:
        return -1 if credit < 0 else 0
    return 3 if other < 0 else 2


def _is_bare_credit(amount: FoundAmount, before: str, after: str) -> bool:
    """Tell whether a number without a currency is said to be the credit."""
    end = _last_end(_CREDIT, before)
    link = before[end:].rstrip()
    if end < 0 or _QUANTITY.match(after) or _EXPIRY.search(before):
        return False
    if "\n" in link and not link.endswith(":"):
        return False
    has_cents = amount.amount.as_tuple().exponent != 0
    return has_cents or bool(_IS.search(link) and _CLAUSE_END.match(after))


def _last_end(words: re.Pattern[str], text: str) -> int:
    """Return where the last of some words ends, -1 if there is none."""
    return max((match.end() for match in words.finditer(text)), default=-1)


def _expiry(text: str, dates: list[FoundDate], amount: FoundAmount) -> date | None:
    """Return the first date behind an amount that a text calls an expiry, or the last before it.

    With a quantity of data or messages in between, it is that which expires.
    """
    later = [found for found in dates if found.start >= amount.end]
    earlier = [found for found in reversed(dates) if found.start < amount.start]
    for found in later + earlier:
        between = text[min(found.end, amount.end) : max(found.start, amount.start)]
        is_expiry = _EXPIRY.search(text[max(0, found.start - _BEFORE) : found.start])
        if is_expiry and not any(
            _QUANTITY.match(between, number.end()) for number in re.finditer("[0-9]+", between)
        ):
            return found.day
    return None
