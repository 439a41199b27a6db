"""The rules of an attention that bind several of its fields.

They bind a form or a file line when it is saved. The centre does not refuse for them, because two good edits can merge
into an odd record: such a record is listed under *revisar* with the same words (`attention.review_notes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import InvalidInstantError, parse_instant
from terreno_app.domain.errors import Problem
from terreno_app.domain.field_checks import missing
from terreno_app.domain.fields import Json
from terreno_app.domain.person import is_child, is_given, sensitive_block_open

SENSITIVE_FIELDS = ("indigenous_people", "disability", "supports", "gender_identity")
"""Asked only of who consents (Ley 19.628 as amended, art. 2 g and 16)."""

_CONSENTS = ("verbal", "written", "electronic")
_Fields = Mapping[str, Json]
_Rule = Callable[[_Fields, Catalogues, _Fields | None], Iterator[Problem]]


def rule_problems(
    fields: Mapping[str, Json],
    catalogues: Catalogues,
    identity: Mapping[str, Json] | None = None,
) -> tuple[Problem, ...]:
    """Return every rule across fields that a whole attention breaks.

    Args:
        fields: All fields of the attention, defaults filled in.
        catalogues: For ages and labels.
        identity: Its identity, where there is one and it is known.
    """
    return tuple(problem for rule in _RULES for problem in rule(fields, catalogues, identity))


def has_consented(fields: Mapping[str, Json]) -> bool:
    """Tell whether the person said yes to sensitive questions."""
    return fields.get("sensitive_consent") in _CONSENTS


def effective_instant(fields: Mapping[str, Json]) -> str | None:
    """Return when the attention was received: the corrected hour where there is one."""
    corrected = fields.get("received_at_corrected")
    value = corrected.get("value") if isinstance(corrected, dict) else None
    received = value if value is not None else fields.get("received_at")
    return received if isinstance(received, str) else None


def _outing(fields: _Fields, _catalogues: Catalogues, _identity: _Fields | None) -> Iterator[Problem]:
    if fields.get("space") == "oirs_terreno" and fields.get("outing") is None:
        message = "No hay una jornada abierta en este equipo: abra la salida o indique otro espacio de atención."
        yield Problem("outing", "required", message)


def _companions_of_type(fields: _Fields, catalogues: Catalogues, _identity: _Fields | None) -> Iterator[Problem]:
    if fields.get("type") == "complaint" and fields.get("own_service") is None:
        yield missing("attention", "own_service", catalogues)
    if fields.get("type") == "follow_up" and fields.get("parent_folio") is None:
        yield missing("attention", "parent_folio", catalogues)
    if fields.get("user_type") == "community_leader":
        for name in ("org_name", "org_type"):
            if fields.get(name) is None:
                yield missing("attention", name, catalogues)


def _paper(fields: _Fields, catalogues: Catalogues, _identity: _Fields | None) -> Iterator[Problem]:
    if fields.get("back_captured") is True and fields.get("paper_folio") is None:
        yield missing("attention", "paper_folio", catalogues)


def _answer(fields: _Fields, catalogues: Catalogues, identity: _Fields | None) -> Iterator[Problem]:
    owed = fields.get("answer_owed") is True
    if fields.get("type") == "foi_request" and not owed:
        message = "Una solicitud de acceso a la información pública siempre requiere respuesta."
        yield Problem("answer_owed", "always_owed", message)
    for name in ("due_on", "due_rule"):
        if owed and fields.get(name) is None:
            yield missing("attention", name, catalogues)
        elif not owed and fields.get(name) is not None:
            label = catalogues.labels.field("attention", name)
            yield Problem(name, "not_owed", f"«{label}» queda vacío cuando no se debe una respuesta.")
    if not owed and is_given(identity):
        message = "No se guardan datos de identidad cuando no se debe una respuesta."
        yield Problem("identity", "not_owed", message)


def _sensitive(fields: _Fields, catalogues: Catalogues, identity: _Fields | None) -> Iterator[Problem]:
    answered = [name for name in SENSITIVE_FIELDS if fields.get(name) not in (None, [])]
    open_to_ask = sensitive_block_open(fields, catalogues, identity)
    for name in answered:
        label = catalogues.labels.field("attention", name)
        if not open_to_ask:
            who = "menores de 14 años" if is_child(fields, catalogues) else "menores de 16 sin su madre, padre o tutor"
            yield Problem(name, "hidden_for_minor", f"«{label}» no se pregunta a {who}.")
        elif not has_consented(fields):
            yield Problem(name, "needs_consent", f"«{label}» solo se guarda si la persona consiente.")
    if fields.get("org_type") == "SIND" and not has_consented(fields):
        message = "La afiliación sindical o gremial es un dato sensible: solo se guarda si la persona consiente."
        yield Problem("org_type", "needs_consent", message)


def _void(fields: _Fields, catalogues: Catalogues, _identity: _Fields | None) -> Iterator[Problem]:
    if fields.get("status") == "voided" and fields.get("void_reason") is None:
        yield missing("attention", "void_reason", catalogues)
    if fields.get("status") != "voided" and fields.get("void_reason") is not None:
        label = catalogues.labels.field("attention", "void_reason")
        yield Problem("void_reason", "not_voided", f"«{label}» queda vacío mientras la atención no esté anulada.")


def _answered_after_received(fields: _Fields, catalogues: Catalogues, _: _Fields | None) -> Iterator[Problem]:
    answered, received = fields.get("answered_at"), effective_instant(fields)
    if not isinstance(answered, str) or received is None:
        return
    try:
        early = parse_instant(answered) < parse_instant(received)
    except InvalidInstantError:
        return
    if early:
        label = catalogues.labels.field("attention", "answered_at")
        yield Problem("answered_at", "before_received", f"«{label}» es anterior a la recepción.")


def _residence(fields: _Fields, catalogues: Catalogues, _identity: _Fields | None) -> Iterator[Problem]:
    if fields.get("residence_comuna") is not None and fields.get("residence_country") is not None:
        comuna = catalogues.labels.field("attention", "residence_comuna")
        country = catalogues.labels.field("attention", "residence_country")
        yield Problem("residence_country", "one_of_two", f"Indique «{comuna}» o «{country}», no ambas.")


_RULES: tuple[_Rule, ...] = (
    _outing,
    _companions_of_type,
    _paper,
    _answer,
    _sensitive,
    _void,
    _answered_after_received,
    _residence,
)
