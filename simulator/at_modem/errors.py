"""Final results that refuse a command (3GPP TS 27.007 clause 9.2, TS 27.005 clause 3.2.5)."""

from typing import override

CME_TEXTS = {
    3: "operation not allowed",
    4: "operation not supported",
    10: "SIM not inserted",
    11: "SIM PIN required",
    12: "SIM PUK required",
    13: "SIM failure",
    14: "SIM busy",
    16: "incorrect password",
    17: "SIM PIN2 required",
    18: "SIM PUK2 required",
    30: "no network service",
    32: "network not allowed - emergency calls only",
    50: "incorrect parameters",
    100: "unknown",
}
CMS_TEXTS = {
    302: "operation not allowed",
    303: "operation not supported",
    304: "invalid PDU mode parameter",
    305: "invalid text mode parameter",
    310: "SIM not inserted",
    311: "SIM PIN required",
    314: "SIM busy",
    316: "SIM PUK required",
    321: "invalid memory index",
    322: "memory full",
    330: "SMSC address unknown",
    331: "no network service",
    340: "no +CNMA acknowledgement expected",
    500: "unknown error",
}


class AtError(Exception):
    """The command line failed; the answer is ERROR."""

    def render(self, verbosity: int) -> str:
        """Return the final result with a +CMEE setting of 0, 1 or 2."""
        return "ERROR"


class ResultError(AtError):
    """The command ends with another result, such as BUSY (ITU-T V.250 clause 5.7.1)."""

    @override
    def render(self, verbosity: int) -> str:
        """Return the result."""
        return str(self)


class UnknownCommandError(AtError):
    """The modem does not know the command."""


class CmeError(AtError):
    """The command failed in the equipment; the answer is +CME ERROR."""

    def __init__(self, code: int) -> None:
        """Keep the code of TS 27.007 clause 9.2."""
        super().__init__(f"+CME ERROR: {code}")
        self.code = code

    @override
    def render(self, verbosity: int) -> str:
        """Return ERROR, the number, or the words, as +CMEE has it."""
        if verbosity == 0:
            return "ERROR"
        return f"+CME ERROR: {CME_TEXTS.get(self.code, self.code) if verbosity == 2 else self.code}"


class CmsError(AtError):
    """The message service failed; the answer is +CMS ERROR."""

    def __init__(self, code: int) -> None:
        """Keep the code: 1 to 127 an RP cause, 300 and up those of TS 27.005."""
        super().__init__(f"+CMS ERROR: {code}")
        self.code = code

    @override
    def render(self, verbosity: int) -> str:
        """Return the number or the words; +CMEE does not switch +CMS ERROR off."""
        return f"+CMS ERROR: {CMS_TEXTS.get(self.code, self.code) if verbosity == 2 else self.code}"
