import pytest

from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.fields import Feed, FieldSpec, FieldType, KindSpec
from terreno_app.domain.records import KINDS, UnknownKindError, codes_of, kind_named, kinds
from tests.factories import catalogues

_ALL_FIELDS = [(kind, field) for kind in KINDS for field in kind.fields]
_IMMUTABLE = {"folio", "received_at", "draw", "registered_by", "device", "space", "outing"}


def _parts(kind: KindSpec, field: FieldSpec) -> list[str]:
    return [f"{kind.name}.{field.name}", *(f"{kind.name}.{field.name}.{part.name}" for part in field.parts)]


def test_every_kind_and_field_has_a_spanish_label_and_no_label_is_left_over() -> None:
    fields = {name for kind, field in _ALL_FIELDS for name in _parts(kind, field)}
    derived = {f"{kind.name}.{name}" for kind in KINDS for name in kind.derived}

    labels = catalogues().labels

    assert set(labels.kinds) == {kind.name for kind in KINDS}
    assert set(labels.fields) == fields | derived


@pytest.mark.parametrize("name", sorted(CODE_LISTS))
def test_every_closed_code_has_a_spanish_label(name: str) -> None:
    labels = catalogues().labels

    unlabelled = [code for code in CODE_LISTS[name] if labels.code(name, code) == code]

    assert unlabelled == []


def test_every_code_of_a_field_has_a_spanish_label() -> None:
    labels = catalogues().labels

    unlabelled = {
        (field.code_list, code)
        for _, field in _ALL_FIELDS
        for code in codes_of(field, catalogues()) or ()
        if field.code_list is not None and code not in labels.codes[field.code_list]
    }

    assert unlabelled == set()


def test_an_information_request_is_called_by_its_one_spanish_name() -> None:
    assert catalogues().labels.code("type", "information_request") == "Solicitud de información"


def test_what_keeps_its_first_value_is_what_the_protocol_says() -> None:
    immutable = {field.name for field in kind_named("attention").fields if field.immutable}

    assert immutable == _IMMUTABLE


def test_a_conflict_is_named_after_the_first_field_of_its_group() -> None:
    for kind in KINDS:
        order = {field.name: place for place, field in enumerate(kind.fields)}
        for group in kind.groups:
            assert [order[name] for name in group] == sorted(order[name] for name in group), kind.name


def test_no_field_belongs_to_two_groups_or_is_private_in_part_of_one() -> None:
    for kind in KINDS:
        grouped = [name for group in kind.groups for name in group]
        assert len(grouped) == len(set(grouped))
        assert kind.group_of("unheard_of") == ("unheard_of",)


def test_the_fields_of_a_person_travel_apart() -> None:
    assert kind_named("identity").private == {field.name for field in kind_named("identity").fields}
    assert kind_named("attention").private == {
        "description",
        "answer_given",
        "answer_text",
        "org_name",
        "org_type",
        "org_rut",
        "org_role",
        "org_comuna",
        "sensitive_consent",
        "indigenous_people",
        "disability",
        "supports",
        "gender_identity",
    }


def test_what_is_written_once_and_what_all_regions_share() -> None:
    assert {kind.name for kind in KINDS if kind.insert_only} == {"survey_response", "month_close", "acta"}
    assert {kind.name for kind in KINDS if kind.feed is Feed.SHARED} == {
        "questionnaire",
        "programme",
        "institution",
        "topic",
        "holiday",
        "contact_fact",
    }


def test_the_codes_of_catalogues_are_filled_in() -> None:
    attention = next(kind for kind in kinds(catalogues()) if kind.name == "attention")

    assert "13101" in (attention.by_name["residence_comuna"].codes or ())
    assert "NR" in (attention.by_name["residence_comuna"].codes or ())
    assert set(attention.by_name["dos_products"].codes or ()) == {"FFOIP", "FFMCS", "ESC_DOS", "DIALOGOS"}
    assert attention.by_name["description"].codes is None
    assert "CL" in (codes_of(kind_named("officer").by_name["region"], catalogues()) or ())


def test_a_part_of_an_object_has_its_codes_too() -> None:
    outing = next(kind for kind in kinds(catalogues()) if kind.name == "outing")

    assert outing.by_name["sampling"].parts[0].codes == ("bernoulli", "census", "systematic")


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(UnknownKindError, match="nada"):
        kind_named("nada")


def test_a_code_field_names_its_list() -> None:
    for _, field in _ALL_FIELDS:
        holds_codes = FieldType.CODE in {field.type, field.item}
        assert (field.code_list is not None) is holds_codes, field.name
