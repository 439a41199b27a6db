"""What the public may see of the satisfaction report: no answer of 1 to 4 persons, and no share made of one."""

from collections.abc import Collection, Mapping
from typing import Any

from terreno_app.domain.reports import satisfaction
from terreno_app.domain.reports.hiding import Figures, given_back, hidden, hide, is_small, without
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import Row

_OF_RESPONDENTS = (
    "questionnaires",
    "answers",
    "estimates",
    "scores",
    "dimensions",
    "breakdown",
    "drivers",
    "evolution",
    "respondents",
)
_OF_SHARES = ("percent", "low", "high")
_OF_SCORES = ("mean", "mean_low", "mean_high", "net", "net_low", "net_high")


def public_figures(report: Report) -> Figures:
    """The totals and tables that may be published.

    Notes are published by group only, so that no single note fills the gap that a hidden group leaves.

    A share goes with the persons it is made of; the classes of the weights are for those who check the report.
    """
    tables = dict(report.tables)
    totals, tables["none_reasons"] = _followed_up(report.totals, tables["none_reasons"])
    tables["classes"] = []
    if is_small(sum(row["attentions"] for row in tables["respondents"] if row["dimension"] == "type")):
        # Of so few, rows that hide a figure would tell who they are.
        tables |= {name: [] for name in ("not_eligible", "designs", "respondents", "none_reasons")}
    tables["not_eligible"] = hide(tables["not_eligible"], "n")
    tables["designs"] = hide(hide(tables["designs"], "eligible"), "selected")
    if totals["selected"] is None:
        tables["designs"] = [without(row, ("selected",)) for row in tables["designs"]]
        tables["technical"] = without(tables["technical"], ("response_rate",))
    if totals["complete"] is None:
        tables |= {name: [] for name in _OF_RESPONDENTS}
        tables["technical"] = dict.fromkeys(tables["technical"])
        return totals, tables
    if totals["offered"] is None:
        tables["technical"] = without(tables["technical"], ("cooperation_rate",))
    tables["questionnaires"] = hide(tables["questionnaires"], "n")
    answers = [row for row in tables["answers"] if row["question"] not in satisfaction.NOTED]
    noted = [row for row in tables["estimates"] if row["question"] in satisfaction.NOTED]
    closed = [row for row in tables["estimates"] if row["question"] not in satisfaction.NOTED]
    tables["answers"], told = _answered(answers, closed)
    tables["estimates"] = [*(_share(row) for row in hide(noted, "n", ("question",), together=False)), *told]
    silent = {row["question"] for row in tables["estimates"] if row["n"] is None}
    tables["scores"] = [without(row, _OF_SCORES) if row["question"] in silent else row for row in tables["scores"]]
    tables["dimensions"] = [row for row in tables["dimensions"] if row["question"] not in silent]
    tables["breakdown"] = _two_sided(tables["breakdown"])
    tables["evolution"] = [
        without(row, ("n", *_OF_SHARES)) if is_small(row["n"]) or is_small(row["answers"] - row["n"]) else row
        for row in tables["evolution"]
    ]
    tables["respondents"] = _compared(tables["respondents"])
    return totals, tables


def _followed_up(totals: Mapping[str, Any], reasons: list[Row]) -> tuple[dict[str, Any], list[Row]]:
    """The drawn who did not answer completely, by what became of them: one table, cut more than once.

    How many answered completely is told by every other table; only when they are few are they a cell of this one. Where
    there is no other cell to hide with a few, the totals that would tell them go.
    """
    few = ["complete"] if is_small(totals["complete"]) else []
    ends = [*few, "partial", "without_result"]
    cells = {end: totals[end] for end in ends} | {row["none_reason"]: row["n"] for row in reasons}
    why = [row["none_reason"] for row in reasons]
    offered = [*few, "partial", *(reason for reason in why if reason not in satisfaction.NOT_OFFERED)]
    sums: dict[str, list[str]] = {"none": why, "offered": offered, "selected": list(cells)}
    away = hidden(cells, sums.values())
    silent = {*away, *_telling(cells, away, sums)}
    shown = {name: None if name in silent or is_small(n) else n for name, n in totals.items()}
    return shown, [row | {"n": None} if row["none_reason"] in away else row for row in reasons]


def _telling(cells: Mapping[str, int], away: Collection[str], sums: Mapping[str, Collection[str]]) -> set[str]:
    """The totals to hide, the least missed first, until neither they nor what they differ by are of a few."""
    left = dict(sums)
    for name in sums:
        lines = [set(line) for line in left.values()]
        lines += [whole - part for whole in lines for part in lines if part < whole]
        few = any(is_small(sum(cells[cell] for cell in line if cell in away)) for line in lines)
        if not few and not given_back(cells, away, lines):
            break
        del left[name]
    return sums.keys() - left.keys()


def _answered(answers: list[Row], estimates: list[Row]) -> tuple[list[Row], list[Row]]:
    """Questions without notes: their answers, and the shares of the same persons, who are hidden in both or in none.

    Of a question whose refusals are few, only shares are told: its figures would add up to who did answer.
    """
    shown = hide(answers, "n", ("question",), together=False)
    away = {(row["question"], str(row["answer"])) for row in shown if row["n"] is None}
    valid = {
        (question, str(answer)): group
        for question, groups in satisfaction.GROUPS.items()
        for group, members in groups.items()
        for answer in members
    }
    silent = {cell[0] for cell in away if cell not in valid}
    gone = {(cell[0], valid[cell]) for cell in away if cell in valid}
    alone = {question for question in silent if sum(cell[0] == question for cell in gone) == 1}

    def told(row: Row) -> Row:
        question = row["question"]
        hides = question in alone or (question, row["group"]) in gone
        row = without(row, ("n", *_OF_SHARES)) if hides else row
        return without(row, ("n", "answers")) if question in silent else row

    return [without(row, ("n",)) if row["question"] in silent else row for row in shown], [
        told(row) for row in estimates
    ]


def _share(row: Row) -> Row:
    return without(row, _OF_SHARES) if row["n"] is None else row


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
    return [without(row, ("n", *_OF_SHARES)) if place in away else row for place, row in enumerate(rows)]


def _compared(rows: list[Row]) -> list[Row]:
    for measure in ("attentions", "respondents"):
        rows = [
            row | {f"{measure}_percent": None} if row[measure] is None else row
            for row in hide(rows, measure, ("dimension",), together=False)
        ]
    return rows
