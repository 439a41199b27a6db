"""The centre that a demonstration talks to: a real one in a process of its own, or one that the caller names."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from terreno_app.domain.ids import Ids
from terreno_app.services.errors import ServiceError
from terreno_app.services.three_parts import Words

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


class OwnCentre:
    """A centre of this demonstration on SQLite: its database in a folder, a process that serves it on loopback.

    Args:
        folder: Where its database goes.
        people: Names of the officers, one a field laptop.
        coordinator: Name of the regional coordinator.
    """

    def __init__(self, folder: Path, people: Sequence[str], coordinator: str) -> None:
        self._folder = folder
        self._people = people
        self._coordinator = coordinator
        self._file = folder / "centro.db"
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def serving(self) -> Iterator[Enrolments]:
        """Create it, name its people, give the codes, serve it, and end it afterwards.

        Raises:
            ServiceError: ``central_down`` when it does not start.
        """
        database = self._url(self._file)
        _ask("init", "--coordinator", "Coordinación nacional", "--database", database)
        named = [(name, "officer") for name in self._people] + [(self._coordinator, "coordinator")]
        officers = [
            _ask("officer", "add", name, "--region", REGION, "--role", role, "--database", database)["id"]
            for name, role in named
        ]
        roles = ["field"] * len(self._people) + ["coordination"]
        codes = [_ask("code", "--region", REGION, "--role", role, "--database", database)["code"] for role in roles]
        try:
            yield Enrolments(self._start(), tuple(codes), tuple(officers))
        finally:
            self._stop()

    def backup(self, file: Path) -> None:
        """Save it while it serves."""
        _ask("backup", "--out", str(file), "--database", self._url(self._file))

    def lose_and_restore(self, backup: Path) -> None:
        """Its disk dies; what the backup holds is served again under the same address."""
        self._stop()
        for left in self._folder.glob(f"{self._file.name}*"):
            left.unlink()
        _ask("restore", str(backup), "--database", self._url(self._file))
        self._start()

    def rows_that_hold(self) -> int:
        """How many rows it has, once every hash, link, counter, signature and receipt was made again.

        Raises:
            ServiceError: one does not hold.
        """
        told: Mapping[str, Any] = _ask("check", "--database", self._url(self._file))
        return sum(told["rows"].values())

    def _url(self, file: Path) -> str:
        return f"sqlite:///{file}"

    def _start(self) -> str:
        serve = ["serve", "--database", self._url(self._file), "--port", str(self._port), "--json"]
        self._process = subprocess.Popen(  # noqa: S603 - our own program, fixed arguments
            [sys.executable, "-m", "terreno_app", "central", *serve],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        first = self._process.stdout.readline() if self._process.stdout else b""
        if not first:
            raise ServiceError("central_down")
        url = str(orjson.loads(first)["url"])
        self._port = urlsplit(url).port or 0
        return url

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._process = None


def _ask(*command: str) -> dict[str, Any]:
    """One `terreno central` command in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own program, fixed arguments
        [sys.executable, "-m", "terreno_app", "central", *command, "--json"],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    told: dict[str, Any] = orjson.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    if not done.returncode:
        return told
    if told.keys() >= {"code", "happened", "safe", "next"}:
        words = Words(told["happened"], told["safe"], told["next"], done.returncode)
        raise ServiceError(told["code"], words)
    raise ServiceError("central_down")
