"""Watching a centre: its port for operators, its log, and the quick check with its exit statuses."""

import json
import logging
import sys

import pytest
import requests

from terreno_app import central_serving
from terreno_app.machine import Machine
from terreno_app.operator_logs import JsonLines
from tests.cli.terminal import CHEAP, Terminal
from tests.factories import FixedClock


def test_a_serving_centre_answers_its_operators_on_this_machine_and_stops_when_told(running):
    told = {path: requests.get(running.operate + path, timeout=10) for path in ("/healthz", "/readyz", "/metrics")}
    outside = requests.get(f"{running.url}/metrics", timeout=10)

    assert running.operate.startswith("http://127.0.0.1:")
    assert {path: answer.status_code for path, answer in told.items()} == dict.fromkeys(told, 200)
    assert "terreno_database_up 1.0" in told["/metrics"].text
    assert outside.status_code == 404
    assert running.stop() == 0
    assert running.log.read_text(encoding="utf-8") == ""


def line(level=logging.WARNING, error=None):
    record = logging.LogRecord("sync.central.api", level, __file__, 1, "a bug in %s", ("/v1/push",), error)
    record.created = 1_763_740_805.123
    return json.loads(JsonLines().format(record))


def test_a_line_of_the_log_is_one_object_and_an_error_tells_its_places_not_its_message():
    try:
        int("Zunilda Ñancucheo")
    except ValueError:
        told = line(logging.ERROR, sys.exc_info())

    plain = line()

    assert plain == {
        "at": "2025-11-21T16:00:05.123Z",
        "level": "warning",
        "logger": "sync.central.api",
        "event": "a bug in /v1/push",
    }
    assert (told["level"], told["error"]) == ("error", "ValueError")
    assert told["places"][0].endswith(
        "test_a_line_of_the_log_is_one_object_and_an_error_tells_its_places_not_its_message"
    )
    assert "Zunilda" not in json.dumps(told)


def test_the_plain_log_tells_of_an_error_no_more_than_the_other(terreno, tmp_path, monkeypatch):
    def broken(*_, **__):
        try:
            int("Zunilda Ñancucheo")
        except ValueError:
            logging.getLogger("uvicorn.error").exception("a bug in an application")

    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(central_serving, "serve", broken)

    told = terreno("central", "serve", "--database", f"sqlite:///{tmp_path / 'centro.db'}").err

    assert "a bug in an application\nValueError\n" in told
    assert "test_watching.py" in told
    assert "Zunilda" not in told


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def watched(terreno, clock, tmp_path):
    """Looks at a founded centre and the folder of its backups."""
    at = Terminal(Machine(clock=clock, strength=CHEAP))
    database, backups = f"sqlite:///{tmp_path / 'centro.db'}", tmp_path / "respaldos"
    backups.mkdir()
    at.json("central", "init", "--coordinator", "Ana", "--database", database)

    def check(*more, status):
        told = at.json("central", "check", "--quick", *more, "--database", database, exit=status)
        return {one["name"]: one["ok"] for one in told["checks"]}

    def back_up():
        at.json("central", "backup", "--out", backups, "--database", database)

    return check, back_up, ("--backups", backups)


def test_the_quick_check_ends_in_one_while_there_is_no_fresh_backup(watched, clock, tmp_path):
    check, back_up, there = watched
    (tmp_path / "respaldos" / "otro.backup").write_bytes(b"no backup at all")

    alone, none = check(status=0), check(*there, status=1)
    back_up()
    fresh = check(*there, status=0)
    clock.move(hours=27)
    old, patient = check(*there, status=1), check(*there, "--backup-hours", "100", status=0)

    assert set(alone) == {"database", "devices", "quarantine", "figures"}
    assert (none["backup"], fresh["backup"], old["backup"], patient["backup"]) == (False, True, False, True)


def test_people_read_what_there_is_to_do_and_the_environment_ends_in_two_or_three(terreno, tmp_path):
    database = f"sqlite:///{tmp_path / 'centro.db'}"
    terreno.json("central", "init", "--coordinator", "Ana", "--database", database)
    check = ("central", "check", "--quick", "--database")

    words = terreno(*check, database, "--backups", tmp_path)
    nowhere = terreno.json(*check, database, "--backups", tmp_path / "no", exit=2)
    absent = terreno.json(*check, f"sqlite:///{tmp_path / 'otro.db'}", exit=2)
    down = terreno.json(*check, "postgresql://x@127.0.0.1:1/terreno", exit=3)

    assert words.exit == 1
    assert words.out.splitlines()[0] == "bien     La base responde"
    assert "REVISAR  no hay ningún respaldo de este centro" in words.out
    assert [told["code"] for told in (nowhere, absent, down)] == [
        "folder_missing",
        "unknown_database",
        "database_unavailable",
    ]
