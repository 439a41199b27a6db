"""Folding the feeds into the figures: one consumer, a cursor for each feed, one transaction for each step.

A step reads what changed after the cursor, and what the facts concerned contributed to each cube; writes the facts as
they are now; and adds to each cube the difference to what they contribute then. So edits, voids, merges and late
arrivals fold exactly, and a step that is taken twice changes nothing. Facts that lead to a changed record are folded
with it, whatever feed they are in. Pushes know nothing of it, but those that erase: what they erase is in no figure.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sync.central.errors import UnavailableError
from sync.central.figure_facts import ID, REGION, Changed
from sync.central.figure_layout import TABLES, CubeTable, Layout
from sync.central.figure_sql import added_up, contribution, home, joined
from sync.central.ports import Figures, Store

STEP = 1_000
"""Records in one step."""

Fact = tuple[str, str]
"""A region and an id."""
Row = tuple[Any, ...]
Groups = dict[tuple[Any, ...], tuple[int, ...]]
"""By region, month and dimensions: how many, and the sums."""


class Way(NamedTuple):
    """From facts of a kind to other records: by one link after the other."""

    kind: str
    links: tuple[tuple[str, str], ...]


class Folding:
    """The consumer.

    Args:
        store: The database.
        layout: Every table of the figures.
    """

    def __init__(self, store: Store, layout: Layout) -> None:
        self._store = store
        self.layout = layout

    def catch_up(self, enough: Callable[[], bool], patience_s: float | None = None) -> None:
        """Fold what is behind, feed by feed.

        Args:
            enough: Asked before each step whether to leave the rest for another time.
            patience_s: How long to wait for who else writes figures, in seconds.

        A feed that cannot be folded does not keep the others from it.

        Raises:
            UnavailableError: the database is busy or gone.
        """
        if not self.layout.facts:
            return
        with self._store.reading() as tx:
            heads = tx.feeds()
            made = tx.figure_layout() == self.layout.fingerprint
            cursors = tx.figure_cursors() if made else {}
        failed: UnavailableError | None = None
        for feed, head in heads.items():
            more = feed not in cursors or cursors[feed].change < head
            try:
                while more and not enough():
                    with self._store.writing() as tx:
                        more = step(tx, self.layout, feed, patience_s)
            except UnavailableError as error:
                failed = error
        if failed is not None:
            raise failed
        if patience_s is None:
            self._fill(enough)

    def _fill(self, enough: Callable[[], bool]) -> None:
        """Fill the cubes that hold nothing yet, one transaction for each; nobody who waits for an answer does it."""
        with self._store.reading() as tx:
            due = _due(tx, self.layout)
        for cube in due:
            if enough():
                return
            with self._store.writing() as tx:
                tx.lock_figures()
                if cube in _due(tx, self.layout):
                    fill(tx, self.layout, cube)


def step(tx: Figures, layout: Layout, feed: str, patience_s: float | None) -> bool:
    """Fold the next records of a feed; whether there may be more."""
    tx.lock_figures(patience_s)
    if tx.figure_layout() != layout.fingerprint:
        tx.make_figures(layout)
    cursor = tx.figure_cursors().get(feed)
    layout = layout.without(tx.unfilled())
    changed = tx.changed(feed, 0 if cursor is None else cursor.change, STEP)
    if changed:
        fold(tx, layout, feed, changed)
        tx.put_figure_cursor(feed, changed[-1].change)
    elif cursor is None:
        tx.put_figure_cursor(feed, 0)
    return len(changed) == STEP


def forget(tx: Figures, layout: Layout, feed: str, changes: Sequence[int]) -> None:
    """Fold records that were just erased at once: what private values said of them is to stand in no figure.

    Args:
        tx: The transaction that erases; it has written the records.
        layout: Every table of the figures.
        feed: Whose records they are.
        changes: Their changes now.
    """
    if not changes or not any(facts.reads_private for facts in layout.facts.values()):
        return
    tx.lock_figures()
    made = tx.figure_layout()
    if made is None:
        return
    if made != layout.fingerprint:
        tx.make_figures(layout)
    layout = layout.without(tx.unfilled())
    fold(tx, layout, feed, [one for change in changes for one in tx.changed(feed, change - 1, 1)])


def _due(tx: Figures, layout: Layout) -> list[CubeTable]:
    """The cubes to be filled: they hold nothing yet, and all facts are there that once were to come."""
    unfilled = tx.unfilled() if tx.figure_layout() == layout.fingerprint else frozenset[str]()
    if not unfilled or any(one.change < one.target for one in tx.figure_cursors().values()):
        return []
    return [cube for cube in layout.folded if cube.shape.name in unfilled]


def fill(tx: Figures, layout: Layout, cube: CubeTable, region: str | None = None) -> None:
    """Count a cube from the facts where these lie, and from it what is added up; none of them holds anything yet.

    Args:
        tx: The transaction.
        layout: Every table of the figures.
        cube: One of those that are folded.
        region: The only one of which they hold nothing; that of the country holds nothing of any.
    """
    params = () if region is None else (region,)
    tx.fill_cube(cube, contribution(cube, "TRUE" if region is None else f"{home(cube)} = ?"), params)
    tx.note_filled(cube.shape)
    for coarse, finer in layout.coarser(cube):
        whole = region is None or coarse.rollup.country
        tx.fill_cube(coarse, added_up(coarse, finer, "TRUE" if whole else f"{REGION} = ?"), () if whole else params)
        tx.note_filled(coarse.shape)


def fold(tx: Figures, layout: Layout, feed: str, changed: Sequence[Changed]) -> None:
    """Fold records of a feed as they are now."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for one in changed:
        if one.kind in layout.facts:
            rows[one.kind].append(layout.facts[one.kind].row(feed, one))
    concerned = _concerned(tx, layout, rows)
    before = [_contributed(tx, cube, facts) for cube, facts in concerned]
    for kind, now in rows.items():
        tx.put_rows(layout.facts[kind].shape, now)
    for (cube, facts_of), contributed in zip(concerned, before, strict=True):
        moved = {cube.rollup.name: difference(contributed, _contributed(tx, cube, facts_of))}
        move(tx, cube, moved[cube.rollup.name])
        for coarse, finer in layout.coarser(cube):
            moved[coarse.rollup.name] = _added_up(coarse, finer, moved[finer.rollup.name])
            move(tx, coarse, moved[coarse.rollup.name])


def _added_up(cube: CubeTable, finer: CubeTable, moved: Groups) -> Groups:
    """What moves in a cube as what moves in one that is added up from it."""
    found: dict[tuple[Any, ...], list[int]] = {}
    group_of = finer.group_in(cube)
    for group, counts in moved.items():
        sums = found.setdefault(group_of(group), [0] * len(counts))
        for place, more in enumerate(counts):
            sums[place] += more
    return {group: tuple(sums) for group, sums in found.items() if any(sums)}


def _concerned(
    tx: Figures, layout: Layout, rows: Mapping[str, Sequence[Row]]
) -> list[tuple[CubeTable, frozenset[Fact]]]:
    """The cubes, each with the facts whose contribution to it may be another one now; they have few ways in common."""
    found: list[tuple[CubeTable, frozenset[Fact]]] = []
    led_here: dict[tuple[Way, bool], frozenset[Fact]] = {}
    for cube in layout.folded:
        facts = frozenset((region, record) for region, record, *_ in rows.get(cube.kind, ()))
        for way in _ways(cube):
            by = (way, cube.rollup.distinct)
            if by not in led_here:
                led_here[by] = _leading(tx, cube, way, rows)
            facts |= led_here[by]
        if facts:
            found.append((cube, facts))
    return found


def _ways(cube: CubeTable) -> Iterator[Way]:
    """To the records that its facts lead to, and to those that these lead to."""
    links = [link for link in (cube.rollup.link, cube.rollup.then) if link is not None]
    for steps in range(1, len(links) + 1):
        yield Way(cube.kind, tuple(links[:steps]))


def _leading(tx: Figures, cube: CubeTable, way: Way, rows: Mapping[str, Sequence[Row]]) -> frozenset[Fact]:
    """The facts of a cube that lead to records which are folded.

    Where different records are counted, all that leads to one of them is folded together: to each to which a fact led
    or leads now.
    """
    path, kind = way.links[-1]
    last = cube.tables[len(way.links) - 1] or cube.facts
    column = last.columns[path].name
    sought = {record for _, record, *_ in rows.get(kind, ())}
    own = rows.get(cube.kind, ())
    if cube.rollup.distinct and last is cube.facts and own:
        sql = f"SELECT {column} FROM {last.shape.name} WHERE {REGION} = ? AND {tx.among(ID)}"  # noqa: S608 - the layout's
        led_to = tx.ask(sql, (own[0][0], tx.listed([record for _, record, *_ in own])))
        sought |= {value for (value,) in led_to} | {row[last.shape.names.index(column)] for row in own}
    sought.discard(None)
    if not sought:
        return frozenset()
    sql = (
        f"SELECT record.{REGION}, record.{ID} FROM {cube.facts.shape.name} AS record"  # noqa: S608 - the layout's
        f"{joined(cube.tables, *way.links[:-1])} WHERE {tx.among(f'{TABLES[len(way.links) - 1]}.{column}')}"
    )
    return frozenset((region, fact) for region, fact in tx.ask(sql, (tx.listed(sorted(sought)),)))


def _contributed(tx: Figures, cube: CubeTable, facts: Collection[Fact]) -> Groups:
    """What facts contribute to a cube, in whatever regions they are; an id stands for one fact of a kind."""
    sql = contribution(cube, f"{tx.among(f'record.{REGION}')} AND {tx.among(f'record.{ID}')}")
    regions, ids = (sorted({fact[place] for fact in facts}) for place in (0, 1))
    return groups_of(cube, tx.ask(sql, (tx.listed(regions), tx.listed(ids))))


def groups_of(cube: CubeTable, rows: Iterable[Sequence[Any]]) -> Groups:
    """Rows of a contribution, or of a cube, by their groups."""
    width = 2 + len(cube.columns)
    return {tuple(row[:width]): tuple(row[width:]) for row in rows}


def difference(before: Groups, after: Groups) -> Groups:
    """What has to be added to get from one to the other."""
    found: Groups = {}
    for group in {**before, **after}:
        was, becomes = before.get(group), after.get(group)
        if was is None:
            found[group] = after[group]
        elif becomes is None:
            found[group] = tuple(-old for old in was)
        elif was != becomes:
            found[group] = tuple(new - old for new, old in zip(becomes, was, strict=True))
    return found


def move(tx: Figures, cube: CubeTable, by: Groups) -> None:
    """Add a difference to a cube; a cell in which nothing is left goes."""
    if by:
        # In the order of the key, as far as no value is empty: what is read together is to lie together.
        ordered = sorted(by.items(), key=lambda one: one[0][:2])
        tx.add_rows(cube.shape, list(cube.rows(ordered)), 1 + len(cube.sums))
