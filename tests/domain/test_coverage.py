import pytest

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.coverage import InvalidGoalPeriodError, goal_problems, in_force, period_name, periods
from terreno_app.domain.fields import Json
from tests.factories import catalogues


def _a_goal(**fields: Json) -> dict[str, Json]:
    return {
        "year": 2026,
        "period_type": "month",
        "period": "2026-11",
        "space": "oirs_terreno",
        "metric": "attentions",
        "target": 800,
        **fields,
    }


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"period_type": "quarter", "period": "2026-Q4"},
        {"period_type": "year", "period": "2026", "space": None},
        {"metric": "satisfaction", "target": 75},
    ],
)
def test_a_goal_for_a_period_of_its_year_is_saved(fields: dict[str, Json]) -> None:
    assert goal_problems(_a_goal(**fields), catalogues()) == ()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"period": "2025-11"}, ("period", "unknown_code")),
        ({"period": "2026-Q4"}, ("period", "unknown_code")),
        ({"target": 0}, ("target", "too_small")),
        ({"metric": "complaints_in_term", "target": 101}, ("target", "too_large")),
        ({"metric": None}, ("metric", "required")),
        ({"year": "2026"}, ("year", "wrong_type")),
    ],
)
def test_a_goal_that_cannot_be_is_named(fields: dict[str, Json], problem: tuple[str, str]) -> None:
    assert [(one.field, one.code) for one in goal_problems(_a_goal(**fields), catalogues())] == [problem]


@pytest.mark.parametrize(("period_type", "count"), [("month", 12), ("quarter", 4), ("year", 1)])
def test_the_periods_of_a_year_are_periods_of_a_report(period_type: str, count: int) -> None:
    named = periods(2026, period_type)

    assert len(named) == count
    assert month_bounds(named[0])[0] == month_bounds("2026")[0]
    assert month_bounds(named[-1])[1] == month_bounds("2026")[1]


@pytest.mark.parametrize(("period_type", "number"), [("month", 13), ("quarter", 0), ("week", 1)])
def test_a_year_has_no_other_periods(period_type: str, number: int) -> None:
    with pytest.raises(InvalidGoalPeriodError):
        period_name(2026, period_type, number)


def test_a_year_is_not_divided_in_weeks() -> None:
    with pytest.raises(InvalidGoalPeriodError):
        periods(2026, "week")


def test_a_goal_that_was_superseded_is_no_longer_in_force() -> None:
    first, second = ("a", _a_goal()), ("b", _a_goal(target=900, supersedes="a"))

    assert in_force([first, second]) == (second,)
