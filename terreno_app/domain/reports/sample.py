"""The sample of the survey as grouped counts: who could be drawn, who was, who answered, and what each answer weighs.

In: a window of attentions. Out: the counts to ask, and from their answers a `Sample` that gives cells to `estimation`.
The frame is the eligible attentions that are not void; the sample is those drawn; only complete responses of drawn
persons are estimated from, and those who did not answer are stood for by their class (sex × age band).

Source: domain.md 4.3, 4.4; records.md, `survey_response` (its id is that of the attention).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from terreno_app.domain.reports.counting import (
    INSTANT,
    LINKED_INSTANT,
    LINKED_VOIDED,
    NOT_ASKED,
    VOIDED,
    scope,
    total,
)
from terreno_app.domain.reports.estimation import Cell, Key, WeightClass, weight_classes
from terreno_app.domain.reports.spec import LINK_PREFIX, Condition, GroupedCount, Link, Row, Tallies
from terreno_app.domain.sampling import SamplingError, probability

ATTENTION = Link("id", "attention")
DESIGN = ("draw.p", "draw.k", "sex", "age_band")
LINKED_DESIGN = tuple(f"{LINK_PREFIX}{path}" for path in DESIGN)
_INTERVAL, _PROBABILITY = f"{LINK_PREFIX}draw.k", f"{LINK_PREFIX}draw.p"
ELIGIBLE: Condition = ("draw.eligible", "eq", True)
DRAWN: tuple[Condition, ...] = (
    (f"{LINK_PREFIX}draw.eligible", "eq", True),
    (f"{LINK_PREFIX}draw.selected", "eq", True),
)
ANSWERED: tuple[Condition, ...] = (*DRAWN, ("result", "eq", "complete"))
DISSATISFIED, NEUTRAL, SATISFIED = (frozenset(notes) for notes in ((1, 2, 3, 4), (5,), (6, 7)))
NOTES = DISSATISFIED | NEUTRAL | SATISFIED


@dataclass(frozen=True, slots=True)
class Window:
    """Which attentions a report is over."""

    from_at: str
    until_at: str
    space: str | None
    region: str | None

    def attentions(
        self, name: str, by: tuple[str, ...], *where: Condition, measures: tuple[str, ...] = ("n",)
    ) -> GroupedCount:
        """Count the attentions that are not void."""
        return GroupedCount(
            name=name,
            kind="attention",
            by=by,
            where=(*scope(self.space, self.region), *where),
            exclude=(VOIDED,),
            measures=measures,
            instant=INSTANT,
            from_at=self.from_at,
            until_at=self.until_at,
        )

    def responses(self, name: str, by: tuple[str, ...], *where: Condition) -> GroupedCount:
        """Count the responses of those attentions."""
        return GroupedCount(
            name=name,
            kind="survey_response",
            by=by,
            where=(*scope(self.space, self.region, LINK_PREFIX), *where),
            exclude=(LINKED_VOIDED,),
            instant=LINKED_INSTANT,
            from_at=self.from_at,
            until_at=self.until_at,
            link=ATTENTION,
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample of a window.

    Attributes:
        frame: How many could be drawn.
        classes: Those drawn, by the classes in which answers stand for silence.
        factors: Of each sex and band, by how much its answers grow.
    """

    frame: int
    classes: tuple[WeightClass, ...]
    factors: Mapping[Key, float]

    def cells(self, rows: list[Row], question: str, valid: Collection[Any]) -> list[Cell]:
        """The valid answers to a question, with their weights.

        Args:
            rows: The answers to a count by `LINKED_DESIGN` and the question.
            question: Its path: `answers.P1`.
            valid: The answers that say something; the others are in no denominator.
        """
        # Rows are many and designs few; an exact fraction takes its time.
        chance = cache(_chance)
        return [
            Cell(
                self.factors[_key(row, LINK_PREFIX)] / chance(row[_INTERVAL], row[_PROBABILITY]),
                row[question],
                row["n"],
            )
            for row in rows
            if row[question] in valid
        ]


def sample_counts(window: Window) -> tuple[GroupedCount, ...]:
    """Say what a sample needs."""
    return (
        window.attentions("frame", ("draw.selected", *DESIGN), ELIGIBLE),
        window.responses("complete", LINKED_DESIGN, *ANSWERED),
    )


def sample_of(tallies: Tallies) -> Sample:
    """Gather the answers to `sample_counts`."""
    return sample_from(tallies["frame"], tallies["complete"])


def sample_from(frame: Sequence[Row], complete: Iterable[Row]) -> Sample:
    """Gather a sample from rows of those who could be drawn and of those who answered completely, finer or not."""
    selected: Counter[Key] = Counter()
    for row in frame:
        selected[_key(row)] += row["n"] * (row["draw.selected"] == 1)
    answered: Counter[Key] = Counter()
    for row in complete:
        answered[_key(row, LINK_PREFIX)] += row["n"]
    classes = weight_classes(+selected, answered)
    return Sample(total(frame), classes, {key: one.factor for one in classes for key in one.members})


def balance(note: int) -> int:
    """+1 for a note of the satisfied, 0 for the neutral one, -1 below: the mean of these is the net satisfaction."""
    return (note in SATISFIED) - (note in DISSATISFIED)


def _key(row: Row, prefix: str = "") -> Key:
    return str(row[f"{prefix}sex"] or NOT_ASKED), str(row[f"{prefix}age_band"] or NOT_ASKED)


def _chance(interval: Any, p: Any) -> float:
    """The chance with which a drawn one was drawn. A draw that tells none was no lottery: it stands for itself."""
    if isinstance(interval, int) and interval >= 1:
        return float(Fraction(1, interval))
    try:
        return float(probability(str(p)))
    except SamplingError:
        return 1.0
