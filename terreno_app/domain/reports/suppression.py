"""The public version of each report: figures of 1 to 4 persons are hidden, and those that would give them away.

How figures are chosen stands in `hiding`; here stands which figures of a report a reader could add up. In the monthly
summary the `missing` figure of a field repeats the «not asked» cells of its table and goes with them.

What this does not prove: that no figure follows from two tables taken together (the same sex totals stand behind
three of the summary's), from two reports (a month within its quarter, a region within the country) or from the
percentiles.

Source: Ley 19.628 art. 16 quinquies (statistics are published anonymised); domain.md 5.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from terreno_app.domain.reports import monthly_summary, satisfaction
from terreno_app.domain.reports.counting import NOT_ASKED
from terreno_app.domain.reports.hiding import hidden, hide, is_small
from terreno_app.domain.reports.monthly_summary import PROFILE
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import Row

PERSON_TOTALS = ("attentions", "persons", "informed")


def for_the_public(report: Report) -> Report:
    """Return the report as it may be published; its digest is that of the figures that are left."""
    totals, tables = _PUBLIC[report.report](report)
    return replace(report, totals=totals, tables=tables, suppressed=True)


Figures = tuple[dict[str, Any], dict[str, Any]]


def _monthly_summary(report: Report) -> Figures:
    tables = {name: _table(name, content) for name, content in report.tables.items()}
    tables["quality"] = _quality(report.tables["quality"], tables)
    totals = {
        name: None if name in PERSON_TOTALS and is_small(value) else value for name, value in report.totals.items()
    }
    if totals["attentions"] is None:
        totals["persons"] = None
        tables["times"] = dict.fromkeys(tables["times"])
    return totals, tables


def _table(name: str, content: Any) -> Any:
    if not isinstance(content, list):
        return dict(content)
    if name == "outings":
        return hide(hide(content, "attentions"), "informed")
    if name == "institution":
        return hide(content, "n", ("role",))
    dimensions = tuple(content[0])[:-1] if content else ()
    return hide(content, "n", dimensions if len(dimensions) > 1 else ())


def _quality(quality: Mapping[str, Any], tables: Mapping[str, list[Row]]) -> dict[str, Any]:
    silent = {
        field
        for field, table in PROFILE.items()
        if any(row[field] == NOT_ASKED and row["n"] is None for row in tables[table])
    }
    return {
        "voided": None if is_small(quality["voided"]) else quality["voided"],
        "back_captured": None if is_small(quality["back_captured"]) else quality["back_captured"],
        "missing": {field: None if field in silent or is_small(n) else n for field, n in quality["missing"].items()},
    }


def _satisfaction(report: Report) -> Figures:
    """Notes are published by group only, so that no single note fills the gap that a hidden group leaves.

    A share goes with the persons it is made of; the classes of the weights are for those who check the report.
    """
    tables = dict(report.tables)
    totals, tables["none_reasons"] = _followed_up(report.totals, tables["none_reasons"])
    tables["classes"] = []
    tables["not_eligible"] = hide(tables["not_eligible"], "n")
    tables["designs"] = hide(hide(tables["designs"], "eligible"), "selected")
    if totals["complete"] is None:
        tables |= {name: [] for name in _OF_RESPONDENTS}
        tables["technical"] = dict.fromkeys(tables["technical"])
        return totals, tables
    if totals["offered"] is None:
        tables["technical"] = _without(tables["technical"], ("cooperation_rate",))
    tables["questionnaires"] = hide(tables["questionnaires"], "n")
    answers = [row for row in tables["answers"] if row["question"] not in satisfaction.NOTED]
    tables["answers"] = hide(answers, "n", ("question",), together=False)
    tables["estimates"] = [_share(row) for row in hide(tables["estimates"], "n", ("question",), together=False)]
    silent = {row["question"] for row in tables["estimates"] if row["n"] is None}
    tables["scores"] = [_without(row, _OF_SCORES) if row["question"] in silent else row for row in tables["scores"]]
    tables["dimensions"] = [row for row in tables["dimensions"] if row["question"] not in silent]
    tables["breakdown"] = _two_sided(tables["breakdown"])
    tables["respondents"] = _compared(tables["respondents"])
    return totals, tables


_OF_RESPONDENTS = (
    "questionnaires",
    "answers",
    "estimates",
    "scores",
    "dimensions",
    "breakdown",
    "drivers",
    "respondents",
)
_OF_SHARES = ("percent", "low", "high")
_OF_SCORES = ("mean", "mean_error", "net", "net_error")


def _followed_up(totals: Mapping[str, Any], reasons: list[Row]) -> tuple[dict[str, Any], list[Row]]:
    """The drawn who did not answer completely, by what became of them: one table, cut more than once.

    How many answered completely is told by every other table; only when they are few are they a cell of this one.
    """
    few = ["complete"] if is_small(totals["complete"]) else []
    ends = [*few, "partial", "without_result"]
    cells = {end: totals[end] for end in ends} | {row["none_reason"]: row["n"] for row in reasons}
    why = [row["none_reason"] for row in reasons]
    offered = [*few, "partial", *(reason for reason in why if reason not in satisfaction.NOT_OFFERED)]
    away = hidden(cells, [list(cells), why, offered])
    shown = {name: None if name in away or is_small(n) else n for name, n in totals.items()}
    return shown, [row | {"n": None} if row["none_reason"] in away else row for row in reasons]


def _share(row: Row) -> Row:
    return _without(row, _OF_SHARES) if row["n"] is None else row


def _without(row: Row, names: tuple[str, ...]) -> Row:
    return row | dict.fromkeys(names)


def _two_sided(rows: list[Row]) -> list[Row]:
    """Of each part, those who are satisfied and those who are not are two cells, and a reader knows their sum."""
    cells = {
        (place, side): n
        for place, row in enumerate(rows)
        for side, n in (("satisfied", row["n"]), ("other", row["answers"] - row["n"]))
    }
    lines = [[(place, side) for side in ("satisfied", "other")] for place in range(len(rows))]
    for dimension in satisfaction.BREAKDOWNS:
        places = [place for place, row in enumerate(rows) if row["dimension"] == dimension]
        lines += [[(place, side) for place in places] for side in ("satisfied", "other")]
    away = {place for place, _ in hidden(cells, lines)}
    return [_without(row, ("n", *_OF_SHARES)) if place in away else row for place, row in enumerate(rows)]


def _compared(rows: list[Row]) -> list[Row]:
    for measure in ("attentions", "respondents"):
        rows = [
            row | {f"{measure}_percent": None} if row[measure] is None else row
            for row in hide(rows, measure, ("dimension",), together=False)
        ]
    return rows


_PUBLIC: Mapping[str, Callable[[Report], Figures]] = MappingProxyType(
    {monthly_summary.NAME: _monthly_summary, satisfaction.NAME: _satisfaction}
)
