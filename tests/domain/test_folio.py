import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.folio import InvalidFolioError, make_folio, make_outing_code, parse_folio

_labels = st.from_regex(r"T[0-9]{2,4}", fullmatch=True)
_years = st.integers(2000, 2100)
_counters = st.integers(1, 999_999)


def test_a_folio_is_written_as_on_the_receipt() -> None:
    assert make_folio("T07", 2026, 123) == "T07-2026-000123-9"


@given(_labels, _years, _counters)
def test_a_folio_is_read_back_into_its_parts(label: str, year: int, counter: int) -> None:
    folio = parse_folio(f" {make_folio(label, year, counter).lower()} ")

    assert (folio.label, folio.year, folio.counter) == (label, year, counter)
    assert str(folio) == make_folio(label, year, counter)


@given(_labels, _years, _counters, st.data())
def test_a_mistyped_digit_never_goes_unseen(label: str, year: int, counter: int, data: st.DataObject) -> None:
    folio = make_folio(label, year, counter)
    place = data.draw(st.sampled_from([n for n, character in enumerate(folio) if character.isdigit()]))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != folio[place]]))

    with pytest.raises(InvalidFolioError):
        parse_folio(folio[:place] + other + folio[place + 1 :])


@pytest.mark.parametrize("text", ["", "T07-2026-123-9", "A07-2026-000123-9", "T07-2026-000123"])
def test_what_is_no_folio_is_refused(text: str) -> None:
    with pytest.raises(InvalidFolioError):
        parse_folio(text)


@pytest.mark.parametrize(
    ("label", "year", "counter"),
    [("T7", 2026, 1), ("T12345", 2026, 1), ("T07", 26, 1), ("T07", 2026, 0), ("T07", 2026, 1_000_000)],
    ids=["short label", "long label", "short year", "no counter", "counter used up"],
)
def test_a_folio_is_never_made_of_parts_out_of_range(label: str, year: int, counter: int) -> None:
    with pytest.raises(InvalidFolioError):
        make_folio(label, year, counter)


def test_an_outing_is_coded_by_the_laptop_that_plans_it() -> None:
    assert make_outing_code("T07", 2026, 3) == "S-T07-2026-003"
