"""What Hoy says when there is no row to show, no outing to write in, or something that this version does not have."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from terreno_app.services.attentions import AttentionRow, OpenedAttention
from terreno_app.services.errors import ServiceError
from terreno_app.ui.screens.today.form import TodayForm
from terreno_app.ui.screens.today.presenter import TodayPresenter
from terreno_app.ui.screens.today.table_model import Asked
from terreno_app.ui.theme import Theme
from tests.factories import NOON, FixedClock, an_attention, catalogues
from tests.ui.office import PatientRunner
from tests.ui.stand import CTRL, MARCELA, FakeAttentions, FakeOutings, Hands, a_row, a_session, put_on_screen

ESC, DELETE, ENTER = Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Return


@dataclass
class Morning:
    """The page with its presenter."""

    form: TodayForm
    presenter: TodayPresenter
    attentions: FakeAttentions
    outings: FakeOutings
    tasks: PatientRunner
    hands: Hands
    told: list[str]

    def show(self, *rows: AttentionRow) -> None:
        self.attentions.day = rows
        self.presenter.refresh()
        self.tasks.let_run()
        self.form.setFocus()

    def close_outing(self) -> None:
        self.outings.session = None


@pytest.fixture
def morning(theme: Theme) -> Iterator[Morning]:
    clock = FixedClock(NOON)
    form, attentions, outings, tasks = (
        TodayForm(theme),
        FakeAttentions(clock),
        FakeOutings(a_session()),
        PatientRunner(),
    )
    presenter = TodayPresenter(form, attentions, outings, catalogues(), clock, tasks, MARCELA)
    told: list[str] = []
    presenter.attention_asked.connect(lambda _session: told.append("new"))
    presenter.duplicate_asked.connect(lambda _session, _fields: told.append("copy"))
    presenter.survey_asked.connect(lambda: told.append("survey"))
    put_on_screen(form)
    yield Morning(form, presenter, attentions, outings, tasks, Hands(), told)
    form.close()
    form.deleteLater()
    QApplication.processEvents()


def test_a_search_finds_words_with_accents_typed_without_them(morning: Morning) -> None:
    morning.show(a_row(1), a_row(2, programme="CEDULA", topic="identidad"))

    morning.hands.press("f", held=CTRL)
    morning.hands.type("cedula")

    assert [row.id for row in morning.form.shown] == ["record-2"]


def test_a_search_that_finds_nothing_says_how_to_leave_it(morning: Morning) -> None:
    morning.show(a_row(1))

    morning.hands.press("f", held=CTRL)
    morning.hands.type("zzz")
    said = morning.form._empty.accessibleName()
    hints = morning.form._hints.isVisible()
    morning.hands.press(ESC)

    assert "Esc borra la búsqueda" in said
    assert morning.form._body.currentIndex() == 0
    assert not hints
    assert morning.form._hints.isVisible()


def test_a_filter_without_rows_says_so_and_the_keyboard_stays_with_it(morning: Morning) -> None:
    morning.show(a_row(1))
    morning.form._filters.setFocus()

    morning.hands.press(Qt.Key.Key_Right, Qt.Key.Key_Right)
    morning.hands.press("f", held=CTRL)
    morning.hands.press(ESC)

    assert "Ninguna atención coincide" in morning.form._empty.accessibleName()
    assert morning.form._filters.hasFocus()


@pytest.mark.parametrize(("key", "held"), [(Qt.Key.Key_F2, None), (Qt.Key.Key_D, CTRL)])
def test_without_an_outing_a_new_attention_says_where_to_open_one(morning: Morning, key: Qt.Key, held: object) -> None:
    morning.close_outing()
    morning.show(a_row(1))

    morning.hands.press(key, held=CTRL if held else Qt.KeyboardModifier.NoModifier)

    assert morning.told == []
    assert "Ctrl+4 va a Salidas" in morning.form.message


def test_after_the_outing_the_figures_are_those_of_the_list(morning: Morning) -> None:
    morning.close_outing()

    morning.show(a_row(1, persons_count=5), a_row(2), a_row(3, status="voided"))

    assert morning.form._done.text() == "2"
    assert morning.form._persons.number == "6"
    assert "Ctrl+I" not in morning.form._informed.under.text()


def test_the_one_that_was_asked_about_is_voided_though_the_list_moved(morning: Morning) -> None:
    morning.show(a_row(1), a_row(2))
    asked: list[str] = []
    morning.form.voided.connect(lambda of, _reason: asked.append(of.record))
    morning.hands.press(DELETE)

    morning.form.select("record-2")
    morning.hands.type("x")
    morning.hands.press(ENTER)

    assert asked == ["record-1"]


def test_a_void_carries_what_was_on_screen_when_it_was_asked_for_and_not_what_came_since(morning: Morning) -> None:
    morning.show(a_row(1))
    morning.hands.press(DELETE)
    morning.attentions.day = (a_row(1, status="closed", seen={"status": "op-of-the-office"}),)
    morning.presenter.refresh()
    morning.tasks.let_run()
    later = OpenedAttention("record-1", an_attention(), {"status": "op-of-the-office"}, None, {}, "received")
    morning.attentions.opened["record-1"] = later

    morning.hands.type("x")
    morning.hands.press(ENTER)
    morning.tasks.let_run()

    assert [seen for *_, seen in morning.attentions.edits] == [{"status": "op-1"}]


def test_no_key_is_shown_for_what_this_version_does_not_have(morning: Morning) -> None:
    morning.show(a_row(1))

    shown = {label.text() for label in morning.form.findChildren(QLabel) if label.isVisible()}

    assert "Ctrl+P" not in shown


def test_a_reason_that_could_not_be_saved_is_asked_for_again_as_it_was_written(morning: Morning) -> None:
    morning.show(a_row(1), a_row(2))
    morning.hands.press(DELETE)
    morning.hands.type("registrada dos veces")
    morning.attentions.breaks = ServiceError("disk_full")

    morning.hands.press(ENTER)
    morning.tasks.let_run()

    assert "El disco está lleno" in morning.form.message
    asked = Asked("record-1", "¿Por qué se anula 000001-8?", {"status": "op-1"})
    assert morning.form.reason_typed == (asked, "registrada dos veces")
    assert morning.form._reason._text.hasFocus()


def test_a_reason_is_half_written_until_it_is_saved(morning: Morning) -> None:
    morning.show(a_row(1))
    morning.attentions.opened["record-1"] = OpenedAttention("record-1", an_attention(), {}, None, {}, "local")
    morning.hands.press(DELETE)
    morning.hands.type("dos veces")
    morning.hands.press(ENTER)
    given = morning.presenter.half_written

    morning.tasks.let_run()

    assert [left.values["void_reason"] for left in given] == ["dos veces"]
    assert morning.presenter.half_written == ()
