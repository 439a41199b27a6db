"""The golden merges: each file of tests/cases/merge tells a short history and what must stand at its end.

An op: id, device, fields, empties (written nulls), private, seen, resolves, erase, coordination, and the expected
`outcome` (or the reason why it may not be merged). The end: live values, written nulls, writers, conflicts.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sync.core.merge import Conflict, RecordState, merge, objection
from sync.core.schema import Json
from tests.sync.toy import NOTE, SCHEMA, Past, a_device, an_op, uid

FILES = sorted((Path(__file__).parents[1] / "cases" / "merge").glob("*.toml"))
CASES = {path.stem: tomllib.loads(path.read_text()) for path in FILES}


def with_nulls(values: Mapping[str, Json], empty: list[str]) -> dict[str, Json]:
    return {**values, **dict.fromkeys(empty)}


def told(conflict: Conflict) -> dict[str, Any]:
    return {
        "id": conflict.id,
        "state": conflict.state.value,
        "group": list(conflict.group),
        "other": dict(conflict.other),
        "before": dict(conflict.before),
        "against": conflict.against_op,
        "closed_by": conflict.closed_by,
    }


def wanted(case: Mapping[str, Any]) -> dict[str, Any]:
    op, _, first = case["id"].partition("/")
    return {
        "id": f"{uid(op)}/{first}",
        "state": case["state"],
        "group": list(NOTE.group_of(first)),
        "other": with_nulls(case["other"], case.get("other_empty", [])),
        "before": case.get("before", {}),
        "against": uid(case["against"]),
        "closed_by": uid(case["closed_by"]) if "closed_by" in case else None,
    }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_golden_merge_ends_as_it_is_written(case: dict[str, Any]) -> None:
    kind = SCHEMA.by_name[case.get("kind", "note")]
    state: RecordState | None = None
    past = Past()

    for step in case["op"]:
        private = step.get("private", {})
        op = an_op(
            step["id"],
            fields=with_nulls(step.get("fields", {}), step.get("empties", [])),
            seen=step.get("seen"),
            private=private,
            resolves=step.get("resolves", ()),
            erase=step.get("erase", False),
            kind=kind,
        )
        reason = objection(state, op, private, kind)
        if reason is not None:
            assert reason == step["outcome"]
            continue
        origin = a_device(step.get("device", "a"), coordination=step.get("coordination", False))
        merged = merge(state, op, kind=kind, origin=origin, values=private, past=past)
        assert merged.outcome == step["outcome"], step["id"]
        assert merged.groups == step.get("groups", merged.groups)
        assert set(merged.conflicts) <= merged.state.conflicts.keys()
        state = merged.state
        past.add(op, private)

    expected = case["expect"]
    assert state is not None
    assert state.fields == with_nulls(expected.get("fields", {}), expected.get("empty", []))
    assert state.writers == {name: tuple(map(uid, ops)) for name, ops in expected["writers"].items()}
    assert [told(one) for one in state.conflicts.values()] == [wanted(one) for one in expected.get("conflicts", [])]
    assert state.erased is expected.get("erased", False)


def test_a_conflict_names_both_authors_and_their_hours() -> None:
    past = Past()
    first = an_op("a1", fields={"title": "water"}, author="ana", at="2026-11-21T10:00:00.000Z")
    second = an_op("b1", fields={"title": "fire"}, author="berta", at="2026-11-21T11:00:00.000Z")
    kind = SCHEMA.by_name["note"]
    past.add(first, {})

    state = merge(None, first, kind=kind, origin=a_device("a")).state
    (conflict,) = merge(state, second, kind=kind, origin=a_device("b"), past=past).state.conflicts.values()

    assert (conflict.other_author, conflict.other_at) == ("berta", "2026-11-21T11:00:00.000Z")
    assert (conflict.against_author, conflict.against_at) == ("ana", "2026-11-21T10:00:00.000Z")
    assert conflict.other_device == a_device("b").device


def test_without_a_past_a_conflict_still_says_what_stands_against_what() -> None:
    kind = SCHEMA.by_name["note"]
    state = merge(None, an_op("a1", fields={"title": "water"}), kind=kind, origin=a_device()).state
    later = an_op("b1", fields={"title": "fire"}, seen={"title": "lost"})

    (conflict,) = merge(state, later, kind=kind, origin=a_device("b")).state.conflicts.values()

    assert (conflict.before, conflict.against_op, conflict.against_author) == ({}, uid("a1"), None)


def test_what_was_seen_and_is_lost_meets_a_conflict_against_nobody() -> None:
    kind = SCHEMA.by_name["note"]
    op = an_op("b1", fields={"title": "fire"}, seen={"title": "lost"})

    (conflict,) = merge(None, op, kind=kind, origin=a_device("b"), past=Past()).state.conflicts.values()

    assert (conflict.against_op, conflict.against_author, conflict.before) == (None, None, {})
