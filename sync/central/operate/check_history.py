"""Part of a check: every stream from its first op to its head, with the answers and receipts that were given for it.

Each op is hashed again from its bytes, each link made again from the hashes, each root from the results.
"""

from collections.abc import Iterator, Mapping
from itertools import takewhile

import orjson

from sync.central.facts import STREAM
from sync.central.operate.check_receipts import Placed, Receipts
from sync.central.operate.inspection import MERGED, FaultCode, Inspection, Row
from sync.central.packing import ops_of
from sync.central.quarantine import names
from sync.central.states import conflict_of
from sync.central.value_checks import is_id
from sync.core.errors import UnreadableOpError
from sync.core.instants import parse_instant
from sync.core.ops import Op, links, made_id, made_ids, private_digest, sha256
from sync.core.schema import SHARED_FEED, Json

_HASH_BYTES = 32
_HELD = ("quarantined", "rejected")
_VERIFIED = frozenset({"wrong_type", "unknown_code", "immutable", "only_once", "waiting"})
"""Reasons for which an op is held after its private values were found to be those of its digest."""


class Changes:
    """Which changes of each feed were given to an op: one bit each."""

    def __init__(self, look: Inspection, last: Mapping[str, int], ops: int) -> None:
        self._look = look
        self._last = {region: change for region, change in last.items() if change <= ops}
        self._given = {region: bytearray(change // 8 + 1) for region, change in self._last.items()}
        for region in last.keys() - self._last.keys():
            look.fault(FaultCode.COUNTER, "feeds", region)

    def give(self, region: str, change: int, op: str) -> None:
        """Note the change of an op."""
        given = self._given.get(region)
        byte, bit = divmod(change, 8)
        if given is None or not 0 < change <= self._last[region] or given[byte] & 1 << bit:
            self._look.fault(FaultCode.COUNTER, "ops", op)
        else:
            given[byte] |= 1 << bit

    def close(self) -> None:
        """Tell of each feed in which a change was given to no op."""
        for region, given in self._given.items():
            whole = sum(byte.bit_count() for byte in given) == self._last[region]
            self._look.expect(whole, FaultCode.COUNTER, "feeds", region)


class History:
    """The streams of a centre."""

    def __init__(self, look: Inspection, epochs: Mapping[str, str]) -> None:
        self._look = look
        self._epochs = epochs
        last = {row["region"]: row["last_change"] for row in look.rows("feeds")}
        self._changes = Changes(look, last, look.tx.count("ops"))
        self.merged = 0
        """Ops that moved a record."""

    def check(self) -> None:
        """Look at every stream, and at what belongs to none."""
        look = self._look
        for stream in look.rows("streams"):
            with look.at("streams", stream["id"]):
                self._check_stream(stream)
        self._changes.close()
        for table, column, of, key in _BELONGING:
            if look.looked_at[table] != look.tx.count(table):
                self._tell_orphans(table, column, of, key)

    def _tell_orphans(self, table: str, column: str, of: str, key: str) -> None:
        for row in self._look.rows(table):
            if self._look.find(of, (key,), key, row[column]) is None:
                self._look.fault(FaultCode.ORPHAN, table, row.get("id", row[column]))

    def _check_stream(self, stream: Row) -> None:
        look = self._look
        known = stream["device"] == look.centre or bool(look.roles(stream["device"]))
        look.expect(known, FaultCode.MISSING, "streams", stream["id"])
        placed = self._placed(stream)
        receipts = Receipts(look, stream, placed, self._epochs)
        receipts.check()
        if stream["device"] == look.centre and look.tx.epoch() in receipts.of_epochs:
            look.expect(stream["id"] == look.tx.value(STREAM), FaultCode.DIFFERS, "centre", STREAM)

    def _placed(self, stream: Row) -> Iterator[Placed]:
        """Every op of a stream in order, looked at."""
        look = self._look
        device = look.find("devices", ("region",), "id", stream["device"])
        home = None if device is None else device["region"]
        seq, link = 0, ""
        for batch in look.rows_of("batches", "stream", stream["id"], "first_seq"):
            name = batch["id"]
            holds = batch["first_seq"] == seq + 1 and batch["prev"] == link
            look.expect(holds, FaultCode.LINK, "batches", name)
            same = batch["device"] == stream["device"]
            same = same and (batch["route"] == "central") == (batch["device"] == look.centre)
            same = same and home in (None, SHARED_FEED, batch["region"])
            look.expect(same, FaultCode.DIFFERS, "batches", name)
            raws, hashes = self._read(batch)
            yield from self._ops(batch, raws, hashes)
            seq = batch["first_seq"] + batch["count"] - 1
            link = links(batch["prev"], stream["id"], batch["first_seq"], hashes)[-1]
        look.expect((seq, link) == (stream["last_seq"], stream["link"]), FaultCode.LINK, "streams", stream["id"])

    def _read(self, batch: Row) -> tuple[list[Json], list[str]]:
        """The ops of a batch with their stored hashes."""
        look, name = self._look, batch["id"]
        packed = batch["hashes"]
        hashes = [packed[at : at + _HASH_BYTES].hex() for at in range(0, len(packed), _HASH_BYTES)]
        texts: list[bytes] = []
        raws: list[Json] = []
        with look.at("batches", name):
            parse_instant(batch["received_at"])
            texts = ops_of(batch["ops"])
            raws = [orjson.loads(text) for text in texts]
        if not len(raws) == len(hashes) == batch["count"]:
            look.fault(FaultCode.HASH, "batches", name)
        for place, (text, op_hash) in enumerate(zip(texts, hashes, strict=False)):
            look.expect(sha256(text) == op_hash, FaultCode.HASH, "batches", f"{name}/{place}")
        return raws, hashes

    def _ops(self, batch: Row, raws: list[Json], hashes: list[str]) -> Iterator[Placed]:
        look = self._look
        rows = {row["place"]: row for row in look.rows_of("ops", "batch", batch["id"], "place")}
        values = {row["place"]: row for row in look.rows_of("private_values", "batch", batch["id"], "place")}
        last = len(raws) - 1
        for place, (raw, op_hash) in enumerate(zip(raws, hashes, strict=False)):
            own = raw.get("op") if isinstance(raw, dict) else None
            row = rows.pop(place, None)
            held_as = self._held_as(own, op_hash, row)
            if row is None:
                known = look.tx.known_ops(held_as).values()
                there = any(one.hash == op_hash for one in known)
                look.expect(there, FaultCode.MISSING, "batches", f"{batch['id']}/{place}")
            else:
                with look.at("ops", row["id"]):
                    self._check_op(batch, row, raw, held_as)
                    self._check_values(row, raw, values.pop(place, None))
            sent = own if isinstance(own, str) else held_as[-1]
            received_at = batch["received_at"] if place == last else None
            yield Placed(batch["first_seq"] + place, op_hash, sent, held_as, received_at)
        for row in (*rows.values(), *values.values()):
            look.fault(FaultCode.ORPHAN, "ops" if "id" in row else "private_values", f"{batch['id']}/{row['place']}")

    def _held_as(self, own: Json, op_hash: str, row: Row | None) -> tuple[str, ...]:
        """The ids under which an op may be held: its own, and those made for it up to the first that is free."""
        named = (own,) if isinstance(own, str) and is_id(own) else ()
        if row is not None and row["id"] in named:
            return named
        made = list(takewhile(lambda one: self._look.tx.known_ops((one,)), made_ids(op_hash)))
        return (*named, *(made or [made_id(op_hash)]))

    def _check_op(self, batch: Row, row: Row, raw: Json, held_as: tuple[str, ...]) -> None:
        look, name = self._look, row["id"]
        hashed = batch["hashes"][row["place"] * _HASH_BYTES : (row["place"] + 1) * _HASH_BYTES]
        look.expect(row["hash"] == hashed, FaultCode.HASH, "ops", name)
        same = row["id"] in held_as and (row["kind"], row["record"]) == names(raw)
        look.expect(same, FaultCode.DIFFERS, "ops", name)
        if row["status"] in _HELD:
            waits = look.find("quarantine", ("op",), "op", name)
            moved = row["change"] != 0 or row["conflicts"] is not None
            look.expect(waits is not None and not moved, FaultCode.QUARANTINE, "ops", name)
            return
        look.expect(row["status"] in MERGED and row["reason"] is None, FaultCode.ANSWER, "ops", name)
        self.merged += 1
        self._changes.give(batch["region"], row["change"], name)
        for conflict in orjson.loads(row["conflicts"] or "[]"):
            there = look.find("conflicts", ("body",), "id", conflict)
            opened = there is not None and conflict_of(there["body"]).other_op == name
            look.expect(opened, FaultCode.MISSING, "ops", f"{name} → {conflict}")

    def _check_values(self, row: Row, raw: Json, values: Row | None) -> None:
        """The private values of an op are those of its digest, wherever they were ever held to it."""
        look, name = self._look, row["id"]
        op = _read(raw)
        digest = None if op is None else op.private
        if values is not None:
            entry = orjson.loads(values["body"])
            if self._held_to_digest(row):
                clear = op is not None and private_digest(bytes.fromhex(entry["salt"]), entry["fields"]) == digest
                look.expect(clear, FaultCode.VALUES, "private_values", name)
        elif digest is not None and self._held_to_digest(row):
            held = look.record(row["kind"], row["record"])
            look.expect(held is not None and held.state.erased, FaultCode.VALUES, "ops", name)

    def _held_to_digest(self, row: Row) -> bool:
        waits = self._look.find("quarantine", ("reason", "forgiven"), "op", row["id"])
        return waits is None or (not waits["forgiven"] and (row["status"] in MERGED or waits["reason"] in _VERIFIED))


_BELONGING = (
    ("batches", "stream", "streams", "id"),
    ("ops", "batch", "batches", "id"),
    ("private_values", "batch", "batches", "id"),
    ("receipts", "stream", "streams", "id"),
)
"""What belongs to a stream, in the end: table, column, and what that column names."""


def _read(raw: Json) -> Op | None:
    try:
        return Op.from_wire(raw)
    except UnreadableOpError:
        return None
