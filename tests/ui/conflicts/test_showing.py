"""What a person sees of a conflict before deciding: both values, who and when, and the whole history."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from terreno_app.services.conflicts import ConflictView, History
from terreno_app.services.errors import ServiceError
from terreno_app.ui.screens.conflicts.cards import Side, ValueCard
from tests.ui.conflicts.table import GOAL, OUTCOME, PROGRAMME, SESSION, Table, a_table
from tests.ui.stand import ALT, let_click
from tests.ui.views import MARCELA, a_conflict, a_theme


def test_both_values_stand_with_who_and_when_and_in_words(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME)

    outcome, programme = table.form.rows

    assert outcome.name == "Resultado"
    assert outcome.before.words == "Resultado: Informada\nInstitución a la que se orienta: Vacío"
    assert outcome.kept.words.startswith("Resultado: Orientada")
    assert programme.kept.words == "Pensión Garantizada Universal"
    assert programme.other.words == "Subsidio Familiar (SUF)"
    assert [words.text() for words in table.form._authors] == [
        "lo que vio quien escribió",
        "Marcela Soto · 21 nov., 13:05",
        "Iván Cárdenas · 21 nov., 16:05",
    ]


def test_fields_that_different_people_wrote_say_so_one_by_one(table: Table) -> None:
    by_paula = a_conflict(id="1/topic", group=("topic",), before={}, other_author_name="", mine=False)

    table.show(OUTCOME, by_paula)

    assert [row.other.origin for row in table.form.rows] == [
        "Iván Cárdenas · 21 nov., 16:05",
        "escrito en otro equipo · 21 nov., 16:05",
    ]
    assert table.form._authors[1].text() == "según el campo"


def test_an_unknown_author_is_not_invented(table: Table) -> None:
    table.show(GOAL)

    (row,) = table.form.rows

    assert table.form._authors[1].text() == "lo que hoy muestran los equipos"
    assert (row.before.words, row.kept.words, row.other.words) == ("60", "80", "90")


def test_only_the_fields_that_differ_are_put_before_a_person(table: Table) -> None:
    half = a_conflict(
        id="1/outcome",
        group=("outcome", "oriented_institution"),
        before={},
        kept={"outcome": "guided", "oriented_institution": "IPS"},
        other={"outcome": "guided", "oriented_institution": "SERVIU"},
    )

    table.show(half)

    (row,) = table.form.rows
    assert row.name == "Institución a la que se orienta"
    assert "Orientada" not in row.kept.words
    assert row.before.words == "No se sabe"


def test_h_tells_what_happened_and_h_again_comes_back(table: Table) -> None:
    table.conflicts.told = History(
        (
            {
                "op": "a",
                "author": MARCELA,
                "captured_at": "2026-11-21T15:22:00.000Z",
                "route": "online",
                "status": "applied",
                "fields": {"programme": "PGU"},
            },
            {"op": "b", "author": "unknown-4f2a", "route": "pigeon", "status": "conflict", "fields": None},
            {"op": "c"},
        ),
        complete=True,
    )
    table.show(PROGRAMME)

    table.hands.press("h")
    table.tasks.let_run()
    first, second, _ = table.form._history_model.rows
    note = table.form._history_note.text()
    table.form._history_button.click()

    assert (first.who, first.status, first.what) == (
        "Marcela Soto Henríquez",
        "Rige",
        "Programa: Pensión Garantizada Universal",
    )
    assert (second.who, second.route) == ("persona …4f2a", "pigeon")
    assert note == "Historia completa, según el centro."
    assert table.form._stack.currentIndex() == 0


def test_history_offline_says_that_it_is_not_whole(table: Table) -> None:
    table.show(PROGRAMME, GOAL)
    table.hands.press("h")
    table.tasks.let_run()
    note = table.form._history_note.text()

    table.form.record_chosen.emit(1)

    assert "solo lo escrito en este equipo" in note
    assert table.form._stack.currentIndex() == 0


def test_history_that_cannot_be_had_is_told(table: Table) -> None:
    table.show(PROGRAMME)
    table.conflicts.history = lambda *_a: (_ for _ in ()).throw(ServiceError("unknown_record"))  # type: ignore[method-assign]

    table.hands.press("h")
    table.tasks.let_run()

    assert "no tiene ese registro" in table.form.message
    assert not table.presenter._history_open


def test_an_answer_that_comes_after_the_person_left_the_history_is_dropped(table: Table) -> None:
    table.show(PROGRAMME)
    table.hands.press("h", "h")

    table.tasks.let_run()

    assert table.form._stack.currentIndex() == 0


def test_no_conflicts_says_so_and_takes_every_key_calmly(table: Table) -> None:
    table.show()

    table.form.begin()
    for signal in (table.form.own_asked, table.form.apply_asked, table.form.history_asked):
        signal.emit()
    table.form.stepped.emit(1)
    table.form.decided.emit("kept")
    table.form.own_written.emit({})
    table.presenter._go_on()

    assert table.form._empty.isVisibleTo(table.form)
    assert "No hay conflictos" in table.form._empty.accessibleName()
    assert table.told == [("counted", 0)]


def test_a_list_that_cannot_be_read_is_said(table: Table) -> None:
    table.conflicts.open = lambda: (_ for _ in ()).throw(ServiceError("damaged_database"))  # type: ignore[method-assign]

    table.presenter.refresh()
    table.tasks.let_run()

    assert "El archivo de datos está dañado" in table.form.message


def test_alt_letters_do_what_they_say(table: Table) -> None:
    table.show(PROGRAMME)

    table.hands.press(Qt.Key.Key_H, held=ALT)
    let_click()
    table.tasks.let_run()

    assert table.form._stack.currentIndex() == 1


def test_a_long_decision_is_shortened_in_the_bar(table: Table) -> None:
    table.show(
        a_conflict(
            id="1/answer_given", group=("answer_given",), kept={"answer_given": "m" * 90}, other={"answer_given": "x"}
        )
    )

    table.hands.press("1")

    assert table.form.offer.count("m") < 60
    assert "…" in table.form.offer


def test_large_text_grows_the_cards_with_their_words(qapp: QApplication) -> None:
    card = ValueCard(a_theme(scale=1.5), "1", "value")
    short = card.heightForWidth(200)

    card.show_side(Side("x", "palabra " * 60), "open")

    assert card.heightForWidth(200) > short
    assert card.words.startswith("palabra")


def test_high_contrast_draws_the_chosen_one(qapp: QApplication) -> None:
    for table in a_table(a_theme("high_contrast")):
        table.show(OUTCOME, PROGRAMME, GOAL)
        table.hands.press("1", "1", "1")
        picture = table.form.grab()

        assert not picture.isNull()
        assert all(record.all_decided for record in table.form.records)


def test_a_record_without_a_folio_is_named_by_its_subject_alone(table: Table) -> None:
    table.show(SESSION)

    (record,) = table.form.records

    assert record.under == "1 campo"


def test_a_long_word_without_a_blank_is_read_whole(table: Table) -> None:
    table.show(_long("x" * 4_000, "y" * 4_000))
    _settle()

    card = table.form._grid.fields[0]._kept

    lines = 4_000 * a_theme().width_of("x") // card.width()
    assert card.height() > lines * a_theme().metrics().height()


def test_of_a_field_higher_than_the_page_the_beginning_comes_first(table: Table) -> None:
    table.show(_long("una señora de la feria " * 170, "un señor " * 400), PROGRAMME, OUTCOME)
    first = table.form._grid.fields[0]

    table.hands.press("j")
    _settle()
    table.hands.press("k")
    _settle()

    assert first.height() > table.form._area.viewport().height()
    assert first.mapTo(table.form._area.viewport(), QPoint(0, 0)).y() == 0


def test_who_reads_on_in_a_long_field_stays_there(table: Table) -> None:
    table.show(_long("una señora de la feria " * 170, "un señor " * 400))
    _settle()

    table.hands.press(Qt.Key.Key_PageDown)
    reading_at = table.form._area.verticalScrollBar().value()
    table.form._records.setFocus()
    table.form.begin()
    _settle()

    assert reading_at > 0
    assert table.form._area.verticalScrollBar().value() == reading_at


def test_the_place_to_write_opens_in_sight_under_a_long_field(table: Table) -> None:
    table.show(_long("una señora de la feria " * 170, "un señor " * 400))

    table.hands.press("3")
    _settle()

    editor, page = table.form._editor, table.form._area.viewport()
    assert editor is not None
    top = editor.mapTo(page, QPoint(0, 0)).y()
    assert 0 <= top <= top + editor.height() <= page.height()


def _long(kept: str, other: str) -> ConflictView:
    text = "description"
    return a_conflict(id="1/description", group=(text,), before={}, kept={text: kept}, other={text: other})


def _settle() -> None:
    """Rows get their height in one turn, and are brought into sight in the next."""
    for _ in range(3):
        QApplication.processEvents()
