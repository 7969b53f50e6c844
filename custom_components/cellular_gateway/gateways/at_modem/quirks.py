"""What differs from maker to maker, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Final

from ...sms.ussd import UssdDialect


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a modem tells how many tries are left for a key: which field of which answer."""

    command: str
    prefix: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """How one maker's modems differ.

    `iccid` are the commands that may tell the ICCID, best first, with the prefix of the answer;
    `gap` is the rest in seconds that a modem needs between an answer and the next command; `ussd`
    are the ways to write a USSD code, best first, of which one that is refused is not the last;
    `puk_counters` are as `counters`; `revival` may start a modem anew that answers nothing;
    `network_time` are commands beside `+CTZU` that have the network set the clock.
    `access_point` are commands beside `+CGDCONT`; `roaming` those that allow (True) and forbid
    (False) it, `sleep_at_once` those that have the module sleep without waiting (True) or not.
    `timers` is the name of a command beside `+CPSMS` that tells seconds when it is read, and
    `sleep_tuning` that of six numbers, of which the fourth is the randomization window.
    """

    iccid: tuple[tuple[str, str], ...]
    counters: tuple[Counter, ...]
    puk_counters: tuple[Counter, ...]
    revival: tuple[str, ...] = ("AT+CFUN=1,1",)
    network_time: tuple[str, ...] = ()
    gap: float = 0.0
    restart: str = "AT+CFUN=1,1"
    ussd: tuple[UssdDialect, ...] = tuple(UssdDialect)
    access_point: tuple[str, ...] = ()
    roaming: Mapping[bool, str] = field(default_factory=dict)
    sleep_at_once: Mapping[bool, str] = field(default_factory=dict)
    timers: str | None = None
    sleep_tuning: str | None = None


_CCID: Final = ("AT+CCID", "+CCID:")
_CARET_ICCID: Final = ("AT^ICCID?", "^ICCID:")
_ICCID: Final = ("AT+ICCID", "+ICCID:")
# TS 27.007 clause 8.65.
_CPINR: Final = Counter('AT+CPINR="SIM PIN"', "+CPINR:", 1)
_PUK_CPINR: Final = Counter('AT+CPINR="SIM PUK"', "+CPINR:", 1)

_USUAL: Final = Quirks(
    iccid=(_CCID, _ICCID, _CARET_ICCID), counters=(_CPINR,), puk_counters=(_PUK_CPINR,)
)

# The first whose expression is found in maker and model, in lower case, counts.
_BY_MAKER: Final[tuple[tuple[str, Quirks], ...]] = (
    # HUAWEI MU509 AT Command Interface Specification: ^CPIN, ^ICCID, ^RESET.
    (
        "huawei|brovi",
        Quirks(
            iccid=(_CARET_ICCID, _ICCID, _CCID),
            counters=(Counter("AT^CPIN?", "^CPIN:", 3), _CPINR),
            puk_counters=(Counter("AT^CPIN?", "^CPIN:", 2), _PUK_CPINR),
            restart="AT^RESET",
            revival=("AT^RESET", "AT+CFUN=1,1"),
            # Dumps of gammu's tests: an E160 takes and gives packed septets in hexadecimal.
            ussd=(UssdDialect.PACKED, UssdDialect.PLAIN, UssdDialect.UCS2),
        ),
    ),
    # SIM7500/SIM7600 AT Command Manual: +CICCID, +SPIC. SIM800 Series AT Command Manual: +CCID.
    (
        "simcom|sim ?[78]",
        Quirks(
            iccid=(("AT+CICCID", "+ICCID:"), _CCID),
            counters=(Counter("AT+SPIC", "+SPIC:", 0), _CPINR),
            puk_counters=(Counter("AT+SPIC", "+SPIC:", 1), _PUK_CPINR),
            network_time=("AT+CLTS=1",),
        ),
    ),
    # Quectel EC2x & EG9x AT Commands Manual: +QCCID, +QPINC, +QICSGP, +QCFG. BG96 PSM Application
    # Note: psm/enter, +QPSMS, +QPSMEXTCFG.
    (
        "quectel",
        Quirks(
            iccid=(("AT+QCCID", "+QCCID:"), _CCID),
            counters=(Counter('AT+QPINC="SC"', "+QPINC:", 1), _CPINR),
            puk_counters=(Counter('AT+QPINC="SC"', "+QPINC:", 2), _PUK_CPINR),
            access_point=("AT+QICSGP=1,{number},{name},{user},{password},{authentication}",),
            roaming={True: 'AT+QCFG="roamservice",2,1', False: 'AT+QCFG="roamservice",1,1'},
            sleep_at_once={True: 'AT+QCFG="psm/enter",1', False: 'AT+QCFG="psm/enter",0'},
            timers="+QPSMS",
            sleep_tuning="+QPSMEXTCFG",
        ),
    ),
    # u-blox SARA-R4 AT Commands Manual: +CCID, +UPINCNT, +UCGDFLT, +UDCONF; 20 ms
    # between answer and command.
    (
        "u-?blox",
        Quirks(
            iccid=(_CCID,),
            counters=(Counter("AT+UPINCNT", "+UPINCNT:", 0), _CPINR),
            puk_counters=(Counter("AT+UPINCNT", "+UPINCNT:", 2), _PUK_CPINR),
            gap=0.02,
            access_point=("AT+UCGDFLT=1,{kind},{name}",),
            roaming={True: "AT+UDCONF=20,2"},
        ),
    ),
    # oFono drivers/atmodem/sim.c names both for ZTE.
    (
        "zte",
        Quirks(
            iccid=(("AT+ZGETICCID", "+ZGETICCID:"), _ICCID, _CCID),
            counters=(Counter("AT+ZPINPUK=?", "+ZPINPUK:", 0), _CPINR),
            puk_counters=(_PUK_CPINR,),
        ),
    ),
    # Telit AT Commands Reference Guide: #CCID, #PCT.
    (
        "telit",
        Quirks(
            iccid=(("AT#CCID", "#CCID:"), _CCID),
            counters=(Counter("AT#PCT", "#PCT:", 0),),
            # It tells the tries of the key that is wanted.
            puk_counters=(Counter("AT#PCT", "#PCT:", 0),),
        ),
    ),
    # Sierra Wireless AirPrime AT Command Interface: +CPINC.
    (
        "sierra",
        Quirks(
            iccid=(_CCID, _ICCID),
            counters=(Counter("AT+CPINC?", "+CPINC:", 0), _CPINR),
            puk_counters=(Counter("AT+CPINC?", "+CPINC:", 2), _PUK_CPINR),
        ),
    ),
)


def quirks_of(manufacturer: str | None, model: str | None) -> Quirks:
    """Find what is special about a modem that calls itself so."""
    name = f"{manufacturer or ''} {model or ''}".lower()
    return next((quirks for words, quirks in _BY_MAKER if re.search(words, name)), _USUAL)


_PREFIX: Final = re.compile(r"[+^*%$#&][A-Za-z][\w ]*:")
_WORDS: Final = frozenset(
    {
        "RING",
        "NO CARRIER",
        "BUSY",
        "NO ANSWER",
        "NO DIALTONE",
        "CONNECT",
        "*ATREADY: 1",
        "ALERTS READY",
        "Call Ready",
        "PB DONE",
        "SMS DONE",
        "SMS Ready",
        "OVER-VOLTAGE WARNNING",
        "OVER-VOLTAGE POWER DOWN",
        "UNDER-VOLTAGE WARNNING",
        "UNDER-VOLTAGE POWER DOWN",
        "VOICE CALL: BEGIN",
        "MISSED_CALL",
        "MO RING",
        "MO CONNECTED",
    }
)
_WORD_STARTS: Final = ("VOICE CALL:", "MISSED_CALL:", "DST:", "OVER-VOLTAGE", "UNDER-VOLTAGE")

# The modem has begun anew, and forgotten what it was told at the start.
_STARTED: Final = frozenset(
    {
        "RDY",
        "START",
        "^SYSSTART",
        "MODEM:STARTUP",
        "NORMAL POWER DOWN",
        "POWERED DOWN",
        "OVER-VOLTAGE POWER DOWN",
        "UNDER-VOLTAGE POWER DOWN",
    }
)
# Said some seconds after a start, by modems that find the speed themselves and so say no RDY.
_READY: Final = frozenset({"Call Ready", "SMS Ready", "SMS DONE", "PB DONE"})
_SIM: Final = (
    "+CPIN:",
    "+QSIMSTAT:",
    "+QUSIM:",
    "+SIM:",
    "+SIMCARD:",
    "+UUSIMSTAT:",
    "+ZUSIMR:",
    "^SIMST:",
    "#QSS:",
)


def looks_unsolicited(line: str) -> bool:
    """Whether a line has the form of an unsolicited result code."""
    return (
        _PREFIX.match(line) is not None
        or line in _WORDS
        or line in _STARTED
        or line.startswith(_WORD_STARTS)
    )


# What is told by itself, and is no answer unless it was asked for by its name.
_PUSHED: Final = re.compile(
    r"\+C(?:5G|E|G)?REG:|\+C(?:USD|LIP|RING|CWA|IEV|TZV|TZE|PIN|GEV|BM|SSU):|\*PSUTTZ:"
    r"|\^(?:RSSI|HCSQ|MODE|SRVST|SIMST|BOOT|CONN|CEND|ORIG|CONF):|\+(?:ZUSIMR|QIND|UUSIMSTAT):"
)


def is_pushed(line: str) -> bool:
    """Whether a line is known to be unsolicited, unless its own command was sent."""
    return (
        _PUSHED.match(line) is not None
        or line in _WORDS
        or line in _STARTED
        or line.startswith(_WORD_STARTS)
    )


def tells_of_start(line: str) -> bool:
    """Whether a line says that the modem has started, or is about to stop."""
    return line in _STARTED


def tells_of_readiness(line: str) -> bool:
    """Whether a line says that the SIM or its messages can be used from now on."""
    return line in _READY


def tells_of_sim(line: str) -> bool:
    """Whether a line says that something happened to the SIM."""
    return line.startswith(_SIM)
