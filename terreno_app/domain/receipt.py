"""The receipt that a person leaves with: its folio, its dates, and how to follow up.

In: an attention with its identity and outing, as they are shown. Out: one value, the same for the screen and for paper.

Source: Ley 19.880, art. 30: whoever presents something has a right to a receipt with its date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from terreno_app.domain.catalogues import Catalogues, ContactFact
from terreno_app.domain.clock import santiago_day
from terreno_app.domain.fields import Json
from terreno_app.domain.person import shown_name
from terreno_app.domain.receipt_language import ReceiptLanguage

_LETTERS_LEFT: Final = 2
_DIGITS_LEFT: Final = 4
_DOTS: Final = "•••"


class Term(NamedTuple):
    """A code, and its words in the language of the catalogues."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person takes away.

    Attributes:
        language: In which it speaks.
        folio: By which everybody finds the attention again.
        received_at: When it was received, as a stored instant.
        place: Where.
        type: What kind of attention it is.
        about: Topic or programme, and the institution that it concerns, as the catalogues call them.
        person: The name that the person goes by; empty where none was asked.
        due_on: Last day to answer; None when no answer is owed.
        business_days: In how many business days that is; None when the rule is not known.
        answer_by: By which way the answer comes, without giving the address away: the name of what
            `ReceiptWords` says of it, and what stands in it.
        attended_by: Who attended.
        contacts: How to follow up.
        privacy: The privacy notice, its version as code.
    """

    language: ReceiptLanguage
    folio: str
    received_at: str
    place: str
    type: Term
    about: str
    person: str
    due_on: str | None
    business_days: int | None
    answer_by: tuple[str, Mapping[str, str]] | None
    attended_by: str
    contacts: tuple[ContactFact, ...]
    privacy: Term

    @property
    def received(self) -> str:
        """When it was received, in words."""
        return self.language.moment(self.received_at)

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What it says beside folio and due date, each under its name; what is not known is left out."""
        words = self.language.words
        lines = (
            (words.received, self.received),
            (words.place, self.place),
            (words.type, self.language.types.get(self.type.code, self.type.words)),
            (words.about, self.about),
            (words.person, self.person),
            (words.attended_by, self.attended_by),
        )
        return tuple((name, said) for name, said in lines if said)

    @property
    def due(self) -> str:
        """The last day to answer, in words; empty when no answer is owed."""
        return self.language.day(date.fromisoformat(self.due_on)) if self.due_on else ""

    @property
    def due_notes(self) -> tuple[str, ...]:
        """What is known of the answer beside its day: within how many days, and by which way."""
        words = self.language.words
        days = words.business_days.format(days=self.business_days) if self.business_days else ""
        way = ""
        if self.answer_by is not None:
            name, held = self.answer_by
            way = str(getattr(words, name)).format(**held)
        return tuple(note for note in (days, way) if note)

    @property
    def privacy_words(self) -> str:
        """The privacy notice."""
        return self.language.privacy.get(self.privacy.code, self.privacy.words)

    @property
    def to_scan(self) -> str:
        """What its QR code says: enough to follow up, and nothing about the person."""
        words = self.language.words
        received = _short(santiago_day(self.received_at))
        lines = [words.scanned_folio.format(folio=self.folio), words.scanned_received.format(day=received)]
        if self.due_on is not None:
            lines.append(words.scanned_due.format(day=_short(date.fromisoformat(self.due_on))))
        return "\n".join([*lines, *(f"{fact.label}: {fact.value}" for fact in self.contacts)])


def receipt_of(
    attention: Mapping[str, Json],
    identity: Mapping[str, Json] | None,
    outing: Mapping[str, Json] | None,
    attended_by: str,
    catalogues: Catalogues,
    language: ReceiptLanguage,
) -> Receipt:
    """Return the receipt of an attention.

    Args:
        attention: Its fields.
        identity: Who the person is, as far as this laptop holds it.
        outing: The outing in which it was received, if there was one.
        attended_by: Name of the officer who registered it, as far as it is known.
        catalogues: The words of every code, the contacts and the privacy notice.
        language: In which it is to speak.
    """
    owed = attention.get("answer_owed") is True
    due_on, rule = attention.get("due_on"), attention.get("due_rule")
    days = next((one.business_days for one in catalogues.due_rules if one.id == rule), None)
    type_ = _text(attention, "type")
    return Receipt(
        language=language,
        folio=_text(attention, "folio"),
        received_at=_text(attention, "received_at"),
        place=_place(attention, outing or {}, catalogues),
        type=Term(type_, catalogues.labels.code("type", type_)),
        about=_about(attention, catalogues),
        person=shown_name(identity or {}),
        due_on=due_on if owed and isinstance(due_on, str) else None,
        business_days=days if owed else None,
        answer_by=_answer_by(identity or {}) if owed else None,
        attended_by=attended_by,
        contacts=catalogues.contact_facts.entries,
        privacy=Term(catalogues.privacy_notice, catalogues.privacy_words),
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


def _answer_by(identity: Mapping[str, Json]) -> tuple[str, Mapping[str, str]] | None:
    """By which way the answer comes: the one that the person prefers if it is possible, else the first that is."""
    email, phone, address = (_text(identity, name) for name in ("email", "phone", "address"))
    ways: dict[str, tuple[str, Mapping[str, str]]] = {
        "in_person": ("in_person", {}),
        "buzon": ("by_buzon", {}),
    }
    if email:
        ways["email"] = ("by_email", {"address": _masked(email)})
    if phone:
        ways["phone"] = ("by_phone", {"digits": phone[-_DIGITS_LEFT:]})
    if address:
        ways["letter"] = ("by_letter", {})
    wished = (_text(identity, "preferred_medium"), "email", "phone", "letter")
    return next((ways[one] for one in wished if one in ways), None)


def _masked(email: str) -> str:
    name, _, host = email.partition("@")
    return f"{name[:_LETTERS_LEFT]}{_DOTS}@{host}"


def _short(on: date) -> str:
    return on.strftime("%d-%m-%Y")


def _text(fields: Mapping[str, Json], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
