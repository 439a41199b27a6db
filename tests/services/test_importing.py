import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.importing import ColumnMap, Rule, Table
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.paper import Rejection, Saved
from tests.factories import OFFICER
from tests.services.conftest import Enrol

CALLS = ColumnMap(
    "N°",
    {
        "received_at": Rule("Fecha"),
        "type": Rule("Motivo"),
        "topic": Rule("Tema"),
        "answer_owed": Rule("Responder"),
        "identity.names": Rule("Nombre"),
        "identity.email": Rule("Correo"),
    },
)
HEADINGS = ("N°", "Fecha", "Motivo", "Tema", "Responder", "Nombre", "Correo")
PLAIN = ("1", "20-11-2026 10:30", "Consulta", "salud", "no", "", "")
OWED = ("2", "20-11-2026 11:00", "Sugerencia", "salud", "sí", "Ana", "ana@example.cl")


@pytest.fixture
def office(enrol: Enrol) -> OpenLaptop:
    return enrol("coordination")


def a_table(*rows: tuple[str, ...]) -> Table:
    return Table(
        HEADINGS,
        tuple((number, dict(zip(HEADINGS, cells, strict=True))) for number, cells in enumerate(rows, start=2)),
    )


def told(found: list[Saved | Rejection]) -> list[tuple[int, str]]:
    return [
        (one.line, f"{one.field} {one.code}" if isinstance(one, Rejection) else "repeated" if one.repeated else "new")
        for one in found
    ]


def test_a_preview_says_what_would_come_and_saves_nothing(office: OpenLaptop) -> None:
    table = a_table(PLAIN, OWED, ("3", "ayer", "Consulta", "salud", "no", "", ""))

    found = list(office.importing.preview(table, CALLS, "tic"))

    assert told(found) == [(2, "new"), (3, "new"), (4, "Fecha unreadable_cell")]
    assert not office.store.select("attention")


def test_rows_are_registered_in_their_space_with_identity_and_folio(office: OpenLaptop) -> None:
    found = list(office.importing.run(a_table(PLAIN, OWED), CALLS, "tic", OFFICER))

    attentions = {shown.record: shown for shown in office.store.select("attention")}
    assert told(found) == [(2, "new"), (3, "new")]
    assert {shown.fields["space"] for shown in attentions.values()} == {"tic"}
    assert all(isinstance(one, Saved) and one.folio.startswith("T") for one in found)
    assert [shown.fields["email"] for shown in office.store.select("identity")] == ["ana@example.cl"]


def test_importing_again_registers_nothing_twice_and_goes_on_after_a_cut(office: OpenLaptop) -> None:
    table = a_table(PLAIN, OWED)
    cut_off = office.importing.run(table, CALLS, "tic", OFFICER)
    next(cut_off)

    again = list(office.importing.run(table, CALLS, "tic", OFFICER))
    third = list(office.importing.preview(table, CALLS, "tic"))

    assert told(again) == [(2, "repeated"), (3, "new")]
    assert told(third) == [(2, "repeated"), (3, "repeated")]
    assert len(office.store.select("attention")) == 2
    assert len(office.store.select("identity")) == 1


@pytest.mark.parametrize("look", [True, False])
def test_a_row_that_is_here_with_other_content_changes_nothing(office: OpenLaptop, *, look: bool) -> None:
    list(office.importing.run(a_table(PLAIN), CALLS, "tic", OFFICER))
    changed = a_table((*PLAIN[:3], "vivienda", *PLAIN[4:]))

    found = list(
        office.importing.preview(changed, CALLS, "tic")
        if look
        else office.importing.run(changed, CALLS, "tic", OFFICER)
    )

    assert told(found) == [(2, "id id_reused")]
    assert [shown.fields["topic"] for shown in office.store.select("attention")] == ["salud"]


def test_the_same_row_twice_in_a_file_is_one_and_another_with_its_key_is_told(office: OpenLaptop) -> None:
    table = a_table(PLAIN, PLAIN, (*PLAIN[:3], "vivienda", *PLAIN[4:]))

    found = list(office.importing.run(table, CALLS, "tic", OFFICER))

    assert told(found) == [(2, "new"), (3, "repeated"), (4, "N° key_reused")]


def test_a_rule_across_fields_is_told_of_the_column_that_it_came_from(office: OpenLaptop) -> None:
    table = a_table(("9", "20-11-2026 10:30", "Reclamo", "salud", "no", "", ""))

    found = list(office.importing.preview(table, CALLS, "buzon"))

    assert told(found) == [(2, "own_service required")]


def test_a_mapping_that_does_not_fit_and_a_space_that_is_not_imported_are_refused(office: OpenLaptop) -> None:
    with pytest.raises(RejectedDraftError):
        list(office.importing.preview(Table(("Otra",), ()), CALLS, "tic"))
    with pytest.raises(ServiceError):
        list(office.importing.run(a_table(PLAIN), CALLS, "oirs_terreno", OFFICER))
