"""Reads the survey's languages: one file each. A file that no speaker has reviewed is read by nobody."""

import json
from pathlib import Path
from typing import Any

from terreno_app.domain.survey_language import QuestionnaireWords, QuestionWords, SurveyLanguage, SurveyWords
from terreno_app.storage.resources import DamagedResourcesError


def load_survey_languages(folder: Path) -> tuple[SurveyLanguage, ...]:
    """Read the reviewed languages, in the order of their codes.

    Args:
        folder: The folder of shipped data, `terreno_app.paths.resources()`.

    Raises:
        DamagedResourcesError: a file is unreadable, or lacks a word.
    """
    found: list[SurveyLanguage] = []
    for file in sorted((folder / "survey").glob("*.json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            if content["reviewed"] is True:
                found.append(_language(content))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedResourcesError(file.name) from error
    return tuple(found)


def _language(content: Any) -> SurveyLanguage:
    translated = {}
    for name, told in content["questionnaires"].items():
        questionnaire, _, version = name.partition("/")
        low, high = told["ends"]
        questions = {one: QuestionWords(is_["text"], is_.get("options", {})) for one, is_ in told["questions"].items()}
        translated[questionnaire, int(version)] = QuestionnaireWords((low, high), questions)
    return SurveyLanguage(
        code=content["code"],
        name=content["name"],
        words=SurveyWords(**content["words"]),
        answers=content["answers"],
        questionnaires=translated,
    )
