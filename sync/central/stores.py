"""From the URL of a database to the store behind it: `sqlite:///path` or `postgresql://…`."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from sync.central.errors import DeniedError, FullError, UnavailableError, UnknownDatabaseError
from sync.central.store_sqlite import SqliteStore

if TYPE_CHECKING:
    from sync.central.store_postgres import PostgresStore

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")

AnyStore = Union[SqliteStore, "PostgresStore"]


def open_store(url: str, *, exists: bool = True, as_found: bool = False) -> AnyStore:
    """Open a database.

    Args:
        url: Where it is. A server's database has to be there; its tables are made when they are not.
        exists: A file has to be there too.
        as_found: Leave an empty or older database as it is.

    Raises:
        UnknownDatabaseError: there is none, it is no database, or the server lets nobody of that name in.
        UnavailableError: the server does not answer.
        DeniedError, FullError: this account may not write where the file lies, or there is no room.
        NewerDatabaseError: a newer version wrote it.
        OlderDatabaseError: an older version wrote it.
    """
    if url.startswith(_POSTGRES):
        on_server: PostgresStore = _server().open_on_server(url, as_found=as_found)
        return on_server
    path = Path(url.removeprefix(_SQLITE))
    if not url.startswith(_SQLITE) or (exists and not path.is_file()) or path.is_dir() or not path.parent.is_dir():
        raise UnknownDatabaseError
    try:
        return SqliteStore(path, as_found=as_found)
    except (DeniedError, FullError):
        raise
    except UnavailableError as error:
        raise UnknownDatabaseError from error


def file_of(url: str) -> Path | None:
    """The file of a database that is one."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None


def shown(url: str) -> str:
    """A URL as it may be shown: without its password."""
    if not url.startswith(_POSTGRES):
        return url
    without_password: str = _server().shown_of_server(url)
    return without_password


def _server() -> Any:
    """What knows PostgreSQL; its driver takes as long to load as everything else of a short command."""
    return importlib.import_module("sync.central.stores_postgres")
