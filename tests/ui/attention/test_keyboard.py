"""Moving through the page without a mouse."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel

from terreno_app.paths import resources
from terreno_app.ui import keys
from terreno_app.ui.theme import Theme, load_theme
from terreno_app.ui.widgets.search import SearchField
from tests.ui.desk import ENTER, TAB, Desk, a_desk, widget
from tests.ui.stand import ALT, CTRL, SHIFT, focused


def test_saving_with_something_missing_goes_to_the_field_and_names_it(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")
    desk.hands.type("cedula")
    desk.hands.press(ENTER)

    desk.hands.press("g", held=CTRL)

    assert desk.attentions.registered == []
    assert "servicio" in desk.form._foot.missing
    assert focused().objectName().startswith("own_service")


def test_f8_walks_through_what_is_missing(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")

    desk.hands.press(Qt.Key.Key_F8)
    first = focused().objectName()
    desk.hands.press(Qt.Key.Key_F8)
    second = focused().objectName()

    assert first.startswith("own_service")
    assert second == "topic"


def test_f8_stays_where_it_is_when_nothing_is_missing(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    here = focused()

    desk.hands.press(Qt.Key.Key_F8)

    assert focused() is here
    assert desk.form._foot.missing == ""


def test_ctrl_zero_marks_the_field_as_not_asked_and_goes_on(desk: Desk) -> None:
    desk.begin()
    widget(desk, "sex").setFocus()

    desk.hands.press("0", held=CTRL)

    assert desk.form.profile.read("sex") == "NS"
    assert focused().objectName() == "age_band"


def test_ctrl_zero_elsewhere_marks_every_empty_field_of_the_profile(desk: Desk) -> None:
    desk.presenter.begin(None)
    desk.tasks.let_run()

    desk.hands.press("0", held=CTRL)

    values = desk.form.profile.values()
    assert values["sex"] == values["age_band"] == values["residence_comuna"] == "NS"
    assert values["user_type"] == "citizen"


def test_an_outcome_by_number_goes_on_to_the_answer(desk: Desk) -> None:
    desk.begin()
    widget(desk, "outcome").setFocus()

    desk.hands.press("4")

    assert focused().objectName() == "answer_given"


def test_enter_goes_to_the_next_field(desk: Desk) -> None:
    desk.begin()
    widget(desk, "answer_given").setFocus()

    desk.hands.press(ENTER)

    assert focused().objectName().startswith("answer_owed")


def test_tab_walks_the_whole_page_forth_and_back(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")
    desk.form.subject.types.setFocus()
    start = focused()

    forth = []
    for _ in range(60):
        desk.hands.press(TAB)
        forth.append(focused())
        if focused() is start:
            break
    back = []
    for _ in range(60):
        desk.hands.press(Qt.Key.Key_Backtab, held=SHIFT)
        back.append(focused())
        if focused() is start:
            break

    assert forth[-1] is back[-1] is start
    assert list(reversed(back[:-1])) == forth[:-1]
    reached = {found.objectName().split("_")[0] for found in forth}
    assert {"topic", "description", "sex", "residence", "outcome", "names", "consent", "save"} <= reached


@pytest.mark.parametrize("letter", ["c", "o", "i", "r", "s", "f", "p", "d", "a", "t", "e"])
def test_no_alt_letter_stands_twice_whatever_the_type(desk: Desk, letter: str) -> None:
    desk.begin()

    desk.hands.press(letter)

    twice = {key: texts for key, texts in keys.mnemonics(desk.form).items() if len(texts) > 1}
    assert twice == {}
    assert all(key.isascii() for key in keys.mnemonics(desk.form))


def test_alt_and_a_letter_goes_to_its_field(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")

    desk.hands.press("n", held=ALT)

    assert focused().objectName() == "nationality"


@pytest.mark.parametrize("letter", ["c", "r", "e"])
def test_every_input_says_its_name_and_every_label_is_plain_text(desk: Desk, letter: str) -> None:
    desk.begin()

    desk.hands.press(letter)

    for name, frame in desk.form.frames().items():
        assert frame.widget.objectName() == name
        assert frame.widget.accessibleName()
    for label in desk.form.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText or label.text() == ""


def test_in_a_narrow_window_the_identity_goes_below(theme: Theme) -> None:
    for desk in a_desk(theme, width=900):
        desk.begin()

        desk.hands.press("r")

        assert desk.form.identity.isVisible()
        assert not desk.form._sheet._side.isVisible()
        assert desk.form._sheet._below.isAncestorOf(desk.form.identity)


def test_with_large_text_a_search_is_brought_to_the_top(qapp: QApplication, theme: Theme) -> None:
    large = load_theme(resources(), scale=1.5)
    large.apply(qapp)
    for desk in a_desk(large):
        desk.begin()

        desk.hands.press("c")
        desk.hands.type("pe")

        topic = desk.form.subject.topic
        assert topic.mapTo(desk.form, QPoint(0, 0)).y() < 200
        assert topic._results is not None
        assert topic._results.y() > topic.mapTo(desk.form._sheet, QPoint(0, 0)).y()
        assert not desk.form._foot._go.isVisible()


def test_an_empty_search_offers_the_comunas_of_the_region(desk: Desk) -> None:
    desk.begin()
    residence = widget(desk, "residence")
    residence.setFocus()

    desk.hands.press(Qt.Key.Key_Down)

    assert isinstance(residence, SearchField)
    assert [found.note for found in residence._rows] == ["Metropolitana de Santiago"] * len(residence._rows)


def test_a_leader_in_an_old_record_shows_the_organisation(desk: Desk) -> None:
    desk.open(user_type="community_leader", org_name="Junta 12", org_type="JJVV", org_comuna="13121")

    shown = widget(desk, "org_comuna").property("text")

    assert shown == "Pedro Aguirre Cerda"


@pytest.mark.parametrize(("letter", "own"), [("s", True), ("n", False)])
def test_whether_it_is_about_the_own_service_goes_on_and_keeps_its_answer_while_one_types(
    desk: Desk, letter: str, own: bool
) -> None:
    desk.begin()
    desk.hands.press("r")
    widget(desk, "own_service").setFocus()

    desk.hands.press(letter)
    desk.hands.type("sin nadie")

    assert desk.form.subject.read("own_service") is own
    assert focused().objectName() == "description"
    assert desk.form.story.read("description") == "sin nadie"


@pytest.mark.parametrize("name", ["answer_owed", "interpreter", "back_captured"])
def test_every_yes_or_no_goes_on_to_the_next_field(desk: Desk, name: str) -> None:
    desk.begin()
    widget(desk, name).setFocus()

    desk.hands.press("n")

    assert not focused().objectName().startswith(name)


def test_referred_to_nobody_is_said_beside_the_field_as_the_officer_leaves_it(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    widget(desk, "outcome").setFocus()
    desk.hands.press("3")
    frame = desk.form.frames()["oriented_institution"]
    before = frame.error

    desk.hands.press(TAB)

    assert before == ""
    assert "Falta" in frame.error
    assert not frame._optional.isVisible()


def test_referred_to_nobody_is_not_saved_and_the_officer_is_taken_there(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    widget(desk, "outcome").setFocus()
    desk.hands.press("3")

    desk.hands.press("g", held=CTRL)
    refused = (list(desk.attentions.registered), focused().objectName())
    desk.hands.type("ips")
    desk.hands.press(ENTER)
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    assert refused == ([], "oriented_institution")
    assert len(desk.attentions.registered) == 1


def test_guided_may_leave_out_to_whom(desk: Desk) -> None:
    desk.begin()
    widget(desk, "outcome").setFocus()

    desk.hands.press("2")

    assert desk.form.frames()["oriented_institution"]._optional.isVisible()


def test_an_old_record_that_never_said_to_whom_can_still_be_corrected(desk: Desk) -> None:
    desk.open(outcome="referred")
    widget(desk, "answer_given").setFocus()
    desk.hands.type("Con su carné")

    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    assert [told for told, _ in desk.told] == ["corrected"]
