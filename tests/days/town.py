"""A region with a centre in a process of its own and laptops that are driven by their command line alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.central.operate.check import check
from sync.central.stores import open_store
from terreno_app.machine import Machine
from terreno_app.reconciliation import schema
from tests.cli.terminal import CHEAP, ROOT, Answer, Terminal, jsonl
from tests.days.lives import Life, Lives
from tests.factories import catalogues


def no_wait(_: float) -> None:
    """Nobody waits in a test."""


@dataclass
class CentreProcess:
    """The real centre; it may be killed and started again on the same address."""

    folder: Path
    terreno: Terminal = field(default_factory=lambda: Terminal(Machine(strength=CHEAP, wait=no_wait)))
    url: str = ""
    authority: Path | None = None
    server: str = ""
    process: subprocess.Popen[str] | None = None

    @property
    def database(self) -> str:
        return self.server or f"sqlite:///{self.folder / 'centro.db'}"

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """What a query finds in the centre's database."""
        with closing(open_store(self.database)) as store, store.reading() as tx:
            written = sql.replace("?", "%s") if self.server else sql
            return [tuple(row) for row in tx._execute(written, params).fetchall()]

    def faults(self) -> list[Any]:
        """What a look through the whole centre finds."""
        found: list[Any] = []
        with closing(open_store(self.database)) as store, store.reading() as tx:
            check(tx, schema(catalogues()), found.append, lambda _: lambda _: None)
        return found

    def found(self) -> None:
        self.ask("init", "--coordinator", "Ana Peña")

    def ask(self, *args: object) -> Any:
        return self.terreno.json("central", *args, "--database", self.database)

    def start(self) -> None:
        """Serve; the second time on the address of the first."""
        port = self.url.rpartition(":")[2] or "0"
        command = [sys.executable, "-m", "terreno_app", "central", "serve", "--port", port]
        self.process = subprocess.Popen(
            [*command, "--database", self.database],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def end(self, how: int = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.communicate(timeout=30)


@dataclass(frozen=True)
class DistantTerminal(Terminal):
    """Types where the laptops are: one command, one life."""

    laptops: Lives | None = None

    def __call__(self, *args: object, data: Path | None = None) -> Answer:
        assert self.laptops is not None
        typed = [*map(str, args), *([] if data is None else ["--data", str(data)])]
        life = self.laptops.begin("terminal", typed=typed)
        life.listen()
        return Answer(**life.told("answer")[0])


@dataclass
class MortalCentre(CentreProcess):
    """The real centre, forked anew for each of its lives, which may die at the end of a transaction."""

    host: str = "127.0.0.1"
    port: int = 0
    inside: tuple[str, ...] = ()
    seen: Callable[[str], str] = str
    lives: Lives | None = None
    life: Life | None = None

    def start(self, point: str | None = None, number: int = 0) -> Life:
        """A new life on the address of the first; it dies when it comes to a point for the n-th time."""
        if self.lives is None:
            told = (self.database, self.host, *([self.authority] if self.authority else []))
            self.lives = Lives("tests.days.mortal_centre", *told, inside=self.inside)
        self.life = self.lives.begin("centro", port=self.port, point=point, number=number)
        url = self.life.hear()["url"]
        if not self.url:
            self.url = self.seen(url)
            self.port = int(url.rpartition(":")[2])
        return self.life

    def end(self, how: int = signal.SIGKILL) -> None:
        if self.life is not None and self.life.exit is None:
            os.kill(self.life.pid, how)
            assert self.life.listen()

    def close(self) -> None:
        if self.lives is not None:
            self.lives.close()


@dataclass(frozen=True)
class Equipment:
    """A laptop, as somebody who types sees it."""

    folder: Path
    terreno: Terminal

    def __call__(self, *args: object, exit: int = 0) -> Any:  # noqa: A002
        return self.terreno.json(*args, data=self.folder, exit=exit)

    def record(self, *records: Mapping[str, Any]) -> list[str]:
        ids: list[str] = self("record", jsonl(self.folder / "dia.jsonl", *records))["ids"]
        return ids

    def edit(self, record: str, *changes: str) -> None:
        self("edit", "attention", record, *changes)

    def sync(self) -> Any:
        """One synchronisation that ends, with or without conflicts to decide."""
        answer: Answer = self.terreno("sync", "--json", data=self.folder)
        assert answer.exit in {0, 1}, answer
        return answer.json

    def shown(self, kind: str = "attention") -> dict[str, dict[str, Any]]:
        """What the laptop shows, by record, apart from where each stands on its way."""
        records = self("list", kind)["records"]
        return {r["id"]: {name: value for name, value in r.items() if name != "state"} for r in records}

    def conflicts(self) -> list[dict[str, Any]]:
        answer = self.terreno("conflicts", "list", "--json", data=self.folder)
        conflicts: list[dict[str, Any]] = answer.json["conflicts"]
        assert answer.exit == (1 if conflicts else 0)
        return sorted(conflicts, key=lambda c: str(c["id"]))


@dataclass(frozen=True)
class Town:
    """A region of a centre: two field laptops (or more) and a coordination one, after their morning."""

    centre: CentreProcess
    region: str
    officer: str
    field: tuple[Equipment, ...]
    office: Equipment
    outing: str

    @property
    def everyone(self) -> tuple[Equipment, ...]:
        return (*self.field, self.office)

    def sync(self, order: Iterable[Equipment] | None = None) -> None:
        for equipment in order or self.everyone:
            equipment.sync()

    def same_everywhere(self) -> bool:
        """Whether every laptop shows the same records and conflicts, each folio once, with receipts for all its own."""
        screens = [one.shown() for one in self.everyone]
        conflicts = [[(c["id"], c["kept"], c["other"]) for c in one.conflicts()] for one in self.everyone]
        counts = [one("status", exit=1 if conflicts[0] else 0) for one in self.everyone]
        return (
            all(screen == screens[0] for screen in screens)
            and all(told == conflicts[0] for told in conflicts)
            and len({attention["folio"] for attention in screens[0].values()}) == len(screens[0])
            and all(count["pending"] == 0 and count["received"] == count["total"] for count in counts)
        )

    def settle(self) -> None:
        """Twice around: whatever one has, everybody gets."""
        self.sync()
        self.sync()


def enrolled(centre: CentreProcess, folder: Path, region: str, role: str, officer: str) -> Equipment:
    code = centre.ask("code", "--region", region, "--role", role)["code"]
    equipment = Equipment(folder, centre.terreno)
    ca = () if centre.authority is None else ("--ca", centre.authority)
    equipment("enrol", "--central", centre.url, "--code", code, "--officer", officer, *ca)
    return equipment


def morning(centre: CentreProcess, folder: Path, region: str, comuna: str, today: str, laptops: int = 2) -> Town:
    """Enrol everybody, plan the outing and open it on each field laptop."""
    officer = centre.ask("officer", "add", "Luis Soto", "--region", region, "--role", "officer")["id"]
    field_laptops = tuple(
        enrolled(centre, folder / f"terreno{n}", region, "field", officer) for n in range(1, laptops + 1)
    )
    office = enrolled(centre, folder / "oficina", region, "coordination", officer)
    (outing,) = office.record(
        {
            "kind": "outing",
            "planned_on": today,
            "comuna": comuna,
            "place_name": "Feria libre",
            "sampling": {"method": "bernoulli", "p": "0.5"},
        }
    )
    town = Town(centre, region, officer, field_laptops, office, outing)
    town.sync((office, *field_laptops))
    for laptop in field_laptops:
        laptop("outing", "open", outing)
    town.settle()
    return town
