"""The engine and the real centre over HTTP, with a schema of no country: both sides speak one protocol."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from sync.central.api import build_app
from sync.central.ground import Limits as CentreLimits
from sync.central.serve import serving
from sync.client.engine import Engine
from sync.client.enrolment import enrol
from sync.client.errors import CentralDownError, CodeRefusedError, OutsideScopeError, UnknownDeviceError
from sync.client.http import Central, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller, DeviceIdentity
from sync.client.progress import SyncOutcome
from tests.central.speaking import World
from tests.sync.lines import AT_ONCE
from tests.sync.memory_outbox import MemoryOutbox
from tests.sync.simulation import KilledError
from tests.sync.test_engine import STEPS
from tests.sync.toy import SCHEMA, Ids, uid

WORDS = tuple(f"palabra{number}" for number in range(2_048))


class Town:
    """A centre that listens, and laptops enrolled at it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.world = World(folder, schema=SCHEMA, limits=CentreLimits(requests_per_s=1e6, burst=10**6))
        stack.callback(self.world.store.close)
        self.url = stack.enter_context(serving(build_app(self.world.centre)))
        self.ids = Ids()
        self._stack = stack

    def central(self, keys: DeviceKeys, adapter: HTTPAdapter | None = None, schema: int = 1) -> Central:
        central = Central(Route(self.url), self.world.clock, keys, schema_version=schema)
        self._stack.callback(central.close)
        if adapter is not None:
            central.mount(adapter)
        return central

    def code(self, role: str = "field", region: str = "13") -> str:
        return self.world.centre.new_code(region, role, 24)[0]

    def laptop(self, number: int, role: str = "field") -> "Laptop":
        keys = DeviceKeys(bytes([number]) * 32, bytes([number + 100]) * 32)
        central = self.central(keys)
        enrolment = enrol(self.code(role), keys, "1.0", central)
        body = enrolment.certificate.body
        identity = DeviceIdentity(
            device=body["device"],
            label=body["label"],
            region=body["region"],
            role=body["role"],
            stream=self.ids.new(),
            epoch=enrolment.epoch,
            central=self.url,
            centre_keys=enrolment.centre_keys,
            certificate=enrolment.certificate.to_wire(),
        )
        return Laptop(self, keys, central, MemoryOutbox(identity, SCHEMA, self.ids))


class Laptop:
    """A memory outbox with the road to the real centre."""

    def __init__(self, town: Town, keys: DeviceKeys, central: Central, disk: MemoryOutbox) -> None:
        self.town = town
        self.keys = keys
        self.central = central
        self.disk = disk

    def save(self, *records: str, **changes: Any) -> None:
        for record in records:
            self.disk.save("note", uid(record), changes)

    def sync(self, **options: Any) -> SyncOutcome:
        central = options.pop("central", self.central)
        return Engine(self.disk, central, self.town.world.clock, settings=AT_ONCE, **options).run()

    @property
    def caller(self) -> Caller:
        return Caller(self.disk.identity().device, self.disk.identity().stream)

    def notes(self) -> dict[str, dict[str, Any]]:
        return {key[1]: fields for key, fields in self.disk.state()["shown"].items() if key[0] == "note"}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as stack:
        yield Town(tmp_path, stack)


def test_a_laptop_enrols_hands_in_and_another_reads_it(town: Town) -> None:
    first, second = town.laptop(1), town.laptop(2)
    first.save("r1", "r2", "r3", "r4", title="Ñuñoa", body="reservado")

    outcome = first.sync()
    second.sync()

    assert (outcome.sent, outcome.applied, outcome.pending) == (4, 4, 0)
    assert outcome.receipts == 2
    assert {uid(name) for name in ("r1", "r2", "r3", "r4")} == second.notes().keys()
    assert second.notes()[uid("r1")] == {"title": "Ñuñoa"}
    assert first.notes()[uid("r1")] == {"title": "Ñuñoa", "body": "reservado"}


def test_both_screens_show_the_same_six_words(town: Town) -> None:
    keys = DeviceKeys(bytes([7]) * 32, bytes([8]) * 32)
    central = town.central(keys)

    enrolment = enrol(town.code(), keys, "1.0", central)

    assert len(enrolment.words(WORDS)) == 6
    assert enrolment.certificate.body["label"] == "T01"


def test_a_code_enrols_one_laptop_only(town: Town) -> None:
    code = town.code()
    enrol(code, DeviceKeys(bytes([1]) * 32, bytes(32)), "1.0", town.central(DeviceKeys(bytes(32), bytes(32))))
    other = DeviceKeys(bytes([2]) * 32, bytes(32))

    with pytest.raises(CodeRefusedError) as refused:
        enrol(code, other, "1.0", town.central(other))

    assert refused.value.code == "code_used"


def test_two_values_wait_for_a_person_and_the_decision_reaches_everybody(town: Town) -> None:
    first, second = town.laptop(1), town.laptop(2)
    first.save("r1", title="water")
    first.sync()
    second.sync()
    first.save("r1", title="fire")
    second.save("r1", title="earth")
    first.sync()

    outcome = second.sync()
    (conflict,) = second.disk.open_conflicts()
    second.disk.save("note", uid("r1"), {"title": "earth"}, resolves=(conflict,))
    second.sync()
    first.sync()

    assert outcome.conflicts == 1
    assert first.notes() == second.notes() == {uid("r1"): {"title": "earth"}}
    assert first.disk.open_conflicts() == second.disk.open_conflicts() == {}


def test_an_op_in_quarantine_holds_nobody_else_and_is_known_here(town: Town) -> None:
    laptop = town.laptop(1)
    laptop.save("r1", title="water", born="1990")
    laptop.sync()
    laptop.save("r1", born="1991")
    laptop.save("r2", title="fire")

    outcome = laptop.sync()

    assert (outcome.quarantined, outcome.applied) == (1, 1)
    told = [fields for key, fields in laptop.disk.state()["shown"].items() if key[0] == "quarantine"]
    assert [(one["reason"], one["state"]) for one in told] == [("immutable", "waiting")]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_point_and_run_again_the_centre_holds_each_op_once(town: Town, step: str) -> None:
    laptop, reader = town.laptop(1), town.laptop(2)
    laptop.save("r1", "r2", "r3", "r4", title="water")
    laptop.save("r1", colour="blue")

    def kill(name: str) -> None:
        if name == step:
            raise KilledError

    with pytest.raises(KilledError):
        laptop.sync(at=kill)
    laptop.sync()
    reader.sync()

    assert laptop.disk.pending() == 0
    assert reader.notes() == laptop.notes()
    assert town.world.rows("SELECT COUNT(*) FROM ops WHERE kind = 'note'") == [(5,)]


class Doubling(HTTPAdapter):
    """Sends every request twice and loses every third answer."""

    count = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        super().send(request, **options).close()
        answer = super().send(request, **options)
        self.count += 1
        if self.count % 3 == 0:
            answer.close()
            raise requests.ConnectionError("lost")
        return answer


def test_doubled_requests_and_lost_answers_end_the_same(town: Town) -> None:
    laptop, reader = town.laptop(1), town.laptop(2)
    laptop.save(*(f"r{number}" for number in range(9)), title="water")

    outcome = laptop.sync(central=town.central(laptop.keys, Doubling()))
    reader.sync()

    assert (outcome.sent, outcome.pending) == (9, 0)
    assert outcome.applied + outcome.repeated == 9
    assert reader.notes() == laptop.notes()
    assert town.world.rows("SELECT COUNT(*) FROM ops WHERE kind = 'note'") == [(9,)]


def test_history_and_tallies_come_over_the_same_road(town: Town) -> None:
    laptop, coordination = town.laptop(1), town.laptop(2, role="coordination")
    laptop.save("r1", title="water")
    laptop.sync()

    history = laptop.central.history("note", uid("r1"), laptop.caller)
    counts = {"counts": [{"name": "all", "kind": "note", "measures": ["n"]}]}
    tallies = coordination.central.tallies(counts, coordination.caller)

    assert [one["status"] for one in history["ops"]] == ["applied"]
    assert tallies["tallies"]["all"] == [{"n": 1}]
    with pytest.raises(OutsideScopeError):
        laptop.central.tallies(counts, laptop.caller)


def test_a_wrong_clock_is_learnt_and_a_wrong_key_is_not_let_in(town: Town) -> None:
    laptop = town.laptop(1)
    stranger = town.central(DeviceKeys(bytes([9]) * 32, bytes([9]) * 32))
    laptop.save("r1", title="water")
    laptop.disk.offset_ms = 7_200_000

    outcome = laptop.sync()

    assert outcome.applied == 1
    assert laptop.disk.offset_ms == 0
    with pytest.raises(UnknownDeviceError):
        stranger.history("note", uid("r1"), laptop.caller)


def test_a_centre_that_went_away_is_down_and_nothing_is_lost(tmp_path: Path) -> None:
    with ExitStack() as stack:
        town = Town(tmp_path, stack)
        laptop = town.laptop(1)
        laptop.save("r1", title="water")
        stack.pop_all().close()

        with pytest.raises(CentralDownError):
            laptop.sync()

    assert laptop.disk.pending() == 1
