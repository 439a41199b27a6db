"""Every kind of record, its fields and groups; the facts stand here, in `code_lists.py` and in `office_records.py`.

Names and values are normative on the wire and in files (docs/schema.md). Field order is kept: within a group the first
field names a conflict. Codes that come from a catalogue are named here and filled in by `kinds(catalogues)`. What is
checked with all this stands in `field_checks.py`; rules across fields stand in `attention.py`, `person.py`,
`outing.py`, `referral.py`, `survey.py` and `coverage.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from terreno_app.domain.catalogues import UNSAID, Catalogues
from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.errors import DomainError
from terreno_app.domain.field_builders import (
    boolean_field,
    code_field,
    codes_field,
    day_field,
    decimal_field,
    id_field,
    ids_field,
    instant_field,
    integer_field,
    object_field,
    objects_field,
    text_field,
    texts_field,
)
from terreno_app.domain.fields import Feed, FieldSpec, KindSpec, Readers, Shape
from terreno_app.domain.office_records import OFFICE_KINDS, QUARANTINE, REFERENCE_KINDS

SCHEMA_VERSION = 1
"""Version of everything below; it rises when a kind, a field or a closed code is added."""


class UnknownKindError(DomainError):
    """No kind of record has this name."""


CLOSED_QUESTIONS = ("P1", "P2a", "P2b", "P2c", "P2d", "P2e", "P3", "P4", "P5", "P5b", "P6")
"""Questions of the survey whose answers reports count; what a person wrote in words is read, and never counted."""

_SAMPLING = (
    code_field("method", code_list="sampling_method", required=True),
    decimal_field("p"),
    integer_field("k", minimum=1),
)

_OUTING = KindSpec(
    name="outing",
    readers=Readers.REGION,
    fields=(
        text_field("code", limit=40),
        id_field("merged_into"),
        day_field("planned_on", required=True),
        code_field("status", code_list="outing_status"),
        code_field("status_reason", code_list="status_reason"),
        code_field("comuna", code_list="comuna", required=True),
        text_field("place_name", limit=200),
        code_field("place_type", code_list="place_type"),
        text_field("address", limit=400),
        decimal_field("lat"),
        decimal_field("lon"),
        code_field("coverage_reason", code_list="coverage_reason"),
        codes_field("partners", code_list="institution"),
        ids_field("team"),
        id_field("lead"),
        integer_field("goal_attentions"),
        object_field("sampling", parts=_SAMPLING),
        boolean_field("accessible"),
    ),
    groups=(("status", "status_reason"), ("comuna", "place_name", "place_type", "address", "lat", "lon")),
)

_OUTING_SESSION = KindSpec(
    name="outing_session",
    written_by="device",
    readers=Readers.REGION,
    fields=(
        id_field("outing", immutable=True, required=True),
        id_field("device", immutable=True, required=True),
        instant_field("opened_at", required=True),
        id_field("opened_by"),
        object_field("sampling", parts=_SAMPLING),
        text_field("seed_commitment", shape=Shape.HEX, limit=64),
        instant_field("closed_at"),
        object_field(
            "informed_count", parts=(integer_field("material"), integer_field("talk"), integer_field("other"))
        ),
        objects_field(
            "materials", parts=(text_field("item", limit=200, required=True), integer_field("quantity", required=True))
        ),
        object_field("kit_checklist"),
        text_field("incidents"),
        text_field("seed", shape=Shape.HEX, limit=64),
        integer_field("attentions"),
        text_field("acta_root", shape=Shape.HEX, limit=64),
    ),
)

_ATTENTION = KindSpec(
    name="attention",
    readers=Readers.RECENT,
    only=("space", ("oirs_terreno",)),
    ends=("status", ("voided",)),
    derived=("modality",),
    fields=(
        text_field("folio", immutable=True, limit=40),
        code_field("space", code_list="space", immutable=True, required=True),
        id_field("outing", immutable=True),
        instant_field("received_at", immutable=True, required=True),
        boolean_field("back_captured"),
        text_field("paper_folio", limit=40),
        object_field(
            "received_at_corrected",
            parts=(instant_field("value", required=True), id_field("by"), text_field("reason", limit=200)),
        ),
        code_field("type", code_list="type", required=True),
        boolean_field("own_service"),
        code_field("concerned_institution", code_list="institution"),
        code_field("topic", code_list="topic", required=True),
        code_field("programme", code_list="programme"),
        text_field("description", private=True),
        text_field("answer_given", private=True),
        codes_field("information_items", code_list="programme"),
        codes_field("dos_products", code_list="dos_product"),
        boolean_field("answer_owed"),
        day_field("due_on"),
        text_field("due_rule", limit=40),
        code_field("outcome", code_list="outcome"),
        code_field("oriented_institution", code_list="institution"),
        code_field("status", code_list="attention_status"),
        text_field("void_reason", limit=200),
        instant_field("answered_at"),
        code_field("answer_medium", code_list="answer_medium"),
        text_field("answer_text", private=True),
        text_field("parent_folio", limit=40),
        integer_field("persons_count", minimum=1, maximum=100_000),
        integer_field("duration_s", maximum=14_400),
        integer_field("wait_min", maximum=14_400),
        code_field("language", code_list="language"),
        boolean_field("interpreter"),
        code_field("sex", code_list="sex"),
        code_field("age_band", code_list="age_band", extra=UNSAID),
        code_field("nationality", code_list="country", extra=UNSAID),
        code_field("residence_comuna", code_list="comuna", extra=UNSAID),
        code_field("residence_country", code_list="country", extra=UNSAID),
        code_field("education", code_list="education", extra=UNSAID),
        code_field("occupation", code_list="occupation"),
        code_field("user_type", code_list="user_type"),
        text_field("org_name", private=True, limit=200),
        code_field("org_type", code_list="org_type", private=True),
        text_field("org_rut", private=True, shape=Shape.RUN, limit=40),
        text_field("org_role", private=True, limit=200),
        code_field("org_comuna", code_list="comuna", private=True),
        text_field("privacy_notice", limit=40),
        code_field("sensitive_consent", code_list="consent", private=True),
        code_field("indigenous_people", code_list="indigenous_people", private=True),
        code_field("disability", code_list="disability", private=True),
        codes_field("supports", code_list="supports", private=True),
        code_field("gender_identity", code_list="gender_identity", private=True),
        object_field(
            "draw",
            immutable=True,
            parts=(
                text_field("u", shape=Shape.HEX, limit=16),
                decimal_field("p"),
                integer_field("i", minimum=1),
                integer_field("k", minimum=1),
                boolean_field("selected", required=True),
                boolean_field("eligible", required=True),
                code_field("reason", code_list="draw_reason"),
            ),
        ),
        id_field("registered_by", immutable=True),
        id_field("device", immutable=True),
        text_field("form_version", limit=40),
    ),
    groups=(
        ("status", "void_reason"),
        ("outcome", "oriented_institution"),
        ("answered_at", "answer_medium", "answer_text"),
        ("answer_owed", "due_on", "due_rule"),
        ("residence_comuna", "residence_country"),
        ("sensitive_consent", "indigenous_people", "disability", "supports", "gender_identity"),
        ("type", "own_service", "concerned_institution"),
        ("org_name", "org_type", "org_rut", "org_role", "org_comuna"),
    ),
    counted=("org_type",),
)

_IDENTITY = KindSpec(
    name="identity",
    made_with="attention",
    fields=(
        code_field("doc_type", code_list="doc_type", private=True),
        text_field("doc_number", private=True, limit=40),
        text_field("names", private=True, limit=200),
        text_field("surnames", private=True, limit=200),
        text_field("social_name", private=True, limit=200),
        text_field("email", private=True, shape=Shape.EMAIL, limit=254),
        text_field("phone", private=True, shape=Shape.PHONE, limit=40),
        text_field("address", private=True, limit=400),
        code_field("preferred_medium", code_list="answer_medium", private=True),
        text_field("guardian", private=True, limit=400),
    ),
    groups=(("doc_type", "doc_number"),),
)

_REFERRAL = KindSpec(
    name="referral",
    ends=("status", ("voided",)),
    fields=(
        id_field("attention", required=True),
        code_field("institution", code_list="institution", required=True),
        code_field("consent", code_list="consent"),
        text_field("unit", limit=200),
        code_field("reason", code_list="referral_reason"),
        texts_field("data_scope"),
        text_field("channel", limit=200),
        text_field("letter_number", limit=40),
        code_field("status", code_list="referral_status"),
        instant_field("sent_at"),
        instant_field("acknowledged_at"),
        instant_field("answered_at"),
        day_field("due_on"),
        instant_field("citizen_informed_at"),
    ),
    groups=(("status", "sent_at", "acknowledged_at", "answered_at"),),
)

_SURVEY_RESPONSE = KindSpec(
    name="survey_response",
    made_with="attention",
    insert_only=True,
    fields=(
        text_field("questionnaire", limit=80),
        integer_field("questionnaire_version", minimum=1),
        text_field("questionnaire_digest", shape=Shape.HEX, limit=64),
        code_field("mode", code_list="survey_mode"),
        instant_field("started_at"),
        instant_field("finished_at"),
        code_field("result", code_list="survey_result", required=True),
        code_field("none_reason", code_list="none_reason"),
        text_field("answers_sealed", private=True, coordination=True),
        object_field("answers", private=True, coordination=True),
    ),
    counted=tuple(f"answers.{question}" for question in CLOSED_QUESTIONS),
)

_COVERAGE_GOAL = KindSpec(
    name="coverage_goal",
    feed=Feed.EITHER,
    fields=(
        integer_field("year", required=True, minimum=2000, maximum=9998),
        code_field("period_type", code_list="period_type", required=True),
        text_field("period", limit=10, required=True),
        code_field("space", code_list="space"),
        code_field("comuna", code_list="comuna"),
        code_field("metric", code_list="metric", required=True),
        integer_field("target", minimum=1, required=True),
        text_field("approved_by", limit=200),
        day_field("approved_on"),
        id_field("supersedes"),
    ),
    groups=(
        (
            "year",
            "period_type",
            "period",
            "space",
            "comuna",
            "metric",
            "target",
            "approved_by",
            "approved_on",
            "supersedes",
        ),
    ),
)

_OFFICER = KindSpec(
    name="officer",
    readers=Readers.REGION,
    coordination_only=True,
    fields=(
        text_field("name", limit=200, required=True),
        code_field("role", code_list="officer_role", required=True),
        code_field("region", code_list="region"),
        day_field("active_from"),
        day_field("active_to"),
    ),
)

_DEVICE = KindSpec(
    name="device",
    readers=Readers.REGION,
    coordination_only=True,
    fields=(
        text_field("label", limit=40),
        code_field("role", code_list="device_role"),
        code_field("status", code_list="device_status"),
        text_field("serial", limit=200),
        text_field("app_version", limit=40),
        instant_field("lost_reported_at"),
        code_field("confirmation", code_list="device_confirmation"),
    ),
)

KINDS: tuple[KindSpec, ...] = (
    _OUTING,
    _OUTING_SESSION,
    _ATTENTION,
    _IDENTITY,
    _REFERRAL,
    _SURVEY_RESPONSE,
    _COVERAGE_GOAL,
    _OFFICER,
    _DEVICE,
    *REFERENCE_KINDS,
    QUARANTINE,
    *OFFICE_KINDS,
)
"""Every kind; code lists of catalogues are named, not filled in."""

_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_named(name: str) -> KindSpec:
    """Return the kind of that name.

    Raises:
        UnknownKindError: there is none.
    """
    try:
        return _BY_NAME[name]
    except KeyError as error:
        raise UnknownKindError(name) from error


def codes_of(field: FieldSpec, catalogues: Catalogues) -> frozenset[str] | None:
    """Return the codes that a field (or each item of it) may hold; `None` when it holds no code."""
    if field.code_list is None:
        return None
    closed = CODE_LISTS.get(field.code_list)
    codes = frozenset(closed) if closed is not None else catalogues.by_list[field.code_list]
    return codes | frozenset(field.extra)


def kinds(catalogues: Catalogues) -> tuple[KindSpec, ...]:
    """Return every kind with the codes of its fields filled in from the catalogues."""
    return tuple(replace(kind, fields=_filled(kind.fields, catalogues)) for kind in KINDS)


def _filled(fields: Iterable[FieldSpec], catalogues: Catalogues) -> tuple[FieldSpec, ...]:
    return tuple(
        replace(
            field,
            codes=None if (codes := codes_of(field, catalogues)) is None else tuple(sorted(codes)),
            parts=_filled(field.parts, catalogues),
        )
        for field in fields
    )
