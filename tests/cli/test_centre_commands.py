"""The centre's own commands: one line for a person, one object for a program."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from sync.central.store_sqlite import _PRAGMAS
from sync.central.stores import open_store
from terreno_app.domain.ids import is_id
from tests.cli.terminal import ROOT

CODE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3,}\n")


@pytest.fixture
def database(tmp_path):
    return ("--database", f"sqlite:///{tmp_path / 'otro.db'}")


def test_without_json_the_id_or_the_code_is_the_only_line(terreno, database):
    init = terreno("central", "init", "--coordinator", "Ana Peña", *database)
    officer = terreno("central", "officer", "add", "Luis Soto", "--region", "13", "--role", "officer", *database)
    code = terreno("central", "code", "--region", "13", "--role", "field", *database)

    assert [answer.exit for answer in (init, officer, code)] == [0, 0, 0]
    assert is_id(init.out.removesuffix("\n"))
    assert is_id(officer.out.removesuffix("\n"))
    assert CODE.fullmatch(code.out)
    assert init.err + officer.err + code.err == ""


def test_somebody_who_looks_is_told_what_the_id_or_the_code_is(terreno, database, monkeypatch):
    monkeypatch.setattr("terreno_app.cli.output.Output.moves", True)

    init = terreno("central", "init", "--coordinator", "Ana Peña", *database)
    officer = terreno("central", "officer", "add", "Luis Soto", "--region", "13", "--role", "officer", *database)
    code = terreno("central", "code", "--region", "13", "--role", "field", *database)

    said = [answer.out.removesuffix("\n").rpartition(": ") for answer in (init, officer, code)]
    assert [what for what, _, _ in said] == [
        "Centro creado. Identificador de su coordinación",
        "Persona agregada. Identificador para enrol --officer",
        "Código para un equipo, hasta 22-11-2026 12:04",
    ]
    assert all(is_id(value) for _, _, value in said[:2])
    assert CODE.fullmatch(said[2][2] + "\n")


def test_with_json_each_has_its_keys(terreno, database):
    init = terreno.json("central", "init", "--coordinator", "Ana Peña", *database)
    officer = terreno.json("central", "officer", "add", "Luis", "--region", "CL", "--role", "coordinator", *database)
    code = terreno.json("central", "code", "--region", "13", "--role", "field", "--hours", "2", *database)

    assert (set(init), set(officer), set(code)) == ({"coordinator"}, {"id"}, {"code", "expires_at"})
    assert code["expires_at"] == "2026-11-21T17:04:05.123Z"


def test_the_identifiers_of_people_can_be_seen_again(terreno, database):
    terreno("central", "init", "--coordinator", "Ana Peña", *database)
    luis = terreno.json("central", "officer", "add", "Luis Soto", "--region", "13", "--role", "officer", *database)

    told = terreno.json("central", "officer", "list", "--region", "13", *database)
    lines = terreno("central", "officer", "list", *database).out.splitlines()
    nobody = terreno("central", "officer", "list", "--region", "05", *database)

    assert told["officers"] == [
        {"id": luis["id"], "name": "Luis Soto", "region": "13", "role": "officer", "active_to": None}
    ]
    assert lines[0] == f"{luis['id']}  Luis Soto  región 13  Funcionario/a"
    assert lines[1].endswith("  Ana Peña  región CL  Coordinador/a")
    assert (nobody.exit, nobody.out) == (0, "No hay personas en esa región.\n")


def test_the_database_may_come_from_the_environment(terreno, founded, monkeypatch):
    monkeypatch.setenv("TERRENO_CENTRAL_DATABASE", founded)

    assert terreno("central", "code", "--region", "13", "--role", "field").exit == 0


def test_a_centre_is_founded_once(terreno, founded):
    told = terreno.json("central", "init", "--coordinator", "Otra", "--database", founded, exit=2)

    assert told["code"] == "central_exists"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("officer", "add", "x", "--region", "99", "--role", "officer"), "unknown_region"),
        (("officer", "add", "x", "--region", "13", "--role", "rey"), "usage"),
        (("code", "--region", "99", "--role", "field"), "unknown_region"),
        (("code", "--region", "13", "--role", "rey"), "usage"),
    ],
)
def test_a_region_or_a_role_that_is_none_is_refused(terreno, founded, command, code):
    assert terreno.json("central", *command, "--database", founded, exit=2)["code"] == code


def test_a_recovery_key_that_is_none_founds_nothing(terreno, database, tmp_path):
    file = tmp_path / "llave.txt"
    file.write_text("no es una llave", encoding="utf-8")

    told = terreno.json("central", "init", "--coordinator", "Ana", "--recovery-key", file, *database, exit=2)

    assert told["code"] == "usage"
    assert not (tmp_path / "otro.db").exists()


@pytest.mark.parametrize("content", [b"", b"nada " * 5000], ids=["empty", "other bytes"])
def test_a_file_that_is_no_centre_is_refused(terreno, tmp_path, content):
    file = tmp_path / "nada.db"
    file.write_bytes(content)

    told = terreno.json(
        "central", "code", "--region", "13", "--role", "field", "--database", f"sqlite:///{file}", exit=2
    )

    assert told["code"] == "unknown_database"


@pytest.fixture
def foreign():
    """A folder that everybody may read, and only another account may write."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
        Path(folder).chmod(0o700)


@contextmanager
def as_somebody_else():
    """The rights of an account that owns nothing; only root can take them, others lack them already."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def opened_by_somebody_else(*given, **options):
    with as_somebody_else():
        return open_store(*given, **options)


def init(database):
    return ("central", "init", "--coordinator", "Ana", "--database", database)


def code(database):
    return ("central", "code", "--region", "13", "--role", "field", "--database", database)


@pytest.mark.parametrize("mode", [0o555, 0o000], ids=["to be read", "not even that"])
@pytest.mark.parametrize("command", [init, code])
def test_where_this_account_may_not_write_it_is_said_so(terreno, foreign, monkeypatch, command, mode):
    database = f"sqlite:///{foreign / 'centro.db'}"
    if command is code:
        terreno.json(*init(database))
        (foreign / "centro.db").chmod(0o444)
    foreign.chmod(mode)
    monkeypatch.setattr("terreno_app.central.open_store", opened_by_somebody_else)

    told = terreno.json(*command(database), exit=3)

    assert told["code"] == "database_denied"
    assert "Esta cuenta no puede escribir" in told["happened"]
    assert "central init" not in told["next"]


def test_where_there_is_no_room_for_a_new_centre_it_is_said_so(terreno, database, monkeypatch):
    monkeypatch.setattr("sync.central.store_sqlite._PRAGMAS", (*_PRAGMAS, "PRAGMA max_page_count = 2"))

    told = terreno.json("central", "init", "--coordinator", "Ana", *database, exit=3)

    assert told["code"] == "database_full"


def test_a_folder_in_the_place_of_the_database_is_not_a_matter_of_rights(terreno, tmp_path):
    assert terreno.json(*init(f"sqlite:///{tmp_path}"), exit=2)["code"] == "unknown_database"


def test_a_port_that_is_taken_is_the_environment(terreno, founded):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        told = terreno.json("central", "serve", "--port", port, "--database", founded, exit=3)

    assert told["code"] == "port_in_use"


@pytest.mark.parametrize("as_json", [True, False], ids=["program", "person"])
def test_a_serving_centre_says_where_and_answers_until_it_is_told_to_stop(founded, as_json):
    command = [sys.executable, "-m", "terreno_app", "central", "serve", "--database", founded]
    with subprocess.Popen(
        command + ["--json"] * as_json, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        line = process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", line)[0]
        status = requests.get(f"{url}/v1/status", timeout=10).status_code

        process.terminate()
        out, err = process.communicate(timeout=20)

    assert line == (f'{{"url":"{url}"}}\n' if as_json else f"{url}\n")
    assert (status, out, err, process.returncode) == (200, "", "", 0)
