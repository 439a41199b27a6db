"""A real PostgreSQL for tests: a server of their own in a folder of its own, and databases that are lent and cleaned.

It listens on a socket in that folder and on no port. Durability against a power cut is off; a killed server loses
nothing all the same, because the machine lives on.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg

from sync.central.store_postgres import PostgresStore

OLDEST = 15
MARKER = "postgres"
"""A file of this name in a folder: centres in the folder, and below, are on the server whose URL it holds."""

ROOT = "PYTEST_DEBUG_TEMPROOT"
"""Where a run of tests keeps its folders, if it says so: in memory a server takes two thirds of the time."""

MODEL = "model_centre"
BARE = "bare"
OUT = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"

_QUICK = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "max_connections": "200",
}


def programs() -> Path:
    """The folder with the newest server that is installed."""
    on_path = shutil.which("postgres")
    found = {folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "postgres").exists()}
    found |= {Path(on_path).resolve().parent} if on_path else set()
    versions = {folder: _version(folder / "postgres") for folder in found}
    newest = max(versions, key=lambda folder: versions[folder], default=None)
    if newest is None or versions[newest] < OLDEST:
        raise RuntimeError(f"PostgreSQL {OLDEST} or newer is missing: packaging/setup.sh dev")
    return newest


def _version(program: Path) -> int:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    number = re.search(r"[0-9]+", told)
    return 0 if number is None else int(number.group())


class Server:
    """A server in a new folder. As root it runs as `postgres`, because it refuses to be root."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="terreno-postgres-", dir=os.environ.get(ROOT)))
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._programs = programs()
        self.ready = threading.Event()
        """Set while it answers, as far as it has said."""
        self._hurt = threading.Event()
        options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [self._programs / "initdb", "-D", self.folder / "data", *options],
            **self._as_user(),
            check=True,
            capture_output=True,
        )
        self.start()

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {"cwd": self.folder}
        return {"cwd": self.folder, "user": self._user, "group": self._user, "extra_groups": []}

    def start(self) -> None:
        """Start it, and wait until it answers. It ends with the thread that started it."""
        settings = [part for name, value in _QUICK.items() for part in ("-c", f"{name}={value}")]
        # Whatever becomes of the tests, the server does not outlive them.
        command = ["setpriv", "--pdeathsig", "QUIT", self._programs / "postgres", "-D", self.folder / "data"]
        self._process = subprocess.Popen(
            [*command, "-k", self.folder, *settings], **self._as_user(), stderr=subprocess.PIPE, text=True
        )
        self._said: list[str] = []
        told = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(self._process.stderr, told), daemon=True)
        self._listener.start()
        told.wait(60)
        assert self._process.poll() is None, "".join(self._said)

    def _listen(self, log: IO[str], told: threading.Event) -> None:
        """Read what the server says; the end comes when the last of its processes is gone."""
        with log:
            for line in log:
                self._said.append(line)
                if "ready to accept connections" in line:
                    self.ready.set()
                    told.set()
                if "terminating any other active server processes" in line:
                    self.ready.clear()
                    self._hurt.set()
        told.set()

    def url(self, database: str) -> str:
        """Where a database of the server is."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def limit_files(self, largest: int | None) -> None:
        """Let no file grow beyond so many bytes by whoever connects from now on; ``None`` lifts the limit."""
        limit = "unlimited" if largest is None else str(largest)
        # Only the softer limit, so that it can be lifted, and by the user whose process it is.
        command = ["prlimit", "--pid", str(self._process.pid), f"--fsize={limit}:"]
        subprocess.run(command, **self._as_user(), check=True, capture_output=True)

    def kill(self) -> None:
        """End it at once, as a machine without power would, and wait until every process of it is gone."""
        self.ready.clear()
        self._process.kill()
        self._process.wait()
        self._listener.join(60)

    def kill_process(self, pid: int) -> None:
        """End one of its processes at once; it ends all others, and begins again by itself."""
        self._hurt.clear()
        os.kill(pid, signal.SIGKILL)
        self._hurt.wait(60)
        self.ready.wait(60)

    def stop(self) -> None:
        """End it and remove its folder."""
        self._process.send_signal(signal.SIGQUIT)
        try:
            self._process.wait(30)
        finally:
            self.kill()
            shutil.rmtree(self.folder, ignore_errors=True)


class Databases:
    """Databases of a server with the tables of a centre, lent to folders; one that comes back is emptied for the next.

    Emptying takes a fiftieth of the time of making one. Who has which stands in the server, so that other processes of
    a test find theirs too.
    """

    def __init__(self, admin: str) -> None:
        self.admin = admin

    @classmethod
    def begin(cls, server: Server) -> Databases:
        """The first database, from which the others are copied."""
        admin = server.url("postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE TABLE lent (name TEXT PRIMARY KEY, folder TEXT UNIQUE)")
            connection.execute("CREATE SEQUENCE made")
            connection.execute(f"CREATE DATABASE {MODEL}")
        PostgresStore(server.url(MODEL)).close()
        return cls(admin)

    def of(self, folder: Path) -> str:
        """The URL of a folder's database."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            name = self._lent(connection, folder) or self._made(connection, folder, "centre", MODEL)
        return self._url(name)

    def bare(self, folder: Path) -> str:
        """The URL of a new database that holds no table, for a folder that has none yet."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            return self._url(self._made(connection, folder, BARE, "template0"))

    def _url(self, name: str) -> str:
        return self.admin.replace("/postgres?", f"/{name}?")

    def _lent(self, connection: psycopg.Connection, folder: Path) -> str | None:
        mine = "SELECT name FROM lent WHERE folder = %s"
        free = (
            "UPDATE lent SET folder = %s WHERE name = (SELECT MIN(name) FROM lent WHERE folder IS NULL) RETURNING name"
        )
        row = connection.execute(mine, (str(folder),)).fetchone() or connection.execute(free, (str(folder),)).fetchone()
        return None if row is None else str(row[0])

    def _made(self, connection: psycopg.Connection, folder: Path, kind: str, model: str) -> str:
        number = connection.execute("SELECT nextval('made')").fetchone()
        assert number is not None
        name = f"{kind}_{number[0]:04d}"
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {model} STRATEGY file_copy")
        connection.execute("INSERT INTO lent (name, folder) VALUES (%s, %s)", (name, str(folder)))
        return name

    @contextmanager
    def closed(self, folder: Path) -> Iterator[None]:
        """Throw everybody out of a folder's database, and let nobody in while the block runs."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            name = self._lent(connection, folder)
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            connection.execute(OUT, (name,))
            yield
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    def take_back(self, folder: Path) -> None:
        """Empty every database of a folder and below it, whoever is still in it."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            lent = connection.execute("SELECT name, folder FROM lent WHERE folder IS NOT NULL").fetchall()
            for name in (name for name, where in lent if Path(where).is_relative_to(folder)):
                if name.startswith(BARE):
                    connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
                    connection.execute("DELETE FROM lent WHERE name = %s", (name,))
                else:
                    connection.execute(OUT, (name,))
                    _empty(self._url(name))
                    connection.execute("UPDATE lent SET folder = NULL WHERE name = %s", (name,))


def _empty(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'"
        ).fetchall()
        # Whole and at once, so no foreign key needs to be looked at.
        deletions = "; ".join(f"DELETE FROM {table}" for (table,) in tables)  # noqa: S608 - names from the catalogue
        again = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"
        connection.execute(f"SET session_replication_role = replica; {deletions}; {again}")


@contextmanager
def running() -> Iterator[Server]:
    """A server while the block runs."""
    server = Server()
    try:
        yield server
    finally:
        server.stop()


def kept_in(folder: Path) -> Databases | None:
    """The databases of the server that keeps the centre in a folder, if it is not in a file there."""
    for place in (folder, *folder.parents):
        if (place / MARKER).is_file():
            return Databases((place / MARKER).read_text())
    return None
