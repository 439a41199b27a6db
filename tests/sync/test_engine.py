"""A synchronisation may be cut anywhere, answered twice or not at all: run again, it ends the same."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from sync.client.conversation import Patience
from sync.client.engine import Engine, Settings
from sync.client.errors import (
    BusyError,
    CentralDownError,
    Diagnosis,
    EpochChangedError,
    ForgedError,
    ForkError,
    GapError,
    NoNetworkError,
    RefusedError,
    TooLargeError,
    TooOldError,
    UnconfirmedError,
)
from sync.client.http import Central, Limits, Route
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller
from sync.client.progress import SyncOutcome, SyncProgress, SyncWarning
from sync.client.pulling import check_page
from sync.client.pushing import BatchSizes
from sync.core.merge import Outcome
from sync.core.problems import ProblemType, problem
from sync.core.protocol import Batch, OpResult, Page, PulledRecord, PushAnswer
from sync.core.trust import SIGN, CentreKey, CentreStatus, key_id
from tests.sync.http_centre import HttpCentre
from tests.sync.memory_centre import MemoryCentre
from tests.sync.memory_outbox import MemoryOutbox
from tests.sync.simulation import KilledError, a_laptop
from tests.sync.toy import Ids, Ticking, uid

AT_ONCE = Settings(BatchSizes(first=3, most=6), 2, Patience((0, 0, 0), 0, lambda _: None))


class Line:
    """A line to the centre on which single calls go wrong."""

    def __init__(self, centre: MemoryCentre) -> None:
        self.centre = centre
        self.before: dict[str, list[Exception]] = {"status": [], "push": [], "pull": []}
        self.after: dict[str, list[Exception]] = {"status": [], "push": [], "pull": []}
        self.change: Callable[[Any], Any] = lambda answer: answer
        self.sizes: list[int] = []

    def status(self) -> CentreStatus:
        return self._over("status", self.centre.status)

    def push(self, batch: Batch, caller: Caller) -> PushAnswer:
        self.sizes.append(len(batch.ops))
        return self._over("push", lambda: self.centre.push(batch, caller))

    def pull(self, feed: str, cursor: int, limit: int, caller: Caller) -> Page:
        return self._over("pull", lambda: self.centre.pull(feed, cursor, limit, caller))

    def _over(self, name: str, call: Callable[[], Any]) -> Any:
        if self.before[name]:
            raise self.before[name].pop(0)
        answer = self.change(call())
        if self.after[name]:
            raise self.after[name].pop(0)
        return answer


def run(outbox: MemoryOutbox, central: object, **options: Any) -> SyncOutcome:
    options.setdefault("settings", AT_ONCE)
    return Engine(outbox, central, options.pop("clock", Ticking()), **options).run()


def save(laptop: MemoryOutbox, count: int, **changes: str) -> None:
    for number in range(count):
        laptop.save("note", uid(f"r{number}"), changes or {"title": f"note {number}"})


def down(reason: str = "cut") -> CentralDownError:
    return CentralDownError(Diagnosis(reason, "centre"))


@pytest.fixture
def line(centre: MemoryCentre) -> Line:
    return Line(centre)


def test_what_was_saved_is_received_and_everybody_reads_it(
    laptop: MemoryOutbox, other_laptop: MemoryOutbox, line: Line
) -> None:
    save(laptop, 8)

    outcome = run(laptop, line)
    run(other_laptop, line)

    assert (outcome.sent, outcome.applied, outcome.pending, outcome.received) == (8, 8, 0, 8)
    assert outcome.receipts == len(line.sizes)
    assert other_laptop.state()["shown"] == laptop.state()["shown"]
    assert laptop.finished_at is not None


def test_two_values_of_one_field_wait_for_a_person_and_neither_is_lost(
    laptop: MemoryOutbox, other_laptop: MemoryOutbox, line: Line
) -> None:
    save(laptop, 1)
    run(laptop, line)
    run(other_laptop, line)
    save(laptop, 1, title="mine")
    save(other_laptop, 1, title="yours")

    first, second = run(laptop, line), run(other_laptop, line)
    run(laptop, line)

    assert (first.applied, second.conflicts) == (1, 1)
    (told,) = laptop.open_conflicts().values()
    assert told["other"] == {"title": "yours"}
    assert told["before"] == {"title": "note 0"}
    assert laptop.state()["shown"] == other_laptop.state()["shown"]


def test_synchronising_twice_is_as_good_as_once(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 4)
    run(laptop, line)
    once = laptop.state()

    again = run(laptop, line)

    assert laptop.state() == once
    assert again == replace(SyncOutcome(), epoch=line.centre.epoch)


def test_an_answer_counts_each_op_once(laptop: MemoryOutbox, other_laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 1, title="same")
    save(laptop, 1, colour="bad")
    save(other_laptop, 1, title="same")
    line.after["push"] = [down()]

    outcome = run(laptop, line)
    agreed = run(other_laptop, line)

    assert (outcome.sent, outcome.repeated, outcome.quarantined, outcome.applied) == (2, 1, 1, 0)
    assert (agreed.sent, agreed.agreed) == (1, 1)


def test_a_rejected_op_is_counted_with_those_that_need_a_person() -> None:
    outcome = SyncOutcome().with_results((OpResult("x", Outcome.REJECTED, repeated=True),))

    assert (outcome.sent, outcome.quarantined, outcome.repeated) == (1, 1, 0)


STEPS = ["talk.answered", "talk.learnt", "push.marked", "push.answered", "push.verified", "push.accepted", "push.done"]
STEPS += ["pull.answered", "pull.stored", "pull.whole", "pull.done"]


def _known_steps(laptop: MemoryOutbox, centre: MemoryCentre) -> list[str]:
    steps: list[str] = []
    run(laptop, centre, at=steps.append)
    return steps


def test_every_point_between_two_effects_has_a_name(laptop: MemoryOutbox, centre: MemoryCentre) -> None:
    save(laptop, 1)

    steps = _known_steps(laptop, centre)

    assert list(dict.fromkeys(steps)) == STEPS


@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_point_and_run_again_it_ends_the_same(
    laptop: MemoryOutbox, other_laptop: MemoryOutbox, centre: MemoryCentre, step: str, turn: int
) -> None:
    save(other_laptop, 3, title="theirs")
    run(other_laptop, centre)
    save(laptop, 7)
    save(laptop, 2, colour="bad")
    calm_laptop, calm_centre = laptop.clone(), copy.deepcopy(centre)
    run(calm_laptop, calm_centre)
    met = 0

    def kill(name: str) -> None:
        nonlocal met
        met += name == step
        if name == step and met == turn:
            raise KilledError

    try:
        run(laptop, centre, at=kill)
    except KilledError:
        run(laptop, centre)

    assert laptop.state() == calm_laptop.state()
    assert centre.ledger.records == calm_centre.ledger.records
    assert centre.ledger.log == calm_centre.ledger.log


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", ["status", "push", "pull"])
def test_a_lost_request_or_answer_changes_nothing_of_the_end(
    laptop: MemoryOutbox, line: Line, call: str, when: str
) -> None:
    save(laptop, 7)
    calm_laptop, calm_centre = laptop.clone(), copy.deepcopy(line.centre)
    run(calm_laptop, calm_centre)
    getattr(line, when)[call] = [down()] if call == "status" else [down(), down("timeout")]

    run(laptop, line)

    assert laptop.state() == calm_laptop.state()
    assert line.centre.ledger.records == calm_centre.ledger.records


class Doubling(HTTPAdapter):
    """Sends every request twice and loses every third answer."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        super().send(request, **options).close()
        answer = super().send(request, **options)
        self.count += 1
        if self.count % 3 == 0:
            answer.close()
            raise requests.ConnectionError("lost")
        return answer


def test_doubled_requests_and_lost_answers_over_a_real_socket_end_the_same(
    laptop: MemoryOutbox, served: HttpCentre, keys: DeviceKeys, clock: Ticking
) -> None:
    save(laptop, 9)
    calm_laptop, calm_centre = laptop.clone(), copy.deepcopy(served.centre)
    run(calm_laptop, calm_centre)
    central = Central(Route(served.url), clock, keys, limits=Limits(connect_s=2, read_s=2))
    central.mount(Doubling())

    outcome = run(laptop, central, clock=clock)

    assert laptop.state() == calm_laptop.state()
    assert served.centre.ledger.records == calm_centre.ledger.records
    assert outcome.sent == 9
    central.close()


def test_batches_shrink_on_a_bad_line_and_grow_on_a_good_one(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 12)
    line.before["push"] = [down(), down()]

    run(laptop, line)

    assert line.sizes[:5] == [3, 1, 1, 2, 4]
    assert sum(line.sizes[2:]) == 12


def test_a_batch_that_is_too_large_is_halved_down_to_one_op(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 3)
    line.before["push"] = [TooLargeError(problem(ProblemType.TOO_LARGE))]

    run(laptop, line)

    assert line.sizes == [3, 1, 2]


def test_one_op_that_is_too_large_is_an_error_and_stays_here(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 1)
    line.before["push"] = [TooLargeError(problem(ProblemType.TOO_LARGE))]

    with pytest.raises(TooLargeError):
        run(laptop, line)

    assert laptop.pending() == 1


@pytest.mark.parametrize(("call", "tries"), [("status", 2), ("push", 4), ("pull", 4)])
def test_patience_ends_and_at_the_door_it_ends_soon(laptop: MemoryOutbox, line: Line, call: str, tries: int) -> None:
    save(laptop, 1)
    line.before[call] = [NoNetworkError(Diagnosis("route", "centre"))] * 9

    with pytest.raises(NoNetworkError):
        run(laptop, line)

    assert len(line.before[call]) == 9 - tries


def test_what_cannot_get_better_is_not_tried_again(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 1)
    line.before["push"] = [RefusedError(problem(ProblemType.UNREADABLE))]

    with pytest.raises(RefusedError):
        run(laptop, line)

    assert line.sizes == [1]


def test_the_waits_grow_and_a_busy_centre_decides_how_long() -> None:
    waits: list[float] = []
    patience = Patience((1, 2, 4), 10, waits.append)

    patience.wait(1, down())
    patience.wait(2, BusyError(Diagnosis("too_many", "centre"), 7))
    patience.wait(3, BusyError(Diagnosis("too_many", "centre"), 900))

    assert waits == [1, 7, 10]


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_wrong_by_decades_still_synchronises(
    laptop: MemoryOutbox, served: HttpCentre, keys: DeviceKeys, years: int
) -> None:
    clock = Ticking(skew=timedelta(days=365 * years))
    central = Central(Route(served.url), clock, keys)
    save(laptop, 2)

    outcome = run(laptop, central, clock=clock)

    assert outcome.applied == 2
    (warning,) = outcome.warnings
    assert warning.code == "clock_offset"
    assert int(warning.message) == pytest.approx(-years * 365 * 86_400, abs=60)
    assert laptop.finished_at is not None
    assert laptop.finished_at.startswith("2026-11-21")
    central.close()


def test_a_clock_that_jumps_during_the_talk_is_learnt_once_and_the_call_repeated(
    laptop: MemoryOutbox, served: HttpCentre, keys: DeviceKeys
) -> None:
    clock = Ticking()
    central = Central(Route(served.url), clock, keys)
    save(laptop, 2)

    def jump(step: str) -> None:
        if step == "push.marked":
            clock.skew = timedelta(days=3)

    outcome = run(laptop, central, clock=clock, at=jump)

    assert outcome.applied == 2
    assert laptop.offset_ms == pytest.approx(-3 * 86_400_000, abs=60_000)
    central.close()


def test_asked_to_stop_it_stops_whole(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 9)

    outcome = run(laptop, line, should_stop=lambda: len(line.sizes) == 2)

    assert outcome.sent == sum(line.sizes)
    assert outcome.pending == 9 - outcome.sent
    assert SyncWarning("stopped") in outcome.warnings
    assert laptop.finished_at is None


def test_asked_to_stop_while_waiting_it_does_not_wait_on(laptop: MemoryOutbox, line: Line) -> None:
    line.before["status"] = [down()]

    outcome = run(laptop, line, should_stop=lambda: True)

    assert outcome.warnings == (SyncWarning("stopped"),)
    assert line.before["status"] == []
    assert line.sizes == []


def test_each_step_forward_is_told(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 4)
    told: list[SyncProgress] = []

    run(laptop, line, progress=told.append)

    assert list(dict.fromkeys(one.step for one in told)) == ["talk", "push", "pull", "square", "verify"]
    assert [(one.done, one.total) for one in told if one.step == "push"] == [(0, 4), (3, 4), (4, 4)]
    assert {one.detail for one in told if one.step == "pull"} == {"CL", "13"}


@pytest.mark.parametrize(
    "forge",
    [
        lambda answer: replace(answer, receipt=replace(answer.receipt, signature="00" * 64)),
        lambda answer: replace(answer, results=answer.results[::-1]),
    ],
    ids=["signature", "results"],
)
def test_on_a_forged_receipt_nothing_counts_as_received(
    laptop: MemoryOutbox, line: Line, forge: Callable[[Any], Any]
) -> None:
    save(laptop, 3)
    line.change = lambda answer: forge(answer) if isinstance(answer, PushAnswer) else answer

    with pytest.raises(ForgedError) as refused:
        run(laptop, line)

    assert refused.value.code == "bad_receipt"
    assert laptop.pending() == 3
    assert laptop.stored == []


def test_a_kept_receipt_that_no_longer_fits_its_ops_is_told(laptop: MemoryOutbox, line: Line) -> None:
    save(laptop, 3)
    run(laptop, line)
    laptop.finished_at = None
    laptop.stored[0] = replace(laptop.stored[0], hashes=("0" * 64, *laptop.stored[0].hashes[1:]))

    outcome = run(laptop, line)

    assert outcome.warnings == (SyncWarning("receipt", "1"),)
    assert laptop.finished_at is None


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
    line.before["push"] = [ForkError(problem(ProblemType.FORK), None)]

    with pytest.raises(ForkError):
        run(laptop, line)

    assert laptop.pending() == 1


def test_a_certificate_for_another_device_is_not_taken(
    laptop: MemoryOutbox, centre: MemoryCentre, line: Line, keys: DeviceKeys
) -> None:
    save(laptop, 1)
    foreign = centre.certify(uid("another"), keys.sign_key, keys.box_key)
    line.before["push"] = [ForkError(problem(ProblemType.FORK), foreign)]

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


def a_page(*changes: int, cursor: int = 9, feed: str = "13", more: bool = False, region: str = "13") -> Page:
    return Page("e", feed, cursor, more, tuple(a_record(change, region) for change in changes))


@pytest.mark.parametrize(
    "page",
    [
        a_page(6, feed="01"),
        a_page(6, region="01"),
        a_page(7, 6),
        a_page(6, 6),
        a_page(5),
        a_page(10),
        a_page(cursor=5, more=True),
        a_page(cursor=4),
    ],
    ids=["feed", "region", "order", "twice", "before the cursor", "beyond the cursor", "endless", "backwards"],
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
