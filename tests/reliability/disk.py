"""A disk that may lose its power: what programs wrote to it, and what may stand on it afterwards.

The model is harsher than a real disk. Of what was written to a file after its last sync any part may be there: nothing,
all of it, the first writes, some of them, or some of their sectors, in whatever order; what is missing in the middle
reads as zeros, as ext4 gives it (`data=ordered`). New names, renames and removals are there in the order in which they
were made, as the journals of ext4, XFS and NTFS keep them, but only a synced folder makes them sure: that ext4 does as
much when a file is synced, or renamed over another, nobody may count on here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

SECTOR = 512
"""What a disk writes whole or not at all."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """Bytes that a program wrote into a file; files have numbers, because names change."""

    file: int
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resized:
    """A file was cut, or made longer with zeros."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """A file's content is sure from here on."""

    file: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name leads to a file, to a folder (``None``), and no longer to what it led to before."""

    path: str
    file: int | None


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file has another name."""

    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A name leads nowhere any more."""

    path: str


@dataclass(frozen=True, slots=True)
class FolderSynced:
    """Every name is sure from here on."""


@dataclass(frozen=True, slots=True)
class Told:
    """A program said that something is safe."""

    line: str


Event = Wrote | Resized | Synced | Named | Renamed | Removed | FolderSynced | Told
Names = dict[str, int | None]


class Mood(Enum):
    """How much of what nobody has synced a cut leaves."""

    NOTHING = auto()
    EVERYTHING = auto()
    FIRST_WRITES = auto()
    SOME_WRITES = auto()
    SOME_SECTORS = auto()


@dataclass
class _File:
    """A file: what is sure, and what was done to it since."""

    sure: bytearray = field(default_factory=bytearray)
    since: list[Wrote | Resized] = field(default_factory=list)

    def settle(self) -> None:
        for change in self.since:
            _apply(self.sure, change)
        self.since.clear()

    def whole(self) -> bytes:
        content = bytearray(self.sure)
        for change in self.since:
            _apply(content, change)
        return bytes(content)

    def after_a_cut(self, chance: random.Random) -> bytes:
        content = bytearray(self.sure)
        for change in _left(self.since, chance.choice([*Mood]), chance):
            _apply(content, change)
        return bytes(content)


class Disk:
    """A disk while programs work on it: every event happens to it in order."""

    def __init__(self) -> None:
        self._files: dict[int, _File] = {}
        self._names: Names = {}
        self._renamings: list[Named | Renamed | Removed] = []

    def happens(self, event: Event) -> None:
        """Something was done."""
        match event:
            case Wrote() | Resized():
                self._files.setdefault(event.file, _File()).since.append(event)
            case Synced():
                self._files.setdefault(event.file, _File()).settle()
            case Named() | Renamed() | Removed():
                self._renamings.append(event)
            case FolderSynced():
                self._names = _renamed(self._names, self._renamings)
                self._renamings.clear()

    def whole(self) -> Mapping[str, bytes | None]:
        """What programs see: every file by its name, and ``None`` for a folder."""
        return self._with(_renamed(self._names, self._renamings), _File.whole)

    def after_a_cut(self, chance: random.Random) -> Mapping[str, bytes | None]:
        """What may stand on the disk when the power goes now."""
        left = chance.choice((0, len(self._renamings), chance.randint(0, len(self._renamings))))
        return self._with(_renamed(self._names, self._renamings[:left]), lambda file: file.after_a_cut(chance))

    def _with(self, names: Names, content: Callable[[_File], bytes]) -> Mapping[str, bytes | None]:
        return {
            path: None if number is None else content(self._files.setdefault(number, _File()))
            for path, number in names.items()
        }


def _renamed(names: Names, changes: list[Named | Renamed | Removed]) -> Names:
    names = dict(names)
    for change in changes:
        match change:
            case Named():
                names[change.path] = change.file
            case Renamed():
                names[change.to] = names.pop(change.path)
            case Removed():
                del names[change.path]
    return names


def _apply(content: bytearray, change: Wrote | Resized) -> None:
    match change:
        case Wrote():
            content.extend(bytes(max(change.at - len(content), 0)))
            content[change.at : change.at + len(change.data)] = change.data
        case Resized():
            del content[change.size :]
            content.extend(bytes(change.size - len(content)))


def _left(since: list[Wrote | Resized], mood: Mood, chance: random.Random) -> Iterator[Wrote | Resized]:
    """What is left of changes that nobody has synced."""
    match mood:
        case Mood.EVERYTHING:
            yield from since
        case Mood.SOME_WRITES:
            yield from (change for change in since if chance.random() < 0.5)
        case Mood.SOME_SECTORS:
            likely = chance.random()
            for change in since:
                yield from (part for part in _sectors(change) if chance.random() < likely)
        case Mood.FIRST_WRITES if since:
            number = chance.randrange(len(since))
            yield from since[:number]
            torn = [*_sectors(since[number])]
            yield from torn[: chance.randint(0, len(torn))]


def _sectors(change: Wrote | Resized) -> Iterator[Wrote | Resized]:
    """A change in parts of which a disk writes each whole or not at all."""
    if isinstance(change, Resized):
        yield change
        return
    end = change.at + len(change.data)
    for start in range(change.at - change.at % SECTOR, end, SECTOR):
        first, last = max(start, change.at), min(start + SECTOR, end)
        yield Wrote(change.file, first, change.data[first - change.at : last - change.at])
