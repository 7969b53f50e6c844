"""Which PIN may be entered without asking a person; a SIM locks itself after three wrong ones."""

import hashlib
from typing import Final

from .database import Database

# A SIM allows three tries. A PIN that it once accepted may be tried twice without hearing what
# came of it (power was cut at that very moment), any other once: one try is always left.
_ATTEMPTS: Final = {"accepted": 2, "untried": 1, "refused": 0}


class JournalPinGuard:
    """Decides by what the journal knows, and commits each attempt before it is made."""

    def __init__(self, database: Database) -> None:
        """Decide by the table in this file."""
        self._database = database

    async def may_enter(self, sim: str, pin: str) -> bool:
        """Commit an attempt at this PIN, or return False when a person has to consent first."""
        fingerprint = _fingerprint(sim, pin)
        return await self._database.run(lambda: self._may_enter(sim, fingerprint))

    async def entered(self, sim: str, pin: str, *, accepted: bool) -> None:
        """Commit what the SIM said to the PIN."""
        verdict = "accepted" if accepted else "refused"
        await self._database.write(
            "INSERT OR REPLACE INTO pin VALUES (?, ?, ?, 0)",
            [(sim, _fingerprint(sim, pin), verdict)],
        )

    def _may_enter(self, sim: str, fingerprint: str) -> bool:
        """Decide and, where the answer is yes, count the attempt."""
        with self._database.connection as connection:
            row = connection.execute(
                "SELECT verdict, attempts FROM pin WHERE sim = ? AND fingerprint = ?",
                (sim, fingerprint),
            ).fetchone()
            verdict, attempts = row or ("untried", 0)
            if attempts >= _ATTEMPTS[verdict]:
                return False
            connection.execute(
                "INSERT OR REPLACE INTO pin VALUES (?, ?, ?, ?)",
                (sim, fingerprint, verdict, attempts + 1),
            )
        return True


def _fingerprint(sim: str, pin: str) -> str:
    """Tell PINs apart without writing one down a second time."""
    return hashlib.sha256(f"{sim}:{pin}".encode()).hexdigest()
