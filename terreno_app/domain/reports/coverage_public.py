"""What the public may see of the coverage report: no month, space or comuna of 1 to 4 persons, nor what gives it away.

The same attentions stand in four tables, by month, by month and space, by comuna, and in what was reached of a goal.
What is hidden in one is therefore hidden in all: a month that goes takes its spaces along, a period that goes takes its
comunas, and a metric of which any month or comuna went shows no goal.
"""

from collections.abc import Collection
from typing import Any

from terreno_app.domain.reports.counting import months_of
from terreno_app.domain.reports.hiding import (
    Figures,
    given_back,
    hidden,
    hide,
    is_small,
    lines_of,
    without,
)
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import Row

PERSONS = ("attentions", "persons", "informed", "surveys")
ATTENDED = ("attentions", "persons")
OF_GOALS = ("actual", "attainment", "light")
OF_PROGRESS = (
    "actual_to_date",
    "attainment",
    "advance",
    "gap",
    "projection",
    "projected",
    "light",
)


def public_figures(report: Report, silent_spaces: Collection[str] = ()) -> Figures:
    """The totals and tables that may be published; of the silent spaces not even the sum of their months is."""
    tables = dict(report.tables)
    tables["by_month"] = _all_or_none(_hide_each(tables["by_month"], PERSONS))
    totals = _totals(report, tables["by_month"])
    tables["by_space"] = _by_space(tables["by_space"], tables["by_month"], silent_spaces)
    tables["comunas"] = _comunas(tables["comunas"], totals)
    tables["women"] = _women(tables["women"], tables["comunas"])
    if totals["attentions"] is None:
        tables["territory"] = without(tables["territory"], ("gini", "top_5_percent"))
    if is_small(report.totals["attentions"]):
        # A reader would know by the rows that hide a figure where whoever came lives, and which space they came to.
        tables["by_space"], tables["women"] = [], []
        tables["comunas"] = [without(row, (*ATTENDED, "per_10000")) for row in tables["comunas"]]
    silent = {
        metric for metric in PERSONS for row in (*tables["by_month"], *tables["comunas"]) if row.get(metric, 0) is None
    }
    apart = all(row["n"] is not None for row in tables["by_space"])

    def told(row: Row, name: str) -> bool:
        """Whether what was reached of a goal may be seen: it repeats a cell of another table."""
        repeats = row["metric"] in ATTENDED and row["space"] is not None and not apart
        return row["metric"] not in PERSONS or not (row["metric"] in silent or repeats or is_small(row[name]))

    tables["goals"] = [row if told(row, "actual") else without(row, OF_GOALS) for row in tables["goals"]]
    tables["progress"] = [
        row if told(row, "actual_to_date") else without(row, OF_PROGRESS) for row in tables["progress"]
    ]
    return totals, tables


def _hide_each(rows: list[Row], measures: tuple[str, ...]) -> list[Row]:
    for measure in measures:
        rows = hide(rows, measure)
    return rows


def _all_or_none(rows: list[Row]) -> list[Row]:
    """Attentions and the persons in them tell each other."""
    return [without(row, ATTENDED) if any(row[name] is None for name in ATTENDED) else row for row in rows]


def _totals(report: Report, by_month: list[Row]) -> dict[str, Any]:
    """A period's figure goes with any of its months, which it would tell."""
    months = months_of(report.period)
    gone = {metric for metric in PERSONS for row in by_month if row[metric] is None and row["month"] in months}
    return {
        name: None if name in gone or (name in PERSONS and is_small(value)) else value
        for name, value in report.totals.items()
    }


def _by_space(rows: list[Row], by_month: list[Row], silent: Collection[str]) -> list[Row]:
    """Spaces are told apart only where every month is shown: a space of a hidden month could be taken from its year."""
    none = [without(row, ("n", "persons")) for row in rows]
    if any(row["attentions"] is None for row in by_month):
        return none
    shown = rows
    for measure in ("n", "persons"):
        shown = hide(shown, measure, ("month", "space"), silent={"space": silent})
    shown = [without(row, ("n", "persons")) if row["n"] is None or row["persons"] is None else row for row in shown]
    return none if spaces_tell(rows, shown, silent) else shown


def spaces_tell(whole: list[Row], shown: list[Row], silent: Collection[str]) -> bool:
    """Whether a hidden month of a space follows for whoever knows the months and the spaces that are not silent."""
    cells = {place: row["n"] for place, row in enumerate(whole)}
    away = {place for place, row in enumerate(shown) if row["n"] is None}
    return bool(given_back(cells, away, [list(cells), *lines_of(whole, "month"), *lines_of(whole, "space", silent)]))


def _comunas(rows: list[Row], totals: dict[str, Any]) -> list[Row]:
    rows = _all_or_none(_hide_each(rows, ("attentions", "persons", "informed")))
    gone = [name for name in ("attentions", "persons", "informed") if totals[name] is None]
    rows = [without(row, gone) for row in rows]
    return [without(row, ("per_10000",)) if row["attentions"] is None else row for row in rows]


def _women(rows: list[Row], comunas: list[Row]) -> list[Row]:
    """Women, others and those whose sex is not known are three cells of a comuna, whose sum a reader knows."""
    attended = {row["comuna"]: row["attentions"] for row in comunas}
    left = [row for row in rows if attended[row["comuna"]] is not None]
    cells = {
        (row["comuna"], part): n
        for row in left
        for part, n in (
            ("women", row["women"]),
            ("others", row["n"] - row["women"]),
            ("unknown", attended[row["comuna"]] - row["n"]),
        )
    }
    lines = [[key for key in cells if key[0] == row["comuna"]] for row in left]
    lines += [[key for key in cells if key[1] == part] for part in ("women", "others", "unknown")]
    shown = {row["comuna"] for row in left} - {comuna for comuna, _ in hidden(cells, lines)}
    return [row if row["comuna"] in shown else without(row, ("n", "women", "women_percent")) for row in rows]
