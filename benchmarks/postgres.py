"""A PostgreSQL to measure: a server in a folder of its own, as durable as one in production, on a socket alone."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

# What a small server of the centre would be given; durability is PostgreSQL's own default and stays.
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "log_min_messages": "log",
    "log_checkpoints": "off",
}


def _programs() -> Path:
    """The folder with the newest server that is installed."""
    found = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "postgres").exists()]
    if not found:
        raise SystemExit("PostgreSQL is missing: packaging/setup.sh dev")
    return max(found, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0))


class Server:
    """A server. As root it runs as `postgres`, because it refuses to be root.

    Args:
        folder: Its own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        as_user: dict[str, Any] = {"cwd": folder}
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            as_user |= {"user": "postgres", "group": "postgres", "extra_groups": []}
        options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            [_programs() / "initdb", "-D", folder / "data", *options], **as_user, check=True, capture_output=True
        )
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [_programs() / "postgres", "-D", folder / "data", "-k", folder, *settings],
            **as_user,
            stderr=subprocess.PIPE,
            text=True,
        )
        log = self._process.stderr
        if log is None or not any("ready to accept connections" in line for line in log):
            raise SystemExit("PostgreSQL did not start")

    def url(self, database: str) -> str:
        """Where a database of the server is."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def new(self) -> str:
        """The URL of a new, empty database."""
        self._made += 1
        name = f"measured_{self._made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            connection.execute("CHECKPOINT")
        return self.url(name)

    def stop(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        if self._process.stderr is not None:
            self._process.stderr.close()


@contextmanager
def running() -> Iterator[Server]:
    """A server while the block runs."""
    with tempfile.TemporaryDirectory(prefix="terreno-measured-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.stop()
