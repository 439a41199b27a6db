"""What is read from the tables of the figures, as SQL text that both databases understand.

In: tables of the layout. Out: statements over them. The same contribution of facts to a cube serves to fold a change
into it and to count it anew; which table answers a count is told in `figure_planner`.
"""

from collections.abc import Sequence

from sync.central.figure_facts import CELL, ID, MONTH, ODD, REGION, FactTable, N
from sync.central.figure_layout import COUNTRY, TABLES, CubeTable, Read, Span
from sync.core.count import HOUR_LENGTH
from sync.core.derived import INSTANT_HOUR
from sync.core.months import NO_MONTH, YEAR

HOUR_OF = "substr({0}, 1, " + str(HOUR_LENGTH) + ")"
"""The hour of an instant, as SQL."""


def contribution(cube: CubeTable, within: str) -> str:
    """What facts contribute to a cube: region, month, dimensions, how many, sums.

    Args:
        cube: The cube.
        within: A condition on `record`.
    """
    rollup = cube.rollup
    tables = f"{cube.facts.shape.name} AS record" + joined(cube.tables, rollup.link, rollup.then)
    month = "0" if cube.month is None else f"COALESCE({told(cube.month)}, {NO_MONTH})"
    there = [f"CASE WHEN {_dimension(cube, path)} IS NULL THEN NULL ELSE 1 END" for path in rollup.present]
    whole = (_dimension(cube, path) for path in rollup.dimensions)
    groups = [*_where_and_when(cube, home(cube), month), *whole, *there]
    sums = [_summed(cube.facts, measure) for measure in cube.sums]
    for path, text in rollup.without:
        within += f" AND NOT COALESCE({_dimension(cube, path)} = {_literal(text)}, FALSE)"
    for path, value in rollup.only:
        within += f" AND {_dimension(cube, path)} = {_literal(value)}"
    return (
        f"SELECT {', '.join([*groups, 'COUNT(*)', *sums])} FROM {tables} WHERE {within}"  # noqa: S608 - the layout's
        f" GROUP BY {_positions(groups)}"
    )


def home(cube: CubeTable) -> str:
    """Where a contribution reads the region of a cell."""
    return f"record.{REGION}" if cube.home == REGION else f"linked.{REGION}"


def _summed(facts: FactTable, measure: str) -> str:
    name, _, path = measure.partition(":")
    column = f"record.{facts.columns[path].name}"
    return f"COUNT(DISTINCT {column})" if name == "distinct" else f"CAST(COALESCE(SUM({column}), 0) AS BIGINT)"


def _where_and_when(cube: CubeTable, region: str, month: str) -> tuple[str, str]:
    """The region and the month of a cube's cells, from those of what they are counted from."""
    return (
        f"'{COUNTRY}'" if cube.rollup.country else region,
        f"({month} / {YEAR}) * {YEAR}" if cube.rollup.yearly else month,
    )


def _positions(groups: Sequence[str]) -> str:
    return ", ".join(str(place) for place in range(1, len(groups) + 1))


def _dimension(cube: CubeTable, path: str) -> str:
    found = cube.read(path)
    return HOUR_OF.format(told(found)) if path == INSTANT_HOUR else told(found)


def told(found: Read | Span) -> str:
    """What facts hold of a path, as SQL."""
    if isinstance(found, Read):
        return f"{found.table}.{found.column.name}"
    # Comparing with nothing tells nothing.
    return f"CAST({told(found.last)} - {told(found.first)} <= {found.most_ms} AS INTEGER)"


def _literal(value: str | int) -> str:
    """A value of the layout."""
    return str(value) if isinstance(value, int) else f"'{value}'"


def joined(tables: Sequence[FactTable | CubeTable | None], *links: tuple[str, str] | None) -> str:
    """The facts that facts lead to, and those that these lead to."""
    text = ""
    for step, link in enumerate(links):
        source, target = tables[step], tables[step + 1]
        if link is not None and source is not None and target is not None:
            by = source.columns[link[0]]
            alias = TABLES[step + 1]
            text += f" JOIN {target.shape.name} AS {alias} ON {alias}.{ID} = {TABLES[step]}.{by.name}"
    return text


def added_up(cube: CubeTable, finer: CubeTable, within: str) -> str:
    """What a cube that tells more apart contributes to one that is added up from it; see `contribution`."""
    groups = [*_where_and_when(cube, REGION, MONTH), *(column.name for column in cube.columns.values())]
    sums = [f"CAST(SUM({name}) AS BIGINT)" for name in (N, *(column.name for column in cube.sums.values()))]
    return (
        f"SELECT {', '.join([*groups, *sums])} FROM {finer.shape.name} AS record WHERE {within}"  # noqa: S608
        f" GROUP BY {_positions(groups)}"
    )


def differing(cube: CubeTable, made: str) -> str:
    """Regions and months in which a cube holds something else than what it should.

    Compared where it lies, as nearly always there is nothing to tell; `EXCEPT` takes empty values for equal.

    Args:
        cube: The cube.
        made: What it should hold, as a statement.
    """
    names = ", ".join(name for name in cube.shape.names if name != CELL)
    return (
        f"WITH made ({names}) AS MATERIALIZED ({made}),"  # noqa: S608 - the layout's names
        f" held AS MATERIALIZED (SELECT {names} FROM {cube.shape.name})"
        f" SELECT {REGION}, {MONTH} FROM (SELECT * FROM made EXCEPT SELECT * FROM held) AS more"
        f" UNION SELECT {REGION}, {MONTH} FROM (SELECT * FROM held EXCEPT SELECT * FROM made) AS less"
    )


def odd(facts: FactTable) -> str:
    """Whether a fact of a kind holds a value that has no place in its columns."""
    return f"SELECT 1 FROM {facts.shape.name} WHERE {ODD} = 1 LIMIT 1"  # noqa: S608 - the layout's names


def stray(facts: FactTable) -> str:
    """Facts of a region (region, id) for which there is no record of the kind."""
    return (
        f"SELECT {REGION}, {ID} FROM {facts.shape.name} AS record WHERE {REGION} = ?"  # noqa: S608 - the layout's names
        f" AND NOT EXISTS (SELECT 1 FROM records WHERE records.id = record.{ID} AND records.kind = ?)"
    )
