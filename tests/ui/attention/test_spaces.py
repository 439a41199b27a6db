"""In which space a person is attended: the outing's, or the office's when none is open."""

from PySide6.QtCore import Qt

from terreno_app.ui.widgets.fields import Select
from tests.ui.desk import Desk, widget


def choose(desk: Desk, name: str, code: str) -> None:
    """Take an answer of a closed list with the keyboard, as far down as it stands."""
    field = widget(desk, name)
    assert isinstance(field, Select)
    field.setFocus()
    down = field.findData(code) - field.currentIndex()
    for _ in range(abs(down)):
        desk.hands.press(Qt.Key.Key_Down if down > 0 else Qt.Key.Key_Up)
    assert field.code == code


def test_an_open_outing_means_the_stand(desk: Desk) -> None:
    desk.begin()

    assert desk.form.draft().fields["space"] == "oirs_terreno"


def test_without_an_outing_it_is_the_office_and_the_next_one_keeps_the_space(desk: Desk) -> None:
    desk.presenter.begin(None)
    first = desk.form.draft().fields["space"]
    desk.hands.press(Qt.Key.Key_C)
    desk.form.subject.topic.setFocus()
    desk.hands.type("salud")
    desk.hands.press(Qt.Key.Key_Return)
    choose(desk, "space", "tic")

    desk.hands.press(Qt.Key.Key_G, held=Qt.KeyboardModifier.ControlModifier)
    desk.tasks.let_run()
    desk.presenter.begin(None)

    assert first == "oirs"
    assert [draft.fields["space"] for draft in desk.attentions.registered] == ["tic"]
    assert desk.form.draft().fields["space"] == "tic"


def test_the_space_of_a_saved_attention_stays(desk: Desk) -> None:
    desk.open(space="tic", outing=None)

    assert not widget(desk, "space").isEnabled()
    assert widget(desk, "space").code == "tic"  # type: ignore[attr-defined]
