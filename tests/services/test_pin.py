"""The PIN of the day: six digits that are not easy, five tries, the later ones after a wait."""

import pytest

from terreno_app.services.pin import Pin, PinError


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("12345", "not_six_digits"),
        ("1234567", "not_six_digits"),
        ("12a456", "not_six_digits"),
        ("١٢٣٤٥٦", "not_six_digits"),
        ("000000", "easy"),
        ("123456", "easy"),
        ("765432", "easy"),
        ("890123", "easy"),
    ],
)
def test_a_pin_that_keeps_nobody_out_is_refused(digits: str, code: str) -> None:
    with pytest.raises(PinError) as refused:
        Pin(digits, bytes)

    assert refused.value.code == code


def test_five_tries_with_growing_waits_and_then_nothing_opens() -> None:
    pin, waits = Pin("271828", bytes), []

    for _ in range(5):
        waits.append(pin.delay_s)
        assert not pin.opens("314159")

    assert waits == [0, 0, 0, 2, 4]
    assert pin.tries_left == 0
    assert not pin.opens("271828")


def test_the_right_pin_begins_the_count_anew() -> None:
    pin = Pin("271828", bytes)
    for _ in range(4):
        pin.opens("314159")

    assert pin.opens("271828")
    assert (pin.tries_left, pin.delay_s) == (5, 0)


def test_the_digits_themselves_are_not_kept() -> None:
    pin = Pin("271828", bytes)

    assert "271828" not in repr(vars(pin))
