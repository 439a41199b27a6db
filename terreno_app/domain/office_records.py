"""Kinds that the office keeps: reference data, quarantine, diagnosis, rights, closes. Part of `records.py`."""

from __future__ import annotations

from terreno_app.domain.field_builders import (
    boolean_field,
    code_field,
    codes_field,
    day_field,
    id_field,
    instant_field,
    integer_field,
    object_field,
    text_field,
    texts_field,
)
from terreno_app.domain.fields import Feed, FieldSpec, KindSpec, Readers, Shape

_STATE = code_field("state", code_list="publication_state", required=True)
_VERSIONED = (
    text_field("code", limit=80, required=True),
    integer_field("version", minimum=1, required=True),
    _STATE,
)


def _reference(name: str, *fields: FieldSpec, versioned: tuple[FieldSpec, ...] = _VERSIONED) -> KindSpec:
    return KindSpec(
        name=name,
        feed=Feed.SHARED,
        readers=Readers.REGION,
        coordination_only=True,
        fields=(*versioned, *fields),
    )


REFERENCE_KINDS = (
    # Other questions are another version, in a record of its own: what people answered stands behind their answers.
    _reference(
        "questionnaire",
        object_field("content", required=True, immutable=True),
        versioned=(
            text_field("code", limit=80, required=True, immutable=True),
            integer_field("version", minimum=1, required=True, immutable=True),
            _STATE,
        ),
    ),
    _reference(
        "programme",
        text_field("name", limit=400, required=True),
        text_field("institution", limit=80),
        text_field("topic", limit=80),
        text_field("purpose"),
        text_field("who"),
        text_field("site", limit=400),
        text_field("note"),
        boolean_field("verified"),
    ),
    _reference(
        "institution",
        text_field("name", limit=400, required=True),
        text_field("acronym", limit=80),
        text_field("parent", limit=400),
        text_field("site", limit=400),
        text_field("category", limit=80),
        boolean_field("public_body", required=True),
        texts_field("topics"),
        boolean_field("verified"),
    ),
    _reference("topic", text_field("name", limit=200, required=True)),
    _reference(
        "holiday",
        day_field("holiday_on", required=True),
        text_field("name", limit=200, required=True),
        texts_field("territories"),
        text_field("source", limit=400),
    ),
    _reference(
        "contact_fact", text_field("name", limit=200, required=True), text_field("value", limit=400, required=True)
    ),
)

QUARANTINE = KindSpec(
    name="quarantine",
    coordination_only=True,
    fields=(
        id_field("op"),
        text_field("op_kind", limit=80),
        id_field("op_record"),
        text_field("reason", limit=80),
        code_field("state", code_list="quarantine_state"),
        id_field("decided_by"),
        text_field("decided_reason", limit=200),
        text_field("op_status", limit=40),
        integer_field("op_change"),
        object_field("fields"),
        id_field("device"),
    ),
    named_in="device",
    groups=(("state", "decided_by", "decided_reason"),),
)

OFFICE_KINDS = (
    KindSpec(
        name="regional_diagnosis",
        fields=(
            day_field("diagnosed_on", required=True),
            *(
                code_field(name, code_list="checklist")
                for name in (
                    "office",
                    "opening_hours",
                    "person_in_charge",
                    "register_system",
                    "signage",
                    "accessibility",
                    "manual",
                    "deadlines",
                    "survey",
                )
            ),
            integer_field("score", maximum=100),
            text_field("gaps"),
            text_field("commitments"),
        ),
    ),
    KindSpec(
        name="siac_activity",
        fields=(
            day_field("held_on", required=True),
            text_field("title", limit=400, required=True),
            codes_field("institutions", code_list="institution"),
            integer_field("participants"),
            text_field("notes"),
        ),
    ),
    KindSpec(
        name="monthly_opinions",
        fields=(
            text_field("period", limit=10, required=True),
            code_field("space", code_list="space"),
            text_field("demands"),
            text_field("opinions"),
            texts_field("quotes"),
        ),
    ),
    # What a report of a period says in words beside its figures; the figures themselves are counted, never written.
    KindSpec(
        name="goal_remark",
        feed=Feed.EITHER,
        coordination_only=True,
        fields=(
            id_field("goal", required=True, immutable=True),
            text_field("period", limit=10, required=True, immutable=True),
            text_field("reason"),
            text_field("measure"),
        ),
    ),
    KindSpec(
        name="year_remark",
        feed=Feed.EITHER,
        coordination_only=True,
        fields=(
            integer_field("year", minimum=1990, maximum=2200, required=True, immutable=True),
            text_field("summary"),
            text_field("lessons"),
            text_field("plan"),
        ),
    ),
    # Its id is that of the attention whose survey holds the comment: two who read it meet in a conflict.
    KindSpec(
        name="comment_theme",
        coordination_only=True,
        fields=(codes_field("themes", code_list="comment_theme", required=True),),
    ),
    KindSpec(
        name="retention_run",
        feed=Feed.EITHER,
        coordination_only=True,
        fields=(
            day_field("ran_on", required=True),
            text_field("what", limit=400, required=True),
            integer_field("records", minimum=0, required=True),
            text_field("notes"),
        ),
    ),
    KindSpec(
        name="data_rights_request",
        fields=(
            code_field("request", code_list="rights_request", required=True),
            id_field("attention"),
            instant_field("received_at", required=True),
            day_field("due_on"),
            day_field("extended_to"),
            day_field("blocked_by"),
            code_field("status", code_list="rights_status"),
            text_field("result"),
            instant_field("answered_at"),
        ),
        groups=(("status", "result", "answered_at"),),
    ),
    KindSpec(
        name="breach",
        fields=(
            instant_field("found_at", required=True),
            instant_field("happened_at"),
            id_field("device"),
            text_field("description"),
            texts_field("categories"),
            integer_field("approximate_persons"),
            text_field("measures"),
            instant_field("reported_to_agency_at"),
            instant_field("persons_informed_at"),
        ),
    ),
    KindSpec(
        name="month_close",
        feed=Feed.EITHER,
        insert_only=True,
        coordination_only=True,
        fields=(
            text_field("period", limit=10, required=True),
            instant_field("closed_at", required=True),
            id_field("closed_by"),
            text_field("digest", shape=Shape.HEX, limit=64),
            object_field("totals"),
            object_field("tables"),
            object_field("cut_off"),
        ),
    ),
    KindSpec(
        name="acta",
        written_by="device",
        readers=Readers.REGION,
        insert_only=True,
        fields=(
            id_field("outing", required=True),
            id_field("device", required=True),
            instant_field("closed_at", required=True),
            object_field("counts"),
            text_field("root", shape=Shape.HEX, limit=64, required=True),
            id_field("signed_by"),
            text_field("signature", limit=200),
        ),
    ),
)
