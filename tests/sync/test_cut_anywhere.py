"""A synchronisation whose road ends at any byte, asked or answered: nothing is half of anything."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from sync.central.api import build_app
from sync.central.ground import Limits
from sync.central.operate.check import check
from sync.central.serve import serving
from sync.client.errors import CentralDownError
from sync.client.receipts import verify_delivery
from sync.core.schema import Json
from tests.central.speaking import World
from tests.sync.real_laptop import RealLaptop
from tests.sync.road import DOWN, UP, Road
from tests.sync.toy import SCHEMA

pytestmark = pytest.mark.uncounted


class Place:
    """A centre that listens, one laptop at the end of a bad road, and one beside the centre."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.world = World(folder, schema=SCHEMA, limits=Limits(requests_per_s=1e6, burst=10**6))
        stack.callback(self.world.store.close)
        port = urlsplit(stack.enter_context(serving(build_app(self.world.centre)))).port
        assert port is not None
        self.road = Road(("127.0.0.1", port))
        stack.callback(self.road.close)
        self.far = RealLaptop.enrolled(self.world, f"http://127.0.0.1:{self.road.port}", folder / "far")
        stack.callback(self.far.store.close)
        self.near = self.world.laptop()

    def is_cut_off(self) -> bool:
        try:
            self.far.sync()
        except CentralDownError:
            return True
        return False

    def exchange(self, name: str) -> list[str]:
        """Three ops to hand in, and three records to bring home; gives the ops."""
        self.near.push(*(self.near.op(fields={"title": f"near {name} {number}"}) for number in range(3)))
        titles = [f"far {name} {number}" for number in range(3)]
        return [self.far.save({"title": title, "body": f"private {title}"}) for title in titles]

    def shown(self) -> set[Json]:
        return {record.fields["title"] for record in self.far.store.select("note")}

    def stored(self) -> list[int]:
        """The changes of the records that pages brought."""
        held = self.far.store._connections.query("SELECT change FROM shown WHERE region = '13' AND change > 0")
        return sorted(change for (change,) in held)

    def at_the_centre(self, ops: list[str]) -> int:
        marks = ", ".join("?" * len(ops))
        ((held,),) = self.world.rows(f"SELECT COUNT(*) FROM ops WHERE id IN ({marks})", *ops)  # noqa: S608
        return int(held)

    def faults(self) -> list[object]:
        found: list[object] = []
        with self.world.store.reading() as tx:
            check(tx, SCHEMA, found.append, lambda _: lambda _: None)
        return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(tmp_path, stack)


@pytest.mark.parametrize("way", [UP, DOWN])
def test_a_road_that_ends_at_any_byte_leaves_nothing_half_done(
    place: Place, way: str, soak: Callable[[int, int], int], tell: Callable[[str], None]
) -> None:
    for name in ("the first", "one of many"):
        place.exchange(name)
        place.road.repair()
        place.far.sync()
    length = place.road.carried[way]
    ends = {0, 1, length - 1, *Random(way).sample(range(length), soak(40, length))}  # noqa: S311

    cut = 0
    for end in sorted(ends):
        ops = place.exchange(f"{way} {end}")
        place.road.ends_after[way] = end
        cut += place.is_cut_off()
        _nothing_is_half_done(place, ops)
        place.road.repair()
        outcome = place.far.sync()

        assert (outcome.pending, outcome.warnings, place.at_the_centre(ops)) == (0, (), len(ops))
        assert place.shown() >= {f"{who} {way} {end} {number}" for who in ("far", "near") for number in range(3)}

    tell(f"{length} bytes in an exchange, {len(ends)} ends, {cut} exchanges cut off")
    assert cut == len(ends)
    assert place.shown() == {record.fields["title"] for record in place.near.pulled().values()}
    assert place.far.store.faults() == ()
    assert place.faults() == []


def _nothing_is_half_done(place: Place, ops: list[str]) -> None:
    """Batches count whole, a receipt proves its ops, and a cursor stands for every record before it."""
    store = place.far.store
    deliveries = list(store.deliveries())
    for delivery in deliveries:
        verify_delivery(delivery, store.identity().centre_keys)
    proven = {result.op for delivery in deliveries for result in delivery.results}
    before = place.world.rows("SELECT change FROM records WHERE region = '13' AND change <= ?", store.cursor("13"))

    assert (store.pending(), place.at_the_centre(ops)) in {(3, 0), (3, 2), (1, 2), (1, 3), (0, 3)}
    assert len(proven.intersection(ops)) == 3 - store.pending()
    assert place.stored() == sorted(change for (change,) in before)
