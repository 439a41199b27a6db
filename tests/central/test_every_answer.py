"""Every answer that there is, given by the real centre over HTTP and met by the real client; none is without a case.

Statuses of ops, reasons of quarantine, problems, warnings and errors: whoever adds one has to bring it about here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.client import pulling, refusals
from sync.client.errors import ClientError, CodeRefusedError, ForgedError, UnreachableError
from sync.core import bundle
from sync.core.merge import Outcome
from sync.core.problems import STATUS, ProblemType
from sync.core.protocol import QUARANTINE_REASONS
from tests.central import answers_of_the_centre, answers_on_a_laptop
from tests.central.answers import Scene

SYNC = Path(__file__).parents[2] / "sync"
CASES = {**answers_of_the_centre.CASES, **answers_on_a_laptop.CASES}


def everything() -> set[str]:
    """Every answer that the code knows."""
    return {
        *(f"status {status}" for status in (*Outcome, "repeated")),
        *(f"reason {reason}" for reason in QUARANTINE_REASONS),
        *(f"problem {problem} {STATUS[problem]}" for problem in ProblemType),
        *(f"warning {code}" for code in _warnings()),
        *(f"bundle {word}" for word in _words_about_bundles()),
        *(f"error {kind.__name__} {code}" for kind in _kinds(ClientError) for code in _codes(kind)),
    }


def _arguments(name: str) -> Iterator[ast.AST]:
    """Everything in the arguments of the calls of a name, wherever `sync` calls it."""
    for file in SYNC.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and name in {getattr(node.func, "attr", ""), getattr(node.func, "id", "")}:
                yield from (part for arg in node.args[:1] for part in ast.walk(arg))


def _warnings() -> Iterator[str]:
    """What is written in a `warn("…")`, and what a table names for it."""
    yield from (part.value for part in _arguments("warn") if isinstance(part, ast.Constant))
    yield from pulling._WAITS.values()


def _words_about_bundles() -> Iterator[str]:
    """The constants that say why a bundle counts for nothing."""
    names = {part.id for part in _arguments("UnreadableBundleError") if isinstance(part, ast.Name)}
    yield from (getattr(bundle, name) for name in names if name.isupper() and not name.startswith("_"))


def _kinds(kind: type[ClientError]) -> Iterator[type[ClientError]]:
    """Every error that is raised by its own name: the first two only hold others together."""
    if kind not in {ClientError, UnreachableError}:
        yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


def _codes(kind: type[ClientError]) -> tuple[str, ...]:
    """The codes of an error; two kinds tell by the code which of several things it was."""
    several = {
        ForgedError: ("bad_receipt", "bad_answer"),
        CodeRefusedError: tuple(of for of, refused in refusals._PLAIN.items() if refused is CodeRefusedError),
    }
    return several.get(kind, (kind.code,))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        yield Scene(tmp_path / "scene", stack)


@pytest.mark.uncounted
@pytest.mark.parametrize("answers", CASES, ids=", ".join)
def test_an_answer_is_given_by_the_centre_and_met_by_the_client(scene: Scene, answers: tuple[str, ...]) -> None:
    found = CASES[answers](scene)

    assert found == set(answers)


def test_no_answer_is_without_a_case(tell: Callable[[str], None]) -> None:
    brought_about = {answer for answers in CASES for answer in answers}

    tell(f"{len(CASES)} cases bring about all of {len(brought_about)} statuses, reasons, problems, warnings and errors")
    assert brought_about == everything()
