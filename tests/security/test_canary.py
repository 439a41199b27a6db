"""A stolen laptop yields nothing: what people said in a day stands readable in no file, no journal and no log."""

import logging
import os

import pytest

from terreno_app.storage.folder import LaptopFolder
from terreno_app.storage.keyslots import Strength
from terreno_app.storage.laptop_store import LaptopStore
from tests.storage.laptop import IDENTITY, SCHEMA, Laptop, a_uuid, an_identity
from tests.storage.tiny_centre import HELD_BACK, TinyCentre, pull_all, push_all

PASSPHRASE = "canario frase de paso"
CANARIES = [f"CANARIO-{n:02}-ñandú-12.531.9{n:02}-K" for n in range(50)]
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def readable(data: bytes) -> list[str]:
    """The canaries that anybody can read in some bytes, whole or in part, in any of the usual encodings."""
    parts = {canary: (canary, canary[:10], canary[-14:]) for canary in [*CANARIES, PASSPHRASE]}
    return [
        canary
        for canary, pieces in parts.items()
        if any(piece.encode(encoding) in data for piece in pieces for encoding in ENCODINGS)
    ]


def a_day(laptop: Laptop, centre: TinyCentre) -> None:
    """Saves, drafts, edits, quarantine, a conflict and two synchronisations, with a canary in every one."""
    canary = iter(CANARIES)
    records = []
    for _ in range(12):
        records.append(laptop.record_of(laptop.save({"topic": next(canary), "description": next(canary)})))
        laptop.save({"names": next(canary)}, kind=IDENTITY, record=records[-1])
    with laptop.store.transaction() as write:
        write.save_draft("form", {"names": next(canary)})
        write.save_draft("other", {"names": next(canary)})
        write.discard_draft("other")
        write.put_meta("seed", next(canary))
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)
    centre.write("attention", records[0], {"topic": next(canary)})
    laptop.save({"topic": next(canary)}, record=records[0])
    laptop.save({"topic": HELD_BACK, "description": next(canary)})
    for rest in canary:
        centre.write("attention", a_uuid(8_000_000 + CANARIES.index(rest)), {"topic": rest})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)


@pytest.fixture
def stolen(tmp_path, monkeypatch, caplog):
    """The folders of a laptop and of its temporary files while a day's connection is still open, and the log."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    caplog.set_level(logging.DEBUG)
    folder = LaptopFolder(tmp_path / "equipo", strength=Strength(64, 1, 1))
    with folder.create("ana", "Ana", PASSPHRASE) as opened, LaptopStore(opened.path, opened.key, SCHEMA) as store:
        with store.transaction() as write:
            write.put_identity(an_identity())
        laptop = Laptop(store)
        a_day(laptop, TinyCentre())
        yield tmp_path, laptop


def every_byte(folder):
    return b"\n".join(
        os.fsencode(path) + b"\n" + (path.read_bytes() if path.is_file() else b"") for path in folder.rglob("*")
    )


def test_no_canary_of_a_full_day_is_readable_in_any_file_or_log(stolen, caplog):
    folder, laptop = stolen

    while_open = every_byte(folder)
    laptop.store.close()

    assert (folder / "equipo" / "terreno.db").stat().st_size > 100_000
    assert readable(while_open) == []
    assert readable(every_byte(folder)) == []
    assert readable(caplog.text.encode()) == []
    assert list((folder / "tmp").iterdir()) == []


def test_the_same_search_finds_every_canary_once_the_key_is_there(stolen):
    _, laptop = stolen
    tables = ("op_bodies", "shown", "meta", "drafts", "conflicts")

    opened = "".join(str(laptop.store._connections.query(f"SELECT * FROM {table}")) for table in tables)  # noqa: S608

    discarded = CANARIES[37]
    assert set(readable(opened.encode())) == {*CANARIES} - {discarded}


def test_the_key_and_the_device_secret_are_in_no_log(stolen, caplog):
    folder, _ = stolen
    secret = (folder / "equipo" / "device.key").read_bytes()

    assert secret.hex() not in caplog.text
    assert PASSPHRASE not in caplog.text
