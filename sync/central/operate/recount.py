"""Are the figures those of the records? Each fact and each cube is made again from what is held, and compared.

A fact is held to its record, then a cube to its facts, region by region. `compare` only tells; `mend` puts right too,
in many steps between which everybody else goes on.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sync.central.figure_fold import STEP, Groups, difference, groups_of, move
from sync.central.figure_layout import ID, REGION, CubeTable, FactTable, Layout
from sync.central.figure_sql import differing, stray
from sync.central.ports import Figures, Store


class Difference(NamedTuple):
    """Something that the figures say otherwise than the records.

    Attributes:
        table: The table of the figures.
        row: Which row of it: the region and id of a fact, or the region and month of a cell.
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
        for cube in layout.cubes:
            for group in _differing(tx, cube, feed):
                tell(_of_cell(cube, group))


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
        mend_cubes(store, layout, feed, tell)


def mend_cubes(store: Store, layout: Layout, feed: str, tell: Tell) -> None:
    """Tell what the cubes of a feed hold otherwise than its facts, and put it right.

    Raises:
        UnavailableError: the database is busy or gone.
    """
    for cube in layout.cubes:
        with store.writing() as tx:
            tx.lock_figures()
            moved = _differing(tx, cube, feed)
            for group in moved:
                tell(_of_cell(cube, group))
            move(tx, cube, moved)


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


def _differing(tx: Figures, cube: CubeTable, region: str) -> Groups:
    """What has to be added to a cube of a region for it to hold what the facts contribute."""
    rows = tx.ask(differing(cube), (region, region))
    made, held = (groups_of(cube, (row[1:] for row in rows if row[0] == side)) for side in (1, 0))
    return difference(held, made)


def _of_fact(facts: FactTable, row: Sequence[Any]) -> Difference:
    return Difference(facts.shape.name, f"{row[0]} {row[1]}")


def _of_cell(cube: CubeTable, group: Sequence[Any]) -> Difference:
    return Difference(cube.shape.name, f"{group[0]} {group[1]}")
