"""Enrolment with every code that can go wrong, officers' keys, and the doctor."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pypdf import PdfReader

from sync.client.errors import CaptivePortalError, CentralDownError, Diagnosis
from sync.client.http import Central
from terreno_app import central_serving, enrolling
from terreno_app.storage.connection import open_database
from terreno_app.storage.connections import DATABASE_NAME
from terreno_app.storage.folder import LaptopFolder
from terreno_app.storage.keyslots import FLOOR_STRENGTH, Header
from terreno_app.storage.migrations import VERSION
from tests.cli.terminal import CHEAP, PHRASE, Terminal, enquiry, jsonl, spawn
from tests.factories import OFFICER, FixedClock

NEW_PHRASE = "zorro yema ventana uva trigo"
COLLEAGUE = "01990000-0000-7000-8000-0000000000cc"


@pytest.fixture
def enrol(terreno, centre, tmp_path):
    """Asks for enrolment in a new folder."""

    def ask(code, folder="nuevo", url=None, status=0):
        command = ("enrol", "--central", url or centre.url, "--code", code, "--officer", centre.officer)
        return terreno.json(*command, data=tmp_path / folder, exit=status)

    return ask


def test_enrolment_names_the_new_device(terreno, centre, enrol, tmp_path):
    told = enrol(centre.code("coordination"))

    assert list(told) == ["device", "label", "region", "role", "officer"]
    assert (told["label"], told["region"], told["role"]) == ("T01", "13", "coordination")
    assert told["officer"] == centre.officer
    assert terreno.json("status", data=tmp_path / "nuevo")["total"] == 0


def test_people_get_six_words_to_compare(terreno, centre, tmp_path):
    answer = terreno(
        "enrol", "--central", centre.url, "--code", centre.code(), "--officer", centre.officer, data=tmp_path / "nuevo"
    )

    label, words = answer.out.splitlines()
    assert label == "Equipo T01 enrolado en la región 13."
    assert len(words.removeprefix("Palabras para comparar con el centro: ").split()) == 6


def test_somebody_whom_the_centre_does_not_know_gets_no_laptop_and_the_code_stays_good(terreno, centre, tmp_path):
    command = ("enrol", "--central", centre.url, "--code", centre.code(), "--officer")

    refused = terreno.json(*command, COLLEAGUE, data=tmp_path / "nuevo", exit=2)
    unusable = terreno.json("status", data=tmp_path / "nuevo", exit=2)
    told = terreno.json(*command, centre.officer, data=tmp_path / "nuevo")

    assert (refused["code"], unusable["code"]) == ("unknown_person", "not_a_laptop")
    assert "el código sigue sirviendo para esta carpeta" in refused["safe"]
    assert (told["label"], told["officer"]) == ("T01", centre.officer)
    assert [one["id"] for one in terreno.json("officer", "list", data=tmp_path / "nuevo")["officers"]] == [
        centre.officer
    ]
    assert terreno.json("sync", data=tmp_path / "nuevo")["pending"] == 0


def test_an_officer_of_another_region_is_not_known_to_this_one(terreno, centre, tmp_path):
    add = (
        "central",
        "officer",
        "add",
        "Eva Mella",
        "--region",
        "08",
        "--role",
        "officer",
        "--database",
        centre.database,
    )
    elsewhere = terreno.json(*add)["id"]
    command = ("enrol", "--central", centre.url, "--code", centre.code(), "--officer", elsewhere)

    assert terreno.json(*command, data=tmp_path / "nuevo", exit=2)["code"] == "unknown_person"


def test_a_wrong_clock_is_no_hindrance_to_enrolment(terreno, centre, tmp_path, clock):
    behind = Terminal(replace(terreno.machine, clock=FixedClock(clock.now() - timedelta(days=400))))
    command = ("enrol", "--central", centre.url, "--code", centre.code(), "--officer", centre.officer)

    assert behind.json(*command, data=tmp_path / "nuevo")["label"] == "T01"


def test_a_code_is_good_once(enrol, centre):
    code = centre.code()
    enrol(code)

    told = enrol(code, "otro", status=2)

    assert told["code"] == "code_used"
    assert "No se cambió nada" not in told["safe"]


def test_a_code_ends(enrol, centre, clock):
    old, short = centre.code(hours=24), centre.code(hours=0)

    at_once = enrol(short, "uno", status=2)
    clock.move(hours=25)
    later = enrol(old, "dos", status=2)

    assert at_once["code"] == later["code"] == "code_expired"


@pytest.mark.parametrize(
    ("code", "error"), [("ABCD-EFGH-JKMN-PQRS", "code_unknown"), ("corto", "bad_code"), ("¡¿-ñññ", "bad_code")]
)
def test_a_code_that_is_none_is_told_from_a_misspelt_one(enrol, code, error):
    told = enrol(code, status=2)

    assert told["code"] in {error, "bad_code"}


def test_after_a_refused_code_the_same_folder_takes_a_good_one(terreno, enrol, centre, tmp_path):
    enrol(centre.code(hours=0), status=2)
    unusable = terreno.json("status", data=tmp_path / "nuevo", exit=2)

    told = enrol(centre.code())

    assert unusable["code"] == "not_a_laptop"
    assert told["label"] == "T01"
    assert enrol(centre.code(), status=2)["code"] == "already_a_laptop"


def test_a_laptop_that_is_asked_to_enrol_again_is_backed_up_before_its_data_change_form(
    terreno, enrol, centre, tmp_path
):
    enrol(centre.code())
    with LaptopFolder(tmp_path / "nuevo", strength=CHEAP).unlock(None, PHRASE) as folder:
        database = open_database(folder.path / DATABASE_NAME, folder.key)
        database.execute(f"PRAGMA user_version = {VERSION - 1}")
        database.close()

    told = enrol(centre.code(), status=2)

    assert told["code"] == "already_a_laptop"
    assert [one.name[:3] for one in (tmp_path / "nuevo" / "respaldos").iterdir()] == [f"V{VERSION - 1}-"]


def test_an_answer_that_was_lost_ends_with_the_same_device(enrol, centre, monkeypatch):
    code, real = centre.code(), enrolling.enrol

    def lost(*told):
        real(*told)
        raise CentralDownError(Diagnosis("cut", "centro"))

    with monkeypatch.context() as road:
        road.setattr(enrolling, "enrol", lost)
        first = enrol(code, status=3)
    again = enrol(code)

    assert first["code"] == "central_down"
    assert "Si el código alcanzó a usarse, sigue sirviendo para esta carpeta." in first["safe"]
    assert again["label"] == "T01"


def test_enrolment_brings_the_recovery_key_of_the_ministry(terreno, tmp_path, clock):
    public, file, database = "ab" * 32, tmp_path / "llave.txt", f"sqlite:///{tmp_path / 'otro.db'}"
    file.write_text(public.upper() + "\n", encoding="utf-8")
    init = ("central", "init", "--coordinator", "Ana", "--recovery-key", file, "--database", database)
    officer = terreno.json(*init)["coordinator"]
    ask = ("central", "code", "--region", "13", "--role", "field", "--database", database)
    code = terreno.json(*ask)["code"]

    with central_serving.serving(database, clock=clock) as url:
        terreno.json("enrol", "--central", url, "--code", code, "--officer", officer, data=tmp_path / "nuevo")

    header = Header.from_bytes((tmp_path / "nuevo" / "keys.json").read_bytes())
    assert header.recovery[0].hex() == public
    assert terreno.json("status", data=tmp_path / "nuevo")["total"] == 0


@pytest.mark.parametrize("told", ["zz", "ab"])
def test_a_recovery_key_that_is_none_is_not_believed(enrol, centre, monkeypatch, told):
    real = enrolling.enrol
    monkeypatch.setattr(enrolling, "enrol", lambda *given: replace(real(*given), recovery_key=told))

    assert enrol(centre.code(), status=3)["code"] == "bad_answer"


def test_a_centre_that_is_down_uses_no_code_up(enrol, centre):
    code = centre.code()

    down = enrol(code, url="http://127.0.0.1:9", status=3)

    assert down["code"] == "central_down"
    assert enrol(code)["label"] == "T01"


def test_a_centre_elsewhere_needs_https(enrol, centre):
    assert enrol(centre.code(), url="http://centro.example.cl", status=2)["code"] == "plain_http"


@pytest.mark.parametrize("url", ["centro.example.cl", "centro.example.cl:8443/terreno"])
def test_an_address_without_its_scheme_is_told_what_it_lacks(enrol, centre, url):
    told = enrol(centre.code(), url=url, status=2)

    assert told["code"] == "no_scheme"
    assert "«https://»" in told["happened"]


def test_an_authority_that_is_not_there_is_said_before_anything_is_sent(terreno, centre, tmp_path):
    command = ("enrol", "--central", centre.url, "--code", centre.code(), "--officer", centre.officer)

    told = terreno.json(*command, "--ca", tmp_path / "nada.pem", data=tmp_path / "nuevo", exit=2)

    (tmp_path / "frase.pem").write_text("no es un certificado", encoding="utf-8")
    wrong = terreno.json(*command, "--ca", tmp_path / "frase.pem", data=tmp_path / "nuevo", exit=2)

    assert [told["code"], wrong["code"]] == ["file_missing", "no_certificate"]
    assert not (tmp_path / "nuevo").exists()


def test_a_weak_passphrase_makes_no_folder(terreno, centre, tmp_path, monkeypatch):
    monkeypatch.setenv("TERRENO_PASSPHRASE", "corta")
    command = ("enrol", "--central", centre.url, "--code", centre.code(), "--officer", centre.officer)

    told = terreno.json(*command, data=tmp_path / "nuevo", exit=2)

    assert told["code"] == "weak_passphrase"
    assert not (tmp_path / "nuevo").exists()


def test_no_option_and_no_variable_weakens_a_key_slot(centre, tmp_path):
    enrolled = spawn(
        "enrol",
        *("--central", centre.url, "--code", centre.code(), "--officer", centre.officer),
        data=tmp_path / "nuevo",
        environ={"TERRENO_STRENGTH": "64"},
    )

    (slot,) = Header.from_bytes((tmp_path / "nuevo" / "keys.json").read_bytes()).slots
    assert enrolled.exit == 0
    assert slot.strength.memory_kib >= FLOOR_STRENGTH.memory_kib == 64 * 1024
    assert slot.strength.passes >= FLOOR_STRENGTH.passes


def test_a_colleague_gets_a_key_and_loses_it_again(terreno, laptop, tmp_path):
    new = tmp_path / "nueva.txt"
    new.write_text(NEW_PHRASE, encoding="utf-8")
    give = ("officer", "add", COLLEAGUE, "--new-passphrase-file", new)
    as_colleague = ("status", "--passphrase-file", new)

    added = terreno.json(*give, data=laptop)
    known = terreno.json(*give, data=laptop, exit=2)
    listed = terreno.json("officer", "list", data=laptop)
    opened = terreno(*as_colleague, data=laptop)
    removed = terreno.json("officer", "remove", COLLEAGUE, data=laptop)
    closed = terreno.json(*as_colleague, data=laptop, exit=2)
    last = terreno.json("officer", "remove", OFFICER, data=laptop, exit=2)

    assert added == {"id": COLLEAGUE, "name": COLLEAGUE}
    assert known["code"] == "known_officer"
    assert [o["id"] for o in listed["officers"]] == [OFFICER, COLLEAGUE]
    assert set(listed["officers"][0]) == {"id", "name"}
    assert opened.exit == 0
    assert removed == {"id": COLLEAGUE}
    assert (closed["code"], last["code"]) == ("wrong_passphrase", "last_officer")
    assert terreno.json("officer", "list", data=laptop)["officers"] == [{"id": OFFICER, "name": "Luis Soto"}]


@pytest.mark.parametrize("command", [("passphrase",), ("add", COLLEAGUE)], ids=" ".join)
def test_the_passphrase_that_opens_a_laptop_is_never_taken_for_a_new_one(command, terreno, laptop, monkeypatch):
    monkeypatch.setenv("TERRENO_PASSPHRASE", PHRASE)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)

    told = terreno.json("officer", *command, data=laptop, exit=2)

    assert told["code"] == "no_new_passphrase"
    assert "--new-passphrase-file" in told["next"]


def test_a_passphrase_is_changed_by_who_knows_it_and_the_old_one_opens_nothing(terreno, laptop, tmp_path):
    new, weak = tmp_path / "nueva.txt", tmp_path / "corta.txt"
    new.write_text(NEW_PHRASE, encoding="utf-8")
    weak.write_text("1234", encoding="utf-8")
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)
    header = (laptop / "keys.json").read_bytes()

    refused = terreno.json("officer", "passphrase", "--new-passphrase-file", weak, data=laptop, exit=2)
    changed = terreno.json("officer", "passphrase", "--new-passphrase-file", new, data=laptop)
    old = terreno.json("status", data=laptop, exit=2)
    opened = terreno.json("status", "--passphrase-file", new, data=laptop)
    (laptop / "keys.json").write_bytes(header)
    kept_aside = terreno.json("status", data=laptop, exit=2)

    assert (refused["code"], changed, old["code"]) == ("weak_passphrase", {"id": OFFICER}, "wrong_passphrase")
    assert opened["total"] == 1
    assert kept_aside["code"] == "damaged_database"


def test_people_read_who_has_a_key(terreno, laptop):
    assert terreno("officer", "list", data=laptop).out == f"{OFFICER}  Luis Soto\n"


def test_a_name_is_no_id(terreno, laptop):
    assert terreno.json("officer", "add", "Luis", data=laptop, exit=2)["code"] == "usage"


def test_a_key_for_somebody_unknown_here_is_given_with_a_word_of_care(terreno, laptop, tmp_path):
    new = tmp_path / "nueva.txt"
    new.write_text(NEW_PHRASE, encoding="utf-8")

    told = terreno("officer", "add", COLLEAGUE, "--new-passphrase-file", new, data=laptop)

    assert told.exit == 0
    assert told.out.startswith(f"{COLLEAGUE} ya puede abrir este equipo. Su nombre llega al sincronizar; si no llega,")


def test_a_new_officers_weak_passphrase_changes_nothing(terreno, laptop, tmp_path):
    new = tmp_path / "nueva.txt"
    new.write_text("1234", encoding="utf-8")

    told = terreno.json("officer", "add", COLLEAGUE, "--new-passphrase-file", new, data=laptop, exit=2)

    assert told["code"] == "weak_passphrase"
    assert len(terreno.json("officer", "list", data=laptop)["officers"]) == 1


def test_the_officer_is_the_one_whose_passphrase_opens(terreno, laptop, tmp_path):
    new = tmp_path / "nueva.txt"
    new.write_text(NEW_PHRASE, encoding="utf-8")
    terreno.json("officer", "add", COLLEAGUE, "--new-passphrase-file", new, data=laptop)
    file = jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs"))

    terreno.json("record", file, "--passphrase-file", new, data=laptop)

    assert terreno.json("list", "attention", data=laptop)["records"][0]["registered_by"] == COLLEAGUE


def test_the_doctor_looks_at_everything_and_says_what_to_do(terreno, laptop, clock, tmp_path):
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)
    clock.move(hours=30)

    told = terreno.json("doctor", data=laptop, exit=1)
    words = terreno("doctor", data=laptop)

    names = ["database", "receipts", "disk", "clock", "holidays", "officers", "duty", "centre"]
    assert [c["name"] for c in told["checks"]] == names
    assert all(set(c) == {"name", "ok", "detail", "next"} for c in told["checks"])
    assert {c["name"] for c in told["checks"] if not c["ok"]} == {"duty", "centre"}
    assert [bool(c["next"]) for c in told["checks"]] == [not c["ok"] for c in told["checks"]]
    assert "REVISAR  Plazo de 24 horas: lo más antiguo espera 30 h → Sincronice hoy." in words.out
    assert "bien     Base de datos: íntegra" in words.out


def test_the_doctor_prints_a_sheet_to_sign_and_replaces_none_unasked(terreno, laptop, tmp_path):
    sheet = tmp_path / "hoja.pdf"

    told = terreno.json("doctor", "--out", sheet, data=laptop, exit=1)
    words = terreno("doctor", "--out", sheet, "--force", data=laptop)
    refused = terreno.json("doctor", "--out", sheet, data=laptop, exit=2)

    (page,) = PdfReader(sheet).pages
    said = " ".join(page.extract_text().split())
    assert (told["out"], refused["code"]) == (str(sheet), "file_taken")
    assert f"Hoja de aceptación guardada en {sheet}" in words.out
    assert "T07 · Terreno · Región Metropolitana" in said.replace("\u00a0", " ")
    assert "Luis Soto" in said
    assert "Centro Revisar no responde." in said


def test_a_synchronised_laptop_is_well(terreno, centre, tmp_path):
    laptop = centre.laptop("uno")
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)
    terreno.json("sync", data=laptop)

    told = terreno.json("doctor", data=laptop)

    assert all(c["ok"] for c in told["checks"])


def test_a_phrase_is_typed_with_or_without_its_accents(terreno, laptop, monkeypatch):
    monkeypatch.setenv("TERRENO_PASSPHRASE", "  ABEJA brasa cielo dedo ebano ")

    assert PHRASE != "abeja brasa cielo dedo ebano"
    assert terreno("status", data=laptop).exit == 0


def test_the_doctor_tells_a_network_that_asks_for_a_login_from_a_centre_that_is_silent(terreno, laptop, monkeypatch):
    def a_page(_: Central) -> None:
        raise CaptivePortalError(Diagnosis("html", "centro"))

    monkeypatch.setattr(Central, "status", a_page)

    said = terreno("doctor", data=laptop).out.splitlines()[-1]

    assert said.startswith("REVISAR  Centro: La red pide una página de ingreso y no deja llegar al centro →")
    assert "Abra el navegador" in said
    assert "Sin red se puede atender igual" in said
