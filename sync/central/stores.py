"""From the URL of a database to the store behind it: `sqlite:///path` or `postgresql://…`."""

from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import PGconn, Ping

from sync.central.errors import UnavailableError, UnknownDatabaseError
from sync.central.store_postgres import PostgresStore
from sync.central.store_sqlite import SqliteStore

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")

AnyStore = SqliteStore | PostgresStore


def open_store(url: str, *, exists: bool = True, as_found: bool = False) -> AnyStore:
    """Open a database.

    Args:
        url: Where it is. A server's database has to be there; its tables are made when they are not.
        exists: A file has to be there too.
        as_found: Leave an empty or older database as it is.

    Raises:
        UnknownDatabaseError: there is none, it is no database, or the server lets nobody of that name in.
        UnavailableError: the server does not answer.
        NewerDatabaseError: a newer version wrote it.
        OlderDatabaseError: an older version wrote it.
    """
    if url.startswith(_POSTGRES):
        return _on_server(url, as_found=as_found)
    path = Path(url.removeprefix(_SQLITE))
    if not url.startswith(_SQLITE) or (exists and not path.is_file()) or not path.parent.is_dir():
        raise UnknownDatabaseError
    try:
        return SqliteStore(path, as_found=as_found)
    except UnavailableError as error:
        raise UnknownDatabaseError from error


def _on_server(url: str, *, as_found: bool) -> PostgresStore:
    try:
        return PostgresStore(url, as_found=as_found)
    except psycopg.ProgrammingError as error:
        raise UnknownDatabaseError from error
    except UnavailableError as error:
        if PGconn.ping(url.encode()) == Ping.OK:
            raise UnknownDatabaseError from error
        raise


def shown(url: str) -> str:
    """A URL as it may be shown: without its password."""
    if not url.startswith(_POSTGRES):
        return url
    try:
        said = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "postgresql://…"
    place = f"{said.get('host') or ''}:{said['port']}" if said.get("port") else f"{said.get('host') or ''}"
    return f"postgresql://{place}/{said.get('dbname') or ''}"
