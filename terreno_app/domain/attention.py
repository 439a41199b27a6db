"""An attention: what a form hands over, what is filled in for it, what must hold, and what a person should look at.

In: fields as typed, the open session, the hour. Out: fields as stored, problems in Spanish, notes for *revisar*. Rules
across fields stand in `attention_rules.py`, those of single fields in `field_checks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from terreno_app.domain.attention_rules import effective_instant, rule_problems
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import InvalidInstantError, instant, parse_instant
from terreno_app.domain.deadlines import BusinessCalendar, answer_owed_by_default, due_on
from terreno_app.domain.errors import Problem
from terreno_app.domain.field_checks import field_problems, missing, normalised, required_problems
from terreno_app.domain.fields import Json
from terreno_app.domain.person import has_contact, identity_problems, is_given, prepared_identity
from terreno_app.domain.records import kind_named

GRACE = timedelta(minutes=10)
"""How far in the future of the laptop's clock an attention may lie when it is registered."""

WINDOW = timedelta(hours=2)
"""How far outside its session an attention may lie before a person should look at it."""

OLD = timedelta(days=366)
"""Beyond it a reception that is not from paper looks like a wrong clock."""

MODALITIES = MappingProxyType({"oirs_terreno": "in_person", "oirs": "in_person", "tic": "phone", "buzon": "virtual"})
"""How each space attends; worked out, never sent."""

STATUS_MOVES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "registered": ("in_process", "referred", "answered", "closed", "voided"),
        "in_process": ("referred", "answered", "closed", "voided"),
        "referred": ("in_process", "answered", "closed", "voided"),
        "answered": ("in_process", "closed", "voided"),
        "closed": ("in_process", "voided"),
        # A void keeps the row, and it can be undone.
        "voided": ("registered", "in_process", "referred", "answered", "closed"),
    },
)
"""To which status an attention may go from each."""

_ENDED = ("answered", "closed", "voided")


@dataclass(frozen=True, slots=True)
class AttentionDraft:
    """What a person typed, as a form emits it and a draft keeps it.

    Attributes:
        fields: Values of the attention, by name; a file line may hold `id` beside them.
        identity: Values of the identity; `None` when no answer is owed.
        seen: For each field shown, the op that had given it its value **when it was put on screen** (docs/protocol.md).
        identity_seen: The same for the identity.
        at: The field where the person was when the draft was kept, or an empty text.
        unread: Texts that are no answer yet (a search half typed, half an hour), by the name of their field.
        inherited: Names of the fields that say what the outing says, where the person said nothing of their own yet.
        begun_at: UTC instant at which the person came, or an empty text in a record that is corrected.
        outing: Id of the outing that was open then, or an empty text.
    """

    fields: Mapping[str, Json]
    identity: Mapping[str, Json] | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    identity_seen: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    unread: Mapping[str, str] = field(default_factory=dict)
    inherited: Sequence[str] = ()
    begun_at: str = ""
    outing: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationContext:
    """What fills the gaps of a new attention.

    Attributes:
        now: Present instant of the laptop.
        catalogues: For the answer owed by type, the terms, and the versions of form and notice.
        calendar: Which days count for the due date.
        outing: Outing of the session that is open on this laptop, if one is.
        device: This laptop.
        officer: Who registers.
    """

    now: datetime
    catalogues: Catalogues
    calendar: BusinessCalendar
    outing: str | None = None
    device: str | None = None
    officer: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a saved record that a person should look at (*revisar*).

    Attributes:
        code: Stable English word.
        message: Spanish sentence, without personal data.
    """

    code: str
    message: str


def with_defaults(fields: Mapping[str, Json], context: RegistrationContext) -> dict[str, Json]:
    """Return a new attention as it is stored, all gaps filled that have a default; emptied fields are left out.

    Id, folio and draw are given by the use case that saves it. Nothing is refused here: see `problems`.
    """
    stored = normalised("attention", fields)
    prepared: dict[str, Json] = {name: value for name, value in stored.items() if value is not None}
    prepared.setdefault("space", "oirs_terreno")
    if prepared["space"] == "oirs_terreno":
        _fill(prepared, "outing", context.outing)
    prepared.setdefault("received_at", instant(context.now))
    prepared.setdefault("answer_owed", answer_owed_by_default(str(prepared.get("type")), context.catalogues))
    owed = prepared["answer_owed"] is True
    if owed:
        prepared = {**_term(prepared, context.catalogues, context.calendar), **prepared}
    prepared.setdefault("outcome", "in_process" if owed else "informed")
    prepared.setdefault("status", "registered")
    prepared.setdefault("persons_count", 1)
    prepared.setdefault("user_type", "citizen")
    prepared.setdefault("privacy_notice", context.catalogues.privacy_notice)
    prepared.setdefault("form_version", context.catalogues.form_version)
    _fill(prepared, "registered_by", context.officer)
    _fill(prepared, "device", context.device)
    return prepared


def problems(
    fields: Mapping[str, Json],
    catalogues: Catalogues,
    now: datetime,
    identity: Mapping[str, Json] | None = None,
) -> tuple[Problem, ...]:
    """Return everything that keeps a new attention from being registered, each field and code once.

    Args:
        fields: The attention, as `with_defaults` returns it.
        catalogues: For codes, ages and labels.
        now: Present instant of the laptop; reception may lie up to ten minutes after it.
        identity: Its identity, as `person.prepared_identity` returns it, if one is given.
    """
    found = [
        *field_problems("attention", fields, catalogues),
        *required_problems("attention", fields, catalogues),
        *rule_problems(fields, catalogues, identity),
        *_future_problems(fields, catalogues, now),
        *(() if identity is None else identity_problems(identity, catalogues, fields)),
    ]
    return _each_once(found)


def draft_problems(draft: AttentionDraft, context: RegistrationContext) -> tuple[Problem, ...]:
    """Return everything that keeps a draft from being registered, defaults filled in first."""
    identity = None if draft.identity is None else prepared_identity(draft.identity)
    return problems(with_defaults(draft.fields, context), context.catalogues, context.now, identity)


def completed_changes(
    before: Mapping[str, Json],
    changes: Mapping[str, Json],
    catalogues: Catalogues,
    calendar: BusinessCalendar,
) -> dict[str, Json]:
    """Return the changes of an edit as they are stored, with what follows from them.

    An answer that becomes owed gets its term, one that is no longer owed loses it, and leaving a void empties its
    reason. A change of type alone moves no due date: what was printed stays.

    Args:
        before: The attention as shown.
        changes: Fields the person edited.
        catalogues: For the terms.
        calendar: Which days count.
    """
    prepared = normalised("attention", changes)
    after = {**before, **prepared}
    if prepared.get("answer_owed") is True and after.get("due_on") is None:
        prepared |= _term(after, catalogues, calendar)
    if "answer_owed" in prepared and prepared["answer_owed"] is not True:
        prepared |= {"due_on": None, "due_rule": None}
    if "status" in prepared and prepared["status"] != "voided" and before.get("void_reason") is not None:
        prepared.setdefault("void_reason", None)
    return prepared


def edit_problems(
    before: Mapping[str, Json],
    changes: Mapping[str, Json],
    catalogues: Catalogues,
    identity: Mapping[str, Json] | None = None,
) -> tuple[Problem, ...]:
    """Return everything that keeps an edit from being saved.

    A rule that the record broke before the edit does not stand in its way, and the hour of reception is never checked
    against the clock again.

    Args:
        before: The attention as shown.
        changes: What `completed_changes` returned.
        catalogues: For codes, ages and labels.
        identity: Its identity, where known.
    """
    after = {**before, **changes}
    known = set(rule_problems(before, catalogues, identity)) | set(required_problems("attention", before, catalogues))
    found = [
        *field_problems("attention", changes, catalogues),
        *_immutable_problems(before, changes, catalogues),
        *_move_problems(before, changes, catalogues),
        *(
            problem
            for problem in (
                *required_problems("attention", after, catalogues),
                *rule_problems(after, catalogues, identity),
            )
            if problem not in known
        ),
    ]
    return _each_once(found)


def review_notes(
    record: Mapping[str, Json],
    identity: Mapping[str, Json] | None,
    referrals: Sequence[Mapping[str, Json]],
    catalogues: Catalogues,
    *,
    session: Mapping[str, Json] | None = None,
    now: datetime | None = None,
    identity_known: bool = True,
    edited_after_void: bool = False,
) -> tuple[Note, ...]:
    """Return what a person should look at in a saved attention.

    Args:
        record: Its fields.
        identity: Its identity, if there is one.
        referrals: Fields of its referrals.
        catalogues: For ages and labels.
        session: The session of its outing and device, where known.
        now: Present instant; without it no hour is called improbable.
        identity_known: False where this device may not see whether there is an identity.
        edited_after_void: Whether an edit of another group met a void.
    """
    if record.get("status") == "voided":
        return tuple(_void_notes(record, edited_after_void=edited_after_void))
    notes = [
        *_completeness_notes(record, identity, referrals, identity_known=identity_known),
        *_hour_notes(record, session, now),
        *(
            Note(f"{problem.field}_{problem.code}", problem.message)
            for problem in rule_problems(record, catalogues, identity)
        ),
    ]
    return tuple(dict.fromkeys(notes))


def unnamed_referral(fields: Mapping[str, Json], catalogues: Catalogues) -> tuple[Problem, ...]:
    """Return what keeps a page from saving «Derivada» without saying to whom.

    A line of a file or of the command line may leave it out: there the referral is a record of its own.
    """
    if fields.get("outcome") != "referred" or fields.get("oriented_institution") is not None:
        return ()
    return (missing("attention", "oriented_institution", catalogues),)


def modality(space: str) -> str | None:
    """Return how a space attends; `None` for an unknown one."""
    return MODALITIES.get(space)


def _fill(fields: dict[str, Json], name: str, value: str | None) -> None:
    if value is not None:
        fields.setdefault(name, value)


def _term(fields: Mapping[str, Json], catalogues: Catalogues, calendar: BusinessCalendar) -> dict[str, Json]:
    try:
        due, rule = due_on(str(fields.get("type")), str(fields.get("received_at")), calendar, catalogues.due_rules)
    except InvalidInstantError:
        return {}
    return {"due_on": due.isoformat(), "due_rule": rule}


def _each_once(found: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple({(problem.field, problem.code): problem for problem in reversed(found)}.values())[::-1]


def _future_problems(fields: Mapping[str, Json], catalogues: Catalogues, now: datetime) -> Iterator[Problem]:
    try:
        ahead = parse_instant(str(fields.get("received_at"))) > now + GRACE
    except InvalidInstantError:
        return
    if ahead:
        label = catalogues.labels.field("attention", "received_at")
        yield Problem("received_at", "in_future", f"«{label}» está en el futuro: revise la hora del equipo.")


def _immutable_problems(
    before: Mapping[str, Json],
    changes: Mapping[str, Json],
    catalogues: Catalogues,
) -> Iterator[Problem]:
    for spec in kind_named("attention").fields:
        held = before.get(spec.name)
        if spec.immutable and spec.name in changes and held is not None and changes[spec.name] != held:
            label = catalogues.labels.field("attention", spec.name)
            yield Problem(spec.name, "immutable", f"«{label}» no se puede cambiar.")


def _move_problems(
    before: Mapping[str, Json],
    changes: Mapping[str, Json],
    catalogues: Catalogues,
) -> Iterator[Problem]:
    if "status" not in changes:
        return
    old, new = before.get("status"), changes["status"]
    if new is None:
        yield missing("attention", "status", catalogues)
    elif isinstance(old, str) and new != old and new not in STATUS_MOVES.get(old, ()):
        label = catalogues.labels
        words = f"De «{label.code('attention_status', old)}» no se pasa a «{label.code('attention_status', str(new))}»."
        yield Problem("status", "not_allowed", words)


def _void_notes(record: Mapping[str, Json], *, edited_after_void: bool) -> Iterator[Note]:
    if edited_after_void:
        yield Note("edited_after_void", "Esta atención fue anulada y después llegó una edición: sigue anulada.")
    if record.get("void_reason") is None:
        yield Note("void_reason_required", "La atención está anulada sin motivo.")


def _completeness_notes(
    record: Mapping[str, Json],
    identity: Mapping[str, Json] | None,
    referrals: Sequence[Mapping[str, Json]],
    *,
    identity_known: bool,
) -> Iterator[Note]:
    open_answer = record.get("answer_owed") is True and record.get("status") not in _ENDED
    if open_answer and identity_known and not is_given(identity):
        yield Note("owed_without_identity", "Se debe una respuesta y no hay datos de la persona.")
    if open_answer and identity is not None and is_given(identity) and not has_contact(identity):
        yield Note("owed_without_contact", "Se debe una respuesta y no hay cómo contactar a la persona.")
    if record.get("outcome") == "referred" and all(referral.get("status") == "voided" for referral in referrals):
        yield Note("referred_without_referral", "El resultado es «Derivada» y no hay una derivación registrada.")
    if record.get("status") == "answered" and None in (record.get("answered_at"), record.get("answer_medium")):
        yield Note("answered_without_answer", "Está respondida y falta la fecha o el medio de la respuesta.")


def _hour_notes(
    record: Mapping[str, Json],
    session: Mapping[str, Json] | None,
    now: datetime | None,
) -> Iterator[Note]:
    received = _moment(effective_instant(record))
    if received is None or record.get("back_captured") is True:
        return
    if now is not None and not now - OLD <= received <= now + GRACE:
        yield Note("improbable_hour", "La hora de recepción es improbable: revise el reloj del equipo.")
    elif session is not None:
        opened, closed = _moment(session.get("opened_at")), _moment(session.get("closed_at"))
        early = opened is not None and received < opened - WINDOW
        late = closed is not None and received > closed + WINDOW
        if early or late:
            yield Note("outside_session", "La hora de recepción queda fuera de la jornada de la salida.")


def _moment(text: Json) -> datetime | None:
    try:
        return parse_instant(text) if isinstance(text, str) else None
    except InvalidInstantError:
        return None
