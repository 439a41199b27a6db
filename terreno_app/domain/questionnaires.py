"""Questionnaires as they are written down, in a file or in a published record, read into what is asked.

In: the content, as JSON. Out: a `Questionnaire`, or the reason why nobody could be asked it. The keys of a content are
those of `resources/catalogues/encuesta_satisfaccion_v1.json`, Spanish as in the Ministry's catalogues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from terreno_app.domain.answering import DECLINED
from terreno_app.domain.catalogues import Catalogues, Question, Questionnaire
from terreno_app.domain.digests import digest_of
from terreno_app.domain.errors import DomainError, Problem
from terreno_app.domain.field_checks import field_problems, required_problems
from terreno_app.domain.fields import Json
from terreno_app.domain.survey import choices_of

QUESTIONNAIRE: Final = "questionnaire"
MOST_QUESTIONS: Final = 20
"""More than a person standing at a stand answers in two minutes."""
MOST_OPTIONS: Final = 8
"""As many as stand on a page beneath a question; each has a key."""
LONGEST_QUESTION: Final = 120
LONGEST_OPTION: Final = 48
LONGEST_END: Final = 30
"""Characters that a page of the kiosk shows whole, with text at 200 %."""

_KINDS: Final = frozenset({"likert7", "si_parcial_no", "si_no_ns", "opcion", "texto"})
_CONDITIONAL: Final = "condicional:"
_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")
_OPTIONS: Final = re.compile(r"\s*\((?P<options>[^()]*\|[^()]*)\)\s*$")


class UnfitQuestionnaireError(DomainError, ValueError):
    """Nobody can be asked this; the sentence, in Spanish, says why."""


def read_questionnaire(content: Any) -> Questionnaire:
    """Return what a content asks.

    Raises:
        UnfitQuestionnaireError: a part is missing, or a person could not answer it at the kiosk.
    """
    try:
        read = _questionnaire(content)
    except (KeyError, TypeError, ValueError) as error:
        raise UnfitQuestionnaireError("Le falta una parte, o una parte no tiene la forma que debe.") from error
    fault = next(_faults(read), None)
    if fault is not None:
        raise UnfitQuestionnaireError(fault)
    return read


def read_published(fields: Mapping[str, Json], shipped: Questionnaire) -> Questionnaire:
    """Return what a published record asks.

    Args:
        fields: Of a record of kind `questionnaire`.
        shipped: The questionnaire of the installation. The reports count by the ids of its questions, so a question
            that keeps the id has to be answered in the same way.

    Raises:
        UnfitQuestionnaireError: as `read_questionnaire`; its name or version is not that of the record; or an id means
            something else than it did.
    """
    read = read_questionnaire(fields.get("content"))
    if (read.id, read.version) != (fields.get("code"), fields.get("version")):
        raise UnfitQuestionnaireError("Su nombre o su versión no son los del registro.")
    kinds = {question.id: question.kind for question in shipped.questions}
    for question in read.questions:
        if kinds.get(question.id, question.kind) != question.kind:
            raise UnfitQuestionnaireError(f"La pregunta {question.id} ya existe y se responde de otra forma.")
    return read


def questionnaire_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> tuple[Problem, ...]:
    """Return what keeps a questionnaire from being published."""
    found = (
        *field_problems(QUESTIONNAIRE, fields, catalogues),
        *required_problems(QUESTIONNAIRE, fields, catalogues),
    )
    if found:
        return found
    try:
        read = read_published(fields, catalogues.questionnaires[0])
    except UnfitQuestionnaireError as error:
        return (Problem("content", "unfit", f"Ese cuestionario no se puede aplicar. {error}"),)
    held = [one.digest for one in catalogues.questionnaires if (one.id, one.version) == (read.id, read.version)]
    if held and read.digest not in held:
        words = f"Ya hay una versión {read.version} con otro contenido, y una versión no cambia: publique la que sigue."
        return (Problem("version", "used", words),)
    return ()


def _questionnaire(content: Any) -> Questionnaire:
    scale = content["escala_likert7"]
    version = content["version"]
    if type(version) is not int or version < 1:
        raise ValueError("version")
    return Questionnaire(
        id=_text(content["id"]),
        version=version,
        questions=tuple(_question(question) for question in content["preguntas"]),
        no_answer=tuple(_text(answer) for answer in scale["sin_respuesta"]),
        ends=(_text(scale["min_label"]), _text(scale["max_label"])),
        digest=digest_of(content),
    )


def _question(content: Mapping[str, Any]) -> Question:
    kind, text, duty = _text(content["tipo"]), _text(content["texto"]), _text(content["obligatoriedad"])
    other, _, answer = duty.removeprefix(_CONDITIONAL).partition("=")
    listed = _OPTIONS.search(text) if kind == "opcion" else None
    return Question(
        id=_text(content["id"]),
        kind=kind,
        text=_OPTIONS.sub("", text) if listed else text,
        dimension=_text(content["dimension"]),
        core=duty != "opcional",
        options=tuple(option.strip() for option in listed["options"].split("|")) if listed else (),
        condition=(other, answer) if duty.startswith(_CONDITIONAL) else None,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _faults(read: Questionnaire) -> Iterator[str]:
    questions = read.questions
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        yield f"Debe tener entre 1 y {MOST_QUESTIONS} preguntas."
    if len({question.id for question in questions}) < len(questions):
        yield "Dos preguntas tienen el mismo identificador."
    if sum(question.kind == "texto" for question in questions) > 1:
        yield "Puede tener una sola pregunta de texto: las respuestas selladas no caben de otro modo."
    if DECLINED not in read.no_answer:
        yield f"Falta {DECLINED} entre lo que se puede responder: nadie está obligado."
    if not all(1 <= len(end.strip()) <= LONGEST_END for end in read.ends):
        yield f"Los extremos de la escala necesitan palabras, de hasta {LONGEST_END} caracteres."
    before: dict[str, Question] = {}
    for question in questions:
        yield from (f"Pregunta {question.id[:20]}: {fault}" for fault in _faults_of(question, before))
        before[question.id] = question


def _faults_of(question: Question, before: Mapping[str, Question]) -> Iterator[str]:
    if not _ID.fullmatch(question.id):
        yield "su identificador es una letra y hasta 19 letras, cifras o «_»."
    if question.kind not in _KINDS:
        yield "no se conoce esa forma de responder."
    if not 1 <= len(question.text.strip()) <= LONGEST_QUESTION:
        yield f"su texto tiene entre 1 y {LONGEST_QUESTION} caracteres."
    if question.kind == "opcion":
        yield from _faults_of_options(question.options)
    if question.condition is None:
        return
    asked, answer = question.condition
    if asked not in before or answer not in choices_of(before[asked]):
        yield "aparece según una respuesta que ninguna pregunta anterior ofrece."


def _faults_of_options(options: tuple[str, ...]) -> Iterator[str]:
    if not 2 <= len(options) <= MOST_OPTIONS or len(set(options)) < len(options):  # noqa: PLR2004  one is no choice
        yield f"necesita entre 2 y {MOST_OPTIONS} opciones distintas."
    if not all(1 <= len(option) <= LONGEST_OPTION for option in options):
        yield f"cada opción tiene entre 1 y {LONGEST_OPTION} caracteres."
