"""What the centre itself writes: ops like anybody's, in a stream of its own, in the feed that the transaction holds."""

from collections.abc import Mapping
from uuid import UUID, uuid5

from sync.central.ground import Ground
from sync.central.held import Entry, HeldStream, NewBatch
from sync.central.ledger import Incoming, Ledger
from sync.central.packing import pack_ops
from sync.central.ports import Transaction
from sync.central.receipts import receipt
from sync.core.ops import Op, canonical, links
from sync.core.protocol import OpResult
from sync.core.schema import Json


class OwnStream:
    """The centre's ops of one transaction, kept as a batch when it ends."""

    def __init__(self, tx: Transaction, ledger: Ledger, ground: Ground) -> None:
        self._tx = tx
        self._ledger = ledger
        self._ground = ground
        self._entries: list[Entry] = []
        self._texts: list[bytes] = []
        self.arriving: frozenset[str] = frozenset()  # ids of the batch that is being taken in

    def write(
        self, kind: str, record: str, fields: Mapping[str, Json], *, made_by: str | None = None, begins: bool = False
    ) -> OpResult:
        """Write fields of a record over what stands there now.

        Args:
            kind: A kind of the schema.
            record: UUID.
            fields: Whole groups.
            made_by: The device that counts as the maker of a new record; by default the centre.
            begins: See `compose`.
        """
        incoming = self.compose(kind, record, fields, made_by=made_by, begins=begins)
        _, result = self._ledger.merge(incoming)
        self.enter(incoming.op, result)
        return result

    def compose(
        self, kind: str, record: str, fields: Mapping[str, Json], *, made_by: str | None = None, begins: bool = False
    ) -> Incoming:
        """An op of the centre over what stands there now; whoever merges it enters it.

        Args:
            kind: A kind of the schema.
            record: UUID.
            fields: Whole groups.
            made_by: The device that counts as the maker of a new record; by default the centre.
            begins: It begins the record and has one id in every history, so that what was written on having seen it
                finds it again after a restore.
        """
        ground, ledger = self._ground, self._ledger
        held = ledger.record(kind, record)
        writers = {} if held is None else held.state.writers
        op = Op(
            id=self._first_id(kind, record) if begins else ground.surroundings.new_id(),
            kind=kind,
            record=record,
            region=ledger.region,
            schema=ground.schema.version,
            fields=fields,
            seen={name: writers[name][0] for name in fields if writers.get(name)},
            author=ground.centre,
            captured_at=ledger.now,
        )
        return Incoming(op, ground.schema.by_name[kind], {}, ground.origin, made_by or ground.centre)

    def _first_id(self, kind: str, record: str) -> str:
        """The id of the op that begins a record; where a device has taken it for an op of its own, another one."""
        first = str(uuid5(UUID(record), kind))
        taken = first in self.arriving or self._tx.known_ops((first,))
        return self._ground.surroundings.new_id() if taken else first

    def enter(self, op: Op, result: OpResult) -> None:
        """Take a merged op into the stream."""
        self._entries.append(Entry(len(self._entries), op.id, op.hash, op.kind, op.record, result))
        self._texts.append(canonical(op.to_wire()))

    def flush(self, epoch: str) -> None:
        """Keep what was written as the next batch of the stream, signed with a receipt."""
        if not self._entries:
            return
        ground, tx = self._ground, self._tx
        stream = tx.stream(ground.stream) or HeldStream(ground.stream, ground.centre, 0, "")
        first = stream.last_seq + 1
        hashes = tuple(entry.hash for entry in self._entries)
        chain = links(stream.link, stream.id, first, hashes)
        tx.put_stream(HeldStream(stream.id, stream.device, stream.last_seq + len(hashes), chain[-1]))
        batch = NewBatch(
            stream=stream.id,
            first_seq=first,
            count=len(hashes),
            region=self._ledger.region,
            device=ground.centre,
            route="central",
            received_at=self._ledger.now,
            prev=stream.link,
            hashes=hashes,
            ops=pack_ops(self._texts),
        )
        tx.put_batch(batch, self._entries)
        receipt(
            tx,
            ground.keys,
            device=ground.centre,
            stream=stream.id,
            epoch=epoch,
            now=self._ledger.now,
            first_seq=first,
            hashes=hashes,
            has_news=True,
            results=[entry.result for entry in self._entries],
        )
