"""Rows of a report as tables and charts of a paper: ranked, summed, cut and written out in Spanish.

A hidden figure (null) hides every sum and share that it is part of; nothing here can uncover one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from terreno_app.domain.catalogues import UNSAID, Catalogues
from terreno_app.domain.reports.grid_words import empty_words, sex_columns
from terreno_app.domain.spanish import number, percent
from terreno_app.publish.paper import Bar, Bars, Line, Table

NOTHING = f"{empty_words(suppressed=False)}."
WHOLE = 1000


def consent_note(asked: int) -> str:
    """What stands under sensitive answers: of how many they are, and what is hidden in every version."""
    return (
        f"De {number(asked)} atenciones en que la persona consintió. El asterisco es un grupo de menos de 5, o uno "
        "que permitiría deducirlo. Solo se cuentan en equipos de coordinación."
    )


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A field of the rows and how paper speaks of it.

    Args:
        title: Over the table.
        head: Over the column of names.
        field: The key of the rows.
        name: The Spanish name of a code.
        rest: What is cut off is called, one row and more of them: «otro tema», «otros {} temas».
        order: Codes in the order of their catalogue; without it the largest comes first.
        longest: Rows that are shown.
    """

    title: str
    head: str
    field: str
    name: Callable[[str], str]
    rest: tuple[str, str] = ("otro", "otros {}")
    order: tuple[str, ...] = ()
    longest: int = WHOLE

    def rest_of(self, ranked: Sequence[str]) -> str:
        """What the rows after the longest are called."""
        many = len(ranked) - self.longest
        return self.rest[0] if many == 1 else self.rest[1].format(number(many))

    def rest_named(self, ranked: Sequence[str]) -> str:
        """The same, at the head of a row."""
        rest = self.rest_of(ranked)
        return rest[:1].upper() + rest[1:]

    def cut_note(self, ranked: Sequence[str]) -> str:
        """The sentence that says how much is not on paper; empty when all is."""
        if len(ranked) <= self.longest:
            return ""
        are = "está" if len(ranked) == self.longest + 1 else "están"
        return f"Además, {self.rest_of(ranked)}: {are} en el archivo de datos."


def names_of(catalogues: Catalogues, code_list: str) -> Callable[[str], str]:
    """The Spanish name of each code of a list, and of what was not said."""

    def name(code: str) -> str:
        return catalogues.labels.code("unsaid" if code in UNSAID else code_list, code)

    return name


def nothing(title: str) -> Table:
    """A table without rows, that says so."""
    return Table(title, (), (), note=NOTHING)


def by_sex(dimension: Dimension, rows: Iterable[Row], base: int | None) -> Table:
    """A table by sex with a bar for each row; shares are of `base`, or of the answers where some gave none."""
    cells: dict[str, dict[str, int | None]] = {}
    for row in rows:
        cells.setdefault(row[dimension.field], {})[row["sex"]] = row["n"]
    if not cells:
        return nothing(dimension.title)
    columns = sex_columns(cells.values())
    figures = {code: [row.get(sex, 0) for _, sex in columns] for code, row in cells.items()}
    totals = {code: total(row) for code, row in figures.items()}
    said = ranked({code: n for code, n in totals.items() if code not in UNSAID}, dimension.order)
    unsaid = [code for code in UNSAID if code in totals]
    answers = total(totals[code] for code in said) if unsaid else base

    whole_bar = max(sum(n or 0 for n in row) for row in figures.values()) or 1

    def line(name: str, sums: Sequence[int | None], *, bar: bool = True, share: bool = True) -> Line:
        n = total(sums)
        cells = (name, *map(number, sums), number(n), percent(n, answers) if share else "")
        return Line(cells, tuple((one or 0) / whole_bar for one in sums) if bar else ())

    lines = [line(dimension.name(code), figures[code]) for code in said[: dimension.longest]]
    if cut := said[dimension.longest :]:
        # Many rows in one: a bar would be longer than any other.
        sums = [total(column) for column in zip(*(figures[code] for code in cut), strict=True)]
        lines.append(line(dimension.rest_named(said), sums, bar=False))
    lines += [line(dimension.name(code), figures[code], share=False) for code in unsaid]
    return Table(
        dimension.title,
        (dimension.head, *(label for label, _ in columns), "Total", "% válido" if unsaid else "%"),
        tuple(lines),
        total=(
            "Total",
            *(number(total(column)) for column in zip(*figures.values(), strict=True)),
            number(base),
            "" if unsaid else percent(base, base),
        ),
        legend=tuple(label.lower() for label, _ in columns),
        strong_column=len(columns) + 1,
    )


def shares(dimension: Dimension, rows: Iterable[Row], base: int | None) -> Table:
    """A table of figures and their shares of `base`."""
    counts = {row[dimension.field]: row["n"] for row in rows}
    if not counts:
        return nothing(dimension.title)
    codes = ranked(counts, dimension.order)
    lines = [
        Line((dimension.name(code), number(counts[code]), percent(counts[code], base)))
        for code in codes[: dimension.longest]
    ]
    head = (dimension.head, "N.º", "%")
    return Table(dimension.title, head, tuple(lines), note=dimension.cut_note(codes), strong_column=1)


def valid_shares(dimension: Dimension, rows: Iterable[Row]) -> Table:
    """A table of figures and their shares of the answers; what was refused or not asked stands below, apart."""
    counts = {row[dimension.field]: row["n"] for row in rows}
    if not counts:
        return nothing(dimension.title)
    valid = {code: n for code, n in counts.items() if code not in UNSAID}
    base = total(valid.values())
    codes = ranked(valid, dimension.order)
    lines = [
        Line((dimension.name(code), number(valid[code]), percent(valid[code], base)))
        for code in codes[: dimension.longest]
    ]
    if len(codes) > dimension.longest:
        others = total(valid[code] for code in codes[dimension.longest :])
        lines.append(Line((dimension.rest_named(codes), number(others), percent(others, base))))
    lines += [Line((dimension.name(code), number(counts[code]), "")) for code in UNSAID if code in counts]
    return Table(dimension.title, (dimension.head, "N.º", "% válido"), tuple(lines), strong_column=1)


def chart(dimension: Dimension, rows: Iterable[Row], base: int | None) -> Bars | Table:
    """Bars of the largest figures, and one open bar for the rest; other fields of the rows are summed."""
    counts: dict[str, int | None] = {}
    for row in rows:
        counts[row[dimension.field]] = total((counts.get(row[dimension.field], 0), row["n"]))
    if not counts:
        return nothing(dimension.title)
    codes = ranked(counts, dimension.order)
    shown, cut = codes[: dimension.longest], codes[dimension.longest :]
    others = total(counts[code] for code in cut)
    largest = max(n or 0 for n in (others, *(counts[code] for code in shown))) or 1
    bars = [
        Bar(dimension.name(code), number(counts[code]), percent(counts[code], base), (counts[code] or 0) / largest)
        for code in shown
    ]
    if cut:
        length = (others or 0) / largest
        bars.append(Bar(dimension.rest_named(codes), number(others), percent(others, base), length, is_rest=True))
    return Bars(dimension.title, tuple(bars))


def total(values: Iterable[int | None]) -> int | None:
    """The sum, hidden when any part of it is."""
    found = 0
    for value in values:
        if value is None:
            return None
        found += value
    return found


def ranked(counts: Mapping[str, int | None], order: tuple[str, ...] = ()) -> list[str]:
    """The codes in the order of their catalogue, else from the most to the least; what was not said comes last."""
    places = {code: place for place, code in enumerate(order)}

    def rank(code: str) -> tuple[bool, int, int, str]:
        return code in UNSAID, places.get(code, len(places)), 0 if places else -(counts[code] or 0), code

    return sorted(counts, key=rank)


def largest(rows: Iterable[Row], field: str) -> tuple[str, int] | None:
    """The value with the highest figure; none when a hidden cell leaves it in doubt."""
    counts: Counter[str] = Counter()
    for row in rows:
        if row["n"] is None:
            return None
        counts[row[field]] += row["n"]
    return min(counts.items(), key=lambda item: (-item[1], item[0])) if counts else None
