import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.run import InvalidRunError, check_digit, format_run, parse_run

_bodies = st.integers(1, 999_999_999)


@given(_bodies)
def test_a_run_survives_being_shown_and_read(body: int) -> None:
    run = f"{body}-{check_digit(body)}"

    assert parse_run(format_run(run)) == run
    assert parse_run(run.lower().replace("-", "")) == run


@given(_bodies, st.integers(1, 10))
def test_no_other_check_digit_is_accepted(body: int, step: int) -> None:
    digits = "0123456789K"
    wrong = digits[(digits.index(check_digit(body)) + step) % 11]

    with pytest.raises(InvalidRunError):
        parse_run(f"{body}-{wrong}")


@given(_bodies, st.data())
def test_a_mistyped_digit_of_the_body_never_goes_unseen(body: int, data: st.DataObject) -> None:
    text = str(body)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != text[place]]))

    mistyped = f"{text[:place]}{other}{text[place + 1 :]}-{check_digit(body)}"

    with pytest.raises(InvalidRunError):
        parse_run(mistyped)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("12.531.909-2", "12531909-2"),
        (" 12531909 2 ", "12531909-2"),
        ("1-9", "1-9"),
        ("1.000.005-k", "1000005-K"),
        ("0012.531.909-2"[2:], "12531909-2"),
        ("12531909–2", "12531909-2"),
    ],
    ids=["dots", "blanks", "one digit", "small k", "plain", "long dash"],
)
def test_a_run_is_read_as_people_write_it(written: str, stored: str) -> None:
    assert parse_run(written) == stored


@pytest.mark.parametrize("written", ["", "12.531.909-3", "0-0", "1234567890-1", "12531909", "K-1", "١٢-٣"])
def test_what_is_no_run_is_refused(written: str) -> None:
    with pytest.raises(InvalidRunError):
        parse_run(written)
