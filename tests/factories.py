"""Builders for tests: name only what the test is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.fields import Json
from terreno_app.paths import resources
from terreno_app.storage.resources import load_catalogues

OUTING = "01990000-0000-7000-8000-000000000001"
DEVICE = "01990000-0000-7000-8000-000000000002"
OFFICER = "01990000-0000-7000-8000-000000000003"
ATTENTION = "01990000-0000-7000-8000-000000000004"
NOON = datetime(2026, 11, 21, 15, 4, 5, 123000, tzinfo=UTC)
"""A Saturday, five past noon in Santiago."""


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@cache
def catalogues() -> Catalogues:
    """The shipped catalogues, read once."""
    return load_catalogues(resources())


def an_attention(**fields: Json) -> dict[str, Json]:
    """A whole attention as it is stored: an anonymous enquiry closed on the spot."""
    return {
        "space": "oirs_terreno",
        "outing": OUTING,
        "received_at": "2026-11-21T15:04:05.123Z",
        "type": "enquiry",
        "topic": "vivienda",
        "answer_owed": False,
        "outcome": "informed",
        "status": "registered",
        "persons_count": 1,
        "user_type": "citizen",
        "privacy_notice": "2026-1",
        "form_version": "1",
        "registered_by": OFFICER,
        "device": DEVICE,
        **fields,
    }


def an_owed_attention(**fields: Json) -> dict[str, Json]:
    """A complaint about another service, to be answered in ten business days."""
    complaint = {"type": "complaint", "own_service": False, "concerned_institution": "IPS", "outcome": "in_process"}
    return an_attention(**{**complaint, "answer_owed": True, "due_on": "2026-12-04", "due_rule": "answer_10", **fields})


def an_identity(**fields: Json) -> dict[str, Json]:
    """A whole identity of somebody who can be answered by e-mail."""
    return {
        "doc_type": "run",
        "doc_number": "12531909-2",
        "names": "Rosa Elena",
        "surnames": "Ñancupil Soto",
        "email": "rosa@example.cl",
        "preferred_medium": "email",
        **fields,
    }


def an_outing(**fields: Json) -> dict[str, Json]:
    """A planned outing to a square in Santiago on the day of `NOON`."""
    return {
        "code": "S-T07-2026-003",
        "planned_on": "2026-11-21",
        "status": "planned",
        "comuna": "13101",
        "place_name": "Plaza de Armas",
        "place_type": "PLAZA",
        "goal_attentions": 40,
        "sampling": {"method": "bernoulli", "p": "0.20"},
        **fields,
    }


def a_question(**changes: Any) -> dict[str, Any]:
    """A question as a questionnaire's content holds it: a note."""
    return {
        "id": "P1",
        "tipo": "likert7",
        "texto": "¿Volvería al stand?",
        "dimension": "satisfaccion_global",
        "obligatoriedad": "core",
        **changes,
    }


def a_questionnaire(version: int, *questions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The content of a version of the survey; without questions one note."""
    return {
        "id": "encuesta_satisfaccion",
        "version": version,
        "escala_likert7": {"min_label": "pésimo", "max_label": "excelente", "sin_respuesta": ["NS", "NR", "NA"]},
        "preguntas": [*questions] or [a_question()],
        **changes,
    }


def published(content: dict[str, Any], state: str = "published") -> dict[str, Any]:
    """The fields of the record that publishes a questionnaire."""
    return {"code": content["id"], "version": content["version"], "state": state, "content": content}
