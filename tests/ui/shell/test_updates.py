"""The bar that tells of newer versions: calm, and away while somebody attends."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from terreno_app.domain.releases import Offer
from terreno_app.services.errors import ServiceError
from terreno_app.ui.updates import UpdateDesk
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.update_bar import UpdateBar
from tests.ui.office import FakeUpdates, PatientRunner

OFFER = Offer("1.2.0", "terreno-1.2.0-linux-x86_64.tar.zst", 84_000_000)
OFFERED = "Hay una versión nueva de Terreno: 1.2.0 (84 MB)."


@pytest.fixture
def desk(qtbot, theme):
    """A bar, what is behind it, and the work that waits to be let run."""
    bar, updates, runner = UpdateBar(theme), FakeUpdates(), PatientRunner()
    qtbot.addWidget(bar)
    made = UpdateDesk(bar, updates, runner, runner, bar)

    def look(**changes):
        updates.now = replace(updates.now, **changes)
        made.look()
        runner.let_run()
        return bar.text

    def press(name):
        button = bar.findChild(Button, name)
        assert not button.isHidden()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    made.bar, made.updates, made.runner, made.press, made.see = bar, updates, runner, press, look
    return made


def test_a_newer_version_is_offered_in_one_line(desk):
    assert desk.see() == ""
    assert desk.see(offer=OFFER) == OFFERED


def test_nothing_is_told_while_an_outing_is_open(desk):
    desk.see(offer=OFFER)

    assert desk.see(attending=True) == ""


def test_what_was_put_off_is_not_told_again_but_what_is_new_is(desk):
    desk.see(offer=OFFER)
    desk.press("update_later")
    desk.runner.let_run()

    assert desk.see() == ""
    assert desk.updates.dismissed == 1
    assert desk.see(offer=replace(OFFER, version="1.3.0")).startswith("Hay una versión nueva de Terreno: 1.3.0")


def test_a_download_is_told_until_it_is_ready(desk, qtbot):
    desk.see(offer=OFFER)
    told = []
    desk._moved.connect(lambda *_: told.append(desk.bar.text), Qt.ConnectionType.QueuedConnection)

    desk.press("update_get")
    desk.bring()
    work, done, _ = desk.runner.waiting.pop()
    status = work()
    qtbot.waitUntil(lambda: bool(told) and told[-1].startswith("Comprobando"))
    done(status)

    assert told[0].startswith("Descargando la versión nueva: ")
    assert 50 < len(told) < 250
    assert desk.bar.text == "La versión 1.2.0 está lista: empieza la próxima vez que abra Terreno."
    assert desk.see() == desk.bar.text


def test_a_look_leaves_a_running_download_alone(desk):
    desk.see(offer=OFFER)
    desk.bring()
    (bringing,) = desk.runner.waiting
    desk.runner.waiting.clear()

    assert desk.see() == "Descargando la versión nueva…"
    desk._brought(bringing[0]())
    desk._tell_moved(1, 2)
    assert desk.bar.text.startswith("La versión 1.2.0 está lista")


@pytest.mark.parametrize(
    ("code", "told"),
    [("update_stopped", ""), ("central_down", "El centro no responde.")],
)
def test_a_download_that_does_not_end_well_is_told_in_words(desk, code, told):
    desk.see(offer=OFFER)
    desk.updates.refusal = ServiceError(code)
    desk.bring()
    desk.runner.let_run()

    assert desk.bar.text.startswith(told)
    assert bool(desk.bar.text) is bool(told)


def test_a_person_can_stop_a_download_and_so_does_the_end_of_the_window(desk):
    desk.see(offer=OFFER)
    desk.bring()
    before = desk._is_stopped()
    desk.press("update_stop")
    stopped = desk._is_stopped()
    desk.runner.waiting.clear()
    desk._bringing = False
    desk.bring()
    again = desk._is_stopped()
    desk.start()
    desk.stop()

    assert (before, stopped, again, desk._is_stopped()) == (False, True, False, True)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"failed": "1.2.0", "reason": "crashed", "untold": True},
            (
                "La versión 1.2.0 no se usa en este equipo: se cerró sin llegar a su primera ventana. Se sigue con"
                " la 1.0.0, que funciona; sus datos no se tocaron. Avise a quien instala el programa"
            ),
        ),
        ({"warning": "update_expired"}, "No se puede saber si hay una versión nueva"),
        ({"ready": "1.2.0"}, "La versión 1.2.0 está lista"),
        ({"failed": "1.2.0"}, ""),
    ],
    ids=["failed", "expired", "ready", "failed and told"],
)
def test_each_status_is_told_in_its_own_words(desk, changes, told):
    said = desk.see(**changes)

    assert said.startswith(told)
    assert bool(said) is bool(told)
