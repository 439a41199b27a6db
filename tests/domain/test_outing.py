import hashlib
from datetime import timedelta

import pytest

from terreno_app.domain.field_checks import field_problems
from terreno_app.domain.fields import Json
from terreno_app.domain.ids import session_id
from terreno_app.domain.outing import (
    Material,
    NewSession,
    SessionError,
    acta_fields,
    acta_root,
    closed,
    informed_by_kind,
    informed_total,
    materials_of,
    opened,
    opening_warnings,
    outing_problems,
    outing_with_defaults,
    session_notes,
    with_incidents,
    with_informed,
    with_material,
)
from terreno_app.domain.sampling import commitment
from tests.factories import DEVICE, NOON, OFFICER, OUTING, an_outing, catalogues

SEED = bytes(range(32))


def _opened(outing: dict[str, Json], session: dict[str, Json] | None = None, other: str | None = None) -> NewSession:
    return opened(
        OUTING,
        outing,
        device=DEVICE,
        officer=OFFICER,
        seed=SEED,
        now=NOON,
        session=session,
        open_session=other,
    )


def _closed(session: dict[str, Json]) -> dict[str, Json]:
    later = NOON + timedelta(hours=5)
    return {**session, **closed(session, seed=SEED, op_hashes=["aa", "bb"], attentions=2, now=later)}


def test_a_planned_outing_has_nothing_wrong() -> None:
    assert outing_problems(outing_with_defaults({**an_outing(), "status": None, "address": None}), catalogues()) == ()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"planned_on": None}, ("planned_on", "required")),
        ({"comuna": "99999"}, ("comuna", "unknown_code")),
        ({"status": "suspended"}, ("status_reason", "required")),
        ({"sampling": {"method": "bernoulli", "p": "0"}}, ("sampling.p", "wrong_type")),
        ({"lat": "40.71", "lon": "-74.00"}, ("lat", "outside_chile")),
        ({"lon": "0"}, ("lon", "outside_chile")),
    ],
)
def test_an_outing_that_cannot_be_is_named(fields: dict[str, Json], problem: tuple[str, str]) -> None:
    found = outing_problems(an_outing(**fields), catalogues())

    assert [(one.field, one.code) for one in found] == [problem]


@pytest.mark.parametrize(
    "fields",
    [{"lat": "-33.4378", "lon": "-70.6505"}, {"status": "suspended", "status_reason": "weather"}, {"sampling": None}],
)
def test_an_outing_that_can_be_is_saved(fields: dict[str, Json]) -> None:
    assert outing_problems(an_outing(**fields), catalogues()) == ()


@pytest.mark.parametrize(
    ("outing", "later", "codes"),
    [
        (an_outing(), 0, []),
        (an_outing(planned_on="2026-11-20"), 0, ["another_day"]),
        (an_outing(status="suspended", merged_into=OUTING), 0, ["called_off", "merged"]),
        (an_outing(), 11, ["unusual_hour"]),
    ],
)
def test_who_opens_an_outing_is_warned_and_never_stopped(outing: dict[str, Json], later: int, codes: list[str]) -> None:
    warnings = opening_warnings(outing, NOON + timedelta(hours=later))

    assert [warning.code for warning in warnings] == codes


def test_a_session_commits_to_its_seed_and_does_not_tell_it() -> None:
    session = _opened(an_outing())

    assert session.id == session_id(OUTING, DEVICE)
    assert session.fields["seed_commitment"] == commitment(SEED)
    assert SEED.hex() not in str(session.fields)
    assert field_problems("outing_session", session.fields, catalogues()) == ()


def test_an_outing_without_a_design_is_drawn_by_the_usual_one() -> None:
    assert _opened(an_outing(sampling=None)).fields["sampling"] == {"method": "bernoulli", "p": "0.20"}


@pytest.mark.parametrize(
    ("session", "other", "code"),
    [
        (None, OFFICER, "another_open"),
        ({}, session_id(OUTING, DEVICE), "already_open"),
        ({"closed_at": "2026-11-21T20:00:00.000Z"}, None, "already_closed"),
    ],
)
def test_a_laptop_has_one_open_session_and_never_reopens_one(
    session: dict[str, Json] | None,
    other: str | None,
    code: str,
) -> None:
    with pytest.raises(SessionError) as refusal:
        _opened(an_outing(), session, other)

    assert refusal.value.code == code


def test_the_close_tells_the_seed_and_seals_the_day() -> None:
    session = _closed(_opened(an_outing()).fields)

    assert commitment(bytes.fromhex(str(session["seed"]))) == session["seed_commitment"]
    assert session["acta_root"] == hashlib.sha256(b"aa\nbb").hexdigest()
    assert session["attentions"] == 2
    assert field_problems("outing_session", session, catalogues()) == ()


def test_the_order_of_the_ops_is_sealed_too() -> None:
    assert acta_root(["aa", "bb"]) != acta_root(["bb", "aa"])


@pytest.mark.parametrize(
    ("session", "code"),
    [({}, "not_open"), ({"opened_at": "x", "closed_at": "y"}, "already_closed")],
)
def test_only_an_open_session_is_counted_in_or_closed(session: dict[str, Json], code: str) -> None:
    with pytest.raises(SessionError) as counting:
        with_informed(session, "talk", 1)
    with pytest.raises(SessionError) as closing:
        _closed(session)

    assert {counting.value.code, closing.value.code} == {code}


def test_people_are_counted_by_how_they_were_informed_and_never_below_none() -> None:
    session: dict[str, Json] = {"opened_at": "2026-11-21T13:00:00.000Z"}
    session |= with_informed(session, "material", 30)
    session |= with_informed(session, "talk", 12)
    session |= with_informed(session, "other", -3)

    assert session["informed_count"] == {"material": 30, "talk": 12, "other": 0}
    assert informed_total(session) == 42
    assert informed_total({}) == 0


def test_material_of_one_name_is_counted_together_and_leaves_the_list_at_none() -> None:
    session: dict[str, Json] = {"opened_at": "2026-11-21T13:00:00.000Z"}
    session |= with_material(session, " Folleto PGU ", 30)
    session |= with_material(session, "cartilla", 5)
    session |= with_material(session, "folleto pgu", 12)
    both = materials_of(session)
    session |= with_material(session, "Cartilla", -9)

    assert both == (Material("Folleto PGU", 42), Material("cartilla", 5))
    assert materials_of(session) == (Material("Folleto PGU", 42),)
    assert materials_of({}) == ()


def test_incidents_are_noted_and_an_empty_text_takes_them_back() -> None:
    session: dict[str, Json] = {"opened_at": "2026-11-21T13:00:00.000Z"}

    noted, taken_back = with_incidents(session, " Lluvia \n"), with_incidents(session, "  ")

    assert (noted, taken_back) == ({"incidents": "Lluvia"}, {"incidents": None})
    assert informed_by_kind(session) == {"material": 0, "talk": 0, "other": 0}


def test_the_acta_carries_the_root_of_the_closed_session() -> None:
    session = _closed(_opened(an_outing()).fields)

    acta = acta_fields(session, {"attentions": 2}, officer=OFFICER, signature="firma")

    assert acta["root"] == session["acta_root"]
    assert field_problems("acta", acta, catalogues()) == ()


def test_an_open_session_has_no_acta() -> None:
    with pytest.raises(SessionError, match="not_closed"):
        acta_fields(_opened(an_outing()).fields, {}, officer=OFFICER, signature="firma")


@pytest.mark.parametrize(
    ("closed_at", "edited_at", "codes"),
    [
        ("2026-11-21T20:00:00.000Z", "2026-11-21T20:00:01.000Z", ["counts_after_close"]),
        ("2026-11-21T20:00:00.000Z", "2026-11-21T19:59:59.000Z", []),
        ("2026-11-21T20:00:00.000Z", None, []),
        (None, "2026-11-21T19:59:59.000Z", []),
    ],
)
def test_a_count_edited_after_the_close_is_to_be_reviewed(
    closed_at: str | None,
    edited_at: str | None,
    codes: list[str],
) -> None:
    assert [note.code for note in session_notes({"closed_at": closed_at}, edited_at)] == codes
