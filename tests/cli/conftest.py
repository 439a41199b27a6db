"""A laptop that was enrolled once and is copied for each test, and a centre that answers on loopback."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.client.keys import DeviceKeys
from sync.client.ports import DeviceIdentity
from terreno_app import central_serving
from terreno_app.domain.ids import Ids
from terreno_app.machine import Machine
from terreno_app.reconciliation import schema
from terreno_app.storage.folder import LaptopFolder
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.to_centre import DEVICE_KEYS
from tests.cli.terminal import CHEAP, PHRASE, Terminal, jsonl
from tests.factories import DEVICE, OFFICER, FixedClock, catalogues

CENTRE_BOX = DeviceKeys(b"c" * 32, b"d" * 32)


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(monkeypatch, tmp_path):
    monkeypatch.setenv("TERRENO_PASSPHRASE", PHRASE)
    monkeypatch.setenv("TERRENO_DATA", str(tmp_path / "ninguna"))
    monkeypatch.delenv("TERRENO_CENTRAL_DATABASE", raising=False)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def waited() -> list[float]:
    """Seconds that the commands wanted to wait."""
    return []


@pytest.fixture
def terreno(clock, waited) -> Terminal:
    return Terminal(Machine(clock=clock, wait=waited.append, strength=CHEAP))


@pytest.fixture(scope="session")
def _enrolled(tmp_path_factory) -> Path:
    """A field laptop of region 13, enrolled at a centre that nobody can reach."""
    clock = FixedClock()
    folder = LaptopFolder(tmp_path_factory.mktemp("equipo"), strength=CHEAP).create(OFFICER, "Luis Soto", PHRASE)
    with folder, LaptopStore(folder.path, folder.key, schema(catalogues())) as store, store.transaction() as write:
        write.put_meta(DEVICE_KEYS, {"sign": "11" * 32, "box": "22" * 32})
        write.put_identity(
            DeviceIdentity(
                device=DEVICE,
                label="T07",
                region="13",
                role="field",
                stream=Ids(clock, bytes).new(),
                epoch=OFFICER,
                central="http://127.0.0.1:9",
                centre_keys={"sign": {}, "box": {"box": CENTRE_BOX.box_key}},
                certificate={},
            )
        )
    return folder.path


@pytest.fixture
def laptop(_enrolled, tmp_path) -> Path:
    """The folder of a laptop that works offline."""
    return Path(shutil.copytree(_enrolled, tmp_path / "equipo"))


@pytest.fixture
def at_the_stand(laptop, terreno, tmp_path):
    """A laptop with an outing open; gives its folder and the outing's id."""
    planned = terreno.json("record", jsonl(tmp_path / "plan.jsonl", AN_OUTING), data=laptop)["ids"][0]
    terreno.json("outing", "open", planned, data=laptop)
    return laptop, planned


AN_OUTING = {
    "kind": "outing",
    "planned_on": "2026-11-21",
    "comuna": "13110",
    "place_name": "Feria libre",
    "goal_attentions": 40,
    "sampling": {"method": "bernoulli", "p": "0.5"},
}


@dataclass(frozen=True)
class Centre:
    """A centre that serves."""

    url: str
    database: str
    officer: str
    terreno: Terminal
    folder: Path

    def code(self, role: str = "field", region: str = "13", hours: int = 24) -> str:
        told = self.terreno.json(
            "central", "code", "--region", region, "--role", role, "--hours", hours, "--database", self.database
        )
        return str(told["code"])

    def laptop(self, name: str, role: str = "field", region: str = "13") -> Path:
        """The folder of a laptop that is enrolled here."""
        folder = self.folder / name
        enrol = ("enrol", "--central", self.url, "--code", self.code(role, region), "--officer", self.officer)
        self.terreno.json(*enrol, data=folder)
        return folder


@pytest.fixture
def founded(terreno, tmp_path) -> str:
    """The database of a centre that does not serve."""
    database = f"sqlite:///{tmp_path / 'centro.db'}"
    terreno.json("central", "init", "--coordinator", "Ana Peña", "--database", database)
    return database


@pytest.fixture
def centre(terreno, founded, clock, tmp_path) -> Iterator[Centre]:
    told = terreno.json(
        "central", "officer", "add", "Luis Soto", "--region", "13", "--role", "officer", "--database", founded
    )
    with central_serving.serving(founded, clock=clock) as url:
        yield Centre(url, founded, told["id"], terreno, tmp_path)
