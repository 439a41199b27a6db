"""A disk that fills up while a file is registered: what was named is kept, the rest is said, nothing is half there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import PHRASE, ROOT, enquiry, jsonl

LINES = 1_500
SHORT_FILES = 'ulimit -f 900; exec "$0" -m terreno_app record "$2" --json --data "$1"'
TINY_DISK = """
mount -t tmpfs -o size=2m none "$3" && cp -r "$1/." "$3" || exit 99
"$0" -m terreno_app record "$2" --json --data "$3"
status=$?
cp -r "$3/." "$1"
exit $status
"""
OWN_MOUNTS = (["unshare", "--map-root-user", "--mount"], ["unshare", "--mount"])


def short_files(laptop: Path, file: Path, _: Path) -> subprocess.CompletedProcess[str]:
    return shell([], SHORT_FILES, laptop, file)


def tiny_disk(laptop: Path, file: Path, disk: Path) -> subprocess.CompletedProcess[str]:
    """A disk of 2 MB, where this machine lets us mount one; elsewhere short files stand for it."""
    for way in OWN_MOUNTS if shutil.which("unshare") else ():
        done = shell(way, TINY_DISK, laptop, file, disk)
        if done.returncode in {0, 1, 2, 3} and done.stdout:
            return done
    return short_files(laptop, file, disk)


def unmeasured() -> dict[str, str]:
    """The environment without the measuring of coverage, whose own file would not fit either."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}


def shell(way: list[str], script: str, *told: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*way, "sh", "-c", script, sys.executable, *map(str, told)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**unmeasured(), "TERRENO_PASSPHRASE": PHRASE},
    )


@pytest.mark.parametrize("full", [short_files, tiny_disk])
def test_what_was_named_before_the_disk_was_full_is_kept(terreno, laptop, tmp_path, full):
    file = jsonl(tmp_path / "dia.jsonl", *[enquiry(space="oirs", answer_given="x" * 900) for _ in range(LINES)])
    (tmp_path / "disco").mkdir()

    done = full(laptop, file, tmp_path / "disco")

    *named, error = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (3, "")
    assert error["code"] in {"disk_full", "disk_error"}
    assert set(error) == {"code", "happened", "safe", "next"}
    assert 0 < len(named) < LINES
    held = {r["id"] for r in terreno.json("list", "attention", data=laptop)["records"]}
    assert {line["id"] for line in named} <= held
    assert len(held) <= len(named) + 1
    assert terreno("doctor", data=laptop).out.splitlines()[0] == "bien     Base de datos: íntegra"
    assert terreno.json("status", data=laptop)["total"] == len(held)
