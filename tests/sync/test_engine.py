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
from sync.client.engine import Settings
from sync.client.errors import (
    BusyError,
    Diagnosis,
    ForgedError,
    NoNetworkError,
    RefusedError,
    TooLargeError,
)
from sync.client.http import Central, Limits, Route
from sync.client.keys import DeviceKeys
from sync.client.progress import SyncOutcome, SyncProgress, SyncWarning
from sync.core.merge import Outcome
from sync.core.problems import ProblemType, problem
from sync.core.protocol import OpResult, PushAnswer
from tests.sync.http_centre import HttpCentre
from tests.sync.lines import Line, down, run, save
from tests.sync.memory_centre import MemoryCentre
from tests.sync.memory_outbox import MemoryOutbox
from tests.sync.simulation import KilledError
from tests.sync.toy import Ticking


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


def test_a_line_that_carries_next_to_nothing_carries_everything_in_the_end(
    laptop: MemoryOutbox, other_laptop: MemoryOutbox, line: Line
) -> None:
    save(other_laptop, 90, title="theirs")
    run(other_laptop, line)
    save(laptop, 90, colour="red")
    line.carries = 2

    outcome = run(laptop, line, settings=Settings(patience=Patience((0, 0, 0), 0, lambda _: None)))

    assert (outcome.sent, outcome.pending) == (90, 0)
    assert laptop.cursor("13") == 180


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

    def the_disk_errs(point: str) -> None:
        if point == "push.accepted":
            laptop.stored[0] = replace(laptop.stored[0], hashes=("0" * 64, *laptop.stored[0].hashes[1:]))

    outcomes = run(laptop, line, at=the_disk_errs), run(laptop, line)

    assert [outcome.warnings for outcome in outcomes] == [(SyncWarning("receipt", "1"),)] * 2
    assert laptop.finished_at is None


def test_a_synchronisation_verifies_the_receipts_since_the_last_that_ended_well(
    laptop: MemoryOutbox, line: Line
) -> None:
    told: list[SyncProgress] = []
    save(laptop, 3)
    run(laptop, line)
    save(laptop, 1)

    run(laptop, line, progress=told.append)

    assert [(one.done, one.total) for one in told if one.step == "verify"] == [(1, 1)]
    assert len(list(laptop.deliveries())) > 1
