"""Pictures of every screen, without a person and without a display."""

from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from terreno_app.ui.gallery import AtOnce, draw
from tests.ui.asked import FakeSurvey, a_person
from tests.ui.office import FakeComposition, FakeSession
from tests.ui.stand import a_row
from tests.ui.views import a_conflict


def test_every_screen_is_drawn_at_the_size_of_a_small_laptop(qapp: QApplication, tmp_path: Path) -> None:
    session = FakeSession()
    session.outings.open("a", "x")
    session.conflicts.views = [a_conflict()]
    session.survey = FakeSurvey(a_person())
    session.attentions.day = (a_row(1), a_row(2, due_on="2026-12-04"))

    pictures = draw(FakeComposition(), session, tmp_path / "new")

    assert [picture.name for picture in pictures] == [
        "01-desbloqueo.png",
        "02-hoy.png",
        "03-atencion.png",
        "04-reclamo.png",
        "05-informacion.png",
        "06-sincronizacion.png",
        "07-conflictos.png",
        "08-informes.png",
        "09-metas.png",
        "10-salidas.png",
        "11-encuesta.png",
        "12-comprobante.png",
        "13-administracion.png",
        "14-salida-nueva.png",
        "15-jornada.png",
        "16-cierre.png",
        "17-encuesta-bienvenida.png",
        "18-encuesta-pregunta.png",
        "19-encuesta-volver.png",
    ]
    assert {QImage(str(picture)).size().toTuple() for picture in pictures} == {(1366, 768)}
    assert len({picture.read_bytes() for picture in pictures}) == len(pictures)
    assert session.receipts.asked == [("record-2", session.person.id)]
    assert (session.closed, session.survey.stored) == (0, [])


def test_of_a_closed_outing_the_signed_acta_is_drawn(qapp: QApplication, tmp_path: Path) -> None:
    session = FakeSession()
    session.outings.open("a", "x")
    session.outings.close("a", "x")

    pictures = draw(FakeComposition(), session, tmp_path)

    assert [picture.name.partition("-")[2] for picture in pictures][-2:] == ["salida-nueva.png", "acta.png"]


def test_work_that_fails_is_told_as_from_a_thread(qapp: QApplication) -> None:
    told: list[Any] = []

    AtOnce().run(lambda: 1 // 0, told.append, lambda error: told.append(type(error)))
    AtOnce().run(lambda: 5, told.append, told.append)

    assert told == [ZeroDivisionError, 5]
