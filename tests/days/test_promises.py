"""A day of several laptops, typed: nobody overwrites the unseen, nothing is lost, all see the same in the end."""

from itertools import permutations

import pytest

from tests.cli.terminal import complaint, enquiry, identity

TOPICS = ("salud", "pensiones", "educacion")


def all_agree(town):
    """Everybody shows the same attentions and the same open conflicts; gives both."""
    shown = [equipment.shown() for equipment in town.everyone]
    conflicts = [equipment.conflicts() for equipment in town.everyone]
    hidden = {"description", "answer_given"}
    assert all({r: {n: v for n, v in f.items() if n not in hidden} for r, f in s.items()} == shown[-1] for s in shown)
    assert all(c == conflicts[-1] for c in conflicts)
    return shown[-1], conflicts[-1]


def test_edits_of_different_fields_all_merge(town):
    one, two = town.field
    (record,) = one.record(enquiry())
    town.settle()

    one.edit(record, "wait_min=7", "language=arn")
    two.edit(record, "education=MEDIA_COM")
    town.office.edit(record, "persons_count=4")
    town.settle()

    shown, conflicts = all_agree(town)
    merged = {"wait_min": 7, "language": "arn", "education": "MEDIA_COM", "persons_count": 4}
    assert shown[record].items() >= merged.items()
    assert conflicts == []


def test_an_edit_that_reaches_the_centre_after_a_void_is_listed_and_told_to_both_authors(town):
    one, two = town.field
    (record,) = one.record(enquiry())
    town.settle()
    two.edit(record, "wait_min=7")
    one.edit(record, "status=voided", "void_reason=ingresada dos veces")

    one.sync()
    told = two.sync()["warnings"]
    one_told, again = one.sync()["warnings"], two.sync()["warnings"]
    town.office.sync()

    listed = [e("list", "attention", "--review")["records"] for e in town.everyone]
    assert [[(r["id"], r["status"], r["wait_min"]) for r in rows] for rows in listed] == [[(record, "voided", 7)]] * 3
    assert all([note["code"] for note in rows[0]["review"]] == ["edited_after_void"] for rows in listed)
    assert [[w["code"] for w in warnings] for warnings in (one_told, told, again)] == [["edited_after_void"]] * 2 + [[]]
    assert [e("status")["to_review"] for e in town.field] == [1, 1]


def test_the_same_value_from_two_people_is_no_conflict(town):
    one, two = town.field
    (record,) = one.record(enquiry())
    town.settle()

    one.edit(record, "topic=salud")
    two.edit(record, "topic=salud")
    town.settle()

    shown, conflicts = all_agree(town)
    assert (shown[record]["topic"], conflicts) == ("salud", [])


def test_the_order_of_laptops_decides_what_stands_and_loses_nothing(town):
    one, _ = town.field
    orders = list(permutations(range(3)))
    records = one.record(*[enquiry() for _ in orders])
    town.settle()

    for order, record in zip(orders, records, strict=True):
        for equipment, topic in zip(town.everyone, TOPICS, strict=True):
            equipment.edit(record, f"topic={topic}")
        town.sync([town.everyone[n] for n in order])
    town.settle()

    shown, conflicts = all_agree(town)
    for order, record in zip(orders, records, strict=True):
        of_record = [c for c in conflicts if c["record"] == record]
        assert shown[record]["topic"] == TOPICS[order[0]]
        assert {shown[record]["topic"]} | {c["other"]["topic"] for c in of_record} == set(TOPICS)
        assert all(c["before"] == {"topic": "vivienda"} for c in of_record)
        assert len(of_record) == 2


def test_synchronising_twice_is_synchronising_once(town):
    one, two = town.field
    records = one.record(enquiry(), complaint(), identity())
    town.settle()
    one.edit(records[0], "topic=salud")
    two.edit(records[0], "topic=pensiones")
    town.settle()
    before = [(e.shown(), e.conflicts(), e("status", exit=1)) for e in town.everyone]

    again = [e.sync() for e in (*town.everyone, *town.everyone)]

    after = [(e.shown(), e.conflicts(), e("status", exit=1)) for e in town.everyone]
    assert [(s["sent"], s["received"], s["receipts"]) for s in again] == [(0, 0, 0)] * 6
    assert [a[:2] for a in after] == [b[:2] for b in before]
    assert [a[2] | {"last_sync_at": None} for a in after] == [b[2] | {"last_sync_at": None} for b in before]


DECISIONS = {
    "keep what stands": (("--keep", "kept"), {"outcome": "guided"}),
    "keep the other": (("--keep", "other"), {"outcome": "withdrawn"}),
    "write": (
        ("--set", "outcome=guided", "--set", "oriented_institution=IPS"),
        {"outcome": "guided", "oriented_institution": "IPS"},
    ),
}


@pytest.mark.parametrize(("decision", "result"), DECISIONS.values(), ids=DECISIONS)
def test_a_group_is_decided_whole_and_everybody_sees_it(town, decision, result):
    one, two = town.field
    (record,) = one.record(enquiry())
    town.settle()
    one.edit(record, "outcome=guided")
    two.edit(record, "outcome=withdrawn")
    town.settle()
    _, (conflict,) = all_agree(town)

    town.office("conflicts", "resolve", conflict["id"], *decision)
    town.sync((town.office, *town.field))

    shown, conflicts = all_agree(town)
    assert conflict["group"] == ["outcome", "oriented_institution"]
    assert shown[record].items() >= result.items()
    assert conflicts == []
    assert [e("conflicts", "list", "--all")["conflicts"][0]["state"] for e in town.everyone] == ["closed"] * 3
    assert [op["status"] for op in town.office("history", "attention", record)["ops"]][:3] == [
        "applied",
        "applied",
        "conflict",
    ]


def test_two_decisions_on_one_conflict_end_in_one_value_for_all(town):
    one, two = town.field
    (record,) = one.record(enquiry())
    town.settle()
    one.edit(record, "topic=salud")
    two.edit(record, "topic=pensiones")
    town.settle()
    _, (conflict,) = all_agree(town)

    town.office("conflicts", "resolve", conflict["id"], "--keep", "kept")
    two("conflicts", "resolve", conflict["id"], "--keep", "other")
    town.settle()

    shown, conflicts = all_agree(town)
    values = {shown[record]["topic"]} | {c["other"]["topic"] for c in conflicts}
    assert values == {"salud", "pensiones"} or (conflicts == [] and shown[record]["topic"] == "pensiones")


def test_what_a_field_laptop_may_not_see_does_not_reach_it(town):
    one, two = town.field
    (record, _) = one.record(complaint(description="Un secreto"), identity())
    (outside,) = town.office.record(enquiry(space="buzon"))
    town.settle()

    assert two.shown("identity") == {}
    assert outside not in two.shown()
    assert "description" not in two("list", "attention", "--identity")["records"][0]
    assert town.office.shown("identity").keys() == {record}
    refused = two("edit", "attention", record, "description=otro", exit=2)
    assert refused["code"] == "not_held"


def test_receipts_prove_everything_and_the_figures_are_the_same_everywhere(town):
    for laptop in town.field:
        laptop.record(*[enquiry(sex="F") for _ in range(5)], complaint(), identity())
        laptop("outing", "close", town.outing)
    town.settle()

    period = town.office.shown("outing")[town.outing]["planned_on"][:7]
    here = town.office("report", "monthly_summary", "--period", period)
    there = town.office("report", "monthly_summary", "--period", period, "--source", "central")
    draw = town.office("survey", "verify", "--outing", town.outing)

    for equipment in town.everyone:
        status = equipment("status")
        assert (status["pending"], status["received"]) == (0, status["total"])
    assert here["digest"] == there["digest"]
    assert here["totals"]["attentions"] == 12
    assert (draw["sessions"], draw["checked"], draw["mismatches"]) == (2, 12, [])
