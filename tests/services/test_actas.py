"""The acta says the same before and after it is signed, but for the signature and what came with it."""

import hashlib

import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.errors import ServiceError
from terreno_app.services.outings import seed_key
from terreno_app.storage.errors import WrongPassphraseError
from tests.factories import OFFICER, FixedClock

PLAN = {"kind": "outing", "planned_on": "2026-11-21", "comuna": "13110"}


def current(stand: OpenLaptop) -> str:
    session = stand.outings.current()
    assert session is not None
    return session.outing


def test_an_open_session_is_told_as_it_would_be_signed_now(stand: OpenLaptop) -> None:
    stand.attentions.register(AttentionDraft({"type": "enquiry", "topic": "salud", "persons_count": 2}), OFFICER)
    stand.outings.add_informed("talk", 5, OFFICER)
    stand.outings.hand_out("Folleto", 30, OFFICER)

    sheet = stand.actas.sheet(current(stand))

    assert (sheet.figures.attentions, sheet.figures.persons, sheet.informed_total, sheet.goal) == (1, 2, 5, 40)
    assert sheet.place == "Feria libre, La Florida"
    assert (sheet.signed, sheet.closed_at, sheet.signed_by) == (False, None, "")
    assert sheet.team == (OFFICER,)
    assert sheet.seed_held
    assert sheet.ops == 4
    assert sheet.without_receipt == 2
    assert sheet.accessible is None


def test_the_signed_acta_holds_the_root_over_every_op_of_the_session(stand: OpenLaptop, clock: FixedClock) -> None:
    outing = current(stand)
    stand.attentions.register(AttentionDraft({"type": "enquiry", "topic": "salud"}), OFFICER)
    before = stand.actas.sheet(outing)
    clock.move(hours=3)

    closed = stand.outings.close(outing, OFFICER)
    sheet = stand.actas.sheet(closed.code)

    ops = stand.store.ops_of_session(closed.session)
    assert sheet.root == before.root == hashlib.sha256("\n".join(ops).encode()).hexdigest()
    assert (sheet.signed, sheet.signed_by, sheet.closed_at) == (True, OFFICER, closed.closed_at)
    assert (sheet.ops, sheet.figures, sheet.seed_held) == (before.ops, before.figures, True)


def test_only_drawn_people_who_answered_count_as_answered(stand: OpenLaptop) -> None:
    outing = current(stand)
    for _ in range(8):
        stand.attentions.register(AttentionDraft({"type": "enquiry", "topic": "salud", "age_band": "T30_44"}), OFFICER)
    drawn = [
        row.id
        for row in stand.attentions.rows(outing)
        if stand.store.shown("attention", row.id).fields["draw"]["selected"]
    ]
    for record, result in zip(drawn, ("complete", "none"), strict=False):
        response = {
            "kind": "survey_response",
            "id": record,
            "questionnaire": "satisfaccion",
            "questionnaire_version": 1,
        }
        reason = {"none_reason": "refused"} if result == "none" else {"answers": {"P1": 7}}
        stand.paper.register_one({**response, "mode": "on_screen", "result": result, **reason}, OFFICER)

    sheet = stand.actas.sheet(outing)

    assert sheet.figures.drawn == len(drawn) >= 2
    assert sheet.figures.answered == 1


def test_a_seed_that_is_not_the_committed_one_is_told(stand: OpenLaptop) -> None:
    session = stand.outings.current()
    assert session is not None
    with stand.store.transaction() as write:
        write.put_meta(seed_key(session.session), "00" * 32)
    changed = stand.actas.sheet(session.outing).seed_held

    with stand.store.transaction() as write:
        write.put_meta(seed_key(session.session), None)

    assert not changed
    assert not stand.actas.sheet(session.outing).seed_held


def test_an_outing_that_was_never_opened_here_has_no_acta(laptop: OpenLaptop) -> None:
    planned = laptop.paper.register_one(PLAN, OFFICER)

    with pytest.raises(ServiceError) as refused:
        laptop.actas.sheet(planned.id)

    assert refused.value.code == "no_session"


def test_the_passphrase_of_who_opened_signs_and_another_is_counted(laptop: OpenLaptop) -> None:
    laptop.keys.check("abeja brasa cielo dedo ébano")

    for _ in range(3):
        with pytest.raises(WrongPassphraseError):
            laptop.keys.check("otra frase cualquiera")

    assert laptop.keys.delay_s() == 2
