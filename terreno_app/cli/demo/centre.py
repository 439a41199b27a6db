"""The centre that a demonstration talks to: a real one in a process of its own, or one that the caller names."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from terreno_app.domain.ids import Ids
from terreno_app.services.errors import ServiceError
from terreno_app.services.words import Words

REGION = "13"
_STOP_TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class Enrolments:
    """A centre, and what enrols the laptops of a day.

    Attributes:
        url: Where it answers.
        codes: One for each field laptop, then the coordination laptop's.
        officers: Ids of the people, in the same order.
    """

    url: str
    codes: tuple[str, ...]
    officers: tuple[str, ...]


def named_centre(url: str, codes: Sequence[str], ids: Ids) -> Enrolments:
    """A centre that already runs elsewhere; its people are not known here, so new ids stand for them."""
    return Enrolments(url, tuple(codes), tuple(ids.new() for _ in codes))


@contextmanager
def own_centre(folder: Path, people: Sequence[str], coordinator: str) -> Iterator[Enrolments]:
    """Create a centre on SQLite, name its people, give the codes, serve it on loopback, and end it afterwards.

    Args:
        folder: Where its database goes.
        people: Names of the officers, one a field laptop.
        coordinator: Name of the regional coordinator.

    Raises:
        ServiceError: ``central_down`` when it does not start.
    """
    database = f"sqlite:///{folder / 'centro.db'}"
    _ask("init", "--coordinator", "Coordinación nacional", "--database", database)
    officers = [
        _ask("officer", "add", name, "--region", REGION, "--role", "officer", "--database", database)["id"]
        for name in people
    ]
    officers.append(
        _ask("officer", "add", coordinator, "--region", REGION, "--role", "coordinator", "--database", database)["id"]
    )
    roles = ["field"] * len(people) + ["coordination"]
    codes = [_ask("code", "--region", REGION, "--role", role, "--database", database)["code"] for role in roles]
    process = subprocess.Popen(  # noqa: S603 - our own program, fixed arguments
        [sys.executable, "-m", "terreno_app", "central", "serve", "--database", database, "--json"],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        first = process.stdout.readline() if process.stdout else b""
        if not first:
            raise ServiceError("central_down")
        yield Enrolments(str(orjson.loads(first)["url"]), tuple(codes), tuple(officers))
    finally:
        process.terminate()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _ask(*command: str) -> dict[str, str]:
    """One `terreno central` command in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own program, fixed arguments
        [sys.executable, "-m", "terreno_app", "central", *command, "--json"],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    told: dict[str, str] = orjson.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    if not done.returncode:
        return told
    if told.keys() >= {"code", "happened", "safe", "next"}:
        words = Words(told["happened"], told["safe"], told["next"], done.returncode)
        raise ServiceError(told["code"], words)
    raise ServiceError("central_down")
