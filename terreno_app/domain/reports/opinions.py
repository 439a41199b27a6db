"""Demands and opinions of a period, in the words of coordination, with quotes that tell of nobody.

They are texts, which no centre counts: a coordination laptop reads those that it holds, and they stand beside the
figures (`cut_off.opinions`), outside their digest.

Source: seed 000 section 3 («retroalimente la acción gubernamental con las demandas y las opiniones de las personas»);
domain.md D-04 and 5.1, 13.
"""

from collections import defaultdict
from typing import Any

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.reports.counting import MONTHS_OF_A_YEAR, OIRS, SPACES, months_of, need_space, of_region
from terreno_app.domain.reports.spec import Condition, GroupedCount, ReportSpec, Row, Tallies

NAME = "opinions"
_KIND = "monthly_opinions"
_TEXTS, _QUOTES = "texts", "quotes"


def spec(period: str, space: str | None, region: str | None) -> ReportSpec:
    """Say what they need: see `monthly_summary.spec`; those of all spaces belong to each."""
    need_space(space)
    month_bounds(period)
    where: tuple[Condition, ...] = (*of_region(region), ("period", "in", periods_within(period)))
    exclude: tuple[Condition, ...] = ()
    if space is not None:
        exclude = tuple(("space", "eq", one) for one in other_spaces(space))
    return ReportSpec(
        report=NAME,
        period=period,
        filters={"space": space, "region": region},
        counts=(
            GroupedCount(
                name=_TEXTS,
                kind=_KIND,
                by=("id", "period", "space", "demands", "opinions"),
                where=where,
                exclude=exclude,
            ),
            GroupedCount(name=_QUOTES, kind=_KIND, by=("id", "quotes"), where=where, exclude=exclude, each="quotes"),
        ),
    )


def assemble(tallies: Tallies) -> list[Row]:
    """Rows {`period`, `space`, `demands`, `opinions`, `quotes`}, in the order of their periods."""
    quotes: defaultdict[str, list[Any]] = defaultdict(list)
    for row in tallies[_QUOTES]:
        quotes[row["id"]].append(row["quotes"])
    rows = [
        {name: row[name] for name in ("period", "space", "demands", "opinions")}
        | {"quotes": sorted(quote for quote in quotes[row["id"]] if isinstance(quote, str))}
        for row in tallies[_TEXTS]
    ]
    return sorted(rows, key=lambda row: (row["period"], str(row["space"]), str(row["demands"])))


def periods_within(period: str) -> tuple[str, ...]:
    """The period, and the quarters and months in it."""
    months = months_of(period)
    quarters = tuple(f"{period}-Q{number}" for number in range(1, 5)) if len(months) == MONTHS_OF_A_YEAR else ()
    return tuple(dict.fromkeys((period, *quarters, *months)))


def other_spaces(space: str) -> tuple[str, ...]:
    """The spaces that a report of one does not tell of; the stand is part of the OIRS."""
    own = OIRS if space == "oirs" else (space,)
    return tuple(one for one in SPACES if one not in own)
