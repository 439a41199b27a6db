"""A database with records as pushes leave them, and the figures folded from it: visits, letters about them, trips."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sync.central.figure_fold import Folding
from sync.central.figure_layout import Layout, layout_of
from sync.central.operate.recount import Difference, compare, mend
from sync.central.store_postgres import PostgresStore
from sync.central.store_sqlite import SqliteStore
from sync.central.tallies import Asked, tallies
from sync.core.count import Count, parse
from sync.core.counted import Counted, Dimension, Rollup
from sync.core.schema import Field, Kind, Schema, ValueType

ZONE = "America/Santiago"
INSTANT = ("corrected.value", "at")
MONTH_OF_TRIP = "month_of_day:link.day"
LINK = {"path": "visit", "kind": "visit"}

_OPEN = Rollup("visit_open", ("type",), ("people",), INSTANT, without=(("status", "voided"),))
_TO = Rollup(
    "letter_to",
    ("link.region", "link.status", "to", "visit"),
    (),
    tuple(f"link.{path}" for path in INSTANT),
    ("visit", "visit"),
)
_SEEN = Rollup(
    "letter_seen",
    ("link.type", "to"),
    (),
    tuple(f"link.{path}" for path in INSTANT),
    ("visit", "visit"),
    without=(("link.status", "voided"), ("to", "b")),
    distinct=True,
)

VISIT = Kind(
    "visit",
    (Field("type", ValueType.CODE), Field("note", ValueType.TEXT, private=True)),
    counted=frozenset({"mark", "said.Q"}),
    figures=Counted(
        (
            Dimension("type"),
            Dimension("status"),
            Dimension("people", number=True),
            Dimension("again", number=True),
            Dimension("trip"),
            Dimension("end"),
            Dimension("due"),
            Dimension("remark", presence=True),
            Dimension("things", listed=True),
            Dimension("mark", private=True),
            Dimension("said.Q", mixed=True, private=True),
        ),
        INSTANT,
        ZONE,
        sought=("trip",),
        rollups=(
            _OPEN.of_country().of_years(),
            _OPEN.of_years(),
            _OPEN.of_country(),
            _OPEN,
            Rollup("visit_type", ("status", "type"), ("people",), INSTANT),
            Rollup("visit_hour", ("status", "instant_hour"), (), INSTANT),
            Rollup("visit_days", (MONTH_OF_TRIP, "link.after"), ("people",), link=("trip", "trip")),
            Rollup("visit_trip", ("status", "trip"), (), INSTANT, leads=("trip",)),
            Rollup("visit_again", ("mark", "said.Q"), (), INSTANT, only=(("status", "open"), ("again", 1))),
            Rollup("visit_things", ("status", "things"), ("people",), INSTANT),
            Rollup("visit_marked", ("status",), (), INSTANT, present=("trip", "mark")),
            Rollup("visit_prompt", ("status", "type", "accepted_soon"), (), INSTANT),
            Rollup("visit_clock", ("status", "clock:instant", "day:end", "month:end"), (), INSTANT),
            Rollup("visit_ended", ("type", "late:end:due", "days:at:end", "has:end"), ("people",), ("end",)),
            Rollup("visit_said", ("top:said.Q:6:7", "within:at:end:24"), (), INSTANT),
            Rollup(
                "visit_placed", ("type", "link.code", "month_of_day:link.day"), ("people",), INSTANT, ("trip", "trip")
            ),
        ),
        soon_s=24 * 3600,
    ),
)
LETTER = Kind(
    "letter",
    (Field("visit", ValueType.ID),),
    figures=Counted(
        (Dimension("visit"), Dimension("to")),
        rollups=(
            _SEEN.of_country().of_years(),
            _SEEN.of_years(),
            _SEEN.of_country(),
            _SEEN,
            _TO.of_country(),
            _TO,
        ),
    ),
)
ANSWER = Kind(
    "answer",
    (Field("said", ValueType.CODE),),
    figures=Counted(
        (Dimension("said"), Dimension("sent")),
        rollups=(
            Rollup(
                "answer",
                ("said", "link.type"),
                (),
                tuple(f"link.{path}" for path in INSTANT),
                ("id", "visit"),
                without=(("link.status", "voided"),),
            ),
            Rollup(
                "answer_place",
                ("said", "day:instant", "within:instant:sent:24", "link.link.code", "month_of_day:link.link.day"),
                (),
                tuple(f"link.{path}" for path in INSTANT),
                ("id", "visit"),
                then=("trip", "trip"),
            ),
        ),
        zone=ZONE,
    ),
)
OF_COUNTRY = {f"cube_{one.name}" for one in (_OPEN.of_country(), _OPEN.of_country().of_years())}
TRIP = Kind(
    "trip",
    (Field("day", ValueType.DAY),),
    figures=Counted((Dimension("day"), Dimension("code"), Dimension("after")), zone=ZONE),
)
PLACE = Kind("place", (Field("name", ValueType.TEXT),))
SCHEMA = Schema(1, (VISIT, LETTER, ANSWER, TRIP, PLACE))
LAYOUT = layout_of(SCHEMA)

AnyStore = SqliteStore | PostgresStore


class Figured:
    """Records that are written and written again, and what is counted of them.

    Attributes:
        records: Every record as it is now, as plain values, those that are private and counted among them.
    """

    def __init__(self, store: AnyStore, layout: Layout = LAYOUT) -> None:
        self.store = store
        self.layout = layout
        self.folding = Folding(store, layout)
        self.records: dict[tuple[str, str], dict[str, Any]] = {}

    def empty(self) -> None:
        """Begin again with nothing."""
        self.records.clear()
        with self.store.writing() as tx:
            tx._execute("DELETE FROM records")  # type: ignore[union-attr]
            tx._execute("DELETE FROM feeds")  # type: ignore[union-attr]
            tx.make_figures(self.layout)

    def write(
        self,
        region: str,
        kind: str,
        record: str,
        fields: Mapping[str, Any],
        private: Mapping[str, Any] | None = None,
        *,
        accepted_at: str = "",
    ) -> None:
        """What a push leaves of a record: its fields as they are now, under the feed's next change.

        When it was accepted is said of it once.
        """
        is_new = (kind, record) not in self.records
        self.records[kind, record] = {"id": record, "kind": kind, "region": region, **fields, **(private or {})}
        with self.store.writing() as tx:
            change = tx.take_feed(region) + 1
            tx.put_feed(region, change)
            mark = "?" if isinstance(self.store, SqliteStore) else "%s"
            sql = (
                "INSERT INTO records (fields, private, change, kind, id, region, accepted_at, contested, erased,"
                " schema, writer, made_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, '', '')"
                if is_new
                else "UPDATE records SET fields = ?, private = ?, change = ? WHERE kind = ? AND id = ?"
            ).replace("?", mark)
            off: Any = 0 if mark == "?" else False
            params = (json.dumps(dict(fields)), json.dumps(dict(private)) if private else None, change, kind, record)
            tx._execute(sql, (*params, region, accepted_at, off, off) if is_new else params)  # type: ignore[union-attr]

    @contextmanager
    def impatient(self) -> Iterator[Folding]:
        """A consumer in another process, in which nobody waits long for a database."""
        if isinstance(self.store, PostgresStore):
            yield self.folding
            return
        store = SqliteStore(self.store._path, busy_s=0.01)
        yield Folding(store, self.layout)
        store.close()

    def begin_anew(self) -> None:
        """What a centre does whose figures are of another schema: the same tables, empty."""
        with self.store.writing() as tx:
            tx.make_figures(self.layout)

    def cells(self, cube: str) -> int:
        """How many cells a cube has."""
        with self.store.reading() as tx:
            return int(tx.ask(f"SELECT COUNT(*) FROM cube_{cube}", ())[0][0])  # noqa: S608 - a name of ours

    def fold(self) -> None:
        self.folding.catch_up(lambda: False)

    def differences(self) -> list[Difference]:
        found: list[Difference] = []
        with self.store.reading() as tx:
            compare(tx, self.layout, found.append)
        return found

    def mended(self) -> list[Difference]:
        found: list[Difference] = []
        mend(self.store, self.layout, found.append)
        return found

    def ask(self, *counts: Mapping[str, Any], feeds: frozenset[str] | None = None) -> dict[str, Any]:
        """What the centre answers, from the figures where it can."""
        with self.store.reading() as tx:
            return tallies(tx, Asked(opened(*counts), feeds), self.layout)

    def counted_over_records(self, *counts: Mapping[str, Any]) -> dict[str, Any]:
        """The same, from the records."""
        with self.store.reading() as tx:
            return tx.tallies(opened(*counts))

    def spoil(self, sql: str) -> None:
        """Change figures behind the back of everybody."""
        with self.store.writing() as tx:
            tx._execute(sql)  # type: ignore[union-attr]


def opened(*counts: Mapping[str, Any]) -> tuple[Count, ...]:
    """Counts as a centre lets them be asked."""
    return tuple(one.opening({"mark", "said.Q"}) for one in parse([dict(count) for count in counts]))


def visit(**fields: Any) -> dict[str, Any]:
    """A visit at noon in November."""
    return {"at": "2026-11-21T15:00:00.000Z", "type": "a", "status": "open", "people": 1, **fields}


def count(kind: str = "visit", **parts: Any) -> dict[str, Any]:
    """A count of visits, by its parts."""
    return {"name": "asked", "kind": kind, **parts}


def named(number: int, year: int = 2026) -> str:
    """A UUIDv7 whose clock stood in a year."""
    heads = {2026: "019b8000", 2027: "01a30000", 1990: "00930000"}
    return f"{heads[year]}-0000-7000-8000-{number:012x}"
