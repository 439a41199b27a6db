from itertools import combinations

import pytest

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.coverage import PERIODS_OF_A_YEAR, periods
from terreno_app.domain.reports.registry import REPORTS
from terreno_app.domain.reports.suppression import for_the_public
from terreno_app.domain.reports.together import NOT_TOGETHER, alone_words, overlapping
from tests.domain.reports.records import a_report, an_attention, the_summary
from tests.domain.reports.test_published_sums import a_year

PERIODS = [period for year in (2025, 2026) for length in PERIODS_OF_A_YEAR for period in periods(year, length)]


def test_two_summaries_share_attentions_exactly_where_they_are_told_not_to_go_together() -> None:
    for one, other in combinations(PERIODS, 2):
        (one_from, one_until), (other_from, other_until) = month_bounds(one), month_bounds(other)

        share = one_from < other_until and other_from < one_until

        assert (other in overlapping("monthly_summary", one)) == share
        assert (one in overlapping("monthly_summary", other)) == share


def test_a_report_of_coverage_goes_with_none_of_its_year() -> None:
    assert set(overlapping("coverage", "2026-02")) == {one for one in PERIODS if one[:4] == "2026"} - {"2026-02"}


@pytest.mark.parametrize("seed", range(3))
def test_summaries_that_may_go_together_count_nobody_twice(seed: int) -> None:
    records = a_year(seed)
    told = {period: the_summary(records, period) for period in ("2026-03", "2026-07", "2026-Q4", "2026")}

    parts = [told[period] for period in ("2026-03", "2026-07", "2026-Q4")]

    assert all(b.period not in overlapping(a.report, a.period) for a, b in combinations(parts, 2))
    assert sum(part.totals["attentions"] for part in parts) == told["2026"].totals["attentions"]


def test_a_quarter_less_two_of_its_months_would_tell_what_the_third_hides() -> None:
    """Why they may not go together: none of the four hides less than it should."""
    records = [
        an_attention(outcome=outcome, received_at=f"2026-{month}-10T15:00:00.000Z")
        for month, numbers in (("10", (20, 9, 9)), ("11", (20, 9, 9)), ("12", (20, 9, 2)))
        for outcome, n in zip(("informed", "oriented", "referred"), numbers, strict=True)
        for _ in range(n)
    ]

    shown = {
        period: {row["outcome"]: row["n"] for row in for_the_public(the_summary(records, period)).tables["outcome"]}
        for period in ("2026-10", "2026-11", "2026-12", "2026-Q4")
    }

    assert shown["2026-12"]["referred"] is None
    assert shown["2026-Q4"]["referred"] - shown["2026-10"]["referred"] - shown["2026-11"]["referred"] == 2


@pytest.mark.parametrize("name", REPORTS)
def test_every_public_version_says_with_which_it_may_not_be_published(name: str) -> None:
    public = for_the_public(a_report(REPORTS[name], [], "2026"))

    of_persons = name != "diagnosis"
    assert public.cut_off.get(NOT_TOGETHER, []) == list(overlapping(name, "2026"))
    assert bool(overlapping(name, "2026")) == alone_words(public).startswith("Publíquela sola.") == of_persons
