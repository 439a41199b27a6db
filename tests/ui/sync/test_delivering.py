"""Synchronising from the screen: counted, stoppable, and never believed without a receipt."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from terreno_app.services.errors import ServiceError
from terreno_app.services.sync_day import Delivery
from terreno_app.ui.screens.sync.form import SyncForm
from terreno_app.ui.screens.sync.presenter import SyncPresenter
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.tables import Table
from tests.ui.office import FakeStatus, FakeSyncDay, Outcome, PatientRunner, Step, StoppedClock, Told
from tests.ui.stand import Hands, put_on_screen
from tests.ui.views import a_laptop, a_problem, a_status, a_theme

A_RECEIPT = Delivery(26, 12, 0, "2026-11-21T21:42:09.000Z")


@dataclass
class Bench:
    form: SyncForm
    presenter: SyncPresenter
    day: FakeSyncDay
    status: FakeStatus
    tasks: PatientRunner
    clock: StoppedClock
    hands: Hands
    told: list[tuple[str, Any]]

    def read(self) -> None:
        self.presenter.refresh()
        self.tasks.let_run()

    def synchronise(self) -> None:
        self.presenter.start()
        self.tasks.let_one_run()
        QApplication.processEvents()
        self.tasks.let_run()

    def step(self, step: Step) -> None:
        self.presenter._step_forward(step)

    @property
    def steps(self) -> str:
        return self.form._thread.accessibleDescription()


def a_bench(theme: Theme) -> Iterator[Bench]:
    form, day, status = SyncForm(theme), FakeSyncDay(), FakeStatus(a_status())
    tasks, clock, told = PatientRunner(), StoppedClock(), []
    presenter = SyncPresenter(form, day, status, a_laptop(), clock, tasks)
    presenter.started.connect(lambda: told.append(("started", None)))
    presenter.ended.connect(lambda reached: told.append(("ended", reached)))
    presenter.counted.connect(lambda counts: told.append(("counted", counts)))
    presenter.open_asked.connect(lambda kind, record: told.append(("open", (kind, record))))
    put_on_screen(form)
    yield Bench(form, presenter, day, status, tasks, clock, Hands(), told)
    form.close()
    form.deleteLater()


@pytest.fixture
def bench(theme: Theme) -> Iterator[Bench]:
    yield from a_bench(theme)


@pytest.fixture
def large_bench(qapp: QApplication) -> Iterator[Bench]:
    yield from a_bench(a_theme(scale=1.5))


def test_only_what_has_a_receipt_counts_as_received(bench: Bench) -> None:
    bench.day.receipts = [A_RECEIPT]

    bench.read()

    assert bench.form.figure == "58 de 84 con recibo del centro"
    assert [(row.word, row.holds, row.proof) for row in bench.form.rows] == [
        ("Por enviar", "26 registros", "Sin recibo todavía"),
        ("En cuarentena", "1 registro", "No detiene a los demás"),
        ("Recibo 26", "12 registros", "Firma del centro comprobada"),
    ]
    assert bench.told == [("counted", bench.status.view)]


def test_a_laptop_that_never_delivered_is_told_how(bench: Bench) -> None:
    bench.status.view = a_status(total=0, pending=0, unsent=0, received=0, quarantined=0, last_sync_at=None)

    bench.read()

    assert not bench.form.rows
    assert bench.form._empty.isVisibleTo(bench.form)
    assert "F5" in bench.form._empty.accessibleName()
    assert bench.form.figure == "0 registros hechos en este equipo"
    assert "todavía no se ha sincronizado" in bench.form._head._eyebrow.text()


def test_a_receipt_of_another_day_says_its_day_and_its_quarantine(bench: Bench) -> None:
    bench.day.receipts = [Delivery(24, 34, 1, "2026-11-19T15:50:31.000Z")]
    bench.status.view = a_status(pending=0, unsent=0, quarantined=0)

    bench.read()

    (row,) = bench.form.rows
    assert (row.at, row.proof) == ("19 nov., 12:50", "Firma comprobada · 1 en cuarentena")


def test_a_synchronisation_is_told_step_by_step_until_its_good_end(bench: Bench) -> None:
    bench.day.steps = (Step("talk"), Step("push", 84, 84), Step("pull", 38, 0), Step("square"), Step("verify"))
    bench.status.view = a_status(received=84, pending=0, unsent=0)

    bench.synchronise()

    assert bench.steps.count("hecho") == 5
    assert "84 de 84 con recibo" in bench.steps
    assert "Sincronización terminada" in bench.form.message
    assert "26 cambios enviados con recibo" in bench.form.message
    assert "12 cambios de otros equipos" in bench.form.message
    assert "Recibir: hecho 12 cambios de otros equipos" in bench.steps
    assert [what for what, _ in bench.told if what != "counted"] == ["started", "ended"]
    assert ("ended", True) in bench.told


def test_a_second_f5_does_not_begin_a_second_delivery(bench: Bench) -> None:
    bench.presenter.start()
    bench.presenter.start()

    bench.tasks.let_run()

    assert bench.day.runs == 1


def test_the_screen_says_how_much_is_left_of_a_long_delivery(bench: Bench) -> None:
    bench.presenter.start()
    bench.step(Step("push", 20, 84))
    bench.clock.pass_by(4)

    bench.step(Step("push", 40, 84))

    assert bench.form._aside.text() == "quedan unos 4 s"
    assert "Entregar: en curso 40 de 84 con recibo" in bench.steps
    assert "Hablar con el centro: hecho" in bench.steps


@pytest.mark.parametrize(
    ("step", "said"),
    [
        pytest.param(
            Step("pull", 12, 40), "Recibir: en curso 12 de 40 cambios de otros equipos", id="of a known number"
        ),
        pytest.param(Step("pull", 1), "Recibir: en curso 1 cambio de otro equipo", id="of an unknown number"),
        pytest.param(Step("pull"), "Recibir: en curso Cambios de otros equipos", id="none yet"),
        pytest.param(Step("push"), "Entregar: en curso Lo que falta por enviar", id="nothing to push"),
    ],
)
def test_a_step_says_what_it_counts(bench: Bench, step: Step, said: str) -> None:
    bench.presenter.start()

    bench.step(step)

    assert said in bench.steps


def test_a_step_that_nobody_knows_changes_nothing(bench: Bench) -> None:
    bench.presenter.start()
    before = bench.steps

    bench.step(Step("dance", 1, 2))

    assert bench.steps == before


def test_a_late_step_of_a_run_that_ended_changes_nothing(bench: Bench) -> None:
    bench.read()
    before = bench.steps

    bench.step(Step("push", 1, 2))

    assert bench.steps == before


def test_esc_stops_and_says_that_nothing_is_lost(bench: Bench) -> None:
    bench.day.steps = (Step("talk"), Step("push", 12, 84))
    bench.presenter.start()

    bench.hands.press(Qt.Key.Key_Escape)
    bench.step(Step("push", 12, 84))
    stopping = bench.form._aside.text()
    bench.tasks.let_run()

    assert "Deteniendo" in stopping
    assert "La sincronización se detuvo" in bench.form.message
    assert "siga cuando quiera con F5" in bench.form.message
    assert not bench.presenter.running


def test_a_stop_between_two_steps_keeps_its_word_in_sight(bench: Bench) -> None:
    bench.presenter.start()
    bench.presenter.stop()

    bench.step(Step("pull", 1, 2))

    assert "Deteniendo" in bench.form._aside.text()


def test_esc_does_nothing_while_nothing_runs(bench: Bench) -> None:
    bench.hands.press(Qt.Key.Key_Escape)
    bench.presenter.stop()

    assert not bench.presenter.running
    assert bench.form.message == ""


@pytest.mark.parametrize(
    ("error", "reached", "words"),
    [
        pytest.param(ServiceError("captive_portal"), False, "Abra el navegador", id="captive portal"),
        pytest.param(ServiceError("bad_receipt"), None, "El recibo del centro no es válido", id="forged receipt"),
        pytest.param(RuntimeError("secret of a person"), None, "Algo falló dentro del programa", id="a bug"),
    ],
)
def test_trouble_is_told_in_three_parts_and_stays(
    bench: Bench, error: Exception, reached: bool | None, words: str
) -> None:
    bench.day.steps = (Step("talk"),)
    bench.day.ends = error

    bench.synchronise()

    assert "La sincronización no terminó" in bench.form.message
    assert words in bench.form.message
    assert "sigue" in bench.form.message
    assert "secret" not in bench.form.message
    assert "No terminó" in bench.steps
    assert ("ended", reached) in bench.told


def test_the_next_try_takes_the_trouble_away(bench: Bench) -> None:
    bench.day.ends = ServiceError("no_network")
    bench.synchronise()
    bench.day.ends = Outcome(sent=1)

    bench.synchronise()

    assert "no terminó" not in bench.form.message
    assert "1 cambio enviado con recibo" in bench.form.message


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        pytest.param(Outcome(sent=3, conflicts=1), "1 conflicto espera su decisión (Ctrl+7)", id="one conflict"),
        pytest.param(Outcome(sent=3, conflicts=2), "2 conflictos esperan su decisión (Ctrl+7)", id="two conflicts"),
        pytest.param(Outcome(warnings=(Told("clock_offset"),)), "La hora de este equipo no coincide", id="clock"),
        pytest.param(Outcome(pending=2, warnings=(Told("saved_meanwhile"),)), "2 por enviar", id="saved meanwhile"),
        pytest.param(
            Outcome(warnings=(Told("rejected", "Se rechazó: «doble»."),)), "Se rechazó: «doble».", id="rejected"
        ),
        pytest.param(Outcome(warnings=(Told("of_tomorrow"),)), "Sincronización terminada", id="unknown warning"),
    ],
)
def test_what_a_person_should_know_is_said_at_the_end(bench: Bench, outcome: Outcome, words: str) -> None:
    bench.day.ends = outcome

    bench.synchronise()

    assert words in bench.form.message


def test_a_record_in_quarantine_says_why_and_can_be_mended(bench: Bench) -> None:
    bench.day.quarantine = [a_problem()]
    bench.read()

    message = bench.form.message
    bench.form.findChild(QPushButton, "problem_open").click()

    assert "Una atención necesita su ayuda" in message
    assert "usa un código que el centro no conoce" in message
    assert "siguen guardados aquí" in message
    assert ("open", ("attention", a_problem().record)) in bench.told


def test_problems_are_left_for_later_one_after_the_other(bench: Bench) -> None:
    bench.day.quarantine = [a_problem(), a_problem(kind="outing", folio="S-T07-2026-003", happened="Otro motivo.")]
    bench.read()

    bench.form.findChild(QPushButton, "problem_later").click()
    second, can_open = bench.form.message, bench.form._panel.findChild(QPushButton, "problem_open")
    bench.form._panel.findChild(QPushButton, "problem_later").click()

    assert "Un registro necesita su ayuda" in second
    assert can_open is None
    assert bench.form.message == ""
    bench.form.open_asked.emit()
    assert not [what for what, _ in bench.told if what == "open"]


def test_counts_that_cannot_be_read_are_said(bench: Bench) -> None:
    bench.day.deliveries = lambda: (_ for _ in ()).throw(ServiceError("disk_full"))  # type: ignore[method-assign]

    bench.read()

    assert "El disco está lleno" in bench.form.message


def test_counts_are_not_read_twice_at_once(bench: Bench) -> None:
    bench.presenter.refresh()
    bench.presenter.refresh()

    assert len(bench.tasks.waiting) == 1


def test_large_text_says_the_step_in_one_line_and_keeps_the_proof(large_bench: Bench) -> None:
    large_bench.day.receipts = [A_RECEIPT]
    large_bench.presenter.start()

    large_bench.step(Step("push", 40, 84))
    large_bench.tasks.let_run()

    assert large_bench.form._table.isColumnHidden(3)
    assert isinstance(large_bench.form._table, Table)
    large_bench.presenter.start()
    assert large_bench.form._step_line.text() == "Paso 1 de 5: hablar con el centro"
    assert large_bench.form._step_line.isVisibleTo(large_bench.form)


def test_a_problem_waits_until_the_delivery_ends(bench: Bench) -> None:
    bench.day.quarantine = [a_problem()]
    bench.presenter.start()
    bench.presenter.refresh()
    bench.tasks.waiting.reverse()
    bench.tasks.let_one_run()

    during = bench.form.message
    bench.tasks.let_run()

    assert during == ""
    assert "necesita su ayuda" in bench.form.message


def test_a_record_that_is_not_on_this_laptop_cannot_be_mended_here(bench: Bench) -> None:
    bench.day.quarantine = [a_problem(folio="")]

    bench.read()

    assert bench.form.findChild(QPushButton, "problem_open") is None
    assert "necesita su ayuda" in bench.form.message
