import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.clock import instant
from terreno_app.services.errors import RejectedDraftError, ServiceError
from tests.factories import OFFICER, FixedClock

COMPLAINT = {"type": "complaint", "topic": "identidad", "own_service": False, "concerned_institution": "SRCEI"}
PERSON = {
    "doc_type": "run",
    "doc_number": "12.531.909-2",
    "names": "Ana",
    "surnames": "Soto",
    "email": "ana@example.cl",
}


def register(laptop: OpenLaptop, **fields: object):
    return laptop.attentions.register(AttentionDraft({"type": "enquiry", "topic": "vivienda", **fields}), OFFICER)


def test_an_enquiry_is_saved_with_its_folio_and_its_draw(stand: OpenLaptop) -> None:
    done = register(stand)

    shown = stand.store.shown("attention", done.id)
    assert shown is not None
    assert done.folio.startswith("T07-2026-000001-")
    assert shown.fields["outcome"] == "informed"
    assert shown.fields["registered_by"] == OFFICER
    assert done.draw is not None
    assert done.draw["eligible"] is True
    assert shown.state == "local"


def test_a_complaint_keeps_its_identity_apart_and_has_a_due_date(stand: OpenLaptop) -> None:
    done = stand.attentions.register(AttentionDraft(COMPLAINT, PERSON), OFFICER)

    opened = stand.attentions.open(done.id)
    assert done.due_on == "2026-12-04"
    assert opened.identity is not None
    assert opened.identity["doc_number"] == "12531909-2"
    assert "names" not in opened.fields


def test_a_wrong_run_is_refused_and_nothing_is_saved(stand: OpenLaptop) -> None:
    with pytest.raises(RejectedDraftError) as refused:
        stand.attentions.register(AttentionDraft(COMPLAINT, {**PERSON, "doc_number": "12.531.909-3"}), OFFICER)

    assert [p.field for p in refused.value.problems] == ["doc_number"]
    assert stand.store.select("attention") == ()


def test_what_would_be_refused_is_told_before_saving(stand: OpenLaptop) -> None:
    problems = stand.attentions.check(AttentionDraft({"type": "complaint", "topic": "identidad"}))

    assert {p.field for p in problems} == {"own_service"}


def test_folios_follow_each_other_without_gaps_even_after_a_refusal(stand: OpenLaptop) -> None:
    first = register(stand)
    with pytest.raises(RejectedDraftError):
        register(stand, received_at="2026-12-31T00:00:00Z")
    second = register(stand)

    assert first.folio[9:15] == "000001"
    assert second.folio[9:15] == "000002"


def test_systematic_draws_count_only_who_is_eligible(laptop: OpenLaptop) -> None:
    planned = laptop.paper.register_one(
        {"kind": "outing", "planned_on": "2026-11-21", "comuna": "13110", "sampling": {"method": "systematic", "k": 2}},
        OFFICER,
    )
    laptop.outings.open(planned.id, OFFICER)

    draws = [register(laptop, **extra).draw for extra in ({}, {"persons_count": 3}, {}, {})]

    assert [d["i"] for d in draws if d] == [1, None, 2, 3]
    assert [d["selected"] for d in draws if d].count(True) in {1, 2}


def test_an_attention_of_another_space_carries_no_draw(stand: OpenLaptop) -> None:
    done = register(stand, space="oirs")

    assert done.draw is None


def test_a_correction_carries_what_was_on_screen(stand: OpenLaptop) -> None:
    done = register(stand)
    opened = stand.attentions.open(done.id)

    stand.attentions.edit(done.id, {"education": "MEDIA_COM"}, opened.seen, OFFICER)
    stand.attentions.edit(done.id, {"programme": "RSH"}, opened.seen, OFFICER)

    ops = stand.store.own_ops("attention", done.id)
    assert [sorted(o.op.fields) for o in ops[1:]] == [["education"], ["programme"]]
    assert stand.attentions.open(done.id).fields["programme"] == "RSH"


def test_an_identity_can_come_later_and_be_corrected(stand: OpenLaptop) -> None:
    done = stand.attentions.register(AttentionDraft(COMPLAINT), OFFICER)

    stand.attentions.edit(done.id, {}, {}, OFFICER, identity=PERSON)
    opened = stand.attentions.open(done.id)
    stand.attentions.edit(done.id, {}, {}, OFFICER, identity={"phone": "912345678"}, identity_seen=opened.identity_seen)

    identity = stand.attentions.open(done.id).identity
    assert identity is not None
    assert identity["phone"] == "+56912345678"
    assert identity["names"] == "Ana"


def test_a_void_keeps_the_row_with_its_reason(stand: OpenLaptop) -> None:
    done = register(stand)
    seen = stand.attentions.open(done.id).seen

    stand.attentions.void(done.id, "ingresada dos veces", seen, OFFICER)

    row = stand.attentions.rows()[0]
    assert row.status == "voided"
    session = stand.outings.current()
    assert stand.attentions.counts(session).attentions == 0


def test_a_void_needs_a_reason(stand: OpenLaptop) -> None:
    done = register(stand)

    with pytest.raises(RejectedDraftError):
        stand.attentions.void(done.id, "  ", {}, OFFICER)


def test_an_unknown_record_is_told(stand: OpenLaptop) -> None:
    with pytest.raises(ServiceError, match="no tiene ese registro"):
        stand.attentions.open("nobody")


def test_the_day_is_counted_in_attentions_persons_and_informed(stand: OpenLaptop, clock: FixedClock) -> None:
    register(stand, persons_count=4)
    clock.move(minutes=1)
    register(stand, received_at="2026-11-21T14:00:00Z")
    stand.outings.add_informed("material", 12, OFFICER)

    counts = stand.attentions.counts(stand.outings.current())

    assert (counts.attentions, counts.persons, counts.informed, counts.goal) == (2, 5, 12, 40)
    assert counts.oldest_unsent_at == "2026-11-21T15:04:05.123Z"
    assert counts.waiting_surveys == counts.drawn
    assert [row.persons_count for row in stand.attentions.rows()] == [4, 1]


def test_without_an_outing_the_day_counts_nothing(laptop: OpenLaptop) -> None:
    counts = laptop.attentions.counts(None)

    assert counts.attentions == 0
    assert counts.oldest_unsent_at is None


def test_a_draft_outlives_the_laptop_and_goes_with_its_attention(stand: OpenLaptop) -> None:
    draft = AttentionDraft({"id": "01990000-0000-7000-8000-00000000aaaa", "type": "enquiry", "topic": "salud"}, PERSON)
    stand.attentions.save_draft("01990000-0000-7000-8000-00000000aaaa", draft)
    stand.attentions.save_draft("other", AttentionDraft({"type": "other"}))

    kept = stand.attentions.drafts()
    stand.attentions.register(AttentionDraft(draft.fields), OFFICER)
    stand.attentions.discard_draft("other")

    assert kept["01990000-0000-7000-8000-00000000aaaa"] == draft
    assert stand.attentions.drafts() == {}


def test_text_that_could_never_travel_is_refused_before_it_is_saved(stand: OpenLaptop) -> None:
    with pytest.raises(RejectedDraftError) as refused:
        register(stand, description="a" * 5_000)

    assert refused.value.problems[0].field == "description"
    with pytest.raises(RejectedDraftError):
        register(stand, description="nulo \x00")


def test_nobody_is_shown_what_another_officer_was_typing(stand: OpenLaptop) -> None:
    stand.attentions.save_draft("new", AttentionDraft({"type": "complaint"}, PERSON))
    with stand.store.transaction() as write:
        write.save_draft("somebody-else/new", {"fields": {}, "identity": None, "seen": {}, "identity_seen": {}})

    assert list(stand.attentions.drafts()) == ["new"]
    stand.attentions.discard_draft("new")
    assert list(stand.store.drafts()) == ["somebody-else/new"]


def test_what_others_left_half_written_is_counted_by_officer_and_by_outing(stand: OpenLaptop) -> None:
    session = stand.outings.current()
    assert session is not None
    new = {"fields": {}, "identity": None, "seen": {}, "identity_seen": {}}
    kept = {
        f"{OFFICER}/own": new,
        "marcela/of-this": {**new, "outing": session.outing},
        "marcela/kept-by-an-older-version": new,
        "marcela/of-another": {**new, "outing": "another"},
        "ivan/edit/correcting": new,
    }
    with stand.store.transaction() as write:
        for key, body in kept.items():
            write.save_draft(key, body)

    assert stand.attentions.half_written_by_others(session.outing) == {"marcela": 2}


def test_what_was_begun_before_the_close_is_saved_after_it_in_its_outing_and_without_a_draw(
    stand: OpenLaptop, clock: FixedClock
) -> None:
    session = stand.outings.current()
    assert session is not None
    begun = instant(clock.now())
    clock.move(hours=2)
    stand.outings.close(session.outing, OFFICER)
    signed = stand.store.shown("acta", session.session)
    clock.move(hours=20)

    done = register(stand, outing=session.outing, received_at=begun)

    saved = stand.store.shown("attention", done.id)
    assert saved is not None
    assert (saved.fields["outing"], saved.fields["received_at"]) == (session.outing, begun)
    assert done.draw is None
    assert signed == stand.store.shown("acta", session.session)


def test_after_a_fork_the_open_laptop_gives_folios_of_its_new_label_from_one_on(stand: OpenLaptop) -> None:
    register(stand)

    stand.store.restart_stream({"body": {"label": "T19"}, "key": "k", "signature": "s"})

    assert register(stand).folio.startswith("T19-2026-000001-")


def test_an_attention_of_another_day_is_found_by_the_words_of_its_row(stand: OpenLaptop) -> None:
    first = register(stand, topic="pensiones", programme="PGU", residence_comuna="13120")
    register(stand, topic="pensiones", programme="PGU", residence_comuna="13110")

    found = stand.attentions.find("ñuñoa garantizada")

    assert [row.folio for row in found] == [first.folio]
    assert [row.id for row in stand.attentions.find(first.folio)] == [first.id]
    assert stand.attentions.find("nada de esto") == ()


def test_another_attention_of_the_same_person_about_the_same_topic_is_told(stand: OpenLaptop) -> None:
    first = stand.attentions.register(AttentionDraft(COMPLAINT, PERSON), OFFICER)
    by_mail = {"names": "Ana María", "email": "ana@example.cl"}
    same_number_of_another_kind = {"doc_type": "passport", "doc_number": "12531909-2", "names": "Ana"}
    opened = stand.attentions.open(first.id)

    def alike(fields: dict, identity: dict | None) -> list[str]:
        return [row.folio for row in stand.attentions.alike(AttentionDraft(fields, identity))]

    assert alike(COMPLAINT, {"doc_type": "run", "doc_number": "12531909-2"}) == [first.folio]
    assert alike(COMPLAINT, by_mail) == [first.folio]
    assert alike(COMPLAINT, same_number_of_another_kind) == []
    assert alike({**COMPLAINT, "topic": "salud"}, PERSON) == []
    assert alike({**COMPLAINT, "type": "follow_up"}, PERSON) == []
    assert alike(COMPLAINT, None) == []
    stand.attentions.void(first.id, "De prueba", opened.seen, OFFICER)
    assert alike(COMPLAINT, PERSON) == []


def test_who_was_attended_today_in_another_space_stands_among_those_of_the_outing(stand: OpenLaptop) -> None:
    session = stand.outings.current()
    assert session is not None
    here = register(stand)
    elsewhere = register(stand, space="tic")
    long_ago = register(stand, space="tic", received_at="2026-11-02T13:00:00.000Z", back_captured=True, paper_folio="9")

    shown = [row.id for row in stand.attentions.rows(session.outing)]

    assert shown == [elsewhere.id, here.id]
    assert long_ago.id in [row.id for row in stand.attentions.rows()]
