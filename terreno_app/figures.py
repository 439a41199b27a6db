"""What of the kinds of the OIRS is counted: the seam's words for the figures that the centre keeps.

In: the domain's kinds. Out: their dimensions and rollups for `sync`. A dimension is a public code, number, yes or no,
day, or a reference that counts follow; of free text it is at most whether there is any. A private value is one only if
its kind lets it be counted: what was answered to the closed questions of the survey, and the type of an organisation. A
rollup answers the counts of a report that name its dimensions; without one a count is answered from the facts, which
is slower and the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sync.core.counted import ACCEPTED_SOON, Counted, Dimension, Rollup
from terreno_app.domain.fields import FieldSpec, FieldType, KindSpec
from terreno_app.domain.records import CLOSED_QUESTIONS
from terreno_app.domain.reports import derived, pmg, referrals, satisfaction
from terreno_app.domain.reports import monthly_summary as summary
from terreno_app.domain.reports.actuals import LATE
from terreno_app.domain.reports.counting import INSTANT, LINKED_INSTANT
from terreno_app.domain.reports.outings import INFORMED, SESSION
from terreno_app.domain.reports.promptness import WITHIN_S
from terreno_app.domain.reports.sample import LINKED_DESIGN
from terreno_app.domain.reports.spec import LINK_PREFIX, ZONE

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.BOOLEAN})
_TEXTS = frozenset({FieldType.CODE, FieldType.DAY})
_NAMES: dict[str, tuple[str, ...]] = {
    "attention": ("outing", "folio", "draw.p", "due_rule", "answered_at", "form_version", *INSTANT),
    "referral": ("attention", "sent_at", "acknowledged_at", "answered_at"),
    "outing": ("code", "place_name", "merged_into"),
    "outing_session": ("outing", "opened_at", "closed_at", "opened_by", "seed_commitment"),
    "survey_response": ("questionnaire",),
    "coverage_goal": ("period", "supersedes"),
    "breach": ("reported_to_agency_at", "persons_informed_at"),
}
"""References that counts follow, and other short texts by which they group; they say nothing of a person."""

_PRESENT = {"outing_session": ("incidents",)}
"""Free texts of which only is counted whether something was written."""

_LISTED = frozenset({"dos_products"})
"""Lists of codes whose elements are counted."""

_PERSONS = ("persons_count",)
_INSTANTS = {"attention": INSTANT, "data_rights_request": ("received_at",), "breach": ("found_at",)}
"""Of the kinds that count when something happened."""

_SOUGHT = {"attention": ("answered_at", "due_on", "own_service"), "outing": ("planned_on", "merged_into")}

_SOON_S = {"attention": WITHIN_S}

_OF_LINK = ("link.region", "link.space")
_VOIDED = (("status", "voided"),)
_LINKED_VOIDED = (("link.status", "voided"),)
"""What no report counts, but to say how many there were."""


def _attentions(name: str, *dimensions: str, instant: tuple[str, ...] = INSTANT, **more: Any) -> Rollup:
    return Rollup(f"attention_{name}", ("space", *dimensions), instant=instant, without=_VOIDED, **more)


def _of_attentions(name: str, path: str, *dimensions: str, **more: Any) -> Rollup:
    """Of records that lead to an attention, by its region, space, status and month."""
    link = (path, "attention")
    return Rollup(name, (*_OF_LINK, *dimensions), instant=LINKED_INSTANT, link=link, without=_LINKED_VOIDED, **more)


def _of_days(name: str, *dimensions: str, **more: Any) -> Rollup:
    """Of records that lead to an outing, found by the day of this, or by its doubling another one."""
    return Rollup(name, ("outing", *dimensions, _HOME, *_WHEN), link=_OUTING, leads=("outing", *_WHEN), **more)


def _answered(name: str, *dimensions: str, **more: Any) -> Rollup:
    """Of attentions by the month of their answer."""
    return _attentions(name, *dimensions, instant=("answered_at",), **more)


def _answers(name: str, *dimensions: str, **more: Any) -> Rollup:
    """Of the complete responses of persons who were drawn."""
    return _of_attentions(f"survey_{name}", "id", *dimensions, only=_ANSWERED, **more)


def _with_years(*monthly: Rollup) -> Iterator[Rollup]:
    """Those whose cells are full: of a year they have a tenth of the cells of its months."""
    for rollup in monthly:
        yield rollup.of_years()
        yield rollup


def _with_country(*regional: Rollup) -> Iterator[Rollup]:
    """Those whose cells are full in every region: of the country they have a tenth of the cells of its regions."""
    for rollup in regional:
        yield rollup.of_country()
        yield rollup


def _with_both(*fine: Rollup) -> Iterator[Rollup]:
    for rollup in fine:
        yield rollup.of_country().of_years()
        yield rollup.of_years()
        yield rollup.of_country()
        yield rollup


_WHEN = ("link.planned_on", "link.merged_into")
"""By what outings are sought: their days, and the few that double another one."""
_HOME = "link.region"
"""Whoever may see one region asks for what leads to its records alone."""
_PLANNED_MONTH = derived.month_of_day("link.planned_on")
_OUTING = ("outing", "outing")
_PLACE = (_HOME, "link.comuna", "link.merged_into")
_BEYOND = tuple(f"{LINK_PREFIX}{path}" for path in _PLACE)
_ELIGIBLE = ("draw.eligible", 1)
_ANSWERED = (("link.draw.eligible", 1), ("link.draw.selected", 1), ("result", "complete"))
"""What `sample.ANSWERED` asks for."""
_OWN = (("type", "complaint"), ("own_service", 1))
_OWED = (("answer_owed", 1),)
_OVERALL = "answers.P1"
_INFORMED = tuple(f"informed_count.{way}" for way in INFORMED)

_ROLLUPS: dict[str, tuple[Rollup, ...]] = {
    "attention": (
        _attentions("space", sums=_PERSONS),
        *_with_both(_attentions("type", "type", "sex", sums=_PERSONS)),
        *_with_country(_attentions("outcome", "outcome")),
        _attentions("back_captured", "back_captured"),
        *_with_country(_attentions("form", "form_version")),
        _attentions("prompt", ACCEPTED_SOON),
        *_with_both(
            _attentions("user_type", "user_type", sums=_PERSONS),
            _attentions("education", "education"),
            _attentions("occupation", "occupation"),
            _attentions("age_band", "age_band", "sex"),
        ),
        *_with_country(_attentions("nationality", "nationality")),
        *_with_both(
            _attentions("programme", "programme"),
            _attentions("concerned", "concerned_institution"),
            _attentions("voices", "concerned_institution", "type"),
            _attentions("oriented", "oriented_institution"),
            _attentions("topic", "topic", "sex", sums=_PERSONS),
        ),
        *_with_country(_attentions("language", "language", "interpreter", sums=_PERSONS)),
        *_with_years(_attentions("comuna", "residence_comuna", "residence_country")),
        *_with_both(
            _attentions("hour", summary.HOUR),
            _attentions("wait", "wait_min"),
            Rollup("attention_duration_of_all", ("duration_s",), (), INSTANT, without=_VOIDED),
            _attentions("duration", "duration_s"),
        ),
        *_with_country(
            _attentions("products", "user_type", "dos_products", sums=_PERSONS),
            _attentions("organisations", "org_type", sums=_PERSONS, only=(("user_type", "community_leader"),)),
        ),
        Rollup("attention_status", ("space", "status"), (), INSTANT),
        _attentions("complaints", "topic", only=_OWN),
        _attentions("own", "answer_owed", derived.month("answered_at"), only=_OWN),
        _answered("closed", "topic", LATE, only=_OWN),
        _answered("closed_at", *_PLACE, LATE, only=_OWN, link=_OUTING),
        *_with_both(_answered("answered", "type", "due_rule", "due_on", pmg.ANSWERED_ON, only=_OWED)),
        *_with_country(
            Rollup(
                "attention_due",
                ("space", "type", "due_on"),
                without=_VOIDED,
                only=_OWED,
                present=("answered_at",),
                leads=("due_on",),
            )
        ),
        _attentions("not_drawn", "draw.reason", only=(("draw.eligible", 0),)),
        *_with_years(_attentions("eligible_comuna", "residence_comuna", "residence_country", only=(_ELIGIBLE,))),
        *_with_both(
            _attentions("eligible_type", "type", only=(_ELIGIBLE,)),
            _attentions("draw", "draw.selected", "draw.p", "draw.k", "sex", "age_band", only=(_ELIGIBLE,)),
        ),
        _attentions("frame", *_PLACE, only=(_ELIGIBLE,), link=_OUTING),
        *_with_years(
            _attentions("drawn", "sex", "age_band", *_PLACE, only=(_ELIGIBLE, ("draw.selected", 1)), link=_OUTING),
        ),
        _attentions("placed", *_PLACE, "sex", sums=_PERSONS, link=_OUTING),
        Rollup("attention_of_outing", ("space", "outing", _HOME, *_WHEN), link=_OUTING, without=_VOIDED, leads=_WHEN),
    ),
    "referral": (
        *_with_both(
            _of_attentions("referral_status", "attention", "status", "institution"),
            _of_attentions("referral_took", "attention", "status", referrals.TOOK),
            _of_attentions("referral_steps", "attention", "status", "due_on", *referrals.HAS.values()),
            _of_attentions("referral_sent", "attention", "status", pmg.RECEIVED_ON, pmg.SENT_ON, pmg.IN_24_HOURS),
            Rollup(
                "referral_institution",
                ("link.space", "institution"),
                instant=LINKED_INSTANT,
                link=("attention", "attention"),
                without=(*_LINKED_VOIDED, *_VOIDED),
                distinct=True,
            ),
        ),
        # Who sees one region asks for the region of the referral too, which no cell of the attention's region tells.
        _of_attentions("referral_attention", "attention", "status", "institution", "attention"),
    ),
    "survey_response": (
        *_with_country(
            _of_attentions("survey_result", "id", "result", "none_reason", "link.draw.eligible", "link.draw.selected")
        ),
        _of_attentions("survey_place", "id", "result", *_BEYOND, then=_OUTING),
        _answers("questionnaire", "questionnaire", "questionnaire_version", "mode"),
        *_with_both(
            *(_answers(question.lower(), *LINKED_DESIGN, f"answers.{question}") for question in CLOSED_QUESTIONS),
            *(
                _answers(f"p1_{question.lower()}", _OVERALL, f"answers.{question}")
                for question in satisfaction.DIMENSIONS
            ),
            _answers("p1_type", *LINKED_DESIGN, "link.type", satisfaction.SATISFACTION),
        ),
        *_with_years(
            _answers(
                "p1_comuna",
                *LINKED_DESIGN,
                "link.residence_comuna",
                "link.residence_country",
                satisfaction.SATISFACTION,
            ),
            _answers("p1_place", *LINKED_DESIGN, *_BEYOND, satisfaction.SATISFACTION, then=_OUTING),
        ),
    ),
    "outing": (
        Rollup("outing_planned", (derived.month_of_day("planned_on"), "status")),
        Rollup("outing_reasons", (derived.month_of_day("planned_on"), "coverage_reason"), present=("merged_into",)),
    ),
    "outing_session": (
        Rollup("session_gone", (_PLANNED_MONTH, "link.comuna"), sums=_INFORMED, link=_OUTING, distinct=True),
        _of_days("session", _PLANNED_MONTH, "link.comuna", sums=_INFORMED, present=("incidents",)),
        _of_days("stay", *SESSION, sums=_INFORMED),
    ),
    "coverage_goal": (),
    "data_rights_request": (),
    "breach": (),
}
"""Of the kinds that reports count; the smaller rollup first."""


def figures_of(spec: KindSpec) -> Counted | None:
    """What of a kind is counted; `None` for a kind that no report counts."""
    if spec.name not in _ROLLUPS:
        return None
    return Counted(
        tuple(_dimensions(spec)),
        _INSTANTS.get(spec.name, ()),
        ZONE,
        _ROLLUPS[spec.name],
        _SOUGHT.get(spec.name, ()),
        _SOON_S.get(spec.name),
    )


def _dimensions(spec: KindSpec) -> Iterator[Dimension]:
    for field in spec.fields:
        if not field.private:
            yield from _of_field(field, field.name, _NAMES.get(spec.name, ()))
    yield from (Dimension(path, presence=True) for path in _PRESENT.get(spec.name, ()))
    # What people answered is a note or a word; of other private values a kind lets only codes be counted.
    yield from (Dimension(path, mixed="." in path, private=True) for path in spec.counted)


def _of_field(field: FieldSpec, path: str, names: tuple[str, ...]) -> Iterator[Dimension]:
    if field.type in _NUMBERS:
        yield Dimension(path, number=True)
    elif field.type in _TEXTS or path in names:
        yield Dimension(path)
    elif path in _LISTED:
        yield Dimension(path, listed=True)
    elif field.type is FieldType.OBJECT:
        for part in field.parts:
            yield from _of_field(part, f"{path}.{part.name}", names)
