"""Catalogues as plain frozen values: what may be chosen, and its Spanish words.

The files under `resources/` are read by `terreno_app.storage.resources`; nothing here reads one. A catalogue keeps
the order of its file, which is the order in which a person is offered its entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Generic, Protocol, TypeVar

UNSAID = ("NR", "NS")
"""Codes for a question that was refused, and for one that was not asked."""

DOS_INSTITUTIONS = frozenset({"DOS", "SEGEGOB"})
"""Institutions whose programmes are the products of the División de Organizaciones Sociales (docs/schema.md)."""


class Entry(Protocol):
    """What every catalogue entry has."""

    @property
    def code(self) -> str:
        """Its code on the wire."""
        ...

    @property
    def label(self) -> str:
        """Its Spanish label."""
        ...


E_co = TypeVar("E_co", bound=Entry, covariant=True)


@dataclass(frozen=True)
class Catalogue(Generic[E_co]):
    """Entries in the order of their file, found by code."""

    entries: tuple[E_co, ...]

    @cached_property
    def by_code(self) -> Mapping[str, E_co]:
        """The entries by code."""
        return {entry.code: entry for entry in self.entries}

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every code."""
        return frozenset(self.by_code)

    def __iter__(self) -> Iterator[E_co]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def get(self, code: str | None) -> E_co | None:
        """Return the entry of that code, or `None`."""
        return self.by_code.get(code) if code is not None else None


@dataclass(frozen=True, slots=True)
class Region:
    """A region; `code` is its two-digit CUT."""

    code: str
    label: str
    short_label: str
    numeral: str
    iso: str
    order: int


@dataclass(frozen=True, slots=True)
class Comuna:
    """A comuna; `code` is its five-digit CUT, populations are those of the Censo 2024."""

    code: str
    label: str
    province: str
    region: str
    aliases: tuple[str, ...]
    population: int
    men: int
    women: int


@dataclass(frozen=True, slots=True)
class Country:
    """A country; `code` is ISO 3166-1 alpha-2. `aliases` are what people call it, and whoever comes from there."""

    code: str
    label: str
    iso3: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What an attention is about."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme, benefit or service that people are informed about; `aliases` are what people call it."""

    code: str
    label: str
    institution: str
    topic: str
    purpose: str
    who: str
    site: str
    note: str
    verified: bool
    source: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def is_dos_product(self) -> bool:
        """Whether it is a product of the División de Organizaciones Sociales."""
        return self.institution in DOS_INSTITUTIONS


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution; only a public body may receive a person's data without consent (Ley 19.628, art. 22)."""

    code: str
    label: str
    acronym: str
    parent: str
    site: str
    category: str
    public_body: bool
    topics: tuple[str, ...]
    verified: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class AgeBand:
    """An age band; `NR` and `NS` have no ages, the last band no `last_age`."""

    code: str
    label: str
    first_age: int | None
    last_age: int | None


@dataclass(frozen=True, slots=True)
class EducationLevel:
    """A level of education and the group in which reports show it."""

    code: str
    label: str
    order: int
    report_group: str


@dataclass(frozen=True, slots=True)
class People:
    """An indigenous or tribal people."""

    code: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One value of a short list.

    Attributes:
        code: Its value on the wire.
        label: Its Spanish label.
        ministry_code: The Ministry's own code, for exports.
        answer_owed: For types of attention: whether an answer is owed unless the person declines.
    """

    code: str
    label: str
    ministry_code: str
    answer_owed: bool = False


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday: of the whole country, or of territories (`15`: a region, `16101`: a comuna)."""

    day: date
    name: str
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DueRule:
    """A term to answer.

    Attributes:
        id: What `due_rule` of an attention holds.
        types: Types of attention it is for; empty: all others.
        business_days: The term.
        warn_days: Business days left from which the term is shown as close.
        extension_days: By how many business days it may be extended, once, before it ends; 0: never.
        source: Law or manual.
    """

    id: str
    types: tuple[str, ...]
    business_days: int
    warn_days: int
    extension_days: int
    source: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a survey.

    Attributes:
        id: Key of its answer.
        kind: `likert7`, `si_parcial_no`, `si_no_ns`, `opcion`, `texto`.
        text: As shown, without the options.
        dimension: What it measures.
        core: A response without it is partial.
        options: Answers of an `opcion`.
        condition: The question and the answer that make it appear, if any.
    """

    id: str
    kind: str
    text: str
    dimension: str
    core: bool
    options: tuple[str, ...] = ()
    condition: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A version of a questionnaire; a used version never changes.

    Attributes:
        id: Its name, the same in every version.
        version: From 1 upward.
        questions: In the order in which they are asked.
        no_answer: What any question takes instead of an answer.
        ends: What the lowest and the highest note mean, in words.
        digest: SHA-256 of its content, in hexadecimal: two contents are never taken for each other.
    """

    id: str
    version: int
    questions: tuple[Question, ...]
    no_answer: tuple[str, ...]
    ends: tuple[str, str] = ("", "")
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which percentage of a goal its light is green, and from which amber; below it is red."""

    green_from: int = 95
    amber_from: int = 80


@dataclass(frozen=True, slots=True)
class A1Client:
    """A client of the Ministry's Formulario A1, and which attentions reach it.

    Attributes:
        number: Its number there.
        label: Its name.
        user_types: Types of user that are this client; empty: any.
        products: DOS products of which one was informed; empty: any or none.
    """

    number: int
    label: str
    user_types: tuple[str, ...]
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A telephone, address or page that the app may show and hand out."""

    code: str
    label: str
    value: str

    @property
    def told(self) -> tuple[str, str]:
        """Its name, and what it says; a page without its protocol, as people type it."""
        return self.label, self.value.removeprefix("https://")


@dataclass(frozen=True)
class Labels:
    """Spanish words for kinds, fields, codes and what reports are made of, in one language (`resources/labels/`)."""

    kinds: Mapping[str, str]
    fields: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    figures: Mapping[str, str]

    def kind(self, name: str) -> str:
        """Return the label of a kind, or its name when it has none."""
        return self.kinds.get(name, name)

    def field(self, kind: str, name: str) -> str:
        """Return the label of a field, or its name when it has none."""
        return self.fields.get(f"{kind}.{name}", name)

    def figure(self, part: str, name: str) -> str:
        """Return what a `report`, one of its tables (`table`) or a column (`figure`) is called, or its own name."""
        return self.figures.get(f"{part}.{name}", name)

    def code(self, code_list: str, code: str) -> str:
        """Return the label of a code, or the code itself when it has none."""
        return self.codes.get(code_list, {}).get(code, code)


@dataclass(frozen=True)
class Catalogues:
    """Everything that may be chosen.

    Attributes:
        lists: Short lists by name (`type`, `outcome`, `space`, `place_type`, `org_type`, `gender_identity`…).
        form_version: Version of the attention's form.
        privacy_notice: Version of the privacy notice that is given.
        privacy_words: The notice itself, as it stands on a receipt.
        labels: Spanish words; `labels.code` also knows the entries of every catalogue.
        thresholds: When the light of a goal is green or amber.
        a1_clients: Clients of the Formulario A1; the first is everybody attended and informed.
        version: Digest of the files, so that a record or a report can say what it was made with.
        questionnaires: That of the installation first; those of one version in the order in which they count.
        withdrawn: Kind and code (of a questionnaire: digest) of what is no longer offered; old records still have its
            code and label.
    """

    comunas: Catalogue[Comuna]
    regions: Catalogue[Region]
    countries: Catalogue[Country]
    topics: Catalogue[Topic]
    programmes: Catalogue[Programme]
    institutions: Catalogue[Institution]
    age_bands: Catalogue[AgeBand]
    education_levels: Catalogue[EducationLevel]
    peoples: Catalogue[People]
    lists: Mapping[str, Catalogue[ListEntry]]
    holidays: tuple[Holiday, ...]
    due_rules: tuple[DueRule, ...]
    questionnaires: tuple[Questionnaire, ...]
    contact_facts: Catalogue[ContactFact]
    form_version: str
    privacy_notice: str
    privacy_words: str
    labels: Labels
    version: str
    withdrawn: frozenset[tuple[str, str]] = frozenset()
    thresholds: Thresholds = Thresholds()
    a1_clients: tuple[A1Client, ...] = ()

    def __hash__(self) -> int:
        """What was made of some catalogues is kept for them; those of one version may still differ, and compare so."""
        return hash(self.version)

    @cached_property
    def by_list(self) -> Mapping[str, frozenset[str]]:
        """The codes of every code list that comes from a catalogue, by the list's name in `records.py`."""
        return {
            "comuna": self.comunas.codes,
            "region": self.regions.codes | {"CL"},
            "country": self.countries.codes,
            "topic": self.topics.codes,
            "programme": self.programmes.codes,
            "dos_product": frozenset(p.code for p in self.programmes if p.is_dos_product),
            "institution": self.institutions.codes,
            "age_band": self.age_bands.codes,
            "education": self.education_levels.codes,
            "indigenous_people": self.peoples.codes,
            "place_type": self.lists["place_type"].codes,
            "org_type": self.lists["org_type"].codes,
            "gender_identity": self.lists["gender_identity"].codes,
        }

    def is_withdrawn(self, code_list: str, code: str) -> bool:
        """Tell whether a code is known and no longer offered."""
        return ("programme" if code_list == "dos_product" else code_list, code) in self.withdrawn

    @property
    def questionnaire(self) -> Questionnaire:
        """The newest version that is not withdrawn; without any, that of the installation: who is drawn is asked."""
        shipped = self.questionnaires[0]
        offered = (
            one
            for one in self.questionnaires
            if one.id == shipped.id and not self.is_withdrawn("questionnaire", one.digest)
        )
        return max(offered, key=lambda questionnaire: questionnaire.version, default=shipped)
