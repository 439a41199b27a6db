"""What was acknowledged is there after the program was killed or the disk ran full, and the chain still verifies."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from terreno_app.storage.errors import DiskFullError
from tests.reliability.survivors import lost
from tests.storage.laptop import Laptop

KILLS = 40
FIRST_LIMIT, LAST_LIMIT, STEP = 300_000, 1_500_000, 20_480


def rounds(*told: object) -> Any:
    """Run `rounds.py` in a process of its own, which may be killed and limited."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.rounds", *map(str, told)],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
    )
    return json.loads(done.stdout)


def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path):
    acknowledged = rounds("kill", tmp_path, KILLS)

    assert len(acknowledged) >= 3 * KILLS
    assert lost(tmp_path, acknowledged) == []


def test_writing_that_fails_anywhere_loses_nothing_that_was_acknowledged(tmp_path):
    limits = range(FIRST_LIMIT, LAST_LIMIT, STEP)

    lives = rounds("full", tmp_path, *limits)

    assert len(lives) == 59
    assert all(life["status"] == 0 for life in lives)
    assert sum(bool(life["errors"]) for life in lives) > len(lives) / 2
    assert {error for life in lives for error in life["errors"]} <= {"DiskFullError", "DiskError"}
    assert lost(tmp_path, [op for life in lives for op in life["ops"]]) == []


def test_a_full_database_stores_nothing_of_the_last_save_and_goes_on_once_there_is_room(tmp_path):
    laptop = Laptop.enrolled(tmp_path)
    connection = laptop.store._connections.of_this_thread()
    kept = [laptop.save({"topic": "agua"})]
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")

    def save_until_full():
        while True:
            kept.append(laptop.save({"topic": "luz", "description": "gotera" * 600}))

    with pytest.raises(DiskFullError):
        save_until_full()

    assert laptop.store.pending() == len(kept)
    assert [laptop.fields(op)["topic"] for op in kept] == ["agua"] + ["luz"] * (len(kept) - 1)
    connection.execute("PRAGMA max_page_count = 100000")
    kept.append(laptop.save({"topic": "luz", "description": "gotera" * 600}))
    assert laptop.store.pending() == len(kept)
    laptop.store.close()
