from datetime import date

import pytest

from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.fields import Json
from terreno_app.domain.referral import (
    REFERRAL_MOVES,
    is_overdue,
    may_receive,
    referral_notes,
    referral_problems,
    referral_with_defaults,
)
from tests.factories import ATTENTION, catalogues


def _a_referral(**fields: Json) -> dict[str, Json]:
    return {"attention": ATTENTION, "institution": "IPS", "reason": "not_competent", "status": "pending", **fields}


def _codes(fields: dict[str, Json], before: dict[str, Json] | None = None) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in referral_problems(fields, catalogues(), before)]


@pytest.mark.parametrize(
    ("institution", "consent", "may"),
    [("IPS", None, True), ("PRODEMU", None, False), ("PRODEMU", "none", False), ("PRODEMU", "written", True)],
)
def test_only_a_public_body_receives_data_without_consent(institution: str, consent: str | None, may: bool) -> None:
    assert may_receive(institution, consent, catalogues()) is may
    assert (_codes(_a_referral(institution=institution, consent=consent)) == []) is may


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ({}, "pending"),
        ({"sent_at": "2026-11-22T12:00:00.000Z"}, "sent"),
        ({"sent_at": "2026-11-22T12:00:00.000Z", "acknowledged_at": "2026-11-23T12:00:00.000Z"}, "acknowledged"),
    ],
)
def test_a_new_referral_stands_where_its_steps_have_taken_it(steps: dict[str, Json], status: str) -> None:
    assert referral_with_defaults({**_a_referral(status=None), **steps})["status"] == status


def test_what_a_referral_cannot_do_without_is_asked_for() -> None:
    assert _codes({}) == [("attention", "required"), ("institution", "required")]


def test_no_step_comes_before_the_one_it_follows() -> None:
    fields = _a_referral(sent_at="2026-11-22T12:00:00.000Z", answered_at="2026-11-21T12:00:00.000Z")

    assert _codes(fields) == [("answered_at", "out_of_order")]
    assert _codes({**fields, "answered_at": "2026-11-23T12:00:00.000Z"}) == []


@pytest.mark.parametrize(("old", "new"), [(old, new) for old, moves in REFERRAL_MOVES.items() for new in moves])
def test_a_referral_moves_along_its_ways(old: str, new: str) -> None:
    assert _codes(_a_referral(status=new), _a_referral(status=old)) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("answered", "sent", "not_allowed"), ("sent", "pending", "not_allowed"), ("sent", None, "required")],
)
def test_a_referral_never_jumps(old: str, new: str | None, code: str) -> None:
    assert _codes(_a_referral(status=new), _a_referral(status=old)) == [("status", code)]


def test_every_status_of_a_referral_has_its_moves() -> None:
    assert set(REFERRAL_MOVES) == set(CODE_LISTS["referral_status"])


@pytest.mark.parametrize(
    ("fields", "late"),
    [
        ({"due_on": "2026-11-30"}, True),
        ({"due_on": "2026-12-01"}, False),
        ({"due_on": "2026-11-30", "status": "answered"}, False),
        ({"due_on": "ayer"}, False),
        ({}, False),
    ],
)
def test_a_referral_is_overdue_after_its_day_while_it_is_under_way(fields: dict[str, Json], late: bool) -> None:
    assert is_overdue(_a_referral(**fields), date(2026, 12, 1)) is late


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, []),
        ({"sent_at": "2026-11-22T12:00:00.000Z"}, ["citizen_not_informed"]),
        ({"institution": "INTEGRA"}, ["institution_needs_consent"]),
        ({"institution": "INTEGRA", "status": "voided"}, []),
    ],
)
def test_what_a_person_should_look_at_in_a_referral(fields: dict[str, Json], codes: list[str]) -> None:
    assert [note.code for note in referral_notes(_a_referral(**fields), catalogues())] == codes


def test_an_edit_that_met_the_void_of_a_referral_is_to_be_looked_at() -> None:
    voided = _a_referral(status="voided")

    assert [note.code for note in referral_notes(voided, catalogues(), edited_after_void=True)] == ["edited_after_void"]
    assert referral_notes(voided, catalogues()) == ()
