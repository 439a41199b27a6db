"""What a person can search for in the form: programmes and topics, institutions, comunas and countries.

In: the catalogues and how often each programme was asked for today. Out: `Found` values in the order in which they
are offered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from terreno_app.domain.catalogues import Catalogues, Institution, Programme
from terreno_app.domain.search import SearchEntry, SearchIndex, spans
from terreno_app.ui.labels import plural
from terreno_app.ui.widgets.search import Found

TOPIC: Final = "topic:"
PROGRAMME: Final = "programme:"
COMUNA: Final = "comuna:"
COUNTRY: Final = "country:"
UNSAID: Final = (Found("NR", "Prefiere no responder"), Found("NS", "No se preguntó"))
MOST: Final = 12
_NEIGHBOURS: Final = ("CL", "VE", "PE", "HT", "CO", "BO", "AR", "EC")


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer, and what else finds it: codes, what people call it, and words that count less."""

    found: Found
    keys: tuple[str, ...] = ()
    more: str = ""
    called: tuple[str, ...] = ()


class Lookup:
    """A list that can be searched.

    Args:
        entries: Each answer, with the further names and words by which it is found.
        usual: Codes that are offered before anything is typed.
    """

    def __init__(self, entries: Sequence[Entry], usual: Sequence[str] = ()) -> None:
        self._by_code = {entry.found.code: entry.found for entry in entries}
        self._called = {entry.found.code: entry.called for entry in entries}
        self._entries = tuple(entries)
        self._usual = tuple(self._by_code[code] for code in usual if code in self._by_code)
        self._usual_codes = frozenset(found.code for found in self._usual)
        self._uses: Mapping[str, int] = {}

    @cached_property
    def _index(self) -> SearchIndex:
        """Made at the first search: some hundreds of entries take a moment, and the page should open at once."""
        return SearchIndex(
            SearchEntry(
                entry.found.code, entry.found.text, (*entry.keys, *entry.called), f"{entry.found.note} {entry.more}"
            )
            for entry in self._entries
        )

    def find(self, code: str) -> Found | None:
        """The answer of a code."""
        return self._by_code.get(code)

    def count_uses(self, uses: Mapping[str, int]) -> None:
        """How often each code was chosen today: it is told, and offered first where it matches well."""
        self._uses = dict(uses)

    def search(self, text: str) -> list[Found]:
        """What matches a text, the likeliest first; without a text, what was chosen today or is usual."""
        if not text.strip():
            often = sorted(self._uses, key=self._uses.__getitem__, reverse=True)
            codes = [*(code for code in often if code in self._by_code), *(found.code for found in self._usual)]
            hits = [self._by_code[code] for code in dict.fromkeys(codes)] or list(self._by_code.values())
            return [self._told(found, "") for found in hits[:MOST]]
        told = [self._told(self._by_code[code], text) for code in self._index.search(text, MOST)]
        return sorted(told, key=lambda found: self._rank(found, text))

    def _rank(self, found: Found, typed: str) -> tuple[int, bool, bool]:
        """Where a name itself matches: what was chosen most today, a programme before a bare topic, and the usual."""
        if not found.spans and not self._name_of(found.code, typed):
            return 0, True, True
        return -self._uses.get(found.code, 0), found.code.startswith(TOPIC), found.code not in self._usual_codes

    def _name_of(self, code: str, typed: str) -> str:
        """What people call it, if that is what was typed."""
        return next((name for name in self._called[code] if spans(name, typed)), "")

    def _told(self, found: Found, typed: str) -> Found:
        uses, here = self._uses.get(found.code, 0), spans(found.text, typed)
        called = "" if here else self._name_of(found.code, typed)
        note = " · ".join(part for part in (found.note, f"«{called}»" if called else "") if part)
        return replace(found, note=note, why=f"{plural(uses, 'vez', 'veces')} hoy" if uses else "", spans=here)


def topics(catalogues: Catalogues) -> Lookup:
    """Programmes first, then topics without a programme."""
    entries = [
        Entry(_programme(catalogues, one), (one.code,), f"{one.purpose} {one.who}", one.aliases)
        for one in catalogues.programmes
    ]
    for topic in catalogues.topics:
        found = Found(f"{TOPIC}{topic.code}", f"{topic.label}, sin programa", "solo el tema")
        entries.append(Entry(found, (topic.code,)))
    return Lookup(entries)


def programmes(catalogues: Catalogues, *, dos: bool = False) -> Lookup:
    """Programmes alone, by their code; with `dos` the products of the División de Organizaciones Sociales."""
    chosen = [one for one in catalogues.programmes if one.is_dos_product or not dos]
    return Lookup(
        [Entry(replace(_programme(catalogues, one), code=one.code), (one.code,), called=one.aliases) for one in chosen]
    )


def institutions(catalogues: Catalogues) -> Lookup:
    """Institutions, by name or acronym."""
    return Lookup(
        [
            Entry(Found(one.code, one.label, _acronym(one)), (one.code, *one.acronym.split("/")), " ".join(one.topics))
            for one in catalogues.institutions
        ]
    )


def residences(catalogues: Catalogues, region: str) -> Lookup:
    """Comunas, those of the region first, then countries; also that nothing was said."""
    near = sorted(catalogues.comunas, key=lambda one: one.region != region)
    entries = []
    for comuna in near:
        place = catalogues.regions.get(comuna.region)
        found = Found(f"{COMUNA}{comuna.code}", comuna.label, place.short_label if place else "")
        entries.append(Entry(found, comuna.aliases))
    for country in catalogues.countries:
        if country.code != "CL":
            found = Found(f"{COUNTRY}{country.code}", country.label, "vive en otro país")
            entries.append(Entry(found, (country.iso3,)))
    entries += [Entry(replace(one, code=f"{COMUNA}{one.code}")) for one in UNSAID]
    return Lookup(entries, [f"{COMUNA}{one.code}" for one in near if one.region == region])


def comunas(catalogues: Catalogues) -> Lookup:
    """Comunas alone, by their code."""
    return Lookup([Entry(Found(one.code, one.label), one.aliases) for one in catalogues.comunas])


def nationalities(catalogues: Catalogues) -> Lookup:
    """Countries, by their code; also that nothing was said."""
    entries = [Entry(Found(one.code, one.label), (one.iso3, *one.aliases)) for one in catalogues.countries]
    return Lookup([*entries, *(Entry(one) for one in UNSAID)], _NEIGHBOURS)


def short_list(options: Sequence[tuple[str, str]]) -> Lookup:
    """A closed list, by code and words."""
    return Lookup([Entry(Found(code, text)) for code, text in options])


def _programme(catalogues: Catalogues, programme: Programme) -> Found:
    institution = catalogues.institutions.get(programme.institution)
    topic = catalogues.topics.get(programme.topic)
    acronym = (_acronym(institution) or institution.label) if institution else ""
    note = " · ".join(part for part in (acronym, topic.label.lower() if topic else "") if part)
    return Found(f"{PROGRAMME}{programme.code}", programme.label, note)


def _acronym(institution: Institution) -> str:
    return institution.acronym.split("/")[0].strip()
