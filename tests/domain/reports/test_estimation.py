import math
import random
from bisect import bisect_left
from collections.abc import Callable
from functools import cache
from itertools import accumulate, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.reports.estimation import (
    Cell,
    effective_size,
    margin,
    rank_correlation,
    score,
    share,
    weight_classes,
    wilson,
)

RUNS = 2_000
ONE = frozenset({1})


def test_a_share_by_hand() -> None:
    cells = [Cell(2.0, 1, 30), Cell(2.0, 0, 10), Cell(5.0, 1, 4), Cell(5.0, 0, 16)]

    found = share(cells, ONE, 400)

    # Σw = 180, Σwy = 80; n_eff = 180² / (40·4 + 20·25) = 49.09; f = 60/400; n* = 57.75
    assert found is not None
    assert (found.n, round(found.value, 4)) == (60, 0.4444)
    assert (round(found.low, 3), round(found.high, 3)) == (0.324, 0.572)


def test_a_net_score_by_hand() -> None:
    cells = [Cell(1.0, 1, 60), Cell(1.0, 0, 20), Cell(1.0, -1, 20)]

    found = score(cells, float, (-1, 1), 200)

    # mean 0.4; s² = 0.8 - 0.16 = 0.64; se = √(0.64/100·(1 - 0.5)) = 0.0566; 1.96·se = 0.1109
    assert found is not None
    assert (found.n, round(found.value, 6)) == (100, 0.4)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2891, 0.5109)


def test_the_interval_of_a_mean_stays_within_what_can_be_answered() -> None:
    found = score([Cell(1.0, 7, 11), Cell(1.0, 1, 1)], float, (1, 7), 10_000)

    assert found is not None
    assert found.low < found.value == 6.5
    assert found.high == 7


def test_answers_that_are_all_alike_do_not_make_a_mean_certain() -> None:
    found = score([Cell(1.0, 7, 20)], float, (1, 7), 10_000)

    # Wilson: 20 of 20 leave 1 - 1/(1 + 1.96²/20·(1 - 0.002)) = 0.161 uncertain, and those may have said 1
    assert found is not None
    assert (found.value, round(found.low, 2), found.high) == (7, 6.03, 7)


def test_without_answers_there_is_no_estimate() -> None:
    assert share([], ONE, 100) is None
    assert score([], float, (1, 7), 100) is None
    assert margin(0, 100) is None


def test_when_all_of_the_frame_answered_nothing_is_uncertain() -> None:
    cells = [Cell(1.0, 1, 3), Cell(1.0, 0, 1)]

    found = share(cells, ONE, 4)

    assert found is not None
    assert (found.value, found.low, found.high) == (0.75, 0.75, 0.75)
    assert margin(4, 4) == 0.0
    assert share(cells, ONE, 0) == found


@pytest.mark.parametrize(
    ("answers", "frame", "printed"), [(120, 800, "8.25"), (385, 10_800_000, "4.99"), (5, 3, None)], ids=str
)
def test_the_margin_is_that_of_the_design(answers: int, frame: int, printed: str | None) -> None:
    found = margin(answers, frame)

    assert (None if found is None else f"{100 * found:.2f}") == printed


@pytest.mark.uncounted
@given(st.lists(st.tuples(st.floats(0.5, 50), st.integers(0, 1), st.integers(1, 40)), min_size=1, max_size=12))
def test_an_interval_holds_its_share_and_the_order_of_the_cells_changes_no_figure(
    drawn: list[tuple[float, int, int]],
) -> None:
    cells = [Cell(*one) for one in drawn]
    frame = 2 * sum(cell.n for cell in cells)

    found = share(cells, ONE, frame)

    assert found is not None
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1
    assert effective_size(cells) <= found.n * (1 + 1e-9)
    assert share(cells[::-1], ONE, frame) == found


def test_bands_of_a_sex_are_joined_until_ten_answered() -> None:
    selected = {("F", "a"): 20, ("F", "b"): 8, ("F", "c"): 9, ("F", "d"): 4, ("M", "a"): 30}
    complete = {("F", "a"): 12, ("F", "b"): 6, ("F", "c"): 4, ("F", "d"): 1, ("M", "a"): 15}

    found = weight_classes(selected, complete)

    assert [(one.members, one.selected, one.complete) for one in found] == [
        ((("F", "a"),), 20, 12),
        ((("F", "b"), ("F", "c"), ("F", "d")), 21, 11),
        ((("M", "a"),), 30, 15),
    ]
    assert found[2].factor == 2


def test_a_sex_with_too_few_joins_the_others_and_nobody_drawn_is_left_out() -> None:
    selected = {("F", "a"): 20, ("M", "a"): 5, ("X", "a"): 3, ("X", "b"): 2}
    complete = {("F", "a"): 12, ("M", "a"): 2}

    (found,) = weight_classes(selected, complete)

    assert (found.selected, found.complete) == (30, 14)
    assert weight_classes(selected, {}) == ()


keys = st.tuples(st.sampled_from("FMX"), st.sampled_from("abcde"))


@pytest.mark.uncounted
@given(st.dictionaries(keys, st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_classes_hold_every_drawn_one_once_and_ten_answers_where_there_are_as_many(
    drawn: dict[tuple[str, str], tuple[int, int]],
) -> None:
    selected = {key: answered + silent for key, (answered, silent) in drawn.items()}
    complete = {key: answered for key, (answered, _) in drawn.items()}
    answers = sum(complete.values())

    found = weight_classes(selected, complete)

    assert sorted(key for one in found for key in one.members) == (sorted(selected) if answers else [])
    assert all(one.complete >= min(10, answers) for one in found)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ({(1, 2): 3, (4, 5): 2, (7, 7): 1}, 1.0),
        ({(1, 7): 1, (7, 1): 1}, -1.0),
        ({(1, 1): 2, (1, 2): 2, (2, 1): 2, (2, 2): 2}, 0.0),
        ({(5, 1): 4, (5, 2): 1}, None),
    ],
    ids=["together", "against", "nothing", "one note only"],
)
def test_the_rank_correlation_tells_how_two_notes_go_together(
    pairs: dict[tuple[int, int], int], expected: float | None
) -> None:
    found = rank_correlation(pairs)

    assert found == (None if expected is None else pytest.approx(expected))


# Of each class: how many, which share is satisfied, which share of the drawn answers. And the chance to be drawn.
POPULATIONS = {
    "a month": (((500, 0.70, 0.95), (300, 0.55, 0.70)), 0.25),
    "two chances in three": (((400, 0.85, 0.90), (400, 0.40, 0.80)), 0.60),
    "a small outing": (((120, 0.60, 0.90), (80, 0.75, 0.80)), 0.50),
    "a smaller one": (((35, 0.60, 0.90), (25, 0.50, 0.80)), 0.70),
    "a quarter": (((2000, 0.72, 0.90), (1000, 0.50, 0.75)), 0.10),
}


@cache
def steps(n: int, p: float) -> tuple[float, ...]:
    return tuple(accumulate(_likely(n, p, k) for k in range(n + 1)))


def _likely(n: int, p: float, k: int) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))


def drawn_from(n: int, p: float, chance: Callable[[], float]) -> int:
    return min(n, bisect_left(steps(n, p), chance()))


@pytest.mark.uncounted
@pytest.mark.parametrize(("classes", "p"), POPULATIONS.values(), ids=POPULATIONS)
def test_the_interval_holds_the_truth_nineteen_times_in_twenty(
    classes: tuple[tuple[int, float, float], ...], p: float
) -> None:
    chance = random.Random(20_261_126).random  # noqa: S311  # a seed, so that the runs are the same each time
    frame = sum(size for size, _, _ in classes)
    satisfied = {(place, 1): round(size * part) for place, (size, part, _) in enumerate(classes)}
    held = satisfied | {(place, 0): size - satisfied[place, 1] for place, (size, _, _) in enumerate(classes)}
    truth = sum(satisfied.values()) / frame

    covered = 0
    for _ in range(RUNS):
        selected = {key: drawn_from(n, p, chance) for key, n in held.items()}
        complete = {key: drawn_from(n, classes[key[0]][2], chance) for key, n in selected.items()}
        by_class = [{(str(place), ""): of[place, 0] + of[place, 1] for place in (0, 1)} for of in (selected, complete)]
        factors = {key: one.factor for one in weight_classes(*by_class) for key in one.members}
        cells = [
            Cell(factors[str(place), ""] / p, value, complete[place, value])
            for place, value in product((0, 1), (0, 1))
            if complete[place, value]
        ]
        found = share(cells, ONE, frame)
        covered += found is not None and found.low <= truth <= found.high

    assert 0.93 <= covered / RUNS <= 0.97


def test_the_wilson_interval_never_leaves_zero_to_one() -> None:
    assert wilson(0.0, 10, 0.1)[0] == 0.0
    assert wilson(1.0, 10, 0.1)[1] == 1.0
