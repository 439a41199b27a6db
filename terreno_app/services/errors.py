"""What a person is told when something did not go well: what happened, what is safe, what to do next.

The floors below raise their own errors, each with a short ``code``; :func:`explain` finds the Spanish words for it in
:mod:`terreno_app.services.words`. An error without a known code is a bug of ours and says so.

    ServiceError
    └── RejectedDraftError   a person must mend fields before it can be saved
"""

import logging
import traceback
from collections.abc import Sequence

from terreno_app.domain.errors import Problem, RejectedError
from terreno_app.services.three_parts import Words
from terreno_app.services.way_words import NEARER_WORDS
from terreno_app.services.words import BUG, REJECTED_IN_A_TERMINAL, WORDS

logger = logging.getLogger(__name__)


class ServiceError(Exception):
    """An error with words for people.

    Attributes:
        code: Short English name, a contract of the command line.
        happened: What happened.
        safe: What is safe.
        next: What to do next.
        exit: Exit status of the command line: 1 a person must act, 2 wrong use or input, 3 environment.
    """

    def __init__(self, code: str, words: Words | None = None, **details: object) -> None:
        found = words or WORDS.get(code, BUG).about(**details)
        self.code = code
        self.happened, self.safe, self.next = found.happened, found.safe, found.next
        self.exit = found.exit
        super().__init__(self.happened)

    def to_json(self) -> dict[str, str]:
        """The error as every command gives it with ``--json``."""
        return {"code": self.code, "happened": self.happened, "safe": self.safe, "next": self.next}


class RejectedDraftError(ServiceError):
    """Fields that a person must mend.

    Attributes:
        problems: One a field, with its message.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("rejected", what="; ".join(p.message for p in problems))
        self.problems = tuple(problems)


def in_a_terminal(draft: RejectedDraftError) -> ServiceError:
    """The same where no form is open: each problem with its field as a command spells it."""
    what = "; ".join(f"{p.message.removesuffix('.')} (campo {p.field})" for p in draft.problems)
    return ServiceError("rejected", REJECTED_IN_A_TERMINAL.about(what=what))


def explain(error: BaseException) -> ServiceError:
    """The words for any error of the floors below; the bug's own trace goes to the log, never to the screen."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, RejectedError):
        return RejectedDraftError(error.problems)
    code = getattr(error, "code", None)
    if isinstance(code, str) and code in WORDS:
        details = getattr(error, "details", {})
        reason = getattr(getattr(error, "diagnosis", None), "reason", "")
        reason = reason or str(getattr(getattr(error, "problem", None), "type", ""))
        return ServiceError(code, NEARER_WORDS.get((code, reason)), **(details if isinstance(details, dict) else {}))
    if isinstance(error, OSError) and error.errno is not None:
        by_number = {28: "disk_full", 122: "disk_full", 13: "folder_denied", 30: "folder_denied", 2: "file_missing"}
        return ServiceError(by_number.get(error.errno, "file_unreadable"), file=error.filename or "?")
    logger.error("unexpected %s", _trace(error))
    return ServiceError("bug")


def _trace(error: BaseException) -> str:
    """Where a bug happened, without what its message says: that may be somebody's data."""
    name, places = type(error).__qualname__, "".join(traceback.format_tb(error.__traceback__))
    cause = error.__cause__ or error.__context__
    return f"{name}\n{places}" + (f"caused by {_trace(cause)}" if cause else "")
