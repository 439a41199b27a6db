"""Between what is published and the service: a questionnaire is read, told of, and published at a second press.

What was published never changes, so nothing is published by one press alone.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.spanish import sentence
from terreno_app.services.errors import RejectedDraftError, explain
from terreno_app.services.laptop import Laptop, Person
from terreno_app.services.paper import OfferedQuestionnaire, Paper, Saved
from terreno_app.ui.labels import plural
from terreno_app.ui.messages import good_news, notice_of, warning
from terreno_app.ui.screens.administration.published_part import PublishedLine, PublishedPart
from terreno_app.ui.tasks import TaskRunner

_LATER: Final = (
    "Sincronice (F5). Cada equipo lo pregunta cuando se abre después de sincronizar; este, al abrirlo otra vez."
)


class PublishedPresenter(QObject):
    """Lists what is in use, and publishes."""

    def __init__(
        self,
        form: PublishedPart,
        paper: Paper,
        catalogues: Catalogues,
        laptop: Laptop,
        person: Person,
        runner: TaskRunner,
        ask_file: Callable[[], Path | None],
    ) -> None:
        super().__init__(form)
        self._form, self._paper, self._catalogues, self._laptop = form, paper, catalogues, laptop
        self._person, self._runner, self._ask_file = person, runner, ask_file
        self._offered: OfferedQuestionnaire | None = None
        self._new: list[PublishedLine] = []
        form.publish_asked.connect(self._publish)

    def refresh(self) -> None:
        """Show what is in use; what was read from a file and not published is forgotten."""
        self._forget()
        self._show()

    def _show(self) -> None:
        lines = (*_catalogue_lines(self._catalogues), *_versions(self._catalogues), *self._new)
        self._form.show_lines(lines, may_publish=self._laptop.publishes)

    def _publish(self) -> None:
        if self._offered is not None:
            offered, author = self._offered, self._person.id
            self._form.set_busy(busy=True)
            work = partial(self._paper.register_one, offered.record, author)
            self._runner.run(work, partial(self._published, offered), self._failed)
            return
        file = self._ask_file()
        if file is not None:
            self._form.set_busy(busy=True)
            self._runner.run(lambda: self._paper.questionnaire_in(file.read_bytes()), self._was_read, self._failed)

    def _was_read(self, offered: OfferedQuestionnaire) -> None:
        self._form.set_busy(busy=False)
        self._offered = offered
        self._form.ask_again(offered.version)
        asked = plural(offered.questions, "pregunta", "preguntas")
        called = _called(offered.code, self._catalogues)
        happened = f"«{called}», versión {offered.version}: {asked}. Todavía no se publica"
        then = "Una versión publicada no cambia. Pulse otra vez para publicarla; si sale de esta página, no se publica."
        self._form.tell(warning(happened, "", then, "info"))

    def _published(self, offered: OfferedQuestionnaire, _saved: Saved) -> None:
        self._form.set_busy(busy=False)
        self._forget()
        called = _called(offered.code, self._catalogues)
        self._new.append(PublishedLine(called, f"versión {offered.version} · al abrir otra vez"))
        self._form.tell(good_news(f"«{called}», versión {offered.version}: publicada", _LATER))
        self._show()

    def _failed(self, error: BaseException) -> None:
        self._form.set_busy(busy=False)
        self._forget()
        told = explain(error)
        if isinstance(told, RejectedDraftError):
            reasons = " ".join(problem.message for problem in told.problems)
            then = "Corrija el archivo y elíjalo otra vez."
            self._form.tell(
                warning(f"No se publicó nada. {reasons}", "Lo publicado sigue igual.", then, "triangle-alert")
            )
        else:
            self._form.tell(notice_of(error))

    def _forget(self) -> None:
        self._offered = None
        self._form.ask_file()


def _catalogue_lines(catalogues: Catalogues) -> Iterator[PublishedLine]:
    named = (
        ("Programas", "programme", catalogues.programmes.codes),
        ("Instituciones", "institution", catalogues.institutions.codes),
        ("Temas", "topic", catalogues.topics.codes),
    )
    for name, kind, codes in named:
        offered = sum(not catalogues.is_withdrawn(kind, code) for code in codes)
        gone = len(codes) - offered
        withdrawn = f" · {plural(gone, 'retirado', 'retirados')}" if gone else ""
        yield PublishedLine(name, f"{plural(offered, 'vigente', 'vigentes')}{withdrawn}")
    if catalogues.holidays:
        until = max(one.day for one in catalogues.holidays).year
        yield PublishedLine("Feriados", f"hasta {until}")
    edition = "con lo que publicó el centro" if "+" in catalogues.version else "la de la instalación"
    yield PublishedLine("Edición de los catálogos", edition)


def _versions(catalogues: Catalogues) -> Iterator[PublishedLine]:
    for one in catalogues.questionnaires:
        if one is catalogues.questionnaire:
            standing = "se pregunta ahora"
        elif catalogues.is_withdrawn("questionnaire", one.digest):
            standing = "retirada"
        else:
            standing = "anterior"
        yield PublishedLine(
            _called(one.id, catalogues), f"versión {one.version} · {standing}", one is catalogues.questionnaire
        )


def _called(questionnaire: str, catalogues: Catalogues) -> str:
    """Its name in words; of one that has none here, what its code says."""
    return catalogues.labels.codes.get("questionnaire", {}).get(questionnaire) or sentence(
        questionnaire.replace("_", " ")
    )
