"""A language in which the screens that a person at the stand reads can speak.

All its words are in one file of `resources/public`, so that a language is a data file. What officers read is written
where it is shown, in Spanish alone.
"""

from dataclasses import dataclass

from terreno_app.domain.receipt_language import ReceiptLanguage
from terreno_app.domain.survey_language import SurveyLanguage


@dataclass(frozen=True, slots=True)
class PublicLanguage:
    """One language: what the survey says in it, and the receipt."""

    survey: SurveyLanguage
    receipt: ReceiptLanguage
