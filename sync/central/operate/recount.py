"""Are the figures those of the records? Each fact and each cube is made again from what is held, and compared.

A fact is held to its record, feed by feed; then a cube to all its facts, and what is added up from a cube to this.
`compare` only tells; `mend` puts right too, in many steps between which everybody else goes on. Cubes are compared
where they lie, and what differs is filled anew there: nothing is carried through memory but where something differs.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sync.central.figure_facts import ID, REGION, FactTable
from sync.central.figure_fold import STEP, fill
from sync.central.figure_layout import COUNTRY, CubeTable, Layout
from sync.central.figure_sql import added_up, contribution, differing, stray
from sync.central.ports import Figures, Store


class Difference(NamedTuple):
    """Something that the figures say otherwise than the records.

    Attributes:
        table: The table of the figures.
        row: Which row of it: the region and id of a fact, or the region and month of cells (`all` for the country).
    """

    table: str
    row: str


Tell = Callable[[Difference], object]


def compare(tx: Figures, layout: Layout, tell: Tell) -> None:
    """Tell every difference; nothing is written.

    Figures that are not made yet, or of another version of the schema, are none, and differ from nothing.
    """
    if tx.figure_layout() != layout.fingerprint:
        return
    for feed in tx.figure_cursors():
        after: int | None = 0
        while after is not None:
            found, after = _wrong(tx, layout, feed, after)
            for facts, row in found:
                tell(_of_fact(facts, row))
        for facts in layout.facts.values():
            for row in tx.ask(stray(facts), (feed, facts.kind)):
                tell(_of_fact(facts, row))
    filled = layout.without(tx.unfilled())
    for cube in filled.folded:
        for table, region, month in _differing(tx, filled, cube):
            tell(_of_cells(table, region, month))


def mend(store: Store, layout: Layout, tell: Tell) -> None:
    """Tell every difference, and put it right.

    Raises:
        UnavailableError: the database is busy or gone.
    """
    with store.reading() as tx:
        feeds = list(tx.figure_cursors()) if tx.figure_layout() == layout.fingerprint else []
    for feed in feeds:
        after: int | None = 0
        while after is not None:
            with store.writing() as tx:
                tx.lock_figures()
                found, after = _wrong(tx, layout, feed, after)
                for facts, row in found:
                    tell(_of_fact(facts, row))
                    tx.put_rows(facts.shape, [row])
        for facts in layout.facts.values():
            with store.writing() as tx:
                tx.lock_figures()
                for row in tx.ask(stray(facts), (feed, facts.kind)):
                    tell(_of_fact(facts, row))
                    tx.take_rows(facts.shape, [row[:2]])
    mend_cubes(store, layout, tell)


def mend_cubes(store: Store, layout: Layout, tell: Tell) -> None:
    """Tell what cubes hold otherwise than the facts, and put it right.

    Nobody waits while they are compared.

    Raises:
        UnavailableError: the database is busy or gone.
    """
    with store.reading() as tx:
        if tx.figure_layout() != layout.fingerprint:
            return
        filled = layout.without(tx.unfilled())
    for cube in filled.folded:
        with store.reading() as tx:
            wrong = _differing(tx, filled, cube)
        for table, region, month in wrong:
            tell(_of_cells(table, region, month))
        for region in sorted({region for _, region, _ in wrong}):
            with store.writing() as tx:
                tx.lock_figures()
                if tx.figure_layout() == layout.fingerprint and cube.shape.name not in tx.unfilled():
                    for one in (cube, *(coarse for coarse, _ in layout.coarser(cube))):
                        tx.empty_cube(one.shape, COUNTRY if one.rollup.country else region)
                    fill(tx, layout, cube, region)


def _wrong(
    tx: Figures, layout: Layout, feed: str, after: int
) -> tuple[list[tuple[FactTable, Sequence[Any]]], int | None]:
    """The next records of a feed whose facts are others, as these should be; and after which change to go on.

    What changed since the figures were folded is no difference.
    """
    upto = tx.figure_cursors()[feed].change
    changed = [one for one in tx.changed(feed, after, STEP) if one.change <= upto]
    found: list[tuple[FactTable, Sequence[Any]]] = []
    for kind, facts in layout.facts.items():
        rows = [facts.row(feed, one) for one in changed if one.kind == kind]
        names = ", ".join(facts.shape.names)
        sql = f"SELECT {names} FROM {facts.shape.name} WHERE {REGION} = ? AND {tx.among(ID)}"  # noqa: S608
        held = {row[1]: tuple(row) for row in tx.ask(sql, (feed, tx.listed([row[1] for row in rows])))} if rows else {}
        found += [(facts, row) for row in rows if held.get(row[1]) != row]
    return found, changed[-1].change if changed else None


def _differing(tx: Figures, layout: Layout, cube: CubeTable) -> list[tuple[str, str, int]]:
    """Where (table, region, month) a cube differs from the facts, and what is added up from it too."""

    def found(one: CubeTable, made: str) -> list[tuple[str, str, int]]:
        return [(one.shape.name, region, month) for region, month in tx.ask(differing(one, made), ())]

    wrong = found(cube, contribution(cube, "TRUE"))
    for coarse, finer in layout.coarser(cube):
        # The sum is that of what it is added up from if this is right, which is less to read; else that of the facts.
        wrong += found(coarse, contribution(coarse, "TRUE") if wrong else added_up(coarse, finer, "TRUE"))
    return wrong


def _of_fact(facts: FactTable, row: Sequence[Any]) -> Difference:
    return Difference(facts.shape.name, f"{row[0]} {row[1]}")


def _of_cells(table: str, region: str, month: int) -> Difference:
    return Difference(table, f"{'all' if region == COUNTRY else region} {month}")
