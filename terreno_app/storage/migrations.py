"""Brings the laptop's database to this program's version. What there is to do stands in ``steps``.

The steps, and the library that runs them, are loaded for a database that needs one: nobody waits for them each morning.
"""

import importlib

from terreno_app.storage.connection import translated
from terreno_app.storage.errors import NewerDatabaseError
from terreno_app.storage.sqlcipher import Connection

VERSION = 6
"""The highest of the steps; ``user_version`` of a database that this program wrote."""
_STEPS = "terreno_app.storage.steps"


def pending(connection: Connection) -> int | None:
    """The version of a database that a migration would change; ``None`` where there is nothing to do."""
    with translated():
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found if 0 < found < VERSION else None


def migrate(connection: Connection) -> None:
    """Bring a database to this program's version.

    Raises:
        NewerDatabaseError: a later version wrote it; nothing is touched.
    """
    with translated():
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > VERSION:
            raise NewerDatabaseError
        if found < VERSION:
            importlib.import_module(_STEPS).apply(connection)
