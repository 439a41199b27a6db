"""A centre that dies where it is told. Its parts are the real ones, put together here with a store that can kill.

mortal_centre.py DATABASE HOST [CERTIFICATE]   a line {name, port, point, number} begins a life, which says its URL
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn

from sync.central.api import build_app
from sync.central.centre import Centre
from sync.central.ground import Surroundings
from sync.central.ports import Store, Transaction
from sync.central.serve import serve
from sync.central.stores import open_store
from terreno_app.domain.ids import Ids
from terreno_app.paths import resources
from terreno_app.reconciliation import schema
from terreno_app.storage.resources import load_catalogues
from tests.days.lives import Death, fork_lives, say

BEFORE_COMMIT = "before_commit"
AFTER_COMMIT = "after_commit"
SCHEMA = schema(load_catalogues(resources()))


class MortalStore:
    """A store whose process may die at the end of a transaction."""

    def __init__(self, store: Store, at: Death) -> None:
        self._store = store
        self._at = at
        self.reading = store.reading
        self.glimpse = store.glimpse

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        with self._store.writing() as tx:
            yield tx
            self._at(BEFORE_COMMIT)
        self._at(AFTER_COMMIT)


def live(database: str, host: str, certificate: Path | None, told: Mapping[str, Any]) -> None:
    """Serve until death."""
    clock = SimpleNamespace(now=lambda: datetime.now(UTC))
    store = MortalStore(open_store(database), Death(told["point"], told["number"]))
    surroundings = Surroundings(clock.now, os.urandom, Ids(clock, os.urandom).new)
    app = build_app(Centre(store, SCHEMA, surroundings))
    if certificate is None:
        serve(app, host, told["port"], lambda url: say(told["name"], url=url))
        return
    with socket.create_server((host, told["port"])) as listener:
        say(told["name"], url=f"https://{host}:{listener.getsockname()[1]}")
        config = uvicorn.Config(app, ssl_certfile=certificate, log_config=None, access_log=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[listener])


def main(database: str, host: str, certificate: str | None = None) -> None:
    fork_lives(lambda told: live(database, host, certificate and Path(certificate), told))


if __name__ == "__main__":
    main(*sys.argv[1:])
