"""Pages as the centre would send them, for the tests of what a laptop shows."""

from typing import Any

from sync.core.protocol import Page, PulledRecord
from terreno_app.desktop import OpenLaptop
from tests.factories import DEVICE, OFFICER, OUTING, an_attention

COLLEAGUE = "01990000-0000-7000-8000-0000000000c0"
OTHER_DEVICE = "01990000-0000-7000-8000-0000000000d0"
FIRST = "01990000-0000-7000-8000-0000000000f1"
KEPT = "01990000-0000-7000-8000-0000000000f2"
OTHER = "01990000-0000-7000-8000-0000000000f3"


def a_record(kind: str, record: str, fields: dict[str, Any], change: int, **more: Any) -> PulledRecord:
    return PulledRecord(
        kind=kind,
        record=record,
        region="13",
        schema=1,
        fields=fields,
        writer=more.pop("writer", FIRST),
        writers=more.pop("writers", {}),
        change=change,
        conflicts=tuple(more.pop("conflicts", ())),
    )


def a_conflict(record: str, name: str = "programme", **more: Any) -> dict[str, Any]:
    return {
        "id": f"{OTHER}/{name}",
        "group": [name],
        "state": "open",
        "before": {name: "PGU"},
        "other": {name: "SUF"},
        "other_op": OTHER,
        "against_op": KEPT,
        "other_author": OFFICER,
        "other_device": OTHER_DEVICE,
        "other_at": "2026-11-21T16:00:00.000Z",
        "against_author": COLLEAGUE,
        "against_at": "2026-11-21T15:30:00.000Z",
        "closed_by": None,
        **more,
    }


def pulled(laptop: OpenLaptop, *records: PulledRecord) -> None:
    """Store a page of region 13 that brings these records."""
    since = laptop.store.cursor("13")
    cursor = max(r.change for r in records)
    page = Page(laptop.store.identity().epoch, "13", since, cursor, more=False, records=records)
    assert laptop.store.accept_page(since, page) == len(records)


def pull_a_conflict(laptop: OpenLaptop, record: str, **more: Any) -> None:
    """An attention of another device, two people's names, and an open conflict over its programme."""
    pulled(
        laptop,
        a_record("officer", OFFICER, {"name": "Marcela Soto", "role": "officer"}, 1),
        a_record("officer", COLLEAGUE, {"name": "Iván Cárdenas", "role": "officer"}, 2),
        a_record("outing", OUTING, {"code": "S-T01-2026-001", "planned_on": "2026-11-21", "comuna": "13110"}, 3),
        a_record(
            "attention",
            record,
            {**an_attention(programme="RSH", folio="T01-2026-000001-6"), "device": more.pop("device", OTHER_DEVICE)},
            4,
            writers={"programme": KEPT},
            conflicts=[a_conflict(record, **more)],
        ),
    )


__all__ = [
    "COLLEAGUE",
    "DEVICE",
    "KEPT",
    "OTHER",
    "OTHER_DEVICE",
    "a_conflict",
    "a_record",
    "pull_a_conflict",
    "pulled",
]
