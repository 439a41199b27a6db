"""One use case, one transaction: what a use case may write into the laptop's store, all of it or nothing."""

from sync.client.compose import PrivateValues
from sync.client.ports import DeviceIdentity
from sync.core.ops import Op, canonical, link, private_digest, sha256
from sync.core.schema import Json, Schema
from terreno_app.storage.errors import BrokenRuleError, NotEnrolledError
from terreno_app.storage.facts import IDENTITY, identity_of, put_identity, put_meta
from terreno_app.storage.leaving import erase
from terreno_app.storage.showing import lay_over, text
from terreno_app.storage.sqlcipher import Connection

_PRESENT_STREAM = """
    SELECT streams.place, streams.id, streams.last_seq, streams.last_link
    FROM meta
    JOIN streams ON streams.id = json_extract(meta.value, '$.stream')
    WHERE meta.key = ?
"""


class Writing:
    """An open transaction. It ends with the block that opened it."""

    def __init__(self, connection: Connection, schema: Schema) -> None:
        self._connection = connection
        self._schema = schema

    def take_counter(self, name: str) -> int:
        """The next number of a counter, from 1; a number taken in a transaction that failed is given again."""
        row = self._connection.execute(
            """
            INSERT INTO counters (name, value)
            VALUES (?, 1)
            ON CONFLICT (name) DO UPDATE SET value = value + 1
            RETURNING value
            """,
            (name,),
        ).fetchone()
        return int(row[0])

    def append(self, op: Op, values: PrivateValues | None) -> None:
        """Stamp an op into the stream, show it, and leave it in the outbox.

        Raises:
            NotEnrolledError: the folder has no device yet.
            BrokenRuleError: the op's private values are not those that it promises, or its id is taken.
        """
        self._check(op, values)
        stream_place, stream, last_seq, last_link = self._stream()
        wire = canonical(op.to_wire())
        op_hash = sha256(wire)
        seq = last_seq + 1
        linked = link(last_link, stream, seq, op_hash)
        self._connection.execute(
            "UPDATE streams SET last_seq = ?, last_link = ? WHERE place = ?",
            (seq, linked, stream_place),
        )
        place = self._connection.execute(
            "INSERT INTO ops (op, kind, record, region, stream, seq) VALUES (?, ?, ?, ?, ?, ?)",
            (op.id, op.kind, op.record, op.region, stream_place, seq),
        ).lastrowid
        salt, private = (None, None) if values is None else (values.salt, canonical(dict(values.fields)).decode())
        self._connection.execute(
            """
            INSERT INTO op_bodies (place, hash, link, captured_at, wire, salt, private)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            (place, op_hash, linked, op.captured_at, wire, salt, private),
        )
        for conflict in op.resolves:
            self._connection.execute("INSERT INTO resolutions (conflict, place) VALUES (?, ?)", (conflict, place))
        lay_over(self._connection, op, values.fields if values else {})
        if op.erase:
            erase(self._connection, self._schema, op.kind, op.record)

    def _stream(self) -> tuple[int, str, int, str]:
        """Place, id, last number and last link of the stream that this device writes."""
        row = self._connection.execute(_PRESENT_STREAM, (IDENTITY,)).fetchone()
        if row is None:
            raise NotEnrolledError
        place, stream, last_seq, last_link = row
        return place, stream, last_seq, last_link

    def label(self) -> str:
        """What people call this device now: after a fork it is another label than when the laptop was opened."""
        return identity_of(self._connection).label

    def put_meta(self, key: str, value: Json) -> None:
        """Keep a small secret or fact of this laptop; ``None`` forgets it."""
        put_meta(self._connection, key, value)

    def put_identity(self, identity: DeviceIdentity) -> None:
        """Make the folder that of an enrolled device, or follow a change of what the centre calls it."""
        put_identity(self._connection, identity)

    def save_draft(self, key: str, value: Json) -> None:
        """Keep what a person is typing, with the writers that were on screen."""
        self._connection.execute(
            "INSERT INTO drafts (key, body) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body",
            (key, text(value)),
        )

    def discard_draft(self, key: str) -> None:
        """Forget a draft; one that is not there is fine."""
        self._connection.execute("DELETE FROM drafts WHERE key = ?", (key,))

    def log_access(self, officer: str, kind: str, record: str, at: str) -> None:
        """Write that an officer opened personal data of a record at an instant."""
        self._connection.execute(
            "INSERT INTO access_log (officer, kind, record, at) VALUES (?, ?, ?, ?)", (officer, kind, record, at)
        )

    def _check(self, op: Op, values: PrivateValues | None) -> None:
        """No private value in the open part of an op, and beside it exactly those whose digest it holds."""
        kind = self._schema.kind(op.kind)
        if kind is None:
            raise BrokenRuleError("an op of a kind that nobody knows")
        if kind.private.intersection(op.fields):
            raise BrokenRuleError("a private value in the open part of an op")
        promised = None if values is None else private_digest(values.salt, values.fields)
        if promised != op.private:
            raise BrokenRuleError("private values that are not those of the op")
