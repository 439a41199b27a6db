"""A count as a statement over a table of the figures, and the rows of its answer.

In: a checked count, and where the values of its paths are read. Out: a statement with `?` for each parameter, that both
databases understand; values are parameters, and names come from who says where they are read.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import orjson

from sync.central.figure_facts import REGION, as_mixed
from sync.core.count import LED_TO, Condition, Count, Row
from sync.core.derived import INSTANT_HOUR


class Place(NamedTuple):
    """Where the value of a path is read, and what it is: a number, only whether there is something, a list, any."""

    text: str
    number: bool
    presence: bool = False
    listed: bool = False
    mixed: bool = False


Places = Callable[[str], Place | None]


class Question(NamedTuple):
    """A count as a statement over the figures; in the columns `mixed`, texts and integers stand as JSON.

    `asked` is the count that is answered, `read_by` the one that the statement answers: it, or its basis.
    """

    asked: Count
    sql: str
    params: tuple[Any, ...]
    mixed: tuple[int, ...]
    read_by: Count

    def answering(self, count: Count) -> "Question":
        """The same statement, for a count of which this one is a way to read it."""
        return self._replace(asked=count)

    @property
    def read(self) -> tuple[str, tuple[Any, ...]]:
        """Statement and parameters: what two counts have in common is read once."""
        return self.sql, self.params

    def rows(self, returned: Iterable[Sequence[Any]]) -> list[Row]:
        """The rows of the answer; the first cell only keeps what counts nothing from having a row."""
        told = (cells[1:] for cells in (map(self._as_told, returned) if self.mixed else returned))
        count = self.read_by
        keys = (*count.by, *count.measures)
        groups = told if count.each is None else self._each(told)
        rows = [dict(zip(keys, cells, strict=True)) for cells in groups]
        return rows if self.asked.by == count.by else self.asked.derive(rows)

    def _as_told(self, cells: Sequence[Any]) -> Sequence[Any]:
        told = list(cells)
        for place in self.mixed:
            told[place] = None if told[place] is None else orjson.loads(told[place])
        return told

    def _each(self, told: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
        """Groups of lists as groups of their elements: every element counts as one record."""
        by = _groups(self.read_by)
        place, width = by.index(str(self.read_by.each)), len(self.read_by.by)
        found: dict[tuple[Any, ...], list[int]] = {}
        for cells in told:
            for element in orjson.loads(cells[place] or "[]"):
                group = (*cells[:place], element, *cells[place + 1 : len(by)])[:width]
                sums = found.setdefault(group, [0] * len(self.read_by.measures))
                found[group] = [one + more for one, more in zip(sums, cells[len(by) :], strict=True)]
        return ((*group, *sums) for group, sums in found.items())


def question_over(
    count: Count,
    tables: str,
    place: Places,
    window: Sequence[tuple[str, Any]],
    regions: Sequence[str],
    measure: Callable[[str, str, Place | None], str | None],
) -> Question | None:
    """The statement that answers a count; `None` when what it names is not there.

    Args:
        count: The count; what leads to its records is a statement with its parameters by now.
        tables: What it reads, as SQL.
        place: Where the value of a path is read.
        window: Conditions on when, and their values.
        regions: Every feed there is.
        measure: A measure by its name, its path and where this is read, as SQL.
    """
    if not _adds_up_by_element(count):
        return None
    texts = [f"record.{REGION} IN ({', '.join('?' * len(regions))})", *(text for text, _ in window)]
    params: list[Any] = [*regions, *(value for _, value in window)]
    for condition, negated in (*((one, False) for one in count.where), *((one, True) for one in count.exclude)):
        found = _condition(condition, place)
        if found is None:
            return None
        text, added = found
        texts.append(f"NOT COALESCE({text}, FALSE)" if negated else text)
        params += added
    groups = [_listed(place(path)) if path == count.each else _value(place(path)) for path in _groups(count)]
    measures = [
        measure(name, path, field_of(path, place) if path else None)
        for name, _, path in (one.partition(":") for one in count.measures)
    ]
    if any(one is None for one in (*groups, *measures)):
        return None
    read = ["0", *(one.text for one in groups if one is not None)]
    totals = [f"CAST({one} AS BIGINT)" for one in measures]
    positions = ", ".join(str(place + 1) for place in range(len(read)))
    rows = f"FROM {tables} WHERE {' AND '.join(texts)}"
    sql = f"SELECT {', '.join([*read, *totals])} {rows} GROUP BY {positions}"
    (name, _, path), *more = (one.partition(":") for one in count.measures)
    counted = field_of(path, place) if name == "distinct" and not more else None
    if counted is not None:
        # What is told apart first is hashed once; a database sorts what it counts as different.
        named = ", ".join(f"{text} AS g{number}" for number, text in enumerate([*read, counted.text]))
        kept = ", ".join(f"g{number}" for number in range(len(read)))
        sql = (
            f"SELECT {kept}, COUNT(g{len(read)}) FROM (SELECT DISTINCT {named} {rows}) AS told"  # noqa: S608
            f" GROUP BY {kept}"
        )
    mixed = tuple(number for number, one in enumerate(groups, start=1) if one is not None and one.mixed)
    return Question(count, sql, tuple(params), mixed, count)


def _groups(count: Count) -> tuple[str, ...]:
    """What a count is grouped by; the list whose elements are counted is told apart from them in any case."""
    return count.by if count.each is None or count.each in count.by else (*count.by, count.each)


def _adds_up_by_element(count: Count) -> bool:
    """Whether what is counted of whole lists tells what is counted of each of their elements."""
    if count.each is None:
        return True
    tested = (path for path, _, _ in (*count.where, *count.exclude))
    measured = [measure.partition(":") for measure in count.measures]
    elsewhere = {*tested, *count.instant, *(path for _, _, path in measured)}
    return count.each not in elsewhere and all(name != "distinct" for name, _, _ in measured)


def _listed(where: Place | None) -> Place | None:
    return where if where is not None and where.listed else None


def _condition(condition: Condition, place: Places) -> tuple[str, list[Any]] | None:
    """A condition on a column; `None` when the column does not hold what the condition compares with."""
    path, operator, wanted = condition
    where = place(path) if operator == "exists" and path != INSTANT_HOUR else field_of(path, place)
    if where is None or (operator == LED_TO and (where.number or where.mixed)):
        return None
    if operator in {"exists", LED_TO}:
        test, params = _test(operator, wanted)
        return f"{where.text} {test}", params
    values = [int(one) if isinstance(one, bool) else one for one in (wanted if operator == "in" else (wanted,))]
    fits = operator not in {"ge", "lt"} if where.mixed else all(isinstance(one, int) == where.number for one in values)
    if not fits:
        return None
    if where.mixed:
        values = [as_mixed(one) for one in values]
    if operator == "in":
        return f"{where.text} IN ({', '.join('?' * len(values))})", values
    if operator == "ne":
        return f"({where.text} <> ? OR {where.text} IS NULL)", values
    sign = {"eq": "=", "ge": ">=", "lt": "<"}[operator]
    return f"{where.text} {sign} ?", values


def _test(operator: str, wanted: Any) -> tuple[str, list[Any]]:
    if operator == LED_TO:
        statement, params = wanted
        return f"IN ({statement})", [*params]
    return f"IS {'NOT NULL' if wanted else 'NULL'}", []


def field_of(path: str, place: Places) -> Place | None:
    """Where a field is read; only among groups does `instant_hour` mean the hour."""
    return None if path == INSTANT_HOUR else _value(place(path))


def _value(where: Place | None) -> Place | None:
    """A place that holds values, not only that there are some, nor lists of them."""
    return None if where is None or where.presence or where.listed else where
