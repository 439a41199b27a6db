"""A laptop that dies where it is told: the real one over its encrypted folder, opened anew in each life.

A line {name, folder, record, edit, sync, limits, tries, point, number} begins a life. It says each op once it is saved,
each point of the engine, and what each synchronisation came to. With {every_step} both ends of every transaction are
points too, and with {answer} it receives that file instead of synchronising. A line {name, typed} is a command, typed
where the laptops are; it says what came back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sync.client.bundle import Receiver
from sync.client.conversation import Hooks, Patience, Run
from sync.client.engine import Engine, Settings
from sync.client.errors import ClientError
from sync.client.http import Central, Limits, Route
from sync.client.pushing import BatchSizes
from terreno_app.desktop import OpenLaptop, open_laptop
from terreno_app.machine import Machine
from tests.cli.terminal import CHEAP, PHRASE, Terminal
from tests.days.lives import Death, fork_lives, say
from tests.days.town import no_wait

SMALL = Settings(BatchSizes(first=2, most=4), page_limit=5, patience=Patience((0.02, 0.05), 0.05))
"""Many steps in a short run; the centre may be dead, and somebody will call again."""


def live(told: Mapping[str, Any]) -> None:
    """Open, save, synchronise."""
    name = told["name"]
    machine = Machine(strength=CHEAP, wait=no_wait)
    if "typed" in told:
        say(name, answer=asdict(Terminal(machine)(*told["typed"])))
        return
    laptop = open_laptop(Path(told["folder"]), None, lambda: PHRASE, machine=machine)
    author = laptop.person.id
    for record in told.get("record", ()):
        saved = laptop.paper.register_one(record, author).id
        say(name, saved=laptop.store.own_ops(record["kind"], saved)[0].op.id, record=saved)
    for record, *changes in told.get("edit", ()):
        say(name, saved=laptop.editing.edit("attention", record, changes, author), record=record)
    death = Death(told.get("point"), told.get("number", 0))
    limits = Limits(**told.get("limits", {}))
    if told.get("every_step"):
        end_transactions_with(laptop, death)
    if "answer" in told:
        receive(laptop, name, Path(told["answer"]), death)
        told = {"tries": 0}
    for _ in range(told.get("tries", 1)):
        if synchronise(laptop, name, limits, lambda point: (say(name, at=point), death(point))):
            break
    laptop.close()


def end_transactions_with(laptop: OpenLaptop, at: Callable[[str], object]) -> None:
    """Let death come before and after every commit of the laptop's store."""
    connections = laptop.store._connections
    writing = connections.writing

    @contextmanager
    def mortal(**how: bool) -> Iterator[Any]:
        with writing(**how) as connection:
            yield connection
            at("before commit")
        at("after commit")

    connections.writing = mortal  # type: ignore[method-assign]


def receive(laptop: OpenLaptop, name: str, answer: Path, at: Callable[[str], object]) -> None:
    """Take in the centre's answer to a bundle."""
    line = laptop.central
    run = Run(laptop.store, Hooks(at=at))
    with answer.open("rb") as file:
        outcome = Receiver(run, line.keys, line.clock).receive(file)
    say(name, pending=outcome.pending, warnings=[warning.code for warning in outcome.warnings])


def synchronise(laptop: OpenLaptop, name: str, limits: Limits, at: Callable[[str], object]) -> bool:
    """One run of the engine; whether it came to its end."""
    line = laptop.central
    route = Route(laptop.store.identity().central, line.ca)
    with closing(Central(route, line.clock, line.keys, limits=limits)) as central:
        try:
            outcome = Engine(laptop.store, central, line.clock, at=at, settings=SMALL).run()
        except ClientError as error:
            say(name, error=error.code)
            return False
    say(name, pending=outcome.pending, warnings=[warning.code for warning in outcome.warnings])
    return True


if __name__ == "__main__":
    fork_lives(live)
