"""What the tables that tell every sex apart say together: the sexes have the same sums in each of them.

No line of one table may tell a hidden figure; here all their lines are solved at once, with the sums of rows that other
tables tell (the voices of a type, the themes of a year).
"""

from collections import Counter
from collections.abc import Collection, Mapping

from terreno_app.domain.reports.hiding import given_back, lines_of, silent_values
from terreno_app.domain.reports.monthly_summary import CROSSED
from terreno_app.domain.reports.spec import Row

Tables = Mapping[str, list[Row]]
Cell = tuple[str, int | str]


def crossing_tells(whole: Tables, shown: Tables, told: Mapping[str, Collection[str]]) -> bool:
    """Whether a hidden figure from 1 to 4 follows from the tables by sex.

    Args:
        whole: The tables of a summary with all their figures.
        shown: The same, their rows in the same order, as they are published.
        told: By table, the values of its other dimension whose sums a reader knows.
    """
    by_sex: Counter[str] = Counter()
    for row in whole["type_by_sex"]:
        by_sex[row["sex"]] += row["n"]
    cells: dict[Cell, int] = {("sex", sex): n for sex, n in by_sex.items()}
    away: set[Cell] = {("sex", sex) for sex in silent_values(whole["type_by_sex"], "sex")}
    lines: list[list[Cell]] = [list(cells)]
    for name, (dimension, _) in CROSSED.items():
        rows = whole[name]
        cells |= {(name, place): row["n"] for place, row in enumerate(rows)}
        away |= {(name, place) for place, row in enumerate(shown[name]) if row["n"] is None}
        # A sum stands in the line of its parts as one more cell: a reader knows what both make, which is nothing.
        lines += [[("sex", rows[line[0]]["sex"]), *((name, place) for place in line)] for line in lines_of(rows, "sex")]
        unsaid = {row[dimension] for row in rows}.difference(told.get(name, ()))
        lines += [[(name, place) for place in line] for line in lines_of(rows, dimension, unsaid)]
    return bool(given_back(cells, away, lines))
