"""Currencies by their codes (ISO 4217), signs and names."""

from typing import Final

# ISO 4217, without funds, metals and test codes.
_CODES: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL "
    "GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF "
    "KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD "
    "SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH "
    "UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
CODES: Final = frozenset(_CODES.split())
THOUSANDTHS: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})

# What a sign or a name stands for: the first unless another is the default; "-" is not to be told.
_SIGNS: Final = {
    "€ euro euros": "EUR",
    "$ dollar dollars": "USD ARS AUD BBD BMD BND BSD BZD CAD CLP COP FJD GYD HKD JMD KYD LRD MXN "
    "NAD NZD SBD SGD SRD TTD TWD UYU XCD",
    "us$": "USD", "a$ au$": "AUD", "c$ ca$": "CAD", "hk$": "HKD", "nt$": "TWD", "nz$": "NZD",
    "r$": "BRL", "s$": "SGD", "mx$": "MXN",
    "£ pound pounds": "GBP EGP FKP GIP LBP SDG SHP SSP SYP",
    "¥": "- CNY JPY", "₹": "INR", "₽ руб руб. р р.": "RUB", "₴ грн": "UAH", "₺ tl": "TRY",
    "₦": "NGN", "₱": "PHP", "₫": "VND", "₩": "KRW", "₪": "ILS", "₡": "CRC", "₲": "PYG",
    "₵": "GHS", "₸": "KZT", "₼": "AZN", "₾": "GEL", "₭": "LAK", "₮": "MNT", "฿ baht": "THB",
    "fr sfr franken franchi": "CHF", "fcfa cfa": "- XAF XOF", "ft forint": "HUF",
    "zł zl złotych zloty": "PLN", "kc": "CZK", "lei leu": "RON MDL", "лв": "BGN",
    "kr kronor kroner": "- DKK ISK NOK SEK", "₨ rs": "- INR LKR MUR NPR PKR SCR", "rm": "MYR",
    "rp": "IDR", "r": "ZAR", "ksh kshs": "KES", "ush": "UGX", "tsh": "TZS", "dh dhs": "- AED MAD",
    "s/": "PEN", "د.ل": "LYD", "ر.س": "SAR", "د.ا": "AED", "ج.م": "EGP", "د.م": "MAD",
    "د.ج": "DZD", "د.ت": "TND",
}  # fmt: skip
NAMES: Final = {
    **{code.lower(): (code,) for code in CODES},
    **{name: tuple(codes.split()) for names, codes in _SIGNS.items() for name in names.split()},
}
# Other codes are taken in capitals only: "all", "top" and "try" are words.
_SMALL: Final = frozenset(
    {"chf", "czk", "dkk", "eur", "gbp", "huf", "nok", "pln", "ron", "rub", "sek", "usd", "zar"}
)


def stands_for(name: str, original: str) -> tuple[str, ...]:
    """Return the codes that a simplified name may mean; none where it is only a word."""
    if name.upper() in CODES and name not in _SMALL and not original.isupper():
        return ()
    return NAMES[name]


def choose(codes: tuple[str, ...], default: str | None) -> str | None:
    """Return the default if it is one of some codes or there are none, else the usual one."""
    if not codes or default in codes:
        return default
    return None if codes[0] == "-" else codes[0]
