"""The errors of the domain, and the problems that a form or a file line is told about.

    DomainError
    ├── RejectedError          a record breaks rules: carries its problems
    ├── InvalidRunError        run.py
    ├── InvalidFolioError      folio.py
    ├── InvalidInstantError    clock.py (also a ValueError)
    ├── InvalidPeriodError     clock.py (also a ValueError)
    └── UnknownKindError       records.py

What a person sees in three parts (what happened, what is safe, what to do next) is written a floor above, in the
services.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that a record breaks.

    Args:
        field: Name of the field on the wire, or of the block (`identity`) when no single field is to blame.
        code: Stable English word that programs branch on (`required`, `unknown_code`, `wrong_type`…).
        message: Spanish sentence for the person; names the field's label, never the value that was typed.
    """

    field: str
    code: str
    message: str


class DomainError(Exception):
    """Any rule of the domain that was broken."""


class RejectedError(DomainError):
    """A record cannot be saved as it is.

    Args:
        problems: What to mend, at least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.field}: {problem.code}" for problem in self.problems))
