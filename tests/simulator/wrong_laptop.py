"""Mistakes that a laptop could make; each is a context in which its classes do the wrong thing."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sync.central.ledger import Incoming, Ledger
from sync.client import pushing
from sync.client.conversation import Conversation
from sync.core.merge import Merged, Shown
from sync.core.ops import Op
from sync.core.protocol import OpResult
from terreno_app.services.errors import ServiceError
from terreno_app.services.writing import Writer
from terreno_app.storage import leaving, pulling, restarting, showing, writing
from terreno_app.storage.facts import identity_of, put_identity
from terreno_app.storage.outbox import OutboxSide
from terreno_app.storage.pulling import PullingSide
from terreno_app.storage.restarting import RestartingSide
from terreno_app.storage.showing import base_of, read_shown
from terreno_app.storage.sqlcipher import Connection


def edit_checks_the_hour() -> AbstractContextManager[Any]:
    """An edit is refused when the record was received in the future of this laptop's clock."""
    right = Writer.append

    def wrong(self: Writer, write: Any, *args: Any, **given: Any) -> str:
        received = (given.get("fields") or {}).get("received_at")
        now = self.clock.now().isoformat()
        if isinstance(received, str) and received[:19] > now[:19]:
            raise ServiceError("future")
        return right(self, write, *args, **given)

    return patch.object(Writer, "append", wrong)


def seen_at_save() -> AbstractContextManager[Any]:
    """What was seen is looked up when the form is saved."""
    right = Writer.append

    def wrong(self: Writer, write: Any, kind: str, record: str, *args: Any, **given: Any) -> str:
        row = write._connection.execute(
            "SELECT fields, writer, writers FROM shown WHERE kind = ? AND record = ?", (kind, record)
        ).fetchone()
        seen = {} if row is None else dict(read_shown(*row).writers)
        return right(self, write, kind, record, *args, **{**given, "seen": seen})

    return patch.object(Writer, "append", wrong)


def integer_base_version() -> AbstractContextManager[Any]:
    """An op carries the number of the record that its laptop last pulled, and the centre compares numbers."""
    append, right = Writer.append, Ledger.merge

    def numbered(self: Writer, write: Any, kind: str, record: str, *args: Any, **given: Any) -> str:
        base = base_of(write._connection, kind, record)
        held = write.append

        def with_base(op: Op, values: Any) -> None:
            held(replace(op, extra={"base": 0 if base is None else base.change}), values)

        with patch.object(write, "append", with_base):
            return append(self, write, kind, record, *args, **given)

    def wrong(self: Ledger, incoming: Incoming) -> tuple[Merged, OpResult]:
        base = incoming.op.extra.get("base")
        held = self.record(incoming.op.kind, incoming.op.record)
        if not isinstance(base, int) or held is None:
            return right(self, incoming)
        touched = {**incoming.op.fields, **incoming.values}
        writers = {name: held.state.writers[name][0] for name in touched if held.state.writers.get(name)}
        known = self._tx.known_ops(set(writers.values()))  # type: ignore[attr-defined]
        newer = any(known[one].result.change > base for one in writers.values() if one in known)
        seen = {} if newer else writers
        return right(self, incoming._replace(op=replace(incoming.op, seen=seen)))

    @contextmanager
    def both() -> Iterator[None]:
        with patch.object(Writer, "append", numbered), patch.object(Ledger, "merge", wrong):
            yield

    return both()


def no_overlay() -> AbstractContextManager[Any]:
    """The screen shows what was pulled."""
    return patch.object(showing, "overlay", lambda base, own: base if base.fields else _first(own))


def _first(own: Any) -> Shown:
    """Of a record that was never pulled, the op that made it."""
    op, values = next(iter(own))
    touched = {**op.fields, **values}
    return Shown(touched, dict.fromkeys(touched, op.id))


def forget_on_send() -> AbstractContextManager[Any]:
    """What was sent is taken for received."""
    right = OutboxSide.mark_sent

    def wrong(self: OutboxSide, ops: Sequence[str]) -> None:
        right(self, ops)
        with self._connections.writing() as connection:
            _take_for_received(connection, ops)

    return patch.object(OutboxSide, "mark_sent", wrong)


def _take_for_received(connection: Connection, ops: Sequence[str]) -> None:
    """Give ops the last receipt, which says nothing of them."""
    (number,) = connection.execute("SELECT MAX(number) FROM receipts").fetchone()
    connection.executemany(
        "UPDATE ops SET state = 'received', status = 'applied', receipt = ? WHERE op = ? AND receipt IS NULL",
        [(number, op) for op in ops if number is not None],
    )


def pull_overwrites_pending() -> AbstractContextManager[Any]:
    """A record that was pulled takes the place of what was typed and not sent yet."""
    right = PullingSide.accept_page

    def wrong(self: PullingSide, since: int, page: Any) -> int:
        stored = right(self, since, page)
        with self._connections.writing() as connection:
            for record in page.records:
                rows = connection.execute(
                    "SELECT op FROM ops WHERE kind = ? AND record = ? AND receipt IS NULL", (record.kind, record.record)
                ).fetchall()
                _take_for_received(connection, [op for (op,) in rows])
        return stored

    return patch.object(PullingSide, "accept_page", wrong)


def ignore_epoch() -> AbstractContextManager[Any]:
    """A new history of the centre is taken for the old one."""

    def wrong(self: Conversation, epoch: str) -> None:
        if epoch != self.identity.epoch:
            with self.outbox._connections.writing() as connection:  # type: ignore[attr-defined]
                put_identity(connection, replace(identity_of(connection), epoch=epoch))
            self.refresh()

    return patch.object(Conversation, "need_epoch", wrong)


def empty_base_on_epoch() -> AbstractContextManager[Any]:
    """When the centre was restored, the laptop forgets what it had pulled and begins anew."""
    right = RestartingSide.enter_epoch

    def wrong(self: RestartingSide, epoch: str, at: str) -> bool:
        entered = right(self, epoch, at)
        if entered:
            with self._connections.writing() as connection:
                restarting._change_bases(connection)
        return entered

    return patch.object(RestartingSide, "enter_epoch", wrong)


def read_on_in_new_role() -> AbstractContextManager[Any]:
    """A device that was given another role goes on reading where it stood."""
    return patch.object(pulling, "read_again", lambda _: None)


def empty_base_on_new_role() -> AbstractContextManager[Any]:
    """A device that was given another role forgets what it had pulled and begins anew."""

    def wrong(connection: Connection) -> None:
        connection.execute("DELETE FROM cursors")
        connection.execute("DELETE FROM arriving")
        restarting._change_bases(connection)

    return patch.object(pulling, "read_again", wrong)


def fate_of_another_op() -> AbstractContextManager[Any]:
    """What became of an op is looked up under its own id, also where that stands for another op."""
    return patch.object(pulling, "ID_REUSED", "")


def acknowledge_by_sequence() -> AbstractContextManager[Any]:
    """A receipt is taken to say "all up to here", whatever stream it speaks of and whatever it covers."""
    right = OutboxSide.accept

    def wrong(self: OutboxSide, batch: Any, answer: Any) -> None:
        right(self, batch, answer)
        body = answer.receipt.body
        with self._connections.writing() as connection:
            stream = identity_of(connection).stream
            rows = connection.execute(
                "SELECT ops.op FROM ops JOIN streams ON streams.place = ops.stream WHERE streams.id = ? AND seq <= ?",
                (stream, body["first_seq"] + body["count"] - 1),
            ).fetchall()
            _take_for_received(connection, [op for (op,) in rows])

    @contextmanager
    def trusting() -> Iterator[None]:
        with patch.object(OutboxSide, "accept", wrong), patch.object(pushing, "verify_answer", lambda *_: None):
            yield

    return trusting()


def journal_without_erase() -> AbstractContextManager[Any]:
    """An erasure takes a person's data off the screen, and leaves it in the ops that the laptop keeps."""
    right = leaving.erase

    def wrong(connection: Connection, schema: Any, kind: str, record: str) -> None:
        kept = connection.execute(
            "SELECT salt, private, sealed, place FROM op_bodies WHERE place IN"
            " (SELECT place FROM ops WHERE kind = ? AND record = ?)",
            (kind, record),
        ).fetchall()
        right(connection, schema, kind, record)
        connection.executemany("UPDATE op_bodies SET salt = ?, private = ?, sealed = ? WHERE place = ?", kept)

    @contextmanager
    def everywhere() -> Iterator[None]:
        with patch.object(pulling, "erase", wrong), patch.object(writing, "erase", wrong):
            yield

    return everywhere()
