"""Small facts of a laptop that stand alone: who it is, which epoch it knows, whether a second base is being filled."""

from dataclasses import asdict

import orjson

from sync.client.ports import DeviceIdentity
from sync.core.schema import Json
from terreno_app.storage.errors import NotEnrolledError
from terreno_app.storage.showing import text
from terreno_app.storage.sqlcipher import Connection

IDENTITY = "identity"
EPOCH = "epoch"
SECOND_BASE = "second_base"
NEXT_STREAM = "next_stream"
ENTERED = "epoch_entered_at"
"""The stream that this device takes when the present one turns out to have gone on elsewhere."""


def get_meta(connection: Connection, key: str) -> Json:
    """A small fact; ``None`` when there is none."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else orjson.loads(row[0])


def put_meta(connection: Connection, key: str, value: Json) -> None:
    """Keep a small fact; ``None`` forgets it."""
    if value is None:
        connection.execute("DELETE FROM meta WHERE key = ?", (key,))
        return
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, text(value)),
    )


def identity_of(connection: Connection) -> DeviceIdentity:
    """Who the device is.

    Raises:
        NotEnrolledError: the folder has no device yet.
    """
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (IDENTITY,)).fetchone()
    if row is None:
        raise NotEnrolledError
    return DeviceIdentity(**orjson.loads(row[0]))


def in_second_base(connection: Connection) -> bool:
    """Whether pages of a new epoch are being collected beside the base on screen."""
    return get_meta(connection, SECOND_BASE) is True


def put_identity(connection: Connection, identity: DeviceIdentity) -> None:
    """Keep who the device is, with its stream and the epoch it knows."""
    put_meta(connection, IDENTITY, asdict(identity))
    put_meta(connection, EPOCH, identity.epoch)
    connection.execute("INSERT OR IGNORE INTO epochs (epoch) VALUES (?)", (identity.epoch,))
    connection.execute("INSERT OR IGNORE INTO streams (id, last_seq, last_link) VALUES (?, 0, '')", (identity.stream,))
