"""Keys, certificates, receipts and codes: what is true is taken, and everything else is not."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from nacl.signing import SigningKey

from sync.client.enrolment import enrol
from sync.client.errors import CodeRefusedError, ForgedError, InvalidCodeError
from sync.client.http import Central
from sync.client.keys import DeviceKeys, first_keys, seal, signature_holds, trusted_keys, verify_certificate
from sync.client.ports import Caller
from sync.client.receipts import verify_answer, verify_delivery
from sync.core.codes import EnrolmentCode
from sync.core.errors import UnreadableAnswerError
from sync.core.merge import Outcome
from sync.core.protocol import Batch, OpResult, PushAnswer, Receipt
from sync.core.trust import (
    BOX,
    SIGN,
    CentreKey,
    CentreStatus,
    Certificate,
    Enrolled,
    RecoveryKey,
    by_use,
    key_id,
    words_to_compare,
)
from tests.sync.http_centre import HttpCentre
from tests.sync.memory_centre import MemoryCentre
from tests.sync.memory_outbox import MemoryOutbox
from tests.sync.toy import uid

WORDS = tuple(f"palabra{number}" for number in range(2_048))
CODE = "7K3M-Q2RT-9XVB-0HNA"


def a_centre_key(seed: int, *, by: int | None = None, use: str = SIGN) -> CentreKey:
    public = bytes(SigningKey(bytes([seed]) * 32).verify_key).hex()
    key = CentreKey(key_id(public), use, public)
    if by is None:
        return key
    signer = SigningKey(bytes([by]) * 32)
    signature = signer.sign(key.signed_bytes).signature.hex()
    return replace(key, by=key_id(bytes(signer.verify_key).hex()), signature=signature)


def test_a_key_is_trusted_over_any_number_of_steps() -> None:
    known = by_use([a_centre_key(1)])
    offered = [a_centre_key(4, by=3, use=BOX), a_centre_key(3, by=2), a_centre_key(2, by=1), a_centre_key(1)]

    trusted, unknown = trusted_keys(known, offered)

    assert {key.id for key in trusted} == {key.id for key in offered[:3]}
    assert unknown == ()


@pytest.mark.parametrize(
    "offered",
    [
        a_centre_key(9),
        a_centre_key(3, by=2),
        replace(a_centre_key(2, by=1), key=a_centre_key(5).key, id=a_centre_key(5).id),
        replace(a_centre_key(2, by=1), signature="zz"),
        replace(a_centre_key(2, by=1), signature=None),
        replace(a_centre_key(2, by=1), use=BOX),
    ],
    ids=["alone", "by a stranger", "another key", "nonsense", "unsigned", "another use"],
)
def test_a_key_for_which_nobody_known_vouches_is_not_trusted(offered: CentreKey) -> None:
    trusted, unknown = trusted_keys(by_use([a_centre_key(1)]), [offered])

    assert trusted == ()
    assert unknown == (offered,)


def test_a_box_key_vouches_for_nobody() -> None:
    known = by_use([a_centre_key(1)])

    trusted, unknown = trusted_keys(known, [a_centre_key(2, by=1, use=BOX), a_centre_key(3, by=2)])

    assert [key.use for key in trusted] == [BOX]
    assert len(unknown) == 1


def test_the_first_meeting_keeps_one_root_and_what_it_vouches_for() -> None:
    root, kept = first_keys([a_centre_key(1), a_centre_key(2, by=1, use=BOX)])

    assert root == a_centre_key(1)
    assert kept == {SIGN: {root.id: root.key}, BOX: {a_centre_key(2).id: a_centre_key(2).key}}


@pytest.mark.parametrize(
    "offered",
    [(), (a_centre_key(1), a_centre_key(2)), (a_centre_key(1), a_centre_key(3, by=2)), (a_centre_key(1, use=BOX),)],
    ids=["none", "two roots", "a stranger's", "no signing key"],
)
def test_a_first_meeting_without_one_clear_root_is_forged(offered: tuple[CentreKey, ...]) -> None:
    with pytest.raises(ForgedError) as refused:
        first_keys(offered)

    assert refused.value.what == "keys"


def test_a_key_with_the_id_of_another_cannot_be_read() -> None:
    wire = {**a_centre_key(1).to_wire(), "id": a_centre_key(2).id}

    with pytest.raises(ValueError, match="key"):
        CentreKey.from_wire(wire)


def test_a_key_travels_and_comes_back_the_same() -> None:
    key = a_centre_key(2, by=1)

    assert CentreKey.from_wire(key.to_wire()) == key


def test_the_centre_signs_which_recovery_key_and_since_when() -> None:
    told = RecoveryKey("ab" * 32, "2026-11-21T12:00:00.000Z", "k1", "g1")

    assert told.signed_bytes == f'{{"recovery_key":"{told.key}","since":"2026-11-21T12:00:00.000Z","v":1}}'.encode()


def test_a_recovery_key_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match=r"^recovery key$"):
        RecoveryKey.from_wire({"key": "ab" * 31, "since": "", "by": "", "signature": ""})


def test_only_the_device_opens_what_is_sealed_to_it(keys: DeviceKeys) -> None:
    sealed = seal(keys.box_key, "reservado ñ".encode())

    assert keys.unseal(_base64(sealed)) == "reservado ñ".encode()
    with pytest.raises(ForgedError):
        DeviceKeys(bytes(32), bytes([9]) * 32).unseal(_base64(sealed))


def test_keys_never_show_their_seeds(keys: DeviceKeys) -> None:
    assert repr(keys) == "DeviceKeys()"


def test_nonsense_is_no_signature(keys: DeviceKeys) -> None:
    assert signature_holds(keys.sign_key, b"x", keys.sign(b"x").hex())
    assert not signature_holds(keys.sign_key, b"y", keys.sign(b"x").hex())
    assert not signature_holds("no key", b"x", "no signature")


def test_six_words_change_with_either_key() -> None:
    mine = words_to_compare("aa" * 32, "bb" * 32, WORDS)

    assert len(mine) == 6
    assert mine == words_to_compare("aa" * 32, "bb" * 32, WORDS)
    assert mine != words_to_compare("ab" * 32, "bb" * 32, WORDS)
    assert mine != words_to_compare("aa" * 32, "ba" * 32, WORDS)


@pytest.mark.parametrize("typed", ["", "7K3M-Q2RT", "7K3M-Q2RT-9XVB-0HNU", "7K3M-Q2RT-9XVB-0HÑA", "0" * 80])
def test_a_misspelt_code_is_noticed_before_anything_is_sent(
    typed: str, keys: DeviceKeys, central: Central, served: HttpCentre
) -> None:
    with pytest.raises(InvalidCodeError) as refused:
        enrol(typed, keys, "1.0", central)

    assert refused.value.code == "bad_code"
    assert typed == "" or typed not in str(refused.value)
    assert served.requests == []


def test_a_laptop_becomes_a_device_and_knows_whom_it_trusts(
    central: Central, served: HttpCentre, centre: MemoryCentre, keys: DeviceKeys
) -> None:
    code = EnrolmentCode.parse(CODE)
    served.codes[code.id] = code

    enrolment = enrol(CODE, keys, "1.0", central)

    assert enrolment.certificate.body["sign_key"] == keys.sign_key
    assert enrolment.centre_keys == centre.keys
    assert enrolment.words(WORDS) == words_to_compare(centre.sign_key, keys.sign_key, WORDS)
    assert code.secret.encode() not in served.requests[0].body


def test_the_secret_of_another_code_enrols_nobody(central: Central, served: HttpCentre, keys: DeviceKeys) -> None:
    served.codes["7K3M"] = EnrolmentCode.parse("7K3M-0000-0000-0000")

    with pytest.raises(CodeRefusedError) as refused:
        enrol(CODE, keys, "1.0", central)

    assert refused.value.code == "code_unknown"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda c: replace(c, key="0" * 16), "unknown_key"),
        (lambda c: replace(c, signature="00" * 64), "signature"),
        (lambda c: replace(c, body={**c.body, "role": "coordination"}), "signature"),
    ],
    ids=["a stranger's key", "no signature", "another role"],
)
def test_a_changed_certificate_does_not_hold(
    centre: MemoryCentre, keys: DeviceKeys, change: Callable[[Certificate], Certificate], why: str
) -> None:
    certificate = change(centre.certify(uid("d"), keys.sign_key, keys.box_key))

    with pytest.raises(ForgedError) as refused:
        verify_certificate(certificate, keys.sign_key, keys.box_key, centre.keys)

    assert refused.value.why == why


def test_a_certificate_for_other_keys_is_of_no_use(centre: MemoryCentre, keys: DeviceKeys) -> None:
    certificate = centre.certify(uid("d"), keys.sign_key, "00" * 32)

    with pytest.raises(ForgedError, match="other_keys"):
        verify_certificate(certificate, keys.sign_key, keys.box_key, centre.keys)


@pytest.fixture
def sent(laptop: MemoryOutbox, centre: MemoryCentre, caller: Caller) -> tuple[Batch, PushAnswer]:
    for name in ("r1", "r2"):
        laptop.save("note", uid(name), {"title": name})
    batch = laptop.next_batch(10, 10_000)
    return batch, centre.push(batch, caller)


def test_a_true_receipt_holds_today_and_any_other_day(
    sent: tuple[Batch, PushAnswer], laptop: MemoryOutbox, centre: MemoryCentre
) -> None:
    delivery = verify_answer(*sent, laptop.identity().device, centre.keys)

    verify_delivery(delivery, centre.keys)


def _with_body(answer: PushAnswer, **members: Any) -> PushAnswer:
    return replace(answer, receipt=replace(answer.receipt, body={**answer.receipt.body, **members}))


def _with_first(answer: PushAnswer, **members: Any) -> PushAnswer:
    first, *others = answer.results
    return replace(answer, results=(replace(first, **members), *others))


FORGERIES: dict[str, Callable[[PushAnswer], PushAnswer]] = {
    "another device": lambda answer: _with_body(answer, device=uid("other")),
    "another stream": lambda answer: _with_body(answer, stream=uid("other")),
    "another history": lambda answer: _with_body(answer, epoch=uid("other")),
    "another place": lambda answer: _with_body(answer, first_seq=2),
    "another count": lambda answer: _with_body(answer, count=1),
    "another root": lambda answer: _with_body(answer, root="0" * 64),
    "another version": lambda answer: _with_body(answer, v=2),
    "another hour": lambda answer: _with_body(answer, issued_at="2020-01-01T00:00:00.000Z"),
    "another status": lambda answer: _with_first(answer, status=Outcome.CONFLICT),
    "another change": lambda answer: _with_first(answer, change=99),
    "another op": lambda answer: _with_first(answer, op=uid("other")),
    "a result less": lambda answer: replace(answer, results=answer.results[1:]),
    "a result more": lambda answer: replace(answer, results=(*answer.results, answer.results[0])),
    "results turned round": lambda answer: replace(answer, results=answer.results[::-1]),
    "a stranger's key": lambda answer: replace(answer, receipt=replace(answer.receipt, key="0" * 16)),
    "no signature": lambda answer: replace(answer, receipt=replace(answer.receipt, signature="00" * 64)),
    "an answer of another history": lambda answer: replace(answer, epoch=uid("other")),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_receipt_proves_nothing(
    sent: tuple[Batch, PushAnswer],
    laptop: MemoryOutbox,
    centre: MemoryCentre,
    forge: Callable[[PushAnswer], PushAnswer],
) -> None:
    batch, answer = sent

    with pytest.raises(ForgedError) as refused:
        verify_answer(batch, forge(answer), laptop.identity().device, centre.keys)

    assert refused.value.code == "bad_receipt"


def test_a_receipt_does_not_cover_other_ops_than_those_sent(
    sent: tuple[Batch, PushAnswer], laptop: MemoryOutbox, centre: MemoryCentre
) -> None:
    batch, answer = sent
    changed = replace(batch, ops=({**batch.ops[0], "author": "somebody else"}, *batch.ops[1:]))

    with pytest.raises(ForgedError, match="root"):
        verify_answer(changed, answer, laptop.identity().device, centre.keys)


def test_an_op_that_is_no_object_has_no_receipt(
    sent: tuple[Batch, PushAnswer], laptop: MemoryOutbox, centre: MemoryCentre
) -> None:
    batch, answer = sent

    with pytest.raises(ForgedError, match="results"):
        verify_answer(replace(batch, ops=("text", batch.ops[1])), answer, laptop.identity().device, centre.keys)


@pytest.mark.parametrize(
    ("form", "wire"),
    [
        (Certificate.from_wire, {"body": {"device": 1}, "key": "k", "signature": "s"}),
        (Certificate.from_wire, "text"),
        (CentreStatus.from_wire, {"epoch": "e"}),
        (CentreStatus.from_wire, None),
        (Enrolled.from_wire, {"certificate": {}}),
        (Enrolled.from_wire, []),
        (PushAnswer.from_wire, {"epoch": "e", "results": [{"op": 1}], "receipt": {}}),
        (PushAnswer.from_wire, {"epoch": "e", "results": [], "receipt": {"body": 1}}),
        (PushAnswer.from_wire, 7),
    ],
)
def test_an_answer_of_another_form_is_unreadable(form: Callable[[object], object], wire: object) -> None:
    with pytest.raises(UnreadableAnswerError):
        form(wire)


def test_certificate_and_receipt_come_back_as_they_went(centre: MemoryCentre, keys: DeviceKeys) -> None:
    certificate = centre.certify(uid("d"), keys.sign_key, keys.box_key)
    enrolled = Enrolled(certificate, centre.epoch, centre.status().keys, "ab" * 32)
    receipt = Receipt({"v": 1}, "k", "s")

    assert Certificate.from_wire(certificate.to_wire()) == certificate
    assert Enrolled.from_wire(enrolled.to_wire()) == enrolled
    assert Receipt.from_wire(receipt.to_wire()) == receipt
    assert OpResult.from_wire(OpResult("x", Outcome.AGREED, 3).to_wire()) == OpResult("x", Outcome.AGREED, 3)


def _base64(text: str) -> bytes:
    return base64.b64decode(text)
