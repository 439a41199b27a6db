"""A centre on a PostgreSQL whose disk fills up while laptops hand in, and has room again later. Run as a program.

full_server.py FOLDER DISK    on a disk of its own, which is mounted at DISK; prints what was answered and what is held
full_server.py FOLDER         no file of the server may grow beyond a limit, where this machine lets nobody mount a disk
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from sync.central.api import build_app
from sync.central.operate.check import check
from sync.central.serve import serving
from tests.central.speaking import Refused, World, statuses
from tests.central.toy import SCHEMA
from tests.postgres import MARKER, Databases, Server, running

ROOM = 3 * 1024 * 1024
"""Bytes that are left when laptops begin to hand in."""
LARGEST_FILE = 17 * 1024 * 1024
"""More than the server's own files need."""
OPS = 400
MOST_BATCHES = 200


def main(folder: Path, disk: Path | None) -> None:
    with running() as server:
        databases = Databases.begin(server)
        (folder / MARKER).write_text(databases.admin)
        make_room = on_disk(databases, folder, disk) if disk else short_files(server)
        world = World(folder)
        with serving(build_app(world.centre)) as url:
            sys.stdout.write(json.dumps(hand_in(world, url, make_room)))
        world.store.close()


def on_disk(databases: Databases, folder: Path, disk: Path) -> Callable[[], None]:
    """Put the folder's database on the disk and fill the disk; gives what makes room again."""
    space, ballast = disk / "space", disk / "ballast"
    space.mkdir()
    if os.geteuid() == 0:
        shutil.chown(space, "postgres")
    name = databases.of(folder).partition("@/")[2].partition("?")[0]
    with psycopg.connect(databases.admin, autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
        connection.execute(f"ALTER DATABASE {name} SET TABLESPACE small")
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - ROOM))
    return ballast.unlink


def short_files(server: Server) -> Callable[[], None]:
    """Limit the files of whoever connects from now on; gives what lifts the limit, for which all connect anew."""
    server.limit_files(LARGEST_FILE)

    def lift() -> None:
        server.limit_files(None)
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname ~ '^centre'"
            )

    return lift


def hand_in(world: World, url: str, make_room: Callable[[], None]) -> dict[str, Any]:
    """Hand in until the centre cannot, make room, and go on with what it had no answer for."""
    laptop = world.laptop(url=url)
    received: list[str] = []
    refused: list[Any] = []
    for _ in range(MOST_BATCHES):
        ops = [laptop.op(fields=a_long_note()) for _ in range(OPS)]
        batch = laptop.batch(ops)
        try:
            laptop.send(batch)
        except Refused as refusal:
            refused = [refusal.status, refusal.type, refusal.headers["Retry-After"]]
            break
        received += [op.id for op in ops]
    before = held(world)
    make_room()
    again = laptop.send(batch)
    after = laptop.push(laptop.op(fields=a_long_note()))
    return {
        "refused": refused,
        "received": len(received),
        "kept": before == set(received),
        "again": sorted({*statuses(again), *statuses(after)}),
        "repeated": sum(result.repeated for result in again.results),
        "whole": held(world) == {*received, *(result.op for result in (*again.results, *after.results))},
        "faults": faults(world),
    }


def a_long_note() -> dict[str, Any]:
    """What no database can make small."""
    return {"title": "A lamp", "status": "open", "why": os.urandom(1_900).hex()}


def held(world: World) -> set[str]:
    """Every op on a note that the centre has."""
    return {op for (op,) in world.rows("SELECT id FROM ops WHERE kind = 'note'")}


def faults(world: World) -> int:
    """What a look through the whole centre finds."""
    with world.store.reading() as tx:
        return check(tx, SCHEMA, lambda _: None, lambda _: lambda _: None).faults


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
