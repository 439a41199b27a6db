"""The receipt that a person leaves with: its folio, its dates, and how to follow up.

In: an attention with its identity and outing, as they are shown. Out: one value, the same for the screen and for paper.

Source: Ley 19.880, art. 30: whoever presents something has a right to a receipt with its date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from terreno_app.domain.catalogues import Catalogues, ContactFact
from terreno_app.domain.clock import santiago_day
from terreno_app.domain.fields import Json
from terreno_app.domain.person import shown_name

_LETTERS_LEFT: Final = 2
_DIGITS_LEFT: Final = 4
_DOTS: Final = "•••"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person takes away.

    Attributes:
        folio: By which everybody finds the attention again.
        received_at: When it was received, as a stored instant.
        place: Where.
        type: What kind of attention it is, in words.
        about: Topic or programme, and the institution that it concerns.
        person: The name that the person goes by; empty where none was asked.
        due_on: Last day to answer; None when no answer is owed.
        business_days: In how many business days that is; None when the rule is not known.
        answer_by: By which way the answer comes, without giving the address away.
        attended_by: Who attended.
        contacts: How to follow up.
        privacy: The privacy notice.
    """

    folio: str
    received_at: str
    place: str
    type: str
    about: str
    person: str
    due_on: str | None
    business_days: int | None
    answer_by: str
    attended_by: str
    contacts: tuple[ContactFact, ...]
    privacy: str

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What it says beside folio and dates, each under its name; what is not known is left out."""
        lines = (
            ("Lugar", self.place),
            ("Qué es", self.type),
            ("Sobre", self.about),
            ("Persona", self.person),
            ("Le atendió", self.attended_by),
        )
        return tuple((name, words) for name, words in lines if words)

    @property
    def to_scan(self) -> str:
        """What its QR code says: enough to follow up, and nothing about the person."""
        lines = [f"OIRS en Terreno, folio {self.folio}", f"Recibido el {_short(santiago_day(self.received_at))}"]
        if self.due_on is not None:
            lines.append(f"Respuesta a más tardar el {_short(date.fromisoformat(self.due_on))}")
        return "\n".join([*lines, *(f"{fact.label}: {fact.value}" for fact in self.contacts)])


def receipt_of(
    attention: Mapping[str, Json],
    identity: Mapping[str, Json] | None,
    outing: Mapping[str, Json] | None,
    attended_by: str,
    catalogues: Catalogues,
) -> Receipt:
    """Return the receipt of an attention.

    Args:
        attention: Its fields.
        identity: Who the person is, as far as this laptop holds it.
        outing: The outing in which it was received, if there was one.
        attended_by: Name of the officer who registered it, as far as it is known.
        catalogues: The words of every code, the contacts and the privacy notice.
    """
    owed = attention.get("answer_owed") is True
    due_on, rule = attention.get("due_on"), attention.get("due_rule")
    days = next((one.business_days for one in catalogues.due_rules if one.id == rule), None)
    return Receipt(
        folio=_text(attention, "folio"),
        received_at=_text(attention, "received_at"),
        place=_place(attention, outing or {}, catalogues),
        type=catalogues.labels.code("type", _text(attention, "type")),
        about=_about(attention, catalogues),
        person=shown_name(identity or {}),
        due_on=due_on if owed and isinstance(due_on, str) else None,
        business_days=days if owed else None,
        answer_by=_answer_by(identity or {}) if owed else "",
        attended_by=attended_by,
        contacts=catalogues.contact_facts.entries,
        privacy=catalogues.privacy_words,
    )


def _place(attention: Mapping[str, Json], outing: Mapping[str, Json], catalogues: Catalogues) -> str:
    comuna = catalogues.comunas.get(_text(outing, "comuna"))
    parts = [_text(outing, "place_name"), comuna.label if comuna else ""]
    said = ", ".join(part for part in parts if part)
    return said or catalogues.labels.code("space", _text(attention, "space"))


def _about(attention: Mapping[str, Json], catalogues: Catalogues) -> str:
    programme = catalogues.programmes.get(_text(attention, "programme"))
    topic = programme.label if programme else catalogues.labels.code("topic", _text(attention, "topic"))
    institution = catalogues.institutions.get(_text(attention, "concerned_institution"))
    return ". ".join(part for part in (topic, institution.label if institution else "") if part)


def _answer_by(identity: Mapping[str, Json]) -> str:
    """By which way the answer comes: the one that the person prefers if it is possible, else the first that is."""
    email, phone, address = (_text(identity, name) for name in ("email", "phone", "address"))
    ways = {
        "email": f"Le escribiremos a {_masked(email)}." if email else "",
        "phone": f"Le llamaremos al teléfono terminado en {phone[-_DIGITS_LEFT:]}." if phone else "",
        "letter": "Le escribiremos a la dirección que nos dio." if address else "",
        "in_person": "La respuesta se retira en persona, con este folio.",
        "buzon": "La respuesta llega al Buzón ciudadano, con este folio.",
    }
    preferred = ways.get(_text(identity, "preferred_medium"), "")
    return preferred or ways["email"] or ways["phone"] or ways["letter"]


def _masked(email: str) -> str:
    name, _, host = email.partition("@")
    return f"{name[:_LETTERS_LEFT]}{_DOTS}@{host}"


def _short(on: date) -> str:
    return on.strftime("%d-%m-%Y")


def _text(fields: Mapping[str, Json], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
