"""Ops that wait for each other: which belong together, and what a correction heals. Pure.

A unit is what hangs together along `seen`. Folding lets a later op of a unit take over the groups of the earlier op
that its `seen` names: the earlier one no longer brings them, and the later one counts as having seen what that one saw.
Merged one after the other, the folded ops give what a single, corrected op would have given; each keeps its own answer.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sync.core.ops import Op
from sync.core.schema import Json, Kind

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Piece:
    """What an op still brings after folding."""

    op: Op
    values: Mapping[str, Json]

    @property
    def touched(self) -> dict[str, Json]:
        """Every value that it brings."""
        return {**self.op.fields, **self.values}


def units(waiting: Sequence[tuple[str, Collection[str]]]) -> list[list[int]]:
    """Which of the waiting ops hang together.

    Args:
        waiting: For each op, in order, its id and the ops that its `seen` names.

    Returns:
        Places in `waiting`: each unit in order, the units by their first op.
    """
    place_of = {op: place for place, (op, _) in enumerate(waiting)}
    first_of = list(range(len(waiting)))

    def root(place: int) -> int:
        while first_of[place] != place:
            place = first_of[place]
        return place

    for place, (_, seen) in enumerate(waiting):
        for named in seen:
            if named in place_of:
                one, other = sorted((root(place), root(place_of[named])))
                first_of[other] = one
    together: dict[int, list[int]] = {}
    for place in range(len(waiting)):
        together.setdefault(root(place), []).append(place)
    return list(together.values())


def fold(kind: Kind, ops: Sequence[tuple[Op, Mapping[str, Json]]]) -> list[Piece]:
    """What each op of a unit still brings, in order.

    Args:
        kind: Their kind.
        ops: The ops of a unit with their private values, in order.
    """
    pieces: dict[str, Piece] = {}
    for op, values in ops:
        piece = Piece(op, values)
        for group in kind.groups_of(piece.touched):
            piece = _take_over(piece, group, pieces)
        pieces[op.id] = piece
    return list(pieces.values())


def _take_over(piece: Piece, group: tuple[str, ...], earlier: dict[str, Piece]) -> Piece:
    """Let a piece stand for a group in the place of the earlier piece that it saw."""
    named = {piece.op.seen[name] for name in group if name in piece.op.seen}
    corrected = next((one for one in named if one in earlier), None)
    if corrected is None:
        return piece
    before = earlier[corrected]
    earlier[corrected] = Piece(
        replace(before.op, fields=_without(before.op.fields, group)), _without(before.values, group)
    )
    seen = _without(piece.op.seen, group) | {name: op for name, op in before.op.seen.items() if name in group}
    return Piece(replace(piece.op, seen=seen), piece.values)


def _without(members: Mapping[str, V], names: Collection[str]) -> dict[str, V]:
    return {name: member for name, member in members.items() if name not in names}
