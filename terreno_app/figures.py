"""What of the kinds of the OIRS is counted: the seam's words for the figures that the centre keeps.

In: the domain's kinds. Out: their dimensions and rollups for `sync`. A dimension is a public code, number, yes or no,
day, or a reference that counts follow; of free text it is at most whether there is any, and nothing private is one. A
rollup answers the counts of a report that name its dimensions; without one a count is answered from the facts, which
is slower and the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from sync.core.counted import Counted, Dimension, Rollup
from terreno_app.domain.fields import FieldSpec, FieldType, KindSpec
from terreno_app.domain.reports.counting import INSTANT, LINKED_INSTANT
from terreno_app.domain.reports.outings import INFORMED
from terreno_app.domain.reports.spec import LINK_PREFIX

ZONE = "America/Santiago"
"""Whose months the reports are of."""

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.BOOLEAN})
_TEXTS = frozenset({FieldType.CODE, FieldType.DAY})
_NAMES: dict[str, tuple[str, ...]] = {
    "attention": ("outing", "folio", "draw.p", "due_rule", "answered_at", *INSTANT),
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

_PERSONS = ("persons_count",)
_INSTANTS = {"attention": INSTANT, "data_rights_request": ("received_at",), "breach": ("found_at",)}
"""Of the kinds that count when something happened."""

_SOUGHT = {"attention": ("answered_at", "due_on", "own_service"), "outing": ("planned_on",)}

_OF_LINK = ("link.region", "link.space")
_VOIDED = ("status", "voided")
"""What no report counts, but to say how many there were."""


def _attentions(name: str, *dimensions: str, sums: tuple[str, ...] = (), leads: tuple[str, ...] = ()) -> Rollup:
    return Rollup(f"attention_{name}", ("space", *dimensions), sums, INSTANT, without=_VOIDED, leads=leads)


def _of_attentions(name: str, path: str, *dimensions: str) -> Rollup:
    """Of records that lead to an attention, by its region, space, status and month."""
    without = (LINK_PREFIX + _VOIDED[0], _VOIDED[1])
    return Rollup(name, (*_OF_LINK, *dimensions), (), LINKED_INSTANT, (path, "attention"), without=without)


_ROLLUPS: dict[str, tuple[Rollup, ...]] = {
    "attention": (
        _attentions("type", "type", "sex", sums=_PERSONS),
        _attentions("outcome", "outcome"),
        _attentions("back_captured", "back_captured"),
        _attentions("user_type", "user_type", sums=_PERSONS),
        _attentions("education", "education"),
        _attentions("occupation", "occupation"),
        _attentions("age_band", "age_band", "sex"),
        _attentions("nationality", "nationality"),
        _attentions("programme", "programme"),
        _attentions("concerned", "concerned_institution"),
        _attentions("voices", "concerned_institution", "type"),
        _attentions("oriented", "oriented_institution"),
        _attentions("topic", "topic", "sex", sums=_PERSONS),
        _attentions("language", "language", "interpreter", sums=_PERSONS),
        _attentions("comuna", "residence_comuna", "residence_country"),
        _attentions("wait", "wait_min"),
        Rollup("attention_duration_of_all", ("duration_s",), (), INSTANT, without=_VOIDED),
        _attentions("duration", "duration_s"),
        Rollup("attention_status", ("space", "status"), (), INSTANT),
        _attentions("owed", "type", "own_service", "answer_owed", "due_on", "answered_at"),
        _attentions("hour", "instant_hour"),
        _attentions("eligible_type", "draw.eligible", "type"),
        _attentions("eligible_comuna", "draw.eligible", "residence_comuna", "residence_country"),
        _attentions("draw", "draw.eligible", "draw.selected", "draw.p", "draw.k", "draw.reason", "sex", "age_band"),
        _attentions("outing", "outing", "sex", sums=_PERSONS, leads=("outing",)),
        Rollup(
            "attention_frame",
            ("space", "draw.eligible", "draw.selected", "sex", "age_band", "link.comuna", "link.merged_into"),
            (),
            INSTANT,
            ("outing", "outing"),
            _VOIDED,
        ),
    ),
    "referral": (
        _of_attentions("referral_status", "attention", "status", "institution"),
        _of_attentions("referral_steps", "attention", "status", "due_on", "sent_at", "acknowledged_at", "answered_at"),
        _of_attentions("referral_reached", "attention", "status", "sent_at", *LINKED_INSTANT),
        _of_attentions("referral_attention", "attention", "status", "institution", "attention"),
    ),
    "survey_response": (
        _of_attentions("survey_result", "id", "result", "none_reason", "link.draw.eligible", "link.draw.selected"),
        _of_attentions("survey_outing", "id", "result", "link.outing"),
    ),
    "outing": (),
    "outing_session": (
        Rollup("session", ("outing",), tuple(f"informed_count.{way}" for way in INFORMED), leads=("outing",)),
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
    )


def _dimensions(spec: KindSpec) -> Iterator[Dimension]:
    for field in spec.fields:
        if not field.private:
            yield from _of_field(field, field.name, _NAMES.get(spec.name, ()))
    yield from (Dimension(path, presence=True) for path in _PRESENT.get(spec.name, ()))


def _of_field(field: FieldSpec, path: str, names: tuple[str, ...]) -> Iterator[Dimension]:
    if field.type in _NUMBERS:
        yield Dimension(path, number=True)
    elif field.type in _TEXTS or path in names:
        yield Dimension(path)
    elif field.type is FieldType.OBJECT:
        for part in field.parts:
            yield from _of_field(part, f"{path}.{part.name}", names)
