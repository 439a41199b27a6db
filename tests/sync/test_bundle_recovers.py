"""By stick, too: cloned images, backups put back, a restored centre, and answers that come when all is over."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.client.conversation import StoppedError
from sync.client.engine import Engine
from sync.client.errors import ForgedError
from sync.core.bundle import Manifest, to_frame
from sync.core.errors import UnreadableBundleError
from sync.core.problems import ProblemType, problem
from sync.core.trust import CentreStatus
from tests.sync.sticks import Town, Walker, a_town
from tests.sync.toy import uid


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    yield from a_town(tmp_path)


def codes(outcome: Any) -> list[str]:
    return [told.code for told in outcome.warnings]


def forked(town: Town) -> tuple[Walker, Walker]:
    """A laptop and its clone, each with an op of its own; that of the first was received."""
    walker = town.walker()
    walker.save("r1", title="water")
    walker.walk()
    clone = walker.copied("clone")
    walker.save("r2", title="fire")
    clone.save("r3", title="earth")
    walker.walk()
    return walker, clone


def test_a_clone_goes_on_under_a_new_label_after_one_stick(town: Town) -> None:
    walker, clone = forked(town)
    label = walker.store.identity().label

    first = clone.walk()
    state = clone.state("r3")
    second = clone.walk()

    assert (codes(first), first.pending, state) == (["new_label", "unconfirmed"], 1, "sent")
    assert (codes(second), second.applied, second.pending) == (["unconfirmed"], 1, 0)
    assert (walker.store.identity().label, clone.store.identity().label) == (label, "T02")
    assert town.ops() == 3


def test_a_clone_reads_again_once_a_coordinator_has_looked(town: Town) -> None:
    walker, clone = forked(town)
    clone.walk()
    clone.walk()
    town.confirm(clone)

    clone.walk()
    walker.sync()

    assert clone.notes() == walker.notes()
    assert len(clone.notes()) == 3


def test_the_answer_of_a_fork_may_come_home_twice(town: Town) -> None:
    _, clone = forked(town)
    bundle = clone.pack()
    first, second = town.bring(bundle), town.bring(bundle)

    clone.receive(first)
    stream = clone.store.identity().stream
    again = clone.receive(second)

    assert (clone.store.identity().stream, clone.store.identity().label) == (stream, "T02")
    assert codes(again) == ["unconfirmed"]


def test_the_network_may_have_seen_the_fork_first(town: Town) -> None:
    _, clone = forked(town)
    answer = town.bring(clone.pack())
    clone.sync()
    identity = clone.store.identity()

    outcome = clone.receive(answer)

    assert clone.store.identity() == identity
    assert (codes(outcome), outcome.pending) == (["unconfirmed"], 0)
    assert town.ops() == 3


def test_a_backup_that_was_put_back_loses_and_doubles_nothing(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    walker.walk()
    backup = walker.copied("backup")
    walker.save("r2", title="fire")
    walker.walk()
    backup.save("r3", title="earth")

    for _ in range(2):
        backup.walk()
    town.confirm(backup)
    backup.walk()

    assert backup.notes().keys() == {uid(name) for name in ("r1", "r2", "r3")}
    assert town.ops() == 3


def refusal(walker: Walker, first_seq: int, of: ProblemType, **members: Any) -> dict[str, Any]:
    lot = {"stream": walker.store.identity().stream, "first_seq": first_seq, "count": 1}
    return {"lot": lot, "problem": problem(of, **members).to_wire()}


def test_a_fork_without_a_certificate_waits_for_one_that_has_it(town: Town) -> None:
    _, clone = forked(town)
    stream = clone.store.identity().stream

    outcome = clone.receive(town.answer(clone, *said(town, refusal(clone, 2, ProblemType.FORK))))

    assert clone.store.identity().stream == stream
    assert (codes(outcome), outcome.pending) == (["refused"], 1)
    assert clone.walk().pending == 1
    assert clone.walk().pending == 0


def three_ops(town: Town) -> Walker:
    """A laptop of whose ops the first two are received."""
    walker = town.walker()
    for record in ("r1", "r2"):
        walker.save(record, title="water")
        walker.walk()
    walker.save("r3", title="fire")
    return walker


def test_what_the_centre_lacks_is_packed_again(town: Town) -> None:
    walker = three_ops(town)
    gap = town.answer(walker, *said(town, refusal(walker, 3, ProblemType.GAP, want=2)))

    first, again = walker.receive(gap), walker.receive(gap)
    outcome = walker.walk()

    assert (first.pending, again.pending) == (2, 2)
    assert (outcome.repeated, outcome.applied, outcome.pending) == (1, 1, 0)
    assert town.ops() == 3


def test_a_gap_from_before_what_is_held_here_begins_a_new_stream(town: Town) -> None:
    walker = three_ops(town)
    stream = walker.store.identity().stream
    gap = town.answer(walker, *said(town, refusal(walker, 3, ProblemType.GAP, want=0)))

    outcome = walker.receive(gap)

    assert codes(outcome) == ["new_stream"]
    assert walker.store.identity().stream != stream
    assert walker.walk().pending == 0


def test_a_gap_that_was_filled_meanwhile_is_not_filled_again(town: Town) -> None:
    walker = three_ops(town)
    gap = town.answer(walker, *said(town, refusal(walker, 3, ProblemType.GAP, want=2)))
    walker.sync()
    walker.save("r4", title="air")

    outcome = walker.receive(gap)

    assert outcome.pending == 1
    assert town.ops() == 3


def restored(town: Town) -> tuple[Walker, Walker]:
    """Two laptops and a centre that lost what both handed in after its backup; one lives by stick."""
    walker, online = town.walker(), town.walker()
    walker.save("r1", title="water", body="reservado")
    walker.walk()
    backup = town.backup()
    walker.save("r2", title="fire")
    online.save("r3", title="earth")
    walker.walk()
    online.sync()
    walker.walk()
    town.restore(backup)
    return walker, online


def test_a_restored_centre_gets_back_by_stick_what_it_lost(town: Town) -> None:
    walker, online = restored(town)
    before = walker.notes()

    first = walker.walk()
    during = walker.notes()
    second = walker.walk()
    online.sync()
    walker.walk()

    assert codes(first) == ["new_epoch"]
    assert (first.pending, second.pending) == (2, 0)
    assert {uid("r1"), uid("r2")} <= before.keys() & during.keys()
    assert walker.notes().keys() == online.notes().keys() == {uid(name) for name in ("r1", "r2", "r3")}
    assert town.ops() == 3
    assert walker.store.identity().epoch == online.store.identity().epoch


def give_role(town: Town, walker: Walker, role: str = "coordination") -> None:
    """A coordinator gives a laptop another role."""
    town.world.centre.write("13", "device", walker.store.identity().device, {"role": role})


def test_another_role_reads_everything_again_by_stick(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    other.save("r1", title="water", body="reservado")
    other.sync()
    walker.walk()
    before = walker.notes()
    give_role(town, walker)

    first = walker.walk()
    during = walker.notes()
    second = walker.walk()

    assert (codes(first), codes(second)) == (["new_role"], [])
    assert before == during == {uid("r1"): {"title": "water"}}
    assert walker.notes() == {uid("r1"): {"title": "water", "body": "reservado"}}


def test_an_answer_for_the_former_role_fills_no_base_of_the_new_one(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    other.save("r1", title="water", body="reservado")
    other.sync()
    late = town.bring(walker.pack())
    give_role(town, walker)
    walker.walk()

    outcome = walker.receive(late)
    walker.walk()

    assert outcome.received == 0
    assert walker.notes() == {uid("r1"): {"title": "water", "body": "reservado"}}


def test_an_older_answer_tells_of_no_new_role(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    other.save("r1", title="water", body="reservado")
    other.sync()
    bundle = walker.pack()
    give_role(town, walker)
    late = town.bring(bundle)
    give_role(town, walker, "field")
    town.world.clock.move(hours=1)
    walker.walk()

    outcome = walker.receive(late)

    assert (codes(outcome), outcome.received) == ([], 0)
    assert walker.store.identity().role == "field"
    assert walker.notes() == {uid("r1"): {"title": "water"}}


def test_what_waits_when_the_centre_is_restored_goes_with_the_next_stick(town: Town) -> None:
    walker, _ = restored(town)
    walker.save("r4", title="air")

    first = walker.walk()
    second = walker.walk()

    assert (codes(first), first.pending) == (["new_epoch"], 3)
    assert (codes(second), second.pending) == ([], 0)
    assert town.ops() == 3


def test_an_answer_of_the_former_centre_changes_nothing(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    backup = town.backup()
    late = town.bring(walker.pack())
    town.restore(backup)
    walker.sync()
    epoch = walker.store.identity().epoch

    outcome = walker.receive(late)

    assert codes(outcome) == ["former_centre"]
    assert (walker.store.identity().epoch, outcome.pending) == (epoch, 0)


def test_an_answer_of_a_centre_between_two_restores_leads_nowhere(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    backup = town.backup()
    town.restore(backup)
    late = town.bring(walker.pack())
    town.world.clock.move(days=1)
    town.restore(backup)
    walker.sync()
    epoch = walker.store.identity().epoch

    outcome = walker.receive(late)

    assert codes(outcome) == ["former_centre"]
    assert walker.store.identity().epoch == epoch
    assert walker.walk().pending == 0


def test_an_answer_of_a_centre_between_two_restores_is_known_before_a_synchronisation_ends(town: Town) -> None:
    walker = town.walker()
    walker.save("r1", title="water")
    walker.sync()
    backup = town.backup()
    town.restore(backup)
    town.world.clock.move(days=1)
    late = town.bring(walker.pack())
    town.world.clock.move(days=1)
    town.restore(backup)
    hears_only(walker)
    epoch = walker.store.identity().epoch

    outcome = walker.receive(late)

    assert codes(outcome) == ["former_centre"]
    assert walker.store.identity().epoch == epoch
    assert walker.walk().pending == 0


def hears_only(walker: Walker) -> None:
    """It hears which history the centre has now, and stops before anything else is said."""
    heard = walker.store.identity().epoch

    def at(point: str) -> None:
        if point == "talk.learnt" and walker.store.identity().epoch != heard:
            raise StoppedError

    Engine(walker.store, walker.town.line, walker.town.world.clock, at=at).run()


def test_a_centre_that_lost_a_laptop_takes_it_in_by_its_bundle(town: Town) -> None:
    backup = town.backup()
    walker = town.walker()
    walker.save("r1", title="water")
    walker.walk()
    town.restore(backup)

    first = walker.walk()
    second = walker.walk()
    town.confirm(walker)
    third = walker.walk()

    assert codes(first) == ["new_epoch", "unconfirmed"]
    assert (codes(second), second.pending) == (["unconfirmed"], 0)
    assert codes(third) == []
    assert walker.notes() == {uid("r1"): {"title": "water"}}


def test_a_laptop_of_nobody_is_not_taken_in(town: Town) -> None:
    walker = town.walker()
    town.world.store._writer.execute("UPDATE devices SET sign_key = ?", ("ab" * 32,))

    with pytest.raises(UnreadableBundleError) as error:
        town.bring(walker.pack())

    assert error.value.code == "unknown_sender"


def test_a_laptop_whose_label_is_another_ones_is_not_taken_in(town: Town) -> None:
    backup = town.backup()
    walker = town.walker()
    town.restore(backup)
    with town.world.store.writing() as tx:
        tx.set_value("last_label", "0")
    town.walker()

    with pytest.raises(UnreadableBundleError) as error:
        town.bring(walker.pack())

    assert error.value.code == "unknown_sender"


def test_the_centres_clock_is_told_when_this_one_is_late(town: Town) -> None:
    walker = town.walker()
    answer = town.bring(walker.pack())
    town.world.clock.move(hours=-2)

    outcome = walker.receive(answer)

    assert [(told.code, told.message) for told in outcome.warnings] == [("clock_offset", "7200")]


def said(town: Town, *more: Any) -> list[Any]:
    manifest = Manifest("e1", "field", 1, {})
    return [to_frame(CentreStatus.from_wire(town.world.centre.status())), to_frame(manifest), *more]


LOT = {"stream": uid("stream"), "first_seq": 1, "count": 1}


def test_whatever_else_the_centre_refuses_is_told(town: Town) -> None:
    walker = town.walker()
    refusals = [problem(ProblemType.TOO_MANY), problem(ProblemType.UNREADABLE, "link")]
    frames = [{"lot": LOT, "problem": one.to_wire()} for one in refusals]
    unread = {"unread": problem(ProblemType.OUTSIDE_SCOPE).to_wire()}

    outcome = walker.receive(town.answer(walker, *said(town, *frames, unread)))

    told = [(one.code, one.message) for one in outcome.warnings]
    assert told == [("refused", "too_many"), ("refused", "unreadable"), ("refused", "outside_scope")]


def test_an_answer_begins_with_how_the_centre_stands(town: Town) -> None:
    walker = town.walker()

    for frames in ([], [{"unread": problem(ProblemType.REVOKED).to_wire()}]):
        with pytest.raises(UnreadableBundleError):
            walker.receive(town.answer(walker, *frames))


def test_what_the_centre_says_twice_of_itself_is_heard_once(town: Town) -> None:
    walker = town.walker()

    outcome = walker.receive(town.answer(walker, *said(town), *said(town)))

    assert outcome.warnings == ()


def test_a_receipt_that_does_not_hold_counts_for_nothing(town: Town) -> None:
    walker = town.walker()
    (op,) = walker.save("r1", title="water")
    result = {"op": op, "status": "applied", "change": 1, "conflicts": [], "reason": None, "repeated": False}
    epoch = walker.store.identity().epoch
    receipt = {"body": {"v": 1, "epoch": epoch}, "key": "k", "signature": "00"}
    answer = {"epoch": epoch, "results": [result], "receipt": receipt}

    with pytest.raises(ForgedError):
        walker.receive(town.answer(walker, *said(town, {"lot": LOT, "answer": answer})))

    assert walker.store.pending() == 1


def test_a_receipt_for_ops_of_another_copy_is_left_alone(town: Town) -> None:
    walker = town.walker()
    backup = walker.copied("backup")
    walker.save("r1", title="water")
    answer = town.bring(walker.pack())

    outcome = backup.receive(answer)

    assert (outcome.sent, outcome.receipts, list(backup.store.deliveries())) == (0, 0, [])


def test_a_refusal_without_what_it_promises_is_forged(town: Town) -> None:
    walker = town.walker()
    gap = {"lot": LOT, "problem": problem(ProblemType.GAP).to_wire()}

    with pytest.raises(ForgedError):
        walker.receive(town.answer(walker, *said(town, gap)))


def test_pages_of_feeds_that_are_not_read_here_are_left_alone(town: Town) -> None:
    walker = town.walker()
    epoch = walker.store.identity().epoch
    page = {"epoch": epoch, "feed": "05", "after": 0, "cursor": 7, "more": False, "records": []}

    outcome = walker.receive(town.answer(walker, *said(town, {"since": 0, "page": page})))

    assert (outcome.received, walker.store.cursor("05")) == (0, 0)


def test_pages_out_of_order_are_forged(town: Town) -> None:
    walker = town.walker()
    epoch = walker.store.identity().epoch
    page = {"epoch": epoch, "feed": "13", "after": 3, "cursor": 0, "more": True, "records": []}

    with pytest.raises(ForgedError):
        walker.receive(town.answer(walker, *said(town, {"since": 3, "page": page})))


def test_an_answer_sealed_to_another_key_is_opened_by_nobody(town: Town) -> None:
    walker, other = town.walker(), town.walker()
    mine = walker.keys
    walker.keys = other.keys
    answer = town.answer(walker, *said(town))
    walker.keys = mine

    with pytest.raises(UnreadableBundleError) as error:
        walker.receive(answer)

    assert error.value.code == "damaged_bundle"
