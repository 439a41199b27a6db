"""What a reader can work out of a published report: every sum that its tables share, solved exactly.

In: the report as published, and the same one whole. Out: the hidden groups of 1 to 4 persons that follow. The sums are
written down here from what the tables mean, and not from what hides them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from terreno_app.domain.reports.monthly_summary import PROFILE, VOICES
from terreno_app.domain.reports.report import Report

Figure = tuple[Any, ...]
Equation = dict[Figure, int]
"""Figures times these factors add up to nothing."""
ALONE = ("spaces", "outcome", "nationality", "education", "user_type", "occupation", "hours")
BY_SEX = ("type_by_sex", "topic_by_sex", "age_band_by_sex")
SEXES = ("F", "M", "X", "NR", "NS")
ALL = ("totals", "attentions")


def worked_out(public: Report, whole: Report) -> dict[Figure, int]:
    """The groups of 1 to 4 that are hidden in `public` and that its sums give back."""
    return _followed(_figures(public), _figures(whole), _sums(whole))


def _sums(whole: Report) -> list[Equation]:
    return _of_a_year(whole) if whole.report == "annual" else _of_a_summary(whole.totals, whole.tables)


def _followed(
    shown: Mapping[Figure, int | None], true: Mapping[Figure, int], sums: list[Equation]
) -> dict[Figure, int]:
    unknown: list[dict[Figure, Fraction]] = []
    for equation in sums:
        left = {
            figure: Fraction(factor)
            for figure, factor in equation.items()
            if figure not in true or shown.get(figure) is None
        }
        if left:
            unknown.append(left)
    alone = _alone(unknown)
    return {figure: true[figure] for figure in alone if 0 < (true.get(figure) or 0) < 5}


def _alone(rows: list[dict[Figure, Fraction]]) -> set[Figure]:
    """The unknowns that have one value only: the rows of the reduced form that hold a single one."""
    reduced: dict[Figure, dict[Figure, Fraction]] = {}
    for row in rows:
        left = dict(row)
        for pivot in [figure for figure in left if figure in reduced]:
            _subtract(left, reduced[pivot], pivot)
        if not left:
            continue
        pivot = next(iter(left))
        scale = left[pivot]
        left = {figure: factor / scale for figure, factor in left.items()}
        for other in reduced.values():
            if pivot in other:
                _subtract(other, left, pivot)
        reduced[pivot] = left
    return {pivot for pivot, row in reduced.items() if len(row) == 1}


def _subtract(row: dict[Figure, Fraction], other: Mapping[Figure, Fraction], pivot: Figure) -> None:
    times = row[pivot]
    for figure, factor in other.items():
        row[figure] = row.get(figure, Fraction(0)) - times * factor
        if not row[figure]:
            del row[figure]


def _figures(report: Report) -> dict[Figure, Any]:
    found: dict[Figure, Any] = {("totals", name): n for name, n in report.totals.items()}
    tables = dict(report.tables)
    if report.report == "annual":
        chapters = tables.pop("chapters")
        tables |= {name: chapters["monthly_summary"]["tables"][name] for name in chapters["monthly_summary"]["tables"]}
        tables |= {f"coverage.{name}": rows for name, rows in chapters["coverage"]["tables"].items()}
        tables |= {f"satisfaction.{name}": rows for name, rows in chapters["satisfaction"]["tables"].items()}
    for name, content in tables.items():
        if isinstance(content, list):
            for place, row in enumerate(content):
                found |= {(name, place, key): n for key, n in row.items() if n is None or isinstance(n, int)}
        elif isinstance(content, dict):
            found |= {(name, key): n for key, n in content.items() if n is None or isinstance(n, int)}
    found |= {("missing", field): n for field, n in tables.get("quality", {}).get("missing", {}).items()}
    return found


def _equal(whole: Figure, parts: Iterable[Figure]) -> Equation:
    equation: Equation = defaultdict(int)
    equation[whole] -= 1
    for part in parts:
        equation[part] += 1
    return dict(equation)


def _cells(tables: Mapping[str, Any], name: str, measure: str = "n", **wanted: str) -> list[Figure]:
    place_name = name.partition(".")[2] or name
    return [
        (name, place, measure)
        for place, row in enumerate(tables[place_name])
        if all(row[key] == value for key, value in wanted.items())
    ]


def _of_a_summary(totals: Mapping[str, Any], tables: Mapping[str, Any]) -> list[Equation]:
    sums = [_equal(ALL, _cells(tables, name)) for name in (*ALONE, *BY_SEX)]
    sums += [_equal(("sex", sex), _cells(tables, name, sex=sex)) for name in BY_SEX for sex in SEXES]
    sums.append(_equal(ALL, [("sex", sex) for sex in SEXES]))
    sums.append(_equal(ALL, [*_cells(tables, "residence_comuna"), ("abroad",)]))
    sums += [
        _equal(("kind", kind), cells)
        for kind in VOICES
        for cells in (_cells(tables, "type_by_sex", type=kind), _cells(tables, "voices", type=kind))
    ]
    sums += [
        _equal(("missing", field), _cells(tables, PROFILE[field], **{field: "NS"}))
        for field in tables["quality"]["missing"]
    ]
    if "outings" in tables:
        sums.append(_equal(("totals", "informed"), _cells(tables, "outings", "informed")))
    sums.append(_equal(("referral_steps", "referrals"), _cells(tables, "referrals")))
    return sums


def _of_a_year(whole: Report) -> list[Equation]:
    chapters = whole.tables["chapters"]
    summary, reached, asked = (chapters[name]["tables"] for name in ("monthly_summary", "coverage", "satisfaction"))
    sums = _of_a_summary(whole.totals, summary)
    topics = whole.tables["topics"]
    sums += [
        _equal(("topics", place, "n"), _cells(summary, "topic_by_sex", topic=row["topic"]))
        for place, row in enumerate(topics)
    ]
    sums += [
        _equal((f"space {row['space']}",), [("spaces", place, "n")]) for place, row in enumerate(summary["spaces"])
    ]
    sums += [
        _equal((f"space {row['space']}",), _cells(reached, "coverage.by_space", space=row["space"]))
        for row in summary["spaces"]
    ]
    sums += [
        _equal(("coverage.by_month", place, "attentions"), _cells(reached, "coverage.by_space", month=row["month"]))
        for place, row in enumerate(reached["by_month"])
    ]
    sums += [_equal(("totals", name), _cells(reached, "coverage.by_month", name)) for name in ("attentions", "persons")]
    sums += [
        _equal(("totals", "informed"), _cells(reached, f"coverage.{name}", "informed"))
        for name in ("comunas", "by_month")
    ]
    sums += [
        _equal(cell, _cells(whole.tables, "organisations"))
        for cell in _cells(summary, "user_type", user_type="community_leader")
    ]
    same = {"type": "type_by_sex", "age_band": "age_band_by_sex"}
    for place, row in enumerate(asked["respondents"]):
        figure = ("satisfaction.respondents", place, "attentions")
        if row["dimension"] == "sex":
            sums.append(_equal(figure, [("sex", row["value"])]))
        elif row["dimension"] in same:
            name = same[row["dimension"]]
            sums.append(_equal(figure, _cells(summary, name, **{row["dimension"]: row["value"]})))
    return sums
