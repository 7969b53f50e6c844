"""Which commands a recording may send: those that change nothing that lasts.

The gateway itself decides what is asked. What of it is not listed here never leaves this machine.
"""

import re
import textwrap
from typing import Final

HARMLESS: Final = {
    "who the modem is": (
        "ATI",
        *("AT+CGMI", "AT+GMI", "AT+CGMM", "AT+GMM", "AT+CGMR", "AT+GMR"),
        *("AT+CGSN", "AT+GSN", "AT+GCAP"),
    ),
    "who its SIM is, and how many tries the PIN has left": (
        *("AT+CIMI", "AT+CNUM", "AT+CRSM=176,12258,0,0,10"),
        *("AT+CCID", "AT+ICCID", "AT+CICCID", "AT+QCCID", "AT+ZGETICCID", "AT#CCID"),
        *('AT+CPINR="SIM PIN"', 'AT+QPINC="SC"', "AT+SPIC", "AT+UPINCNT", "AT#PCT"),
    ),
    "the network": (
        *("AT+CSQ", "AT+CESQ", "AT+CLCC"),
        *("AT+COPS=3,0;+COPS?", "AT+COPS=3,2;+COPS?"),
    ),
    "how it answers, until it restarts": (
        *("AT", "ATE0", "ATV1", "AT+CMEE=1", "AT+CMGF=0", "AT+CSMS=1"),
        *('AT+CSCS="IRA"', 'AT+CSCS="GSM"'),
    ),
    "what it tells by itself, until it restarts": (
        *("AT+CREG=1", "AT+CREG=2", "AT+CEREG=1", "AT+CEREG=2", "AT+CUSD=1", "AT+CLIP=1"),
    ),
}

_LISTED: Final = frozenset(command for group in HARMLESS.values() for command in group)

# Indications only of what the modem has stored (TS 27.005 clause 3.4.1: <mt> 0 and 1, <ds> 0 and
# 2). What it hands over directly is in no storage, so it would be lost with the recording.
_STORED_INDICATIONS: Final = r"AT\+CNMI=[0-3],[01],\d,[02],\d"

# Questions, and the reading of messages from one storage, which counts them as read.
_FORMS: Final = re.compile(
    r"AT[+^*#$%]\w+=?\?|AT\+CMG[LR]=\d{1,5}|AT\+CPMS=\"\w\w\"|" + _STORED_INDICATIONS,
    re.ASCII | re.IGNORECASE,
)


def is_harmless(command: str) -> bool:
    """Whether a command line changes nothing that lasts, and sends, deletes or unlocks nothing."""
    return command in _LISTED or _FORMS.fullmatch(command) is not None


def described() -> str:
    """Tell all that may be sent, for people."""
    groups = [
        f"  {what}:\n"
        + textwrap.fill(", ".join(commands), 90, initial_indent="    ", subsequent_indent="    ")
        for what, commands in HARMLESS.items()
    ]
    return "\n".join(
        (
            "Only these are ever sent:",
            *groups,
            "  messages, which then count as read (none is deleted or acknowledged):",
            '    AT+CPMS="..", AT+CMGL=, AT+CMGR=, AT+CNMI= for what is stored',
            "  questions:\n    any that end with ? or =?",
        )
    )
