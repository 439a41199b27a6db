"""Figures, days and hours as they are written in Chile."""

from datetime import UTC, date, datetime, timedelta

import pytest

from terreno_app.domain import spanish
from terreno_app.ui import labels

NOON = datetime(2026, 11, 21, 15, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(("n", "text"), [(0, "0"), (999, "999"), (10_823_325, "10.823.325")])
def test_thousands_are_parted_by_points(n: int, text: str) -> None:
    assert spanish.number(n) == text


def test_a_share_has_one_decimal_after_a_comma() -> None:
    assert labels.percent(0.971) == "97,1 %"


def test_days_are_written_out() -> None:
    assert labels.day(date(2026, 12, 4)) == "viernes 4 de diciembre"
    assert labels.full_day(date(2026, 11, 21)) == "Sábado 21 de noviembre de 2026"


def test_hours_are_those_of_santiago() -> None:
    assert labels.hour(NOON) == "12:04"
    assert labels.hour_with_seconds(NOON) == "12:04:05"


@pytest.mark.parametrize(("seconds", "text"), [(75_240, "20 h 54 min"), (720, "12 min"), (45, "45 s"), (-5, "0 s")])
def test_a_length_of_time_is_told_in_words(seconds: int, text: str) -> None:
    assert labels.span(seconds) == text


def test_a_stopwatch_counts_minutes_and_seconds() -> None:
    assert labels.stopwatch(167.9) == "2:47"


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "hoy a las 12:04"), (-1, "ayer a las 12:04"), (1, "mañana a las 12:04"), (-9, "el jueves 12 de noviembre")],
)
def test_near_days_have_names(days: int, text: str) -> None:
    assert labels.relative_day(NOON + timedelta(days=days), NOON) == text


def test_nouns_follow_their_number() -> None:
    assert labels.plural(1, "vez", "veces") == "1 vez"
    assert labels.plural(2, "vez", "veces") == "2 veces"


def test_the_heading_of_a_new_attention_follows_its_gender() -> None:
    assert labels.TYPES["complaint"].new == "Nuevo reclamo"
    assert labels.TYPES["enquiry"].new == "Nueva consulta"
    assert labels.plain("&Guardar") == "Guardar"
