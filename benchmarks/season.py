"""What came to the stands of a region in 60 days, as its centre hands it out: a number gives the same records always.

An outing and its session for every 120 attentions; an answer to the survey from those drawn, one in eight; a referral
of one in 16; one in 40 is void, one in 50 was typed from paper, one in 20 asks for an answer. What people say of
themselves is drawn as people are, so that the groups of a report are as many as those of a real one.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from benchmarks.attentions import OFFICER, an_attention, uid
from sync.core.instants import instant
from sync.core.protocol import PulledRecord

DAYS = 60
OF_AN_OUTING = 120
_DRAWN, _REFERRED, _VOID, _PAPER, _OWED = 8, 16, 40, 50, 20
_RECORDS = 10_000_000
"""Ids of what hangs from an attention are made as if it were so many attentions later."""
_COMUNAS = tuple(f"131{number:02d}" for number in range(1, 33))
_TOPICS: tuple[dict[str, Any], ...] = (
    {"topic": "pensiones", "programme": "PGU"},
    {"topic": "vivienda", "programme": "DS49"},
    {"topic": "identidad", "programme": "CEDULA"},
    {"topic": "rsh", "programme": "RSH"},
    {"topic": "salud", "programme": None},
)
_AGES = ("T14_17", "T18_29", "T30_44", "T45_59", "T60_64", "T65_74", "T75_MAS", "NS", "NR")
_EDUCATION = ("NUNCA", "BASICA_INC", "BASICA_COM", "MEDIA_INC", "MEDIA_COM", "TEC_COM", "PROF_COM", "NS", "NR")
_OCCUPATIONS = ("works", "seeks_work", "studies", "home_care", "retired", "other", "NS")
_NATIONS = ("CHL",) * 8 + ("VEN", "PER", "HTI", "COL", "NS")
_TYPES = ("enquiry",) * 10 + ("guidance", "guidance", "information_request", "complaint", "suggestion", "commendation")
_OUTCOMES = ("informed", "informed", "informed", "guided", "guided", "in_process")
_INSTITUTIONS = ("IPS", "SERVIU", "SRCEI", "MDSF", "FONASA", "MUNICIPALIDAD")
_USERS = ("citizen",) * 12 + ("abroad", "community_leader", "higher_student", "official_regional")
_LANGUAGES = ("es",) * 20 + ("ht", "arn", "en", None)
_STEPS = ("pending", "sent", "acknowledged", "answered")
_NOTES = ("P1", "P2a", "P2b", "P2c", "P2d", "P2e")


def season(records: int, now: datetime) -> Iterator[PulledRecord]:
    """So many attentions, with all that goes with them, in the order in which they came."""
    made = itertools.chain.from_iterable(_around(number, now) for number in range(records))
    for change, (kind, record, fields, writer) in enumerate(made, start=1):
        yield PulledRecord(kind, record, "13", 1, fields, writer, {}, change)


def _around(number: int, now: datetime) -> Iterator[tuple[str, str, Mapping[str, Any], str]]:
    draw = random.Random(number)  # noqa: S311 - not for secrets: the same laptop in every run
    outing = uid(random.Random(number // OF_AN_OUTING), number // OF_AN_OUTING)  # noqa: S311
    day = now - timedelta(days=1 + number // OF_AN_OUTING % DAYS)
    if number % OF_AN_OUTING == 0:
        yield "outing", outing, _outing(number // OF_AN_OUTING, day), outing
        yield "outing_session", uid(draw, _RECORDS + number), _session(outing, day, draw), outing
    op, _ = an_attention(number)
    fields = {**op.fields, **_attention(number, day, draw)}
    fields["received_at"] = f"{instant(day)[:10]}{op.fields['received_at'][10:]}"
    yield "attention", op.record, fields, op.id
    if fields["draw"]["selected"]:
        yield "survey_response", op.record, _response(fields["received_at"], draw), op.id
    if fields["outcome"] == "referred":
        yield "referral", uid(draw, 2 * _RECORDS + number), _referral(op.record, day, fields, draw), op.id


def _outing(number: int, day: datetime) -> dict[str, Any]:
    return {
        "code": f"S-T{number % 40:02d}-2026-{number:03d}",
        "planned_on": instant(day)[:10],
        "comuna": _COMUNAS[number % len(_COMUNAS)],
        "place_name": "Plaza",
        "place_type": "PLAZA",
        "goal_attentions": OF_AN_OUTING,
        "sampling": {"method": "bernoulli", "p": _p(number)},
    }


def _p(outing: int) -> str:
    return ("0.10", "0.125", "0.15")[outing % 3]


def _session(outing: str, day: datetime, draw: random.Random) -> dict[str, Any]:
    return {
        "outing": outing,
        "device": uid(random.Random(draw.randrange(40)), 0),  # noqa: S311
        "opened_at": f"{instant(day)[:10]}T12:00:00.000Z",
        "opened_by": OFFICER,
        "closed_at": f"{instant(day)[:10]}T21:00:00.000Z",
        "informed_count": {"material": draw.randrange(90), "talk": draw.randrange(40), "other": 0},
        "attentions": OF_AN_OUTING,
    }


def _attention(number: int, day: datetime, draw: random.Random) -> dict[str, Any]:
    kind = draw.choice(_TYPES)
    owed = draw.randrange(_OWED) == 0
    answered = owed and draw.random() < 0.7  # noqa: PLR2004
    referred = draw.randrange(_REFERRED) == 0
    eligible = draw.random() < 0.9  # noqa: PLR2004
    told: dict[str, Any] = {
        **_TOPICS[number % len(_TOPICS)],
        "type": kind,
        "own_service": draw.random() < 0.3 if kind == "complaint" else None,  # noqa: PLR2004
        "concerned_institution": draw.choice(_INSTITUTIONS) if kind == "complaint" else None,
        "outcome": "referred" if referred else draw.choice(_OUTCOMES),
        "oriented_institution": draw.choice(_INSTITUTIONS) if referred or draw.randrange(4) == 0 else None,
        "answer_owed": owed,
        "due_on": instant(day + timedelta(days=14))[:10] if owed else None,
        "due_rule": "reclamo_15" if owed else None,
        "answered_at": instant(day + timedelta(days=draw.randrange(25))) if answered else None,
        "answer_medium": "email" if answered else None,
        "status": "voided" if draw.randrange(_VOID) == 0 else "answered" if answered else "registered",
        "back_captured": draw.randrange(_PAPER) == 0,
        "sex": draw.choice("FFFFFMMMMXS").replace("S", "NS"),
        "age_band": draw.choice(_AGES),
        "nationality": draw.choice(_NATIONS),
        "residence_comuna": draw.choice(_COMUNAS),
        "education": draw.choice(_EDUCATION),
        "occupation": draw.choice(_OCCUPATIONS),
        "user_type": draw.choice(_USERS),
        "language": draw.choice(_LANGUAGES),
        "persons_count": 1 if eligible else draw.randrange(1, 4),
    }
    told["draw"] = {
        "u": f"{draw.getrandbits(64):016x}",
        "p": _p(number // OF_AN_OUTING),
        "selected": eligible and draw.randrange(_DRAWN) == 0,
        "eligible": eligible,
        "reason": None if eligible else draw.choice(("not_present", "group", "minor")),
    }
    return told


def _response(at: str, draw: random.Random) -> dict[str, Any]:
    result = draw.choice(("complete",) * 8 + ("partial", "none"))
    answers = {question: draw.choice((1, 3, 4, 5, 5, 6, 6, 6, 7, 7, 7, 7, "NS")) for question in _NOTES}
    answers |= {"P3": draw.choice(("si", "si", "parcial", "no")), "P4": draw.choice(("si", "no", "NS"))}
    answers |= {"P5": draw.choice(("no", "no", "si")), "P6": draw.choice(("pasaba", "municipalidad", "otro"))}
    return {
        "questionnaire": "encuesta_satisfaccion",
        "questionnaire_version": 1,
        "mode": draw.choice(("on_screen", "on_screen", "assisted")),
        "started_at": at,
        "finished_at": at,
        "result": result,
        "none_reason": draw.choice(("refused", "no_time", "left")) if result == "none" else None,
        **({} if result == "none" else {"answers": answers}),
    }


def _referral(attention: str, day: datetime, of: Mapping[str, Any], draw: random.Random) -> dict[str, Any]:
    reached = draw.randrange(len(_STEPS))
    days = (draw.randrange(1, 4), draw.randrange(4, 9), draw.randrange(9, 30))
    at = [instant(day + timedelta(days=some)) if step <= reached else None for step, some in enumerate(days, start=1)]
    return {
        "attention": attention,
        "institution": of["oriented_institution"],
        "consent": "verbal",
        "reason": draw.choice(("not_competent", "needs_action", "complements")),
        "status": _STEPS[reached],
        "sent_at": at[0],
        "acknowledged_at": at[1],
        "answered_at": at[2],
        "due_on": instant(day + timedelta(days=30))[:10],
    }
