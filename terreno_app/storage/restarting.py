"""When the stream or the history of the centre cannot go on: ops are stamped anew or offered again, none is lost."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from sync.core.ops import links
from sync.core.protocol import PulledRecord
from terreno_app.storage.connections import Connections
from terreno_app.storage.facts import (
    ENTERED,
    NEXT_STREAM,
    SECOND_BASE,
    get_meta,
    identity_of,
    in_second_base,
    put_identity,
    put_meta,
)
from terreno_app.storage.pulling import feeds_of, read_again, store_records
from terreno_app.storage.showing import settle
from terreno_app.storage.sqlcipher import Connection
from terreno_app.storage.vouched import offer, offer_rest


class RestartingSide:
    """Gaps, forks and new epochs."""

    _connections: Connections
    _new_id: Callable[[], str]

    def rewind(self, stream: str, seq: int) -> bool:
        """The centre lacks a stream from ``seq`` on: offer again from there.

        Returns:
            False when those ops are not held here; nothing is changed then.
        """
        with self._connections.writing() as connection:
            held = connection.execute(
                "SELECT ops.stream FROM ops JOIN streams ON streams.place = ops.stream"
                " WHERE streams.id = ? AND ops.seq = ?",
                (stream, seq),
            ).fetchone()
            if held is None:
                return False
            (place,) = held
            connection.execute(
                "UPDATE ops SET receipt = NULL, state = 'sent' WHERE stream = ? AND seq >= ? AND state = 'received'",
                (place, seq),
            )
        return True

    def name_next_stream(self) -> None:
        """Choose, once, the stream that comes after this one: batches name it, so that a fork's answer certifies it."""
        with self._connections.writing() as connection:
            if get_meta(connection, NEXT_STREAM) is None:
                put_meta(connection, NEXT_STREAM, self._new_id())

    def restart_stream(self, certificate: Mapping[str, Any] | None) -> None:
        """Take the next stream and stamp every pending op anew in it, ids and order kept, in one transaction.

        Args:
            certificate: After a fork, the device's new certificate: its label is the device's from now on.
        """
        with self._connections.writing() as connection:
            identity = replace(identity_of(connection), stream=str(get_meta(connection, NEXT_STREAM) or self._new_id()))
            put_meta(connection, NEXT_STREAM, None)
            if certificate is not None:
                identity = replace(identity, label=str(certificate["body"]["label"]), certificate=certificate)
            put_identity(connection, identity)
            _stamp_pending(connection, identity.stream)
            offer_rest(connection, self._new_id)

    def came_back(self, counters: Iterable[str], left_out: int) -> None:
        """This laptop was put back from a backup: go on in a new stream, and leave numbers of these counters out.

        Args:
            counters: Their names; one that was never used begins behind the gap.
            left_out: How many, so that none is given again of those that the lost days gave.
        """
        with self._connections.writing() as connection:
            connection.executemany(
                "INSERT INTO counters (name, value) VALUES (?1, ?2)"
                " ON CONFLICT (name) DO UPDATE SET value = value + ?2",
                [(name, left_out) for name in counters],
            )
        self.restart_stream(None)

    def enter_epoch(self, epoch: str, at: str) -> bool:
        """The centre was restored: what it vouches for, then every op held here is offered again.

        Pages fill a second base.

        Args:
            epoch: The centre's history.
            at: The centre's hour when it said so: an answer from before it, of any history, is of no use any more.

        Returns:
            False when this epoch was left before: an answer of the former centre, nothing is changed.
        """
        with self._connections.writing() as connection:
            if connection.execute("SELECT 1 FROM epochs WHERE epoch = ?", (epoch,)).fetchone():
                return False
            identity = replace(identity_of(connection), epoch=epoch, stream=self._new_id())
            put_identity(connection, identity)
            put_meta(connection, ENTERED, at)
            # The overlay stays as it is: the screen shows the first base until the second one is complete.
            connection.execute(
                """
                UPDATE ops
                SET receipt = NULL, status = NULL, change = 0, reason = NULL,
                    state = CASE state WHEN 'received' THEN 'sent' ELSE state END
                """
            )
            put_meta(connection, NEXT_STREAM, None)
            _stamp_pending(connection, identity.stream)
            offer(connection, self._new_id)
            read_again(connection)
        return True

    def pulled_all(self) -> bool:
        """Every feed was read to its end: a second base, if there is one, takes the place of the first.

        Returns:
            False when a feed has to be read from the beginning still, because the device's role changed meanwhile.
        """
        with self._connections.snapshot() as connection:
            if not in_second_base(connection):
                return True
        with self._connections.writing() as connection:
            read = {feed for (feed,) in connection.execute("SELECT feed FROM cursors")}
            if not read.issuperset(feeds_of(identity_of(connection).region)):
                return False
            _change_bases(connection)
        return True


def _stamp_pending(connection: Connection, stream: str) -> None:
    """Stamp every op without a receipt into an empty stream, in the order of saving."""
    pending = connection.execute(
        "SELECT place, hash FROM ops JOIN op_bodies USING (place) WHERE receipt IS NULL ORDER BY place"
    ).fetchall()
    chain = links("", stream, 1, (op_hash for _, op_hash in pending))
    places = [place for place, _ in pending]
    connection.executemany(
        "UPDATE ops SET stream = (SELECT place FROM streams WHERE id = ?), seq = ? WHERE place = ?",
        [(stream, seq, place) for seq, place in enumerate(places, 1)],
    )
    connection.executemany("UPDATE op_bodies SET link = ? WHERE place = ?", zip(chain, places, strict=True))
    if chain:
        connection.execute(
            "UPDATE streams SET last_seq = ?, last_link = ? WHERE id = ?", (len(chain), chain[-1], stream)
        )


def _change_bases(connection: Connection) -> None:
    put_meta(connection, SECOND_BASE, None)
    connection.execute("DELETE FROM conflicts")
    connection.execute("DELETE FROM late")
    connection.execute("DELETE FROM shown WHERE own = 0")
    connection.execute("UPDATE shown SET change = 0, base = NULL")
    arrived = connection.execute("SELECT wire FROM arriving ORDER BY place").fetchall()
    store_records(connection, [PulledRecord.from_wire(orjson.loads(wire)) for (wire,) in arrived])
    connection.execute("DELETE FROM arriving")
    settle(connection, connection.execute("SELECT DISTINCT kind, record FROM ops").fetchall())
