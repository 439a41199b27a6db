"""Who sees what: pages, private values, conflicts and history of field and coordination devices."""

from typing import Any

import pytest

from sync.central.errors import RefusedError
from tests.central.conftest import BOTH
from tests.central.notes import person, private_note
from tests.central.speaking import ALL, Laptop, World, statuses
from tests.central.toy import OFFICER

DATABASES = BOTH


def seen_by(laptop: Laptop, record: str) -> dict[str, Any] | None:
    found = laptop.pulled().get(record)
    return None if found is None else dict(found.fields)


@pytest.mark.parametrize("space", ["street", "office"])
@pytest.mark.parametrize("age_days", [0, 6, 8, 59, 61])
def test_what_each_device_sees_of_a_note_at_each_age(world: World, space: str, age_days: int) -> None:
    maker, mate = world.laptop(), world.laptop()
    office, national, foreign = world.coordination(), world.coordination(ALL), world.laptop("05")
    note = private_note(maker, space=space)
    world.clock.move(days=age_days)

    public = {"title": "A", "space": space}
    whole = {**public, "body": "By the bridge"}
    young = age_days <= 60
    expected = {
        "maker": (whole if age_days <= 7 else public) if young else None,
        "mate": public if young and space == "street" else None,
        "office": whole,
        "national": whole,
    }

    assert {
        "maker": seen_by(maker, note.record),
        "mate": seen_by(mate, note.record),
        "office": seen_by(office, note.record),
        "national": seen_by(national, note.record),
    } == expected
    assert foreign.history("note", note.record) == []


def test_a_person_is_seen_where_its_note_was_made(world: World) -> None:
    maker, mate, office = world.laptop(), world.laptop(), world.coordination()
    note = private_note(maker)
    person(office, note)

    assert [p.fields for p in maker.pulled("person").values()] == [{"name": "Juana"}]
    assert mate.pulled("person") == {}


def test_a_person_before_its_note_is_seen_where_it_was_made(world: World) -> None:
    maker = world.laptop()
    record = maker.ids.new()
    values = {"name": "Juana"}
    op = maker.op("person", record=record, fields={}, values=values)

    maker.push(op, values={op.id: values})

    assert record in maker.pulled("person")


def test_a_device_that_a_record_names_sees_it_without_its_hidden_fields(world: World) -> None:
    maker, named, other = world.laptop(), world.laptop(), world.laptop()
    values = {"answers": {"q1": 1}}
    op = maker.op("stamp", fields={"result": "complete", "for_device": named.device}, values=values)

    maker.push(op, values={op.id: values})

    assert named.pulled("stamp")[op.record].fields == {"result": "complete", "for_device": named.device}
    assert other.pulled("stamp") == {}
    assert "answers" not in str(named.history("stamp", op.record))
    assert "answers" not in str(maker.history("stamp", op.record))


def test_writers_of_what_is_not_shown_are_not_told(world: World) -> None:
    maker, mate = world.laptop(), world.laptop()
    note = private_note(maker)
    values = {"body": "Under it"}
    edit = maker.op(record=note.record, fields={"topic": "water"}, values=values, seen={"body": note.id})
    maker.push(edit, values={edit.id: values})

    told, own = mate.pulled()[note.record], maker.pulled()[note.record]

    assert dict(told.writers) == {"topic": edit.id}
    assert dict(own.writers) == {"topic": edit.id, "body": edit.id}


def test_whoever_made_a_note_is_its_maker_though_an_edit_of_it_came_first(world: World) -> None:
    maker, mate = world.laptop(), world.laptop()
    values = {"body": "By the school"}
    made = maker.op(fields={"title": "A lamp", "space": "street"}, values=values)
    mate.push(mate.op(record=made.record, fields={"mood": "calm"}))

    maker.push(made, values={made.id: values})

    assert seen_by(maker, made.record) == {"title": "A lamp", "space": "street", "mood": "calm", **values}
    assert seen_by(mate, made.record) == {"title": "A lamp", "space": "street", "mood": "calm"}


def conflict_over(world: World, maker: Laptop, other: Laptop) -> tuple[Any, Any]:
    """A note of `maker` with a conflict over the private body, whose other value came from `other`."""
    office = world.coordination()
    note = private_note(maker)
    values = {"body": "Under it"}
    kept = office.op(record=note.record, fields={}, values=values, seen={"body": note.id})
    office.push(kept, values={kept.id: values})
    late_values = {"body": "Beside it"}
    late = other.op(record=note.record, fields={}, values=late_values, seen={"body": note.id})
    answer = other.push(late, values={late.id: late_values})
    assert statuses(answer) == ["conflict"]
    return note, late


def test_a_conflict_over_private_values_is_seen_only_where_they_are(world: World) -> None:
    maker, mate, office = world.laptop(), world.laptop(), world.coordination()
    note, late = conflict_over(world, maker, maker)

    told = {
        name: [(c["id"], "other" in c) for c in laptop.pulled()[note.record].conflicts]
        for name, laptop in {"maker": maker, "mate": mate, "office": office}.items()
    }

    assert told == {"maker": [(f"{late.id}/body", True)], "mate": [], "office": [(f"{late.id}/body", True)]}


def test_a_conflict_over_what_only_a_newer_version_knows_to_be_private_is_private(world: World) -> None:
    maker, mate, office = world.laptop(), world.laptop(), world.coordination()
    note = private_note(maker)
    values = {"alias": "Lantern"}
    late = office.op(record=note.record, fields={}, values=values, seen={"alias": world.ids.new()})

    answer = office.push(late, values={late.id: values})

    assert statuses(answer) == ["conflict"]
    assert mate.pulled()[note.record].conflicts == ()
    (conflict,) = office.pulled()[note.record].conflicts
    assert (conflict["other"], conflict["private"]) == (values, True)
    office.push(office.op(record=note.record, fields={}, erase=True))
    (conflict,) = office.pulled(cursor=3)[note.record].conflicts
    assert (conflict["state"], conflict["other"]) == ("closed", {})
    assert "Lantern" not in str(world.rows("SELECT body FROM conflicts"))


def test_that_a_conflict_over_an_own_op_is_settled_is_always_told(world: World) -> None:
    maker, office = world.laptop(), world.coordination()
    note, late = conflict_over(world, maker, maker)
    world.clock.move(days=90)
    cursor = maker.page().cursor

    live = office.pulled()[note.record]
    values = {"body": "Beside it"}
    settled = office.op(
        record=note.record,
        fields={},
        values=values,
        seen={"body": live.writer_of("body")},
        resolves=(f"{late.id}/body",),
    )
    office.push(settled, values={settled.id: values})

    record = maker.pulled(cursor=cursor)[note.record]
    (conflict,) = record.conflicts
    assert (conflict["state"], conflict["closed_by"]) == ("closed", settled.id)
    assert not {"before", "other"} & conflict.keys()
    assert (dict(record.fields), record.writer, record.extra) == ({}, "", {"only_conflicts": True})
    assert maker.pulled(cursor=record.change) == {}


def test_a_settled_conflict_over_an_own_op_is_told_without_values_that_are_no_longer_held(world: World) -> None:
    maker, office = world.laptop(), world.coordination()
    note, late = conflict_over(world, maker, maker)
    world.clock.move(days=8)
    open_now = maker.pulled()[note.record].conflicts

    office.push(office.op(record=note.record, fields={"count": 1}, resolves=(f"{late.id}/body",)))

    record = maker.pulled()[note.record]
    assert open_now == ()
    assert [
        (c["state"], "other" in c) for c in maker.pulled(cursor=note_change(record) - 1)[note.record].conflicts
    ] == [("closed", False)]


def test_an_erasure_reaches_a_device_that_wrote_on_a_record_outside_its_scope(world: World) -> None:
    maker, twin, office = world.laptop(), world.laptop(), world.coordination()
    note = private_note(maker, space="office")
    values = {"body": "Seen by nobody else"}
    blind = twin.op(record=note.record, fields={"title": "A", "space": "office"}, values=values)
    twin.push(blind, values={blind.id: values})
    before = twin.pulled()

    erased = office.op(record=note.record, erase=True)
    office.push(erased)

    record = twin.pulled()[note.record]
    assert note.record not in before
    assert record.erasure is not None
    assert (record.erasure.op["op"], dict(record.fields), record.is_outside_scope) == (erased.id, {}, True)


def test_an_erasure_reaches_a_device_that_knew_nothing_of_it_with_its_op_in_quarantine(world: World) -> None:
    maker, twin, office = world.laptop(), world.laptop(), world.coordination()
    note = private_note(maker, space="office")
    erased = office.op(record=note.record, erase=True)
    office.push(erased)
    values = {"body": "Seen by nobody else"}
    blind = twin.op(record=note.record, fields={"title": "A", "space": "street"}, values=values)

    answer = twin.push(blind, values={blind.id: values})

    assert statuses(answer) == ["quarantined"]
    told = twin.pulled("quarantine")[blind.id]
    assert told.erasure is not None
    assert told.erasure.op["op"] == erased.id


def test_an_op_in_quarantine_tells_no_erasure_of_another_region(world: World) -> None:
    maker, stranger, office = world.laptop(), world.laptop(region="05"), world.coordination()
    note = private_note(maker)
    office.push(office.op(record=note.record, erase=True))
    blind = stranger.op(record=note.record, fields={"title": "A"}, region="05")

    answer = stranger.push(blind)

    assert statuses(answer) == ["quarantined"]
    assert stranger.pulled("quarantine", feed="05")[blind.id].erasure is None


def test_an_erasure_reaches_who_made_a_record_long_ago_and_shows_nothing_of_it(world: World) -> None:
    maker, office = world.laptop(), world.coordination()
    note = private_note(maker)
    person = office.op("person", record=note.record, values={"name": "Rosa"})
    office.push(person, values={person.id: {"name": "Rosa"}})
    world.clock.move(days=61)

    office.push(*(office.op(kind, record=note.record, fields={}, erase=True) for kind in ("note", "person")))

    records = maker.page().records
    assert [(one.kind, dict(one.fields)) for one in records if one.erasure] == [("note", {}), ("person", {})]


def note_change(record: Any) -> int:
    return int(record.change)


def test_reference_data_is_for_everybody(world: World) -> None:
    laptop, office = world.laptop("05"), world.coordination(ALL)
    op = office.op("topic", fields={"code": "trees"}, region=ALL)

    office.push(op, region=ALL)

    assert list(laptop.pulled("topic", feed=ALL)) == [op.record]
    assert laptop.pulled("device", feed=ALL).keys() == {office.device}


@pytest.mark.parametrize("age_days", [0, 400])
def test_what_waits_is_shown_to_coordination_and_to_its_own_device(world: World, age_days: int) -> None:
    maker, mate, office = world.laptop(), world.laptop(), world.coordination()

    maker.push(maker.op(fields={"title": 7}))
    world.clock.move(days=age_days)

    assert [len(one.pulled("quarantine")) for one in (maker, mate, office)] == [1, 0, 1]


def test_a_foreign_record_and_an_unknown_one_have_the_same_history(world: World) -> None:
    maker, mate, foreign, region = world.laptop(), world.laptop(), world.laptop("05"), world.coordination("05")
    hidden = private_note(maker, space="office")

    told = [
        laptop.history(kind, record)
        for laptop in (mate, foreign, region)
        for kind, record in [("note", hidden.record), ("note", mate.ids.new()), ("nonsense", hidden.record)]
    ]

    assert told == [[]] * 9


def test_a_history_names_who_when_by_which_route_and_how_it_went(world: World) -> None:
    maker, mate, office = world.laptop(), world.laptop(), world.coordination()
    note = private_note(maker)
    mate.push(mate.op(record=note.record, fields={"title": "B"}, seen=note))
    bad = mate.op(record=note.record, fields={"title": 7}, seen=note)
    mate.push(bad)

    told = office.history("note", note.record)

    assert [(op["device"], op["route"], op["status"], op["reason"]) for op in told] == [
        (maker.device, "network", "applied", None),
        (mate.device, "network", "applied", None),
        (mate.device, "network", "quarantined", "wrong_type"),
    ]
    assert told[0]["fields"] == {"title": "A", "space": "street", "body": "By the bridge"}
    assert {(op["author"], op["captured_at"]) for op in told} == {(OFFICER, "2026-11-21T15:04:05.123Z")}
    assert [op["status"] for op in maker.history("note", note.record)] == ["applied", "applied"]
    assert [op["fields"] for op in mate.history("note", note.record)] == [
        {"title": "A", "space": "street"},
        {"title": "B"},
        {"title": 7},
    ]


def test_a_device_finds_its_own_ops_on_a_record_that_exists_only_in_quarantine(world: World) -> None:
    maker, mate, office = world.laptop(), world.laptop(), world.coordination()
    op = maker.op(fields={"title": 7})
    maker.push(op)

    told = {
        name: len(one.history("note", op.record))
        for name, one in {"own": maker, "mate": mate, "office": office}.items()
    }

    assert told == {"own": 1, "mate": 0, "office": 1}


def test_what_waits_is_shown_to_its_device_with_private_values_no_longer_than_what_was_taken_in(world: World) -> None:
    maker, office = world.laptop(), world.coordination()
    op = maker.op(fields={"title": 7}, values={"body": "reserved"})
    maker.push(op, values={op.id: {"body": "reserved"}})

    told = []
    for days in (0, 6, 2):
        world.clock.move(days=days)
        told.append([one.history("note", op.record)[0]["fields"].get("body") for one in (maker, office)])

    assert told == [["reserved", "reserved"], ["reserved", "reserved"], [None, "reserved"]]


def test_pages_come_in_change_order_and_a_cursor_skips_nothing(world: World) -> None:
    maker, mate = world.laptop(), world.laptop()
    notes = [private_note(maker, space=("street", "office")[number % 2]) for number in range(9)]
    maker.push(maker.op(record=notes[0].record, fields={"title": "B"}, seen=notes[0]))

    pages, cursor = [], 0
    while True:
        page = mate.page(cursor=cursor, limit=2)
        pages.append(page)
        cursor = page.cursor
        if not page.more:
            break

    told = [(record.kind, record.record, record.change) for page in pages for record in page.records]
    changes = [change for _, _, change in told]
    assert changes == sorted(changes)
    assert {record for kind, record, _ in told if kind == "note"} == {note.record for note in notes[::2]}
    assert cursor == mate.page(cursor=cursor).cursor
    assert mate.page(cursor=cursor).records == ()


def test_a_page_of_large_records_ends_early_and_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    maker, office = world.laptop(), world.coordination()
    notes = [private_note(maker, title=str(number) * 100) for number in range(6)]
    monkeypatch.setattr("sync.central.feed.MAX_PAGE_CHARACTERS", 900)

    sizes, told, cursor, more = [], [], 0, True
    while more:
        page = office.page(cursor=cursor)
        sizes.append(len(page.records))
        told += [record.record for record in page.records if record.kind == "note"]
        cursor, more = page.cursor, page.more

    assert told == [note.record for note in notes]
    assert max(sizes) < 6


def test_tallies_count_the_callers_region_only(world: World) -> None:
    field, office, national = world.laptop(), world.coordination(), world.coordination(ALL)
    south = world.laptop("05")
    for laptop, region in ((field, "13"), (field, "13"), (south, "05")):
        laptop.push(laptop.op(fields={"topic": "water", "count": 2}, region=region), region=region)
    request = {"counts": [{"name": "topics", "kind": "note", "by": ["topic"], "measures": ["n", "sum:count"]}]}

    region = world.centre.tallies(office.held, request)
    country = world.centre.tallies(national.held, request)

    assert region["tallies"] == {"topics": [{"topic": "water", "n": 2, "sum:count": 4}]}
    assert country["tallies"] == {"topics": [{"topic": "water", "n": 3, "sum:count": 6}]}
    assert region["feeds"].keys() <= {"13", ALL} < country["feeds"].keys()
    with pytest.raises(RefusedError) as refused:
        world.centre.tallies(field.held, request)
    assert refused.value.document.type == "outside_scope"


def test_tallies_follow_no_link_out_of_the_region(world: World) -> None:
    south, north = world.laptop("05"), world.coordination("13")
    foreign = south.op(fields={"title": "Secret"}, region="05")
    south.push(foreign, region="05")
    north.push(north.op(fields={"owner": foreign.record}))
    link = {"path": "owner", "kind": "note"}

    told = world.centre.tallies(
        north.held, {"counts": [{"name": "c", "kind": "note", "by": ["link.title"], "link": link}]}
    )

    assert told["tallies"] == {"c": []}


def test_tallies_do_not_tell_what_records_of_another_region_lead_to(world: World) -> None:
    south, north, national = world.laptop("05"), world.coordination("13"), world.coordination(ALL)
    own = north.op(fields={"title": "Ours", "topic": "water"})
    north.push(own)
    south.push(south.op(fields={"owner": own.record, "title": "water"}, region="05"), region="05")
    counts = [
        {"name": leading, "kind": "note", "by": ["title"], "where": [[path, "led_to", f"note.{leading}"]]}
        for path, leading in (("id", "owner"), ("topic", "title"))
    ]

    told = {who.held.region: world.centre.tallies(who.held, {"counts": counts})["tallies"] for who in (north, national)}

    seen = [{"title": "Ours", "n": 1}]
    assert told == {"13": {"owner": [], "title": []}, ALL: {"owner": seen, "title": seen}}


def test_of_private_values_only_those_that_their_kind_names_are_counted(world: World) -> None:
    maker, office = world.laptop(), world.coordination()
    values = {"body": "By the bridge", "phone": "600"}
    notes = [maker.op(fields={"title": title}, values=values) for title in "AB"]
    for note in notes:
        maker.push(note, values={note.id: values})
    maker.push(maker.op(fields={"title": "C", "owner": notes[0].record}))
    own = {"name": "own", "kind": "note", "by": ["phone", "body"], "where": [["phone", "exists", True]]}
    link = {"path": "owner", "kind": "note"}
    led = {"name": "led", "kind": "note", "by": ["title", "link.title", "link.phone", "link.body"], "link": link}

    told = world.centre.tallies(office.held, {"counts": [own, led]})

    assert told["tallies"]["own"] == [{"phone": "600", "body": None, "n": 2}]
    assert told["tallies"]["led"] == [{"title": "C", "link.title": "A", "link.phone": "600", "link.body": None, "n": 1}]


def test_an_erased_private_value_is_counted_no_more(world: World) -> None:
    maker, office = world.laptop(), world.coordination()
    values = {"phone": "600"}
    note = maker.op(fields={"title": "A"}, values=values)
    maker.push(note, values={note.id: values})
    office.push(office.op(record=note.record, erase=True))

    told = world.centre.tallies(office.held, {"counts": [{"name": "c", "kind": "note", "by": ["phone"]}]})

    assert told["tallies"] == {"c": [{"phone": None, "n": 1}]}


@pytest.mark.parametrize("request_", [{}, [], {"counts": 7}, {"counts": [{"name": "a; DROP"}]}], ids=str)
def test_tallies_that_are_not_well_formed_cannot_be_read(world: World, request_: Any) -> None:
    with pytest.raises(RefusedError) as refused:
        world.centre.tallies(world.coordination().held, request_)

    assert refused.value.document.type == "unreadable"
