from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_DNS, UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.clock import instant
from terreno_app.domain.ids import Ids, born_at, is_id, named_id, session_id
from tests.factories import DEVICE, NOON, OUTING, FixedClock


@given(st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_seven_whatever_the_randomness(noise: bytes) -> None:
    made = Ids(FixedClock(), lambda _: noise).new()

    assert is_id(made)
    assert UUID(made).version == 7
    assert UUID(made).variant == "specified in RFC 4122"


def test_an_id_tells_the_millisecond_at_which_it_was_made() -> None:
    made = UUID(Ids(FixedClock(), bytes).new())

    assert made.int >> 80 == int(NOON.timestamp() * 1000)


def test_ids_sort_by_the_hour_at_which_they_were_made() -> None:
    clock = FixedClock()
    ids = Ids(clock, lambda size: b"\xff" * size)
    first = ids.new()
    clock.move(milliseconds=1)

    later = Ids(clock, bytes).new()

    assert first < later


def test_a_clock_before_1970_still_gives_an_id() -> None:
    clock = FixedClock(datetime(1970, 1, 1, tzinfo=UTC) - timedelta(days=400))

    assert Ids(clock, bytes).new() == "00000000-0000-7000-8000-000000000000"


def test_an_id_tells_when_it_was_made_and_one_beyond_the_calendar_its_end() -> None:
    assert born_at(Ids(FixedClock(), bytes).new()) == instant(NOON)
    assert born_at("ffffffff-ffff-7000-8000-000000000000") == "9998-12-31T23:59:59.999Z"


def test_two_laptops_name_the_close_of_a_month_alike() -> None:
    assert named_id("2026-11/13") == str(uuid5(uuid5(NAMESPACE_DNS, "terreno"), "2026-11/13"))


def test_the_session_of_a_device_has_one_id_in_an_outing() -> None:
    assert session_id(OUTING, DEVICE.upper()) == str(uuid5(UUID(OUTING), DEVICE))


def test_only_lower_case_text_with_dashes_is_an_id() -> None:
    assert is_id(OUTING)
    assert not is_id(OUTING.replace("-", ""))
    assert not is_id("nada")
