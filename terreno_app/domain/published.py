"""Catalogues as the centre publishes them: shared records laid over the shipped files.

In: catalogues and the shared records that a laptop holds. Out: catalogues. A code that was withdrawn is kept, for old
records still name it; it is only no longer offered. So is every version of a questionnaire that people answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from terreno_app.domain.catalogues import (
    Catalogue,
    Catalogues,
    ContactFact,
    Entry,
    Holiday,
    Institution,
    Labels,
    Programme,
    Questionnaire,
    Topic,
)
from terreno_app.domain.clock import InvalidInstantError, parse_day
from terreno_app.domain.digests import digest_of
from terreno_app.domain.fields import Json
from terreno_app.domain.questionnaires import QUESTIONNAIRE, UnfitQuestionnaireError, read_published

E = TypeVar("E", bound=Entry)
_Fields = Mapping[str, Json]


def with_published(catalogues: Catalogues, records: Iterable[tuple[str, Mapping[str, Json]]]) -> Catalogues:
    """Return the catalogues with everything that was published laid over them.

    Args:
        catalogues: Those of the files.
        records: Kind and fields of each shared record; drafts and other kinds are passed over. Of each code the highest
            version counts; of questionnaires all are held. What cannot be used (a questionnaire that cannot be asked, a
            holiday without a day, a choice without a code) is passed over too: a laptop opens all the same.
    """
    newest: dict[tuple[str, str], _Fields] = {}
    questionnaires: list[_Fields] = []
    for kind, fields in records:
        key = (kind, str(fields.get("code")))
        if fields.get("state") == "draft" or not fields.get("code"):
            continue
        if kind == QUESTIONNAIRE:
            questionnaires.append(fields)
        elif _version(fields) > _version(newest.get(key, {})):
            newest[key] = fields
    if not newest and not questionnaires:
        return catalogues
    withdrawn = frozenset(key for key, fields in newest.items() if fields.get("state") == "withdrawn")
    asked = [(read, fields) for fields in questionnaires if (read := _questionnaire(fields, catalogues)) is not None]
    gone = {(QUESTIONNAIRE, read.digest) for read, fields in asked if fields.get("state") == "withdrawn"}

    def of(kind: str) -> list[_Fields]:
        return [fields for (its_kind, _), fields in newest.items() if its_kind == kind]

    topics = _over(catalogues.topics, [Topic(_text(f, "code"), _text(f, "name")) for f in of("topic")])
    programmes = _over(
        catalogues.programmes, [_called_as(catalogues.programmes, _programme(fields)) for fields in of("programme")]
    )
    institutions = _over(catalogues.institutions, [_institution(fields) for fields in of("institution")])
    contacts = [ContactFact(_text(f, "code"), _text(f, "name"), _text(f, "value")) for f in of("contact_fact")]
    laid_over = digest_of([*sorted(map(digest_of, newest.values())), *sorted(map(digest_of, questionnaires))])
    return replace(
        catalogues,
        topics=topics,
        programmes=programmes,
        institutions=institutions,
        holidays=_holidays(catalogues.holidays, of("holiday")),
        contact_facts=_over(catalogues.contact_facts, contacts),
        labels=_labels(
            catalogues.labels,
            {"topic": topics, "programme": programmes, "dos_product": programmes, "institution": institutions},
        ),
        questionnaires=_questionnaires(catalogues.questionnaires, (read for read, _ in asked)),
        version=f"{catalogues.version}+{laid_over[:12]}",
        withdrawn=catalogues.withdrawn | withdrawn | gone,
    )


def _over(shipped: Catalogue[E], published: Iterable[E]) -> Catalogue[E]:
    return Catalogue(tuple({**shipped.by_code, **{entry.code: entry for entry in published}}.values()))


def _labels(labels: Labels, catalogues: Mapping[str, Catalogue[Entry]]) -> Labels:
    words = {name: {entry.code: entry.label for entry in catalogue} for name, catalogue in catalogues.items()}
    return replace(labels, codes={**labels.codes, **words})


def _holidays(shipped: tuple[Holiday, ...], published: Iterable[_Fields]) -> tuple[Holiday, ...]:
    """Add published holidays; one that is withdrawn takes its day away from the same territories."""
    by_place = {(holiday.day, holiday.territories): holiday for holiday in shipped}
    for fields in published:
        try:
            day = parse_day(_text(fields, "holiday_on"))
        except InvalidInstantError:
            continue
        holiday = Holiday(day, _text(fields, "name"), _texts(fields, "territories"))
        place = (holiday.day, holiday.territories)
        if fields.get("state") == "withdrawn":
            by_place.pop(place, None)
        else:
            by_place[place] = holiday
    return tuple(by_place[place] for place in sorted(by_place))


def _questionnaire(fields: _Fields, catalogues: Catalogues) -> Questionnaire | None:
    try:
        return read_published(fields, catalogues.questionnaires[0])
    except UnfitQuestionnaireError:
        return None


def _questionnaires(shipped: tuple[Questionnaire, ...], read: Iterable[Questionnaire]) -> tuple[Questionnaire, ...]:
    """The shipped ones, then the others: where one version says two things, every laptop asks the same of them."""
    known = {one.digest for one in shipped}
    others = {one.digest: one for one in read if one.digest not in known}
    return (*shipped, *sorted(others.values(), key=lambda one: (one.id, one.version, one.digest)))


def _programme(fields: _Fields) -> Programme:
    return Programme(
        code=_text(fields, "code"),
        label=_text(fields, "name"),
        institution=_text(fields, "institution"),
        topic=_text(fields, "topic"),
        purpose=_text(fields, "purpose"),
        who=_text(fields, "who"),
        site=_text(fields, "site"),
        note=_text(fields, "note"),
        verified=fields.get("verified") is True,
        source=_text(fields, "source"),
    )


def _called_as(shipped: Catalogue[Programme], published: Programme) -> Programme:
    """People go on calling it what they did before it was published anew."""
    before = shipped.get(published.code)
    return published if before is None else replace(published, aliases=before.aliases)


def _institution(fields: _Fields) -> Institution:
    return Institution(
        code=_text(fields, "code"),
        label=_text(fields, "name"),
        acronym=_text(fields, "acronym"),
        parent=_text(fields, "parent"),
        site=_text(fields, "site"),
        category=_text(fields, "category"),
        public_body=fields.get("public_body") is True,
        topics=_texts(fields, "topics"),
        verified=fields.get("verified") is True,
        source=_text(fields, "source"),
    )


def _version(fields: _Fields) -> int:
    version = fields.get("version")
    return version if isinstance(version, int) else 0


def _text(fields: _Fields, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _texts(fields: _Fields, name: str) -> tuple[str, ...]:
    value = fields.get(name)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
