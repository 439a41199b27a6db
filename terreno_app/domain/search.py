"""Search as you type over catalogue entries: accents, case and word order do not matter, and one letter may be wrong.

In: entries as texts, once. Out: codes, best first. Built for some hundreds of entries: a query takes milliseconds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from terreno_app.domain.catalogues import Catalogues

_WORD = re.compile(r"[a-z0-9]+")
_FILLERS = frozenset({"a", "al", "de", "del", "e", "el", "en", "la", "las", "los", "o", "para", "por", "u", "un", "y"})
_VOWELS = frozenset("aeiou")
_SHORTEST_WITH_A_SLIP = 4
_SHORTEST_ABBREVIATION = 3

_EXACT_KEY, _EXACT_WORD, _KEY_PREFIX, _WORD_PREFIX, _INITIALS, _SHORTENED, _SLIP = range(7)
_SECONDARY = 10


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """One thing to find.

    Attributes:
        code: What a hit returns.
        text: Its name as shown; its words count most.
        keys: Code, acronym, other names; found by their words too, after those who have the words in their name.
        more: Further words (purpose, institution, region) that find it after those who have it in their name.
    """

    code: str
    text: str
    keys: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class _Indexed:
    code: str
    position: int
    name: str
    words: tuple[str, ...]
    keys: tuple[str, ...]
    initials: str
    more: tuple[str, ...]


class SearchIndex:
    """Entries prepared for searching; immutable.

    Args:
        entries: In the order in which an empty query returns them, and equal hits too.
    """

    def __init__(self, entries: Iterable[SearchEntry]) -> None:
        self._entries = tuple(_indexed(entry, position) for position, entry in enumerate(entries))

    def search(self, query: str, limit: int = 20) -> tuple[str, ...]:
        """Return the codes of the entries that hold every word of the query, best first.

        A word holds when it begins a word, is the acronym, an abbreviation (`min viv`, `stgo`) or has one letter
        wrong, missing, added or swapped; three letters so only of a name as short (`pgi` for PGU), after all else.

        Args:
            query: As typed; nothing returns the first entries.
            limit: How many codes at most.
        """
        words = _telling(query)
        if not words:
            return tuple(entry.code for entry in self._entries[:limit])
        joined, typed = "".join(words), " ".join(_words(query))
        hits = []
        for entry in self._entries:
            cost = _EXACT_KEY if joined in entry.keys else _cost(words, entry)
            if cost is not None:
                # «la fl» begins «La Florida» and only a word of «Florida».
                hits.append((cost, not entry.name.startswith(typed), len(entry.words), entry.position, entry.code))
        return tuple(code for *_, code in sorted(hits)[:limit])


def folded(text: str) -> str:
    """Return a text without accents and in lower case: `Ñuñoa` → `nunoa`."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def catalogue_indexes(catalogues: Catalogues) -> dict[str, SearchIndex]:
    """Return an index for each catalogue a form searches, by the name of its code list."""
    regions = catalogues.regions.by_code
    offered = {
        "programme": programme_entries(catalogues),
        "institution": institution_entries(catalogues),
        "comuna": [
            SearchEntry(comuna.code, comuna.label, comuna.aliases, regions[comuna.region].short_label)
            for comuna in catalogues.comunas
        ],
        "country": [
            SearchEntry(country.code, country.label, (country.iso3, *country.aliases))
            for country in catalogues.countries
        ],
        "topic": [SearchEntry(topic.code, topic.label, (topic.code,)) for topic in catalogues.topics],
        "type": [SearchEntry(entry.code, entry.label, (entry.ministry_code,)) for entry in catalogues.lists["type"]],
    }
    offered["dos_product"] = [
        entry for entry in offered["programme"] if entry.code in catalogues.by_list["dos_product"]
    ]
    return {
        name: SearchIndex(entry for entry in entries if not catalogues.is_withdrawn(name, entry.code))
        for name, entries in offered.items()
    }


def programme_entries(catalogues: Catalogues) -> list[SearchEntry]:
    """Return every programme as it is searched: by name and code, then by topic, purpose, who may and institution."""
    institutions = catalogues.institutions.by_code
    return [
        SearchEntry(
            programme.code,
            programme.label,
            (programme.code, *programme.aliases),
            f"{catalogues.labels.code('topic', programme.topic)} {programme.purpose} {programme.who} "
            + (institutions[programme.institution].label if programme.institution in institutions else ""),
        )
        for programme in catalogues.programmes
    ]


def institution_entries(catalogues: Catalogues) -> list[SearchEntry]:
    """Return every institution as it is searched: by name, code and acronym, then by its topics."""
    return [
        SearchEntry(entry.code, entry.label, (entry.code, *entry.acronym.split("/")), " ".join(entry.topics))
        for entry in catalogues.institutions
    ]


@dataclass(frozen=True, slots=True)
class SoughtWord:
    """A word that somebody looks for among attentions: it stands in the folio, or in the name of one of these codes.

    Attributes:
        folio: The word as it would stand in a folio.
        codes: By field of the attention, the codes in whose names it stands.
    """

    folio: str
    codes: Mapping[str, tuple[str, ...]]


class AttentionWords:
    """Turns what somebody types into what the store can find attentions by; immutable.

    Args:
        catalogues: The names of what an attention holds codes of.
    """

    def __init__(self, catalogues: Catalogues) -> None:
        acronyms = {one.code: one.acronym for one in catalogues.institutions}
        named = {
            "type": [(one.code, one.label) for one in catalogues.lists["type"]],
            "topic": [(one.code, one.label) for one in catalogues.topics],
            "programme": [
                (one.code, f"{one.label} {one.code} {acronyms.get(one.institution, '')}")
                for one in catalogues.programmes
            ],
            "residence_comuna": [(one.code, one.label) for one in catalogues.comunas],
        }
        self._names = {field: [(code, folded(name)) for code, name in names] for field, names in named.items()}

    def sought(self, query: str) -> tuple[SoughtWord, ...]:
        """Return each word of a query that says something, with the codes whose names hold it."""
        return tuple(
            SoughtWord(
                word.upper(),
                {field: tuple(code for code, name in names if word in name) for field, names in self._names.items()},
            )
            for word in _words(query)
            if word not in _FILLERS
        )


def spans(text: str, query: str) -> tuple[tuple[int, int], ...]:
    """Return where words of a text begin with a word of the query, as pairs of places; accents do not matter."""
    plain, words = folded(text), _words(query)
    if len(plain) != len(text):
        return ()
    found = []
    for piece in _WORD.finditer(plain):
        typed = max((len(word) for word in words if piece[0].startswith(word)), default=0)
        if typed:
            found.append((piece.start(), piece.start() + typed))
    return tuple(found)


def within_one_slip(typed: str, word: str) -> bool:
    """Tell whether a word begins as typed but for one letter wrong, missing, added or swapped with the next."""
    at = next((n for n, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word)))
    rest = typed[at + 1 :]
    return (
        word.startswith(rest, at + 1)
        or word.startswith(rest, at)
        or word.startswith(typed[at:], at + 1)
        or (typed[at : at + 2] == word[at : at + 2][::-1] and word.startswith(typed[at + 2 :], at + 2))
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(folded(text))


def _telling(text: str) -> list[str]:
    """The words that say something; all of them where none does."""
    return [word for word in _words(text) if word not in _FILLERS] or _words(text)


def _indexed(entry: SearchEntry, position: int) -> _Indexed:
    words = _words(entry.text)
    return _Indexed(
        code=entry.code,
        position=position,
        name=" ".join(words),
        words=tuple(words),
        keys=tuple(dict.fromkeys("".join(_telling(key)) for key in entry.keys)),
        initials="".join(word[0] for word in words if word not in _FILLERS),
        more=tuple(dict.fromkeys((*(word for key in entry.keys for word in _words(key)), *_words(entry.more)))),
    )


def _cost(words: list[str], entry: _Indexed) -> int | None:
    total = 0
    for word in words:
        cost = _word_cost(word, entry)
        if cost is None:
            return None
        total += cost
    return total


def _word_cost(word: str, entry: _Indexed) -> int | None:
    own = _best(word, entry.words)
    if word in entry.keys:
        return _EXACT_KEY
    if own is not None and own <= _WORD_PREFIX:
        return own
    if any(key.startswith(word) for key in entry.keys):
        return _KEY_PREFIX
    if len(word) > 1 and entry.initials.startswith(word):
        return _INITIALS
    if own is not None:
        return own
    further = _best(word, entry.more)
    if further is None and _is_short_slip(word, (*entry.words, *entry.keys)):
        further = _SLIP
    return None if further is None else _SECONDARY + further


def _best(word: str, among: tuple[str, ...]) -> int | None:
    if word in among:
        return _EXACT_WORD
    if any(candidate.startswith(word) for candidate in among):
        return _WORD_PREFIX
    if any(_shortens(word, candidate) for candidate in among):
        return _SHORTENED
    if len(word) >= _SHORTEST_WITH_A_SLIP and any(within_one_slip(word, candidate) for candidate in among):
        return _SLIP
    return None


def _is_short_slip(word: str, names: tuple[str, ...]) -> bool:
    """Tell whether three letters are a short name but for one slip: `pgi`, `sfu`, `uba`."""
    if len(word) != _SHORTEST_WITH_A_SLIP - 1:
        return False
    short = (name for name in names if len(name) <= _SHORTEST_WITH_A_SLIP and name not in _FILLERS)
    return any(within_one_slip(word, name) for name in short)


def _shortens(word: str, full: str) -> bool:
    """Tell whether a word is written without the vowels inside: `stgo`, `dpto`, `sta`."""
    if len(word) < _SHORTEST_ABBREVIATION or not _VOWELS.isdisjoint(word[1:-1]) or word[0] != full[0]:
        return False
    if word[-1] in _VOWELS and word[-1] != full[-1]:
        return False
    letters = iter(full)
    return all(letter in letters for letter in word)
