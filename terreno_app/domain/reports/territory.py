"""Where the outings of a period went: comunas visited, whom they reach, how even it is, and who was attended there.

In: what was done and the comunas with their populations (Censo 2024). Out: rows. Percentages are decimal text.

Source: domain.md 5.2, «territorial» and «gender».
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from terreno_app.domain.catalogues import Comuna
from terreno_app.domain.reports.counting import percent
from terreno_app.domain.reports.outings import Gone
from terreno_app.domain.reports.spec import Row

PER = 10_000
MOST = 5
WITH_SEX = ("F", "M", "X")
Attended = tuple[str | None, str | None, int, int]


def visits(comunas: Iterable[Comuna], outings: Collection[Gone], attended: Collection[Attended]) -> list[Row]:
    """One row for each comuna with an outing that went out or somebody attended, in the order of the comunas."""
    gone: Counter[str | None] = Counter()
    informed: Counter[str | None] = Counter()
    for one in outings:
        gone[one.comuna] += one.outings
        informed[one.comuna] += one.informed
    n: Counter[str | None] = Counter()
    persons: Counter[str | None] = Counter()
    for comuna, _, attentions, held in attended:
        n[comuna] += attentions
        persons[comuna] += held
    return [
        {
            "comuna": comuna.code,
            "outings": gone[comuna.code],
            "attentions": n[comuna.code],
            "persons": persons[comuna.code],
            "informed": informed[comuna.code],
            "population": comuna.population,
            "per_10000": f"{PER * n[comuna.code] / comuna.population:.2f}",
        }
        for comuna in comunas
        if gone[comuna.code] or n[comuna.code]
    ]


def never_visited(comunas: Iterable[Comuna], outings: Iterable[Gone]) -> list[Row]:
    """The comunas to which no outing went."""
    gone = {outing.comuna for outing in outings}
    return [{"comuna": comuna.code, "population": comuna.population} for comuna in comunas if comuna.code not in gone]


def reach(comunas: Sequence[Comuna], outings: Iterable[Gone]) -> dict[str, Any]:
    """How many comunas were visited, and which part of the population lives in them."""
    gone = {outing.comuna for outing in outings}
    covered = sum(comuna.population for comuna in comunas if comuna.code in gone)
    population = sum(comuna.population for comuna in comunas)
    return {
        "comunas_visited": sum(comuna.code in gone for comuna in comunas),
        "comunas": len(comunas),
        "population_covered": covered,
        "population": population,
        "population_percent": percent(covered, population),
    }


def concentration(comunas: Sequence[Comuna], attended: Iterable[Attended]) -> dict[str, str | None]:
    """How unevenly attentions fall on the comunas: the Gini coefficient, and the share of the five with most.

    The Gini coefficient is 0 when all comunas have as many, and near 1 when one has all.
    """
    counts: Counter[str | None] = Counter()
    for comuna, _, attentions, _ in attended:
        counts[comuna] += attentions
    values = sorted(counts[comuna.code] for comuna in comunas)
    whole, n = sum(values), len(values)
    if not whole:
        return {"gini": None, "top_5_percent": None}
    ranked = sum(place * value for place, value in enumerate(values, 1))
    return {
        "gini": f"{2 * ranked / (n * whole) - (n + 1) / n:.2f}",
        "top_5_percent": percent(sum(values[-MOST:]), whole),
    }


def women(comunas: Iterable[Comuna], attended: Iterable[Attended]) -> list[Row]:
    """Women among those attended in each comuna whose sex is known, beside the women who live there."""
    known: Counter[str | None] = Counter()
    of_women: Counter[str | None] = Counter()
    for comuna, sex, attentions, _ in attended:
        known[comuna] += attentions * (sex in WITH_SEX)
        of_women[comuna] += attentions * (sex == "F")
    return [
        {
            "comuna": comuna.code,
            "n": known[comuna.code],
            "women": of_women[comuna.code],
            "women_percent": percent(of_women[comuna.code], known[comuna.code]),
            "census_percent": percent(comuna.women, comuna.population),
        }
        for comuna in comunas
        if known[comuna.code]
    ]
