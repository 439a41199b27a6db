"""The figures of a centre: folded from the feeds, they answer as the records do, whatever happened to these."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.central import figure_fold
from sync.central.errors import UnavailableError
from sync.central.figure_facts import Changed
from sync.central.figure_layout import Layout, layout_of
from sync.central.held import Device
from sync.central.ports import Figures
from sync.central.postgres import figures as postgres_figures
from sync.central.scope import COORDINATION
from sync.central.store_postgres import PostgresStore
from sync.central.store_sqlite import SqliteStore
from sync.central.tallies import Asked, asked, tallies
from sync.core.count import parse
from sync.core.schema import SHARED_FEED, Schema
from terreno_app.domain.reports.spec import GroupedCount, tally
from tests.central.figured import (
    INSTANT,
    LAYOUT,
    LINK,
    OF_COUNTRY,
    SCHEMA,
    TRIP,
    VISIT,
    ZONE,
    AnyStore,
    Figured,
    count,
    named,
    opened,
    visit,
)
from tests.postgres import Server

NOVEMBER = {
    "instant": list(INSTANT),
    "from_at": "2026-11-01T03:00:00.000Z",
    "until_at": "2026-12-01T03:00:00.000Z",
}
YEAR = {**NOVEMBER, "from_at": "2026-01-01T03:00:00.000Z", "until_at": "2027-01-01T03:00:00.000Z"}
OF_LINKED = {**NOVEMBER, "instant": [f"link.{path}" for path in INSTANT]}
VOIDED = ["status", "eq", "voided"]
COARSER = [f"cube_visit_open_of_{way}" for way in ("years", "country", "country_of_years")]
SEEN = {
    "measures": ["n", "distinct:visit"],
    "exclude": [["link.status", "eq", "voided"], ["to", "eq", "b"]],
    "link": LINK,
    **OF_LINKED,
}
BOUNDS = (
    "2026-03-31T23:00:00.000Z",
    "2026-04-01T02:59:59.999Z",
    "2026-04-01T03:00:00.000Z",
    "2026-04-05T03:30:00.000Z",
    "2026-08-31T23:30:00.000Z",
    "2026-09-01T03:59:59.999Z",
    "2026-09-01T04:00:00.000Z",
    "2026-09-06T04:00:00.000Z",
    "2026-11-01T02:59:59.999Z",
    "2026-11-01T03:00:00.000Z",
    "2026-01-01T03:00:00.000Z",
    "2027-01-01T02:59:59.999Z",
    "2027-01-01T03:00:00.000Z",
    "0001-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
)
"""Borders of months at midnight in Santiago, by winter and summer time, the nights of the change, and wrong clocks."""


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyStore]:
    made: AnyStore
    if request.param == "sqlite":
        made = SqliteStore(tmp_path_factory.mktemp("figures") / "centre.db")
    else:
        server: Server = request.getfixturevalue("server")
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE figures")
        made = PostgresStore(server.url("figures"))
    yield made
    made.close()
    if request.param == "postgres":
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE figures WITH (FORCE)")


@pytest.fixture
def figured(store: AnyStore) -> Figured:
    made = Figured(store)
    made.empty()
    return made


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(repr(sorted(row.items())) for row in rows)


texts = st.sampled_from(["a", "b", "", None])
visits = st.fixed_dictionaries(
    {
        "at": st.sampled_from(BOUNDS) | st.none(),
        "type": texts,
        "status": st.sampled_from(["open", "voided"]),
        "people": st.integers(1, 3) | st.none(),
    },
    optional={
        "end": st.sampled_from([*BOUNDS, "2026-11-21", "2026-11-01T03", "x", None]),
        "due": st.sampled_from(["2026-04-05", "2026-11-01", None]),
        "corrected": st.none() | st.fixed_dictionaries({"value": st.sampled_from(BOUNDS)}),
        "again": st.booleans(),
        "trip": st.sampled_from([named(1), named(2), named(9)]),
        "strange": st.integers(),
        "remark": st.sampled_from(["a", "", 1, None, ["a"]]),
        "things": st.lists(st.sampled_from(["x", "y", ""]), max_size=3) | st.sampled_from([None, "x", ["x", None]]),
    },
)
secrets = st.none() | st.fixed_dictionaries(
    {}, optional={"mark": texts, "said": st.none() | st.fixed_dictionaries({"Q": st.sampled_from([1, 7, "NS", None])})}
)
letters = st.fixed_dictionaries({"visit": st.sampled_from([named(n) for n in range(1, 5)]) | st.none(), "to": texts})
trips = st.fixed_dictionaries(
    {
        "day": st.sampled_from(["2026-11-21", "2026-12-01", "2026-11-31", "2026", None]),
        "code": texts,
        "after": st.sampled_from([None, named(1), named(2)]),
    }
)
answers = st.fixed_dictionaries({"said": texts, "sent": st.sampled_from(BOUNDS) | st.none()})
ids = st.sampled_from([named(1), named(2), named(3, 2027), named(4, 1990)])
writings = st.tuples(
    st.sampled_from(["13", "05"]),
    st.one_of(
        st.tuples(st.just("visit"), ids, visits, secrets),
        st.tuples(st.just("letter"), ids, letters),
        st.tuples(st.just("answer"), ids, answers),
        st.tuples(st.just("trip"), ids, trips),
        st.tuples(st.just("place"), ids, st.just({})),
    ),
)
happenings = st.lists(writings | st.sampled_from(["fold", "anew"]), max_size=14)

conditions = st.sampled_from(
    [
        ("status", "eq", "voided"),
        ("status", "ne", "open"),
        ("type", "in", ("a", "")),
        ("type", "exists", True),
        ("type", "ge", "a"),
        ("type", "eq", 1),
        ("people", "lt", 3),
        ("again", "eq", True),
        ("again", "exists", False),
        ("region", "eq", "13"),
        ("id", "ne", named(1)),
        ("strange", "exists", True),
        ("remark", "exists", True),
        ("remark", "eq", "a"),
        ("instant_hour", "exists", False),
        ("things", "exists", True),
        ("things", "eq", "x"),
        ("mark", "eq", "a"),
        ("mark", "exists", True),
        ("said.Q", "in", (1, 7)),
        ("end", "lt", "2026-11-01T03:00:00.000Z"),
        ("trip", "led_to", "trip.after"),
        ("trip", "led_to", "visit.people"),
        ("type", "led_to", "letter.to"),
    ]
)
bounds = st.none() | st.sampled_from(BOUNDS)


@st.composite
def questions(draw: st.DrawFn) -> GroupedCount:
    instant = draw(st.sampled_from([INSTANT, (), ("at",), ("trip", "type"), ("end",)]))
    groups = [
        "type",
        "status",
        "people",
        "trip",
        "region",
        "remark",
        "mark",
        "said.Q",
        "things",
        "day:end",
        "days:at:end",
        "late:end:due",
        "has:end",
        "top:said.Q:6:7",
        "within:at:end:24",
        "month:end",
        *(["instant_hour", "clock:instant", "month:instant", "day:instant"] if instant else []),
    ]
    return GroupedCount(
        name="asked",
        kind="visit",
        by=tuple(draw(st.lists(st.sampled_from(groups), max_size=2, unique=True))),
        each=draw(st.sampled_from([None, None, "things", "trip"])),
        where=tuple(draw(st.lists(conditions, max_size=1))),
        exclude=tuple(draw(st.lists(conditions, max_size=1))),
        measures=draw(
            st.sampled_from([("n",), ("n", "sum:people"), ("distinct:type", "sum:type"), ("distinct:trip",)])
        ),
        instant=instant,
        from_at=draw(bounds) if instant else None,
        until_at=draw(bounds) if instant else None,
    )


FOLLOWING = (
    count("letter", name="linked", by=["to"], measures=["n", "distinct:visit"], link=LINK, **OF_LINKED),
    count(
        "answer",
        name="said",
        by=["said", "link.type"],
        exclude=[["link.status", "eq", "voided"]],
        link={"path": "id", "kind": "visit"},
        **OF_LINKED,
    ),
    count("letter", name="voided", by=["link.status"], link=LINK, exclude=[["link.status", "eq", "voided"]]),
    count("letter", name="fact", by=["link.type", "id"], link=LINK, where=[["link.region", "eq", "13"]]),
    count(
        "visit", name="trips", by=["trip"], link={"path": "trip", "kind": "trip"}, where=[["link.day", "lt", "2027"]]
    ),
    count(
        name="doubled",
        by=["trip", "link.code"],
        measures=["n", "sum:people"],
        link={"path": "trip", "kind": "trip"},
        where=[["trip", "led_to", "trip.after"]],
    ),
    count(
        name="placed",
        by=["month:instant", "type", "link.code"],
        measures=["n", "sum:people"],
        zone=ZONE,
        link={"path": "trip", "kind": "trip"},
        where=[["link.day", "ge", "2026-12-01"]],
        **YEAR,
    ),
    count(
        name="days",
        by=["month_of_day:link.day"],
        measures=["n", "sum:people"],
        zone=ZONE,
        link={"path": "trip", "kind": "trip"},
        where=[["link.day", "ge", "2026-11-01"], ["link.day", "lt", "2026-12-01"]],
        exclude=[["link.after", "exists", True]],
    ),
    count(
        "answer",
        name="beyond",
        by=["said", "link.link.code", "within:instant:sent:24", "day:instant"],
        zone=ZONE,
        link={"path": "id", "kind": "visit", "link": {"path": "trip", "kind": "trip"}},
        **OF_LINKED,
    ),
    count(
        name="ended",
        by=["month:instant", "late:end:due", "has:end"],
        zone=ZONE,
        **{**YEAR, "instant": ["end"]},
    ),
    count("letter", name="seen", by=["to"], **SEEN),
    count("letter", name="seen_type", by=["link.type", "to", "link.region"], **SEEN),
    count("letter", name="seen_year", by=["to"], **SEEN | {key: YEAR[key] for key in ("from_at", "until_at")}),
    count("letter", name="seen_home", by=["to"], where=[["link.region", "eq", "13"]], **SEEN),
    count("letter", name="seen_whole", by=["link.type"], **SEEN),
    count("letter", name="seen_region", by=["to"], where=[["region", "in", ["13", "CL"]]], **SEEN),
    count("letter", name="linked_region", by=["to", "link.region", "region"], link=LINK, **OF_LINKED),
    count(name="country", by=["type"], measures=["n", "sum:people"], exclude=[VOIDED], **NOVEMBER),
    count(name="regions", by=["type", "region"], measures=["n", "sum:people"], exclude=[VOIDED], **NOVEMBER),
    count(name="years", by=["region"], exclude=[VOIDED], **YEAR),
    count("visit", name="whole", by=["type"], measures=["n", "sum:people"], **NOVEMBER),
    count(name="year", by=["type"], measures=["n", "sum:people"], exclude=[VOIDED], **YEAR),
    count(name="again", by=["mark", "said.Q"], where=[["again", "eq", True], ["status", "eq", "open"]], **NOVEMBER),
    count(name="things", by=["status"], each="things", measures=["n", "sum:people"], **NOVEMBER),
    count(name="each", by=["things", "status"], each="things", **YEAR),
    count(name="marked", where=[["mark", "exists", True]], exclude=[["trip", "exists", True]], **NOVEMBER),
)


@pytest.mark.uncounted
@settings(max_examples=30)
@given(history=happenings, asked=st.lists(questions(), min_size=1, max_size=3), many=st.sampled_from([1, 500]))
def test_figures_folded_at_any_moment_answer_as_plain_records_do(
    store: AnyStore, history: list[Any], asked: list[GroupedCount], many: int
) -> None:
    figured = Figured(store)
    figured.empty()

    homes: dict[tuple[str, str], str] = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(figure_fold, "STEP", 2)
        patched.setattr(postgres_figures, "_MANY", many)
        for one in history:
            if one == "fold":
                figured.fold()
                continue
            if one == "anew":
                figured.begin_anew()
                continue
            region, (kind, record, *values) = one
            # A record never leaves its region, and one that another of its kind leads to is known by its id.
            figured.write(homes.setdefault((kind, record), region), kind, record, *values)
        figured.fold()

    assert figured.differences() == []
    wires = [{**count.to_wire(), "name": f"asked_{number}"} for number, count in enumerate(asked)]
    found = figured.ask(*wires, *FOLLOWING)["tallies"]
    expected = figured.counted_over_records(*wires, *FOLLOWING)
    assert {name: in_order(rows) for name, rows in found.items()} == {
        name: in_order(rows) for name, rows in expected.items()
    }
    for wire, one in zip(wires, asked, strict=True):
        assert in_order(found[wire["name"]]) == in_order(tally(figured.records.values(), one))


def test_an_edit_leaves_its_old_cell_and_joins_its_new_one(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit(people=2))
    figured.write("13", "visit", named(2), visit(people=3))
    figured.fold()

    figured.write("13", "visit", named(1), visit(type="b", people=5))
    figured.fold()

    asked = count(by=["type"], measures=["n", "sum:people"], **NOVEMBER)
    assert in_order(figured.ask(asked)["tallies"]["asked"]) == in_order(
        [{"type": "a", "n": 1, "sum:people": 3}, {"type": "b", "n": 1, "sum:people": 5}]
    )
    assert figured.differences() == []


@pytest.mark.parametrize("end", ["2026-11-01T03", "2026-11-21", "2026-11-41T10:00:00.000Z", "x"])
def test_a_text_that_is_no_instant_where_months_are_told_leaves_the_counts_to_the_records(
    figured: Figured, end: str
) -> None:
    figured.write("13", "visit", named(1), visit(end="2026-11-21T10:00:00.000Z"))
    figured.write("13", "visit", named(2), visit(end=end))
    figured.fold()

    asked = count(by=["month:instant"], zone=ZONE, **{**YEAR, "instant": ["end"]})
    found = figured.ask(asked)["tallies"]["asked"]
    assert in_order(found) == in_order(figured.counted_over_records(asked)["asked"])
    assert sum(row["n"] for row in found) == 1 + (end[:2] == "20")


def test_what_the_centre_had_within_a_day_is_counted_and_follows_a_corrected_hour(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit(), accepted_at="2026-11-22T15:00:00.000Z")
    figured.write("13", "visit", named(2), visit(), accepted_at="2026-11-22T15:00:00.001Z")
    figured.write("13", "visit", named(3), visit(), accepted_at="2026-11-25T15:00:00.000Z")
    figured.write("13", "visit", named(4), visit())
    figured.fold()

    figured.write("13", "visit", named(3), visit(corrected={"value": "2026-11-24T16:00:00.000Z"}))
    figured.fold()

    asked = count(by=["accepted_soon"], **NOVEMBER)
    assert in_order(figured.ask(asked)["tallies"]["asked"]) == in_order(
        [{"accepted_soon": 1, "n": 2}, {"accepted_soon": 0, "n": 1}, {"accepted_soon": None, "n": 1}]
    )
    assert figured.counted_over_records(asked)["asked"] == [{"accepted_soon": None, "n": 4}]
    assert figured.differences() == []


def test_a_letter_moves_with_the_visit_that_it_leads_to(figured: Figured) -> None:
    figured.write("05", "letter", named(7), {"visit": named(1), "to": "x"})
    figured.fold()
    figured.write("13", "visit", named(1), visit())
    figured.fold()

    figured.write("13", "visit", named(1), visit(at="2026-12-02T15:00:00.000Z"))
    figured.fold()

    asked = count("letter", by=["to"], link=LINK, **OF_LINKED)
    december = {**asked, "name": "later", "from_at": OF_LINKED["until_at"], "until_at": None}
    assert figured.ask(asked, december)["tallies"] == {"asked": [], "later": [{"to": "x", "n": 1}]}
    assert figured.differences() == []


def test_a_visit_with_two_letters_is_one_visit_however_they_change(figured: Figured) -> None:
    """The second is void, then lives; the visit moves to another month; a letter moves to another visit."""
    asked = count("letter", by=["to"], **SEEN | {"from_at": None, "until_at": None})
    by_region = count("letter", name="home", by=["to", "link.region"], **SEEN)

    def told() -> list[list[dict[str, Any]]]:
        figured.fold()
        assert figured.differences() == []
        found, expected = figured.ask(asked, by_region), figured.counted_over_records(asked, by_region)
        assert {name: in_order(rows) for name, rows in found["tallies"].items()} == {
            name: in_order(rows) for name, rows in expected.items()
        }
        return [[row["n"], row["distinct:visit"]] for row in found["tallies"]["asked"] if row["to"] == "x"]

    figured.write("13", "visit", named(1), visit())
    figured.write("13", "visit", named(2), visit())
    figured.write("13", "letter", named(3), {"visit": named(1), "to": "x"})
    assert told() == [[1, 1]]
    figured.write("05", "letter", named(4), {"visit": named(1), "to": "x"})
    assert told() == [[2, 1]]
    figured.write("05", "letter", named(4), {"visit": named(1), "to": "b"})
    assert told() == [[1, 1]]
    figured.write("05", "letter", named(4), {"visit": named(1), "to": "x"})
    figured.write("13", "visit", named(1), visit(at="2026-12-02T15:00:00.000Z"))
    assert told() == [[2, 1]]
    figured.write("05", "letter", named(4), {"visit": named(2), "to": "x"})
    assert told() == [[2, 2]]
    figured.write("13", "letter", named(3), {"visit": named(2), "to": "x"})
    assert told() == [[2, 1]]
    figured.write("13", "visit", named(2), visit(status="voided"))
    assert told() == []


def test_an_answer_says_up_to_which_change_it_is_and_how_many_are_beyond(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit())
    figured.write("05", "visit", named(2), visit())
    figured.fold()
    figured.write("13", "visit", named(3), visit())

    whole, of_region = figured.ask(count()), figured.ask(count(), feeds=frozenset({"05"}))

    assert (whole["feeds"], whole["behind"]) == ({"05": 1, "13": 1}, {"13": 1})
    assert (of_region["feeds"], of_region["behind"]) == ({"05": 1}, {})
    assert whole["tallies"]["asked"] == [{"n": 2}]


def test_a_count_that_only_the_records_answer_is_as_new_as_they_are(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit())
    figured.fold()
    figured.write("13", "visit", named(2), visit(strange=1))

    told = figured.ask(count(by=["strange"]))

    assert (told["feeds"], told["behind"]) == ({"13": 2}, {})
    assert in_order(told["tallies"]["asked"]) == in_order([{"strange": None, "n": 1}, {"strange": 1, "n": 1}])


def test_facts_answer_while_the_cubes_are_still_to_be_filled(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit(people=2))
    figured.write("05", "letter", named(7), {"visit": named(1), "to": "x"})
    figured.begin_anew()
    figured.folding.catch_up(lambda: False, patience_s=1)

    told = figured.ask(count(by=["type"], measures=["sum:people"], **NOVEMBER))
    held = figured.cells("visit_type")
    figured.fold()

    assert (told["behind"], told["tallies"]["asked"], held) == ({}, [{"type": "a", "sum:people": 2}], 0)
    assert figured.cells("visit_type") == 1
    assert figured.differences() == []


def test_what_changes_while_the_cubes_are_still_to_be_filled_is_counted_once(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit())
    figured.begin_anew()
    figured.folding.catch_up(lambda: False, patience_s=1)

    figured.write("13", "visit", named(1), visit(type="b"))
    figured.folding.catch_up(lambda: False, patience_s=1)
    with figured.store.writing() as tx:
        figure_fold.forget(tx, LAYOUT, "13", [2])
    figured.fold()

    assert figured.ask(count(by=["type"], **NOVEMBER))["tallies"]["asked"] == [{"type": "b", "n": 1}]
    assert figured.differences() == figured.mended() == []


@pytest.mark.parametrize("type_", ["ñandú 1:2", "", "-", None])
def test_a_cell_that_the_database_filled_is_the_one_that_a_change_moves(figured: Figured, type_: str | None) -> None:
    figured.write("13", "visit", named(1), visit(type=type_))
    figured.begin_anew()
    figured.fold()
    figured.write("13", "visit", named(2), visit(type=type_))
    figured.fold()

    cubes = ("visit_open_of_years", "visit_open", "visit_type", "visit_again", "visit_marked")
    assert {name: figured.cells(name) for name in cubes} == dict.fromkeys(cubes, 1) | {"visit_again": 0}


def test_a_fill_that_is_cut_short_goes_on_with_the_next_cube(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit())
    figured.begin_anew()
    figured.folding.catch_up(lambda: False, patience_s=1)
    patience = iter([False, True])

    figured.folding.catch_up(lambda: next(patience, True))
    filled = [name for name in ("visit_open", "visit_type", "visit_hour") if figured.cells(name)]
    figured.fold()

    assert filled == ["visit_open"]
    assert figured.cells("visit_hour") == 1
    assert figured.differences() == []


def test_figures_that_are_still_being_made_answer_nothing(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit())
    figured.write("13", "visit", named(2), visit())
    figured.spoil("UPDATE figure_cursors SET target = 2")
    figured.spoil("INSERT INTO figure_cursors (feed, change, target) VALUES ('13', 0, 2)")

    told = figured.ask(count())

    assert (told["feeds"], told["tallies"]["asked"]) == ({"13": 2}, [{"n": 2}])


def test_folding_goes_on_where_patience_ended(figured: Figured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_fold, "STEP", 1)
    for number in range(3):
        figured.write("13", "visit", named(number), visit())
    patience = iter([False, False, True])

    figured.folding.catch_up(lambda: next(patience))
    behind = figured.ask(count())["behind"]
    figured.fold()

    assert (behind, figured.ask(count())["behind"]) == ({"13": 1}, {})


def test_who_waits_for_an_answer_waits_no_longer_for_somebody_else_who_folds(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit())

    with figured.store.writing() as tx, figured.impatient() as folding:
        tx.lock_figures()
        with pytest.raises(UnavailableError):
            folding.catch_up(lambda: False, patience_s=0.01)

    assert figured.ask(count())["behind"] == {"13": 1}


def test_a_value_without_a_place_in_the_facts_is_counted_all_the_same(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit(type=7))
    figured.write("13", "visit", named(2), visit(at="some day"))
    figured.fold()

    asked = count(by=["type", "at"])

    found = figured.ask(asked)["tallies"]["asked"]
    assert in_order(found) == in_order(
        [{"type": 7, "at": "2026-11-21T15:00:00.000Z", "n": 1}, {"type": "a", "at": "some day", "n": 1}]
    )
    assert figured.differences() == []


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("UPDATE cube_visit_type SET n = n + 1", {"cube_visit_type"}),
        ("DELETE FROM cube_visit_hour", {"cube_visit_hour"}),
        (
            "UPDATE fact_visit SET v_people = 7",
            {"fact_visit", *(f"cube_visit_{name}" for name in ("ended", "open", "things", "type")), *COARSER},
        ),
        ("UPDATE cube_visit_open SET n = n + 1", {"cube_visit_open"}),
        ("UPDATE cube_visit_open_of_years SET n = n + 1", {"cube_visit_open_of_years"}),
        ("DELETE FROM cube_visit_open_of_country", {"cube_visit_open_of_country"}),
        (
            "UPDATE cube_visit_open_of_country_of_years SET month = 209900",
            {"cube_visit_open_of_country_of_years"},
        ),
        ("DELETE FROM fact_trip", {"fact_trip"}),
        ("DELETE FROM records WHERE kind = 'visit'", {"fact_visit"}),
    ],
    ids=[
        *("a count", "no cell", "a value", "months", "years", "the country", "its years"),
        *("no fact", "a fact of nothing"),
    ],
)
def test_a_figure_that_is_not_that_of_the_records_is_told_and_mended(
    figured: Figured, sql: str, where: set[str]
) -> None:
    figured.write("13", "visit", named(1), visit())
    figured.write("13", "trip", named(2), {"day": "2026-11-21"})
    figured.write("05", "visit", named(3), visit(people=7))
    figured.fold()

    figured.spoil(f"{sql} {'AND' if 'WHERE' in sql else 'WHERE'} region IN ('13', '')")
    told = figured.differences()
    mended = figured.mended()

    assert {one.table for one in told} == where
    assert "fact_visit" in {one.table for one in mended} or mended == told
    assert all(one.row.startswith("all " if one.table in OF_COUNTRY else "13 ") for one in told)
    assert figured.differences() == []


def test_a_coordinator_of_a_region_is_told_nothing_of_the_country(figured: Figured) -> None:
    for number, region in ((1, "05"), (2, "13")):
        figured.write(region, "visit", named(number), visit())
        figured.write(region, "letter", named(number + 2), {"visit": named(number), "to": "x"})
    figured.fold()
    wires = [
        count(exclude=[VOIDED], **NOVEMBER),
        count(name="year", exclude=[VOIDED], **YEAR),
        count("letter", name="linked", by=["to"], link=LINK, **OF_LINKED),
    ]
    figured.spoil("UPDATE cube_visit_open SET n = 3")
    figured.spoil("UPDATE cube_visit_open_of_years SET n = 4")
    figured.spoil("UPDATE cube_letter_to SET n = 5")

    told = {}
    for region in ("13", SHARED_FEED):
        device = Device("", "", COORDINATION, region, "", "", {}, "active")
        with figured.store.reading() as tx:
            told[region] = tallies(tx, asked(SCHEMA, device, {"counts": wires}), LAYOUT)["tallies"]

    assert told == {
        "13": {"asked": [{"n": 3}], "year": [{"n": 4}], "linked": [{"to": "x", "n": 5}]},
        SHARED_FEED: {"asked": [{"n": 2}], "year": [{"n": 2}], "linked": [{"to": "x", "n": 2}]},
    }


def test_a_coordinator_of_a_region_learns_of_no_other_what_leads_to_its_records(figured: Figured) -> None:
    figured.write("13", "trip", named(1), {"day": "2026-11-21"})
    figured.write("13", "visit", named(2), visit(trip=named(1)))
    figured.write("05", "trip", named(3), {"after": named(1)})
    figured.fold()
    led = [["trip", "led_to", "trip.after"]]
    wires = [count(where=led), count(name="kept", exclude=led), count(name="by_trip", by=["trip"], where=led)]

    told = {}
    for region in ("13", SHARED_FEED):
        device = Device("", "", COORDINATION, region, "", "", {}, "active")
        with figured.store.reading() as tx:
            told[region] = tallies(tx, asked(SCHEMA, device, {"counts": wires}), LAYOUT)["tallies"]

    assert told == {
        "13": {"asked": [], "kept": [{"n": 1}], "by_trip": []},
        SHARED_FEED: {"asked": [{"n": 1}], "kept": [], "by_trip": [{"trip": named(1), "n": 1}]},
    }


def test_where_a_visit_is_counted_once_its_region_is_mended_whatever_led_there(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit())
    for number, region in ((2, "05"), (3, "13")):
        figured.write(region, "letter", named(number), {"visit": named(1), "to": "x"})
    figured.fold()

    figured.spoil("UPDATE cube_letter_seen SET dv_visit = 2")
    mended = figured.mended()

    assert [(one.table, one.row) for one in mended] == [("cube_letter_seen", "13 202611")]
    assert figured.differences() == []
    asked = count("letter", by=["to", "link.region"], **SEEN)
    assert figured.ask(asked)["tallies"]["asked"] == [{"to": "x", "link.region": "13", "n": 2, "distinct:visit": 1}]


def noise(length: int) -> str:
    """A text that no database makes shorter."""
    digests = (hashlib.sha256(str(number).encode()).hexdigest() for number in range(length // 64 + 1))
    return "".join(digests)[:length]


@pytest.mark.parametrize("length", [400, 4_000])
@pytest.mark.parametrize("field", ["type", "trip"])
def test_a_text_of_any_length_is_counted_and_holds_up_no_feed(figured: Figured, field: str, length: int) -> None:
    figured.write("05", "visit", named(1), visit() | {field: noise(length)})
    figured.write("13", "visit", named(2), visit())

    figured.fold()
    found = figured.ask(count(by=[field]))

    assert found["behind"] == {}
    assert sum(row["n"] for row in found["tallies"]["asked"]) == 2
    assert noise(length) in {row[field] for row in found["tallies"]["asked"]}
    assert figured.differences() == []


def test_a_number_too_large_to_be_an_amount_adds_nothing_and_no_sum_overflows(figured: Figured) -> None:
    for number in range(1, 4):
        figured.write("13", "visit", named(number), visit() | {"people": 2**53 - 1})
    figured.write("13", "visit", named(4), visit() | {"people": 10**11})

    figured.fold()
    found = figured.ask(count(measures=["n", "sum:people"]))

    assert found["tallies"]["asked"] == [{"n": 4, "sum:people": 10**11}]
    assert figured.differences() == []


def test_a_feed_that_cannot_be_folded_does_not_keep_the_others_from_it(
    figured: Figured, monkeypatch: pytest.MonkeyPatch
) -> None:
    figured.write("05", "visit", named(1), visit())
    figured.write("13", "visit", named(2), visit())
    whole = figure_fold.fold

    def broken(tx: Figures, layout: Layout, feed: str, changed: Sequence[Changed]) -> None:
        if feed == "05":
            raise UnavailableError("busy")
        whole(tx, layout, feed, changed)

    monkeypatch.setattr(figure_fold, "fold", broken)
    with pytest.raises(UnavailableError):
        figured.fold()

    with figured.store.reading() as tx:
        assert set(tx.figure_cursors()) == {"13"}


def test_figures_of_another_schema_are_made_anew(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit())
    figured.fold()
    other = layout_of(Schema(2, (VISIT, TRIP)))

    folding = figure_fold.Folding(figured.store, other)
    folding.catch_up(lambda: False)

    assert figured.differences() == []
    assert figured.mended() == []
    assert figured.ask(count())["tallies"]["asked"] == [{"n": 1}]
    figured.fold()
    assert figured.ask(count())["feeds"] == {"13": 1}


def test_a_schema_that_counts_nothing_keeps_no_figures(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit())
    none = figure_fold.Folding(figured.store, layout_of(Schema(1, ())))

    none.catch_up(lambda: False)

    assert figured.ask(count())["behind"] == {"13": 1}


def test_years_lie_apart_and_a_wrong_clock_in_none(figured: Figured) -> None:
    for number, year in ((1, 2026), (2, 2027), (3, 1990)):
        figured.write("13", "visit", named(number, year), visit())
    figured.fold()

    assert figured.ask(count(**NOVEMBER))["tallies"]["asked"] == [{"n": 3}]
    if isinstance(figured.store, PostgresStore):
        with figured.store.reading() as tx:
            parts = tx.ask("SELECT tableoid::regclass::text FROM fact_visit ORDER BY id", ())
        assert [part for (part,) in parts] == ["fact_visit_other", "fact_visit_2026", "fact_visit_2027"]


def test_the_cells_of_a_year_lie_apart_and_another_year_is_not_looked_at(figured: Figured) -> None:
    for number, day in ((1, "2026-12-31"), (2, "2027-01-01"), (3, None), (4, "1999-01-05")):
        figured.write("13", "visit", named(number), visit(at=day and f"{day}T15:00:00.000Z"))
    figured.fold()

    if isinstance(figured.store, PostgresStore):
        with figured.store.reading() as tx:
            parts = tx.ask("SELECT tableoid::regclass::text FROM cube_visit_type ORDER BY month", ())
            looked_at = tx.ask(
                "EXPLAIN SELECT SUM(n) FROM cube_visit_type WHERE month >= ? AND month < ?", (202612, 202701)
            )
        assert [part for (part,) in parts] == [
            "cube_visit_type_other",
            "cube_visit_type_other",
            "cube_visit_type_2026",
            "cube_visit_type_2027",
        ]
        assert "cube_visit_type_2026" in str(looked_at)
        assert "cube_visit_type_2027" not in str(looked_at)


def test_what_was_erased_stands_in_no_figure_from_that_moment_on(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit(again=True), {"mark": "told"})
    figured.write("13", "visit", named(2), visit(again=True), {"mark": "other"})
    figured.fold()

    figured.write("13", "visit", named(1), visit(again=True))
    with figured.store.writing() as tx:
        figure_fold.forget(tx, LAYOUT, "13", [3])

    with figured.store.reading() as tx:
        held = [tx.ask(sql, ()) for sql in ("SELECT v_mark FROM fact_visit", "SELECT v_mark FROM cube_visit_again")]
    assert [{mark for (mark,) in rows} for rows in held] == [{None, "other"}, {None, "other"}]
    figured.fold()
    assert figured.differences() == []


def test_forgetting_makes_figures_of_another_schema_anew(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit(), {"mark": "told"})
    figured.fold()
    figured.write("13", "visit", named(1), visit())
    figured.spoil("UPDATE figure_layout SET fingerprint = 'older'")

    with figured.store.writing() as tx:
        figure_fold.forget(tx, LAYOUT, "13", [2])

    with figured.store.reading() as tx:
        assert tx.ask("SELECT v_mark FROM fact_visit", ()) == [(None,)]
    figured.fold()
    assert figured.differences() == []


def test_an_answer_that_is_a_note_or_a_word_is_counted_as_what_it_is(figured: Figured) -> None:
    for number, answer in enumerate([7, "7", "NS", 7, None], start=1):
        figured.write("13", "visit", named(number), visit(again=True), {"said": {"Q": answer}})
    figured.fold()

    again = {"where": [["again", "eq", True], ["status", "eq", "open"]], **NOVEMBER}
    asked = [count(name="cube", by=["said.Q"], **again), count(name="fact", by=["said.Q"], where=[["type", "eq", "a"]])]
    told = figured.ask(*asked)["tallies"]

    expected = [{"said.Q": 7, "n": 2}, *({"said.Q": one, "n": 1} for one in ("7", "NS", None))]
    assert in_order(told["cube"]) == in_order(told["fact"]) == in_order(expected)
    assert figured.ask(count(where=[["said.Q", "eq", 7]]))["tallies"]["asked"] == [{"n": 2}]
    assert figured.differences() == []


def test_a_private_value_is_counted_for_nobody_whom_the_centre_does_not_let(figured: Figured) -> None:
    figured.write("13", "visit", named(1), visit(), {"mark": "told"})
    figured.fold()

    with figured.store.reading() as tx:
        told = tallies(tx, Asked(parse([count(by=["mark"])]), None), LAYOUT)

    assert told["tallies"]["asked"] == [{"mark": None, "n": 1}]


def test_counts_of_the_same_rows_are_read_once(figured: Figured, monkeypatch: pytest.MonkeyPatch) -> None:
    figured.write("13", "visit", named(1), visit())
    figured.fold()
    asked: list[str] = []

    with figured.store.reading() as tx:
        read = tx.ask
        monkeypatch.setattr(tx, "ask", lambda sql, params: asked.append(sql) or read(sql, params))
        told = tallies(tx, Asked(opened(count(name="one"), count(name="two")), None), LAYOUT)

    assert (told["tallies"]["one"], told["tallies"]["two"]) == ([{"n": 1}], [{"n": 1}])
    assert sum("cube_visit_type" in sql for sql in asked) == 1
