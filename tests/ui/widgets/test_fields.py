"""Inputs: what they hold, what they say when something is wrong, and how keys move them."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.choices import ChoiceGroup, Option
from terreno_app.ui.widgets.fields import Field, NumberField, Select, TextArea, TextField, caption
from terreno_app.ui.widgets.layout import column
from terreno_app.ui.widgets.picks import Picks
from terreno_app.ui.widgets.search import Found, SearchField
from tests.ui.stand import CTRL, SHIFT, Hands, focused, put_on_screen

ENTER, TAB, ESC, DOWN, UP = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Down,
    Qt.Key.Key_Up,
)
FRUIT = (
    Found("apple", "Manzana", "roja", "2 veces hoy", ((0, 2),)),
    Found("pear", "Pera"),
    Found("peach", "Durazno"),
)


def search_fruit(text: str) -> list[Found]:
    return [one for one in FRUIT if text.lower() in one.text.lower()]


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_a_field_names_its_input_and_says_its_error(theme: Theme) -> None:
    edit = TextField(theme)
    field = Field(theme, "Co&rreo", edit, hint="Para la respuesta.")

    field.set_error("Falta la arroba.")

    assert edit.accessibleName() == "Correo"
    assert edit.accessibleDescription() == "Falta la arroba."
    assert edit.property("invalid") is True
    assert field.error == "Falta la arroba."
    assert caption(field).buddy() is edit


def test_an_error_that_is_mended_gives_the_hint_back(theme: Theme) -> None:
    edit = TextField(theme)
    field = Field(theme, "Correo", edit, hint="Para la respuesta.")
    field.set_error("Falta la arroba.")

    field.set_hint("Para avisarle.")
    field.set_error("")

    assert edit.accessibleDescription() == "Para avisarle."
    assert edit.property("invalid") is False
    assert not field._hint.isHidden()


def test_a_field_may_change_its_label_and_whether_it_is_optional(theme: Theme) -> None:
    field = Field(theme, "Uno", TextField(theme), beside=True)

    field.set_text("&Dos")
    field.set_optional(optional=True)
    field.hide_label()

    assert field.widget.accessibleName() == "Dos"
    assert not field._optional.isHidden()
    assert field._caption.isHidden()


def test_the_line_of_an_error_can_stand_elsewhere(theme: Theme) -> None:
    field = Field(theme, "Uno", TextField(theme))

    row = field.take_error_row()
    field.set_error("Mal.")

    assert not row.isHidden()
    assert field.layout().indexOf(row) == -1


@pytest.mark.parametrize(("typed", "number"), [("12", 12), ("", None), ("0", 0)])
def test_a_number_is_whole_or_nothing(theme: Theme, typed: str, number: int | None) -> None:
    field = NumberField(theme, 0, 99)

    field.setText(typed)

    assert field.number == number


def test_leaving_a_field_is_told(theme: Theme, hands: Hands) -> None:
    first, second = TextField(theme), TextArea(theme)
    left: list[str] = []
    first.left.connect(lambda: left.append("first"))
    second.left.connect(lambda: left.append("second"))
    page = column(theme, first, second)
    put_on_screen(page)
    first.setFocus()

    hands.press(TAB)
    hands.press(TAB)

    assert left == ["first", "second"]
    page.close()


def test_letters_choose_in_a_list_and_enter_is_left_to_the_form(theme: Theme, hands: Hands) -> None:
    select = Select(theme, [("F", "F  Mujer"), ("M", "M  Hombre")])
    picked: list[str] = []
    left: list[bool] = []
    select.picked.connect(picked.append)
    select.left.connect(lambda: left.append(True))
    page = column(theme, select, TextField(theme))
    put_on_screen(page)
    select.setFocus()

    hands.press("m")
    hands.press(ENTER)
    hands.press(TAB)

    assert picked == ["M"]
    assert select.code == "M"
    assert left == [True]
    page.close()


def test_a_code_that_is_not_offered_shows_nothing(theme: Theme) -> None:
    select = Select(theme, [("F", "Mujer")])
    select.set_code("F")

    select.set_code("X")

    assert select.code == ""


def test_the_wheel_scrolls_the_page_and_never_the_answer(theme: Theme) -> None:
    select = Select(theme, [("F", "Mujer"), ("M", "Hombre")])
    put_on_screen(select, 200, 60)
    none = Qt.MouseButton.NoButton
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        none,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    QApplication.sendEvent(select, wheel)

    assert select.code == ""
    select.close()


def test_letters_of_an_earlier_visit_are_no_part_of_the_next_answer(
    qapp: QApplication, theme: Theme, hands: Hands
) -> None:
    select, other = Select(theme, [("F", "F  Mujer"), ("M", "M  Hombre")]), TextField(theme)
    page = column(theme, select, other)
    put_on_screen(page)
    before = qapp.keyboardInputInterval()
    qapp.setKeyboardInputInterval(60_000)
    select.setFocus()

    hands.press("f", TAB)
    select.setFocus()
    hands.press("m")

    assert select.code == "M"
    qapp.setKeyboardInputInterval(before)
    page.close()


def test_a_list_opens_wide_enough_and_an_answer_can_be_clicked(theme: Theme) -> None:
    select = Select(theme, [("F", "Mujer"), ("M", "Una respuesta muy larga que no cabe en el campo")])
    picked: list[str] = []
    select.picked.connect(picked.append)
    page = column(theme, select)
    put_on_screen(page, 600, 80)

    select.showPopup()
    wide = select.view().minimumWidth()
    QTest.keyClick(select.view(), DOWN)
    QTest.keyClick(select.view(), ENTER)

    assert wide > 200
    assert picked == ["F"]
    assert select.minimumSizeHint().width() == 60
    page.close()


class TestSearch:
    """Looking and choosing as a person types."""

    @pytest.fixture
    def page(self, theme: Theme) -> QWidget:
        self.field = SearchField(theme, search_fruit, name="fruit")
        self.other = TextField(theme)
        self.chosen: list[str] = []
        self.lit: list[str | None] = []
        self.said: list[str] = []
        self.field.chosen.connect(lambda found: self.chosen.append(found.code))
        self.field.lit.connect(lambda found: self.lit.append(found.code if found else None))
        self.field.went_on.connect(lambda: self.said.append("went on"))
        self.field.cleared.connect(lambda: self.said.append("cleared"))
        page = column(theme, self.field, 500, self.other)
        put_on_screen(page, 500, 600)
        self.field.setFocus()
        yield page
        page.close()

    def test_typing_opens_and_enter_chooses(self, page: QWidget, hands: Hands) -> None:
        hands.type("pe")
        open_before = self.field.open
        hands.press(ENTER)

        assert open_before
        assert not self.field.open
        assert (self.field.code, self.field.text()) == ("pear", "Pera")
        assert self.said == ["went on"]

    def test_arrows_move_round_the_results_and_say_where(self, page: QWidget, hands: Hands) -> None:
        hands.type("a")
        hands.press(DOWN, DOWN, DOWN, UP)

        assert self.lit == ["apple", "pear", "peach", "apple", "peach"]
        assert self.field.accessibleDescription() == "3 de 3: Durazno"

    def test_down_in_an_empty_field_shows_the_usual(self, page: QWidget, hands: Hands) -> None:
        hands.press(DOWN)

        assert self.field.open
        assert len(self.field._rows) == 3

    def test_esc_closes_the_results_and_leaves_the_rest_alone(self, page: QWidget, hands: Hands) -> None:
        hands.type("pe")

        hands.press(ESC)

        assert not self.field.open
        assert self.field.unsettled

    def test_nothing_found_says_so(self, page: QWidget, hands: Hands) -> None:
        hands.type("zz")
        hands.press(DOWN)
        hands.press(ENTER)

        assert "Nada coincide" in self.field.accessibleDescription()
        assert self.lit[-1] is None
        assert self.chosen == []
        assert self.field._results is not None
        self.field._results.grab()

    def test_leaving_takes_the_only_match(self, page: QWidget, hands: Hands) -> None:
        hands.type("dur")

        hands.press(TAB)

        assert self.field.code == "peach"
        assert focused() is self.other

    def test_leaving_with_several_matches_chooses_none(self, page: QWidget, hands: Hands) -> None:
        hands.type("a")

        hands.press(TAB)

        assert self.field.code == ""
        assert self.field.unsettled

    def test_typing_over_an_answer_clears_it(self, page: QWidget, hands: Hands) -> None:
        self.field.set_choice(FRUIT[0])
        self.field.selectAll()

        hands.type("p")
        hands.press(Qt.Key.Key_Backspace)

        assert self.said == ["cleared"]
        assert self.field.choice is None
        assert not self.field.open

    def test_a_row_can_be_clicked(self, page: QWidget, hands: Hands) -> None:
        hands.type("a")
        results = self.field._results
        assert results is not None

        QTest.mouseClick(results, Qt.MouseButton.LeftButton, pos=QPoint(20, results.height() - 5))
        QTest.mouseClick(results, Qt.MouseButton.LeftButton, pos=QPoint(20, 50))

        assert self.chosen == ["pear"]

    def test_near_the_foot_the_results_open_upward(self, page: QWidget, hands: Hands, theme: Theme) -> None:
        low = SearchField(theme, search_fruit)
        page.layout().addWidget(low)
        QApplication.processEvents()
        low.setFocus()

        hands.type("a")

        results = low._results
        assert results is not None
        assert results.geometry().bottom() < low.mapTo(page, QPoint(0, 0)).y() + 2
        results.grab()

    def test_another_list_and_another_stage(self, page: QWidget, hands: Hands) -> None:
        self.field.set_searcher(lambda _text: [Found("kiwi", "Kiwi")])
        self.field.set_stage(page)

        hands.type("x")
        hands.press(Qt.Key.Key_F12)

        assert self.field._rows[0].code == "kiwi"
        assert self.field.code == ""


def a_group(theme: Theme) -> ChoiceGroup:
    options = [Option("C", "enquiry", "Consulta"), Option("R", "complaint", "Reclamo"), Option("1", "one", "Uno")]
    return ChoiceGroup(theme, [options[:2], options[2:]], name="type")


class TestChoices:
    """A group of options by letter."""

    @pytest.fixture
    def page(self, theme: Theme) -> QWidget:
        self.before, self.group, self.after = TextField(theme), a_group(theme), TextField(theme)
        self.chosen: list[str] = []
        self.on: list[bool] = []
        self.group.chosen.connect(self.chosen.append)
        self.group.went_on.connect(lambda: self.on.append(True))
        page = column(theme, self.before, self.group, self.after)
        put_on_screen(page, 500, 300)
        yield page
        page.close()

    def test_a_letter_chooses_and_goes_on(self, page: QWidget, hands: Hands) -> None:
        self.group.setFocus()

        hands.press("r")

        assert self.group.value == "complaint"
        assert (self.chosen, self.on) == (["complaint"], [True])

    def test_arrows_move_and_space_chooses(self, page: QWidget, hands: Hands) -> None:
        self.group.setFocus()

        hands.press(Qt.Key.Key_Left)
        hands.press(Qt.Key.Key_Space)
        hands.press(Qt.Key.Key_Right)
        hands.press(ENTER)

        assert self.chosen == ["one", "enquiry"]

    def test_letters_with_ctrl_and_unknown_letters_are_left_alone(self, page: QWidget, hands: Hands) -> None:
        self.group.setFocus()

        hands.press("r", held=CTRL)
        hands.press("z")

        assert self.chosen == []

    def test_tab_enters_at_the_chosen_one_and_leaves_both_ways(self, page: QWidget, hands: Hands) -> None:
        self.group.set_value("complaint")
        self.before.setFocus()

        hands.press(TAB)
        inside = focused().objectName()
        hands.press(TAB)
        forth = focused()
        hands.press(Qt.Key.Key_Backtab, held=SHIFT)
        hands.press(Qt.Key.Key_Backtab, held=SHIFT)

        assert inside == "type_complaint"
        assert forth is self.after
        assert focused() is self.before

    def test_a_click_anywhere_on_it_chooses(self, page: QWidget) -> None:
        choice = self.group.choices()[0]

        QTest.mouseClick(choice, Qt.MouseButton.LeftButton, pos=QPoint(choice.width() - 4, 4))

        assert self.chosen == ["enquiry"]
        assert self.on == []

    def test_choosing_by_program_tells_nobody(self, page: QWidget) -> None:
        self.group.set_value("one")
        self.group.set_value("")

        assert self.group.value == ""
        assert self.chosen == []

    def test_options_can_stand_in_other_columns(self, page: QWidget) -> None:
        self.group.arrange(1)
        self.group.setEnabled(False)
        self.group.choices()[1].setChecked(True)
        QApplication.processEvents()

        places = [choice.y() for choice in self.group.choices()]

        assert places == sorted(set(places))
        page.grab()


class TestPicks:
    """Several answers out of a list."""

    @pytest.fixture
    def picks(self, theme: Theme) -> Picks:
        self.picks = Picks(theme, search_fruit, name="fruit")
        self.told: list[bool] = []
        self.picks.changed.connect(lambda: self.told.append(True))
        page = column(theme, self.picks, 300)
        put_on_screen(page, 500, 400)
        self.picks.setFocus()
        yield self.picks
        page.close()

    def test_each_answer_is_taken_once(self, picks: Picks, hands: Hands) -> None:
        for typed in ("manz", "pera", "manz"):
            hands.type(typed)
            hands.press(ENTER)

        assert picks.codes == ["apple", "pear"]
        assert picks.field.accessibleDescription() == "Manzana, Pera"
        assert len(self.told) == 2

    def test_backspace_takes_the_last_one_out(self, picks: Picks, hands: Hands) -> None:
        picks.set_picked(FRUIT[:2])

        hands.press(Qt.Key.Key_Backspace)
        hands.press(Qt.Key.Key_Backspace)
        hands.press(Qt.Key.Key_Backspace)

        assert picks.codes == []
        assert len(self.told) == 2

    def test_an_answer_can_be_clicked_away(self, picks: Picks, hands: Hands) -> None:
        picks.set_picked(FRUIT[:2])
        button = picks._row.itemAt(0).widget()

        button.click()

        assert picks.codes == ["pear"]
        assert picks.field.objectName() == "fruit_search"
