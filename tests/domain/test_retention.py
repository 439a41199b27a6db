from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.clock import santiago_day
from terreno_app.domain.retention import KEEP, Taken, due, outlived

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)


def taken(*ago: timedelta, by_itself: bool = True) -> list[Taken]:
    return [Taken(f"{number}", NOW - one, by_itself) for number, one in enumerate(ago)]


def hours(*numbers: float) -> list[timedelta]:
    return [timedelta(hours=number) for number in numbers]


def test_the_newest_three_stay_and_the_last_of_each_of_seven_days() -> None:
    days = [timedelta(days=number) for number in range(1, 10)]
    backups = taken(*hours(0, 0.5, 1, 1.5, 2), *days)

    kept = {one.name for one in backups} - outlived(backups, NOW)

    assert kept == {"0", "1", "2", "5", "6", "7", "8", "9", "10"}


def test_what_somebody_asked_for_stays_for_thirty_five_days() -> None:
    backups = taken(*(timedelta(days=number) for number in (1, 34, 36)), by_itself=False)

    assert outlived(backups, NOW) == {"2"}


def test_a_backup_of_a_clock_that_was_ahead_takes_no_place() -> None:
    backups = taken(*hours(-24 * 365 * 30, 0, 1, 2))

    assert outlived(backups, NOW) == {"0"}


@given(st.lists(st.tuples(st.integers(-500, 2_000), st.booleans()), max_size=40))
def test_nothing_older_than_people_are_told_and_always_the_newest(drawn: list[tuple[int, bool]]) -> None:
    backups = [Taken(f"{n}", NOW - timedelta(hours=ago), by_itself) for n, (ago, by_itself) in enumerate(drawn)]

    gone = outlived(backups, NOW)

    stay = [one for one in backups if one.name not in gone]
    past = [one for one in backups if one.at <= NOW and NOW - one.at <= KEEP]
    assert all(NOW - one.at <= KEEP for one in stay)
    assert sum(one.by_itself for one in stay) <= 3 + 7
    assert {one.name for one in past if not one.by_itself} <= {one.name for one in stay}
    for day in sorted({santiago_day(one.at) for one in past if one.by_itself}, reverse=True)[:7]:
        assert any(one.by_itself and santiago_day(one.at) == day for one in stay)


def test_one_is_due_when_the_last_that_the_laptop_made_by_itself_is_half_an_hour_old() -> None:
    assert due([], NOW)
    assert due(taken(timedelta(minutes=30)), NOW)
    assert due(taken(timedelta(minutes=1), by_itself=False), NOW)
    assert due(taken(-timedelta(days=1)), NOW)
    assert not due(taken(timedelta(minutes=29)), NOW)
