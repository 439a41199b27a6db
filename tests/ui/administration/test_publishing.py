"""What is published stands in Administración; coordination of all regions publishes there, at a second press."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from sync.core.schema import SHARED_FEED
from terreno_app.desktop import OpenLaptop
from terreno_app.ui.screens.administration.published_part import PublishedPart
from terreno_app.ui.screens.administration.published_presenter import PublishedPresenter
from terreno_app.ui.theme import Theme
from tests.factories import a_questionnaire, catalogues, published
from tests.services.conftest import Enrol
from tests.ui.office import PatientRunner
from tests.ui.stand import put_on_screen
from tests.ui.views import PAULA


@dataclass
class Desk:
    form: PublishedPart
    presenter: PublishedPresenter
    office: OpenLaptop
    tasks: PatientRunner
    file: Path

    def offer(self, content: Any, **changes: Any) -> None:
        line = {"kind": "questionnaire", **published(content), **changes}
        self.file.write_text(json.dumps(line, indent=2), encoding="utf-8")
        self.press()

    def press(self) -> None:
        self.form.publish.click()
        self.tasks.let_run()

    @property
    def stored(self) -> int:
        return len(list(self.office.store.select("questionnaire")))


@pytest.fixture
def desk(theme: Theme, enrol: Enrol, tmp_path: Path) -> Iterator[Desk]:
    office = enrol(role="coordination", region=SHARED_FEED)
    form, tasks, file = PublishedPart(theme), PatientRunner(), tmp_path / "encuesta.json"
    presenter = PublishedPresenter(form, office.paper, catalogues(), office.laptop, PAULA, tasks, lambda: file)
    put_on_screen(form)
    presenter.refresh()
    yield Desk(form, presenter, office, tasks, file)
    form.close()
    form.deleteLater()


def test_catalogues_and_questionnaires_stand_with_their_versions(desk: Desk) -> None:
    said = {line.name: line.standing for line in desk.form.lines}

    assert said["Programas"] == f"{len(catalogues().programmes.codes)} vigentes"
    assert said["Edición de los catálogos"] == "la de la instalación"
    assert said["Encuesta de satisfacción"] == "versión 1 · se pregunta ahora"


def test_a_questionnaire_is_read_first_and_published_at_the_second_press(desk: Desk) -> None:
    desk.offer(a_questionnaire(2))
    read, after_one = desk.form.message, desk.stored

    desk.press()

    assert "versión 2: 1 pregunta. Todavía no se publica" in read
    assert (after_one, desk.stored) == (0, 1)
    assert "publicada" in desk.form.message
    assert desk.form.lines[-1].standing == "versión 2 · al abrir otra vez"
    assert desk.form.publish.text() == "Publicar &cuestionario…"


def test_what_was_read_and_left_is_not_published(desk: Desk) -> None:
    desk.offer(a_questionnaire(2))

    desk.presenter.refresh()
    desk.offer(a_questionnaire(3))

    assert desk.stored == 0
    assert "versión 3" in desk.form.message


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": "draft"}, "tiene que decir «state»: «published»"),
        ({"kind": "outing"}, "no trae un cuestionario"),
        ({"version": 7}, "Su nombre o su versión no son los del registro"),
    ],
    ids=["draft", "other kind", "other version"],
)
def test_a_file_that_cannot_be_published_says_why_and_changes_nothing(
    desk: Desk, changes: dict[str, Any], reason: str
) -> None:
    desk.offer(a_questionnaire(2), **changes)

    assert reason in desk.form.message
    assert "Lo publicado sigue igual" in desk.form.message
    assert desk.stored == 0
    assert desk.form.publish.isEnabled()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[]", b""], ids=["bytes", "list", "empty"])
def test_a_file_that_is_no_questionnaire_at_all_is_refused(desk: Desk, content: bytes) -> None:
    desk.file.write_bytes(content)

    desk.press()

    assert "No se publicó nada" in desk.form.message
    assert desk.stored == 0


def test_a_file_that_is_gone_is_told(desk: Desk) -> None:
    desk.press()

    assert desk.form.message
    assert desk.stored == 0


def test_a_laptop_of_one_region_lists_and_does_not_publish(desk: Desk, theme: Theme) -> None:
    regional = replace(desk.office.laptop, region="13")
    form = PublishedPart(theme)
    PublishedPresenter(form, desk.office.paper, catalogues(), regional, PAULA, desk.tasks, lambda: None).refresh()
    put_on_screen(form)

    assert form.lines
    assert not form.publish.isVisible()
    form.close()
    form.deleteLater()
