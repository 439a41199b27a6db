import orjson
import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.services.errors import RejectedDraftError
from terreno_app.services.paper import Rejection, Saved, Summary
from tests.factories import OFFICER, an_attention
from tests.services.pages import OTHER_DEVICE, a_record, pulled

ENQUIRY = {"kind": "attention", "type": "enquiry", "topic": "vivienda"}
COMPLAINT = {"kind": "attention", "type": "complaint", "topic": "identidad", "own_service": True}
ID = "01990000-0000-7000-8000-00000000aaaa"


def register(laptop: OpenLaptop, *records: object) -> tuple[list[Saved | Rejection], Summary]:
    lines = [r if isinstance(r, bytes) else orjson.dumps(r) for r in records]
    told = list(laptop.paper.register(lines, OFFICER))
    summary = Summary()
    for answer in told:
        summary = summary.adding(answer)
    return told, summary


def test_good_lines_are_saved_and_bad_ones_named_by_line_and_field(stand: OpenLaptop) -> None:
    told, summary = register(stand, ENQUIRY, b"{broken", b"", {**ENQUIRY, "residence_comuna": "99999"}, ENQUIRY)

    assert summary.registered == 2
    assert [(r.line, r.field, r.code) for r in summary.rejected] == [
        (2, "", "unreadable"),
        (4, "residence_comuna", "unknown_code"),
    ]
    assert summary.to_json()["ids"] == [t.id for t in told if isinstance(t, Saved)]


def test_the_same_file_twice_registers_once(stand: OpenLaptop) -> None:
    register(stand, {**ENQUIRY, "id": ID})

    told, summary = register(stand, {**ENQUIRY, "id": ID})

    assert (summary.registered, summary.repeated) == (0, 1)
    assert isinstance(told[0], Saved)
    assert told[0].folio.startswith("T07-")


def test_a_known_id_with_other_content_is_refused(stand: OpenLaptop) -> None:
    register(stand, {**ENQUIRY, "id": ID})

    _, summary = register(stand, {**ENQUIRY, "id": ID, "topic": "salud"})

    assert summary.rejected[0].code == "id_reused"


@pytest.mark.parametrize("less", [{}, {"sex": None}])
def test_a_known_id_that_says_less_than_before_is_not_passed_over_in_silence(
    stand: OpenLaptop, less: dict[str, object]
) -> None:
    register(stand, {**ENQUIRY, "id": ID, "sex": "F"})

    _, summary = register(stand, {**ENQUIRY, "id": ID, **less})

    assert [r.code for r in summary.rejected] == ["id_reused"]


def test_a_record_of_another_laptop_is_repeated_though_it_was_edited_here(stand: OpenLaptop) -> None:
    theirs = an_attention(device=OTHER_DEVICE)
    pulled(stand, a_record("attention", ID, theirs, 1))
    stand.editing.edit("attention", ID, ["wait_min=3"], OFFICER)

    _, summary = register(stand, {"kind": "attention", "id": ID, **theirs})

    assert summary.repeated == 1


def test_an_edited_record_is_still_the_one_of_its_line(stand: OpenLaptop) -> None:
    register(stand, {**ENQUIRY, "id": ID})
    stand.editing.edit("attention", ID, ["topic=salud"], OFFICER)

    _, summary = register(stand, {**ENQUIRY, "id": ID})

    assert summary.repeated == 1


def test_an_identity_belongs_to_the_attention_before_it(stand: OpenLaptop) -> None:
    person = {"kind": "identity", "doc_type": "none", "names": "Ana", "email": "ana@example.cl"}

    told, summary = register(stand, COMPLAINT, person)

    assert summary.registered == 2
    assert isinstance(told[0], Saved)
    assert isinstance(told[1], Saved)
    assert told[0].id == told[1].id


@pytest.mark.parametrize(
    ("record", "field", "code"),
    [
        ([1], "", "unreadable"),
        ({"type": "enquiry"}, "kind", "required"),
        ({"kind": "nothing"}, "kind", "unknown_kind"),
        ({"kind": "officer", "name": "X"}, "kind", "not_allowed"),
        ({**ENQUIRY, "region": "05"}, "region", "other_region"),
        ({**ENQUIRY, "id": "ABC"}, "id", "wrong_type"),
        ({**ENQUIRY, "Nombre Raro": 1}, "Nombre Raro", "unknown_field"),
        ({**ENQUIRY, "description": "x" * 5_000}, "description", "too_long"),
        ({**ENQUIRY, "received_at": "2027-01-01T00:00:00Z"}, "received_at", "in_future"),
        ({"kind": "identity", "doc_type": "none"}, "id", "required"),
        ({"kind": "outing", "comuna": "13110"}, "planned_on", "required"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault_has_its_field_and_its_code(stand: OpenLaptop, record: object, field: str, code: str) -> None:
    _, summary = register(stand, record)

    assert (summary.rejected[0].field, summary.rejected[0].code) == (field, code)
    assert summary.registered == 0


def test_a_region_of_ones_own_is_fine_and_unknown_fields_are_kept(stand: OpenLaptop) -> None:
    told, _ = register(stand, {**ENQUIRY, "region": "13", "future_field": {"a": [1]}})

    assert isinstance(told[0], Saved)
    shown = stand.store.shown("attention", told[0].id)
    assert shown is not None
    assert shown.fields["future_field"] == {"a": [1]}


def test_a_laptop_of_all_regions_writes_into_the_one_it_names(enrol) -> None:
    laptop = enrol(role="coordination", region="CL")

    told, _ = register(laptop, {"kind": "outing", "planned_on": "2026-11-21", "comuna": "05101", "region": "05"})

    assert isinstance(told[0], Saved)
    shown = laptop.store.shown("outing", told[0].id)
    assert shown is not None
    assert shown.region == "05"


def test_survey_answers_leave_this_laptop_only_sealed(stand: OpenLaptop) -> None:
    answers = {"P1": 7, "P7": "más sombra"}
    line = {
        "kind": "survey_response",
        "questionnaire": "encuesta_satisfaccion",
        "questionnaire_version": 1,
        "mode": "paper",
        "result": "complete",
        "answers": answers,
    }

    told, _ = register(stand, {**ENQUIRY, "id": ID}, line)

    assert isinstance(told[1], Saved)
    shown = stand.store.shown("survey_response", told[1].id)
    assert shown is not None
    assert "answers" not in shown.fields
    assert "sombra" not in str(shown.fields)
    assert isinstance(shown.fields["answers_sealed"], str)
    assert register(stand, {**line, "id": ID})[1].repeated == 1


def test_an_op_too_large_to_travel_is_refused(stand: OpenLaptop) -> None:
    extra = {f"field_{n}": "x" * 3_900 for n in range(17)}

    with pytest.raises(RejectedDraftError):
        stand.paper.register_one({"kind": "referral", "attention": ID, "institution": "IPS", **extra}, OFFICER)


def test_a_file_without_a_record_says_so(stand: OpenLaptop) -> None:
    _, summary = register(stand, b"\xff\xfe", b"nada")

    assert summary.readable is False


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("identity", {"names": "Ana"}, "misplaced"),
        ("names", "Ana", "misplaced"),
        ("rut", "12.531.909-2", "personal_data"),
        ("contacto", {"mail": "ana@example.cl"}, "personal_data"),
    ],
)
def test_personal_data_under_an_unknown_name_is_refused(
    stand: OpenLaptop, field: str, value: object, code: str
) -> None:
    _, summary = register(stand, {**ENQUIRY, field: value})

    assert [(r.field, r.code) for r in summary.rejected] == [(field, code)]
    assert "12.531" not in summary.rejected[0].message


@pytest.mark.parametrize(("name", "label"), [("names", "«Nombres»"), ("identity", "«Identidad»")])
def test_a_misplaced_field_is_called_as_people_call_it(stand: OpenLaptop, name: str, label: str) -> None:
    _, summary = register(stand, {**ENQUIRY, name: "Ana"})

    assert summary.rejected[0].message.startswith(label)


def test_unknown_names_are_told(stand: OpenLaptop) -> None:
    told, _ = register(stand, {**ENQUIRY, "sexo": "F", "modality": "in_person"})

    assert isinstance(told[0], Saved)
    assert told[0].unknown == ("sexo",)


def test_an_identity_after_an_outing_is_not_the_outing_s(stand: OpenLaptop) -> None:
    plan = {"kind": "outing", "planned_on": "2026-11-21", "comuna": "13110"}
    person = {"kind": "identity", "doc_type": "none", "names": "Ana"}

    told, summary = register(stand, COMPLAINT, plan, person)

    assert summary.registered == 3
    assert isinstance(told[0], Saved)
    assert isinstance(told[2], Saved)
    assert told[2].id == told[0].id


@pytest.mark.parametrize(
    "refused",
    [{**COMPLAINT, "own_service": None}, b"{broken", {"type": "enquiry"}],
    ids=["a rule", "unreadable", "no kind"],
)
def test_an_identity_after_a_refused_attention_falls_to_nobody_else(stand: OpenLaptop, refused: object) -> None:
    first = {**COMPLAINT, "answer_owed": True}
    named = {"kind": "identity", "names": "Bea", "email": "bea@example.cl"}

    _, summary = register(stand, first, refused, named)

    assert (summary.registered, {rejection.line for rejection in summary.rejected}) == (1, {2, 3})
    assert not stand.store.select("identity")


def test_an_identity_after_a_refused_line_of_another_kind_keeps_its_attention(stand: OpenLaptop) -> None:
    named = {"kind": "identity", "names": "Bea", "email": "bea@example.cl"}

    _, summary = register(stand, {**COMPLAINT, "answer_owed": True}, {"kind": "referral"}, named)

    assert {rejection.line for rejection in summary.rejected} == {2}
    assert len(stand.store.select("identity")) == 1
