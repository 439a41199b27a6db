"""Typing `terreno …` in tests: in this process for speed, or in one of its own for truth."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from terreno_app.cli.main import run
from terreno_app.machine import Machine
from terreno_app.storage.keyslots import Strength

ROOT = Path(__file__).parents[2]
PHRASE = "abeja brasa cielo dedo ébano"
CHEAP = Strength(memory_kib=64, passes=1, lanes=1)


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    exit: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Every line of the answer, as a program reads it."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def json(self) -> Any:
        """The last line: the answer itself."""
        return self.lines[-1]


@dataclass(frozen=True)
class Terminal:
    """Types commands into this process, on a machine of its own."""

    machine: Machine = field(default_factory=Machine)

    def __call__(self, *args: object, data: Path | None = None) -> Answer:
        given = [str(arg) for arg in args] + ([] if data is None else ["--data", str(data)])
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            status = run(given, self.machine)
        return Answer(status, out.getvalue(), err.getvalue())

    def json(self, *args: object, data: Path | None = None, exit: int = 0) -> Any:  # noqa: A002
        """The answer of a command that must end with a status."""
        answer = self(*args, "--json", data=data)
        assert answer.exit == exit, answer
        assert answer.err == ""
        return answer.json


def spawn(*args: object, data: Path | None = None, environ: Mapping[str, str] | None = None) -> Answer:
    """Type a command into a shell: a process of its own, as installers and scripts do."""
    given = [str(arg) for arg in args] + ([] if data is None else ["--data", str(data)])
    done = subprocess.run(
        [sys.executable, "-m", "terreno_app", *given],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "TERRENO_PASSPHRASE": PHRASE, **(environ or {})},
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def jsonl(path: Path, *records: Mapping[str, Any] | str) -> Path:
    """A file of records, one a line; text goes in as it is."""
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def enquiry(**fields: Any) -> dict[str, Any]:
    """The shortest attention."""
    return {"kind": "attention", "type": "enquiry", "topic": "vivienda", **fields}


def complaint(**fields: Any) -> dict[str, Any]:
    """A complaint about this very service, to be answered."""
    return enquiry(**{"type": "complaint", "own_service": True, **fields})


def identity(**fields: Any) -> dict[str, Any]:
    """Who wants the answer."""
    return {
        "kind": "identity",
        "doc_type": "run",
        "doc_number": "12.531.909-2",
        "names": "Rosa Elena",
        "surnames": "Ñancupil Soto",
        "email": "rosa@example.cl",
        "preferred_medium": "email",
        **fields,
    }


def outing(**fields: Any) -> dict[str, Any]:
    """A day at a market in La Florida, where every other adult is drawn for the survey."""
    return {
        "kind": "outing",
        "planned_on": "2026-11-21",
        "comuna": "13110",
        "place_name": "Feria Ñuñoa",
        "sampling": {"method": "bernoulli", "p": "0.5"},
        **fields,
    }


Read = Callable[[str], Any]
