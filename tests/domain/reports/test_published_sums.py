"""Nobody works a hidden group out of the sums that the tables of a published report share."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terreno_app.domain.reports import annual
from terreno_app.domain.reports.suppression import for_the_public
from tests.domain.reports.attacker import worked_out
from tests.domain.reports.records import (
    a_drawn,
    a_report,
    a_response,
    a_session,
    an_attention,
    an_outing,
    the_summary,
)

DAYS = ("2026-11-11", "2026-03-10", "2026-07-01", "2025-05-05")
COMUNAS = ("13101", "13110", "13109")
VALUES: dict[str, tuple[str | None, ...]] = {
    "sex": ("F", "M", "NR", "X", "NS"),
    "type": ("enquiry", "complaint", "guidance", "suggestion", "commendation"),
    "topic": ("pensiones", "salud", "tramites", "otro"),
    "age_band": ("T30_44", "T18_29", "T65_74", "NR", "NS"),
    "user_type": ("citizen", "community_leader", "abroad", "academic"),
    "education": ("BASICA", "MEDIA_COM", "NS", "NR"),
    "residence_comuna": (*COMUNAS, None),
    "concerned_institution": ("IPS", "SII", None),
}


def often_the_first(chance: random.Random, values: tuple[Any, ...]) -> Any:
    return chance.choices(values, [2.0**-place for place in range(len(values))])[0]


def a_year(seed: int) -> list[dict[str, Any]]:
    """Some outings, up to 150 attentions whose groups get smaller and smaller, and who answered."""
    chance = random.Random(seed)  # noqa: S311  # it draws a year, not a secret
    outings = [an_outing(comuna=chance.choice(COMUNAS), planned_on=chance.choice(DAYS[:3])) for _ in range(4)]
    records = [
        *outings,
        *(a_session(one, informed_count={"material": chance.choice([0, 2, 7, 30])}) for one in outings),
    ]
    for _ in range(chance.choice([20, 60, 150])):
        outing = chance.choice([*outings, None, None])
        day = outing["planned_on"] if outing else often_the_first(chance, DAYS)
        fields = {name: often_the_first(chance, values) for name, values in VALUES.items()} | {
            "outing": outing and outing["id"],
            "space": "oirs_terreno" if outing else often_the_first(chance, ("oirs", "tic", "buzon")),
            "received_at": f"{day}T15:00:00.000Z",
        }
        drawn = chance.random() < 0.3
        records.append(a_drawn(**fields) if drawn else an_attention(**fields))
        if drawn and chance.random() < 0.8:
            records.append(a_response(records[-1], answers={"P1": chance.choice([7, 6, 5, 2])}))
    return records


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from(["2026-11", "2026-Q4", "2026"]))
def test_no_sum_of_a_summary_gives_a_hidden_group_back(seed: int, period: str) -> None:
    whole = the_summary(a_year(seed), period)

    assert worked_out(for_the_public(whole), whole) == {}


# Each of these years gave a group back while its tables were looked at one by one.
@pytest.mark.parametrize("seed", [0, 7, 11, 18, 35, 73, 134, 142, 172, 191])
def test_no_sum_of_a_known_year_gives_a_hidden_group_back(seed: int) -> None:
    whole = a_report(annual, a_year(seed), "2026")

    assert worked_out(for_the_public(whole), whole) == {}


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_no_sum_of_a_year_gives_a_hidden_group_back(seed: int) -> None:
    whole = a_report(annual, a_year(seed), "2026")

    assert worked_out(for_the_public(whole), whole) == {}


def many(n: int, **fields: Any) -> list[dict[str, Any]]:
    return [an_attention(**fields) for _ in range(n)]


def test_a_sex_that_one_table_hides_follows_from_no_other() -> None:
    whole = the_summary(
        [
            *many(3, sex="X", age_band="T30_44"),
            *many(7, sex="NR", age_band="T65_74"),
            *(one for sex in "FM" for one in many(20, sex=sex, age_band="T30_44")),
            *(one for sex in "FM" for one in many(6, sex=sex, age_band="T65_74")),
        ]
    )

    public = for_the_public(whole)

    assert worked_out(public, whole) == {}
    assert {row["sex"]: row["n"] for row in public.tables["type_by_sex"]} == {"F": 26, "M": 26, "NR": None, "X": None}


def test_a_single_complaint_does_not_follow_from_the_institutions_that_voices_are_about() -> None:
    numbers = {
        ("complaint", "X"): 3,
        ("complaint", "NR"): 3,
        ("suggestion", "X"): 3,
        ("suggestion", "NR"): 3,
        ("complaint", "F"): 1,
        ("enquiry", "F"): 10,
        ("enquiry", "M"): 12,
        ("guidance", "F"): 10,
        ("guidance", "M"): 30,
    }
    whole = the_summary(
        [
            one
            for (kind, sex), n in numbers.items()
            for one in many(n, type=kind, sex=sex, age_band="T30_44" if sex in "FM" else "T65_74")
        ]
    )

    assert worked_out(for_the_public(whole), whole) == {}
