"""Killed at every step of a fork, of a new epoch and of an answer by stick, a laptop goes on as if nothing were."""

import shutil
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from sync.central.ground import Surroundings
from sync.central.operate.restore import begin_anew
from sync.central.stores import open_store
from sync.client.receipts import verify_delivery
from terreno_app.desktop import open_laptop
from terreno_app.machine import Machine
from tests.cli.terminal import PHRASE, enquiry
from tests.days.town import no_wait

KILLED = -9


def killed_at_every_step(laptops, start, **told):
    """Copies of a folder, each killed one step further than the one before and begun again; the last one lives on."""
    copies, exits = [], []
    while 0 not in exits:
        folder = shutil.copytree(start, start.with_name(f"{start.name}-{len(copies)}"))
        first = laptops.begin(folder.name, folder=str(folder), every_step=True, number=len(copies) + 1, **told)
        first.listen()
        assert first.exit in {KILLED, 0}
        again = laptops.begin(folder.name, folder=str(folder), **told)
        again.listen()
        assert (again.exit, again.told("pending")) == (0, [0])
        copies.append(folder)
        exits.append(first.exit)
    return copies


def as_it_is(folder):
    """Label, epoch, and how long each attention waited, of a laptop that is whole and whose every receipt holds."""
    with closing(open_laptop(folder, None, lambda: PHRASE, machine=Machine(wait=no_wait))) as laptop:
        identity = laptop.store.identity()
        deliveries = list(laptop.store.deliveries())
        for delivery in deliveries:
            verify_delivery(delivery, identity.centre_keys)
        assert deliveries
        assert laptop.store.faults() == ()
        return (
            identity.label,
            identity.epoch,
            {shown.record: shown.fields.get("wait_min") for shown in laptop.store.select("attention")},
        )


def ops_of(centre, records):
    """How often the centre holds an op of each of these records."""
    return [centre.rows("SELECT COUNT(*) FROM ops WHERE record = ?", record)[0][0] for record in records]


def image_of(equipment, name):
    return replace(equipment, folder=Path(shutil.copytree(equipment.folder, equipment.folder.with_name(name))))


@pytest.fixture
def town(begin, own_centre):
    return begin(own_centre, laptops=1)


def test_a_laptop_killed_at_any_step_of_a_fork_goes_on_under_one_label(town, laptops, tell):
    (one,) = town.field
    one.record(enquiry())
    town.settle()
    clone = image_of(one, "imagen")
    one.record(enquiry())
    one.sync()
    typed = clone.record(enquiry(), enquiry())

    copies = killed_at_every_step(laptops, clone.folder)

    labels = [as_it_is(folder)[0] for folder in copies]
    tell(f"{len(copies) - 1} kills within a fork")
    assert len(copies) > 15
    assert len({as_it_is(one.folder)[0], *labels}) == len(copies) + 1
    assert sorted(labels) == [f"T{number:02}" for number in range(3, 3 + len(copies))]
    assert ops_of(town.centre, typed) == [1, 1]
    assert town.centre.faults() == []


def test_a_laptop_killed_at_any_step_of_a_new_epoch_hands_everything_in_again(town, laptops, tell):
    (one,) = town.field
    known = one.record(enquiry())
    town.settle()
    saved = town.centre.folder / "respaldo"
    town.centre.end()
    shutil.copy(town.centre.folder / "centro.db", saved)
    town.centre.start()
    lost = one.record(enquiry(), enquiry())
    one.sync()
    waiting = one.record(enquiry())
    town.centre.end()
    shutil.copy(saved, town.centre.folder / "centro.db")
    epoch = begun_anew(town.centre)
    town.centre.start()

    copies = killed_at_every_step(laptops, one.folder)

    tell(f"{len(copies) - 1} kills within a change of epoch")
    assert len(copies) > 15
    for folder in copies:
        assert as_it_is(folder)[1:] == (epoch, dict.fromkeys([*known, *lost, *waiting]))
    assert ops_of(town.centre, [*known, *lost, *waiting]) == [1] * 4
    assert town.centre.faults() == []


def begun_anew(centre):
    machine = Machine()
    ids = count(1)
    surroundings = Surroundings(machine.clock.now, machine.random, lambda: f"01990000-0000-7000-8000-{next(ids):012x}")
    with closing(open_store(centre.database)) as store, store.writing() as tx:
        return begin_anew(tx, surroundings)


def test_a_laptop_killed_at_any_step_of_an_answer_by_stick_takes_it_in_when_it_comes_again(
    town, laptops, tmp_path, tell
):
    (one,) = town.field
    (known,) = one.record(enquiry())
    town.settle()
    town.office.edit(known, "wait_min=7")
    town.office.sync()
    typed = one.record(*[enquiry() for _ in range(3)])
    one("bundle", "export", tmp_path / "ida")
    town.office("bundle", "carry", tmp_path / "ida", "--out", tmp_path / "vuelta")

    copies = killed_at_every_step(laptops, one.folder, answer=str(tmp_path / "vuelta"))

    tell(f"{len(copies) - 1} kills within an answer by stick")
    assert len(copies) > 10
    for folder in copies:
        assert as_it_is(folder)[2] == {known: 7, **dict.fromkeys(typed)}
    assert town.centre.faults() == []
