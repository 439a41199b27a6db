import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.errors import RejectedError
from terreno_app.domain.field_checks import field_problems, normalised, parse_value, required_problems
from terreno_app.domain.fields import Json
from terreno_app.domain.records import KINDS, UnknownKindError
from tests.factories import OUTING, an_attention, an_identity, an_outing, catalogues

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _codes(kind: str, **fields: Any) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in field_problems(kind, fields, catalogues())]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("attention", an_attention()), ("identity", an_identity()), ("outing", an_outing())],
    ids=["attention", "identity", "outing"],
)
def test_a_whole_record_has_nothing_wrong(kind: str, fields: dict[str, Json]) -> None:
    assert field_problems(kind, fields, catalogues()) == ()
    assert required_problems(kind, fields, catalogues()) == ()
    assert normalised(kind, fields) == fields


@given(st.sampled_from(KINDS), st.data())
def test_no_value_however_odd_breaks_the_checks(kind: Any, data: st.DataObject) -> None:
    names = st.sampled_from([field.name for field in kind.fields]) | st.from_regex(r"[a-zA-Z_ñ]{1,8}", fullmatch=True)
    fields = data.draw(st.dictionaries(names, _json, max_size=4))

    stored = normalised(kind.name, fields)

    assert normalised(kind.name, stored) == stored
    assert {problem.field.partition(".")[0] for problem in field_problems(kind.name, stored, catalogues())} <= set(
        stored
    )


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("topic", "nada", "unknown_code"),
        ("topic", 3, "wrong_type"),
        ("residence_comuna", "99999", "unknown_code"),
        ("dos_products", ["PGU"], "unknown_code"),
        ("dos_products", "FFOIP", "wrong_type"),
        ("dos_products", [None], "wrong_type"),
        ("persons_count", 0, "too_small"),
        ("persons_count", "1", "wrong_type"),
        ("persons_count", True, "wrong_type"),
        ("persons_count", 1.5, "wrong_type"),
        ("persons_count", 2**60, "too_large"),
        ("duration_s", 14_401, "too_large"),
        ("answer_owed", 1, "wrong_type"),
        ("received_at", "ayer", "wrong_type"),
        ("received_at", "2026-11-21T12:04:05-03:00", "wrong_type"),
        ("due_on", "21-11-2026", "wrong_type"),
        ("outing", "S-T07-2026-003", "wrong_type"),
        ("description", "x" * 4_001, "too_long"),
        ("void_reason", "x" * 201, "too_long"),
        ("description", "a\0b", "unsendable_text"),
        ("description", "\ud83d", "unsendable_text"),
        ("description", "n\u0303", "not_normalised"),
        ("description", ["texto"], "wrong_type"),
        ("org_rut", "12531909-3", "invalid_run"),
        ("org_rut", "12.531.909-2", "invalid_run"),
        ("received_at_corrected", "2026-11-21T15:04:05.123Z", "wrong_type"),
        ("unheard_of", [[[[[[[[[1]]]]]]]]], "too_deep"),
        ("unheard_of", {"a": "\0"}, "unsendable_text"),
        ("unheard_of", {"\0": 1}, "unsendable_text"),
    ],
)
def test_a_wrong_value_is_named(field: str, value: Any, code: str) -> None:
    found = _codes("attention", **{field: value})

    assert (field, code) in found


@pytest.mark.parametrize(
    ("kind", "field", "value", "found"),
    [
        ("attention", "received_at_corrected", {"reason": "reloj"}, ("received_at_corrected.value", "required")),
        ("attention", "draw", {"u": "zz", "selected": True, "eligible": True}, ("draw.u", "wrong_type")),
        ("attention", "draw", {"p": ".2", "selected": True, "eligible": True}, ("draw.p", "wrong_type")),
        ("outing_session", "materials", [{"item": "afiche"}], ("materials.quantity", "required")),
        ("outing_session", "informed_count", {"talk": -1}, ("informed_count.talk", "too_small")),
        ("identity", "email", "rosa@", ("email", "invalid_email")),
        ("identity", "phone", "1234", ("phone", "invalid_phone")),
        ("outing", "team", ["nadie"], ("team", "wrong_type")),
        ("referral", "data_scope", [1], ("data_scope", "wrong_type")),
    ],
)
def test_a_wrong_part_is_named(kind: str, field: str, value: Any, found: tuple[str, str]) -> None:
    assert found in _codes(kind, **{field: value})


def test_a_problem_speaks_spanish_and_names_the_label_of_the_field() -> None:
    (problem,) = field_problems("attention", {"topic": "nada"}, catalogues())

    assert problem.message == "«Tema» tiene un valor que no está en la lista."


def test_a_problem_never_repeats_what_was_typed() -> None:
    found = field_problems("identity", {"email": "rosa", "phone": "rosa", "doc_type": "rosa"}, catalogues())

    assert len(found) == 3
    assert not any("rosa" in problem.message for problem in found)


def test_an_emptied_field_is_never_wrong() -> None:
    assert _codes("attention", **dict.fromkeys(an_attention())) == []


def test_an_unknown_field_is_kept_but_its_name_must_be_one() -> None:
    assert _codes("attention", new_question={"a": [1, "dos"]}) == []
    assert _codes("attention", **{"Nueva pregunta": 1}) == [("Nueva pregunta", "unknown_field")]


def test_texts_that_are_fine_alone_may_be_too_much_together() -> None:
    wide = "🏔" * 4_000

    found = _codes("attention", description=wide, answer_given=wide, answer_text=wide, new_question=wide)

    assert [code for _, code in found] == ["record_too_large"]


def test_what_a_new_record_needs_is_asked_for() -> None:
    found = required_problems("attention", {"type": "enquiry"}, catalogues())

    assert [problem.field for problem in found] == ["space", "received_at", "topic"]
    assert found[2].message == "Falta «Tema»."


@pytest.mark.parametrize(
    ("kind", "field", "typed", "stored"),
    [
        ("attention", "description", "  n\u0303andu\u0301 ", "ñandú"),
        ("attention", "description", "   ", None),
        ("attention", "received_at", "2026-11-21T12:04:05-03:00", "2026-11-21T15:04:05.000Z"),
        ("attention", "received_at", "ayer", "ayer"),
        ("attention", "outing", OUTING.upper(), OUTING),
        ("attention", "org_rut", "12.531.909-2", "12531909-2"),
        ("attention", "org_rut", "12.531.909-3", "12.531.909-3"),
        ("attention", "information_items", [" PGU "], ["PGU"]),
        ("attention", "received_at_corrected", {"value": "2026-11-21T12:00:00-03:00"}, None),
        ("identity", "phone", "9 8765 4321", "+56987654321"),
        ("identity", "phone", "+56 (2) 2345 6789", "+56 (2) 2345 6789"),
        ("identity", "phone", "+54 11 5555-5555", "+541155555555"),
        ("outing_session", "seed", "AB", "ab"),
        ("outing", "team", [OUTING.upper()], [OUTING]),
        ("outing", "unheard_of", " algo ", "algo"),
        ("outing", "unheard_of", 7, 7),
    ],
)
def test_a_value_is_brought_into_the_one_form_that_is_stored(kind: str, field: str, typed: Json, stored: Json) -> None:
    if field == "received_at_corrected":
        stored = {"value": "2026-11-21T15:00:00.000Z"}
    if typed == "+56 (2) 2345 6789":
        stored = "+56223456789"

    assert normalised(kind, {field: typed}) == {field: stored}


def test_what_is_worked_out_never_travels() -> None:
    assert normalised("attention", {"modality": "in_person", "topic": "salud"}) == {"topic": "salud"}


def test_endless_depth_is_left_for_the_checks_to_name() -> None:
    deep: Json = " hondo "
    for _ in range(400):
        deep = [deep]

    assert normalised("attention", {"unheard_of": deep}) == {"unheard_of": deep}
    assert _codes("attention", unheard_of=deep) == [("unheard_of", "too_deep")]


@given(st.text())
def test_stored_text_is_normalised(text: str) -> None:
    stored = normalised("attention", {"description": text})["description"]

    assert stored is None or unicodedata.is_normalized("NFC", str(stored))


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("description", "null", "null"),
        ("description", "", None),
        ("persons_count", "3", 3),
        ("answer_owed", "true", True),
        ("answer_owed", "null", None),
        ("information_items", '["PGU"]', ["PGU"]),
        ("received_at", "2026-11-21T12:04:05-03:00", "2026-11-21T15:04:05.000Z"),
        ("due_on", "2026-12-21", "2026-12-21"),
    ],
)
def test_a_value_of_the_command_line_is_read_by_its_type(field: str, text: str, value: Json) -> None:
    assert parse_value("attention", field, text) == value


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("tema", "x", "unknown_field"),
        ("persons_count", "tres", "wrong_type"),
        ("persons_count", "NaN", "wrong_type"),
        ("draw", "[" * 100_000, "wrong_type"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(field: str, text: str, code: str) -> None:
    with pytest.raises(RejectedError) as refusal:
        parse_value("attention", field, text)

    assert [problem.code for problem in refusal.value.problems] == [code]
    assert str(refusal.value) == f"{field}: {code}"


@pytest.mark.parametrize("call", [normalised, lambda kind, fields: field_problems(kind, fields, catalogues())])
def test_an_unknown_kind_is_refused(call: Any) -> None:
    with pytest.raises(UnknownKindError):
        call("nada", {})
