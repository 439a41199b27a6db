"""Covers and frames of a bundle come back as they went, and what has not their form is refused in one word."""

from typing import Any

import orjson
import pytest

from sync.core.bundle import (
    MAX_FEEDS,
    AnswerCover,
    BundleCover,
    Lot,
    Manifest,
    Pulled,
    Received,
    Refused,
    Unread,
    from_frame,
    page_frame,
    to_frame,
)
from sync.core.errors import UnreadableBundleError
from sync.core.merge import Outcome
from sync.core.problems import ProblemType, problem
from sync.core.protocol import Batch, OpResult, Page, PushAnswer, Receipt
from sync.core.trust import SIGN, CentreKey, CentreStatus, Certificate, key_id
from tests.sync.toy import an_op, uid

KEY = CentreKey(key_id("ab" * 32), SIGN, "ab" * 32)
BODY = {
    "v": 1,
    "device": uid("device"),
    "label": "T07",
    "sign_key": "cd" * 32,
    "box_key": "ef" * 32,
    "role": "field",
    "region": "13",
    "issued_at": "2026-11-21T12:00:00.000Z",
}
COVER = BundleCover(Certificate(BODY, KEY.id, "00"), "box")
ANSWER_COVER = AnswerCover(uid("device"), KEY.id, (KEY,))
STATUS = CentreStatus(uid("epoch"), "2026-11-21T12:00:00.000Z", 1, 1, (KEY,))
LOT = Lot(uid("stream"), 7, 1)
ANSWER = PushAnswer(uid("epoch"), (OpResult(uid("op"), Outcome.APPLIED, 3),), Receipt({"v": 1}, KEY.id, "00"))
PAGE = Page(uid("epoch"), "13", 7, 9, more=False, records=())


def over_the_wire(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))


def test_covers_come_back_as_they_went() -> None:
    assert BundleCover.from_wire(over_the_wire(COVER.to_wire())) == COVER
    assert AnswerCover.from_wire(over_the_wire(ANSWER_COVER.to_wire())) == ANSWER_COVER
    assert COVER.device == uid("device")


@pytest.mark.parametrize(
    "said",
    [
        STATUS,
        Manifest("e1", "field", 1, {"13": 7}),
        Received(LOT, ANSWER),
        Refused(LOT, problem(ProblemType.GAP, want=3)),
        Unread(problem(ProblemType.REVOKED)),
    ],
    ids=lambda said: type(said).__name__,
)
def test_frames_come_back_as_they_went(said: Any) -> None:
    assert from_frame(over_the_wire(to_frame(said))) == said


def test_a_page_is_framed_as_it_is() -> None:
    frame = page_frame(4, orjson.dumps(PAGE.to_wire()))

    assert from_frame(orjson.loads(frame)) == Pulled(4, PAGE)


def test_a_lot_is_the_place_of_a_batch() -> None:
    batch = Batch(uid("stream"), uid("epoch"), "13", 7, "", "", (an_op().to_wire(),))

    assert Lot.of(batch) == LOT


def test_feeds_go_on_where_they_were_and_begin_anew_in_another_history() -> None:
    manifest = Manifest.from_wire(over_the_wire(Manifest("e1", "field", 1, {"13": 8, "CL": 5, "02": 1}).to_wire()))

    assert list(manifest.since("e1").items()) == [("CL", 5), ("02", 1), ("13", 8)]
    assert list(manifest.since("e2").items()) == [("CL", 0), ("02", 0), ("13", 0)]


def refused(read: Any, wire: object) -> str:
    with pytest.raises(UnreadableBundleError) as error:
        read(wire)
    return error.value.code


@pytest.mark.parametrize(
    "wire",
    [
        None,
        [],
        {},
        {"epoch": "e1", "role": "field", "schema": "1", "cursors": {}},
        {"epoch": 1, "role": "field", "schema": 1, "cursors": {}},
        {"epoch": "e1", "schema": 1, "cursors": {}},
        {"epoch": "e1", "role": "field", "schema": 1, "cursors": []},
        {"epoch": "e1", "role": "field", "schema": 1, "cursors": {"13": -1}},
        {"epoch": "e1", "role": "field", "schema": 1, "cursors": {"13": True}},
        {"epoch": "e1", "role": "field", "schema": 1, "cursors": {"13": 2**53}},
        {"epoch": "e1", "role": "field", "schema": 1, "cursors": {str(feed): 0 for feed in range(33)}},
    ],
)
def test_a_manifest_has_its_form(wire: object) -> None:
    assert refused(Manifest.from_wire, wire) == "damaged_bundle"


@pytest.mark.parametrize("cursors", [dict.fromkeys(map(str, range(MAX_FEEDS)), 0), {"13": 2**53 - 1}, {}])
def test_a_manifest_may_name_every_feed_and_any_change(cursors: dict[str, int]) -> None:
    manifest = Manifest("e1", "field", 1, cursors)

    assert Manifest.from_wire(over_the_wire(manifest.to_wire())) == manifest


@pytest.mark.parametrize(
    ("read", "wire", "code"),
    [
        (BundleCover.from_wire, ANSWER_COVER.to_wire(), "wrong_way"),
        (AnswerCover.from_wire, COVER.to_wire(), "wrong_way"),
        (BundleCover.from_wire, {}, "damaged_bundle"),
        (AnswerCover.from_wire, {"kind": "letter"}, "damaged_bundle"),
        (BundleCover.from_wire, {"kind": "bundle", "box": "b"}, "damaged_bundle"),
        (AnswerCover.from_wire, {"kind": "answer"}, "damaged_bundle"),
        (AnswerCover.from_wire, {**ANSWER_COVER.to_wire(), "keys": [{"id": "x"}]}, "damaged_bundle"),
    ],
)
def test_a_cover_has_its_form(read: Any, wire: object, code: str) -> None:
    assert refused(read, wire) == code


@pytest.mark.parametrize(
    "wire",
    [
        None,
        {},
        {"status": {}},
        {"manifest": {}},
        {"lot": {}, "answer": ANSWER.to_wire()},
        {"lot": {"stream": "s", "first_seq": 1, "count": 1}, "answer": {}},
        {"lot": {"stream": "s", "first_seq": 1, "count": 1}, "problem": 7},
        {"lot": 7, "problem": problem(ProblemType.GAP).to_wire()},
        {"since": "1", "page": PAGE.to_wire()},
        {"since": 1, "page": []},
        {"unread": None},
    ],
)
def test_a_frame_has_its_form(wire: object) -> None:
    assert refused(from_frame, wire) == "damaged_bundle"
