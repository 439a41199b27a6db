"""Databases of a PostgreSQL server by their URL. Loaded only for such a URL: on a file nobody waits for the driver."""

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import PGconn, Ping

from sync.central.errors import UnavailableError, UnknownDatabaseError
from sync.central.store_postgres import PostgresStore


def open_on_server(url: str, *, as_found: bool) -> PostgresStore:
    """Open a database; see `stores.open_store`."""
    try:
        return PostgresStore(url, as_found=as_found)
    except psycopg.ProgrammingError as error:
        raise UnknownDatabaseError from error
    except UnavailableError as error:
        if PGconn.ping(url.encode()) == Ping.OK:
            raise UnknownDatabaseError from error
        raise


def shown_of_server(url: str) -> str:
    """A URL as it may be shown: without its password."""
    try:
        said = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "postgresql://…"
    place = f"{said.get('host') or ''}:{said['port']}" if said.get("port") else f"{said.get('host') or ''}"
    return f"postgresql://{place}/{said.get('dbname') or ''}"
