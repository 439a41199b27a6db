"""Part of a check: what waits or waited is told as it is, and what the centre vouches for is what it took in."""

import orjson

from sync.central.held import HeldRecord
from sync.central.operate.inspection import MERGED, FaultCode, Inspection, Row
from sync.central.own_kinds import QUARANTINE
from sync.central.quarantine import REJECTED, RELEASED, WAITING, names
from sync.central.value_checks import is_id
from sync.core.merge import Outcome
from sync.core.ops import Op, canonical, sha256
from sync.core.protocol import QUARANTINE_REASONS
from sync.core.schema import Json
from sync.core.trust import Vouched, vouched_bytes

_STATES = dict.fromkeys(MERGED, RELEASED) | {Outcome.QUARANTINED: WAITING, Outcome.REJECTED: REJECTED}


def check_quarantine(look: Inspection) -> None:
    """Look at every op that waits or waited, and at every one for which the centre vouches."""
    for row in look.rows("quarantine"):
        with look.at("quarantine", row["op"]):
            look.expect(_held_as_it_came(look, row), FaultCode.QUARANTINE, "quarantine", row["op"])
            look.expect(_shown_as_it_is(look, row), FaultCode.QUARANTINE, "quarantine", row["op"])
    for row in look.rows("vouched"):
        with look.at("vouched", row["op"]):
            _check_vouched(look, row)


def _op_row(look: Inspection, op: str) -> Row | None:
    columns = ("batch", "place", "kind", "record", "hash", "status", "change", "reason")
    return look.find("ops", columns, "id", op)


def _held_as_it_came(look: Inspection, row: Row) -> bool:
    """The row repeats its op, the batch that brought it and the device that sent it."""
    op, written = _op_row(look, row["op"]), look.tx.written((row["op"],)).get(row["op"])
    batch = None if op is None else look.batch(op["batch"])
    if op is None or batch is None or written is None:
        return False
    return all(
        (
            (row["batch"], row["place"]) == (op["batch"], op["place"]),
            (row["kind"], row["record"]) == names(written.raw),
            (row["region"], row["held_at"]) == (batch["region"], batch["received_at"]),
            row["device"] in (batch["device"], look.centre),
            look.had_role(row["device"], row["coordination"]),
            row["reason"] in QUARANTINE_REASONS,
            row["state"] == _STATES[Outcome(op["status"])],
            row["state"] != WAITING or row["reason"] == op["reason"],
        )
    )


def _shown_as_it_is(look: Inspection, row: Row) -> bool:
    """The record that shows it says the same, wherever the centre wrote it."""
    shown, op = look.record(QUARANTINE, row["op"]), _op_row(look, row["op"])
    if shown is None or op is None or shown.region != row["region"]:
        return False
    told: dict[str, Json] = {"reason": row["reason"], "device": row["device"], "op_kind": row["kind"]}
    told["op_record"] = row["record"]
    if row["state"] == RELEASED:
        told |= {"op_status": op["status"], "op_change": op["change"]}
    if row["state"] == REJECTED:
        told |= {"op_status": op["status"]}
    fields = shown.state.fields
    if row["state"] == REJECTED and op["reason"] != fields.get("decided_reason"):
        return False
    same = all(fields.get(name) == value for name, value in told.items() if _by_centre(look, shown, name))
    return same and fields.get("state") == row["state"] and _forgiven_as_decided(look, row)


def _by_centre(look: Inspection, shown: HeldRecord, name: str) -> bool:
    """Whether the centre itself wrote a field; what a coordination device wrote over it is its own word."""
    ops = look.wrote(QUARANTINE, shown.id)
    writers = shown.state.writers.get(name, ())
    return not writers or any(look.centre in ops[op].senders for op in writers if op in ops)


def _forgiven_as_decided(look: Inspection, row: Row) -> bool:
    """It is forgiven if somebody released it while it waited, on a device or at the centre itself."""
    decided = False
    for one in look.wrote(QUARANTINE, row["op"]).values():
        by_centre = look.centre in one.senders
        if by_centre and "op_kind" in one.op.fields:
            decided = False  # it came now; what was decided before is of a history that is gone
        elif by_centre and "op_status" in one.op.fields:
            break
        elif one.op.fields.get("state") == RELEASED and one.status is Outcome.APPLIED:
            decided = True
    return bool(row["forgiven"]) == decided


def _check_vouched(look: Inspection, row: Row) -> None:
    told = Vouched.from_wire(orjson.loads(row["told"]))
    op, op_hash = Op.from_wire(dict(told.op)), sha256(canonical(dict(told.op)))
    signed = look.signed(told.key, vouched_bytes(op_hash), told.signature)
    look.expect(signed, FaultCode.SIGNATURE, "vouched", row["op"])
    held = _op_row(look, row["op"])
    same = held is not None and op.erase == bool(row["erase"]) and is_id(op.id)
    same = same and held is not None and held["hash"].hex() == op_hash
    same = same and held is not None and all(held[name] == row[name] for name in ("kind", "record", "change"))
    look.expect(same and op.region == row["region"], FaultCode.DIFFERS, "vouched", row["op"])
