"""Pictures of every screen, without a person and without a display."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from terreno_app.ui import gallery
from terreno_app.ui.gallery import AtOnce, draw, draw_in_a_process_of_its_own
from tests.ui.office import FakeComposition, FakeSession, a_conflict


def test_every_screen_is_drawn_at_the_size_of_a_small_laptop(qapp: QApplication, tmp_path: Path) -> None:
    session = FakeSession()
    session.outings.open("a", "x")
    session.conflicts.views = [a_conflict()]

    pictures = draw(FakeComposition(), session, tmp_path / "new")

    assert [picture.name for picture in pictures] == [
        "01-desbloqueo.png",
        "02-hoy.png",
        "03-atencion.png",
        "04-reclamo.png",
        "05-salidas.png",
        "06-sincronizacion.png",
        "07-conflictos.png",
        "08-informes.png",
    ]
    assert {QImage(str(picture)).size().toTuple() for picture in pictures} == {(1366, 768)}
    assert len({picture.read_bytes() for picture in pictures}) == len(pictures)
    assert session.closed == 0


def test_work_that_fails_is_told_as_from_a_thread(qapp: QApplication) -> None:
    told: list[Any] = []

    AtOnce().run(lambda: 1 // 0, told.append, lambda error: told.append(type(error)))
    AtOnce().run(lambda: 5, told.append, told.append)

    assert told == [ZeroDivisionError, 5]


@pytest.mark.parametrize(("status", "count"), [(0, 1), (3, 0)])
def test_a_process_of_its_own_gives_only_what_it_drew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, count: int
) -> None:
    (tmp_path / "old.png").touch()
    ran: list[Any] = []

    def fake_run(order: list[str], *, env: dict[str, str], **_rest: Any) -> SimpleNamespace:
        ran.append((order, env))
        (tmp_path / "new.png").touch()
        return SimpleNamespace(returncode=status)

    monkeypatch.setattr(gallery.subprocess, "run", fake_run)

    pictures = draw_in_a_process_of_its_own(Path("/laptop"), tmp_path)

    assert [picture.name for picture in pictures] == ["new.png"][:count]
    ((order, env),) = ran
    assert order[-7:] == [
        "app",
        "--data",
        "/laptop",
        "--passphrase-file",
        "/laptop/frase.txt",
        "--pictures",
        str(tmp_path),
    ]
    assert env["QT_QPA_PLATFORM"] == "offscreen"


def test_the_one_file_program_calls_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[list[str]] = []

    def fake_run(order: list[str], **_rest: Any) -> SimpleNamespace:
        orders.append(order)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(gallery.subprocess, "run", fake_run)
    monkeypatch.setattr(gallery.sys, "frozen", True, raising=False)

    draw_in_a_process_of_its_own(tmp_path, tmp_path)

    assert orders[0][1] == "app"
