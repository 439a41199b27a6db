"""Real laptops and a real centre over HTTP: cloned images, backups put back, a restored centre, another role."""

from __future__ import annotations

from typing import Any

import pytest

from sync.client.errors import ForgedError, ForkError
from sync.client.ports import Caller
from sync.client.pulling import check_vouched
from sync.core.protocol import Page
from tests.sync.long_lives import SECRET, Laptop, Town, codes
from tests.sync.toy import an_op


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
    status = town.world.centre.status()
    laptop.store.enter_epoch(status["epoch"], status["server_time"])
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
    ("role", "between", "body"),
    [("field", "coordination", {}), ("coordination", "field", {"body": SECRET})],
    ids=["to read more", "to read less"],
)
def test_a_role_that_was_changed_and_changed_back_leaves_nothing_of_itself(
    town: Town, role: str, between: str, body: dict[str, str]
) -> None:
    laptop, other = town.laptop(1, role), town.laptop(2)
    laptop.sync()
    other.save("r1", title="of another laptop", body=SECRET)
    other.sync()
    device = laptop.store.identity().device
    town.world.centre.write("13", "device", device, {"role": between})
    read_one_page(laptop)
    town.world.centre.write("13", "device", device, {"role": role})

    laptop.sync()

    assert laptop.fields("r1") == {"title": "of another laptop", **body}
    assert laptop.holds(SECRET) == bool(body)


def read_one_page(laptop: Laptop) -> None:
    """A synchronisation that is cut after its first record."""
    identity, since = laptop.store.identity(), laptop.store.cursor("13")
    page = laptop.central().pull("13", since, 1, Caller(identity.device, identity.stream, 0))
    laptop.store.accept_page(since, page)


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
    page = Page("epoch", "13", 0, 1, more=False, records=(), extra=extra)

    with pytest.raises(ForgedError):
        check_vouched(page, {"sign": {}})
