"""Real laptops and a real centre over HTTP: cloned images, backups put back, a restored centre, a person's erasure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sync.central.api import build_app
from sync.central.serve import serving
from sync.client.compose import Edit, compose
from sync.client.engine import Engine
from sync.client.enrolment import enrol
from sync.client.errors import ForgedError, ForkError
from sync.client.http import Central, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller, DeviceIdentity
from sync.client.progress import SyncOutcome
from sync.client.pulling import check_vouched
from sync.core.ops import Op
from sync.core.protocol import Page, PulledRecord
from sync.core.schema import Json
from terreno_app.storage.laptop_store import LaptopStore
from tests.central.speaking import World
from tests.sync.lines import AT_ONCE
from tests.sync.toy import NOTE, SCHEMA, Ids, an_op, uid

SECRET = "what nobody else may read"


class Town:
    """A centre that listens on loopback, and the folders of its laptops."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.ids = Ids()
        self.world = World(folder, schema=SCHEMA)
        self._stack = stack
        self._listening = ExitStack()
        stack.callback(lambda: (self._listening.close(), self.world.store.close()))
        self.url = self._listening.enter_context(serving(build_app(self.world.centre)))

    def laptop(self, number: int, role: str = "field") -> Laptop:
        keys = DeviceKeys(bytes([number]) * 32, bytes([number + 100]) * 32)
        code, _ = self.world.centre.new_code("13", role, 24)
        laptop = Laptop(self, self.folder / f"laptop{number}", keys)
        enrolment = enrol(code, keys, "1.0", laptop.central())
        body = enrolment.certificate.body
        with laptop.store.transaction() as write:
            write.put_identity(
                DeviceIdentity(
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
            )
        return laptop

    def backup(self) -> Path:
        kept = self.folder / "backup.db"
        self.world.rows("SELECT 1")
        self.world.store._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self.folder / "centre.db", kept)
        return kept

    def restore(self, backup: Path) -> None:
        """What a restore does: the old rows, a new epoch, a new stream of its own, a gap in the labels."""
        self._listening.close()
        self.world.store.close()
        for left in self.folder.glob("centre.db*"):
            left.unlink()
        shutil.copyfile(backup, self.folder / "centre.db")
        self.world.open_again()
        with self.world.store.writing() as tx:
            tx.add_epoch(self.ids.new(), "2026-11-22T00:00:00.000Z")
            tx.set_value("stream", self.ids.new())
            tx.set_value("last_label", str(int(tx.value("last_label") or "0") + 1_000))
        self.world.open_again()
        self.url = self._listening.enter_context(serving(build_app(self.world.centre)))

    def confirm(self, laptop: Laptop) -> None:
        self.world.centre.write("13", "device", laptop.store.identity().device, {"confirmation": "confirmed"})


class Laptop:
    """A laptop's folder, opened."""

    def __init__(self, town: Town, folder: Path, keys: DeviceKeys) -> None:
        folder.mkdir(exist_ok=True)
        self.town = town
        self.folder = folder
        self.keys = keys
        schema = town.world.centre.ground.schema
        self.store = LaptopStore(folder, bytes(range(32)), schema, new_id=town.ids.new, durable=False)
        town._stack.callback(self.store.close)

    def central(self) -> Central:
        central = Central(Route(self.town.url), self.town.world.clock, self.keys, schema_version=1)
        self.town._stack.callback(central.close)
        return central

    def copy(self, name: str) -> Laptop:
        """A byte for byte copy of the folder, opened as another machine does."""
        self.store._connections.query("PRAGMA wal_checkpoint(TRUNCATE)")
        target = self.town.folder / name
        shutil.copytree(self.folder, target)
        return Laptop(self.town, target, self.keys)

    def save(self, record: str = "r1", *, resolves: tuple[str, ...] = (), **changes: Json) -> Op:
        shown = self.store.shown("note", uid(record))
        edit = Edit(
            record=uid(record),
            region="13",
            changes=changes,
            author=uid("officer"),
            captured_at="2026-11-21T12:00:00.000Z",
            fields=shown.fields if shown else {},
            seen=shown.writers if shown else {},
            resolves=resolves,
        )
        op, values = compose(edit, op_id=self.town.ids.new(), salt=bytes(16), kind=NOTE, schema_version=1)
        with self.store.transaction() as write:
            write.append(op, values)
        return op

    def erase(self, record: str = "r1") -> None:
        op = an_op(self.town.ids.new(), record=record, erase=True)
        with self.store.transaction() as write:
            write.append(op, None)

    def sync(self) -> SyncOutcome:
        return Engine(self.store, self.central(), self.town.world.clock, settings=AT_ONCE).run()

    def fields(self, record: str = "r1") -> Mapping[str, Json]:
        shown = self.store.shown("note", uid(record))
        return {} if shown is None else shown.fields

    def holds(self, text: str) -> bool:
        """Whether any table of the laptop holds a text."""
        rows = self.store._connections.query("SELECT name FROM sqlite_master WHERE type = 'table'")
        return any(
            text in (cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell))
            for (table,) in rows
            for row in self.store._connections.query(f"SELECT * FROM {table}")  # noqa: S608
            for cell in row
        )


def codes(outcome: SyncOutcome) -> list[str]:
    return [warning.code for warning in outcome.warnings]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as stack:
        yield Town(tmp_path, stack)


def test_a_cloned_laptop_goes_on_under_a_label_of_its_own_and_waits_for_confirmation(town: Town) -> None:
    laptop = town.laptop(1)
    laptop.save("r1", title="before")
    laptop.sync()
    clone = laptop.copy("clone")
    laptop.save("r2", title="from the first")
    clone.save("r3", title="from the clone")
    laptop.sync()

    first = clone.sync()
    town.confirm(clone)
    second = clone.sync()
    laptop.sync()

    assert (first.applied, codes(first)) == (1, ["new_label", "unconfirmed"])
    assert clone.store.identity().label == "T02"
    assert codes(second) == []
    assert [clone.fields(name)["title"] for name in ("r1", "r2", "r3")] == [
        "before",
        "from the first",
        "from the clone",
    ]
    assert {name: laptop.fields(name) for name in ("r1", "r2", "r3")} == {
        name: clone.fields(name) for name in ("r1", "r2", "r3")
    }


def test_an_answer_to_a_fork_that_is_lost_leads_to_the_same_label(town: Town) -> None:
    laptop = town.laptop(1)
    laptop.save("r1", title="before")
    laptop.sync()
    clone = laptop.copy("clone")
    laptop.save("r2", title="from the first")
    laptop.sync()
    clone.save("r3", title="from the clone")
    clone.store.name_next_stream()
    batch, identity = clone.store.next_batch(10, 100_000), clone.store.identity()
    assert batch is not None
    with pytest.raises(ForkError) as lost:
        clone.central().push(batch, Caller(identity.device, batch.stream))

    clone.sync()

    assert lost.value.certificate is not None
    assert clone.store.identity().certificate == lost.value.certificate.to_wire()
    assert clone.store.identity().stream == batch.next_stream
    assert town.world.rows("SELECT COUNT(*) FROM stream_certificates") == [(1,)]


def test_a_backup_put_back_on_a_laptop_loses_nothing_that_the_centre_has(town: Town) -> None:
    laptop = town.laptop(1)
    laptop.save("r1", title="before")
    laptop.sync()
    backup = laptop.copy("backup")
    laptop.save("r2", title="after the backup")
    laptop.sync()

    backup.save("r3", title="typed on what came back")
    backup.sync()
    town.confirm(backup)
    outcome = backup.sync()

    assert outcome.pending == 0
    assert backup.fields("r2")["title"] == "after the backup"


def test_a_restored_centre_gets_back_everything_from_devices_it_does_and_does_not_know(town: Town) -> None:
    office, early = town.laptop(1, "coordination"), town.laptop(2)
    early.save("r1", title="in the backup")
    early.sync()
    backup = town.backup()
    late = town.laptop(3)
    early.save("r2", title="lost by the centre", body=SECRET)
    late.save("r3", title="of a device that the backup does not know")
    for laptop in (early, late, office):
        laptop.sync()
    town.restore(backup)

    outcomes = {laptop: laptop.sync() for laptop in (early, late, office)}
    town.confirm(late)
    for laptop in (late, office, early):
        laptop.sync()

    assert codes(outcomes[early]) == ["new_epoch"]
    assert codes(outcomes[late]) == ["new_epoch", "unconfirmed"]
    for laptop in (early, late, office):
        assert laptop.store.pending() == 0
        assert [laptop.fields(name).get("title") for name in ("r1", "r2", "r3")] == [
            "in the backup",
            "lost by the centre",
            "of a device that the backup does not know",
        ]
    assert office.fields("r2")["body"] == early.fields("r2")["body"] == SECRET
    assert late.store.identity().label == "T03"


def test_an_erasure_reaches_every_disk_and_survives_a_restored_centre(town: Town) -> None:
    office, laptop = town.laptop(1, "coordination"), town.laptop(2)
    laptop.save("r1", title="stays", body=SECRET)
    with laptop.store.transaction() as write:
        write.save_draft(f"edit/{uid('r1')}", {"title": "typed", "values": [{"body": SECRET}]})
    laptop.sync()
    office.sync()
    backup = town.backup()
    office.erase("r1")
    office.sync()
    laptop.sync()
    town.restore(backup)

    laptop.sync()
    office.sync()

    for one in (laptop, office):
        assert one.fields("r1") == {"title": "stays"}
        assert not one.holds(SECRET)
    assert laptop.store.drafts() == {f"edit/{uid('r1')}": {"title": "typed", "values": [{}]}}
    assert town.world.rows("SELECT COUNT(*) FROM private_values") == [(0,)]
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in town.folder.glob("centre.db*"))


def test_the_laptop_that_erases_shows_it_at_once_and_sends_no_value_any_more(town: Town) -> None:
    office = town.laptop(1, "coordination")
    office.save("r1", title="stays", body=SECRET)

    office.erase("r1")
    outcome = office.sync()

    assert office.fields("r1") == {"title": "stays"}
    assert not office.holds(SECRET)
    assert (outcome.pending, outcome.applied, outcome.quarantined) == (0, 2, 0)


def test_values_typed_before_the_erasure_is_known_leave_when_it_comes(town: Town) -> None:
    office, laptop = town.laptop(1, "coordination"), town.laptop(2)
    laptop.save("r1", title="stays", body="first words")
    laptop.sync()
    office.sync()
    office.erase("r1")
    office.sync()

    laptop.save("r1", body=SECRET)
    laptop.sync()

    assert laptop.fields("r1") == {"title": "stays"}
    assert not laptop.holds(SECRET)


def test_values_typed_after_the_erasure_is_known_leave_though_their_op_waits(town: Town) -> None:
    office, laptop = town.laptop(1, "coordination"), town.laptop(2)
    laptop.save("r1", title="stays", body="first words", born="1960")
    laptop.sync()
    office.sync()
    office.erase("r1")
    office.sync()
    laptop.sync()

    laptop.save("r1", body=SECRET, born="1961")
    outcome = laptop.sync()

    assert outcome.quarantined == 1
    assert not laptop.holds(SECRET)
    assert "body" not in laptop.fields("r1")
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in town.folder.glob("centre.db*"))


def test_personal_values_leave_a_field_laptop_seven_days_after_their_receipt_and_never_before(town: Town) -> None:
    laptop = town.laptop(1)
    laptop.save("r1", title="stays", body=SECRET)
    laptop.sync()
    laptop.save("r2", title="pending", body="not sent yet")
    town.world.clock.move(days=6, hours=23)
    laptop.store.retire("2026-11-28T14:04:05.000Z")
    before = laptop.fields("r1")

    town.world.clock.move(hours=2)
    laptop.sync()

    assert before["body"] == SECRET
    assert laptop.fields("r1") == {"title": "stays"}
    assert not laptop.holds(SECRET)
    assert laptop.fields("r2")["body"] == "not sent yet"


def test_what_is_sealed_in_the_journal_opens_at_a_restored_centre(town: Town) -> None:
    laptop, office = town.laptop(1), town.laptop(2, "coordination")
    backup = town.backup()
    laptop.save("r1", title="stays", body=SECRET)
    laptop.sync()
    town.world.clock.move(days=8)
    laptop.sync()
    town.restore(backup)

    laptop.sync()
    office.sync()

    assert office.fields("r1") == {"title": "stays", "body": SECRET}


def test_values_that_came_without_an_op_of_this_laptop_leave_after_seven_days_too(town: Town) -> None:
    laptop = town.laptop(1)
    empty = laptop.copy("backup")
    laptop.save("r1", title="stays", body=SECRET)
    laptop.sync()
    empty.sync()
    town.world.clock.move(days=6)
    empty.sync()
    before = empty.fields("r1")

    town.world.clock.move(days=2)
    empty.sync()

    assert before["body"] == SECRET
    assert empty.fields("r1") == {"title": "stays"}
    assert not empty.holds(SECRET)


def test_the_sealed_journal_ends_after_thirty_days(town: Town) -> None:
    laptop = town.laptop(1)
    laptop.save("r1", title="stays", body=SECRET)
    laptop.sync()
    town.world.clock.move(days=8)
    laptop.sync()
    sealed = "SELECT COUNT(*) FROM op_bodies WHERE sealed IS NOT NULL"
    kept = laptop.store._connections.query(sealed)[0][0]

    town.world.clock.move(days=23)
    laptop.sync()

    assert (kept, laptop.store._connections.query(sealed)[0][0]) == (1, 0)


def test_a_coordination_laptop_keeps_the_personal_values_of_its_region(town: Town) -> None:
    office = town.laptop(1, "coordination")
    office.save("r1", body=SECRET)
    office.sync()

    town.world.clock.move(days=40)
    office.sync()

    assert office.fields("r1") == {"body": SECRET}


def test_a_decision_of_the_centre_comes_back_from_a_coordination_laptop_after_a_restore(town: Town) -> None:
    office, laptop = town.laptop(1, "coordination"), town.laptop(2)
    backup = town.backup()
    town.world.centre.write("13", "device", laptop.store.identity().device, {"status": "revoked"})
    office.sync()
    town.restore(backup)

    office.sync()

    device = town.world.centre.device(laptop.store.identity().device)
    assert device is not None
    assert device.status == "revoked"
    assert office.store.pending() == 0


def test_a_stream_of_vouched_ops_that_cannot_go_on_is_begun_again(town: Town) -> None:
    office, laptop = town.laptop(1, "coordination"), town.laptop(2)
    laptop.save("r1", title="stays", body=SECRET)
    laptop.sync()
    office.sync()
    office.erase("r1")
    office.sync()
    laptop.sync()
    backup = town.backup()
    town.restore(backup)
    laptop.store.enter_epoch(town.world.centre.status()["epoch"])
    offered = laptop.store.next_batch(10, 100_000)

    laptop.store.restart_stream(None)
    again = laptop.store.next_batch(10, 100_000)
    outcome = laptop.sync()

    assert offered is not None
    assert again is not None
    assert (again.ops, again.proofs, again.first_seq, again.prev) == (offered.ops, offered.proofs, 1, "")
    assert again.stream != offered.stream
    assert outcome.pending == 0


def test_a_device_with_another_role_reads_again_from_the_beginning_and_keeps_what_it_may_see(town: Town) -> None:
    office, laptop, other = town.laptop(1, "coordination"), town.laptop(2), town.laptop(3)
    other.save("r1", title="of another laptop", body=SECRET)
    for one in (other, laptop, office):
        one.sync()
    device = laptop.store.identity().device
    before = laptop.fields("r1")
    town.world.centre.write("13", "device", device, {"role": "coordination"})
    laptop.save("r2", title="typed meanwhile")

    promoted = laptop.sync()
    with_private = laptop.fields("r1")
    town.world.centre.write("13", "device", device, {"role": "field"})
    laptop.sync()

    assert before == laptop.fields("r1") == {"title": "of another laptop"}
    assert with_private == {"title": "of another laptop", "body": SECRET}
    assert ("new_role", "coordination") in [(warning.code, warning.message) for warning in promoted.warnings]
    assert not laptop.holds(SECRET)
    assert laptop.fields("r2") == {"title": "typed meanwhile"}
    assert laptop.store.pending() == 0


@pytest.mark.parametrize(
    "extra",
    [
        {"stream": "no"},
        {"stream": [{}]},
        {"stream": [{"op": {}, "key": "k", "signature": "00"}]},
        {"stream": [{"op": an_op().to_wire(), "key": "k", "signature": "00"}]},
    ],
)
def test_a_page_whose_vouched_ops_do_not_hold_is_not_stored(extra: dict[str, Any]) -> None:
    page = Page("epoch", "13", 1, more=False, records=(), extra=extra)

    with pytest.raises(ForgedError):
        check_vouched(page, {"sign": {}})


def test_an_erasure_that_nobody_vouches_for_is_not_believed() -> None:
    told = {"erase": {"op": an_op(erase=True).to_wire(), "key": "k", "signature": "00"}}
    record = PulledRecord("note", uid("r1"), "13", 1, {}, "", {}, 1, extra=told)

    with pytest.raises(ForgedError):
        check_vouched(Page("epoch", "13", 1, more=False, records=(record,)), {"sign": {"k": "ab" * 32}})
