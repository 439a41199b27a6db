"""Estimates from a random sample whose chances are known, with non-response by classes.

In: cells of answers (their weight, the value, how many gave it). Out: shares with their intervals, means, net scores.
Sums are rounded once (`math.fsum`), so the order of the cells changes no figure.

Source: domain.md 4.4. The share is Hájek's, Σwy/Σw; its interval is Wilson's with n* = n_eff / (1 - f), where
n_eff = (Σw)²/Σw² (Kish) and f is the part of the frame that answered. Simulated in `tests/domain/reports`.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from terreno_app.domain.sampling import CONFIDENCE_Z

LEAST_OF_A_CLASS = 10
"""Complete responses that a class of non-response needs."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """Answers that weigh the same.

    Attributes:
        weight: How many of the frame one of them stands for.
        value: What was answered.
        n: How many answered it.
    """

    weight: float
    value: Any
    n: int


@dataclass(frozen=True, slots=True)
class WeightClass:
    """Persons who are taken to answer alike: those who did stand for those who did not."""

    members: tuple[Key, ...]
    selected: int
    complete: int

    @property
    def factor(self) -> float:
        """By how much the weight of a complete response grows."""
        return self.selected / self.complete


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share of the frame, with its 95 % interval, all between 0 and 1; of `n` answers."""

    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """An estimated mean with its 95 % interval, all in points; of `n` answers."""

    n: int
    value: float
    low: float
    high: float


def weight_classes(selected: Mapping[Key, int], complete: Mapping[Key, int]) -> tuple[WeightClass, ...]:
    """Group the drawn by sex and age band, and join neighbours until each class has enough complete responses.

    Bands of a sex are joined first, in their order; a sex that has too few altogether joins the others.

    Args:
        selected: How many were drawn, by sex and band.
        complete: How many of them answered completely.

    Returns:
        Every drawn one in one class; none when nobody answered.
    """
    classes: list[list[Key]] = []
    loose: list[Key] = []
    for sex in sorted({key[0] for key in selected}):
        of_sex = _joined([[key] for key in sorted(selected) if key[0] == sex], complete)
        enough = len(of_sex) > 1 or _count(of_sex[0], complete) >= LEAST_OF_A_CLASS
        if enough:
            classes += of_sex
        else:
            loose += of_sex[0]
    if loose:
        classes = _joined([*classes, loose], complete)
    return tuple(
        WeightClass(tuple(members), _count(members, selected), _count(members, complete))
        for members in classes
        if _count(members, complete)
    )


def _joined(parts: Sequence[list[Key]], complete: Mapping[Key, int]) -> list[list[Key]]:
    """Neighbours joined until each has enough; what is left over at the end joins the last."""
    done: list[list[Key]] = []
    current: list[Key] = []
    for part in parts:
        current = [*current, *part]
        if _count(current, complete) >= LEAST_OF_A_CLASS:
            done.append(current)
            current = []
    if current and done:
        done[-1] = [*done[-1], *current]
    elif current:
        done.append(current)
    return done


def _count(members: Iterable[Key], counts: Mapping[Key, int]) -> int:
    return sum(counts.get(key, 0) for key in members)


def share(cells: Sequence[Cell], counted: Collection[Any], frame: int) -> Share | None:
    """Estimate which share of the frame would answer so.

    Args:
        cells: The valid answers.
        counted: The answers that are meant.
        frame: How many could have been drawn.

    Returns:
        The share, or None when there is no answer.
    """
    n = sum(cell.n for cell in cells)
    if not n:
        return None
    whole = math.fsum(cell.weight * cell.n for cell in cells)
    part = math.fsum(cell.weight * cell.n for cell in cells if cell.value in counted)
    low, high = wilson(part / whole, effective_size(cells), _fraction(n, frame))
    return Share(n, part / whole, low, high)


def score(cells: Sequence[Cell], points: Callable[[Any], float], ends: tuple[float, float], frame: int) -> Score | None:
    """Estimate the mean of the points that answers give: a note its own, or +1, 0 and -1 for the net score.

    The interval is the normal one. Answers that are all alike tell nothing of their error: then those whom Wilson's
    interval does not take for certain may have answered the worst or the best there is.

    Args:
        cells: The valid answers.
        points: What an answer is worth.
        ends: The fewest and the most points that an answer gives.
        frame: How many could have been drawn.
    """
    n = sum(cell.n for cell in cells)
    if not n:
        return None
    whole = math.fsum(cell.weight * cell.n for cell in cells)
    mean = math.fsum(cell.weight * cell.n * points(cell.value) for cell in cells) / whole
    spread = math.fsum(cell.weight * cell.n * (points(cell.value) - mean) ** 2 for cell in cells) / whole
    effective, fraction = effective_size(cells), _fraction(n, frame)
    if len({points(cell.value) for cell in cells}) == 1:
        uncertain = 1 - wilson(1.0, effective, fraction)[0]
        return Score(n, mean, *(mean + uncertain * (end - mean) for end in ends))
    half = CONFIDENCE_Z * math.sqrt(spread / effective * (1 - fraction))
    return Score(n, mean, max(ends[0], mean - half), min(ends[1], mean + half))


def effective_size(cells: Iterable[Cell]) -> float:
    """How many answers of equal weight would say as much: (Σw)²/Σw²."""
    held = list(cells)
    whole = math.fsum(cell.weight * cell.n for cell in held)
    return whole**2 / math.fsum(cell.weight**2 * cell.n for cell in held)


def wilson(value: float, effective: float, fraction: float) -> tuple[float, float]:
    """The 95 % interval of a share: Wilson's, on the effective size, with the correction for a finite frame.

    Args:
        value: The share.
        effective: n_eff.
        fraction: The part of the frame that answered; of a whole frame nothing is uncertain.
    """
    if fraction >= 1:
        return value, value
    n, z = effective / (1 - fraction), CONFIDENCE_Z
    centre = (value + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(value * (1 - value) / n + z**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def margin(answers: int, frame: int) -> float | None:
    """The largest error of a share at 95 % that so many answers leave, between 0 and 1; None when it says nothing.

    Source: domain.md 4.3, e = z·√(.25/n·(N-n)/(N-1)).
    """
    if not answers or frame < answers:
        return None
    if frame == answers:
        return 0.0
    return CONFIDENCE_Z * math.sqrt(0.25 / answers * (frame - answers) / (frame - 1))


def rank_correlation(pairs: Mapping[tuple[int, int], int]) -> float | None:
    """Spearman's rank correlation of two notes given together, {(one, other): persons}; None where one never varies."""
    n = sum(pairs.values())
    ranks = [_middle_ranks(pairs, place) for place in (0, 1)]
    middle = (n + 1) / 2
    together = math.fsum((ranks[0][a] - middle) * (ranks[1][b] - middle) * held for (a, b), held in pairs.items())
    spreads = [
        math.fsum((ranks[place][pair[place]] - middle) ** 2 * held for pair, held in pairs.items()) for place in (0, 1)
    ]
    return together / math.sqrt(spreads[0] * spreads[1]) if all(spreads) else None


def _middle_ranks(pairs: Mapping[tuple[int, int], int], place: int) -> dict[int, float]:
    """The rank of each note at a place of the pairs; those who gave the same share the middle of theirs."""
    counts: Counter[int] = Counter()
    for pair, held in pairs.items():
        counts[pair[place]] += held
    ranks: dict[int, float] = {}
    before = 0
    for note, held in sorted(counts.items()):
        ranks[note] = before + (held + 1) / 2
        before += held
    return ranks


def _fraction(answers: int, frame: int) -> float:
    return min(1.0, answers / frame) if frame else 1.0
