"""Instants are written in one way on every machine, whatever zone it stands in, and read from any."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.instants import instant, milliseconds_between, parse_instant

SUMMER = timezone(timedelta(hours=-3))


@pytest.fixture(autouse=True)
def _a_machine_that_stands_in_santiago(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/Santiago")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_an_instant_is_written_in_utc_with_milliseconds_and_a_z() -> None:
    at = datetime(2026, 11, 21, 13, 4, 5, 123_999, SUMMER)

    assert instant(at) == "2026-11-21T16:04:05.123Z"
    assert instant(at.replace(microsecond=0)) == "2026-11-21T16:04:05.000Z"


@pytest.mark.parametrize(
    "text", ["2026-11-21T16:04:05.123Z", "2026-11-21T13:04:05.123-03:00", "2026-11-21T16:04:05.123+00:00"]
)
def test_an_instant_is_read_from_any_offset_into_utc(text: str) -> None:
    at = parse_instant(text)

    assert at == datetime(2026, 11, 21, 16, 4, 5, 123_000, UTC)
    assert at.tzinfo is UTC


def test_an_hour_without_an_offset_is_no_instant() -> None:
    with pytest.raises(ValueError, match=r"^an instant needs an offset$"):
        parse_instant("2026-11-21T12:00:00")


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-21T25:00:00Z"])
def test_a_text_of_another_form_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"nvalid isoformat|hour must be"):
        parse_instant(text)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_an_instant_is_the_same_in_any_zone(at: datetime, hours: int) -> None:
    aware = at.replace(tzinfo=UTC)
    elsewhere = aware.astimezone(timezone(timedelta(hours=hours)))

    assert instant(elsewhere) == instant(aware)
    assert timedelta(0) <= aware - parse_instant(instant(aware)) < timedelta(milliseconds=1)


@given(st.integers(-(10**12), 10**12))
def test_time_between_instants_is_whole_milliseconds_and_negative_backwards(milliseconds: int) -> None:
    at = datetime(2026, 11, 21, 16, tzinfo=UTC)
    later = at + timedelta(milliseconds=milliseconds)

    assert milliseconds_between(at, later) == milliseconds
    assert milliseconds_between(later, at) == -milliseconds


@pytest.mark.parametrize(("microseconds", "milliseconds"), [(1_499, 1), (1_501, 2), (-1_499, -1)])
def test_parts_of_a_millisecond_are_rounded(microseconds: int, milliseconds: int) -> None:
    at = datetime(2026, 11, 21, 16, tzinfo=UTC)

    assert milliseconds_between(at, at + timedelta(microseconds=microseconds)) == milliseconds
