"""The credit in operators' texts: amounts, currencies and dates, and patterns of users."""

from datetime import date
from decimal import Decimal
import re
import time

from hypothesis import example, given, strategies as st
import pytest

from custom_components.cellular_gateway.sms.balance import (
    CARRIERS,
    MAX_PATTERN,
    Balance,
    BalanceMethod,
    Carrier,
    check_pattern,
    find_balance,
)
from custom_components.cellular_gateway.sms.balance.pattern import search
from custom_components.cellular_gateway.sms.errors import MessageError, MessageErrorReason
from custom_components.cellular_gateway.sms.numbers import NumberKind, number_kind
from custom_components.cellular_gateway.sms.ussd import encode_ussd

NEW_YEARS_EVE = date(2026, 12, 31)
GERMAN = (
    r"Guthaben:?\s*(?P<amount>-?[\d.,]+)\s*(?P<currency>EUR|€)"
    r"(?:.*?bis\s*(?P<expiry>\d{1,2}\.\d{1,2}\.\d{4}))?"
)


def balance(amount: str, currency: str | None = None, expiry: date | None = None) -> Balance:
    """Write a balance in short."""
    return Balance(Decimal(amount), currency, expiry)


# Texts of operators, partly as users of other software met them (gammu/gammu, obsy/sms_tool,
# babca/python-gsmmodem, an operator's own example), partly of the same make.
ANSWERS = [
    ("Ihr Guthaben für die Nr.4915783647410 beträgt 5.78 Euro", balance("5.78", "EUR")),
    (
        "Kontostand: 3.00 EUR Bitte wählen Sie: 1 Konto aufladen 2 CallNow Transfer",
        balance("3.00", "EUR"),
    ),
    (
        "Havi keret: 0Ft. Feltöltött egyenleg: 7777Ft,(ebböl vàsàrlàsra: 7777Ft). *111#",
        balance("7777", "HUF"),
    ),
    ("Available Balance: R 96.45 .", balance("96.45", "ZAR")),
    (
        "Bal:$100.00 *\r\nExp 01 Jan 2013\r\n1. Recharge\r\n2. Balance\r\n3. My Offer",
        balance("100.00", "USD", date(2013, 1, 1)),
    ),
    (
        "Unused Credit: $33.59 Expiry date: 25/03/2003 Last Call: 20/10/2001 TXT: 24 left",
        balance("33.59", "USD", date(2003, 3, 25)),
    ),
    ("رصيدك 107.93 د.ل،الصلاحية  2018-11-09", balance("107.93", "LYD", date(2018, 11, 9))),
    ("Баланс:2220,76р", balance("2220.76", "RUB")),
    ("Баланс 15.20 грн, діє до 31.12.2026", balance("15.20", "UAH", NEW_YEARS_EVE)),
    (
        "Sisa pulsa Rp.3000.Aktif sd 26/02/2020.\nKonten.Rp2200/SMS/2Hr slm 180Hr\n1.YA",
        balance("3000", "IDR", date(2020, 2, 26)),
    ),
    ("Guthaben: 1.234,56 EUR, gültig bis 31.12.2026", balance("1234.56", "EUR", NEW_YEARS_EVE)),
    ("Votre crédit est de 1 234,50 € valable jusqu'au 31/12/26",
     balance("1234.50", "EUR", NEW_YEARS_EVE)),
    ("Uw beltegoed is € 5,-. Geldig tot 31 december 2026", balance("5", "EUR", NEW_YEARS_EVE)),
    ("Il tuo credito residuo e' di 10,50 euro. Scade il 31 dicembre 2026",
     balance("10.50", "EUR", NEW_YEARS_EVE)),
    ("Credito residuo 3,45Euro al 21/11/2026 ore 10:30", balance("3.45", "EUR")),
    ("Su saldo es $10.00 y vence el 31 de diciembre de 2026",
     balance("10.00", "USD", NEW_YEARS_EVE)),
    ("Stan konta: 10,00 zł, ważne do 31.12.2026", balance("10.00", "PLN", NEW_YEARS_EVE)),
    ("Bakiyeniz 12,50 TL", balance("12.50", "TRY")),
    ("Valid until 31.12.2026: balance 5 EUR", balance("5", "EUR", NEW_YEARS_EVE)),
    ("Main balance: 0.00 EUR. Bonus balance: 5.00 EUR", balance("0.00", "EUR")),
    ("Aufladung 15.00 EUR. Neues Guthaben: 20.00 EUR", balance("20.00", "EUR")),
    ("You have 5.00 GBP credit. Last call cost 0.09 GBP.", balance("5.00", "GBP")),
    ("Calls cost 0.09 EUR/min. You have 3.20 EUR", balance("3.20", "EUR")),
    ("Balance of +44 7700 900123 at 10:15 is 5.25, dial *105#", balance("5.25")),
    ("YOUR BALANCE IS 5.00. TRY *100#", balance("5.00")),
    ("Balance 5.00 EUR and 3 GB, the data expires 31.12.2026", balance("5.00", "EUR")),
    ("Balance 5.00 EUR on 30.11.2026", balance("5.00", "EUR")),
    ("Balance: 500", balance("500")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ANSWERS)
def test_answer(text: str, expected: Balance) -> None:
    """Amount, currency and expiry are found in an operator's answer, capitals or not."""
    assert find_balance(text) == expected
    assert find_balance(f"  {text}\r\n") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "You have the following balances:\n0 free minutes\n20 MORE Weekend minutes ",
        "On DATA Pack u have 3Gb 817Mb 169kb valid until 21/05/2016   upto time of recharge",
        "Balance: 1.50 GB valid till 2026-12-31",
        "1.Konto 2.Info 3.Exit",
        "1. Konto\n2. Saldo\n3. Info",
        "Balance valid until 31.12.",
        "Last call cost 0.09 EUR.",
        "Your balance was sent by SMS to +32 470 00 01 00",
        "Saldo *100#, Info 12.34.56.78",
        "Service not available. Call 1234.",
    ],
)
def test_no_amount(text: str) -> None:
    """Data, minutes, dates, menus, codes and costs are no credit."""
    assert find_balance(text) is None


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("EUR 5", "5"),
        ("EUR 5,00", "5.00"),
        ("EUR 5,5", "5.5"),
        ("EUR ,50", "0.50"),
        ("EUR 0,500", "0.500"),
        ("EUR 5,-", "5"),
        ("5,-- EUR", "5"),
        ("EUR 1.234", "1234"),
        ("EUR 1,234", "1234"),
        ("EUR 1.234,56", "1234.56"),
        ("EUR 1,234.56", "1234.56"),
        ("EUR 1.234.567", "1234567"),
        ("EUR 12,34,567.89", "1234567.89"),
        ("EUR 1'234.50", "1234.50"),
        ("EUR 1’234.50", "1234.50"),
        ("1 234,56 EUR", "1234.56"),
        ("1\u202f234,56\xa0EUR", "1234.56"),
        ("١٢٫٥٠ EUR", "12.50"),
        ("EUR -5.00", "-5.00"),
        ("EUR-5.00", "-5.00"),
        ("-5.00 EUR", "-5.00"),
        ("-EUR 5.00", "-5.00"),
        ("−5,00 EUR", "-5.00"),
        (": - 5,00 EUR", "-5.00"),
        ("minus 5,00 EUR", "-5.00"),
        ("5,00- EUR", "-5.00"),
        ("5.00 EUR-", "-5.00"),
        ("- 5.00 EUR", "5.00"),
        ("5.00 EUR - valid", "5.00"),
    ],
)
def test_amount(written: str, amount: str) -> None:
    """Numbers are read with their sign, whichever way decimals and thousands are written."""
    assert find_balance(f"Saldo {written}") == balance(amount, "EUR")


@pytest.mark.parametrize("amount", ["1.250", "1,250"])
def test_thousandths(amount: str) -> None:
    """A currency with thousandths has three decimals."""
    assert find_balance(f"Balance {amount} KWD") == balance("1.250", "KWD")


@pytest.mark.parametrize(
    ("written", "default", "currency"),
    [
        *((form, None, "EUR") for form in ("€5", "5€", "5 Euro", "Euro 5", "Eur. 5", "EUR: 5")),
        *((form, "CHF", "GBP") for form in ("£5", "GBP 5", "5 pounds", "5 gbp")),
        *((form, None, "USD") for form in ("$5", "US$5", "5 dollars", "usd 5")),
        *((form, "AUD", "AUD") for form in ("$5", "5 dollars", "A$ 5", "5 AUD")),
        ("$5", "EUR", "USD"),
        ("R$ 5", "AUD", "BRL"),
        ("5 Kč", None, "CZK"),
        ("5 лв", None, "BGN"),
        ("¥5", None, None),
        ("¥5", "JPY", "JPY"),
        ("kr 5", None, None),
        ("5 kr", "NOK", "NOK"),
        ("5 kr", "EUR", None),
        ("Rs. 5", "PKR", "PKR"),
        ("5 TRY", None, "TRY"),
        (": 5.00", None, None),
        (": 5.00", "EUR", "EUR"),
        (": 5.00 all", "EUR", "EUR"),
        (": 5.00 ALL", "EUR", "ALL"),
        (": 5.00 XYZ", "EUR", "EUR"),
    ],
)
def test_currency(written: str, default: str | None, currency: str | None) -> None:
    """Signs, codes and names stand for their currency; the default fills in and decides."""
    found = find_balance(f"Balance {written}", default_currency=default)
    assert found is not None
    assert found == balance(str(found.amount), currency)
    assert found.amount == 5


@pytest.mark.parametrize(
    "written",
    [
        "31.12.2026", "31. 12. 2026", "31/12/2026", "31-12-2026", "31.12.26", "31/12/26",
        "2026-12-31", "2026/12/31", "2026.12.31", "12/31/2026", "٣١/١٢/٢٠٢٦",
        "31 Dec 2026", "31-Dec-26", "31Dec2026", "31 DEC 2026", "31st December 2026",
        "Dec 31, 2026", "December 31st, 2026", "31. Dezember 2026", "31. Dez. 2026",
        "31 décembre 2026", "31 déc. 2026", "31 december 2026", "31 dicembre 2026",
        "31 dic 2026", "31 de diciembre de 2026", "31 de dezembro de 2026", "31.12.2026 23:59",
    ],
)  # fmt: skip
@pytest.mark.parametrize("said", ["valid until", "expires", "gültig bis", "scade il", "exp:"])
def test_expiry(written: str, said: str) -> None:
    """The usual spellings of a date are read, and words before it make it the expiry."""
    assert find_balance(f"Saldo 5.00 EUR, {said} {written}.") == balance(
        "5.00", "EUR", NEW_YEARS_EVE
    )


@pytest.mark.parametrize(
    "names",
    [
        "January Feb March Apr. May June Jul August Sept. October Nov Dec.",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jänner Feb. Mrz Apr. Mai Jun. Jul. Aug. Sep. Okt. Nov. Dez.",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ott. novembre dic.",
        "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre dic.",
    ],
)
def test_months(names: str) -> None:
    """Names of months are known in six languages, short ones too."""
    for month, name in enumerate(names.split(), 1):
        found = find_balance(f"Saldo 5,00 EUR valid until 1 {name} 2027")
        assert found == balance("5.00", "EUR", date(2027, month, 1)), name


@pytest.mark.parametrize("written", ["31.02.2027", "00/00/2027", "45.45.2027", "31 Foo 2027"])
def test_no_date(written: str) -> None:
    """What no calendar has is no expiry, and does not hide the amount."""
    assert find_balance(f"Saldo 5,00 EUR valid until {written}") == balance("5.00", "EUR")


@pytest.mark.parametrize(
    ("text", "pattern", "default", "expected"),
    [
        ("GUTHABEN: -5,20 €\nnutzbar bis 31.12.2026", GERMAN, None,
         balance("-5.20", "EUR", NEW_YEARS_EVE)),
        ("Guthaben 1.234,50 EUR", GERMAN, None, balance("1234.50", "EUR")),
        ("Bonus 9 Guthaben 5 EUR", GERMAN, None, balance("5", "EUR")),
        ("Punkte: 250", r"(?i)punkte: (?P<amount>\d+)", None, balance("250")),
        ("CR 7.5 kr", r"CR (?P<amount>\S+) (?P<currency>kr)", "SEK", balance("7.5", "SEK")),
        ("A 1 B 2 tugrik", r"B (?P<amount>\d) (?P<currency>\w+)", "MNT", balance("2", "MNT")),
        ("5 until soon", r"(?P<amount>\d) until (?P<expiry>.+)", None, balance("5")),
        ("Guthaben: ,,, EUR", GERMAN, None, None),
        ("nothing", GERMAN, None, None),
        ("none or 5", r"(?:none|(?P<amount>\d))", None, None),
    ],
)  # fmt: skip
def test_pattern(text: str, pattern: str, default: str | None, expected: Balance | None) -> None:
    """A user's pattern says where amount, currency and expiry are."""
    assert find_balance(text, pattern, default_currency=default) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        r"\d+",
        r"(?P<sum>\d+)",
        r"(?P<amount>\d+",
        r"(?P<amount>*)",
        r"(?P<amount>\d)(?P=amount)",
        r"(?P<amount>\d)(?= EUR)",
        r"(?<!\d)(?P<amount>\d)",
        r"(?>(?P<amount>\d))",
        r"(?P<amount>\d++)",
        r"(?P<amount>\d{2,3}+)",
        r"(?P<amount>\d)(?(amount)a|b)",
        r"(?P<amount>\d{1,201})",
        r"(?P<amount>(?:(?:a{9}){9}){9})",
        r"(?P<amount>a{99999999999999999999})",
        r"(?P<amount>" + "(?:" * 40 + "a" + ")" * 41,
        r"(?P<amount>\d)" + "x" * MAX_PATTERN,
    ],
)
def test_pattern_is_refused(pattern: str) -> None:
    """What is no pattern, finds no amount or cannot be matched in time is refused with a reason."""
    for refuse in (check_pattern, lambda bad: find_balance("5 EUR", bad)):
        with pytest.raises(MessageError) as error:
            refuse(pattern)
        assert error.value.reason is MessageErrorReason.INVALID_PATTERN


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<amount>\d*\d*\d*\d*\d*)x",
        r"(?P<amount>(?:1+)+)y",
        r"(?P<amount>(?:1|1|1)*)y",
        r"(?P<amount>" + "1?" * 60 + "1" * 60 + ")y",
        r"(?P<amount>" + "1*" * 60 + ")y",
        r".*.*.*.*.*(?P<amount>x)",
    ],
)
def test_pattern_takes_no_time(pattern: str) -> None:
    """Patterns for which Python would need hours are done in no time, on a text cut to size."""
    started = time.process_time()
    assert find_balance("1" * 100_000, pattern) is None
    assert time.process_time() - started < 2


ATOMS = st.sampled_from(
    ["a", "b", "é", ".", "[ab]", "[^a]", r"\d", r"\w", r"\.", r"\b", "^", "$", "[]a]", "{", "1,"]
)
QUANTIFIERS = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{,2}", "{1,}"])


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Make patterns of smaller ones."""
    # A loop around what may be empty has no agreed groups, so only plain characters are repeated.
    repeated = st.tuples(
        st.sampled_from(["a", "b", ".", "[ab1]", r"\d", "(?:ab|a)", "(b|ba)", "(?:a+b|b)"]),
        QUANTIFIERS,
        st.sampled_from(["", "?"]),
    ).map("".join)
    return st.one_of(
        repeated,
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
    )


PATTERNS = st.recursive(ATOMS, larger, max_leaves=6)


@given(PATTERNS, PATTERNS, PATTERNS, st.text("aBbé1.,\n{", max_size=12))
@example("", "ab*c|a|1", "", "abb1")
def test_pattern_finds_what_python_finds(before: str, inner: str, after: str, text: str) -> None:
    """The groups of a match are those of Python's own regular expressions."""
    pattern = f"{before}(?P<amount>{inner})(?:{after}|(?P<currency>b))"
    match = re.search(pattern, text, re.IGNORECASE | re.DOTALL)
    groups = match.groupdict() if match else {}
    expected = {name: value for name, value in groups.items() if value is not None}
    assert search(pattern, text) == expected


@given(st.text(max_size=400), st.text(max_size=40))
def test_any_pattern_is_judged(text: str, pattern: str) -> None:
    """Whatever is typed as a pattern is used, or refused with the one error at once."""
    pattern = f"(?P<amount>{pattern})"
    try:
        check_pattern(pattern)
    except MessageError:
        with pytest.raises(MessageError):
            find_balance(text, pattern)
    else:
        assert search(pattern, text).keys() <= {"amount", "currency", "expiry"}


@given(st.text() | st.text("0123456789 .,-+€$EURkr:/*#\nbalnceuti"))
def test_any_text_is_read(text: str) -> None:
    """Whatever an operator writes does no harm, and no amount is beyond all credit."""
    found = find_balance(text)
    assert found is None or abs(found.amount) < 10**13


@given(
    st.decimals(-(10**6), 10**6, places=2),
    st.sampled_from(["EUR", "USD", "CHF", "KWD"]),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{0:.2f} {1}", "{1} {0:.2f}", "{0:,.2f} {1}", "{1}{0:.2f}"]),
    st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d %b %Y", "%d/%m/%y", "%B %d, %Y"]),
)
def test_what_is_written_is_read(
    amount: Decimal, currency: str, expiry: date, form: str, dates: str
) -> None:
    """An amount with its currency and expiry comes back as it was written."""
    text = f"Balance: {form.format(amount, currency)}, valid until {expiry.strftime(dates)}."
    assert find_balance(text) == Balance(amount, currency, expiry)


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.name)
def test_carrier(carrier: Carrier) -> None:
    """A preset can be used as it is: by its service code, by a text or by a call."""
    kind = NumberKind.SERVICE if carrier.method is BalanceMethod.USSD else NumberKind.SHORT
    assert number_kind(carrier.number) is kind
    assert (carrier.text is not None) is (carrier.method is BalanceMethod.SMS)
    if carrier.method is BalanceMethod.USSD:
        assert encode_ussd(carrier.number).string == carrier.number
    answer = find_balance("Credito: 5,00", carrier.pattern, default_currency=carrier.currency)
    assert answer == balance("5.00", carrier.currency)
    assert carrier.source


def test_presets_of_the_manual() -> None:
    """The three carriers of the thermostat's manual are asked as it says."""
    assert [(one.name, one.method, one.number, one.text) for one in CARRIERS] == [
        ("TIM", BalanceMethod.SMS, "4916", "PRE CRE SIN"),
        ("Vodafone", BalanceMethod.CALL, "404", None),
        ("Wind", BalanceMethod.USSD, "*123#", None),
    ]
