"""The folder of a laptop after a typed day, taken while a program has it open: nobody can read a word in it."""

import shutil
from pathlib import Path

import pytest

from sync.client.keys import DeviceKeys
from terreno_app import central_serving
from terreno_app.desktop import open_laptop
from terreno_app.machine import Machine
from tests.cli.terminal import CHEAP, PHRASE, Terminal, complaint, enquiry, identity, jsonl

CANARIES = [
    "Zunilda Ñancucheo",
    "Quilodrán-Üribe",
    "CANARIO se queja de la atención en Ñuñoa",
    "CANARIO respuesta reservada",
    "12531909-2",
    "12.531.909-2",
    "+56987654321",
    "canario.nandu@example.cl",
    "Pasaje Canario 4321",
    "CANARIO anulada por error",
    "pensiones",
    "RSH",
]
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1", "utf-7")


@pytest.fixture
def stolen(tmp_path, monkeypatch) -> Path:
    """A copy of everything that a day left in the folder of a field laptop, with its write-ahead log."""
    monkeypatch.setenv("TERRENO_PASSPHRASE", PHRASE)
    terreno, folder = Terminal(Machine(strength=CHEAP)), tmp_path / "equipo"
    database = f"sqlite:///{tmp_path / 'centro.db'}"
    terreno.json("central", "init", "--coordinator", "Ana", "--database", database)
    officer = terreno.json(
        "central", "officer", "add", "Luis", "--region", "13", "--role", "officer", "--database", database
    )["id"]
    codes = [
        terreno.json("central", "code", "--region", "13", "--role", "field", "--database", database)["code"]
        for _ in "ab"
    ]
    person = identity(
        names=CANARIES[0], surnames=CANARIES[1], doc_number=CANARIES[5], phone=CANARIES[6], email=CANARIES[7]
    )
    lines = [
        complaint(space="oirs", topic="pensiones", description=CANARIES[2], answer_given=CANARIES[3]),
        {**person, "address": CANARIES[8]},
        enquiry(space="oirs", programme="RSH"),
        {**person, "doc_number": "12.531.909-3", "id": officer},
        enquiry(space="oirs", topic=CANARIES[2]),
    ]
    with central_serving.serving(database) as url:
        for name, code in zip(("equipo", "otro"), codes, strict=True):
            terreno.json("enrol", "--central", url, "--code", code, "--officer", officer, data=tmp_path / name)
        told = terreno.json("record", jsonl(tmp_path / "dia.jsonl", *lines), data=folder, exit=1)
        void = ("edit", "attention", told["ids"][2], "status=voided", f"void_reason={CANARIES[9]}")
        terreno.json(*void, data=folder)
        terreno.json("sync", data=folder)
        terreno.json("list", "identity", "--identity", data=folder)
        terreno.json("edit", "identity", told["ids"][0], f"phone={CANARIES[6]}", data=folder)
        with monkeypatch.context() as broken:
            broken.setattr("terreno_app.services.status.Status.proven", lambda _: {}[CANARIES[0]])
            terreno.json("status", data=folder, exit=3)
        terreno.json("sync", data=folder)
    laptop = open_laptop(folder, None, lambda: PHRASE)
    try:
        laptop.editing.edit("identity", told["ids"][0], [f"names={CANARIES[0]}"], officer)
        return Path(shutil.copytree(folder, tmp_path / "robado"))
    finally:
        laptop.close()


def readable(data: bytes) -> list[str]:
    return [c for c in CANARIES for e in ENCODINGS if c.encode(e, errors="replace") in data]


def test_a_stolen_folder_yields_no_word_of_the_day(stolen):
    files = {str(f.relative_to(stolen)): f.read_bytes() for f in stolen.rglob("*") if f.is_file()}

    assert {"terreno.db", "terreno.db-wal", "keys.json", "device.key", "logs/terreno.log"} <= files.keys()
    assert {name: found for name, data in files.items() if (found := readable(data))} == {}
    assert [name for name in files if readable(name.encode())] == []


def test_the_check_itself_would_find_a_word():
    assert [len(readable(c.encode(e))) > 0 for c in CANARIES for e in ENCODINGS[:3]] == [True] * 3 * len(CANARIES)


def test_the_device_keys_lie_in_no_file(stolen):
    laptop = open_laptop(stolen, None, lambda: PHRASE)
    try:
        kept = laptop.store.meta("device_keys")
    finally:
        laptop.close()
    keys = DeviceKeys(bytes.fromhex(kept["sign"]), bytes.fromhex(kept["box"]))
    secrets = [kept["sign"].encode(), kept["box"].encode(), bytes.fromhex(kept["sign"]), bytes.fromhex(kept["box"])]

    files = [f.read_bytes() for f in stolen.rglob("*") if f.is_file()]

    assert keys.sign_key
    assert not any(secret in data for secret in secrets for data in files)
