"""A grid as people read it: the columns that a page or a screen has room for, and every cell in Spanish words.

In: a `Grid`. Out: places of columns, and text. Nothing is counted and no row is left out.
"""

from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any, Final

from terreno_app.domain.catalogues import Labels
from terreno_app.domain.reports.grids import EVERYWHERE, Column, Grid, Shape, is_decimal, name_of
from terreno_app.domain.spanish import MONTHS, QUARTERS, number, short_day

# The columns of a wide table that there is room for, in their order; the data files have all.
CHIEF_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "complaints": ("folio", "received_on", "topic", "answered_on", "business_days", "in_term"),
    "goals": ("metric", "region", "space", "comuna", "period", "target", "actual", "attainment", "light"),
    "outings": (
        "planned_on",
        "comuna",
        "place",
        "officers",
        "attentions",
        "informed",
        "hours",
        "per_hour",
        "incidents",
    ),
    "indicators": ("indicator", "verification", "numerator", "denominator", "percent"),
    "progress": (
        "metric",
        "region",
        "space",
        "comuna",
        "target_year",
        "actual_to_date",
        "advance",
        "expected_pace",
        "gap",
        "projection",
        "light",
    ),
    "regions": ("region", "in_place", "in_part", "missing", "percent", "score", "light"),
    "sessions": ("seed_commitment",),
}
_OF_REGION: Final = frozenset({"goals", "progress"})
"""Tables about something else than a region, which says of each row where it is."""
_WHOLE: Final = frozenset({"seed_commitment"})
"""What somebody compares letter by letter."""
NAME_WIDTH: Final = 34
_SEXES: Final = (("Mujeres", "F"), ("Hombres", "M"), ("No binario", "X"), ("Se niega", "NR"), ("Sin dato", "NS"))
_DAY_LENGTH: Final = len("2026-11-21")


def places(grid: Grid, of_region: str | None) -> list[int]:
    """The columns that are shown, words before figures; one of a list without any value is not, but for a hidden `n`.

    Args:
        grid: The table.
        of_region: The region of the report, which its heading names: rows that are all of it do not repeat it.
    """
    table = grid.key.rpartition(".")[2]
    chosen = CHIEF_COLUMNS.get(table)
    keys = [column.key for column in grid.columns]
    shown = [keys.index(key) for key in chosen if key in keys] if chosen else list(range(len(keys)))
    kept = set(range(len(keys))) if grid.is_object else {place for place, key in enumerate(keys) if key == "n"}
    filled = [place for place in shown if place in kept or any(row[place] is not None for row in grid.rows)]
    if table in _OF_REGION and {row[keys.index("region")] for row in grid.rows} == {of_region}:
        filled = [place for place in filled if keys[place] != "region"]
    return sorted(filled, key=lambda place: not is_text(grid.columns[place]))


def sex_columns(rows: Iterable[Container[str]]) -> tuple[tuple[str, str], ...]:
    """The headings of a table by registered sex, each with its code; «No binario» only where somebody is.

    Args:
        rows: The sexes that each row tells.
    """
    told = tuple(rows)
    return tuple((word, sex) for word, sex in _SEXES if sex != "X" or any(sex in row for row in told))


def empty_words(*, suppressed: bool) -> str:
    """What is said of a table without rows; the public version may have left them out, and does not deny them."""
    return f"Sin registros{', o reservados,' if suppressed else ''} en este período"


def is_text(column: Column) -> bool:
    """Whether a column holds words, which stand at the left."""
    return column.is_coded or column.shape in {Shape.TEXT, Shape.MIXED}


def cell(grid: Grid, row: int, place: int, labels: Labels, nothing_there: str) -> str:
    """The words of a cell; `nothing_there` stands for a figure that is hidden or that nobody has."""
    column, value = grid.columns[place], grid.rows[row][place]
    if value is None or value == {}:
        return "–" if column.key in EVERYWHERE else nothing_there
    if column.key in _WHOLE:
        return str(value)
    return grid.names[row][place] if column.is_coded else _plain(value, labels)


def _plain(value: Any, labels: Labels) -> str:
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, int):
        return number(value)
    if isinstance(value, list):
        return "; ".join(_plain(one, labels) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(name_of(key, str(one), labels) for key, one in value.items())
    if is_decimal(value):
        whole, _, rest = str(value).partition(".")
        return f"{'-' * value.startswith('-')}{number(abs(int(whole)))},{rest}"
    return _time(value) or _fitting(value)


def _time(text: str) -> str:
    """A day, a month or a quarter in words; nothing when it is neither."""
    year, _, part = text.partition("-")
    if part in QUARTERS and year.isdecimal():
        return f"{QUARTERS[part]} trimestre {year}"
    try:
        on = date.fromisoformat(text if len(text) == _DAY_LENGTH else f"{text}-01")
    except ValueError:
        return ""
    return short_day(text) if len(text) == _DAY_LENGTH else f"{MONTHS[on.month - 1]} {on.year}"


def _fitting(text: str) -> str:
    """A word longer than the column (an id, a hash) is shown by its beginning."""
    return text if len(text) <= NAME_WIDTH or " " in text else f"{text[: NAME_WIDTH - 1]}…"
