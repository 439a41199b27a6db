"""A laptop for the tests of the use cases: the real folder, store and classes, with a clock that stands still."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.client.keys import DeviceKeys
from sync.client.ports import DeviceIdentity
from terreno_app.desktop import OpenLaptop, compose
from terreno_app.domain.ids import Ids
from terreno_app.reconciliation import schema
from terreno_app.storage.folder import LaptopFolder
from terreno_app.storage.keyslots import Strength
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.to_centre import DEVICE_KEYS
from tests.factories import DEVICE, OFFICER, FixedClock, catalogues

PHRASE = "abeja brasa cielo dedo ébano"
CHEAP = Strength(memory_kib=64, passes=1, lanes=1)
EPOCH = "01990000-0000-7000-8000-0000000000ee"
CENTRE_BOX = DeviceKeys(b"c" * 32, b"d" * 32)


class Counted:
    """Random bytes that are never the same twice and always the same in a new run."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self, count: int) -> bytes:
        self.given += 1
        return self.given.to_bytes(8, "big").rjust(count, b"\x07")[-count:] if count > 8 else bytes(count)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


Enrol = Callable[..., OpenLaptop]


@pytest.fixture
def enrol(tmp_path: Path, clock: FixedClock) -> Iterator[Enrol]:
    """Make a laptop of any role; it is closed at the end."""
    opened: list[OpenLaptop] = []

    def make(role: str = "field", region: str = "13", device: str = DEVICE, label: str = "T07") -> OpenLaptop:
        folder = LaptopFolder(tmp_path / label, strength=CHEAP).create(OFFICER, OFFICER, PHRASE)
        with LaptopStore(folder.path, folder.key, schema(catalogues())) as store, store.transaction() as write:
            write.put_meta(DEVICE_KEYS, {"sign": "11" * 32, "box": "22" * 32})
            write.put_identity(
                DeviceIdentity(
                    device=device,
                    label=label,
                    region=region,
                    role=role,
                    stream=Ids(clock, Counted()).new(),
                    epoch=EPOCH,
                    central="http://127.0.0.1:9",
                    centre_keys={"sign": {}, "box": {"box": CENTRE_BOX.box_key}},
                    certificate={},
                )
            )
        laptop = compose(folder, catalogues(), clock, Counted())
        opened.append(laptop)
        return laptop

    yield make
    for laptop in opened:
        laptop.close()


@pytest.fixture
def laptop(enrol: Enrol) -> OpenLaptop:
    """A field laptop of region 13."""
    return enrol()


@pytest.fixture
def stand(laptop: OpenLaptop) -> OpenLaptop:
    """A field laptop with an outing open in La Florida."""
    planned = laptop.paper.register_one(
        {
            "kind": "outing",
            "planned_on": "2026-11-21",
            "comuna": "13110",
            "place_name": "Feria libre",
            "goal_attentions": 40,
            "sampling": {"method": "bernoulli", "p": "0.5"},
        },
        OFFICER,
    )
    laptop.outings.open(planned.id, OFFICER)
    return laptop
