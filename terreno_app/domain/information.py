"""What the stand tells people: programmes, DOS products and institutions, in plain words, to find and to take away.

In: the catalogues. Out: one sheet an entry, and the sheets that match what somebody types. Nothing here is personal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from terreno_app.domain.catalogues import Catalogues, Institution, Programme
from terreno_app.domain.search import SearchEntry, SearchIndex, institution_entries, programme_entries

SheetKind = Literal["programme", "dos_product", "institution"]

_SCANNED: Final = 240
"""Characters of a long part that its code tells."""
_DATE: Final = re.compile(r"\b(?P<year>20\d\d)(?:-(?P<month>[01]\d)(?:-(?P<day>[0-3]\d))?)?\b(?!-)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One entry in plain words.

    Attributes:
        kind: What it is; a product of the División de Organizaciones Sociales is told from other programmes.
        code: Its code in the catalogue of its kind.
        title: Its name.
        topic: What it is about, in words; empty for an institution.
        topic_code: The same as a code.
        body: The institution that gives it, or the one above an institution.
        short_body: The same as an acronym.
        what: What it is.
        who: Who may have it.
        where: The official site, without the protocol.
        note: What to watch out for.
        source: Where the entry comes from and of when.
        verified: Somebody compared it with its source.
        called: What people call it.
    """

    kind: SheetKind
    code: str
    title: str
    topic: str
    topic_code: str
    body: str
    short_body: str
    what: str
    who: str
    where: str
    note: str
    source: str
    verified: bool
    called: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """A name that no other sheet has."""
        return f"{'institution' if self.kind == 'institution' else 'programme'}:{self.code}"

    @property
    def given_out(self) -> bool:
        """Whether an attention can say that a person was given it: `information_items` holds programmes."""
        return self.kind != "institution"

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """What to tell a person, each under its question; a question without an answer is left out."""
        called = _sentence(", ".join(self.called))
        parts = (
            ("Qué es", self.what),
            ("Quién puede", self.who),
            ("Dónde", self.where),
            ("También se le dice", called),
        )
        return tuple((name, words) for name, words in parts if words)

    @property
    def told_source(self) -> str:
        """Where it comes from and of when, as a sentence."""
        return f"Fuente: {self.source}." if self.source else "Sin fuente anotada."

    @property
    def to_scan(self) -> str:
        """What its QR code says: enough to go on without the sheet, and without a network.

        Long words are told by their beginning, so that where to go is always in it; and how far to trust it.
        """
        sure = "" if self.verified else "Sin verificar: confirme en el sitio antes de ir."
        source = _beginning(self.told_source)
        said = (self.title, _beginning(self.what), _beginning(self.who), self.where, sure, source)
        return "\n".join(part for part in said if part)


def _beginning(words: str) -> str:
    return words if len(words) <= _SCANNED else f"{words[:_SCANNED].rstrip()}…"


class Information:
    """The sheets that are offered, and the search over them.

    Args:
        catalogues: Where they come from; what was withdrawn is left out.
    """

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._sheets = {sheet.key: sheet for sheet in _sheets(catalogues)}

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All of them, in the order of the catalogues."""
        return tuple(self._sheets.values())

    def sheet(self, key: str) -> Sheet | None:
        """The sheet of that key, if it is offered."""
        return self._sheets.get(key)

    def programme(self, code: str) -> Sheet | None:
        """The sheet of a programme."""
        return self._sheets.get(f"programme:{code}")

    def search(self, typed: str) -> tuple[Sheet, ...]:
        """Every sheet that matches what was typed, best first; nothing typed gives all."""
        return tuple(self._sheets[key] for key in self._index.search(typed, len(self._sheets)))

    @cached_property
    def _index(self) -> SearchIndex:
        """Made at the first search: until then nobody waits for it."""
        entries = (
            *_entries("programme", programme_entries(self._catalogues)),
            *_entries("institution", institution_entries(self._catalogues)),
        )
        return SearchIndex(
            replace(entry, more=f"{entry.more} {self._sheets[entry.code].short_body} {self._sheets[entry.code].note}")
            for entry in entries
            if entry.code in self._sheets
        )


def _entries(kind: str, entries: list[SearchEntry]) -> Iterator[SearchEntry]:
    return (replace(entry, code=f"{kind}:{entry.code}") for entry in entries)


def _sheets(catalogues: Catalogues) -> Iterator[Sheet]:
    for programme in catalogues.programmes:
        if not catalogues.is_withdrawn("programme", programme.code):
            yield sheet_of_programme(programme, catalogues)
    for institution in catalogues.institutions:
        if not catalogues.is_withdrawn("institution", institution.code):
            yield _of_institution(institution, catalogues)


def sheet_of_programme(programme: Programme, catalogues: Catalogues) -> Sheet:
    """Return the sheet of a programme, also of one that is no longer offered."""
    body = catalogues.institutions.get(programme.institution)
    return Sheet(
        kind="dos_product" if programme.is_dos_product else "programme",
        code=programme.code,
        title=programme.label,
        topic=catalogues.labels.code("topic", programme.topic),
        topic_code=programme.topic,
        body=body.label if body else programme.institution,
        short_body=_acronym(body) if body else programme.institution,
        what=_sentence(programme.purpose),
        who=_sentence(programme.who),
        where=_place(programme.site),
        note=_sentence(programme.note),
        source=_dated(programme.source),
        verified=programme.verified,
        called=programme.aliases,
    )


def _of_institution(institution: Institution, catalogues: Catalogues) -> Sheet:
    above = catalogues.institutions.get(institution.parent)
    known = (catalogues.topics.get(topic) for topic in institution.topics)
    topics = ", ".join(topic.label.lower() for topic in known if topic)
    return Sheet(
        kind="institution",
        code=institution.code,
        title=institution.label,
        topic="",
        topic_code="",
        body=above.label if above else institution.parent,
        short_body=_acronym(institution),
        what=_sentence(f"Atiende asuntos de {topics}") if topics else "",
        who="",
        where=_place(institution.site),
        note="" if institution.public_body else "No es un organismo público: recibe datos solo con consentimiento.",
        source=_dated(institution.source),
        verified=institution.verified,
    )


def _acronym(institution: Institution) -> str:
    return institution.acronym.split("/")[0].strip() or institution.label


def _place(site: str) -> str:
    return site.removeprefix("https://").removeprefix("http://").rstrip("/")


def _sentence(words: str) -> str:
    text = words.strip()
    if not text:
        return ""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ":")) else ".")


def _dated(source: str) -> str:
    """The source with its dates as people write them; one without a year says that nobody noted when."""
    told = _DATE.sub(_as_people_write_it, source.strip())
    return told if not told or _DATE.search(source) else f"{told}, sin fecha"


def _as_people_write_it(found: re.Match[str]) -> str:
    return "-".join(part for part in (found["day"], found["month"], found["year"]) if part)
