"""The report of the satisfaction survey: who was asked, who answered, and what can be said of all from their answers.

In: a period, a space and a region. Out: the grouped counts to ask, and from their answers the report. Shares, means and
their intervals are decimal text in percent, in notes or in points; counts are of persons, without weights.

It is not MESU, which outside bodies apply, and nothing calls it so.
Source: seed 000 section 6 e) and f); domain.md 4.4 and 5.3.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from terreno_app.domain.clock import month_bounds
from terreno_app.domain.records import CLOSED_QUESTIONS
from terreno_app.domain.reports import derived
from terreno_app.domain.reports.counting import (
    NOT_ASKED,
    days,
    need_space,
    of_region,
    percent,
    periods_before,
    table,
    total,
)
from terreno_app.domain.reports.estimation import Cell, Share, margin, rank_correlation, score, share
from terreno_app.domain.reports.outings import FIELD_SPACES
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.sample import (
    ANSWERED,
    DESIGN,
    DISSATISFIED,
    DRAWN,
    ELIGIBLE,
    LINKED_DESIGN,
    NEUTRAL,
    NOTES,
    SATISFIED,
    Sample,
    Window,
    balance,
    sample_counts,
    sample_from,
    sample_of,
)
from terreno_app.domain.reports.spec import LINK_PREFIX, Condition, GroupedCount, Link, ReportSpec, Row, Tallies

NAME = "satisfaction"
OVERALL = "P1"
DIMENSIONS = ("P2a", "P2b", "P2c", "P2d", "P2e")
NOTED = (OVERALL, *DIMENSIONS)
_OF_NOTES = {"satisfied": SATISFIED, "neutral": NEUTRAL, "dissatisfied": DISSATISFIED}
# Of each question, the groups of answers whose share is estimated; any other answer is in no denominator.
GROUPS: Mapping[str, Mapping[str, frozenset[Any]]] = {
    **dict.fromkeys(NOTED, _OF_NOTES),
    "P3": {answer: frozenset({answer}) for answer in ("si", "parcial", "no")},
    "P4": {answer: frozenset({answer}) for answer in ("si", "no")},
    "P5": {answer: frozenset({answer}) for answer in ("si", "no")},
}
UNANSWERED = "unanswered"
SATISFACTION = derived.top(f"answers.{OVERALL}", min(SATISFIED), max(SATISFIED))
# A path, its valid answers, and those that are counted.
_BY_NOTE: tuple[str, Collection[Any], Collection[Any]] = (f"answers.{OVERALL}", NOTES, SATISFIED)
_BY_SATISFACTION: tuple[str, Collection[Any], Collection[Any]] = (SATISFACTION, {0, 1}, {1})
# By what the report is broken down, and on which condition; who lives abroad is in no comuna.
BREAKDOWNS: Mapping[str, tuple[Condition, ...]] = {
    "sex": (),
    "age_band": (),
    "residence_comuna": (("residence_country", "exists", False),),
    "type": (),
}
OF_THE_DESIGN = ("sex", "age_band")
# Reasons for which the questions were never put to the person.
NOT_OFFERED = frozenset({"left", "equipment", "minor", "already_surveyed"})
LEAST_ANSWERS = 10
"""Valid answers from which anything is estimated."""
LEAST_FOR_A_PART = 30
LEAST_FOR_NET = 50
"""Under so many the normal interval of the net score does not hold: it is only indicative."""
LEAST_FOR_DRIVERS = 100
EARLIER_PERIODS = 5


def spec(period: str, space: str | None, region: str | None, *, each_session: bool = True) -> ReportSpec:
    """Say what the report needs: see `monthly_summary.spec`; a row for each session tells its commitment."""
    need_space(space)
    bounds = month_bounds(period)
    window = Window(*bounds, space, region)
    overall = f"answers.{OVERALL}"
    return ReportSpec(
        report=NAME,
        period=period,
        filters={"space": space, "region": region},
        counts=(
            *sample_counts(window),
            window.attentions("not_eligible", ("draw.reason",), ("draw.eligible", "eq", False)),
            window.responses("results", ("result", "none_reason"), *DRAWN),
            window.responses("responses", ()),
            window.responses("questionnaires", ("questionnaire", "questionnaire_version", "mode"), *ANSWERED),
            *(
                window.responses(_named(question), (*LINKED_DESIGN, f"answers.{question}"), *ANSWERED)
                for question in CLOSED_QUESTIONS
            ),
            *(window.attentions(f"all_by_{name}", (name,), *where) for name, where in BREAKDOWNS.items()),
            *(window.attentions(f"frame_by_{name}", (name,), ELIGIBLE, *where) for name, where in BREAKDOWNS.items()),
            *(
                window.responses(
                    f"by_{name}", (*LINKED_DESIGN, f"link.{name}", SATISFACTION), *ANSWERED, *_linked(where)
                )
                for name, where in BREAKDOWNS.items()
                if name not in OF_THE_DESIGN
            ),
            *(
                window.responses(f"with_{_named(question)}", (overall, f"answers.{question}"), *ANSWERED)
                for question in DIMENSIONS
            ),
            *(_session_counts(window) if each_session else ()),
            *(count for earlier in _earlier(period) for count in _evolution_counts(earlier, space, region)),
        ),
    )


def _named(question: str) -> str:
    return f"answers_{question.lower()}"


def _linked(conditions: Iterable[Condition]) -> Iterable[Condition]:
    return ((f"{LINK_PREFIX}{path}", operator, value) for path, operator, value in conditions)


def _earlier(period: str) -> tuple[str, ...]:
    return periods_before(period, EARLIER_PERIODS)


def _of_period(period: str) -> str:
    return period.replace("-", "_").lower()


def _evolution_counts(period: str, space: str | None, region: str | None) -> tuple[GroupedCount, ...]:
    window = Window(*month_bounds(period), space, region)
    return (
        window.attentions(f"frame_{_of_period(period)}", ("draw.selected", *DESIGN), ELIGIBLE),
        window.responses(f"notes_{_of_period(period)}", (*LINKED_DESIGN, f"answers.{OVERALL}"), *ANSWERED),
    )


def _session_counts(window: Window) -> tuple[GroupedCount, ...]:
    if window.space not in FIELD_SPACES:
        return ()
    from_on, until_on = days(window.from_at, window.until_at)
    return (
        GroupedCount(
            name="sessions",
            kind="outing_session",
            by=("id", "seed_commitment"),
            where=(
                *of_region(window.region),
                ("seed_commitment", "exists", True),
                ("link.planned_on", "ge", from_on),
                ("link.planned_on", "lt", until_on),
            ),
            link=Link("outing", "outing"),
        ),
    )


def assemble(asked: ReportSpec, tallies: Tallies, cut_off: Mapping[str, Any], *, each_session: bool = True) -> Report:
    """Gather the answers to `spec` into the report: see `monthly_summary.assemble`; `each_session` as it was asked."""
    sample = sample_of(tallies)
    held = {question: _valid(sample, tallies[_named(question)], question) for question in GROUPS}
    totals = _totals(tallies, sample)
    tables: dict[str, Any] = {
        "technical": _technical(totals, held[OVERALL]),
        "designs": _designs(tallies["frame"]),
        "questionnaires": table(
            tallies["questionnaires"],
            ("questionnaire", "questionnaire_version", "mode"),
        ),
        "not_eligible": table(tallies["not_eligible"], ("draw.reason",), names=("reason",)),
        "none_reasons": _none_reasons(tallies["results"]),
        "classes": [
            {
                "members": [{"sex": sex, "age_band": band} for sex, band in one.members],
                "selected": one.selected,
                "complete": one.complete,
            }
            for one in sample.classes
        ],
        "answers": [
            {"question": question} | row
            for question in CLOSED_QUESTIONS
            for row in _answers(tallies[_named(question)], f"answers.{question}")
        ],
        "estimates": [
            row
            for question, groups in GROUPS.items()
            for row in _estimates(question, groups, held[question], sample.frame)
        ],
        "scores": [row for question in NOTED for row in _scores(question, held[question], sample.frame)],
        "breakdown": list(_breakdown(tallies, sample)),
        "drivers": _drivers(tallies),
        "evolution": list(_evolution(asked.period, tallies)),
        "respondents": list(_respondents(tallies)),
    }
    tables["dimensions"] = _ranked(tables["estimates"])
    if each_session:
        tables["sessions"] = sorted(tallies.get("sessions", ()), key=lambda row: str(row["id"]))
    return Report(
        report=asked.report,
        period=asked.period,
        filters=asked.filters,
        totals=totals,
        tables=tables,
        suppressed=False,
        cut_off=cut_off,
    )


def _valid(sample: Sample, rows: list[Row], question: str) -> list[Cell]:
    return sample.cells(rows, f"answers.{question}", frozenset().union(*GROUPS[question].values()))


def _totals(tallies: Tallies, sample: Sample) -> dict[str, int | None]:
    results = tallies["results"]
    not_offered = total(row for row in results if row["result"] == "none" and row["none_reason"] in NOT_OFFERED)
    counted = {
        result: total(row for row in results if row["result"] == result) for result in ("complete", "partial", "none")
    }
    selected = total(row for row in tallies["frame"] if row["draw.selected"] == 1)
    return {
        "attentions": total(tallies["all_by_sex"]),
        "eligible": sample.frame,
        "selected": selected,
        "offered": sum(counted.values()) - not_offered,
        **counted,
        "without_result": selected - sum(counted.values()),
        "outside_sample": total(tallies["responses"]) - total(results),
    }


def _technical(totals: Mapping[str, int | None], overall: list[Cell]) -> dict[str, Any]:
    complete, answers = totals["complete"] or 0, sum(cell.n for cell in overall)
    error = margin(answers, totals["eligible"] or 0)
    return {
        "response_rate": percent(complete, totals["selected"]),
        "cooperation_rate": percent(complete, totals["offered"]),
        "margin": None if error is None else f"{100 * error:.2f}",
        "confidence": "95",
        "answers": answers,
    }


def _designs(frame: Iterable[Row]) -> list[Row]:
    rows = [
        row | {"selected": row["n"] * (row["draw.selected"] == 1), "p": row["draw.p"], "k": row["draw.k"]}
        for row in frame
    ]
    eligible = table(rows, ("p", "k"))
    selected = {(row["p"], row["k"]): row["n"] for row in table(rows, ("p", "k"), "selected")}
    return [
        {name: None if row[name] == NOT_ASKED else row[name] for name in ("p", "k")}
        | {"eligible": row["n"], "selected": selected.get((row["p"], row["k"]), 0)}
        for row in eligible
    ]


def _none_reasons(results: Iterable[Row]) -> list[Row]:
    return table([row for row in results if row["result"] == "none"], ("none_reason",))


def _answers(rows: Iterable[Row], path: str) -> list[Row]:
    """Persons by answer. Who did not answer at all is not one who said «no sé» (`NS`)."""
    named = [row | {"answer": UNANSWERED if row[path] is None else row[path]} for row in rows]
    return table(named, ("answer",))


def _estimates(question: str, groups: Mapping[str, frozenset[Any]], cells: list[Cell], frame: int) -> Iterable[Row]:
    for group, counted in groups.items():
        found = _enough(share(cells, counted, frame))
        if found is not None:
            n = sum(cell.n for cell in cells if cell.value in counted)
            yield {"question": question, "group": group, "n": n} | _written(found)


def _scores(question: str, cells: list[Cell], frame: int) -> Iterable[Row]:
    mean = _enough(score(cells, float, (min(NOTES), max(NOTES)), frame))
    net = _enough(score(cells, balance, (-1, 1), frame))
    if mean is not None and net is not None:
        yield {
            "question": question,
            "answers": mean.n,
            "mean": f"{mean.value:.2f}",
            "mean_low": f"{mean.low:.2f}",
            "mean_high": f"{mean.high:.2f}",
            "net": f"{100 * net.value:.1f}",
            "net_low": f"{100 * net.low:.1f}",
            "net_high": f"{100 * net.high:.1f}",
            "indicative": net.n < LEAST_FOR_NET,
        }


def _ranked(estimates: Iterable[Row]) -> list[Row]:
    rows = [row for row in estimates if row["question"] in DIMENSIONS and row["group"] == "satisfied"]
    order = sorted(rows, key=lambda row: (-float(row["percent"]), row["question"]))
    return [
        {"rank": place + 1, "question": row["question"], "percent": row["percent"]} for place, row in enumerate(order)
    ]


def _breakdown(tallies: Tallies, sample: Sample) -> Iterable[Row]:
    for name in BREAKDOWNS:
        of_design = name in OF_THE_DESIGN
        rows = tallies[_named(OVERALL) if of_design else f"by_{name}"]
        path, valid, counted = _BY_NOTE if of_design else _BY_SATISFACTION
        frames = {row[name]: row["n"] for row in table(tallies[f"frame_by_{name}"], (name,))}
        for value, frame in frames.items():
            of_part = [row for row in rows if (row[f"link.{name}"] or NOT_ASKED) == value]
            cells = sample.cells(of_part, path, valid)
            found = share(cells, counted, frame)
            if found is not None and found.n >= LEAST_FOR_A_PART:
                n = sum(cell.n for cell in cells if cell.value in counted)
                yield {"dimension": name, "value": value, "n": n} | _written(found)


def _respondents(tallies: Tallies) -> Iterable[Row]:
    """Those who answered beside all who were attended: the only honest look at whom the survey does not reach."""
    everybody, respondents = total(tallies["all_by_sex"]), total(tallies["complete"])
    for name in BREAKDOWNS:
        rows = tallies.get(f"by_{name}", tallies["complete"])
        answered = {row["value"]: row["n"] for row in table(rows, (f"link.{name}",), names=("value",))}
        for row in table(tallies[f"all_by_{name}"], (name,), names=("value",)):
            n = answered.get(row["value"], 0)
            yield {
                "dimension": name,
                "value": row["value"],
                "attentions": row["n"],
                "attentions_percent": percent(row["n"], everybody),
                "respondents": n,
                "respondents_percent": percent(n, respondents),
            }


def _drivers(tallies: Tallies) -> list[Row]:
    """How each dimension goes together with the overall note: what to mend first. Here every person counts alike."""
    found = []
    for question in DIMENSIONS:
        pairs = {
            (row[f"answers.{OVERALL}"], row[f"answers.{question}"]): row["n"]
            for row in tallies[f"with_{_named(question)}"]
            if {row[f"answers.{OVERALL}"], row[f"answers.{question}"]} <= NOTES
        }
        n = sum(pairs.values())
        correlation = rank_correlation(pairs) if n >= LEAST_FOR_DRIVERS else None
        if correlation is not None:
            found.append({"question": question, "answers": n, "correlation": f"{correlation:.2f}"})
    return sorted(found, key=lambda row: (-float(row["correlation"]), row["question"]))


def _evolution(period: str, tallies: Tallies) -> Iterable[Row]:
    """The satisfied of this period and of those before it, as far as enough persons answered."""
    samples = [
        (earlier, tallies[f"frame_{_of_period(earlier)}"], tallies[f"notes_{_of_period(earlier)}"])
        for earlier in _earlier(period)
    ]
    for name, frame, answers in (*samples, (period, tallies["frame"], tallies[_named(OVERALL)])):
        sample = sample_from(frame, answers)
        cells = sample.cells(answers, f"answers.{OVERALL}", NOTES)
        found = _enough(share(cells, SATISFIED, sample.frame))
        if found is not None:
            n = sum(cell.n for cell in cells if cell.value in SATISFIED)
            yield {"period": name, "n": n} | _written(found)


def _written(found: Share) -> Row:
    return {
        "answers": found.n,
        "percent": f"{100 * found.value:.1f}",
        "low": f"{100 * found.low:.1f}",
        "high": f"{100 * found.high:.1f}",
    }


def _enough(found: Any) -> Any:
    return found if found is not None and found.n >= LEAST_ANSWERS else None
