"""Sensitive answers, only as aggregates: people, disability, supports and gender identity of those who consented.

They are private values, so that no centre counts them: a coordination laptop does, of the records that it holds, and
they stand beside the figures (`cut_off.sensitive`), outside their digest. No group of 1 to 4 is in any version, nor
what would tell one: each question's cells add up to those who consented.

Source: domain.md 5.1, 7; Ley 19.628 art. 2 g, 16 and 16 quinquies.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.reports.counting import INSTANT, NOT_ASKED, VOIDED, need_space, scope
from terreno_app.domain.reports.hiding import hide, is_small
from terreno_app.domain.reports.spec import Condition, GroupedCount, ReportSpec, Row, Tallies

NAME = "sensitive"
CONSENTED: Condition = ("sensitive_consent", "in", ("verbal", "written", "electronic"))
QUESTIONS = ("indigenous_people", "disability", "gender_identity")
SUPPORTS = "supports"


def spec(period: str, space: str | None, region: str | None) -> ReportSpec:
    """Say what the aggregates need: see `monthly_summary.spec`."""
    need_space(space)
    from_at, until_at = month_bounds(period)

    def consented(name: str, by: tuple[str, ...], *where: Condition) -> GroupedCount:
        return GroupedCount(
            name=name,
            kind="attention",
            by=by,
            where=(*scope(space, region), CONSENTED, *where),
            exclude=(VOIDED,),
            instant=INSTANT,
            from_at=from_at,
            until_at=until_at,
        )

    return ReportSpec(
        report=NAME,
        period=period,
        filters={"space": space, "region": region},
        counts=(
            *(consented(question, (question,)) for question in QUESTIONS),
            consented(SUPPORTS, (), (SUPPORTS, "exists", True)),
        ),
    )


def assemble(tallies: Tallies) -> dict[str, Any]:
    """Gather the answers to `spec`.

    Returns:
        `asked`, how many consented to be asked, and `rows` {`dimension`, `value`, `n`}: null for a hidden group.
        Both are empty where fewer than five consented.
    """
    asked = sum(row["n"] for row in tallies[QUESTIONS[0]])
    if not asked or is_small(asked):
        return {"asked": None, "rows": []}
    rows = [row for question in QUESTIONS for row in _of_question(question, tallies[question])]
    needing = sum(row["n"] for row in tallies[SUPPORTS])
    rows += _rows(SUPPORTS, {"yes": needing, NOT_ASKED: asked - needing})
    return {"asked": asked, "rows": rows}


def _of_question(question: str, answers: Iterable[Row]) -> list[Row]:
    counts: Counter[str] = Counter()
    for row in answers:
        counts[NOT_ASKED if row[question] is None else row[question]] += row["n"]
    return _rows(question, counts)


def _rows(question: str, counts: dict[str, int] | Counter[str]) -> list[Row]:
    """The cells of a question, which add up to those who consented."""
    return hide([{"dimension": question, "value": value, "n": n} for value, n in sorted(counts.items()) if n], "n")
