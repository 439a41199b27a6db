"""From a forgotten passphrase to reading the data again: two of three custodians, and nobody else."""

import shutil
from itertools import combinations
from uuid import UUID

import pytest

from terreno_app import central_serving
from tests.cli.terminal import PHRASE, enquiry, jsonl
from tests.sync.certificates import a_certificate

NEW_PHRASE = "zorro yema ventana uva trigo"
NAMES = ("carla", "diego", "elisa")


@pytest.fixture
def phrase(tmp_path):
    """Writes a passphrase into a file."""

    def write(name, text):
        file = tmp_path / f"{name}.frase"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def custodian(terreno, tmp_path, phrase):
    """Makes the key of a custodian; gives the file."""

    def make(name):
        file = tmp_path / f"{name}.json"
        terreno.json(
            "recovery", "custodian", "--out", file, "--passphrase-file", phrase(name, f"la custodia de {name}")
        )
        return file

    return make


@pytest.fixture
def ministry(terreno, custodian, tmp_path):
    """The recovery key of three custodians; gives its folder."""
    publics = [("--custodian", custodian(name).with_suffix(".pub")) for name in NAMES]
    folder = tmp_path / "llave"
    folder.mkdir()
    terreno.json("recovery", "keygen", *[part for one in publics for part in one], "--out", folder)
    return folder


@pytest.fixture
def forgotten(terreno, ministry, clock, tmp_path):
    """A laptop that holds an attention and whose passphrase nobody knows any more, with its officer and a backup."""
    database, laptop = f"sqlite:///{tmp_path / 'recuperable.db'}", tmp_path / "olvidado"
    init = ("central", "init", "--coordinator", "Ana", "--recovery-key", ministry / "recuperacion.pub")
    officer = terreno.json(*init, "--database", database)["coordinator"]
    code = terreno.json("central", "code", "--region", "13", "--role", "field", "--database", database)["code"]
    with central_serving.serving(database, clock=clock) as url:
        terreno.json("enrol", "--central", url, "--code", code, "--officer", officer, data=laptop)
        terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)
        backup = tmp_path / "respaldo.terreno"
        terreno.json("backup", "--out", backup, data=laptop)
        yield laptop, officer, backup


@pytest.fixture
def unprepared(terreno, clock, tmp_path):
    """A laptop of a centre that had no recovery key when it was enrolled; with its officer and the database."""
    database, laptop = f"sqlite:///{tmp_path / 'sin-llave.db'}", tmp_path / "antiguo"
    officer = terreno.json("central", "init", "--coordinator", "Ana", "--database", database)["coordinator"]
    code = terreno.json("central", "code", "--region", "13", "--role", "field", "--database", database)["code"]
    with central_serving.serving(database, clock=clock) as url:
        terreno.json("enrol", "--central", url, "--code", code, "--officer", officer, data=laptop)
        yield laptop, officer, database


@pytest.fixture
def open_by(terreno, ministry, tmp_path, phrase):
    """Opens a laptop by two custodians."""

    def ask(pair, officer, *more, data, status=0, key=None, wrong=None):
        given = []
        for name in pair:
            file = wrong or tmp_path / f"{name}.frase"
            given += ["--custodian", tmp_path / f"{name}.json", "--custodian-passphrase-file", file]
        opened = ("recovery", "open", "--key", key or ministry / "recuperacion.json", *given, "--officer", officer)
        new = ("--new-passphrase-file", phrase("nueva", NEW_PHRASE))
        return terreno.json(*opened, *new, *more, data=data, exit=status)

    return ask


@pytest.mark.parametrize("pair", list(combinations(NAMES, 2)), ids="-".join)
def test_any_two_custodians_open_the_laptop_and_the_data_is_read_with_the_new_phrase(
    terreno, forgotten, open_by, monkeypatch, pair
):
    laptop, officer, _ = forgotten
    told = open_by(reversed(pair), officer, data=laptop)
    old = terreno.json("list", "attention", data=laptop, exit=2)

    monkeypatch.setenv("TERRENO_PASSPHRASE", NEW_PHRASE)

    assert (told, old["code"]) == ({"officer": officer}, "wrong_passphrase")
    assert [one["topic"] for one in terreno.json("list", "attention", data=laptop)["records"]] == ["vivienda"]
    assert terreno.json("sync", data=laptop)["receipts"] == 1


def test_one_custodian_a_stranger_a_wrong_phrase_or_another_key_open_nothing(
    terreno, forgotten, open_by, custodian, phrase, tmp_path
):
    laptop, officer, _ = forgotten
    for name in ("franco", "gina", "hugo"):
        custodian(name)
    other = tmp_path / "otra"
    other.mkdir()
    publics = [part for name in ("carla", "diego", "franco") for part in ("--custodian", tmp_path / f"{name}.pub")]
    terreno.json("recovery", "keygen", *publics, "--out", other)

    twice = open_by(("carla", "carla"), officer, data=laptop, status=2)
    stranger = open_by(("carla", "franco"), officer, data=laptop, status=2)
    wrong = open_by(("carla", "diego"), officer, data=laptop, status=2, wrong=phrase("otra", "otra frase muy larga"))
    foreign = open_by(("carla", "diego"), officer, data=laptop, status=2, key=other / "recuperacion.json")
    three = open_by(NAMES, officer, data=laptop, status=2)

    refused = [told["code"] for told in (twice, stranger, wrong, foreign, three)]
    assert refused == ["wrong_pair", "wrong_pair", "wrong_custodian", "wrong_recovery", "usage"]
    assert len(terreno.json("list", "attention", data=laptop)["records"]) == 1


def test_a_backup_comes_back_on_another_machine_where_only_the_officer_has_a_key(
    terreno, forgotten, open_by, monkeypatch, tmp_path
):
    laptop, officer, backup = forgotten
    authority = a_certificate(tmp_path)
    shutil.rmtree(laptop)
    new = tmp_path / "nuevo" / "terreno"

    open_by(("diego", "elisa"), officer, "--backup", backup, "--ca", authority, data=new)
    again = open_by(("diego", "elisa"), officer, "--backup", backup, data=new, status=2)
    monkeypatch.setenv("TERRENO_PASSPHRASE", NEW_PHRASE)
    (new / "centro.pem").unlink()
    terreno.json("record", jsonl(tmp_path / "otro.jsonl", enquiry(space="oirs")), data=new)

    folios = sorted(one["folio"][:15] for one in terreno.json("list", "attention", data=new)["records"])
    assert again["code"] == "already_a_laptop"
    assert folios == ["T01-2026-000001", "T01-2026-001002"]
    assert terreno.json("sync", data=new)["pending"] == 0


def test_a_recovery_that_fails_leaves_no_folder_behind(forgotten, open_by, tmp_path):
    _, officer, backup = forgotten
    backup.write_bytes(backup.read_bytes()[:-200])

    told = open_by(("carla", "elisa"), officer, "--backup", backup, data=tmp_path / "nuevo", status=2)

    assert told["code"] == "unreadable_backup"
    assert not (tmp_path / "nuevo").exists()


def test_a_laptop_of_a_centre_without_a_recovery_key_says_so(laptop, open_by, terreno):
    officer = terreno.json("officer", "list", data=laptop)["officers"][0]["id"]

    assert open_by(("carla", "diego"), officer, data=laptop, status=2)["code"] == "no_recovery"


def test_no_file_of_a_key_is_replaced_and_what_is_no_key_is_told(terreno, ministry, custodian, tmp_path):
    odd = tmp_path / "rara.pub"
    odd.write_text("ab" * 31, encoding="ascii")
    good = [part for name in NAMES[:2] for part in ("--custodian", tmp_path / f"{name}.pub")]
    elsewhere = tmp_path / "vacia"
    elsewhere.mkdir()

    again = terreno.json("recovery", "custodian", "--out", tmp_path / "carla.json", exit=2)
    taken = terreno.json("recovery", "keygen", *good, "--custodian", odd, "--out", ministry, exit=2)
    unread = terreno.json("recovery", "keygen", *good, "--custodian", odd, "--out", elsewhere, exit=2)
    two = terreno.json("recovery", "keygen", *good, "--out", elsewhere, exit=2)

    assert [one["code"] for one in (again, taken, unread, two)] == [
        "file_taken",
        "file_taken",
        "unreadable_key",
        "wrong_pair",
    ]
    assert list(elsewhere.iterdir()) == []


def test_without_files_two_people_type_their_phrases_each_after_their_own_name(
    terreno, forgotten, ministry, tmp_path, phrase, monkeypatch
):
    laptop, officer, _ = forgotten
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or f"la custodia de {prompt[27:32]}")
    pair = ("--custodian", tmp_path / "diego.json", "--custodian", tmp_path / "elisa.json")
    opened = ("recovery", "open", "--key", ministry / "recuperacion.json", *pair, "--officer", officer)

    answer = terreno(*opened, "--new-passphrase-file", phrase("nueva", NEW_PHRASE), data=laptop)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    alone = terreno.json(*opened, data=laptop, exit=2)

    assert answer.exit == 0, answer.err
    assert asked == [f"Frase de paso de custodia ({name}.json): " for name in ("diego", "elisa")]
    assert "frase nueva" in answer.out
    assert alone["code"] == "no_passphrase"
    assert PHRASE != NEW_PHRASE


@pytest.mark.parametrize("pair", [("diego", "diego"), ("diego", "franco")], ids=["one twice", "a stranger"])
def test_who_cannot_open_it_together_is_told_so_before_anybody_types(
    terreno, ministry, custodian, tmp_path, monkeypatch, pair
):
    custodian("franco")
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or f"la custodia de {prompt[27:32]}")
    held = [part for name in pair for part in ("--custodian", tmp_path / f"{name}.json")]
    command = ("recovery", "open", "--key", ministry / "recuperacion.json", *held, "--officer", str(UUID(int=7)))

    told = terreno.json(*command, data=tmp_path / "equipo", exit=2)

    assert (told["code"], asked) == ("wrong_pair", [])


def test_a_laptop_enrolled_before_there_was_a_key_can_be_recovered_once_it_synchronised_and_was_opened(
    terreno, unprepared, ministry, open_by, monkeypatch
):
    laptop, officer, database = unprepared
    before = open_by(("carla", "elisa"), officer, data=laptop, status=2)

    terreno.json("central", "key", "recovery", ministry / "recuperacion.pub", "--database", database)
    warnings = terreno.json("sync", data=laptop)["warnings"]
    terreno.json("status", data=laptop)
    after = open_by(("carla", "elisa"), officer, data=laptop)
    monkeypatch.setenv("TERRENO_PASSPHRASE", NEW_PHRASE)

    assert (before["code"], warnings, after) == ("no_recovery", [], {"officer": officer})
    assert terreno.json("status", data=laptop)["total"] == 0
    assert terreno.json("central", "check", "--database", database)["faults"] == []


def test_another_recovery_key_takes_the_place_of_one_that_was_lost(
    terreno, forgotten, custodian, open_by, ministry, tmp_path
):
    laptop, officer, _ = forgotten
    other = tmp_path / "otra"
    other.mkdir()
    custodian("franco")
    publics = [part for name in ("carla", "diego", "franco") for part in ("--custodian", tmp_path / f"{name}.pub")]
    terreno.json("recovery", "keygen", *publics, "--out", other)
    database = f"sqlite:///{tmp_path / 'recuperable.db'}"

    terreno.json("central", "key", "recovery", other / "recuperacion.pub", "--database", database)
    terreno.json("sync", data=laptop)
    terreno.json("status", data=laptop)
    former = open_by(("carla", "diego"), officer, data=laptop, status=2)
    now = open_by(("carla", "franco"), officer, data=laptop, key=other / "recuperacion.json")

    assert (former["code"], now) == ("wrong_recovery", {"officer": officer})


def test_a_laptop_that_lives_of_the_stick_gets_the_key_with_an_answer(terreno, unprepared, ministry, open_by, tmp_path):
    laptop, officer, database = unprepared
    there, back = tmp_path / "ida.terreno", tmp_path / "vuelta.terreno"
    terreno.json("central", "key", "recovery", ministry / "recuperacion.pub", "--database", database)

    terreno.json("bundle", "export", there, data=laptop)
    terreno.json("central", "bundle", there, "--out", back, "--database", database)
    terreno.json("bundle", "receive", back, data=laptop)
    terreno.json("status", data=laptop)

    assert open_by(("diego", "elisa"), officer, data=laptop) == {"officer": officer}


def test_a_file_without_a_public_key_changes_nothing_at_the_centre(terreno, unprepared, phrase):
    _, _, database = unprepared

    told = terreno.json("central", "key", "recovery", phrase("nada", "no es una llave"), "--database", database, exit=2)

    assert told["code"] == "usage"
