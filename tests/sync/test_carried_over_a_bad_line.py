"""A bundle over a line that is cut again and again: it goes on from any byte, and arrives once."""

import io
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sync.central.api import build_app
from sync.central.serve import serving
from sync.client.carrying import Carried, Parcel, carry
from sync.client.conversation import Conversation, Hooks, StoppedError
from sync.client.errors import CentralDownError, UnreachableError
from sync.client.http import Central, Route
from sync.client.progress import SyncProgress
from sync.parcel.files import resumed_file
from tests.sync.carrier import AT_ONCE, Road
from tests.sync.road import DOWN, UP
from tests.sync.road import Road as Line
from tests.sync.sticks import Walker

NOTES = 60


@pytest.fixture
def long_way(road: Road) -> bytes:
    """A bundle of more than a hundred kilobytes, whose answer is as long."""
    for number in range(NOTES):
        road.walker.save(f"n{number}", title=random.Random(number).randbytes(1_900).hex())  # noqa: S311
    return road.walker.pack()


@pytest.fixture
def line(road: Road) -> Iterator[Callable[..., Line]]:
    """Makes a line to the centre."""
    with ExitStack() as lines:
        parts = urlsplit(road.url)

        def made(lives: int | None = None) -> Line:
            new = Line((str(parts.hostname), int(parts.port or 0)), lives=lives)
            lines.callback(new.close)
            return new

        yield made


class Bringing:
    """A carrier with a file on a disk, who tries again."""

    def __init__(self, road: Road, bundle: bytes, file: Path) -> None:
        self.road = road
        self.bundle = bundle
        self.file = file
        self.told: list[SyncProgress] = []

    def once(self, line: Line, stop: Callable[[], bool] = lambda: False) -> Carried:
        """One run of the command."""
        town = self.road.town
        central = Central(Route(f"http://127.0.0.1:{line.port}"), town.world.clock, self.road.carrier.keys)
        hooks = Hooks(progress=self.told.append, should_stop=stop)
        talk = Conversation(self.road.carrier.store, central, town.world.clock, hooks, AT_ONCE)
        self.told.clear()
        place: Callable[[str], AbstractContextManager[Parcel]] = partial(resumed_file, self.file)
        try:
            return carry(talk, central, io.BytesIO(self.bundle), place)
        finally:
            central.close()

    def is_cut_off(self, line: Line) -> bool:
        try:
            self.once(line)
        except CentralDownError:
            return True
        return False


@pytest.fixture
def bringing(road: Road, long_way: bytes, tmp_path: Path) -> Bringing:
    return Bringing(road, long_way, tmp_path / "vuelta")


def everything_arrived(bringing: Bringing, walker: Walker) -> bool:
    outcome = walker.receive(bringing.file.read_bytes())
    return (outcome.pending, bringing.road.town.ops(), [one.name for one in bringing.file.parent.glob(".*")]) == (
        0,
        NOTES + 2,
        [],
    )


@pytest.mark.parametrize("lives", [6_000, 16_000, 50_000])
def test_a_line_that_is_cut_again_and_again_carries_a_bundle_and_its_answer(
    road: Road, bringing: Bringing, line: Callable[..., Line], lives: int
) -> None:
    bad = line(lives)

    carried = None
    while carried is None:
        with suppress(CentralDownError):  # run it again
            carried = bringing.once(bad)

    assert len(bringing.bundle) > 100_000
    assert bad.cuts > 2 * len(bringing.bundle) / lives - 2
    assert carried == Carried("T01", 1, NOTES + 2)
    assert everything_arrived(bringing, road.walker)


@pytest.mark.parametrize("way", [UP, DOWN])
def test_the_next_run_goes_on_from_where_the_last_one_was_cut_off(
    road: Road, bringing: Bringing, line: Callable[..., Line], way: str
) -> None:
    bad = line()
    runs, carried = 0, {UP: 0, DOWN: 0}

    bad.ends_after[way] = 70_000
    while bringing.is_cut_off(bad):
        runs += 1
        carried = {way: carried[way] + bad.carried[way] for way in carried}
        bad.repair()
        bad.ends_after[way] = 70_000
    begun = (bringing.told[0].done, bringing.told[0].total)

    size = len(bringing.bundle if way == UP else bringing.file.read_bytes())
    assert runs >= 1
    assert carried[way] + bad.carried[way] < size * (2 if way == UP else 1.2)
    assert begun[0] > 0 or way == DOWN
    assert begun[1] == len(bringing.bundle)
    assert everything_arrived(bringing, road.walker)


def test_what_came_of_an_answer_is_told_at_once_when_it_goes_on(bringing: Bringing, line: Callable[..., Line]) -> None:
    bad = line()
    bad.ends_after[DOWN] = 40_000
    bringing.is_cut_off(bad)
    (part,) = bringing.file.parent.glob(".*.part")
    here = part.stat().st_size

    bad.repair()
    bringing.once(bad)

    size = bringing.file.stat().st_size
    assert 30_000 < here < 40_000
    assert (here, size) == next((one.done, one.total) for one in bringing.told if one.total == size)
    assert bad.carried[DOWN] < size - here + 3_000


def test_a_centre_that_is_started_again_goes_on_too(road: Road, bringing: Bringing, line: Callable[..., Line]) -> None:
    bad = line()
    bad.ends_after[UP] = 90_000
    bringing.is_cut_off(bad)
    road.town.world.open_again()
    with serving(build_app(road.town.world.centre)) as url:
        road.url = url
        again = Line(("127.0.0.1", int(urlsplit(url).port or 0)))
        bringing.once(again)
        again.close()

    assert bringing.told[0].done > 60_000
    assert everything_arrived(bringing, road.walker)


def test_somebody_may_stop_and_go_on(road: Road, bringing: Bringing, line: Callable[..., Line]) -> None:
    good = line()
    with pytest.raises(StoppedError):
        bringing.once(good, stop=lambda: bool(bringing.told) and bringing.told[-1].done > 0)

    bringing.once(good)

    assert bringing.told[0].done > 0
    assert everything_arrived(bringing, road.walker)


def test_what_a_medium_spoilt_of_an_answer_is_fetched_again(
    road: Road, bringing: Bringing, line: Callable[..., Line]
) -> None:
    bad = line()
    bad.ends_after[DOWN] = 40_000
    bringing.is_cut_off(bad)
    (part,) = bringing.file.parent.glob(".*.part")
    part.write_bytes(bytes(part.stat().st_size))

    bad.repair()
    bringing.once(bad)

    assert everything_arrived(bringing, road.walker)


def test_what_was_begun_of_another_answer_in_its_place_goes(
    road: Road, bringing: Bringing, line: Callable[..., Line]
) -> None:
    stale = bringing.file.with_name(f".{bringing.file.name}.0123456789abcdef.part")
    others = bringing.file.with_name(f".{bringing.file.name}s.0123456789abcdef.part")
    for one in (stale, others):
        one.write_bytes(b"of another answer")

    bringing.once(line())

    assert (stale.exists(), others.exists()) == (False, True)
    others.unlink()
    assert everything_arrived(bringing, road.walker)


def test_what_was_carried_is_carried_anew_when_somebody_brings_it_again(
    road: Road, bringing: Bringing, line: Callable[..., Line], tmp_path: Path
) -> None:
    good = line()
    bringing.once(good)
    first = bringing.file.read_bytes()
    bringing.file = tmp_path / "otra"

    bringing.once(good)

    assert bringing.file.read_bytes() != first
    assert everything_arrived(bringing, road.walker)


def test_a_line_that_carries_nothing_is_said(bringing: Bringing, line: Callable[..., Line]) -> None:
    with pytest.raises(UnreachableError):
        bringing.once(line(100))
