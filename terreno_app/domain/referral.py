"""Referrals: antecedents sent to another institution. Telling a person where to go is an orientation, no referral."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from terreno_app.domain.attention import Note
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import InvalidInstantError, parse_day, parse_instant
from terreno_app.domain.errors import Problem
from terreno_app.domain.field_checks import field_problems, missing, required_problems
from terreno_app.domain.fields import Json

REFERRAL_MOVES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pending": ("sent", "acknowledged", "answered", "not_competent", "overdue", "voided"),
        "sent": ("acknowledged", "answered", "not_competent", "overdue", "voided"),
        "acknowledged": ("answered", "not_competent", "overdue", "voided"),
        "overdue": ("acknowledged", "answered", "not_competent", "voided"),
        "answered": ("voided",),
        "not_competent": ("voided",),
        "voided": ("pending",),
    },
)
"""To which status a referral may go from each."""

_CONSENTS = ("verbal", "written", "electronic")
_STEPS = ("sent_at", "acknowledged_at", "answered_at")
_UNDER_WAY = ("pending", "sent", "acknowledged")


def referral_with_defaults(fields: Mapping[str, Json]) -> dict[str, Json]:
    """Return a new referral with its status filled in from its steps; emptied fields are left out."""
    given = {name: value for name, value in fields.items() if value is not None}
    reached = [name.removesuffix("_at") for name in _STEPS if name in given]
    return {"status": reached[-1] if reached else "pending", **given}


def referral_problems(
    fields: Mapping[str, Json],
    catalogues: Catalogues,
    before: Mapping[str, Json] | None = None,
) -> tuple[Problem, ...]:
    """Return what is wrong with a whole referral, normalised by `field_checks`.

    Args:
        fields: All its fields.
        catalogues: For institutions, codes and labels.
        before: The referral as it was, for an edit.

    Source: Ley 19.628 as amended, art. 22: a person's data go to a public body without consent, to others only with it.
    """
    found = [*field_problems("referral", fields, catalogues), *required_problems("referral", fields, catalogues)]
    if not found:
        found += _recipient_problems(fields, catalogues)
        found += _order_problems(fields, catalogues)
        found += _move_problems(fields, before or {}, catalogues)
    return tuple(found)


def may_receive(institution: str, consent: str | None, catalogues: Catalogues) -> bool:
    """Tell whether an institution may receive a person's data: a public body may, others with consent."""
    entry = catalogues.institutions.get(institution)
    return consent in _CONSENTS or (entry is not None and entry.public_body)


def is_overdue(fields: Mapping[str, Json], today: date) -> bool:
    """Tell whether a referral is still under way after its due date."""
    due = fields.get("due_on")
    try:
        late = isinstance(due, str) and parse_day(due) < today
    except InvalidInstantError:
        return False
    return late and fields.get("status") in _UNDER_WAY


def referral_notes(
    fields: Mapping[str, Json], catalogues: Catalogues, *, edited_after_void: bool = False
) -> tuple[Note, ...]:
    """Return what a person should look at in a saved referral.

    Args:
        fields: Its fields.
        catalogues: For institutions.
        edited_after_void: Whether an edit of another group met a void.
    """
    if fields.get("status") == "voided":
        message = "Esta derivación fue anulada y después llegó una edición: sigue anulada."
        return (Note("edited_after_void", message),) if edited_after_void else ()
    notes = []
    if fields.get("sent_at") is not None and fields.get("citizen_informed_at") is None:
        notes.append(Note("citizen_not_informed", "Se envió la derivación y falta avisar a la persona."))
    if not may_receive(str(fields.get("institution")), _text(fields.get("consent")), catalogues):
        notes.append(Note("institution_needs_consent", "El destino no es un órgano público y falta el consentimiento."))
    return tuple(notes)


def _recipient_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> Iterator[Problem]:
    if not may_receive(str(fields.get("institution")), _text(fields.get("consent")), catalogues):
        message = "La institución no es un órgano público: se le deriva solo con el consentimiento de la persona."
        yield Problem("institution", "needs_consent", message)


def _order_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> Iterator[Problem]:
    steps = [(name, parse_instant(at)) for name in _STEPS if isinstance(at := fields.get(name), str)]
    for (earlier, first), (later, second) in pairwise(steps):
        if second < first:
            label = catalogues.labels
            words = f"«{label.field('referral', later)}» es anterior a «{label.field('referral', earlier)}»."
            yield Problem(later, "out_of_order", words)


def _move_problems(
    fields: Mapping[str, Json],
    before: Mapping[str, Json],
    catalogues: Catalogues,
) -> Iterator[Problem]:
    old, new = before.get("status"), fields.get("status")
    if isinstance(old, str) and new is None:
        yield missing("referral", "status", catalogues)
    elif isinstance(old, str) and new != old and new not in REFERRAL_MOVES.get(old, ()):
        label = catalogues.labels
        words = f"De «{label.code('referral_status', old)}» no se pasa a «{label.code('referral_status', str(new))}»."
        yield Problem("status", "not_allowed", words)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
