"""Saving on a stick and receiving from one, on the page where people synchronise."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from terreno_app.services.errors import ServiceError
from terreno_app.ui.keys import mnemonics
from terreno_app.ui.screens.sync.form import SyncForm
from terreno_app.ui.screens.sync.presenter import SyncPresenter
from terreno_app.ui.screens.sync.stick import StickPresenter
from terreno_app.ui.theme import Theme
from tests.ui.office import FakeBundles, FakeStatus, FakeSyncDay, Outcome, PatientRunner, Step, StoppedClock, Told
from tests.ui.stand import Hands, put_on_screen
from tests.ui.views import a_laptop, a_status, a_theme

THERE, BACK = Path("pendrive/ida.terreno"), Path("pendrive/vuelta.terreno")


@dataclass
class Person:
    """Chooses files, or thinks better of it."""

    there: Path | None = THERE
    back: Path | None = BACK
    proposed: list[str] = field(default_factory=list)

    def where(self, name: str) -> Path | None:
        self.proposed.append(name)
        return self.there

    def which(self) -> Path | None:
        return self.back


@dataclass
class Bench:
    form: SyncForm
    sync: SyncPresenter
    stick: StickPresenter
    day: FakeSyncDay
    bundles: FakeBundles
    tasks: PatientRunner
    person: Person
    hands: Hands
    told: list[tuple[str, Any]]

    def click(self, name: str) -> None:
        button = self.form.findChild(QPushButton, name)
        assert button is not None
        button.click()

    def enabled(self, name: str) -> bool:
        button = self.form.findChild(QPushButton, name)
        assert button is not None
        return button.isEnabled()

    def finish(self) -> None:
        self.tasks.let_one_run()
        QApplication.processEvents()
        self.tasks.let_run()


def a_bench(theme: Theme) -> Iterator[Bench]:
    form, day, bundles, person = SyncForm(theme), FakeSyncDay(), FakeBundles(), Person()
    tasks, clock, told = PatientRunner(), StoppedClock(), []
    sync = SyncPresenter(form, day, FakeStatus(a_status()), a_laptop(), clock, tasks)
    stick = StickPresenter(form, sync, bundles, a_laptop(), clock, tasks, person.where, person.which)
    sync.started.connect(lambda: told.append(("started", None)))
    sync.ended.connect(lambda reached: told.append(("ended", reached)))
    put_on_screen(form)
    yield Bench(form, sync, stick, day, bundles, tasks, person, Hands(), told)
    form.close()
    form.deleteLater()


@pytest.fixture
def bench(theme: Theme) -> Iterator[Bench]:
    yield from a_bench(theme)


@pytest.fixture
def large_bench(qapp: QApplication) -> Iterator[Bench]:
    yield from a_bench(a_theme(scale=1.5))


def test_what_waits_is_saved_where_a_person_chooses(bench: Bench) -> None:
    bench.click("save_on_stick")
    bench.finish()

    assert bench.person.proposed == ["T07-al-centro-2026-11-21.terreno"]
    assert bench.bundles.files == [("save", THERE)]
    assert "Guardado en el archivo ida.terreno" in bench.form.message
    assert "26 cambios para el centro." in bench.form.message
    assert "Nada se borra de este equipo" in bench.form.message
    assert bench.told == [("started", None), ("ended", None)]


def test_f7_saves(bench: Bench) -> None:
    bench.hands.press(Qt.Key.Key_F7)
    bench.finish()

    assert bench.bundles.files == [("save", THERE)]


def test_what_did_not_fit_is_said(bench: Bench) -> None:
    bench.bundles.left = 3

    bench.click("save_on_stick")
    bench.finish()

    assert "3 cambios no cupieron: guarde otro." in bench.form.message


def test_an_answer_is_received_and_told_like_a_synchronisation(bench: Bench) -> None:
    bench.click("receive_from_stick")
    bench.finish()

    assert bench.bundles.files == [("receive", BACK)]
    assert "Respuesta del centro recibida" in bench.form.message
    assert "26 cambios enviados con recibo" in bench.form.message
    assert "12 cambios de otros equipos" in bench.form.message
    assert bench.told == [("started", None), ("ended", None)]


def test_conflicts_and_warnings_of_an_answer_are_told(bench: Bench) -> None:
    bench.bundles.ends = Outcome(sent=3, conflicts=1, warnings=(Told("former_centre"), Told("unconfirmed")))

    bench.click("receive_from_stick")
    bench.finish()

    assert "Respuesta del centro recibida, con algo que ver" in bench.form.message
    assert "1 conflicto espera su decisión" in bench.form.message
    assert "no se usó" in bench.form.message
    assert "coordinación confirme" in bench.form.message


@pytest.mark.parametrize("button", ["save_on_stick", "receive_from_stick"])
def test_thinking_better_of_it_does_nothing(bench: Bench, button: str) -> None:
    bench.person.there = bench.person.back = None

    bench.click(button)

    assert (bench.tasks.waiting, bench.told, bench.bundles.files) == ([], [], [])
    assert not bench.sync.running


@pytest.mark.parametrize(
    ("button", "title", "error", "words"),
    [
        ("save_on_stick", "No se guardó en el pendrive", "medium_full", "El pendrive está lleno"),
        ("receive_from_stick", "No se recibió del pendrive", "damaged_bundle", "dañado o incompleto"),
    ],
)
def test_trouble_is_told_in_three_parts(bench: Bench, button: str, title: str, error: str, words: str) -> None:
    bench.bundles.ends = ServiceError(error)

    bench.click(button)
    bench.finish()

    assert title in bench.form.message
    assert words in bench.form.message
    assert "guardado sigue" in bench.form.message
    assert not bench.sync.running


def test_one_delivery_at_a_time_whichever_road_it_takes(bench: Bench) -> None:
    bench.sync.start()
    busy = bench.enabled("save_on_stick"), bench.enabled("receive_from_stick")
    bench.stick.save()
    bench.stick.receive()
    bench.tasks.let_run()
    bench.click("save_on_stick")
    bench.sync.start()
    bench.finish()

    assert busy == (False, False)
    assert bench.bundles.files == [("save", THERE)]
    assert bench.day.runs == 1
    assert bench.enabled("save_on_stick")


def test_a_synchronisation_that_began_while_the_person_chose_goes_first(bench: Bench) -> None:
    def where(name: str) -> Path:
        bench.sync.start()
        return THERE

    bench.stick._ask_path = where
    bench.stick._ask_file = lambda: where("")

    bench.stick.save()
    bench.tasks.let_run()
    bench.stick.receive()
    bench.tasks.let_run()

    assert bench.bundles.files == []
    assert bench.day.runs == 2


def test_each_step_is_counted_at_the_side(bench: Bench) -> None:
    bench.click("save_on_stick")
    bench.stick._step_forward(Step("pack", 120, 400))
    counted = bench.form._aside.text()
    bench.stick._step_forward(Step("pull"))
    plain = bench.form._aside.text()
    bench.stick._step_forward(Step("square", 1, 1))
    unknown = bench.form._aside.text()
    bench.finish()
    bench.stick._step_forward(Step("pack", 1, 2))

    assert (counted, plain, unknown) == (
        "Guardando: 120 de 400",
        "Cambios de otros equipos",
        "Cambios de otros equipos",
    )
    assert bench.form._aside.text() == ""


def test_esc_stops_a_stick_too(bench: Bench) -> None:
    bench.click("receive_from_stick")

    bench.hands.press(Qt.Key.Key_Escape)
    bench.finish()

    assert "se detuvo" in bench.form.message
    assert not bench.sync.running


def test_no_letter_stands_twice_and_the_keyboard_reaches_both(bench: Bench) -> None:
    letters = mnemonics(bench.form)

    assert {letter: texts for letter, texts in letters.items() if len(texts) > 1} == {}
    for name in ("save_on_stick", "receive_from_stick"):
        button = bench.form.findChild(QPushButton, name)
        assert button is not None
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert "pendrive" in button.accessibleName()


def test_large_text_keeps_both_in_reach(large_bench: Bench) -> None:
    large_bench.click("save_on_stick")
    large_bench.finish()

    assert large_bench.bundles.files == [("save", THERE)]
    assert large_bench.form.findChild(QPushButton, "receive_from_stick").isVisibleTo(large_bench.form)
