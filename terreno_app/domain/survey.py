"""The satisfaction survey: which questions appear, which answers they take, when a response is complete.

A response is written once. Answers are sealed by the laptop before they travel; nothing here seals or opens them. This
is not MESU, which outside bodies apply, and nothing calls it so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from terreno_app.domain.catalogues import Catalogues, Question, Questionnaire
from terreno_app.domain.clock import parse_instant
from terreno_app.domain.errors import Problem
from terreno_app.domain.field_checks import field_problems, missing, normalised, required_problems
from terreno_app.domain.fields import Json

COMMENT_LIMIT = 600
"""Characters of a free answer; sealed, all answers together stay within one text of the wire."""

LOWEST_NOTE, HIGHEST_NOTE = 1, 7
_CLOSED_ANSWERS = {"si_parcial_no": ("si", "parcial", "no"), "si_no_ns": ("si", "no", "NS")}


def questionnaire_of(fields: Mapping[str, Json], catalogues: Catalogues) -> Questionnaire | None:
    """Return the questionnaire that a response was given to; `None` when this laptop does not have it.

    A response that names the digest was given to that content and to no other.
    """
    wanted, digest = (
        (fields.get("questionnaire"), fields.get("questionnaire_version")),
        fields.get("questionnaire_digest"),
    )
    return next(
        (
            held
            for held in catalogues.questionnaires
            if (held.id, held.version) == wanted and digest in (None, held.digest)
        ),
        None,
    )


def asked(questionnaire: Questionnaire, answers: Mapping[str, Json]) -> tuple[Question, ...]:
    """Return the questions that appear, given the answers so far."""
    return tuple(
        question
        for question in questionnaire.questions
        if question.condition is None or answers.get(question.condition[0]) == question.condition[1]
    )


def result_of(questionnaire: Questionnaire, answers: Mapping[str, Json]) -> str:
    """Return `complete` when every core question that appears has an answer, `partial` with some, `none` with none."""
    given = {name for name, value in answers.items() if value is not None}
    if not given:
        return "none"
    needed = {question.id for question in asked(questionnaire, answers) if question.core}
    return "complete" if needed <= given else "partial"


def response_with_defaults(fields: Mapping[str, Json], catalogues: Catalogues) -> dict[str, Json]:
    """Return a response as it is stored: by default the newest questionnaire, on screen, the result of its answers."""
    prepared = normalised("survey_response", fields)
    stored: dict[str, Json] = {name: value for name, value in prepared.items() if value is not None}
    newest = catalogues.questionnaire
    if "questionnaire" not in stored:
        stored |= {"questionnaire": newest.id, "questionnaire_version": newest.version}
    stored.setdefault("questionnaire_version", newest.version)
    stored.setdefault("mode", "on_screen")
    questionnaire, answers = questionnaire_of(stored, catalogues), stored.get("answers")
    if questionnaire is not None:
        stored["questionnaire_digest"] = questionnaire.digest
    if isinstance(answers, dict):
        stored["answers"] = {name: _plain(value) for name, value in answers.items()}
        if questionnaire is not None:
            stored.setdefault("result", result_of(questionnaire, answers))
    elif "none_reason" in stored:
        stored.setdefault("result", "none")
    return stored


def response_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> tuple[Problem, ...]:
    """Return what is wrong with a whole response, as `response_with_defaults` returns it."""
    found = [
        *field_problems("survey_response", fields, catalogues),
        *required_problems("survey_response", fields, catalogues),
    ]
    if not found:
        found += _result_problems(fields, catalogues)
        found += _time_problems(fields, catalogues)
        found += _answers_problems(fields, catalogues)
    return tuple(found)


def takes(question: Question, answer: Json, questionnaire: Questionnaire) -> bool:
    """Tell whether a question takes an answer."""
    if answer in questionnaire.no_answer:
        return True
    if question.kind == "likert7":
        return type(answer) is int and LOWEST_NOTE <= answer <= HIGHEST_NOTE
    if question.kind == "texto":
        return isinstance(answer, str) and len(answer) <= COMMENT_LIMIT
    return answer in choices_of(question)


def choices_of(question: Question) -> tuple[str, ...]:
    """Return the answers that a question offers to choose from; none where it takes a note or a text."""
    return question.options or _CLOSED_ANSWERS.get(question.kind, ())


def _plain(answer: Json) -> Json:
    return "si" if isinstance(answer, str) and answer.lower() in {"sí", "si"} else answer


def _result_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> Iterator[Problem]:
    label = catalogues.labels
    refused = fields.get("result") == "none"
    if refused and fields.get("none_reason") is None:
        yield missing("survey_response", "none_reason", catalogues)
    if not refused and fields.get("none_reason") is not None:
        name = label.field("survey_response", "none_reason")
        yield Problem("none_reason", "not_allowed", f"«{name}» queda vacío cuando la persona respondió.")
    if refused and fields.get("answers"):
        yield Problem("answers", "not_allowed", "No hay respuestas cuando la persona no respondió.")
    if not refused and fields.get("answers") is None and fields.get("answers_sealed") is None:
        yield missing("survey_response", "answers", catalogues)


def _time_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> Iterator[Problem]:
    started, finished = fields.get("started_at"), fields.get("finished_at")
    if isinstance(started, str) and isinstance(finished, str) and parse_instant(finished) < parse_instant(started):
        label = catalogues.labels.field("survey_response", "finished_at")
        yield Problem("finished_at", "out_of_order", f"«{label}» es anterior al inicio.")


def _answers_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> Iterator[Problem]:
    questionnaire, answers = questionnaire_of(fields, catalogues), fields.get("answers")
    if questionnaire is None or not isinstance(answers, dict):
        return
    questions = {question.id: question for question in questionnaire.questions}
    for name, answer in answers.items():
        question = questions.get(name)
        if question is None:
            yield Problem(f"answers.{name}", "unknown_field", "Hay una respuesta a una pregunta que no existe.")
        elif answer is not None and not takes(question, answer, questionnaire):
            words = f"La respuesta a «{question.text}» no es una de las posibles."
            yield Problem(f"answers.{name}", "unknown_code", words)
