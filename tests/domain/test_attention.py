from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from terreno_app.domain.attention import (
    MODALITIES,
    STATUS_MOVES,
    AttentionDraft,
    RegistrationContext,
    completed_changes,
    draft_problems,
    edit_problems,
    modality,
    problems,
    review_notes,
    with_defaults,
)
from terreno_app.domain.clock import instant
from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.deadlines import BusinessCalendar
from terreno_app.domain.fields import Json
from tests.factories import (
    DEVICE,
    NOON,
    OFFICER,
    OUTING,
    an_attention,
    an_identity,
    an_owed_attention,
    catalogues,
)

CALENDAR = BusinessCalendar(catalogues().holidays)
CONTEXT = RegistrationContext(NOON, catalogues(), CALENDAR, outing=OUTING, device=DEVICE, officer=OFFICER)
SESSION: dict[str, Json] = {"opened_at": "2026-11-21T13:00:00.000Z", "closed_at": "2026-11-21T20:00:00.000Z"}


def _codes(fields: dict[str, Json], identity: dict[str, Json] | None = None) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in problems(fields, catalogues(), NOON, identity)]


def _edit(before: dict[str, Json], **changes: Json) -> list[tuple[str, str]]:
    completed = completed_changes(before, changes, catalogues(), CALENDAR)
    return [(problem.field, problem.code) for problem in edit_problems(before, completed, catalogues())]


def _notes(record: dict[str, Json], **facts: Any) -> list[str]:
    identity, referrals = facts.pop("identity", None), facts.pop("referrals", ())
    return [note.code for note in review_notes(record, identity, referrals, catalogues(), **facts)]


def test_type_and_topic_are_enough_for_a_plain_enquiry() -> None:
    stored = with_defaults({"type": "enquiry", "topic": "vivienda"}, CONTEXT)

    assert stored == an_attention()
    assert _codes(stored) == []


def test_a_complaint_gets_its_term_as_it_will_be_printed() -> None:
    stored = with_defaults({"type": "complaint", "topic": "pensiones", "own_service": False}, CONTEXT)

    assert (stored["answer_owed"], stored["outcome"]) == (True, "in_process")
    assert (stored["due_on"], stored["due_rule"]) == ("2026-12-04", "answer_10")
    assert _codes(stored) == []


def test_who_declines_an_answer_gets_no_term() -> None:
    stored = with_defaults({"type": "complaint", "topic": "rsh", "own_service": True, "answer_owed": False}, CONTEXT)

    assert "due_on" not in stored
    assert stored["outcome"] == "informed"
    assert _codes(stored) == []


def test_what_was_typed_is_never_replaced_by_a_default() -> None:
    typed: dict[str, Json] = {
        "type": "complaint",
        "topic": "rsh",
        "own_service": True,
        "due_on": "2027-01-04",
        "outcome": "referred",
        "persons_count": 4,
        "device": OFFICER,
    }

    assert with_defaults(typed, CONTEXT).items() >= typed.items()


def test_emptied_fields_are_left_out_of_a_new_attention() -> None:
    stored = with_defaults({"type": "enquiry", "topic": "vivienda", "programme": None, "description": ""}, CONTEXT)

    assert stored == an_attention()


def test_other_spaces_need_no_outing_and_take_none_from_the_session() -> None:
    stored = with_defaults({"type": "enquiry", "topic": "salud", "space": "tic"}, CONTEXT)

    assert "outing" not in stored
    assert _codes(stored) == []


def test_without_an_open_session_a_stand_attention_is_refused() -> None:
    stored = with_defaults({"type": "enquiry", "topic": "salud"}, RegistrationContext(NOON, catalogues(), CALENDAR))

    assert _codes(stored) == [("outing", "required")]


def test_an_unreadable_hour_is_named_and_breaks_nothing() -> None:
    stored = with_defaults({"type": "suggestion", "topic": "salud", "received_at": "ayer"}, CONTEXT)

    assert ("received_at", "wrong_type") in _codes(stored)
    assert "due_on" not in stored


@pytest.mark.parametrize(("ahead", "refused"), [(10, False), (11, True)])
def test_reception_may_lie_ten_minutes_ahead_of_the_clock(ahead: int, refused: bool) -> None:
    received = instant(NOON + timedelta(minutes=ahead))

    found = _codes(an_attention(received_at=received))

    assert (("received_at", "in_future") in found) is refused


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"type": None}, ("type", "required")),
        ({"topic": None}, ("topic", "required")),
        ({"type": "complaint"}, ("own_service", "required")),
        ({"type": "follow_up"}, ("parent_folio", "required")),
        ({"user_type": "community_leader", "org_type": "JJVV"}, ("org_name", "required")),
        ({"user_type": "community_leader", "org_name": "Los Aromos"}, ("org_type", "required")),
        ({"org_type": "SIND"}, ("org_type", "needs_consent")),
        ({"org_type": "SIND", "sensitive_consent": "none"}, ("org_type", "needs_consent")),
        ({"gender_identity": "NB"}, ("gender_identity", "needs_consent")),
        ({"disability": "no", "sensitive_consent": "none"}, ("disability", "needs_consent")),
        (
            {"supports": ["csg"], "sensitive_consent": "verbal", "age_band": "T00_13"},
            ("supports", "hidden_for_minor"),
        ),
        (
            {"indigenous_people": "MAPUCHE", "sensitive_consent": "verbal", "age_band": "T14_17"},
            ("indigenous_people", "hidden_for_minor"),
        ),
        ({"back_captured": True}, ("paper_folio", "required")),
        ({"type": "foi_request"}, ("answer_owed", "always_owed")),
        ({"due_on": "2026-12-04"}, ("due_on", "not_owed")),
        ({"answer_owed": True, "due_on": "2026-12-04"}, ("due_rule", "required")),
        ({"status": "voided"}, ("void_reason", "required")),
        ({"void_reason": "doble"}, ("void_reason", "not_voided")),
        ({"answered_at": "2026-11-21T15:00:00.000Z"}, ("answered_at", "before_received")),
        ({"residence_comuna": "13101", "residence_country": "AR"}, ("residence_country", "one_of_two")),
        ({"dos_products": ["PGU"]}, ("dos_products", "unknown_code")),
    ],
)
def test_a_rule_that_is_broken_is_named(fields: dict[str, Json], problem: tuple[str, str]) -> None:
    assert _codes(an_attention(**fields)) == [problem]


@pytest.mark.parametrize(
    "fields",
    [
        {"org_type": "SIND", "sensitive_consent": "written"},
        {"gender_identity": "NB", "sensitive_consent": "verbal", "supports": []},
        {"back_captured": True, "paper_folio": "P-0042"},
        {"status": "voided", "void_reason": "ingresada dos veces"},
        {"type": "follow_up", "parent_folio": "T99-2025-000001-5"},
        {"answered_at": "2026-11-21T15:30:00.000Z", "status": "answered"},
        {"answered_at": "mañana"},
        {"received_at_corrected": {"value": "2026-11-21T14:00:00.000Z"}, "answered_at": "2026-11-21T15:00:00.000Z"},
    ],
)
def test_what_the_rules_allow_is_saved(fields: dict[str, Json]) -> None:
    found = [code for _, code in _codes(an_attention(**fields)) if code != "wrong_type"]

    assert found == []


def test_a_parent_who_answers_for_a_teenager_opens_the_sensitive_questions() -> None:
    fields = an_owed_attention(indigenous_people="MAPUCHE", sensitive_consent="verbal", age_band="T14_17")

    found = _codes(fields, an_identity(guardian="Su madre"))

    assert found == []


def test_no_identity_is_kept_when_no_answer_is_owed() -> None:
    assert _codes(an_attention(), an_identity()) == [("identity", "not_owed")]


def test_a_draft_is_checked_with_its_defaults_and_its_identity_as_typed() -> None:
    draft = AttentionDraft({"type": "suggestion", "topic": "salud"}, an_identity(doc_number="12.531.909-2"))
    wrong = AttentionDraft({"type": "suggestion"}, an_identity(doc_number="12.531.909-3"))

    assert draft_problems(draft, CONTEXT) == ()
    assert draft_problems(AttentionDraft({"type": "enquiry", "topic": "salud"}), CONTEXT) == ()
    assert [(p.field, p.code) for p in draft_problems(wrong, CONTEXT)] == [
        ("topic", "required"),
        ("doc_number", "invalid_run"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [(old, new) for old, moves in STATUS_MOVES.items() for new in moves],
)
def test_a_status_moves_along_its_ways(old: str, new: str) -> None:
    before = an_attention(status=old, void_reason="doble" if old == "voided" else None)
    reason: dict[str, Json] = {"void_reason": "doble"} if new == "voided" else {}

    assert _edit(before, status=new, **reason) == []


@pytest.mark.parametrize(
    ("old", "new"), [("closed", "registered"), ("in_process", "registered"), ("answered", "referred")]
)
def test_a_status_never_jumps(old: str, new: str) -> None:
    assert _edit(an_attention(status=old), status=new) == [("status", "not_allowed")]


def test_every_status_has_its_moves_and_every_space_its_modality() -> None:
    assert set(STATUS_MOVES) == set(CODE_LISTS["attention_status"])
    assert set(MODALITIES) == set(CODE_LISTS["space"])
    assert modality("tic") == "phone"
    assert modality("nada") is None


def test_a_status_is_not_emptied() -> None:
    assert _edit(an_attention(), status=None) == [("status", "required")]


@pytest.mark.parametrize("field", ["folio", "received_at", "space", "outing", "registered_by", "device", "draw"])
def test_what_is_set_once_is_not_edited(field: str) -> None:
    before = an_attention(folio="T07-2026-000123-9", draw={"selected": False, "eligible": True})

    found = _edit(before, **{field: None})

    assert (field, "immutable") in found
    assert _edit(before, **{field: before[field]}) == []


def test_an_edit_is_not_held_up_by_what_a_merge_broke() -> None:
    odd = an_attention(type="complaint", due_on="2026-12-04")

    assert _edit(odd, topic="salud") == []
    assert _edit(odd, user_type="community_leader", org_name="Los Aromos") == [("org_type", "required")]


def test_an_edit_long_after_is_not_checked_against_the_clock() -> None:
    assert _edit(an_attention(received_at="2056-01-01T00:00:00.000Z"), topic="salud") == []


def test_an_answer_that_becomes_owed_gets_its_term_and_loses_it_again() -> None:
    owed = completed_changes(an_attention(), {"answer_owed": True}, catalogues(), CALENDAR)
    declined = completed_changes(an_owed_attention(), {"answer_owed": False}, catalogues(), CALENDAR)
    kept = completed_changes(an_owed_attention(), {"answer_owed": True}, catalogues(), CALENDAR)

    assert owed == {"answer_owed": True, "due_on": "2026-12-04", "due_rule": "answer_10"}
    assert declined == {"answer_owed": False, "due_on": None, "due_rule": None}
    assert kept == {"answer_owed": True}


def test_a_void_that_is_undone_loses_its_reason() -> None:
    voided = an_attention(status="voided", void_reason="doble")

    assert completed_changes(voided, {"status": "registered"}, catalogues(), CALENDAR)["void_reason"] is None


def test_a_plain_attention_leaves_nothing_to_review() -> None:
    assert _notes(an_attention(), session=SESSION, now=NOON) == []


@pytest.mark.parametrize(
    ("record", "facts", "codes"),
    [
        (an_owed_attention(), {}, ["owed_without_identity"]),
        (an_owed_attention(), {"identity_known": False}, []),
        (an_owed_attention(), {"identity": an_identity()}, []),
        (an_owed_attention(), {"identity": dict.fromkeys(an_identity())}, ["owed_without_identity"]),
        (an_owed_attention(), {"identity": an_identity(email=None)}, ["owed_without_contact"]),
        (an_owed_attention(status="closed"), {}, []),
        (an_attention(outcome="referred"), {}, ["referred_without_referral"]),
        (an_attention(outcome="referred"), {"referrals": [{"status": "sent"}]}, []),
        (an_attention(outcome="referred"), {"referrals": [{"status": "voided"}]}, ["referred_without_referral"]),
        (an_attention(status="answered"), {}, ["answered_without_answer"]),
        (an_attention(type="complaint"), {}, ["own_service_required"]),
        (an_attention(received_at="2026-11-21T10:59:00.000Z"), {"session": SESSION}, ["outside_session"]),
        (an_attention(received_at="2026-11-21T22:01:00.000Z"), {"session": SESSION}, ["outside_session"]),
        (
            an_attention(received_at="2026-11-21T22:01:00.000Z", back_captured=True, paper_folio="1"),
            {"session": SESSION},
            [],
        ),
        (an_attention(), {"session": {"opened_at": "2026-11-21T15:00:00.000Z"}}, []),
        (an_attention(received_at="1996-11-21T15:00:00.000Z"), {"now": NOON, "session": SESSION}, ["improbable_hour"]),
        (an_attention(received_at="2056-11-21T15:00:00.000Z"), {"now": NOON}, ["improbable_hour"]),
        (an_attention(received_at="nunca"), {"now": NOON}, []),
        (an_attention(status="voided", void_reason="doble"), {}, []),
        (an_attention(status="voided"), {"edited_after_void": True}, ["edited_after_void", "void_reason_required"]),
    ],
)
def test_what_a_person_should_look_at_is_listed(
    record: dict[str, Json],
    facts: dict[str, Any],
    codes: list[str],
) -> None:
    assert _notes(record, **facts) == codes


def test_a_corrected_hour_is_the_one_that_is_looked_at() -> None:
    record = an_attention(
        received_at="1996-11-21T15:00:00.000Z",
        received_at_corrected={"value": "2026-11-21T15:00:00.000Z", "reason": "reloj"},
    )

    assert _notes(record, now=datetime(2026, 11, 22, tzinfo=UTC), session=SESSION) == []
