"""Opening the laptop: who, with which phrase, and what is said when it does not open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from terreno_app.services.errors import ServiceError
from terreno_app.ui import keys
from terreno_app.ui.screens.unlock.form import Fact, UnlockForm
from terreno_app.ui.screens.unlock.presenter import UnlockPresenter, _greeting
from terreno_app.ui.theme import Theme
from tests.factories import NOON, FixedClock
from tests.ui.office import PatientRunner
from tests.ui.stand import ALT, SHIFT, Hands, focused, put_on_screen

PLAIN = Qt.TextFormat.PlainText
ENTER = Qt.Key.Key_Return


@dataclass(frozen=True)
class Key:
    officer: str
    name: str


class FakeDoor:
    """A door that knows its phrases and counts the failures."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self.keys = tuple(keys)
        self.phrases = {key.officer: f"frase de {key.officer}" for key in keys}
        self.failures = 0
        self.wait_s = 2
        self.breaks: Exception | None = None
        self.delay_breaks: Exception | None = None

    def officers(self) -> tuple[Key, ...]:
        if self.breaks is not None:
            raise self.breaks
        return self.keys

    def delay_s(self) -> int:
        if self.delay_breaks is not None:
            raise self.delay_breaks
        return 0 if self.failures < 3 else self.wait_s

    def unlock(self, officer: str, passphrase: str) -> object:
        if passphrase != self.phrases[officer]:
            self.failures += 1
            raise ServiceError("wrong_passphrase")
        return f"session of {officer}"


@dataclass
class Porch:
    """The page, its presenter and the door behind it."""

    form: UnlockForm
    presenter: UnlockPresenter
    door: FakeDoor
    tasks: PatientRunner
    hands: Hands
    opened: list[Any]

    def start(self) -> None:
        self.presenter.start()
        self.tasks.let_run()
        QApplication.processEvents()

    def try_phrase(self, phrase: str) -> None:
        self.form._passphrase.setFocus()
        self.form._passphrase.clear()
        self.hands.type(phrase)
        self.hands.press(ENTER)
        self.tasks.let_run()

    def passphrase(self) -> QLineEdit:
        return self.form._passphrase


@pytest.fixture
def porch(theme: Theme) -> Iterator[Porch]:
    form = UnlockForm(theme, "1.0.0")
    door, tasks = (
        FakeDoor([Key("a", "Marcela Soto"), Key("b", "Rodrigo Paillán"), Key("c", "Ana Ñancupil")]),
        PatientRunner(),
    )
    facts = [Fact("laptop", "Equipo T07", "0 atenciones esperan salir")]
    presenter = UnlockPresenter(form, door, FixedClock(NOON), tasks, facts)
    opened: list[Any] = []
    presenter.opened.connect(opened.append)
    put_on_screen(form, 1366)
    yield Porch(form, presenter, door, tasks, Hands(), opened)
    form.close()
    form.deleteLater()
    QApplication.processEvents()


def test_the_right_phrase_opens_with_enter(porch: Porch) -> None:
    porch.start()

    porch.try_phrase("frase de a")

    assert porch.opened == ["session of a"]
    assert porch.passphrase().text() == ""


def test_alt_and_a_number_choose_who_works(porch: Porch) -> None:
    porch.start()

    porch.hands.press("2", held=ALT)
    porch.try_phrase("frase de b")

    assert porch.opened == ["session of b"]
    assert porch.form._caption.text() == "Frase de paso de Rodrigo"


def test_arrows_choose_who_works_without_leaving_the_phrase(porch: Porch) -> None:
    porch.start()

    porch.hands.press(Qt.Key.Key_Up)
    up = porch.form.officer
    porch.hands.press(Qt.Key.Key_Down, Qt.Key.Key_Down)

    assert (up, porch.form.officer) == ("c", "b")
    assert focused() is porch.passphrase()


def test_a_wrong_phrase_says_what_is_safe_and_lets_try_again(porch: Porch) -> None:
    porch.start()

    porch.try_phrase("otra cosa")

    assert "no abre este equipo" in porch.form.message
    assert "Los datos siguen cifrados" in porch.form.message
    assert porch.form._open.isEnabled()
    assert porch.passphrase().selectedText() == "otra cosa"


def test_typing_again_takes_the_message_away(porch: Porch) -> None:
    porch.start()
    porch.try_phrase("otra cosa")

    porch.hands.type("f")

    assert porch.form.message == ""


def test_one_second_is_told_as_one(porch: Porch) -> None:
    porch.door.wait_s = 1
    porch.start()

    for _ in range(3):
        porch.try_phrase("otra cosa")

    assert porch.form.message.startswith("La frase no abrió este equipo: espere 1 segundo ")


def test_the_third_failure_makes_wait_and_counts_down(porch: Porch) -> None:
    porch.start()
    for _ in range(3):
        porch.try_phrase("otra cosa")
    waiting, told = porch.form._open.text(), porch.form.message

    porch.hands.type("x")
    porch.hands.press(ENTER)
    porch.presenter._waits.tick()
    one = porch.form._open.text()
    porch.presenter._waits.tick()

    assert waiting == "Espere 2 s"
    assert porch.door.failures == 3
    assert "espere 2 segundos" in told
    assert one == "Espere 1 s"
    assert porch.form.message == ""
    assert porch.form._open.text() == "&Abrir el día"
    assert porch.form._open.isEnabled()


def test_a_delay_that_cannot_be_read_says_so(porch: Porch) -> None:
    porch.start()
    porch.door.delay_breaks = ServiceError("folder_locked")

    porch.try_phrase("otra cosa")

    assert "Otro programa" in porch.form.message


def test_while_it_opens_it_cannot_be_hurried(porch: Porch) -> None:
    porch.start()
    porch.hands.type("frase de a")

    porch.hands.press(ENTER)
    porch.hands.press(ENTER)

    assert len(porch.tasks.waiting) == 1
    assert porch.form._open.text() == "Abriendo…"


def test_nothing_is_tried_without_a_phrase(porch: Porch) -> None:
    porch.start()

    porch.hands.press(ENTER)

    assert porch.tasks.waiting == []


def test_the_phrase_can_be_seen_and_hidden(porch: Porch) -> None:
    porch.start()

    porch.form._see.click()
    seen = porch.passphrase().echoMode()
    porch.form._see.click()

    assert seen == QLineEdit.EchoMode.Normal
    assert porch.passphrase().echoMode() == QLineEdit.EchoMode.Password


def test_caps_lock_is_noticed_by_what_comes_out(porch: Porch) -> None:
    porch.start()
    warning = porch.form._caps

    porch.hands.press("A", held=Qt.KeyboardModifier.NoModifier)
    shouted = warning.isVisible()
    porch.hands.press("a")
    calm = warning.isVisible()
    porch.hands.press("B", held=SHIFT)
    shifted = warning.isVisible()
    porch.hands.press(Qt.Key.Key_CapsLock)

    assert shouted
    assert not calm
    assert not shifted
    assert warning.isVisible()


def test_a_forgotten_phrase_says_who_can_help(porch: Porch) -> None:
    porch.start()

    porch.form._forgot.click()

    assert "Otra persona con llave" in porch.form.message


def test_a_laptop_without_anybody_says_what_to_do(porch: Porch) -> None:
    porch.door.keys = ()

    porch.start()

    assert porch.form._empty.isVisible()
    assert "código de enrolamiento" in porch.form._empty.accessibleName()
    assert not porch.form._entry.isVisible()
    assert porch.form.officer == ""


@pytest.mark.parametrize(("code", "said"), [("not_a_laptop", ""), ("damaged_database", "dañado")])
def test_a_folder_that_cannot_be_read_says_what_to_do(porch: Porch, code: str, said: str) -> None:
    porch.door.breaks = ServiceError(code)

    porch.start()

    assert porch.form._empty.isVisible()
    assert said in porch.form.message


def test_locking_forgets_what_was_typed(porch: Porch) -> None:
    porch.start()
    porch.hands.type("frase")

    porch.presenter.lock()
    porch.tasks.let_run()

    assert porch.passphrase().text() == ""
    assert len(porch.form._officers) == 3


def test_the_page_greets_by_the_hour() -> None:
    clock = FixedClock(NOON)

    said = []
    for hours in (-4, 4, 6):
        clock.move(hours=hours)
        said.append(_greeting(clock.now()))

    assert said == ["Buenos días", "Buenas tardes", "Buenas tardes"]
    clock.move(hours=5)
    assert _greeting(clock.now()) == "Buenas noches"


def test_no_alt_letter_stands_twice_and_every_label_is_plain_text(porch: Porch) -> None:
    porch.start()

    found = keys.mnemonics(porch.form)

    assert {key for key, texts in found.items() if len(texts) > 1} == set()
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText or not label.text() for label in porch.form.findChildren(QLabel)
    )


def test_in_a_narrow_window_the_officers_have_all_the_room(porch: Porch) -> None:
    porch.start()

    porch.form.resize(800, 600)
    QApplication.processEvents()

    assert not porch.form._left.isVisible()
    assert porch.form._form.isVisible()


def test_other_keys_are_left_alone(porch: Porch) -> None:
    porch.start()

    porch.form.setFocus()
    porch.hands.press(Qt.Key.Key_F12)
    porch.hands.press("7", held=ALT)

    assert porch.form.officer == "a"


def test_the_page_can_be_drawn_with_each_officer_chosen(porch: Porch) -> None:
    porch.start()
    porch.form._officers[1].setFocus()

    picture = porch.form.grab()

    assert picture.width() == 1366
    porch.form._officers[2].click()
    assert porch.form.officer == "c"


def test_somebody_whose_name_has_not_arrived_is_not_shown_as_a_code(porch: Porch) -> None:
    porch.door.keys = (Key("01990000-0000-7000-8000-000000000003", "01990000-0000-7000-8000-000000000003"),)

    porch.start()

    [choice] = porch.form._officers
    assert choice.officer.name == "Primera persona de este equipo"
    assert "sincronizar" in choice.officer.detail
