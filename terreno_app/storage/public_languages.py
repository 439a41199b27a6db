"""Reads the languages of the public screens: one file each. A file that no speaker has reviewed is read by nobody."""

import json
from pathlib import Path
from typing import Any

from terreno_app.domain.public_language import PublicLanguage
from terreno_app.domain.receipt_language import ReceiptLanguage, ReceiptWords
from terreno_app.domain.survey_language import (
    OWN_LANGUAGE,
    QuestionnaireWords,
    QuestionWords,
    SurveyLanguage,
    SurveyWords,
)
from terreno_app.storage.resources import DamagedResourcesError


def load_public_languages(folder: Path) -> tuple[PublicLanguage, ...]:
    """Read the reviewed languages: that of the ministry first, the others in the order of their codes.

    Args:
        folder: The folder of shipped data, `terreno_app.paths.resources()`.

    Raises:
        DamagedResourcesError: a file is unreadable, or lacks a word.
    """
    found: list[PublicLanguage] = []
    for file in sorted((folder / "public").glob("*.json"), key=lambda file: (file.stem != OWN_LANGUAGE, file.stem)):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            if content["reviewed"] is True:
                code, name = content["code"], content["name"]
                found.append(
                    PublicLanguage(_survey(code, name, content["survey"]), _receipt(code, name, content["receipt"]))
                )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedResourcesError(file.name) from error
    return tuple(found)


def _survey(code: str, name: str, told: Any) -> SurveyLanguage:
    translated = {}
    for asked, words in told["questionnaires"].items():
        questionnaire, _, version = asked.partition("/")
        low, high = words["ends"]
        questions = {one: QuestionWords(is_["text"], is_.get("options", {})) for one, is_ in words["questions"].items()}
        translated[questionnaire, int(version)] = QuestionnaireWords((low, high), questions)
    return SurveyLanguage(
        code=code,
        name=name,
        words=SurveyWords(**told["words"]),
        answers=told["answers"],
        questionnaires=translated,
    )


def _receipt(code: str, name: str, told: Any) -> ReceiptLanguage:
    return ReceiptLanguage(
        code=code,
        name=name,
        words=ReceiptWords(**told["words"]),
        weekdays=tuple(told["weekdays"]),
        months=tuple(told["months"]),
        day_pattern=told["day"],
        moment_pattern=told["moment"],
        types=told["types"],
        privacy=told["privacy"],
    )
