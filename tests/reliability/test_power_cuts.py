"""The power goes at any moment: what a program had called safe is there, whole, whatever the disk kept of the rest.

Each life is played once, by a real program whose system calls are written down. From them are made the disks that a cut
may leave (`disk.py` says which), and each is opened with the real stores. A life that does without syncing is the
control: a judge that finds nothing missing there would prove nothing.
"""

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from terreno_app.storage.errors import StorageError
from tests.reliability.disk import Disk, Event, FolderSynced, Named, Removed, Renamed, Told
from tests.reliability.judges import JUDGES, Judge
from tests.reliability.lives import CAREFUL, CARELESS
from tests.reliability.tracing import FORGETFUL, Trace, UntraceableError, traced

CUTS = {"laptop": (150, 2_000), "centre": (50, 2_000), "folder": (100, 2_000)}
"""For each life how many cuts every run makes, and how many with --soak."""
CUTS_WITHOUT_CARE = 40
MEMORY = Path("/dev/shm")  # noqa: S108 - files in memory, where the system has them
NAMING = (Named, Renamed, Removed, FolderSynced)
NOISE = random.Random("noise").randbytes(32 * 1024)  # noqa: S311 - no secret
"""What stands in a file that is made anew after a cut."""


@dataclass(frozen=True, slots=True)
class Life:
    """What a program did to a folder, and the folder as it left it."""

    events: list[Event]
    folder: Path


@pytest.fixture
def image() -> Iterator[Path]:
    """An empty place for the disk that a cut left."""
    with TemporaryDirectory(prefix="terreno-cut-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder) / "disk"


def lived(folder: Path, life: str) -> Iterator[Life]:
    """Play a life with care, and the same life without."""
    traced(folder / "calls", "tests.reliability.lives", life, str(folder))
    for manner in (CAREFUL, CARELESS):
        with (folder / "calls").open(encoding="ascii") as calls:
            events = [*Trace(folder / manner).read(calls)]
        assert whole(events) == found(folder / manner)
        yield Life(events, folder / manner)


def whole(events: list[Event]) -> Mapping[str, bytes | None]:
    """The files as the events make them, if the power never goes."""
    disk = Disk()
    for event in events:
        disk.happens(event)
    return {path: content for path, content in disk.whole().items() if not path.endswith(FORGETFUL)}


def found(folder: Path) -> Mapping[str, bytes | None]:
    """The files as a program left them: if they are not as its calls say, something was written past the calls."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if not path.name.endswith(FORGETFUL)
    }


def lay_out(image: Path, files: Mapping[str, bytes | None]) -> None:
    """Put the files of a disk into an empty folder."""
    image.mkdir()
    for path, content in sorted(files.items()):
        if content is None:
            (image / path).mkdir()
        else:
            (image / path).write_bytes(NOISE if path.endswith("-shm") else content)


def cut(events: list[Event], cuts: int) -> Iterator[tuple[int, list[str], Mapping[str, bytes | None]]]:
    """Where the power goes, what was safe by then, and a disk that it may leave; one time in three among names."""
    chance = random.Random("cuts")  # noqa: S311 - no secret
    names = sum(isinstance(event, NAMING) for event in events)
    weights = [1 / names if isinstance(event, NAMING) else 2 / (len(events) - names) for event in events]
    moments = Counter(chance.choices(range(1, len(events) + 1), weights, k=cuts))
    disk, told = Disk(), []
    for moment in range(len(events) + 1):
        for number in range(moments[moment]):
            yield moment, told, disk.after_a_cut(random.Random(f"{moment}/{number}"))  # noqa: S311 - no secret
        if moment < len(events):
            disk.happens(events[moment])
            if isinstance(one := events[moment], Told):
                told.append(one.line)


def missing(judge: Judge, life: Life, cuts: int, image: Path) -> Iterator[str]:
    """What is not there after so many cuts of a life, or cannot be opened."""
    for moment, told, files in cut(life.events, cuts):
        lay_out(image, files)
        try:
            yield from (f"{what} after event {moment}" for what in judge(image, told))
        except StorageError as error:
            yield f"{type(error).__name__} after event {moment}"
        shutil.rmtree(image)


@pytest.mark.parametrize("life", JUDGES)
def test_a_power_cut_at_any_moment_loses_nothing_that_was_safe_and_without_syncs_it_would(
    life, tmp_path, image, soak, tell
):
    careful, careless = lived(tmp_path, life)
    judge = JUDGES[life](careful.folder)
    cuts = soak(*CUTS[life])

    assert [*missing(judge, careful, cuts, image)] == []
    assert any(missing(JUDGES[life](careless.folder), careless, CUTS_WITHOUT_CARE, image))
    tell(f"{cuts} cuts among {len(careful.events)} events")


def test_what_is_written_past_the_calls_is_refused(tmp_path):
    opens = f'1 openat(AT_FDCWD, "{escaped(tmp_path / "a.db")}", O_RDWR|O_CREAT, 0600) = 5'
    maps = "1 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 5, 0) = 0x7f0000000000"

    with pytest.raises(UntraceableError, match=r"a\.db is mapped into memory"):
        [*Trace(tmp_path).read([opens, maps])]


def escaped(path: Path) -> str:
    """As `strace -xx` writes it."""
    return "".join(f"\\x{byte:02x}" for byte in str(path).encode())
