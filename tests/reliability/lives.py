"""Lives that a power cut may end: of a laptop's store, a centre, a laptop's folder. Run as a program that is watched.

lives.py laptop|centre|folder FOLDER     plays a life in FOLDER/careful, then in FOLDER/careless; says line by line what
                                         is safe in which of them

The careless one does without what makes it safe, so that a test can show that it would notice.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from terreno_app.storage.backup import put_back, write_backup
from terreno_app.storage.folder import LaptopFolder, OpenFolder
from terreno_app.storage.keyslots import Strength
from terreno_app.storage.laptop_store import LaptopStore
from tests.central.speaking import World
from tests.storage.laptop import SCHEMA, Laptop, an_identity, open_store

CAREFUL, CARELESS = "careful", "careless"
DAYS = 2
"""So often the program ends as it should and starts again, which folds the log into the file and removes it."""
VISITS = 30
PUSHES = 6
FOLD_FROM_PAGES = 60
"""A centre's log is folded at a size that a short life never reaches; this one is folded earlier."""
ANA, BETO = "la frase larga de ana", "la frase larga de beto"
LEAVING, COMING_BACK = "leaving ana", "putting back"
"""Said before it begins: what held until here may or may not hold."""
BACKUP, FOLDER = "respaldo.terreno", "equipo"
_NORMAL = "PRAGMA synchronous = NORMAL"


def safe(folder: Path, line: str) -> None:
    """Say that something in a folder is safe."""
    os.write(sys.stdout.fileno(), f"{folder.name} {line}\n".encode())


def of_a_laptop(folder: Path, *, careless: bool) -> None:
    """People come and are attended; what they say is kept as a draft, saved, and corrected."""
    for day in range(DAYS):
        store = open_store(folder, device=day, durable=True)
        if careless:
            store._connections.of_this_thread().execute(_NORMAL)
        if day == 0:
            with store.transaction() as write:
                write.put_identity(an_identity())
        laptop = Laptop(store, device=1000 + day)
        for visit in range(VISITS):
            with store.transaction() as write:
                write.save_draft("attention", f"{day}/{visit:03}")
            safe(folder, f"draft {day}/{visit:03}")
            op = laptop.save({"topic": f"{day}/{visit}", "description": "gotera" * 50})
            safe(folder, f"op {op}")
            safe(folder, f"op {laptop.save({'topic': f'{day}/{visit} otra vez'}, record=laptop.record_of(op))}")
        store.close()


def of_a_centre(folder: Path, *, careless: bool) -> None:
    """A laptop hands in batch after batch; what it has a receipt for is safe."""
    world = World(folder)
    safe(folder, "founded")
    laptop = world.laptop()
    for _ in range(DAYS):
        writer = world.store._writer
        writer.execute(f"PRAGMA wal_autocheckpoint = {FOLD_FROM_PAGES}")
        if careless:
            writer.execute(_NORMAL)
        for _ in range(PUSHES):
            ops = [laptop.op(fields={"title": "A lamp", "why": "dark" * 200, "status": "open"}) for _ in range(4)]
            said = laptop.op(fields={"title": "A lamp"}, values={"body": "dark"})
            answer = laptop.push(*ops, said, values={said.id: {"body": "dark"}})
            for result in answer.results:
                safe(folder, f"op {result.op} {answer.receipt.signature}")
        world.open_again()
    world.store.close()


def of_a_folder(folder: Path, *, careless: bool) -> None:
    """A laptop is made, an officer comes, another one leaves and with her the key, and a backup is put back."""
    with patch.object(os, "fsync", _forget) if careless else patch.object(os, "fsync", os.fsync):
        closed = LaptopFolder(folder / FOLDER, strength=Strength(64, 1, 1))
        with closed.create("ana", "Ana Díaz", ANA) as opened:
            safe(folder, "ana")
            _attend(folder, opened, 1)
            opened.add_officer("beto", "Beto Soto", BETO)
            safe(folder, "beto")
            write_backup(opened, folder / BACKUP)
            safe(folder, "backup")
            safe(folder, LEAVING)
            opened.remove_officer("ana")
            safe(folder, "without ana")
        with closed.unlock("beto", BETO) as opened:
            safe(folder, "another key")
            _attend(folder, opened, 2)
        safe(folder, COMING_BACK)
        put_back(
            closed, folder / BACKUP, lambda place: place.unlock("beto", BETO), schema=SCHEMA, counters=lambda _: ()
        )
        safe(folder, "put back")


def _forget(_: int) -> None:
    """In the place of a sync: the program believes that it happened."""


def _attend(folder: Path, opened: OpenFolder, number: int) -> None:
    with LaptopStore(opened.path, opened.key, SCHEMA) as store:
        if number == 1:
            with store.transaction() as write:
                write.put_identity(an_identity())
        op = Laptop(store, device=2000 + number).save({"topic": "agua", "description": "gotera"})
        safe(folder, f"op {number} {op}")


LIVES: dict[str, Callable[..., None]] = {"laptop": of_a_laptop, "centre": of_a_centre, "folder": of_a_folder}

if __name__ == "__main__":
    for manner in (CAREFUL, CARELESS):
        folder = Path(sys.argv[2]) / manner
        folder.mkdir()
        LIVES[sys.argv[1]](folder, careless=manner == CARELESS)
