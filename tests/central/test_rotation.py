"""New keys for a centre: everybody learns them by the old ones, and what was signed or sealed before stays good."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sync.central.centre import Centre
from sync.central.operate.backup import write_backup
from sync.central.operate.check import check
from sync.central.operate.inspection import signature_holds
from sync.central.operate.restore import restore
from sync.central.operate.rotation import Rotated, end_old_keys, rotate
from sync.central.ports import Transaction
from sync.client.keys import first_keys, trusted_keys
from sync.core.trust import BOX, SIGN, by_use
from tests.central.speaking import World, bare_place, place_in, reasons, sealed_for, statuses
from tests.central.toy import SALT, SCHEMA


def nowhere(_: Transaction) -> None:
    """A test that looks at keys needs no copy."""


def rotated(world: World) -> Rotated:
    return rotate(world.store, world.surroundings, nowhere)


def secrets(world: World) -> dict[str, str]:
    return dict(world.rows("SELECT id, secret FROM centre_keys"))


def newest(world: World, use: str) -> Any:
    return [key for key in world.centre.ground.keys.public if key.use == use][-1]


def test_who_knows_the_old_keys_learns_the_new_ones_by_them(world: World) -> None:
    known = by_use(world.centre.ground.keys.public)

    told = rotated(world)

    trusted, unknown = trusted_keys(known, world.open_again().ground.keys.public)
    assert tuple(key.id for key in trusted) == told.made
    assert unknown == ()


def test_who_comes_later_trusts_all_of_them_from_the_first_one(world: World) -> None:
    for _ in range(3):
        rotated(world)

    first, kept = first_keys(world.open_again().ground.keys.public)

    assert first.by is None
    assert (len(kept[SIGN]), len(kept[BOX])) == (4, 4)


def test_nobody_can_sign_with_the_key_before_any_more(world: World) -> None:
    before = newest(world, SIGN).id

    told = rotated(world)

    assert told.destroyed == (before,)
    assert [key for key, secret in secrets(world).items() if not secret] == [before]


@pytest.mark.parametrize("kept_by", ["sqlite"], indirect=True)
def test_a_secret_that_was_destroyed_is_nowhere_in_the_file(world: World, tmp_path: Path) -> None:
    secret = secrets(world)[newest(world, SIGN).id]
    rotated(world)

    world.store.close()

    assert secret.encode() not in (tmp_path / "centre.db").read_bytes()
    world.open_again()


def test_a_centre_that_serves_takes_up_its_new_keys_by_itself(world: World) -> None:
    serving, laptop = world.centre, world.laptop()
    old = laptop.push(laptop.op(fields={"title": "Before"})).receipt

    beside = place_in(world.folder).open()
    told = rotate(beside, world.surroundings, nowhere)
    beside.close()

    assert [key["id"] for key in serving.status()["keys"][-2:]] == list(told.made)
    new = laptop.push(laptop.op(fields={"title": "After"})).receipt
    keys = {key.id: key.key for key in serving.ground.keys.public}
    assert new.key == told.made[0] != old.key
    assert all(signature_holds(keys[one.key], one.signed_bytes, one.signature) for one in (old, new))


def test_a_device_that_asks_first_makes_a_serving_centre_take_up_its_keys(world: World) -> None:
    laptop = world.laptop()
    told = rotated(world)

    answer = laptop.push(laptop.op(fields={"title": "After"}))

    assert answer.receipt.key == told.made[0]


def sealed_note(world: World) -> tuple[Any, dict[str, Any]]:
    """An op with private values as they come from a journal, sealed to the centre's present box key."""
    laptop = world.laptop()
    values = {"body": "By the bridge"}
    op = laptop.op(fields={"title": "A"}, values=values)
    return (laptop, op), {op.id: {"sealed": sealed_for(world, {"salt": SALT.hex(), "fields": values})}}


@pytest.mark.parametrize(("days", "outcome"), [(34, ("applied", None)), (36, ("quarantined", "values"))])
def test_what_was_sealed_to_the_old_key_opens_for_35_days(world: World, days: int, outcome: Any) -> None:
    (laptop, op), values = sealed_note(world)
    rotated(world)
    world.clock.move(days=days)

    end_old_keys(world.store, world.clock.now())
    answer = laptop.push(op, raw_values=values)

    assert (statuses(answer)[0], reasons(answer)[0]) == outcome


def test_an_old_key_stays_while_something_waits_that_only_it_opens(world: World) -> None:
    (laptop, op), values = sealed_note(world)
    unknown = replace(op, kind="spaceship")
    laptop.push(unknown, raw_values=values)
    old = newest(world, BOX).id
    rotated(world)
    world.clock.move(days=100)

    kept = end_old_keys(world.store, world.clock.now())
    world.centre.write("13", "quarantine", op.id, {"state": "rejected", "decided_by": None, "decided_reason": "so"})
    ended = end_old_keys(world.store, world.clock.now())

    assert (kept, ended) == ((), (old,))
    assert secrets(world)[old] == ""


def test_only_the_newest_box_key_is_left_in_the_end(world: World) -> None:
    for _ in range(3):
        rotated(world)
        world.clock.move(days=36)
    world.open_again()

    end_old_keys(world.store, world.clock.now())

    left = {key for key, secret in secrets(world).items() if secret}
    assert left == {newest(world, SIGN).id, newest(world, BOX).id}


def test_without_a_copy_there_are_no_new_keys(world: World) -> None:
    before = secrets(world)

    def full(_: Transaction) -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        rotate(world.store, world.surroundings, full)

    assert secrets(world) == before


def test_the_copy_that_is_made_first_holds_the_new_keys(world: World, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    told = rotate(
        world.store,
        world.surroundings,
        lambda tx: write_backup(tx, copy, world.clock.now(), lambda _: lambda _: None),
    )
    store = bare_place(tmp_path, "other.db").open(as_found=True)

    with copy.open("rb") as source:
        restore(source, store, world.surroundings, lambda _: lambda _: None)

    centre = Centre(store, SCHEMA, world.surroundings)
    assert [key.id for key in centre.ground.keys.public[-2:]] == list(told.made)
    store.close()


def test_a_centre_with_new_keys_has_no_fault(world: World) -> None:
    laptop = world.laptop()
    laptop.note()
    rotated(world)
    laptop.note()
    world.clock.move(days=36)
    rotated(world)
    world.laptop().note()
    faults: list[Any] = []

    with world.store.reading() as tx:
        check(tx, SCHEMA, faults.append, lambda _: lambda _: None)

    assert faults == []
