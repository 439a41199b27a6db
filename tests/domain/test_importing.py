import pytest

from terreno_app.domain.errors import RejectedError
from terreno_app.domain.importing import (
    EVERYDAY_HEADINGS,
    ColumnMap,
    Entry,
    Rule,
    column_map,
    entry_of,
    map_problems,
    proposed,
)
from tests.domain.reports.records import catalogues

CALLS = ColumnMap(
    "N°",
    {
        "received_at": Rule("Fecha", form="%d-%m-%Y %H:%M"),
        "type": Rule("Motivo", {"Consulta general": "enquiry"}),
        "identity.names": Rule("Nombre"),
    },
    {"topic": "otro"},
)
ROW = {"N°": "17", "Fecha": "21-11-2026 10:30", "Motivo": "Consulta general", "Nombre": " Ana "}


def read(cells: dict[str, str], mapping: ColumnMap = CALLS, space: str = "tic", region: str = "13") -> Entry:
    return entry_of(cells, mapping, space, region, catalogues())


def one(field: str, text: str, **rule: object) -> object:
    rules = {field: Rule("Columna", **rule)}  # type: ignore[arg-type]
    entry = read({"N°": "1", "Columna": text}, ColumnMap("N°", rules))
    return {**entry.attention, **entry.identity}.get(field.removeprefix("identity."))


def problems(cells: dict[str, str], mapping: ColumnMap = CALLS) -> list[tuple[str, str]]:
    with pytest.raises(RejectedError) as raised:
        read(cells, mapping)
    return [(problem.field, problem.code) for problem in raised.value.problems]


def test_a_row_becomes_an_attention_and_its_identity() -> None:
    entry = read(ROW)

    assert entry.attention == {
        "space": "tic",
        "topic": "otro",
        "received_at": "2026-11-21T13:30:00.000Z",
        "type": "enquiry",
    }
    assert entry.identity == {"names": "Ana"}


def test_a_row_is_known_by_its_key_within_its_space_and_region() -> None:
    ids = {
        read(ROW).id,
        read(ROW | {"Fecha": "22-11-2026 10:30"}).id,
        read(ROW, space="buzon").id,
        read(ROW, region="05").id,
        read(ROW | {"N°": "18"}).id,
    }

    assert len(ids) == 4


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("type", "enquiry", "enquiry"),
        ("type", "  RECLAMO ", "complaint"),
        ("residence_comuna", "ñunoa", "13120"),
        ("sex", "Mujer", "F"),
        ("persons_count", "3", 3),
        ("persons_count", "3.0", 3),
        ("interpreter", "Sí", True),
        ("interpreter", "no", False),
        ("received_at", "2026-11-21T10:00:00", "2026-11-21T13:00:00.000Z"),
        ("received_at", "21/11/2026", "2026-11-21T15:00:00.000Z"),
        ("due_on", "21-11-2026", "2026-11-21"),
        ("information_items", "PGU; SUF", ["PGU", "SUF"]),
        ("description", "=1+1", "=1+1"),
        ("description", "", None),
        ("identity.phone", "987654321", "987654321"),
    ],
)
def test_cells_are_read_by_the_type_of_their_field(field: str, text: str, value: object) -> None:
    assert one(field, text) == value


def test_the_hour_of_a_workbook_is_read_whatever_form_the_mapping_says() -> None:
    assert one("received_at", "2026-11-21T10:00:00", form="%d-%m-%Y %H:%M") == "2026-11-21T13:00:00.000Z"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("type", "Queja airada"),
        ("persons_count", "tres"),
        ("persons_count", "2.5"),
        ("interpreter", "quizás"),
        ("received_at", "ayer"),
        ("due_on", "31-02-2026"),
        ("information_items", "PGU;NADA"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_without_what_it_says(field: str, text: str) -> None:
    with pytest.raises(RejectedError) as raised:
        one(field, text)

    (problem,) = raised.value.problems
    assert (problem.field, problem.code) == ("Columna", "unreadable_cell")
    assert text not in problem.message


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("received_at", "01-01-1900 10:00", "anterior a 1990, cuando este registro no existía"),
        ("received_at", "31-12-1989", "anterior a 1990, cuando este registro no existía"),
        ("received_at", "20-11-0026", "anterior a 1990, cuando este registro no existía"),
        ("received_at", "1899-12-31T00:00:00", "anterior a 1990, cuando este registro no existía"),
        ("due_on", "1904-01-01", "anterior a 1990, cuando este registro no existía"),
        ("received_at", "31-12-9999", "un año que no puede ser"),
    ],
)
def test_a_year_in_which_nothing_was_registered_is_refused_with_its_reason(field: str, text: str, why: str) -> None:
    with pytest.raises(RejectedError) as raised:
        one(field, text)

    (problem,) = raised.value.problems
    assert problem.message.startswith(f"«Columna» dice un año {why.removeprefix('un año ')}")
    assert "en la planilla" in problem.message


def test_the_first_year_of_the_register_is_read() -> None:
    assert one("received_at", "01-01-1990 12:00") == "1990-01-01T15:00:00.000Z"


def test_every_problem_of_a_row_is_told_at_once() -> None:
    assert problems({"Fecha": "ayer", "Motivo": "?"}) == [
        ("N°", "required"),
        ("Fecha", "unreadable_cell"),
        ("Motivo", "unreadable_cell"),
    ]


def test_a_column_that_the_table_has_not_is_told() -> None:
    found = map_problems(CALLS, ["N°", "Fecha", "Motivo"])

    assert [(problem.field, problem.code) for problem in found] == [("identity.names", "missing_column")]
    assert map_problems(CALLS, ROW) == ()


def test_a_mapping_comes_back_from_its_file() -> None:
    assert column_map(CALLS.to_json()) == CALLS
    assert column_map({"llave": "N°", "campos": {"type": "Motivo"}}) == ColumnMap("N°", {"type": Rule("Motivo")})


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        {"llave": "", "campos": {}},
        {"llave": "N°"},
        {"llave": "N°", "campos": {}, "otro": 1},
        {"llave": "N°", "campos": {}, "fijos": []},
        {"llave": "N°", "campos": {"nada": "x"}},
        {"llave": "N°", "campos": {"folio": "x"}},
        {"llave": "N°", "campos": {"identity.nada": "x"}},
        {"llave": "N°", "campos": {}, "fijos": {"draw": {}}},
        {"llave": "N°", "campos": {"type": 7}},
        {"llave": "N°", "campos": {"type": {"columna": ""}}},
        {"llave": "N°", "campos": {"type": {"columna": "x", "otro": 1}}},
        {"llave": "N°", "campos": {"type": {"columna": "x", "valores": {"a": 1}}}},
    ],
)
def test_a_mapping_that_cannot_be_followed_is_told(values: object) -> None:
    with pytest.raises(RejectedError) as raised:
        column_map(values)

    assert {problem.code for problem in raised.value.problems} == {"bad_mapping"}


def test_a_mapping_is_proposed_from_the_headings() -> None:
    found = proposed(["N° de llamada", "Tipo de atención", "TEMA", "Nombres", "sex", "Otra cosa"], catalogues())

    assert found.key == "N° de llamada"
    assert {name: rule.column for name, rule in found.rules.items()} == {
        "type": "Tipo de atención",
        "topic": "TEMA",
        "identity.names": "Nombres",
        "sex": "sex",
    }
    assert proposed([], catalogues()) == ColumnMap("", {})


def test_a_column_is_known_by_its_everyday_word() -> None:
    found = proposed(["N°", "Fecha", "TIPO", "Sexo", "Comuna", "Nombre"], catalogues())

    assert {name: rule.column for name, rule in found.rules.items()} == {
        "received_at": "Fecha",
        "type": "TIPO",
        "sex": "Sexo",
        "residence_comuna": "Comuna",
        "identity.names": "Nombre",
    }


def test_the_whole_label_goes_before_the_everyday_word() -> None:
    found = proposed(["Tipo", "Tipo de atención", "Fecha", "Fecha y hora"], catalogues())

    assert {name: rule.column for name, rule in found.rules.items()} == {
        "type": "Tipo de atención",
        "received_at": "Fecha y hora",
    }


def test_every_everyday_word_is_of_a_field_that_is_imported() -> None:
    words = [word for words in EVERYDAY_HEADINGS.values() for word in words]

    assert set(proposed(words, catalogues()).rules) == set(EVERYDAY_HEADINGS)
    assert column_map({"llave": "N°", "campos": dict.fromkeys(EVERYDAY_HEADINGS, "x")}).rules
