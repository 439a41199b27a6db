"""Every error: three parts in Spanish, one JSON line for programs, the right status, no trace, nothing personal."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from terreno_app.cli.spanish import usage
from terreno_app.domain.records import KINDS
from terreno_app.services.status import Status
from terreno_app.services.words import WORDS
from terreno_app.storage.connection import open_database
from terreno_app.storage.files import FolderLock
from terreno_app.storage.folder import LaptopFolder
from tests.cli.terminal import PHRASE, ROOT, enquiry, jsonl, outing, spawn

UNKNOWN = "01990000-0000-7000-8000-0000000000ff"

WRONG_USE = {
    "unknown command": (("nada",), "usage"),
    "unknown option": (("status", "--nada"), "usage"),
    "missing argument": (("list",), "usage"),
    "missing option": (("enrol", "--code", "x"), "usage"),
    "too many arguments": (("status", "sobra"), "usage"),
    "number that is none": (("central", "code", "--region", "13", "--role", "field", "--hours", "ayer"), "usage"),
    "negative hours": (("central", "code", "--region", "13", "--role", "field", "--hours", "-1"), "usage"),
    "no database": (("central", "code", "--region", "13", "--role", "field"), "usage"),
    "database that is none": (("central", "serve", "--database", "sqlite:////nada/centro.db"), "unknown_database"),
    "database of another kind": (("central", "serve", "--database", "mysql://x"), "unknown_database"),
    "folder that is no laptop": (("status",), "not_a_laptop"),
    "officers of no laptop": (("officer", "list"), "not_a_laptop"),
    "report without period": (("report", "monthly_summary"), "usage"),
    "a workbook without a place": (("report", "satisfaction", "--period", "2026-11", "--format", "xlsx"), "usage"),
    "pdf without a file": (("report", "monthly_summary", "--period", "2026-11", "--format", "pdf"), "usage"),
    "format that is none": (("report", "monthly_summary", "--period", "2026-11", "--format", "doc"), "usage"),
    "verify nothing": (("report", "verify"), "usage"),
    "verify a file that is not there": (("report", "verify", "/nada/r.json"), "file_missing"),
    "resolve without a decision": (("conflicts", "resolve", "x"), "usage"),
    "resolve with two": (("conflicts", "resolve", "x", "--keep", "kept", "--set", "topic=salud"), "usage"),
    "resolve with a word of one's own": (("conflicts", "resolve", "x", "--keep", "mine"), "usage"),
    "officer that is no id": (
        ("enrol", "--central", "http://127.0.0.1:9", "--code", "x", "--officer", "Luis"),
        "usage",
    ),
}
ON_A_LAPTOP = {
    "record a file that is not there": (("record", "/nada/x.jsonl"), "file_missing"),
    "record a folder": (("record", "/"), "file_unreadable"),
    "list a kind that is none": (("list", "nada"), "unknown_kind"),
    "edit a kind that is none": (("edit", "nada", UNKNOWN, "a=1"), "unknown_kind"),
    "edit nothing known": (("edit", "attention", UNKNOWN, "topic=salud"), "unknown_record"),
    "edit a field that is none": (("edit", "attention", UNKNOWN, "nada=1"), "unknown_field"),
    "edit without equals sign": (("edit", "attention", UNKNOWN, "topic"), "usage"),
    "history of a kind that is none": (("history", "nada", UNKNOWN), "unknown_kind"),
    "history of nothing known": (("history", "attention", UNKNOWN), "unknown_record"),
    "open an outing that is none": (("outing", "open", "S-T07-2026-009"), "unknown_outing"),
    "close an outing that is none": (("outing", "close", "S-T07-2026-009"), "unknown_outing"),
    "show a conflict that is none": (("conflicts", "show", "x"), "unknown_conflict"),
    "resolve a conflict that is none": (("conflicts", "resolve", "x", "--keep", "kept"), "unknown_conflict"),
    "release on a field laptop": (("quarantine", "release", UNKNOWN), "only_coordination"),
    "reject on a field laptop": (("quarantine", "reject", UNKNOWN, "--reason", "errada"), "only_coordination"),
    "reject without a reason": (("quarantine", "reject", UNKNOWN, "--reason", " "), "rejected"),
    "verify an outing that is none": (("survey", "verify", "--outing", "x"), "unknown_outing"),
    "report that is none": (("report", "nada", "--period", "2026-11"), "unknown_report"),
    "period that is none": (("report", "monthly_summary", "--period", "noviembre"), "bad_period"),
    "space that is none": (("report", "monthly_summary", "--period", "2026-11", "--space", "x"), "unknown_space"),
    "region that is none": (("report", "monthly_summary", "--period", "2026-11", "--region", "99"), "unknown_region"),
    "another region": (("report", "monthly_summary", "--period", "2026-11", "--region", "08"), "region_not_here"),
    "answers of the survey": (("report", "satisfaction", "--period", "2026-11"), "report_not_here"),
    "the centre's figures": (
        ("report", "monthly_summary", "--period", "2026-11", "--source", "central"),
        "report_not_here",
    ),
    "a source that is none": (("report", "monthly_summary", "--period", "2026-11", "--source", "x"), "usage"),
    "officer without a key": (("status", "--officer", UNKNOWN), "unknown_officer"),
    "passphrase file that is not there": (("status", "--passphrase-file", "/nada"), "file_missing"),
    "remove nobody": (("officer", "remove", UNKNOWN), "unknown_officer"),
}


def check(terreno, command, code, status, data=None):
    """The same error for a program and for a person."""
    program, person = terreno(*command, "--json", data=data), terreno(*command, data=data)

    assert (program.exit, program.err) == (status, "")
    assert [set(line) for line in program.lines] == [{"code", "happened", "safe", "next"}]
    assert program.json["code"] == code
    assert all(program.json.values())
    assert (person.exit, person.out) == (status, "")
    told = [f"{head}: {program.json[key]}" for head, key in HEADS]
    assert person.err.splitlines() == told
    assert not (set("{}") & set(person.err))


HEADS = (("Qué pasó", "happened"), ("Qué está a salvo", "safe"), ("Qué hacer", "next"))


@pytest.mark.parametrize(("command", "code"), WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use_is_explained(terreno, command, code):
    check(terreno, command, code, 2)


@pytest.mark.parametrize(("command", "code"), ON_A_LAPTOP.values(), ids=ON_A_LAPTOP)
def test_wrong_input_is_explained(terreno, laptop, command, code):
    check(terreno, command, code, 2, laptop)


def test_wrong_use_leaves_no_folder_behind(terreno, tmp_path):
    for command, _ in WRONG_USE.values():
        terreno(*command, data=None)

    assert not (tmp_path / "ninguna").exists()


def test_a_wrong_passphrase_changes_nothing_and_waits_longer_each_time(terreno, laptop, monkeypatch, waited):
    monkeypatch.setenv("TERRENO_PASSPHRASE", "otra frase de paso larga")

    for _ in range(4):
        check(terreno, ("status",), "wrong_passphrase", 2, laptop)
    monkeypatch.setenv("TERRENO_PASSPHRASE", PHRASE)

    assert terreno.json("status", data=laptop)["total"] == 0
    assert waited[:2] == [2, 4]
    assert waited == sorted(waited)


def test_without_anybody_to_ask_the_passphrase_is_missing(terreno, laptop, monkeypatch):
    monkeypatch.delenv("TERRENO_PASSPHRASE")

    check(terreno, ("status",), "no_passphrase", 2, laptop)


def test_the_passphrase_is_asked_at_a_terminal_and_not_shown(terreno, laptop, monkeypatch):
    monkeypatch.delenv("TERRENO_PASSPHRASE")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda ask: PHRASE if ask == "Frase de paso: " else "")

    answer = terreno("status", data=laptop)

    assert answer.exit == 0
    assert PHRASE not in answer.out + answer.err


def test_the_passphrase_may_come_from_a_file(terreno, laptop, monkeypatch, tmp_path):
    monkeypatch.delenv("TERRENO_PASSPHRASE")
    file = tmp_path / "frase.txt"
    file.write_text(PHRASE.upper() + "\n", encoding="utf-8-sig")

    assert terreno.json("status", "--passphrase-file", file, data=laptop)["total"] == 0


def test_a_passphrase_file_of_other_bytes_is_unreadable(terreno, laptop, tmp_path):
    file = tmp_path / "frase.txt"
    file.write_bytes(b"\xff\xfe\xff")

    check(terreno, ("status", "--passphrase-file", file), "file_unreadable", 2, laptop)


def test_a_folder_that_another_program_uses_is_the_environment(terreno, laptop):
    with FolderLock(laptop / "lock"):
        check(terreno, ("status",), "folder_locked", 3, laptop)

    assert terreno("status", data=laptop).exit == 0


def test_a_newer_database_is_left_alone(terreno, laptop):
    with LaptopFolder(laptop).unlock(None, PHRASE) as opened:
        connection = open_database(laptop / "terreno.db", opened.key)
        connection.execute("PRAGMA user_version = 9999")
        connection.close()

    check(terreno, ("status",), "newer_database", 3, laptop)


def test_a_damaged_key_header_is_said(terreno, laptop):
    (laptop / "keys.json").write_text("{}")

    check(terreno, ("status",), "damaged_database", 2, laptop)


def test_a_missing_database_is_never_begun_anew(terreno, laptop):
    (laptop / "terreno.db").unlink()

    check(terreno, ("status",), "damaged_database", 2, laptop)

    assert not (laptop / "terreno.db").exists()


def test_a_bug_is_told_in_three_parts_and_its_message_is_nowhere(terreno, laptop, monkeypatch):
    messages = ("Rosa Ñancupil 12.531.909-2", "rosa@example.cl")

    def burst(self):
        raise ValueError(messages[0]) from KeyError(messages[1])

    monkeypatch.setattr(Status, "proven", burst)

    check(terreno, ("status",), "bug", 3, laptop)

    log = (laptop / "logs" / "terreno.log").read_text(encoding="utf-8")
    assert "ValueError" in log
    assert "KeyError" in log
    assert "in burst" in log
    assert "Ñancupil" not in log
    assert "rosa@" not in log


def test_a_bug_before_there_is_a_folder_shows_no_trace(terreno, monkeypatch):
    monkeypatch.setattr("terreno_app.verifying.verify_report", lambda _: 1 // 0)

    check(terreno, ("report", "verify", "x.json"), "bug", 3)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, BrokenPipeError])
def test_an_interruption_is_no_failure_of_the_program(terreno, laptop, monkeypatch, stop):
    def interrupted(self):
        raise stop

    monkeypatch.setattr(Status, "proven", interrupted)

    answer = terreno("status", "--json", data=laptop)

    assert answer.exit == (1 if stop is KeyboardInterrupt else 0)
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("library", ["typer", "requests"], ids=["of every command", "of one family"])
@pytest.mark.parametrize("as_json", [True, False], ids=["program", "person"])
def test_an_interruption_while_the_program_loads_shows_no_trace(laptop, tmp_path, library, as_json):
    (tmp_path / f"{library}.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    command = ("status", *["--json"] * as_json)

    answer = spawn(*command, data=laptop, environ={"PYTHONPATH": str(tmp_path)})

    assert answer.exit == 1
    if as_json:
        assert (answer.json["code"], answer.err) == ("interrupted", "")
    else:
        assert [line.partition(":")[0] for line in answer.err.splitlines()] == [head for head, _ in HEADS]


def test_the_data_option_goes_before_the_variable(terreno, laptop, monkeypatch, tmp_path):
    monkeypatch.setenv("TERRENO_DATA", str(laptop))
    elsewhere = tmp_path / "otra"

    by_variable, by_option = terreno("status"), terreno("status", "--json", data=elsewhere)

    assert by_variable.exit == 0
    assert (by_option.exit, by_option.json["code"]) == (2, "not_a_laptop")


def test_an_option_without_its_value_is_wrong_use(terreno):
    answer = terreno("status", "--json", "--officer")

    assert (answer.exit, answer.json["code"]) == (2, "usage")
    assert "--officer" in answer.json["happened"]


def test_a_reader_that_leaves_early_is_no_failure(laptop):
    pipe = f"{sys.executable} -m terreno_app officer list --data {laptop} | true"

    done = subprocess.run(["sh", "-c", pipe], check=True, capture_output=True, cwd=ROOT)

    assert done.stderr == b""


def test_a_shell_gets_the_same_words_and_no_trace(laptop, tmp_path):
    file = jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs"))

    wrong = spawn("status", "--nada", data=laptop)
    done = spawn("record", file, "--json", data=laptop)

    assert (wrong.exit, wrong.out, wrong.err.count("\n")) == (2, "", 3)
    assert (done.exit, done.err, done.json["registered"]) == (0, "", 1)


def test_programs_read_utf_8_whatever_the_locale(terreno, laptop, tmp_path):
    ids = terreno.json("record", jsonl(tmp_path / "plan.jsonl", outing(place_name="Feria Ñuñoa → norte")), data=laptop)

    answer = spawn("outing", "list", "--json", data=laptop, environ={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})

    assert answer.exit == 0
    assert [o["place_name"] for o in answer.json["outings"] if o["id"] in ids["ids"]] == ["Feria Ñuñoa → norte"]


def test_a_complaint_of_click_that_names_nothing_is_told_all_the_same():
    assert usage(click.BadParameter("x")) == "el valor de un argumento no sirve."
    assert usage(click.BadOptionUsage("--data", "x")) == "revise la opción --data."
    assert usage(click.UsageError("x")) == "revise los argumentos."


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (("restore",), "ARCHIVO"),
        (("sync", "--passphrase-file"), "--passphrase-file"),
        (("central", "init", "--coordinator", "Ana", "--recovery-key"), "--recovery-key"),
    ],
)
def test_a_file_of_another_account_is_not_called_a_misspelt_command(terreno, monkeypatch, tmp_path, command, named):
    foreign, may = tmp_path / "ajeno", os.access
    foreign.write_text("x", encoding="utf-8")
    # Root may read everything, and tests run as root too.
    monkeypatch.setattr("os.access", lambda file, *how: str(file) != str(foreign) and may(file, *how))

    answer = terreno(*command, str(foreign))

    assert answer.exit == 2
    assert answer.err.splitlines() == [
        f"Qué pasó: Esta cuenta no puede leer lo que se indicó en {named}.",
        "Qué está a salvo: No se cambió nada.",
        "Qué hacer: Revise de quién es y sus permisos, y repita la orden.",
    ]


@pytest.mark.parametrize(
    ("command", "lacks"),
    [
        (("bundle", "carry", "ida"), "--out"),
        (("central", "backup"), "--out"),
        (("central", "key", "rotate"), "--backup"),
        (("restore",), "ARCHIVO"),
    ],
)
def test_a_file_that_nobody_named_is_said_to_be_missing(terreno, command, lacks):
    answer = terreno(*command)

    assert answer.exit == 2
    assert f"falta {lacks}." in answer.err


def test_where_no_form_is_open_a_refused_edit_names_its_field_and_says_that_nothing_changed(terreno, laptop, tmp_path):
    (record,) = terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)["ids"]

    answer = terreno("edit", "attention", record, "status=voided", data=laptop)

    assert answer.err.splitlines() == [
        "Qué pasó: No se pudo guardar: Falta «Motivo de la anulación» (campo void_reason).",
        "Qué está a salvo: No se cambió nada.",
        "Qué hacer: Corrija lo indicado y repita la orden.",
    ]


def test_who_names_a_field_that_is_none_is_told_those_that_there_are(terreno, laptop):
    answer = terreno("edit", "identity", UNKNOWN, "telefono=1", data=laptop)

    assert "Qué hacer: Use uno de estos: doc_type, doc_number, names, surnames," in answer.err


@pytest.mark.parametrize("command", [("backup", "--out"), ("central", "backup", "--out")], ids=" ".join)
def test_a_full_stick_is_not_called_the_full_disk_of_this_machine(terreno, centre, monkeypatch, tmp_path, command):
    def full(file: int) -> None:
        if "pendrive" in str(Path(f"/proc/self/fd/{file}").readlink()):
            raise OSError(errno.ENOSPC, "full")

    where = {"--database": centre.database} if command[0] == "central" else {"--data": centre.laptop("uno")}
    monkeypatch.setattr("os.fsync", full)

    answer = terreno(*command, tmp_path / "pendrive", *next(iter(where.items())))

    assert answer.exit == 3
    assert f"Qué pasó: No queda espacio en {tmp_path}." in answer.err
    assert "ahí no queda nada a medias" in answer.err
    assert not list(tmp_path.glob("pendrive*"))


def test_the_kinds_that_are_offered_are_all_that_there_are() -> None:
    assert WORDS["unknown_kind"].next == f"Use uno de estos: {', '.join(kind.name for kind in KINDS)}."
