"""Final results: the line that ends the answer to a command (ITU-T V.250, TS 27.005, TS 27.007)."""

from dataclasses import dataclass
from enum import StrEnum
import re

from ...errors import GatewayRefusedError, Reason
from .error_codes import (
    CME_OUTCOME_UNKNOWN,
    CME_REPEATABLE,
    CME_WORDS,
    CMS_OUTCOME_UNKNOWN,
    CMS_REPEATABLE,
    CMS_WORDS,
)


class ResultKind(StrEnum):
    """Which family of final results a line belongs to."""

    OK = "OK"
    ERROR = "ERROR"
    CME = "+CME ERROR"
    CMS = "+CMS ERROR"
    CALL = "call"


_NUMBERED = re.compile(r"(\+CM[ES] ERROR):(?:(\d+)\s*$|\s+(.*)$)")
# MODEM ERROR is Qualcomm's, COMMAND NOT SUPPORT is Huawei's and ZTE's.
_ERROR = re.compile(r"ERROR$|MODEM ERROR: ?\d+$|COMMAND NOT SUPPORT$")
_CALL = frozenset({"NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE"})
_WORDS = {ResultKind.CMS: CMS_WORDS, ResultKind.CME: CME_WORDS}
_REPEATABLE = {ResultKind.CMS: CMS_REPEATABLE, ResultKind.CME: CME_REPEATABLE}
_OUTCOME_UNKNOWN = {ResultKind.CMS: CMS_OUTCOME_UNKNOWN, ResultKind.CME: CME_OUTCOME_UNKNOWN}


def _letters(text: str) -> str:
    """Reduce an error text to what all modems spell alike."""
    letters = re.sub(r"[^a-z0-9]", "", text.lower().replace("(u)sim", "sim"))
    return letters.replace("servicecentre", "smsc").replace("mobileequipment", "me")


_CODES_BY_TEXT = {
    kind: {_letters(word): code for code, word in reversed(words.items())}
    for kind, words in _WORDS.items()
}


@dataclass(frozen=True, slots=True)
class FinalResult:
    """What a modem said at the end of an answer; `code` is None where it gave none."""

    kind: ResultKind
    code: int | None = None
    line: str = ""

    @property
    def ok(self) -> bool:
        """Whether the command was carried out."""
        return self.kind is ResultKind.OK

    @property
    def unknown_command(self) -> bool:
        """Whether it may mean no more than that the modem does not know the command."""
        return self.kind is ResultKind.ERROR or (
            (self.kind is ResultKind.CME and self.code in (None, 3, 4, 50, 58, 100))
            or (self.kind is ResultKind.CMS and self.code in (None, 302, 303))
        )

    @property
    def busy(self) -> bool:
        """Whether the SIM or the modem is not ready yet, and will be without anybody's help."""
        return self.says(cms=(314, 515), cme=(14, 515))

    @property
    def repeatable(self) -> bool:
        """Whether the message that was refused surely was not sent, and may be sent again."""
        return self.code in _REPEATABLE.get(self.kind, ())

    @property
    def outcome_unknown(self) -> bool:
        """Whether the message may have reached the service centre in spite of the error."""
        return self.code in _OUTCOME_UNKNOWN.get(self.kind, ())

    @property
    def meaning(self) -> str:
        """The code in the words of its standard."""
        if self.kind not in _WORDS:
            return "refused without a reason"
        if self.code is None:
            return "an error without a known code"
        if words := _WORDS[self.kind].get(self.code):
            return words
        if self.kind is ResultKind.CMS and self.code < 128:
            return "a cause of the network that TS 24.011 does not name"
        return "a code of the manufacturer"

    def says(self, *, cms: tuple[int, ...] = (), cme: tuple[int, ...] = ()) -> bool:
        """Whether it is one of the codes."""
        return self.code in {ResultKind.CMS: cms, ResultKind.CME: cme}.get(self.kind, ())

    def error(self) -> GatewayRefusedError:
        """Turn a refusal into the error that leaves the gateway."""
        smsc_unknown = self.says(cms=(330,))
        return GatewayRefusedError(
            self.name,
            self.meaning,
            temporary=self.repeatable or self.busy,
            reason=Reason.SMSC_UNKNOWN if smsc_unknown else Reason.REFUSED,
        )

    @property
    def name(self) -> str:
        """The result as the wire has it, with a code in place of a text."""
        if self.kind in _WORDS:
            return str(self.kind) if self.code is None else f"{self.kind}: {self.code}"
        return self.line or str(self.kind)


def parse_final(line: str) -> FinalResult | None:
    """Read a final result, or return None when the line is none.

    A result that only ends calls is told as `ResultKind.CALL`: whether it ends the command in
    flight depends on the command.
    """
    if line == "OK":
        return FinalResult(ResultKind.OK, None, line)
    if match := _NUMBERED.match(line):
        kind = ResultKind(match[1])
        return FinalResult(kind, _code(kind, match[2] or match[3]), line)
    if _ERROR.match(line):
        return FinalResult(ResultKind.ERROR, None, line)
    if line in _CALL:
        return FinalResult(ResultKind.CALL, None, line)
    return None


def _code(kind: ResultKind, text: str) -> int | None:
    """Read a code that is given as a number or, after `+CMEE=2`, in words."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text[:6])
    return _CODES_BY_TEXT[kind].get(_letters(text))
