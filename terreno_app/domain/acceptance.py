"""What stands on the acceptance sheet of a laptop: whose it is, which program it runs, and how each check came out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Looked:
    """One check.

    Attributes:
        words: What was looked at.
        ok: Nothing to do.
        detail: What was found.
        next: What to do; empty when it is well.
    """

    words: str
    ok: bool
    detail: str
    next: str


@dataclass(frozen=True, slots=True)
class AcceptanceSheet:
    """The sheet that installer and officer sign.

    Attributes:
        label: Of the laptop.
        region: Its region, in words.
        role: Its role, in words.
        people: Names of those who can open it.
        recoverable: Whether the ministry's recovery key opens it too.
        version: Of the program.
        digest: SHA-256 over the installed files, hex.
        checks: As they came out.
        made_at: UTC instant.
    """

    label: str
    region: str
    role: str
    people: tuple[str, ...]
    recoverable: bool
    version: str
    digest: str
    checks: tuple[Looked, ...]
    made_at: str

    @property
    def amiss(self) -> int:
        """How many checks did not come out well."""
        return sum(not check.ok for check in self.checks)
