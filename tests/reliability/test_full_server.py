"""The disk of a PostgreSQL fills up while laptops hand in: 503, nothing is lost or half there, and it goes on later."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = "tests.reliability.full_server"
TINY_DISK = 'mount -t tmpfs -o size=48m none "$2" && chmod 755 "$2" && exec "$0" -m "$3" "$1" "$2"'
OWN_MOUNTS = (["unshare", "--map-root-user", "--mount"], ["unshare", "--mount"])


def told(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], check=False, capture_output=True, text=True, cwd=ROOT)


def short_files(folder: Path, _: Path) -> subprocess.CompletedProcess[str]:
    return told(sys.executable, "-m", PROGRAM, folder)


def tiny_disk(folder: Path, disk: Path) -> subprocess.CompletedProcess[str]:
    """A disk of its own, where this machine lets us mount one; elsewhere short files stand for it."""
    for way in reversed(OWN_MOUNTS) if shutil.which("unshare") else ():
        if told(*way, "mount", "-t", "tmpfs", "none", disk).returncode == 0:
            return told(*way, "sh", "-c", TINY_DISK, sys.executable, folder, disk, PROGRAM)
    return short_files(folder, disk)


@pytest.fixture
def disk():
    """Where a disk can be mounted that the server reaches, which runs as somebody else."""
    with TemporaryDirectory(prefix="terreno-disk-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_full_disk_of_the_server_loses_nothing_and_it_goes_on_when_there_is_room(tmp_path, disk):
    done = tiny_disk(tmp_path, disk)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("received") > 0
    assert found == {
        "refused": [503, "unavailable", "5"],
        "kept": True,
        "again": ["applied"],
        "repeated": 0,
        "whole": True,
        "faults": 0,
    }
