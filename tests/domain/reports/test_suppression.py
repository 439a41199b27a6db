import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.reports import annual, coverage, monthly_summary, satisfaction
from terreno_app.domain.reports.hiding import hidden
from terreno_app.domain.reports.report import says_true
from terreno_app.domain.reports.suppression import for_the_public
from tests.domain.reports.records import a_report, a_session, an_attention, an_outing, the_summary

cells = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("FMX")), st.integers(0, 30), max_size=12)


def lines_of(table: dict[tuple[str, str], int]) -> list[list[tuple[str, str]]]:
    rows = [[key for key in table if key[0] == letter] for letter in "abcd"]
    columns = [[key for key in table if key[1] == letter] for letter in "FMX"]
    return [list(table), *rows, *columns]


@given(cells)
def test_no_group_of_one_to_four_is_shown(table: dict[tuple[str, str], int]) -> None:
    out_of_sight = hidden(table, lines_of(table))

    assert all(n == 0 or n >= 5 for key, n in table.items() if key not in out_of_sight)


@given(cells)
def test_no_hidden_figure_follows_from_the_sum_of_its_line(table: dict[tuple[str, str], int]) -> None:
    out_of_sight = hidden(table, lines_of(table))

    for line in lines_of(table):
        inside = [table[key] for key in line if key in out_of_sight]
        shown = [key for key in line if table[key] and key not in out_of_sight]
        assert not inside or not shown or (len(inside) >= 2 and sum(inside) >= 5)


def test_a_table_without_small_groups_is_shown_whole() -> None:
    out_of_sight = hidden({"a": 5, "b": 0, "c": 900}, [["a", "b", "c"]])

    assert out_of_sight == frozenset()


def test_the_smallest_other_group_hides_a_single_small_one() -> None:
    out_of_sight = hidden({"a": 3, "b": 40, "c": 12}, [["a", "b", "c"]])

    assert out_of_sight == {"a", "c"}


def many(n: int, **fields: Any) -> list[dict[str, Any]]:
    return [an_attention(**fields) for _ in range(n)]


def test_the_public_version_hides_small_groups_in_every_table() -> None:
    outing = an_outing(id="o1")
    records = [
        outing,
        a_session(outing, informed_count={"material": 3}),
        *many(20, sex="F", type="enquiry", outing="o1"),
        *many(9, sex="M", type="complaint", concerned_institution="IPS"),
        *many(2, sex="M", type="enquiry", concerned_institution="SII", back_captured=True),
        *many(6, sex="F", type="complaint"),
        *many(3, status="voided"),
    ]

    public = for_the_public(the_summary(records))

    shown = {(row["type"], row["sex"]): row["n"] for row in public.tables["type_by_sex"]}
    assert shown == {
        ("enquiry", "F"): None,
        ("enquiry", "M"): None,
        ("complaint", "F"): None,
        ("complaint", "M"): None,
    }
    assert [row["n"] for row in public.tables["institution"]] == [None, None]
    assert public.tables["outings"][0]["informed"] is None
    assert public.tables["quality"]["voided"] is None
    assert public.tables["quality"]["back_captured"] is None
    assert public.totals["attentions"] == 37
    assert public.totals["informed"] is None
    assert public.suppressed
    assert says_true(public.to_json())


def test_what_was_not_asked_is_hidden_in_quality_when_its_cell_is_hidden() -> None:
    records = [*many(30, education="BASICA"), *many(8), *many(2, education="MEDIA")]

    public = for_the_public(the_summary(records))

    assert {row["education"]: row["n"] for row in public.tables["education"]} == {
        "BASICA": 30,
        "MEDIA": None,
        "NS": None,
    }
    assert public.tables["quality"]["missing"]["education"] is None
    assert public.tables["quality"]["missing"]["occupation"] == 40


def test_a_month_of_one_to_four_attentions_shows_neither_total_nor_times() -> None:
    public = for_the_public(the_summary(many(4, persons_count=9, wait_min=3)))

    assert (public.totals["attentions"], public.totals["persons"]) == (None, None)
    assert set(public.tables["times"].values()) == {None}


ONE_PERSON = {
    "sex": "F",
    "age_band": "T60_74",
    "type": "complaint",
    "topic": "vivienda",
    "nationality": "VE",
    "education": "BASICA",
    "user_type": "community_leader",
    "org_type": "JJVV",
    "occupation": "retired",
    "language": "arn",
    "programme": "CEDULA",
    "concerned_institution": "SRCEI",
    "space": "oirs_terreno",
    "draw": {"eligible": False, "reason": "minor"},
}


@pytest.mark.parametrize("report", [monthly_summary, annual, coverage, satisfaction], ids=lambda report: report.NAME)
def test_a_period_of_one_person_says_nothing_of_who_it_was(report: Any) -> None:
    outing = an_outing(id="o1", comuna="13101")
    records = [outing, a_session(outing), an_attention(outing="o1", **ONE_PERSON)]
    period = "2026" if report is annual else "2026-11"

    public = for_the_public(a_report(report, records, period))

    told = json.dumps([public.totals, public.tables])
    said = {value for name, value in ONE_PERSON.items() if name not in {"space", "draw"}} | {"minor"}
    assert {value for value in said if f'"{value}"' in told} == set()


def test_of_few_it_is_not_told_what_they_were_not_asked() -> None:
    public = for_the_public(the_summary(many(2, sex="F", age_band="T30_44")))

    assert public.tables["quality"]["missing"] == {}


def test_an_empty_month_is_published_as_it_is() -> None:
    report = the_summary([])

    public = for_the_public(report)

    assert (public.totals, public.tables, public.suppressed) == (report.totals, report.tables, True)


@given(abroad=st.integers(1, 4), comunas=st.lists(st.integers(5, 40), min_size=1, max_size=5))
def test_who_lives_abroad_does_not_follow_from_the_comunas(abroad: int, comunas: list[int]) -> None:
    here = [an_attention(residence_comuna=f"1310{place}") for place, n in enumerate(comunas, 1) for _ in range(n)]
    there = [an_attention(residence_country="AR") for _ in range(abroad)]

    public = for_the_public(the_summary([*here, *there]))

    assert public.totals["attentions"] == len(here) + abroad
    assert any(row["n"] is None for row in public.tables["residence_comuna"])


def test_an_outing_does_not_follow_from_the_others_of_its_comuna() -> None:
    outings = [an_outing(comuna=comuna) for comuna in ("13110", "13110", "13101", "13101")]
    numbers = (3, 20, 2, 9)
    attentions = [
        an_attention(outing=outing["id"]) for outing, n in zip(outings, numbers, strict=True) for _ in range(n)
    ]

    sessions = [a_session(outing, closed_at="2026-11-10T17:00:00.000Z") for outing in outings]

    public = for_the_public(the_summary([*outings, *sessions, *attentions]))

    assert [(row["attentions"], row["per_hour"]) for row in public.tables["outings"]] == [(None, None)] * 4
