"""The golden merges, played over the merge alone: each ends as its file says it, in every order that the file names."""

from collections import Counter

import pytest

from sync.core.merge import Outcome, RecordState, Shown, merge, objection, overlay, worst
from tests.sync.golden import Order, as_shown, play, stories, told, wanted
from tests.sync.toy import NOTE, SCHEMA, Past, a_device, an_op, uid

STORIES = stories()
OTHER_ORDERS = [(name, order) for name, story in STORIES.items() for order in story.ends if order != story.written]


@pytest.mark.parametrize("name", STORIES)
def test_a_golden_merge_ends_as_it_is_written(name: str) -> None:
    story = STORIES[name]

    played = play(story, story.written)

    outcomes = {**played.refused, **{step: merged.outcome.value for step, merged in played.merged.items()}}
    assert outcomes == {step.id: step.outcome for step in story.steps.values()}
    for step in story.steps.values():
        assert step.groups is None or played.merged[step.id].groups == step.groups
    assert told(played.state) == wanted(story, story.ends[story.written])


@pytest.mark.parametrize(("name", "order"), OTHER_ORDERS, ids=[f"{name}: {' '.join(o)}" for name, o in OTHER_ORDERS])
def test_a_golden_merge_ends_as_it_is_told_for_another_order(name: str, order: Order) -> None:
    story = STORIES[name]
    assert Counter(order) == Counter(story.written)

    played = play(story, order)

    assert as_shown(told(played.state)) == as_shown(wanted(story, story.ends[order]))


@pytest.mark.parametrize("name", STORIES)
def test_an_op_of_a_golden_merge_names_just_the_conflicts_that_it_moved(name: str) -> None:
    story = STORIES[name]

    played = play(story, story.written)

    final = played.state.conflicts
    opened = [one for merged in played.merged.values() for one in merged.conflicts]
    settled = {one: step for step, merged in played.merged.items() for one in merged.settled}
    born = [merged.state.conflicts[one] for merged in played.merged.values() for one in merged.conflicts]
    born_closed = {one.id: one.closed_by for one in born if one.closed_by}
    assert opened == list(final)
    assert {one: story.id_of(step) for one, step in settled.items()} | born_closed == {
        one.id: one.closed_by for one in final.values() if one.closed_by
    }
    for merged in played.merged.values():
        assert len(set(merged.settled)) == len(merged.settled)


def test_golden_merges_tell_each_another_story() -> None:
    titles = Counter(story.title for story in STORIES.values())
    numbers = Counter(name.partition("_")[0] for name in STORIES)

    assert [title for title, count in titles.items() if count > 1 or "\n" in title] == []
    assert [number for number, count in numbers.items() if count > 1] == []


class Asked(Past):
    """A past that remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[object] = []

    def signed(self, op: str) -> tuple[str, str] | None:
        self.asked.append(op)
        return super().signed(op)


def test_without_a_past_a_conflict_still_says_what_stands_against_what() -> None:
    kind = SCHEMA.by_name["note"]
    state = merge(None, an_op("a1", fields={"title": "water"}), kind=kind, origin=a_device()).state
    later = an_op("b1", fields={"title": "fire"}, seen={"title": "lost"})

    (conflict,) = merge(state, later, kind=kind, origin=a_device("b")).state.conflicts.values()

    assert (conflict.before, conflict.against_op, conflict.against_author) == ({}, uid("a1"), None)


def test_what_was_seen_and_is_lost_meets_a_conflict_against_nobody() -> None:
    kind = SCHEMA.by_name["note"]
    op = an_op("b1", fields={"title": "fire"}, seen={"title": "lost"})

    past = Asked()

    (conflict,) = merge(None, op, kind=kind, origin=a_device("b"), past=past).state.conflicts.values()

    assert (conflict.against_op, conflict.against_author, conflict.before) == (None, None, {})
    assert past.asked == []


def test_only_an_erased_record_remembers_an_op_that_made_it() -> None:
    kind = SCHEMA.by_name["note"]
    made = merge(None, an_op("a1", fields={"title": "water"}), kind=kind, origin=a_device()).state
    edit = an_op("a2", fields={"title": "fire"}, seen={"title": "a1"})

    edited = merge(made, edit, kind=kind, origin=a_device()).state
    erased = merge(edited, an_op("z1", erase=True), kind=kind, origin=a_device()).state

    assert (made.made, edited.made, erased.made) == (None, None, uid("a2"))


def test_the_worst_of_its_groups_is_the_outcome_of_an_op() -> None:
    assert worst([Outcome.AGREED, Outcome.CONFLICT, Outcome.APPLIED]) is Outcome.CONFLICT
    assert worst([Outcome.APPLIED, Outcome.AGREED]) is Outcome.AGREED
    assert worst([Outcome.CONFLICT, Outcome.REJECTED, Outcome.QUARANTINED]) is Outcome.REJECTED
    assert worst([]) is Outcome.APPLIED


def test_an_erasure_is_never_refused() -> None:
    assert objection(RecordState({"title": "x"}), an_op("z1", erase=True), {}, NOTE) is None


def test_private_values_that_are_gone_are_not_missed_in_their_group() -> None:
    op = an_op("a1", fields={"answered_at": None}, private={"answer": "yes"})

    assert objection(RecordState(erased=True), op, {}, NOTE) is None
    assert objection(None, an_op("a2", fields={"answered_at": None}), {}, NOTE) == "unreadable"


def test_own_ops_are_shown_over_the_base_in_the_order_in_which_they_were_made() -> None:
    base = Shown({"title": "water", "colour": "blue"}, {"title": uid("p1"), "colour": uid("p1")})
    first = an_op("a1", fields={"title": "fire"}, private={"body": "x"})
    second = an_op("a2", fields={"title": None})

    shown = overlay(base, [(first, {"body": "x"}), (second, {})])

    assert shown == Shown(
        {"title": None, "colour": "blue", "body": "x"},
        {"title": uid("a2"), "colour": uid("p1"), "body": uid("a1")},
    )
    assert base == Shown({"title": "water", "colour": "blue"}, {"title": uid("p1"), "colour": uid("p1")})
