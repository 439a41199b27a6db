"""Every count of every report is answered alike by both databases and by the plain records, private values included."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.core.count import Count, parse
from terreno_app.domain.records import kind_named
from terreno_app.domain.reports.registry import REPORTS
from terreno_app.domain.reports.spec import LINK_PREFIX, tally
from tests.domain.reports.records import a_drawn, a_goal, a_referral, a_response, a_session, an_outing
from tests.sync.tables import AnyTable, in_order

# Midnight at the borders of months in Santiago, in winter and summer time, and the nights on which the clocks change.
INSTANTS = (
    "2026-01-01T02:59:59.999Z",
    "2026-01-01T03:00:00.000Z",
    "2026-04-05T02:30:00.000Z",
    "2026-04-05T03:30:00.000Z",
    "2026-08-01T04:00:00.000Z",
    "2026-09-06T03:30:00.000Z",
    "2026-11-01T02:59:59.999Z",
    "2026-11-01T03:00:00.000Z",
    "2027-01-01T02:59:59.999Z",
)
maybe = st.none() | st.sampled_from(INSTANTS)
people = st.fixed_dictionaries(
    {
        "received_at": st.sampled_from(INSTANTS),
        "received_at_corrected": st.none() | st.fixed_dictionaries({"value": st.sampled_from(INSTANTS)}),
        "region": st.sampled_from(["13", "05"]),
        "space": st.sampled_from(["oirs_terreno", "oirs", "tic", "buzon"]),
        "outing": st.sampled_from([None, "o1", "o2"]),
        "status": st.sampled_from(["registered", "voided"]),
        "type": st.sampled_from(["enquiry", "complaint", "foi_request"]),
        "own_service": st.none() | st.booleans(),
        "answer_owed": st.booleans(),
        "answered_at": maybe,
        "due_on": st.sampled_from([None, "2026-10-31", "2026-11-01"]),
        "due_rule": st.sampled_from([None, "answer_10"]),
        "sex": st.sampled_from([None, "F", "NR"]),
        "persons_count": st.integers(1, 40),
        "user_type": st.sampled_from(["citizen", "community_leader"]),
        "dos_products": st.none() | st.lists(st.sampled_from(["FFOIP", "ESC_DOS"]), unique=True),
        "org_type": st.sampled_from([None, "JJVV"]),
        "interpreter": st.none() | st.booleans(),
    }
)
said = st.none() | st.fixed_dictionaries(
    {
        "result": st.sampled_from(["complete", "partial", "none"]),
        "answers": st.none() | st.fixed_dictionaries({"P1": st.sampled_from([1, 7, "NS"]), "P3": st.just("si")}),
    }
)
lives = st.lists(st.tuples(people, said, maybe), max_size=6)
KEPT: list[dict[str, Any]] = [
    *(one for name in ("o1", "o2") for one in (an_outing(id=name), a_session({"id": name, "region": "13"}))),
    a_goal(),
    a_goal(region="CL", supersedes="goal-0"),
    {
        "kind": "regional_diagnosis",
        "id": "d",
        "region": "13",
        "diagnosed_on": "2026-11-02",
        "office": "yes",
        "score": 7,
    },
    {"kind": "breach", "id": "b", "region": "13", "found_at": INSTANTS[6], "approximate_persons": 3},
]


def opened(count: Count) -> Count:
    linked = () if count.link is None else kind_named(count.link[1]).counted
    return count.opening({*kind_named(count.kind).counted, *(f"{LINK_PREFIX}{path}" for path in linked)})


@pytest.mark.uncounted
@pytest.mark.parametrize(("name", "period"), [(name, "2026" if name == "annual" else "2026-11") for name in REPORTS])
@settings(max_examples=6)
@given(drawn=lives, region=st.sampled_from([None, "13"]), space=st.sampled_from([None, "oirs"]))
def test_every_count_is_answered_alike(
    table: AnyTable, name: str, period: str, drawn: list[Any], region: str | None, space: str | None
) -> None:
    persons = [(a_drawn(**fields), answer, sent) for fields, answer, sent in drawn]
    content = [
        *KEPT,
        *(one for one, _, _ in persons),
        *(a_response(one, **answer) for one, answer, _ in persons if answer),
        *(a_referral(one, sent_at=sent) for one, _, sent in persons if sent),
    ]
    asked = REPORTS[name].spec(period, space, region).counts

    found = table.ask(tuple(opened(count) for count in parse([count.to_wire() for count in asked])), content)

    for count in asked:
        assert in_order(found[count.name]) == in_order(tally(content, count)), count.name
