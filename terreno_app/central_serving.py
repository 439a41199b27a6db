"""Serving the centre: a composition root like `central.py`, and the only one that loads a web server.

In: the URL of a database. Out: a server, as the whole process or beside it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sync.central import serve as server
from sync.central.api import build_app
from sync.central.errors import UnavailableError
from sync.central.figure_following import following
from sync.central.operate.rotation import end_old_keys
from terreno_app.central import SYSTEM_CLOCK, centre_of, store_of
from terreno_app.domain.clock import Clock
from terreno_app.services.errors import ServiceError


def serve(
    database: str,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    announce: Callable[[str], None],
    clock: Clock = SYSTEM_CLOCK,
) -> None:
    """Serve until the process is told to stop.

    Args:
        database: `sqlite:///path` or `postgresql://…`.
        host: Address to listen on.
        port: 0 for any free one.
        announce: Told the URL once the centre listens.
        clock: Where the hour comes from.

    Raises:
        ServiceError: `unknown_database` or `port_in_use`.
    """
    with store_of(database) as store:
        centre = centre_of(store, clock, database)
        app = build_app(centre)
        end_old_keys(store, clock.now())
        try:
            with following(centre.folding):
                server.serve(app, host, port, announce)
        except UnavailableError as error:
            raise ServiceError("port_in_use") from error


@contextmanager
def serving(database: str, host: str = "127.0.0.1", port: int = 0, *, clock: Clock = SYSTEM_CLOCK) -> Iterator[str]:
    """Serve in a thread of this process while the block runs; gives the URL.

    Raises:
        ServiceError: `unknown_database`.
    """
    with store_of(database) as store, server.serving(build_app(centre_of(store, clock, database)), host, port) as url:
        yield url
