"""Records as no month ever had them, drawn: voids, gaps, doubles of doubles, links that lead nowhere, odd notes.

Where it matters what an instant or a day is, it lies at a border: of a month, of a term, of an hour that clocks skip.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.domain.reports.records import a_drawn, a_goal, a_referral, a_response, a_session, an_outing

Record = dict[str, Any]

# Midnight at the borders of months in Santiago, in winter and summer time, and the nights on which the clocks change.
AROUND = (
    "2025-11-01T03:00:00.000Z",
    "2026-01-01T02:59:59.999Z",
    "2026-04-05T02:30:00.000Z",
    "2026-04-05T03:30:00.000Z",
    "2026-08-01T04:00:00.000Z",
    "2026-09-06T03:30:00.000Z",
    "2026-11-01T02:59:59.999Z",
    "2027-01-01T02:59:59.999Z",
)
# Within the month of most reports, a day apart, and a millisecond more.
IN_NOVEMBER = ("2026-11-01T03:00:00.000Z", "2026-11-02T03:00:00.000Z", "2026-11-02T03:00:00.001Z")
INSTANTS = (*AROUND, *IN_NOVEMBER * 3)
DUE = ("2026-09-05", "2026-10-31", "2026-11-01", "2026-11-02")
DAYS = ("2025-11-01", "2025-12-31", "2026-01-01", "2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01")
OUTINGS = ("o1", "o2", "o3", "o4")
NOWHERE = "o9"
REGIONS = st.sampled_from(["13", "13", "05"])
COMUNAS = {"13": ("13101", "13110"), "05": ("05101",)}
NOTES = st.sampled_from([1, 5, 6, 7, 0, 8, -1, "NS", "NR"])


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


instants = st.sampled_from(INSTANTS)
outings = st.fixed_dictionaries(
    {
        "region": REGIONS,
        "planned_on": st.sampled_from(DAYS),
        "status": st.sampled_from(["planned", "closed", "suspended", "rescheduled"]),
        "merged_into": maybe(*OUTINGS, NOWHERE),
        "has_comuna": st.booleans(),
    }
)
opened = st.fixed_dictionaries(
    {
        "opened_at": instants,
        "closed_at": maybe(*INSTANTS),
        "opened_by": maybe("paula", "juan"),
        "incidents": maybe("lluvia"),
        "informed_count": st.none() | st.fixed_dictionaries({"talk": st.integers(0, 9), "other": st.integers(0, 3)}),
    }
)
sessions = st.tuples(st.sampled_from([*OUTINGS, NOWHERE]), opened)
people = st.fixed_dictionaries(
    {
        "received_at": instants,
        "received_at_corrected": maybe(None, None, *({"value": one} for one in IN_NOVEMBER)),
        "region": REGIONS,
        "space": st.sampled_from(["oirs_terreno", "oirs", "tic", "buzon"]),
        "outing": maybe(*OUTINGS, NOWHERE),
        "status": st.sampled_from(["registered", "registered", "voided"]),
        "type": st.sampled_from(["enquiry", "complaint", "complaint", "foi_request"]),
        "own_service": maybe(False, True, True),
        "answer_owed": st.booleans(),
        "answered_at": maybe(*INSTANTS),
        "due_on": maybe(*DUE),
        "due_rule": maybe("answer_10"),
        "sex": maybe("F", "NR"),
        "persons_count": st.integers(1, 40),
        "user_type": st.sampled_from(["citizen", "community_leader"]),
        "dos_products": st.none() | st.lists(st.sampled_from(["FFOIP", "ESC_DOS"]), unique=True),
        "org_type": maybe("JJVV"),
        "interpreter": st.none() | st.booleans(),
        "residence_comuna": maybe("13101", "05101"),
        "residence_country": maybe("AR"),
    }
)
said = st.none() | st.fixed_dictionaries(
    {
        "result": st.sampled_from(["complete", "complete", "partial", "none"]),
        "answers": st.none() | st.fixed_dictionaries({"P1": NOTES, "P2a": NOTES, "P3": st.just("si")}),
    }
)
referred = st.none() | st.fixed_dictionaries(
    {
        "status": st.sampled_from(["pending", "sent", "answered", "overdue", "voided"]),
        "sent_at": maybe(*AROUND, *IN_NOVEMBER * 5),
        "answered_at": maybe(*INSTANTS),
        "due_on": maybe(*DUE),
    }
)
lives = st.tuples(people, st.booleans(), said, referred)

OFFICE: tuple[Record, ...] = (
    a_goal(id="goal-1"),
    a_goal(id="goal-2", region="CL", supersedes="goal-0"),
    a_goal(id="goal-3", comuna="13101", metric="complaints_in_term", period_type="year", period="2026"),
    {
        "kind": "regional_diagnosis",
        "id": "d",
        "region": "13",
        "diagnosed_on": "2026-11-02",
        "office": "yes",
        "score": 7,
    },
    {"kind": "breach", "id": "b", "region": "13", "found_at": "2026-09-06T03:30:00.000Z", "approximate_persons": 3},
)


def _outing(name: str, *, has_comuna: bool, **fields: Any) -> Record:
    return an_outing(id=name, comuna=COMUNAS[fields["region"]][0] if has_comuna else None, code=name, **fields)


def _town(gone: Sequence[Record], held: Sequence[tuple[str, Record]], lived: Sequence[Any]) -> list[Record]:
    outings = {name: _outing(name, **one) for name, one in zip(OUTINGS, gone, strict=True)}
    found = [*OFFICE, *outings.values()]
    for number, (outing, stay) in enumerate(held):
        found.append(a_session(outings.get(outing, {"id": outing, "region": "13"}), id=f"s{number}", **stay))
    for number, (fields, selected, answer, sent) in enumerate(lived):
        person = a_drawn(selected=selected, id=f"a{number}", folio=f"F{number}", **fields)
        found.append(person)
        found += [a_response(person, **answer)] if answer else []
        found += [a_referral(person, id=f"r{number}", **sent)] if sent else []
    return found


def towns(least: int, most: int) -> st.SearchStrategy[list[Record]]:
    """All that a region, and a bit of another, have written down.

    Args:
        least: How many persons came.
        most: The same.
    """
    gone, held = st.tuples(*(outings for _ in OUTINGS)), st.lists(sessions, max_size=5)
    return st.builds(_town, gone, held, st.lists(lives, min_size=least, max_size=most))
