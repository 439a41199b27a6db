"""Quarantine as laptops see it, and a coordinator's decision on what waits there."""

from typing import Any

from tests.central.speaking import Laptop, statuses

RELEASE = {"state": "released", "decided_by": None, "decided_reason": None}


def decide(office: Laptop, held: str, state: str, reason: str | None = None) -> str:
    """A coordinator's decision on a quarantine record as it was pulled; the status of the op."""
    record = office.pulled("quarantine")[held]
    names = ("state", "decided_by", "decided_reason")
    fields = dict(zip(names, (state, office.device, reason), strict=True))
    seen = {name: record.writer_of(name) for name in names}
    return statuses(office.push(office.op("quarantine", record=held, fields=fields, seen=seen)))[0]


def held_fields(laptop: Laptop, op: str) -> dict[str, Any]:
    return dict(laptop.pulled("quarantine")[op].fields)


def as_before(laptop: Laptop, raw: Any) -> Any:
    """The same content again, at the beginning of a new stream."""
    laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""
    return laptop.batch([raw])
