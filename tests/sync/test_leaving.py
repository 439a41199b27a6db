"""Personal values leave real laptops: by a person's erasure, or days after their receipt."""

from __future__ import annotations

import pytest

from sync.client.errors import ForgedError
from sync.client.pulling import check_vouched
from sync.core.instants import instant
from sync.core.protocol import Page, PulledRecord
from tests.sync.long_lives import SECRET, Laptop, Town
from tests.sync.toy import an_op, uid


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


def test_an_open_conflict_over_personal_values_leaves_a_field_laptop_with_them(town: Town) -> None:
    laptop, office = town.laptop(1), town.laptop(2, "coordination")
    laptop.save("r1", title="stays", body="first")
    laptop.sync()
    office.sync()
    office.save("r1", body="typed at the office")
    office.sync()
    laptop.save("r1", body=SECRET)
    laptop.sync()
    before = laptop.store.conflicts()

    town.world.clock.move(days=8)
    laptop.sync()

    assert [conflict.group for conflict in before] == [("body",)]
    assert not laptop.store.conflicts()


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


SEALED = "SELECT COUNT(*) FROM op_bodies WHERE sealed IS NOT NULL"


@pytest.fixture
def sealed(town: Town) -> Laptop:
    """A laptop whose personal values are in the sealed journal alone, thirty days after their receipt."""
    laptop = town.laptop(1)
    laptop.save("r1", title="stays", body=SECRET)
    laptop.sync()
    town.world.clock.move(days=8)
    laptop.sync()
    assert laptop.store._connections.query(SEALED) == [(1,)]
    town.world.clock.move(days=23)
    return laptop


def test_the_sealed_journal_ends_after_thirty_days(sealed: Laptop) -> None:
    sealed.sync()

    assert sealed.store._connections.query(SEALED) == [(0,)]


def test_the_sealed_journal_ends_also_where_each_synchronisation_follows_upon_opening(
    town: Town, sealed: Laptop
) -> None:
    sealed.store.retire(instant(town.world.clock.now()))

    sealed.sync()

    assert sealed.store._connections.query(SEALED) == [(0,)]


def test_the_sealed_journal_ends_also_on_a_laptop_that_became_one_of_coordination(town: Town, sealed: Laptop) -> None:
    town.world.centre.write("13", "device", sealed.store.identity().device, {"role": "coordination"})

    sealed.sync()

    assert sealed.store.identity().role == "coordination"
    assert sealed.store._connections.query(SEALED) == [(0,)]


def test_a_coordination_laptop_keeps_the_personal_values_of_its_region(town: Town) -> None:
    office = town.laptop(1, "coordination")
    office.save("r1", body=SECRET)
    office.sync()

    town.world.clock.move(days=40)
    office.sync()

    assert office.fields("r1") == {"body": SECRET}


def test_an_erasure_that_nobody_vouches_for_is_not_believed() -> None:
    told = {"erase": {"op": an_op(erase=True).to_wire(), "key": "k", "signature": "00"}}
    record = PulledRecord("note", uid("r1"), "13", 1, {}, "", {}, 1, extra=told)

    with pytest.raises(ForgedError):
        check_vouched(Page("epoch", "13", 0, 1, more=False, records=(record,)), {"sign": {"k": "ab" * 32}})
