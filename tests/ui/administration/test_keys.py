"""A person who opened this laptop gives one more person a key, and never learns that person's phrase from a message."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from terreno_app.services.errors import ServiceError
from terreno_app.ui.screens.administration.form import AdministrationForm
from terreno_app.ui.screens.administration.presenter import AdministrationPresenter
from terreno_app.ui.theme import Theme
from tests.ui.office import FakeKeys, PatientRunner
from tests.ui.stand import CTRL, Hands, focused, let_click, put_on_screen
from tests.ui.views import IVAN, PAULA, PEOPLE, a_laptop, a_theme

PHRASE = "abeja brasa cielo dedo 1"


@dataclass
class Desk:
    form: AdministrationForm
    presenter: AdministrationPresenter
    keys: FakeKeys
    tasks: PatientRunner
    hands: Hands

    def show(self) -> None:
        self.presenter.refresh()
        self.tasks.let_run()
        self.form.begin()

    def type(self, phrase: str, again: str) -> None:
        self.form._phrase.setFocus()
        self.hands.type(phrase)
        self.hands.press(Qt.Key.Key_Tab)
        self.hands.type(again)

    def save(self) -> None:
        self.hands.press("g", held=CTRL)
        let_click()
        self.tasks.let_run()


def a_desk(theme: Theme) -> Iterator[Desk]:
    form, keys, tasks = AdministrationForm(theme), FakeKeys(), PatientRunner()
    presenter = AdministrationPresenter(form, keys, a_laptop(), PAULA, tasks)
    put_on_screen(form)
    yield Desk(form, presenter, keys, tasks, Hands())
    form.close()
    form.deleteLater()


@pytest.fixture
def desk(theme: Theme) -> Iterator[Desk]:
    for made in a_desk(theme):
        made.show()
        yield made


def test_it_says_who_can_open_and_proposes_a_phrase(desk: Desk) -> None:
    assert [(row.name, row.here) for row in desk.form.rows] == [
        (PAULA.name, True),
        ("Marcela Soto Henríquez", False),
    ]
    assert desk.form._proposal.text() == PHRASE
    assert focused().objectName() == "new_officer"


def test_a_person_of_the_register_gets_a_key(desk: Desk) -> None:
    desk.hands.press("I")
    desk.type(PHRASE, PHRASE)

    desk.save()

    assert [one.id for one in desk.keys.holding][-1] == IVAN
    assert f"{PEOPLE[IVAN]} ya puede abrir este equipo" in desk.form.message
    assert PHRASE not in desk.form.message
    assert desk.form._phrase.text() == desk.form._again.text() == ""
    assert desk.form._proposal.text() == "abeja brasa cielo dedo 2"
    assert [row.name for row in desk.form.rows][-1] == PEOPLE[IVAN]


def test_when_everybody_has_a_key_it_says_where_people_come_from(desk: Desk) -> None:
    desk.keys.waiting.clear()

    desk.show()
    desk.save()

    assert desk.form._empty.isVisibleTo(desk.form)
    assert "F5" in desk.form._empty.accessibleName()
    assert focused().objectName() == "officers"
    assert desk.tasks.waiting == []


@pytest.mark.parametrize(
    ("chosen", "phrase", "again", "errors"),
    [
        pytest.param("", PHRASE, PHRASE, ("Elija a la persona", "", ""), id="nobody"),
        pytest.param("I", "", "", ("", "Escriba la frase, la propuesta u otra", ""), id="no phrase"),
        pytest.param("I", PHRASE, "", ("", "", "Escríbala otra vez"), id="once"),
        pytest.param("I", PHRASE, "otra", ("", "", "No es igual a la primera"), id="another"),
    ],
)
def test_what_is_missing_is_said_beside_it(
    desk: Desk, chosen: str, phrase: str, again: str, errors: tuple[str, str, str]
) -> None:
    if chosen:
        desk.hands.press(chosen)
    desk.type(phrase, again)

    desk.save()

    assert desk.form.errors == errors
    assert len(desk.keys.holding) == 2


def test_a_weak_phrase_is_told_beside_it_and_stays(desk: Desk) -> None:
    desk.keys.error = ServiceError("weak_passphrase")
    desk.hands.press("I")
    desk.type("corta", "corta")

    desk.save()
    said = desk.form.errors[1]
    desk.hands.type("x")

    assert said.startswith("Muy corta o muy conocida")
    assert desk.form._again.text() == "corta"
    assert desk.form.errors == ("", "", "")


def test_trouble_with_the_disk_says_what_is_safe(desk: Desk) -> None:
    desk.keys.error = ServiceError("disk_full")
    desk.hands.press("I")
    desk.type(PHRASE, PHRASE)

    desk.save()

    assert "El disco está lleno" in desk.form.message


def test_two_presses_make_one_key(desk: Desk) -> None:
    desk.hands.press("I")
    desk.type(PHRASE, PHRASE)

    desk.form.submitted.emit(IVAN, PHRASE, PHRASE)
    desk.form.submitted.emit(IVAN, PHRASE, PHRASE)

    assert len(desk.tasks.waiting) == 1


def test_nobody_reads_the_phrase_while_it_is_typed(desk: Desk) -> None:
    assert desk.form._phrase.echoMode() == desk.form._again.echoMode() == QLineEdit.EchoMode.Password


def test_large_text_puts_the_list_over_the_fields(qapp: QApplication) -> None:
    for desk in a_desk(a_theme(scale=1.5)):
        desk.show()

        assert desk.form._table.y() <= desk.form._person.mapTo(desk.form, desk.form._person.rect().topLeft()).y()
