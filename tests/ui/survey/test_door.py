"""The officer's door with a PIN of the day: the same rules as the locked screen, and the phrase behind it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLineEdit

from terreno_app.services.pin import Pin
from terreno_app.ui.handing_over import HandingOver
from terreno_app.ui.theme import Theme
from tests.ui.asked import a_person
from tests.ui.office import FakeComposition
from tests.ui.survey.conftest import ENTER, ESC, Booth, a_session, an_open_desktop, wait_until

PIN, WRONG = "271828", ("111112", "111113", "111114", "111115", "111116")


@pytest.fixture
def booth(theme: Theme) -> Iterator[Booth]:
    """A kiosk of an officer who chose a PIN this morning."""
    session, tasks, idle, around = a_session(a_person(1))
    pin, parent = Pin(PIN, bytes), QObject()
    handing = HandingOver(session, replace(around, theme=theme, pin=lambda: pin), parent)
    booth = Booth(handing, session, tasks, idle)
    handing.taken_back.connect(lambda attention, stored: booth.taken_back.append((attention, stored)))
    yield booth
    handing.put_down()


def at_the_door(booth: Booth) -> None:
    booth.begin()
    booth.press("6", ENTER, ESC)


def wait_out(booth: Booth) -> int:
    """Until a PIN may be typed again; how many seconds that took."""
    seconds = 0
    while not booth.button("open_door").isEnabled():
        booth.sitting._door._by_pin.wait.tick()
        seconds += 1
    return seconds


def in_sight(booth: Booth, name: str) -> bool:
    return booth.kiosk.findChild(QLineEdit, name).isVisible()


def test_the_sixth_digit_takes_the_laptop_back(booth: Booth) -> None:
    at_the_door(booth)
    asked = (in_sight(booth, "kiosk_pin"), in_sight(booth, "kiosk_passphrase"))

    booth.type(PIN)

    assert asked == (True, False)
    assert booth.taken_back == [("record-1", False)]
    assert booth.stored == []


def test_another_pin_opens_nothing_and_says_how_many_tries_are_left(booth: Booth) -> None:
    at_the_door(booth)

    booth.type(WRONG[0])

    assert booth.handed_over
    assert "No es el PIN. Quedan 4 intentos; después se pide la frase" in booth.kiosk.door.message
    assert booth.kiosk.findChild(QLineEdit, "kiosk_pin").text() == ""
    booth.type(PIN)
    assert not booth.handed_over


def test_the_wait_grows_and_no_digit_counts_meanwhile(booth: Booth) -> None:
    at_the_door(booth)
    waits = []

    for wrong in WRONG[:4]:
        booth.type(wrong)
        booth.type(PIN if booth.sitting._door._by_pin.wait.left_s else "")
        waits.append(wait_out(booth))

    assert waits == [0, 0, 2, 4]
    assert booth.handed_over


def test_leaving_the_door_shortens_no_wait(booth: Booth) -> None:
    at_the_door(booth)
    for wrong in WRONG[:3]:
        booth.type(wrong)

    booth.button("leave_door").click()
    booth.press(ESC)
    booth.type(PIN)

    assert booth.handed_over
    assert booth.button("open_door").text().startswith("Espere 2 s")


def test_after_five_wrong_ones_only_the_phrase_opens(booth: Booth) -> None:
    at_the_door(booth)
    for wrong in WRONG:
        booth.type(wrong)
        wait_out(booth)
    told = booth.kiosk.door.message
    booth.button("leave_door").click()
    booth.press(ESC)
    still = (in_sight(booth, "kiosk_pin"), in_sight(booth, "kiosk_passphrase"))

    booth.type(FakeComposition.PHRASE)
    booth.press(ENTER)

    assert "Se acabaron los intentos del PIN" in told
    assert still == (False, True)
    assert not booth.handed_over


def test_the_officer_may_type_the_phrase_instead(booth: Booth) -> None:
    at_the_door(booth)

    booth.button("door_by_phrase").click()
    booth.type(FakeComposition.PHRASE)
    booth.press(ENTER)

    assert not booth.handed_over


def test_a_wait_for_the_phrase_is_not_shortened_by_way_of_the_pin(booth: Booth) -> None:
    booth.session.keys.delay_s = lambda: 4
    at_the_door(booth)
    booth.button("door_by_phrase").click()
    booth.type("otra frase")
    booth.press(ENTER)

    booth.button("leave_door").click()
    booth.press(ESC)
    by_pin = booth.button("open_door").isEnabled()
    booth.sitting._door.wait.tick()
    booth.button("door_by_phrase").click()

    assert by_pin
    assert "espere 3 s" in booth.kiosk.door.message
    assert not booth.button("open_door").isEnabled()


def test_an_empty_pin_and_letters_do_nothing(booth: Booth) -> None:
    at_the_door(booth)

    booth.press(ENTER)
    booth.type("abc")
    booth.press(ENTER)

    assert booth.kiosk.door.message == ""
    assert booth.handed_over


def test_the_pin_of_the_day_opens_the_door_of_the_whole_desktop_and_its_tries_are_those_of_the_lock(
    qapp: QApplication,
) -> None:
    with an_open_desktop(qapp) as (desktop, _, _):
        desktop._choose_form.chosen.emit(PIN, PIN)
        main = desktop.main
        assert main is not None
        main._stand.survey.kiosk_asked.emit(a_person(), "on_screen")
        kiosk = main.handing.kiosk
        assert kiosk is not None
        kiosk.door_asked.emit()
        kiosk.door.pin_typed.emit(WRONG[0])

        kiosk.door.pin_typed.emit(PIN)
        wait_until(lambda: main.handing.kiosk is None)

        assert desktop.window.isVisible()
        assert desktop._pin.pin is not None


def test_a_pin_whose_tries_are_over_at_the_kiosk_opens_no_locked_screen_either(qapp: QApplication) -> None:
    with an_open_desktop(qapp) as (desktop, _, session):
        desktop._choose_form.chosen.emit(PIN, PIN)
        pin = desktop._pin.pin
        assert pin is not None
        for wrong in WRONG:
            pin.opens(wrong)

        desktop.lock()

        assert session.closed == 1
        assert desktop.window.layers.currentWidget() is desktop._unlock_form
