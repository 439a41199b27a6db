"""Every shape that travels, written out: other clients rely on these very names, and an error names what was wrong."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson
import pytest

from sync.core.errors import (
    OverfullBatchError,
    UnreadableAnswerError,
    UnreadableBatchError,
    UnreadableOpError,
)
from sync.core.merge import Conflict, ConflictState, Outcome
from sync.core.ops import Op
from sync.core.problems import ProblemDocument
from sync.core.protocol import MAX_OPS, Batch, OpResult, Page, PulledRecord, PushAnswer, Receipt, conflict_to_wire
from sync.core.trust import CentreKey, CentreStatus, Certificate, Enrolled, RecoveryKey, Vouched, key_id, vouched_bytes

KEY = "ab" * 32
OTHER_KEY = "cd" * 32
AT = "2026-11-21T12:00:00.000Z"
OP = "00000000-0000-4000-8000-000000000001"
RECORD = "00000000-0000-4000-8000-000000000002"
SEEN = "00000000-0000-4000-8000-000000000003"

AN_OP = {
    "op": OP,
    "kind": "note",
    "record": RECORD,
    "region": "13",
    "schema": 2,
    "fields": {"title": "Ñandú", "tags": [1, None]},
    "seen": {"title": SEEN},
    "author": "ana",
    "captured_at": AT,
    "private": "0" * 64,
    "resolves": [f"{SEEN}/title"],
    "erase": True,
    "mood": {"calm": True},
}
A_BATCH = {
    "stream": "s1",
    "epoch": "e1",
    "region": "13",
    "first_seq": 7,
    "prev": "p1",
    "link": "l1",
    "ops": [{"op": OP}],
    "values": {OP: {"salt": "00", "fields": {"body": "x"}}},
    "proofs": {OP: {"key": "k1", "signature": "g1"}},
    "next_stream": "s2",
}
A_RESULT = {
    "op": OP,
    "status": "conflict",
    "change": 5,
    "conflicts": [f"{OP}/title"],
    "reason": "values",
    "repeated": True,
}
A_RECEIPT = {"body": {"v": 1, "count": 3}, "key": "k1", "signature": "g1"}
AN_ANSWER = {"epoch": "e1", "results": [A_RESULT], "receipt": A_RECEIPT}
A_VOUCHED = {"op": {"op": OP, "erase": True}, "key": "k1", "signature": "g1"}
A_RECORD = {
    "kind": "note",
    "record": RECORD,
    "region": "13",
    "schema": 2,
    "fields": {"title": "x", "colour": None},
    "writer": OP,
    "writers": {"colour": SEEN},
    "change": 5,
    "conflicts": [{"id": f"{OP}/title"}],
    "erase": A_VOUCHED,
    "mood": 1,
}
A_PAGE = {
    "epoch": "e1",
    "feed": "13",
    "after": 3,
    "cursor": 5,
    "more": True,
    "records": [A_RECORD],
    "stream": [A_VOUCHED],
    "mood": 1,
}
A_KEY = {"id": key_id(KEY), "use": "sign", "key": KEY, "by": "k0", "signature": "g0"}
A_CERTIFICATE = {
    "body": {
        "v": 1,
        "device": "d1",
        "label": "T07",
        "sign_key": KEY,
        "box_key": OTHER_KEY,
        "role": "field",
        "region": "13",
        "issued_at": AT,
    },
    "key": "k1",
    "signature": "g1",
}
A_RECOVERY_KEY = {"key": OTHER_KEY, "since": AT, "by": "k1", "signature": "g1"}
A_STATUS = {
    "epoch": "e1",
    "server_time": AT,
    "protocol": 1,
    "schema": 2,
    "keys": [A_KEY],
    "recovery": A_RECOVERY_KEY,
}
ENROLLED = {"certificate": A_CERTIFICATE, "epoch": "e1", "keys": [A_KEY], "recovery_key": OTHER_KEY}
A_PROBLEM = {"want": 3, "type": "urn:terreno:problem:code_used", "title": "code used", "status": 403, "detail": "why"}

RESULT = OpResult(OP, Outcome.CONFLICT, 5, (f"{OP}/title",), "values", repeated=True)
RECEIPT = Receipt({"v": 1, "count": 3}, "k1", "g1")
VOUCHED = Vouched({"op": OP, "erase": True}, "k1", "g1")
PULLED = PulledRecord(
    kind="note",
    record=RECORD,
    region="13",
    schema=2,
    fields={"title": "x", "colour": None},
    writer=OP,
    writers={"colour": SEEN},
    change=5,
    conflicts=({"id": f"{OP}/title"},),
    extra={"erase": A_VOUCHED, "mood": 1},
)
RECOVERY_KEY = RecoveryKey(OTHER_KEY, AT, "k1", "g1")
CENTRE_KEY = CentreKey(key_id(KEY), "sign", KEY, "k0", "g0")
CERTIFICATE = Certificate(A_CERTIFICATE["body"], "k1", "g1")  # type: ignore[arg-type]

FORMS: dict[str, tuple[Any, dict[str, Any]]] = {
    "op": (
        Op(
            id=OP,
            kind="note",
            record=RECORD,
            region="13",
            schema=2,
            fields={"title": "Ñandú", "tags": [1, None]},
            seen={"title": SEEN},
            author="ana",
            captured_at=AT,
            private="0" * 64,
            resolves=(f"{SEEN}/title",),
            erase=True,
            extra={"mood": {"calm": True}},
        ),
        AN_OP,
    ),
    "batch": (
        Batch(
            stream="s1",
            epoch="e1",
            region="13",
            first_seq=7,
            prev="p1",
            link="l1",
            ops=({"op": OP},),
            values={OP: {"salt": "00", "fields": {"body": "x"}}},
            proofs={OP: {"key": "k1", "signature": "g1"}},
            next_stream="s2",
        ),
        A_BATCH,
    ),
    "result": (RESULT, A_RESULT),
    "receipt": (RECEIPT, A_RECEIPT),
    "answer": (PushAnswer("e1", (RESULT,), RECEIPT), AN_ANSWER),
    "vouched": (VOUCHED, A_VOUCHED),
    "record": (PULLED, A_RECORD),
    "page": (Page("e1", "13", 3, 5, True, (PULLED,), {"stream": [A_VOUCHED], "mood": 1}), A_PAGE),
    "key": (CENTRE_KEY, A_KEY),
    "certificate": (CERTIFICATE, A_CERTIFICATE),
    "recovery key": (RECOVERY_KEY, A_RECOVERY_KEY),
    "status": (CentreStatus("e1", AT, 1, 2, (CENTRE_KEY,), RECOVERY_KEY), A_STATUS),
    "enrolled": (Enrolled(CERTIFICATE, "e1", (CENTRE_KEY,), OTHER_KEY), ENROLLED),
    "problem": (ProblemDocument("code_used", 403, "why", {"want": 3}), A_PROBLEM),
}
"""Each shape with every member that it may have."""

OPTIONAL: dict[str, dict[str, Any]] = {
    "op": {"private": None, "resolves": (), "erase": False},
    "batch": {"values": {}, "proofs": {}, "next_stream": None},
    "key": {"by": None, "signature": None},
    "status": {"recovery": None},
    "enrolled": {"recovery_key": None},
    "problem": {"detail": ""},
}
"""Members that may be absent, and what they are then."""

ERRORS = (UnreadableOpError, UnreadableBatchError, UnreadableAnswerError, KeyError)
NAMED = {"answer": "push", "vouched": "vouched", "page": "pull", "status": "status", "enrolled": "enrol"}
"""What an error calls an answer of which some part has not its form."""


@pytest.mark.parametrize("name", FORMS)
def test_a_shape_travels_as_it_is_written_here(name: str) -> None:
    made, wire = FORMS[name]

    told = made.to_wire()

    assert told == wire
    assert {member: type(value) for member, value in told.items()} == {
        member: type(value) for member, value in wire.items()
    }


@pytest.mark.parametrize("name", FORMS)
def test_a_shape_is_read_as_it_travels(name: str) -> None:
    made, wire = FORMS[name]

    read = type(made).from_wire(orjson.loads(orjson.dumps(wire)))

    assert read == made
    assert {slot: type(getattr(read, slot)) for slot in type(made).__slots__} == {
        slot: type(getattr(made, slot)) for slot in type(made).__slots__
    }


@pytest.mark.parametrize(
    ("name", "member"), [(name, member) for name, members in OPTIONAL.items() for member in members], ids=str
)
def test_what_is_optional_may_be_absent(name: str, member: str) -> None:
    made, wire = FORMS[name]

    read = type(made).from_wire({key: value for key, value in wire.items() if key != member})

    assert getattr(read, member) == OPTIONAL[name][member]


UNREADABLE = [
    (name, member)
    for name, (_, wire) in FORMS.items()
    for member in wire
    if member not in {"mood", "stream" if name == "page" else "", "erase" if name == "record" else "", "want", "title"}
    and member not in OPTIONAL.get(name, {})
]


@pytest.mark.parametrize(("name", "member"), UNREADABLE, ids=str)
def test_a_shape_without_a_member_that_it_needs_cannot_be_read_and_the_error_says_which(name: str, member: str) -> None:
    made, wire = FORMS[name]

    with pytest.raises(ERRORS) as refused:
        type(made).from_wire({key: value for key, value in wire.items() if key != member})

    (said,) = refused.value.args
    assert said in {NAMED.get(name, name), member}


@pytest.mark.parametrize("told", [{"key": "ab" * 31}, {"key": "no key"}, {"since": "yesterday"}, 3], ids=str)
def test_a_status_with_a_recovery_key_that_is_none_is_unreadable(told: Any) -> None:
    recovery = {**A_RECOVERY_KEY, **told} if isinstance(told, dict) else told

    with pytest.raises(UnreadableAnswerError, match=r"^status$"):
        CentreStatus.from_wire({**A_STATUS, "recovery": recovery})


@pytest.mark.parametrize("wire", [None, 3, [], "text"], ids=repr)
@pytest.mark.parametrize("shape", [PushAnswer, Page, Vouched, Certificate, CentreStatus, Enrolled, ProblemDocument])
def test_an_answer_that_is_no_object_is_unreadable(shape: Any, wire: object) -> None:
    name = next(name for name, (made, _) in FORMS.items() if type(made) is shape)

    with pytest.raises(UnreadableAnswerError) as refused:
        shape.from_wire(wire)

    assert refused.value.args == (NAMED.get(name, name),)


@pytest.mark.parametrize("wire", [None, 3, [], "text"], ids=repr)
def test_an_op_or_a_batch_that_is_no_object_is_unreadable(wire: object) -> None:
    with pytest.raises(UnreadableOpError, match=r"^an op is a JSON object$"):
        Op.from_wire(wire)
    with pytest.raises(UnreadableBatchError, match=r"^a batch is a JSON object$"):
        Batch.from_wire(wire)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("stream", 1),
        ("epoch", None),
        ("region", 13),
        ("prev", None),
        ("link", []),
        ("first_seq", 0),
        ("first_seq", -1),
        ("first_seq", True),
        ("first_seq", "1"),
        ("ops", []),
        ("ops", {}),
        ("values", []),
        ("values", None),
        ("proofs", []),
        ("proofs", None),
        ("next_stream", 3),
    ],
    ids=repr,
)
def test_a_batch_with_a_member_of_another_form_is_unreadable_and_the_error_names_it(member: str, value: Any) -> None:
    with pytest.raises(UnreadableBatchError) as refused:
        Batch.from_wire({**A_BATCH, member: value})

    assert refused.value.args == (member,)


def test_a_batch_with_an_op_too_many_is_told_from_one_that_cannot_be_read() -> None:
    with pytest.raises(OverfullBatchError) as refused:
        Batch.from_wire({**A_BATCH, "ops": [1] * (MAX_OPS + 1)})

    assert refused.value.args == ("ops",)


@pytest.mark.parametrize(("first", "ops"), [(1, 1), (2, MAX_OPS)])
def test_a_batch_may_start_at_one_and_hold_a_thousand_ops(first: int, ops: int) -> None:
    batch = Batch.from_wire({**A_BATCH, "first_seq": first, "ops": [1] * ops})

    assert (batch.first_seq, len(batch.ops), MAX_OPS) == (first, ops, 1_000)


@pytest.mark.parametrize(
    ("shape", "wire", "named"),
    [
        (PushAnswer, {**AN_ANSWER, "results": [{**A_RESULT, "status": "unheard of"}]}, "push"),
        (PushAnswer, {**AN_ANSWER, "results": [{**A_RESULT, "change": "x"}]}, "push"),
        (PushAnswer, {**AN_ANSWER, "results": 3}, "push"),
        (PushAnswer, {**AN_ANSWER, "receipt": None}, "push"),
        (Page, {**A_PAGE, "cursor": "x"}, "pull"),
        (Page, {**A_PAGE, "records": [1]}, "pull"),
        (Page, {**A_PAGE, "records": [{**A_RECORD, "schema": None}]}, "pull"),
        (Vouched, {**A_VOUCHED, "op": 3}, "vouched"),
        (Vouched, {**A_VOUCHED, "op": "text"}, "vouched"),
        (Certificate, {**A_CERTIFICATE, "body": {}}, "certificate"),
        (Certificate, {**A_CERTIFICATE, "body": None}, "certificate"),
        (CentreStatus, {**A_STATUS, "server_time": "noon"}, "status"),
        (CentreStatus, {**A_STATUS, "server_time": 3}, "status"),
        (CentreStatus, {**A_STATUS, "protocol": "x"}, "status"),
        (CentreStatus, {**A_STATUS, "keys": [{**A_KEY, "id": "another"}]}, "status"),
        (CentreStatus, {**A_STATUS, "keys": [{**A_KEY, "use": "paint"}]}, "status"),
        (Enrolled, {**ENROLLED, "keys": None}, "enrol"),
        (Enrolled, {**ENROLLED, "certificate": {}}, "certificate"),
        (ProblemDocument, {**A_PROBLEM, "type": 3}, "problem"),
        (ProblemDocument, {**A_PROBLEM, "status": True}, "problem"),
        (ProblemDocument, {**A_PROBLEM, "status": "403"}, "problem"),
    ],
)
def test_an_answer_with_a_part_of_another_form_is_unreadable(shape: Any, wire: dict[str, Any], named: str) -> None:
    with pytest.raises(UnreadableAnswerError) as refused:
        shape.from_wire(wire)

    assert refused.value.args == (named,)


@pytest.mark.parametrize("text", ["device", "label", "sign_key", "box_key", "role", "region", "issued_at"])
def test_a_certificate_says_all_that_it_has_to_in_texts(text: str) -> None:
    body = A_CERTIFICATE["body"]

    for change in ({text: 3}, {text: None}):
        with pytest.raises(UnreadableAnswerError, match=r"^certificate$"):
            Certificate.from_wire({**A_CERTIFICATE, "body": {**body, **change}})  # type: ignore[dict-item]


@pytest.mark.parametrize("use", ["sign", "box"])
def test_a_key_is_for_signing_or_for_sealing_and_has_the_id_that_is_made_of_it(use: str) -> None:
    assert CentreKey.from_wire({**A_KEY, "use": use}).use == use
    for change in ({"use": "paint"}, {"id": key_id(OTHER_KEY)}):
        with pytest.raises(ValueError, match=r"^key$"):
            CentreKey.from_wire({**A_KEY, "use": use, **change})


def test_a_page_that_vouches_for_something_else_than_ops_is_unreadable() -> None:
    page = Page("e1", "13", 3, 5, False, (PULLED,), {"stream": [A_VOUCHED, A_VOUCHED]})

    assert page.decisions == (VOUCHED, VOUCHED)
    assert Page("e1", "13", 3, 5, False, ()).decisions == ()
    for stream, named in (("text", "stream"), ({}, "stream"), ([3], "vouched")):
        with pytest.raises(UnreadableAnswerError, match=f"^{named}$"):
            _ = Page("e1", "13", 3, 5, False, (), {"stream": stream}).decisions


def test_a_record_tells_the_op_that_erased_it() -> None:
    bare = PulledRecord("note", RECORD, "13", 1, {}, OP, {}, 1)

    assert PULLED.erasure == VOUCHED
    assert bare.erasure is None
    assert (PULLED.writer_of("title"), PULLED.writer_of("colour")) == (OP, SEEN)


def test_the_centre_signs_the_hash_of_an_op_that_it_vouches_for() -> None:
    assert vouched_bytes("h1") == b'{"v":1,"vouched":"h1"}'
    assert VOUCHED.signed_bytes == vouched_bytes(sha256(f'{{"erase":true,"op":"{OP}"}}'.encode()).hexdigest())
    assert VOUCHED.proof == {"key": "k1", "signature": "g1"}


def test_what_is_signed_is_the_canonical_json_of_a_body() -> None:
    assert RECEIPT.signed_bytes == b'{"count":3,"v":1}'
    assert CERTIFICATE.signed_bytes.startswith(b'{"box_key":"cdcd')
    assert CENTRE_KEY.signed_bytes == f'{{"id":"{key_id(KEY)}","key":"{KEY}","use":"sign","v":1}}'.encode()


def test_a_conflict_travels_with_its_values_or_without_them() -> None:
    conflict = Conflict(
        id=f"{OP}/state",
        group=("state", "reason"),
        state=ConflictState.CLOSED,
        before={"state": "open"},
        other={"state": "void", "reason": None},
        other_op=OP,
        other_author="berta",
        other_device="d2",
        other_at=AT,
        against_op=SEEN,
        against_author="ana",
        against_at="2026-11-21T11:00:00.000Z",
        closed_by=RECORD,
    )
    bare = {
        "id": f"{OP}/state",
        "group": ["state", "reason"],
        "state": "closed",
        "other_op": OP,
        "against_op": SEEN,
        "other_author": "berta",
        "other_device": "d2",
        "other_at": AT,
        "against_author": "ana",
        "against_at": "2026-11-21T11:00:00.000Z",
        "closed_by": RECORD,
    }

    assert conflict_to_wire(conflict) == {
        **bare,
        "before": {"state": "open"},
        "other": {"state": "void", "reason": None},
    }
    assert conflict_to_wire(conflict, values=False) == bare
    assert conflict_to_wire(replace(conflict, private=True), values=False) == {**bare, "private": True}
    assert type(conflict_to_wire(conflict)["state"]) is str


@pytest.mark.parametrize("told", ["op", 7, None, [7], {}, {"op": 1}], ids=str)
def test_late_writers_that_are_no_list_of_texts_are_no_answer(told: Any) -> None:
    record = PulledRecord("note", RECORD, "13", 1, {}, "", {}, 1, extra={"late": told})

    with pytest.raises(UnreadableAnswerError, match=r"^late$"):
        _ = record.late


@pytest.mark.parametrize(("told", "late"), [({}, ()), ({"late": ["w1"]}, ("w1",))], ids=["none", "one"])
def test_a_record_tells_which_of_its_writers_were_late(told: dict[str, Any], late: tuple[str, ...]) -> None:
    record = PulledRecord("note", "r1", "13", 1, {}, "w1", {}, 1, extra=told)

    assert record.late == late
