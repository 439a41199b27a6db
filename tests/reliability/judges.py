"""What has to be found after a power cut, by what a program had called safe before it; opened as the program opens it.

A judge answers what was lost. That an image cannot be opened, or is not whole, is an error.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from sync.central.operate.check import check
from sync.central.store_sqlite import SqliteStore
from terreno_app.storage.backup import put_back
from terreno_app.storage.connections import DATABASE_NAME
from terreno_app.storage.errors import DamagedDatabaseError
from terreno_app.storage.folder import LaptopFolder
from terreno_app.storage.keyslots import Strength
from terreno_app.storage.laptop_store import LaptopStore
from tests.central.toy import SCHEMA as CENTRE_SCHEMA
from tests.reliability.lives import ANA, BACKUP, BETO, COMING_BACK, FOLDER, LEAVING
from tests.reliability.survivors import lost
from tests.storage.laptop import SCHEMA, open_store

Judge = Callable[[Path, Sequence[str]], list[str]]
_BODIES = "SELECT op, hash, link, wire, salt, private FROM ops JOIN op_bodies USING (place)"
_RECEIPTS = "SELECT receipt FROM receipts"


def _named(told: Sequence[str], what: str) -> list[str]:
    """What of one sort was called safe."""
    return [line.removeprefix(f"{what} ") for line in told if line.startswith(f"{what} ")]


def of_a_laptop(lived: Path) -> Judge:
    """Ops, byte for byte as they were saved, and the draft.

    Args:
        lived: The folder as the program left it.
    """
    with open_store(lived) as store:
        typed = {*store._connections.query(_BODIES)}

    def judge(image: Path, told: Sequence[str]) -> list[str]:
        missing = lost(image, _named(told, "op"))
        drafts = _named(told, "draft")
        with open_store(image) as store:
            assert typed.issuperset(store._connections.query(_BODIES))
            if drafts and str(store.drafts().get("attention", "")) < drafts[-1]:
                missing.append(f"draft {drafts[-1]}")
        return missing

    return judge


def of_a_centre(_: Path) -> Judge:
    """Ops and their receipts; everything else is judged by the centre's own look through itself."""

    def judge(image: Path, told: Sequence[str]) -> list[str]:
        with closing(SqliteStore(image / "centre.db")) as store, store.reading() as tx:
            assert [*tx.damage()] == []
            if "founded" not in told:
                return []
            if tx.is_empty() or tx.epoch() is None:
                return ["founded"]
            assert check(tx, CENTRE_SCHEMA, lambda _: None, lambda _: lambda _: None).faults == 0
            held = {op for (op,) in tx._execute("SELECT id FROM ops")}
            receipts = "".join(text for (text,) in tx._execute(_RECEIPTS))
        answered = [line.split() for line in _named(told, "op")]
        return [op for op, signature in answered if op not in held or signature not in receipts]

    return judge


def of_a_folder(_: Path) -> Judge:
    """Whoever has a key comes in, whoever has none any more does not, and what was saved is there."""

    def judge(image: Path, told: Sequence[str]) -> list[str]:
        missing = _backup(image) if "backup" in told else []
        closed = LaptopFolder(image / FOLDER, strength=Strength(64, 1, 1), wait=lambda _: None)
        if "ana" not in told and not closed.exists():
            # Cut in the middle, it is made again.
            closed.create("ana", "Ana Díaz", ANA).close()
        if "ana" in told and not closed.exists():
            return ["ana"]
        if COMING_BACK in told and "put back" not in told:
            return missing + _after_putting_back(closed, image, told)
        missing += [] if COMING_BACK in told else _keys(closed, told)
        ops = _named(told, "op 1") + ([] if COMING_BACK in told else _named(told, "op 2"))
        return missing + _unheld(closed, None, BETO if "beto" in told else ANA, ops)

    return judge


def _keys(closed: LaptopFolder, told: Sequence[str]) -> list[str]:
    missing = []
    if LEAVING not in told:
        closed.unlock("ana", ANA).close()
    elif "without ana" in told and closed.officers()[0].officer == "ana":
        missing.append("without ana")
    if "beto" in told:
        missing += [] if any(slot.officer == "beto" for slot in closed.officers()) else ["beto"]
    return missing


def _unheld(closed: LaptopFolder, officer: str | None, passphrase: str, ops: Sequence[str]) -> list[str]:
    with closed.unlock(officer, passphrase) as opened, LaptopStore(opened.path, opened.key, SCHEMA) as store:
        assert store.faults() == ()
        return [op for op in ops if (own := store.op(op)) is None or own.values != {"description": "gotera"}]


def _after_putting_back(closed: LaptopFolder, image: Path, told: Sequence[str]) -> list[str]:
    """Cut in the middle it is done again; what lay there before is then kept beside it, with the keys that open it."""
    with suppress(DamagedDatabaseError):
        _unheld(closed, "beto", BETO, ())
    put_back(closed, image / BACKUP, lambda place: place.unlock("beto", BETO), schema=SCHEMA, counters=lambda _: ())
    missing = _unheld(closed, "beto", BETO, _named(told, "op 1"))
    second = _named(told, "op 2")
    return missing if any(not one for one in _kept(closed, image, second)) else missing + second


def _kept(closed: LaptopFolder, image: Path, ops: Sequence[str]) -> Iterator[list[str]]:
    """For each database that was kept, which of these ops it does not hold."""
    for database in closed.path.glob("antes-de-restaurar-*.db"):
        beside = image / database.stem
        beside.mkdir()
        shutil.copyfile(database, beside / DATABASE_NAME)
        shutil.copyfile(database.with_suffix(".json"), beside / "keys.json")
        shutil.copyfile(closed.path / "device.key", beside / "device.key")
        yield _unheld(closed.beside(beside), "beto", BETO, ops)


def _backup(image: Path) -> list[str]:
    if not (image / BACKUP).exists():
        return ["backup"]
    try:
        with zipfile.ZipFile(image / BACKUP) as packed:
            whole = packed.testzip() is None and sorted(packed.namelist()) == ["keys.json", DATABASE_NAME]
    except zipfile.BadZipFile:
        whole = False
    return [] if whole else ["half a backup"]


JUDGES: dict[str, Callable[[Path], Judge]] = {"laptop": of_a_laptop, "centre": of_a_centre, "folder": of_a_folder}
