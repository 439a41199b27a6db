import pytest

from sync.core.columns import statement
from sync.core.count import parse
from sync.core.grouping import seen
from terreno_app.domain.reports import (
    annual,
    comparison,
    coverage,
    forms,
    monthly_summary,
    pmg,
    promptness,
    satisfaction,
    sensitive,
    trend,
)
from terreno_app.domain.search import SoughtWord
from terreno_app.storage.errors import BrokenRuleError
from terreno_app.storage.reading import RECORDS
from tests.storage.laptop import ACTA, IDENTITY, REFERRAL, SESSION, TOPIC, a_uuid
from tests.storage.tiny_centre import HELD_BACK, pull_all, push_all


def topics(records):
    return [record.fields["topic"] for record in records]


def test_a_record_that_nobody_made_is_not_shown(laptop):
    assert laptop.store.shown("attention", a_uuid(1)) is None
    assert laptop.store.op(a_uuid(1)) is None
    assert laptop.store.own_ops("attention", a_uuid(1)) == ()


def test_lists_are_in_the_order_of_the_hour_and_can_be_cut(laptop):
    for topic, hour in (("b", "11"), ("a", "10"), ("c", "12")):
        laptop.save({"topic": topic, "received_at": f"2026-11-21T{hour}:00:00.000Z"})

    assert topics(laptop.store.select("attention")) == ["a", "b", "c"]
    assert topics(laptop.store.select("attention", newest_first=True, limit=2)) == ["c", "b"]


def test_records_without_an_hour_are_in_the_order_of_arrival(laptop):
    for topic in ("b", "a", "c"):
        laptop.save({"topic": topic})

    assert topics(laptop.store.select("attention")) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        pytest.param({}, ["a", "b", "c"], id="all"),
        pytest.param({"type": "enquiry"}, ["a", "b"], id="a code"),
        pytest.param({"persons_count": 2}, ["b"], id="a number"),
        pytest.param({"outing": a_uuid(5)}, ["a", "b"], id="an outing"),
        pytest.param({"folio": "T07-2026-000001-1"}, ["a"], id="a folio"),
        pytest.param({"type": "enquiry", "persons_count": None}, ["a"], id="two conditions"),
        pytest.param({"status": None}, ["a", "b", "c"], id="emptied and absent"),
        pytest.param({"type": "' OR 1=1 --"}, [], id="an injection"),
    ],
)
def test_records_are_found_by_what_their_fields_hold(laptop, where, found):
    laptop.save({"topic": "a", "type": "enquiry", "outing": a_uuid(5), "folio": "T07-2026-000001-1"})
    laptop.save({"topic": "b", "type": "enquiry", "outing": a_uuid(5), "persons_count": 2, "status": None})
    laptop.save({"topic": "c", "type": "complaint", "outing": a_uuid(6)})

    assert topics(laptop.store.select("attention", where)) == found


def test_only_the_name_of_a_field_may_be_asked_for(laptop):
    with pytest.raises(BrokenRuleError):
        laptop.store.select("attention", {"type') OR 1=1 --": 1})


def test_counts_say_what_is_proven_of_the_records_made_here(laptop, centre):
    proven = laptop.save({"topic": "agua"})
    held = laptop.save({"topic": HELD_BACK})
    centre.write("attention", a_uuid(4_000_000), {"topic": "gas"})
    push_all(laptop.store, centre)
    pull_all(laptop.store, centre)
    laptop.save({"topic": "luz"})
    laptop.save({"topic": "luz"}, record=laptop.record_of(proven))
    laptop.save({"type": "enquiry"}, record=a_uuid(4_000_000))

    counts = laptop.store.counts()

    assert laptop.store.shown("attention", laptop.record_of(held)).state == "quarantined"
    assert (counts.total, counts.received, counts.pending, counts.quarantined, counts.unsent) == (3, 1, 2, 1, 3)
    assert laptop.store.pending() == 3


def test_the_oldest_op_without_a_receipt_tells_since_when_something_waits(laptop, centre):
    nothing = laptop.store.oldest_unproven_at()
    laptop.save({"topic": "agua"})
    waiting = laptop.store.oldest_unproven_at()
    push_all(laptop.store, centre)

    assert (nothing, waiting, laptop.store.oldest_unproven_at()) == (None, "2026-11-21T16:04:05.123Z", None)


def test_reports_count_what_is_shown(laptop, centre):
    centre.write("attention", a_uuid(4_000_000), {"type": "enquiry", "persons_count": 4})
    pull_all(laptop.store, centre)
    laptop.save({"type": "enquiry", "persons_count": 2})
    laptop.save({"type": "complaint"})
    count = {"name": "by_type", "kind": "attention", "by": ["type"], "measures": ["n", "sum:persons_count"]}

    answer = laptop.store.tallies({"counts": [count]})

    assert sorted(answer["by_type"], key=lambda row: row["n"]) == [
        {"type": "complaint", "n": 1, "sum:persons_count": 0},
        {"type": "enquiry", "n": 2, "sum:persons_count": 6},
    ]


def test_the_ops_of_a_session_are_those_of_its_day_up_to_its_close(laptop):
    outing, other = a_uuid(5), a_uuid(6)
    laptop.save({"topic": "antes", "outing": other})
    session = laptop.record_of(laptop.save({"outing": outing, "opened_at": "2026-11-21T12:00:00.000Z"}, kind=SESSION))
    attention = laptop.record_of(laptop.save({"topic": "agua", "outing": outing}))
    laptop.save({"names": "Ana"}, kind=IDENTITY, record=attention)
    laptop.save({"attention": attention, "status": "pending"}, kind=REFERRAL)
    laptop.save({"topic": "luz", "outing": other})
    laptop.save({"topic": "gas"}, record=attention)
    at_close = laptop.store.ops_of_session(session)
    laptop.save({"closed_at": "2026-11-21T20:00:00.000Z"}, kind=SESSION, record=session)
    laptop.save({"outing": outing}, kind=ACTA, record=session)
    laptop.save({"topic": "tarde"}, record=attention)

    assert len(at_close) == 5
    assert laptop.store.ops_of_session(session) == at_close
    assert laptop.store.ops_of_session(a_uuid(1)) == ()


def test_several_reads_inside_a_transaction_see_what_it_wrote(laptop):
    with laptop.store.transaction() as write:
        write.put_meta("a", 1)

        assert laptop.store.meta("a") == 1
        assert laptop.store.counts().total == 0
        assert laptop.store.select("attention") == ()


def test_attentions_are_found_by_every_word_the_newest_first(laptop):
    water = SoughtWord("AGUA", {"topic": ("agua", "riego"), "programme": ()})
    early = laptop.save({"topic": "agua", "folio": "T07-2026-000001-1", "received_at": "2026-11-20T10:00:00.000Z"})
    late = laptop.save({"topic": "riego", "folio": "T07-2026-000002-2", "received_at": "2026-11-21T10:00:00.000Z"})
    laptop.save({"topic": "luz", "folio": "T07-2026-000003-3"})
    laptop.save({"topic": "agua"}, kind=TOPIC)

    both = [one.record for one in laptop.store.find_attentions([water], 10)]
    second = [one.record for one in laptop.store.find_attentions([SoughtWord("000002", {}), water], 10)]

    assert both == [laptop.record_of(late), laptop.record_of(early)]
    assert second == [laptop.record_of(late)]
    assert len(laptop.store.find_attentions([water], 1)) == 1
    assert laptop.store.find_attentions([], 10) == ()


ASKED = {
    "month": (monthly_summary.spec, "2026-11", 2),
    "before": (comparison.spec, "2026-11", 1),
    "months": (trend.spec, "2026-11", 1),
    "sensitive": (sensitive.spec, "2026-11", 1),
    "satisfaction": (satisfaction.spec, "2026-11", 1),
    "coverage": (coverage.spec, "2026-11", 4),
    "pmg": (pmg.spec, "2026-11", 6),
    "annual": (annual.spec, "2026", 7),
}
"""What asks how many passes over the attentions."""


def plan(laptop, one):
    return laptop.store._connections.query(f"EXPLAIN QUERY PLAN {statement(one)}", one.params)


@pytest.mark.parametrize(("spec", "period", "passes"), ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("region", ["13", None])
def test_attentions_are_counted_from_an_index_and_no_document_is_opened(laptop, region, spec, period, passes):
    laptop.save({"topic": "a", "received_at": "2026-11-21T10:00:00.000Z", "outing": a_uuid(5)})
    asked = spec(period, None, region)
    beside = (forms.count_of(asked), promptness.count_of(asked))
    counts = parse([count.to_wire() for count in (*asked.counts, *filter(None, beside))])

    of_attentions = [one for one in seen(counts, RECORDS) if one.counts[0].kind == "attention"]
    plans = [plan(laptop, one) for one in of_attentions]

    assert len(plans) == passes
    for steps in plans:
        assert any("record USING COVERING INDEX attentions_to_count" in step[3] for step in steps)


def test_an_outing_is_read_once_and_not_for_each_of_its_attentions(laptop):
    counts = parse([count.to_wire() for count in monthly_summary.spec("2026-11", None, "13").counts])

    linked = [one for one in seen(counts, RECORDS) if one.counts[0].link == ("outing", "outing")]

    assert linked
    for one in linked:
        assert "MATERIALIZE linked" in [step[3] for step in plan(laptop, one)]


@pytest.mark.parametrize("spec", [satisfaction.spec, coverage.spec, pmg.spec], ids=["satisfaction", "coverage", "pmg"])
def test_answers_to_the_survey_of_a_region_find_their_attention_in_the_index_too(laptop, spec):
    counts = parse([count.to_wire() for count in spec("2026-11", None, "13").counts])

    of_answers = [one for one in seen(counts, RECORDS) if one.counts[0].kind == "survey_response"]
    plans = [plan(laptop, one) for one in of_answers]

    assert plans
    for steps in plans:
        assert any("linked USING COVERING INDEX attentions_to_count" in step[3] for step in steps)
