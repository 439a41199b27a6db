"""Serving the centre: a composition root like `central.py`, and the only one that loads a web server.

In: the URL of a database. Out: a server, as the whole process or beside it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sync.central import serve as server
from sync.central.api import build_app
from sync.central.errors import UnavailableError
from sync.central.figure_following import following
from sync.central.metrics import Metrics
from sync.central.operate.rotation import end_old_keys
from sync.central.operator_api import build_operator_app
from sync.central.stores import AnyStore
from terreno_app.central import SYSTEM_CLOCK, centre_of, store_of
from terreno_app.domain.clock import Clock
from terreno_app.services.errors import ServiceError

OPERATORS_HOST = "127.0.0.1"
"""Health and metrics are for this machine; whoever collects them from another one comes through a door of their own."""


def serve(
    database: str,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    announce: Callable[[str, str | None], None],
    operate: int | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> None:
    """Serve until the process is told to stop.

    Args:
        database: `sqlite:///path` or `postgresql://…`.
        host: Address to listen on.
        port: 0 for any free one.
        announce: Told the URL once the centre listens, and that of the operators' port where there is one.
        operate: Port on this machine alone for whoever operates it (0: any free one); ``None`` opens none.
        clock: Where the hour comes from.

    Raises:
        ServiceError: `unknown_database` or `port_in_use`.
    """
    with store_of(database) as store:
        centre = centre_of(store, clock, database)
        metrics = Metrics(store)
        app = metrics.measured(build_app(centre))
        end_old_keys(store, clock.now())
        centre.consignments.end_old()
        try:
            with following(centre.folding), _operated(store, metrics, operate) as operators:
                server.serve(app, host, port, lambda url: announce(url, operators))
        except UnavailableError as error:
            raise ServiceError("port_in_use") from error


@contextmanager
def _operated(store: AnyStore, metrics: Metrics, port: int | None) -> Iterator[str | None]:
    """Answer whoever operates the centre while the block runs; gives the URL."""
    if port is None:
        yield None
        return
    with server.serving(build_operator_app(store, metrics), OPERATORS_HOST, port) as url:
        yield url


@contextmanager
def serving(database: str, host: str = "127.0.0.1", port: int = 0, *, clock: Clock = SYSTEM_CLOCK) -> Iterator[str]:
    """Serve in a thread of this process while the block runs; gives the URL.

    Raises:
        ServiceError: `unknown_database`.
    """
    with store_of(database) as store, server.serving(build_app(centre_of(store, clock, database)), host, port) as url:
        yield url
