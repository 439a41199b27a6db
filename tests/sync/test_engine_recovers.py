"""The centre forgot, was restored, saw a clone or says no for now: the laptop goes on, and nothing is lost."""

from dataclasses import replace

import pytest

from sync.client.engine import Engine
from sync.client.errors import (
    EpochChangedError,
    ForgedError,
    ForkError,
    GapError,
    RefusedError,
    TooOldError,
    UnconfirmedError,
)
from sync.client.keys import DeviceKeys
from sync.client.progress import SyncOutcome, SyncWarning
from sync.client.pulling import check_page
from sync.core.problems import ProblemType, problem
from sync.core.protocol import Page, PulledRecord
from sync.core.trust import SIGN, CentreKey, CentreStatus, RecoveryKey, key_id, recovery_bytes
from tests.sync.lines import Line, run, save
from tests.sync.memory_centre import MemoryCentre
from tests.sync.memory_outbox import MemoryOutbox
from tests.sync.simulation import a_laptop
from tests.sync.toy import Ids, Ticking, uid


def test_a_new_key_of_the_centre_is_learnt_when_a_known_one_vouches_for_it(
    laptop: MemoryOutbox, centre: MemoryCentre, line: Line
) -> None:
    new = CentreKey(key_id("ab" * 32), SIGN, "ab" * 32, key_id(centre.sign_key))
    signed = replace(new, signature=centre.signing.sign(new.signed_bytes).signature.hex())
    stranger = CentreKey(key_id("cd" * 32), SIGN, "cd" * 32)
    line.change = lambda answer: (
        replace(answer, keys=(*answer.keys, signed, stranger)) if isinstance(answer, CentreStatus) else answer
    )

    outcome = run(laptop, line)

    assert laptop.identity().centre_keys[SIGN] == {**centre.keys[SIGN], new.id: new.key}
    assert outcome.warnings == (SyncWarning("unvouched_key", stranger.id),)


def test_a_recovery_key_is_learnt_on_the_word_of_a_known_key_and_never_on_an_older_one(
    laptop: MemoryOutbox, centre: MemoryCentre, line: Line
) -> None:
    def tell(key: str, since: str, by: str = "", signed: str = "") -> tuple[SyncWarning, ...]:
        signature = centre.signing.sign(recovery_bytes(signed or key, since)).signature.hex()
        told = RecoveryKey(key, since, by or key_id(centre.sign_key), signature)
        line.change = lambda answer: replace(answer, recovery=told) if isinstance(answer, CentreStatus) else answer
        return run(laptop, line).warnings

    first, second, stranger = "ab" * 32, "cd" * 32, "ef" * 32

    heard = [tell(first, "2026-11-21T12:00:00.000Z"), tell(second, "2026-11-22T12:00:00.000Z")]
    late = tell(first, "2026-11-21T12:00:00.000Z")
    forged = [tell(stranger, "2026-11-23T12:00:00.000Z", signed=first)]
    forged += [tell(stranger, "2026-11-23T12:00:00.000Z", by=key_id(stranger))]

    assert [*heard, late] == [(), (), ()]
    assert forged == [(SyncWarning("unvouched_key", key_id(stranger)),)] * 2
    assert laptop.recovery == (second, "2026-11-22T12:00:00.000Z")


def test_after_the_centre_lost_the_end_of_a_stream_it_is_sent_again(
    laptop: MemoryOutbox, centre: MemoryCentre, line: Line
) -> None:
    save(laptop, 3)
    run(laptop, line)
    epoch = centre.epoch
    centre.restore(type(centre.ledger)())
    centre.epoch = epoch
    save(laptop, 1, title="and one more")

    outcome = run(laptop, line)

    assert (outcome.applied, outcome.pending) == (4, 0)
    assert laptop.streams_left == 0


def test_a_gap_that_nobody_can_fill_begins_a_new_stream(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 2)
    line.before["push"] = [GapError(problem(ProblemType.GAP), 99)]
    before = laptop.identity().stream

    outcome = run(laptop, line)

    assert outcome.applied == 2
    assert laptop.identity().stream != before
    assert SyncWarning("new_stream") in outcome.warnings


def test_a_cloned_laptop_goes_on_under_a_new_label_and_nothing_is_lost_or_doubled(
    laptop: MemoryOutbox, centre: MemoryCentre
) -> None:
    save(laptop, 2)
    run(laptop, centre)
    clone = laptop.clone()
    save(laptop, 1, title="from the first")
    save(clone, 3, colour="from the clone")
    run(laptop, centre)

    outcome = run(clone, centre)

    assert outcome.applied == 3
    assert (laptop.identity().label, clone.identity().label) == ("T01", "T02")
    assert SyncWarning("new_label", "T02") in outcome.warnings
    assert len(centre.ledger.log) == 6


def test_a_fork_without_a_certificate_stops_before_a_folio_is_printed_twice(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 1)
    line.before["push"] = [ForkError(problem(ProblemType.FORK), None)] * 2

    with pytest.raises(ForkError):
        run(laptop, line)

    assert laptop.pending() == 1


def test_a_certificate_for_another_device_is_not_taken(
    laptop: MemoryOutbox, centre: MemoryCentre, line: Line, keys: DeviceKeys
) -> None:
    save(laptop, 1)
    foreign = centre.certify(uid("another"), keys.sign_key, keys.box_key)
    line.before["push"] = [ForkError(problem(ProblemType.FORK), foreign)] * 2

    with pytest.raises(ForgedError, match="other_device"):
        run(laptop, line)


def test_a_centre_that_finds_a_gap_for_ever_is_not_believed_for_ever(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 1)
    line.before["push"] = [GapError(problem(ProblemType.GAP), 1)] * 9

    with pytest.raises(GapError):
        run(laptop, line)

    assert len(line.before["push"]) == 9 - 4


def test_after_the_centre_was_restored_every_op_finds_its_way_back(
    laptop: MemoryOutbox, other_laptop: MemoryOutbox, centre: MemoryCentre
) -> None:
    save(laptop, 2)
    run(laptop, centre)
    old = centre.backup()
    save(laptop, 2, colour="lost by the centre")
    run(laptop, centre)
    run(other_laptop, centre)
    centre.restore(old)

    outcome = run(laptop, centre)
    run(other_laptop, centre)

    assert (outcome.applied, outcome.repeated) == (2, 2)
    assert SyncWarning("new_epoch", centre.epoch) in outcome.warnings
    assert outcome.epoch == centre.epoch
    assert other_laptop.state()["shown"] == laptop.state()["shown"]


def test_the_screen_never_goes_empty_while_a_new_history_is_read(
    laptop: MemoryOutbox, other_laptop: MemoryOutbox, centre: MemoryCentre, line: Line
) -> None:
    save(other_laptop, 5)
    run(other_laptop, centre)
    run(laptop, centre)
    shown = laptop.state()["shown"]
    centre.restore(centre.backup())
    line.before["pull"] = [RefusedError(problem(ProblemType.OUTSIDE_SCOPE))]

    with pytest.raises(RefusedError):
        run(laptop, line)

    assert laptop.state()["shown"] == shown
    assert run(laptop, line).received == 5


@pytest.mark.parametrize("call", ["push", "pull"])
def test_a_centre_restored_in_the_middle_is_noticed_by_its_answers(
    laptop: MemoryOutbox, centre: MemoryCentre, line: Line, call: str
) -> None:
    save(laptop, 7)
    step = {"push": "push.marked", "pull": "push.done"}[call]
    restored = False

    def restore(name: str) -> None:
        nonlocal restored
        if name == step and not restored:
            restored = True
            centre.restore(centre.backup())

    outcome = run(laptop, line, at=restore)

    assert (outcome.pending, outcome.epoch) == (0, centre.epoch)
    assert len(centre.ledger.log) == 7


def test_an_answer_of_a_history_that_was_left_is_not_followed(laptop: MemoryOutbox, centre: MemoryCentre) -> None:
    former = centre.epoch
    run(laptop, centre)
    centre.restore(centre.backup())
    run(laptop, centre)
    centre.epoch = former

    with pytest.raises(ForgedError, match="left_before"):
        run(laptop, centre)


def test_a_centre_that_cannot_say_which_history_it_has_is_left_alone(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 1)
    line.before["push"] = [EpochChangedError(problem(ProblemType.EPOCH), line.centre.epoch)]

    with pytest.raises(ForgedError, match="left_before"):
        run(laptop, line)


def test_ever_new_histories_are_not_followed_for_ever(laptop: MemoryOutbox, centre: MemoryCentre, line: Line) -> None:
    line.change = lambda answer: replace(answer, epoch=centre.ids.new()) if isinstance(answer, CentreStatus) else answer

    with pytest.raises(ForgedError, match="endless"):
        run(laptop, line)


@pytest.mark.parametrize("kind", [CentreStatus, Page], ids=["status", "page"])
def test_one_answer_that_is_old_leads_into_no_other_history(
    laptop: MemoryOutbox, centre: MemoryCentre, line: Line, kind: type
) -> None:
    save(laptop, 2)
    old = [centre.ids.new()]
    line.change = lambda answer: replace(answer, epoch=old.pop()) if old and isinstance(answer, kind) else answer

    outcome = run(laptop, line)

    assert (outcome.epoch, outcome.pending, outcome.warnings) == (centre.epoch, 0, ())
    assert not old


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnconfirmedError(problem(ProblemType.UNCONFIRMED)), "unconfirmed"),
        (TooOldError(problem(ProblemType.TOO_OLD)), "too_old"),
    ],
    ids=["unconfirmed", "too_old"],
)
def test_who_may_read_nothing_for_now_still_hands_in(
    laptop: MemoryOutbox, line: Line, error: Exception, code: str
) -> None:
    save(laptop, 2)
    line.before["pull"] = [error]

    outcome = run(laptop, line)

    assert (outcome.applied, outcome.received, outcome.pending) == (2, 0, 0)
    assert outcome.warnings == (SyncWarning(code),)
    assert laptop.finished_at is None


def test_a_revoked_laptop_hands_in_to_quarantine_and_reads_nothing(laptop: MemoryOutbox, centre: MemoryCentre) -> None:
    save(laptop, 2)
    centre.revoked = {laptop.identity().device}

    outcome = run(laptop, centre)

    assert (outcome.quarantined, outcome.received, outcome.pending) == (2, 0, 0)
    assert outcome.warnings == (SyncWarning("revoked"),)


def test_what_is_saved_meanwhile_goes_in_the_next_round(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 1)
    saved = iter(range(1))

    def somebody_saves(step: str) -> None:
        if step == "push.done" and next(saved, None) is not None:
            save(laptop, 2, colour="meanwhile")

    outcome = run(laptop, line, at=somebody_saves)

    assert (outcome.sent, outcome.pending, outcome.warnings) == (3, 0, ())


def test_who_never_stops_saving_is_told_what_still_waits(laptop: MemoryOutbox, line: Line) -> None:
    def somebody_saves(step: str) -> None:
        if step == "push.done":
            save(laptop, 1, colour="again")

    outcome = run(laptop, line, at=somebody_saves)

    assert outcome.pending == 1
    assert outcome.warnings == (SyncWarning("saved_meanwhile", "1"),)


def a_record(change: int, region: str = "13") -> PulledRecord:
    return PulledRecord("note", uid(change), region, 1, {}, "", {}, change)


def a_page(
    *changes: int, after: int = 5, cursor: int = 9, feed: str = "13", more: bool = False, region: str = "13"
) -> Page:
    return Page("e", feed, after, cursor, more, tuple(a_record(change, region) for change in changes))


@pytest.mark.parametrize(
    "page",
    [
        a_page(6, after=4),
        a_page(6, feed="01"),
        a_page(6, region="01"),
        a_page(7, 6),
        a_page(6, 6),
        a_page(5),
        a_page(10),
        a_page(cursor=5, more=True),
        a_page(cursor=4),
    ],
    ids=[
        "another question",
        "feed",
        "region",
        "order",
        "twice",
        "before the cursor",
        "beyond the cursor",
        "endless",
        "backwards",
    ],
)
def test_a_page_that_is_not_what_was_asked_for_is_not_stored(page: Page) -> None:
    with pytest.raises(ForgedError) as refused:
        check_page(page, "13", 5)

    assert refused.value.what == "page"


@pytest.mark.parametrize("page", [a_page(6, 8), a_page(), a_page(cursor=5), a_page(6, more=True)])
def test_a_page_in_order_is_taken(page: Page) -> None:
    check_page(page, "13", 5)


def test_a_laptop_without_anything_to_say_only_reads(centre: MemoryCentre, ids: Ids, keys: DeviceKeys) -> None:
    laptop = a_laptop(centre, ids, uid("new"), keys)

    outcome = Engine(laptop, centre, Ticking()).run()

    assert outcome == SyncOutcome(epoch=centre.epoch)
