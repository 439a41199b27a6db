import pytest

from terreno_app.domain.spanish import counted, day, duration, lapse, moment, number, percent, period_name, short_day


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (999, "999"), (1234, "1.234"), (10823325, "10.823.325"), (None, "*")]
)
def test_thousands_have_a_point(value: int | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 3, "33,3\u00a0%"),
        (123, 1000, "12,3\u00a0%"),
        (1, 2000, "0,1\u00a0%"),
        (1, 1, "100,0\u00a0%"),
        (0, 9, "0,0\u00a0%"),
        (1, 0, ""),
        (1, None, ""),
        (None, 9, ""),
    ],
)
def test_shares_have_a_comma_and_one_decimal(part: int | None, whole: int | None, text: str) -> None:
    assert percent(part, whole) == text


@pytest.mark.parametrize(
    ("period", "text"),
    [("2026-11", "noviembre de 2026"), ("2026-Q1", "primer trimestre de 2026"), ("2026", "año 2026")],
)
def test_periods_have_names(period: str, text: str) -> None:
    assert period_name(period) == text


def test_one_and_many_are_told_apart() -> None:
    assert [counted(n, "salida", "salidas") for n in (0, 1, 2)] == ["0 salidas", "1 salida", "2 salidas"]


def test_days_and_hours_are_those_of_santiago() -> None:
    assert day("2026-11-21") == "21 de noviembre de 2026"
    assert short_day("2026-11-01") == "01-11-2026"
    assert moment("2026-12-01T02:30:00.000Z") == "30 de noviembre de 2026, 23:30"


@pytest.mark.parametrize(("seconds", "text"), [(None, "–"), (12, "12 s"), (431, "7 min 11 s"), (3600, "60 min 0 s")])
def test_durations_are_in_minutes_and_seconds(seconds: int | None, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "1 segundo"), (-59, "59 segundos"), (61, "1 minuto"), (-10_800, "3 horas"), (34_560_000, "400 días")],
)
def test_a_span_of_time_is_told_by_its_largest_unit_whichever_way_it_goes(seconds: int, text: str) -> None:
    assert lapse(seconds) == text
