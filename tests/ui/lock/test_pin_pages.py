"""Choosing the PIN of the day and typing it, by real keys."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terreno_app.ui.screens.lock.form import AskPinForm, BlankForm, ChoosePinForm
from terreno_app.ui.screens.lock.presenter import PinPresenter
from terreno_app.ui.theme import Theme
from tests.ui.stand import Hands, focused, put_on_screen


@dataclass
class Door:
    choose: ChoosePinForm
    ask: AskPinForm
    pin: PinPresenter
    hands: Hands
    told: list[str]

    def show(self, form: QWidget) -> None:
        put_on_screen(form)


@pytest.fixture
def door(theme: Theme) -> Iterator[Door]:
    choose, ask, told = ChoosePinForm(theme), AskPinForm(theme), []
    pin = PinPresenter(choose, ask, bytes)
    pin.settled.connect(lambda: told.append("settled"))
    pin.opened.connect(lambda: told.append("opened"))
    pin.given_up.connect(lambda: told.append("given_up"))
    put_on_screen(choose)
    pin.begin()
    yield Door(choose, ask, pin, Hands(), told)
    for form in (choose, ask):
        form.close()
        form.deleteLater()


def test_a_pin_is_typed_twice(door: Door) -> None:
    door.hands.type("271828")
    door.hands.press(Qt.Key.Key_Return)
    door.hands.type("271828")
    door.hands.press(Qt.Key.Key_Return)

    assert door.told == ["settled"]
    assert door.pin.pin is not None


@pytest.mark.parametrize(
    ("first", "second", "errors"),
    [
        pytest.param("123456", "123456", ("Muy fácil de adivinar", ""), id="easy"),
        pytest.param("27", "27", ("Son seis dígitos", ""), id="short"),
        pytest.param("271828", "271829", ("", "No es igual al primero"), id="another"),
    ],
)
def test_what_does_not_serve_is_said_beside_its_field(
    door: Door, first: str, second: str, errors: tuple[str, str]
) -> None:
    door.hands.type(first)
    door.hands.press(Qt.Key.Key_Return)
    door.hands.type(second)
    door.hands.press(Qt.Key.Key_Return)

    assert door.choose.errors == errors
    assert focused().objectName() == ("new_pin" if errors[0] else "new_pin_again")
    assert door.pin.pin is None


def test_the_second_time_may_not_be_left_out(door: Door) -> None:
    door.choose.chosen.emit("271828", "")

    assert door.choose.errors == ("", "Escríbalo otra vez")


def test_letters_are_no_digits_and_esc_goes_on_without(door: Door) -> None:
    door.hands.type("27ab18")
    typed = door.choose._pin.text()

    door.hands.press("x", Qt.Key.Key_Escape)

    assert typed == "2718"
    assert door.told == ["settled"]
    assert door.pin.pin is None
    assert door.choose._pin.text() == ""


def locked(door: Door) -> None:
    door.choose.chosen.emit("271828", "271828")
    door.told.clear()
    put_on_screen(door.ask)
    door.pin.ask("Marcela Soto Henríquez · T07")


def test_the_sixth_digit_opens_by_itself(door: Door) -> None:
    locked(door)

    door.hands.type("271828")

    assert door.told == ["opened"]


def test_the_enter_after_a_wrong_sixth_digit_leaves_the_tries_told(door: Door) -> None:
    locked(door)

    door.hands.type("271829")
    door.hands.press(Qt.Key.Key_Return)

    assert door.ask.error == "No es el PIN. Quedan 4 intentos; después se pide la frase"


def test_an_empty_pin_is_asked_for(door: Door) -> None:
    locked(door)

    door.hands.press(Qt.Key.Key_Return, "x")

    assert door.ask.error == "Escriba los seis dígitos"


def test_the_last_try_is_announced(door: Door) -> None:
    locked(door)

    for wrong in ("111112", "111113", "111114", "111115"):
        door.ask.typed.emit(wrong)
        while door.ask.waiting:
            door.pin._asking.wait.tick()

    assert door.ask.error == "No es el PIN. Queda 1 intento; después se pide la frase"


def test_a_pin_that_was_forgotten_opens_nothing(door: Door) -> None:
    locked(door)
    door.pin.forget()

    door.ask.typed.emit("271828")

    assert door.told == []


def test_a_lock_in_the_middle_of_a_wait_waits_on(door: Door) -> None:
    locked(door)
    for wrong in ("111112", "111113", "111114"):
        door.ask.typed.emit(wrong)

    door.pin.ask("Marcela Soto Henríquez · T07")
    door.hands.press(Qt.Key.Key_Return)

    assert door.ask.waiting == 2
    assert door.told == []


def test_a_blank_screen_says_only_how_to_come_back(theme: Theme) -> None:
    blank, told, hands = BlankForm(theme), [], Hands()
    blank.back_asked.connect(lambda: told.append("back"))
    put_on_screen(blank)

    hands.press("q", Qt.Key.Key_Escape)

    assert told == ["back"]
    assert blank.accessibleName() == "Pantalla oculta, F9 vuelve"
    blank.close()
    blank.deleteLater()
