"""Laws about what the centre keeps: every op once and as it was typed, no gaps, chains and receipts that verify."""

from collections.abc import Iterator

import orjson

from sync.central.packing import ops_of, unpack
from sync.client.keys import signature_holds
from sync.core.ops import canonical, links, made_id, sha256
from sync.core.protocol import OpResult, Receipt, receipt_root
from tests.simulator.evidence import Evidence, HeldOp
from tests.simulator.history import Broken, Typed
from tests.simulator.world import World

ONCE = "each op is at the centre exactly once"
LOST = "nothing that a disk still holds is lost"
FORGOTTEN = "what the centre has answered it keeps"
SAME = "an op arrives as it was typed"
EMPTY = "every outbox is empty"
GAPLESS = "the feed has no gaps"
CHAINED = "every chain verifies"
PROVEN = "every receipt verifies"
_HASH_BYTES = 32
_BATCHES = "SELECT stream, first_seq, count, prev, hashes, ops FROM batches ORDER BY stream, first_seq"


def kept(world: World, evidence: Evidence) -> Iterator[Broken]:
    """What was answered, and what is on a disk, is at the centre."""
    for op in world.road.results:
        if op not in evidence.ops:
            yield Broken(FORGOTTEN, op)
    for machine in world.machines:
        for op, op_hash, receipt in machine.rows("SELECT op, hash, receipt FROM ops JOIN op_bodies USING (place)"):
            held = evidence.ops.get(world.held_as(machine.device, op))
            if held is None:
                yield Broken(LOST, f"{op} of {machine.name}")
            elif held.hash != op_hash:
                yield Broken(SAME, f"{op} of {machine.name}")
            if receipt is None:
                yield Broken(EMPTY, f"{op} of {machine.name}")


def as_typed(world: World, evidence: Evidence) -> Iterator[Broken]:
    """Every op at the centre is what somebody typed, or the centre's own."""
    for held in evidence.ops.values():
        typed = world.typed.get(held.id) or _brought_back(world, held)
        if typed is None and held.raw["author"] != evidence.centre:
            yield Broken(SAME, f"nobody typed {held.id}")
        elif typed is not None and typed.op.hash != held.hash:
            yield Broken(SAME, held.id)
        if sha256(canonical(dict(held.raw))) != held.hash:
            yield Broken(SAME, f"the hash of {held.id}")


def _brought_back(world: World, held: HeldOp) -> Typed | None:
    """The erasure for which a lost history vouches, under the id made for it: under its own it waits without that word.

    Source: docs/protocol.md, "What the centre vouches for".
    """
    typed = world.typed.get(held.raw["op"]) if held.id == made_id(held.hash) else None
    return typed if typed is not None and typed.op.erase else None


def gapless(_: World, evidence: Evidence) -> Iterator[Broken]:
    """The changes of a feed are its merged ops, each with a number of its own, from 1 without a gap."""
    for feed, last in evidence.feeds.items():
        changes = [op.change for op in evidence.log(feed)]
        if len(set(changes)) != len(changes):
            yield Broken(ONCE, f"two ops of {feed} with one change")
        if set(changes) != set(range(1, last + 1)):
            yield Broken(GAPLESS, f"{feed} counts to {last} over {len(changes)} ops")
    newest: dict[tuple[str, str], int] = {}
    for op in evidence.ops.values():
        newest[op.kind, op.record] = max(op.change, newest.get((op.kind, op.record), 0))
    for key, held in evidence.records.items():
        if held.change != newest.get(key, 0):
            yield Broken(GAPLESS, f"{key} stands at {held.change}, its last op at {newest.get(key, 0)}")


def chained(world: World, _: Evidence) -> Iterator[Broken]:
    """Every stream verifies from its first op to its end."""
    rows = world.office.rows(_BATCHES)
    ends = {stream: (last, link) for stream, last, link in world.office.rows("SELECT id, last_seq, link FROM streams")}
    told: dict[str, tuple[int, str]] = {}
    for stream, first, count, prev, packed, ops in rows:
        last, link = told.get(stream, (0, ""))
        texts = [orjson.loads(raw) for raw in ops_of(ops)]
        hashes = [sha256(canonical(one)) for one in texts]
        stored = [packed[at : at + _HASH_BYTES].hex() for at in range(0, len(packed), _HASH_BYTES)]
        if (first, prev) != (last + 1, link) or hashes != stored or len(texts) != count:
            yield Broken(CHAINED, f"{stream} at {first}")
            continue
        told[stream] = (last + count, links(prev, stream, first, hashes)[-1])
    if told != {stream: end for stream, end in ends.items() if end[0]}:
        yield Broken(CHAINED, "a stream does not end where its batches do")


def proven(world: World, evidence: Evidence) -> Iterator[Broken]:
    """Every receipt that the centre ever signed covers the results that are kept with it."""
    keys = {key.id: key.key for key in world.office.centre.ground.keys.public}
    for text, packed in world.office.rows("SELECT receipt, results FROM receipts"):
        receipt = Receipt.from_wire(orjson.loads(text))
        results = [OpResult.from_wire(one) for one in orjson.loads(unpack(packed))]
        hashes = [evidence.ops[world.held_as(str(receipt.body["device"]), one.op)].hash for one in results]
        root = receipt_root(hashes, results)
        if receipt.body["root"] != root or receipt.body["count"] != len(results):
            yield Broken(PROVEN, f"{receipt.body['stream']} from {receipt.body['first_seq']}")
        if not signature_holds(keys[receipt.key], receipt.signed_bytes, receipt.signature):
            yield Broken(PROVEN, f"the signature of {receipt.body['stream']} from {receipt.body['first_seq']}")
