"""Reads the shipped catalogues, questionnaires, terms and labels into plain values of the domain.

In: a folder of the form of `resources/`. Out: one `Catalogues`. Columns that say where a fact comes from stay in the
files.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from terreno_app.domain.catalogues import (
    UNSAID,
    A1Client,
    AgeBand,
    Catalogue,
    Catalogues,
    Comuna,
    ContactFact,
    Country,
    DueRule,
    EducationLevel,
    Entry,
    Holiday,
    Institution,
    Labels,
    ListEntry,
    People,
    Programme,
    Region,
    Thresholds,
    Topic,
)
from terreno_app.domain.errors import DomainError
from terreno_app.domain.questionnaires import read_questionnaire

OTHER_TOPICS = ("tramites", "oferta_gubernamental", "otro")
"""Topics that no programme has (docs/schema.md)."""

LISTS = (
    "type",
    "outcome",
    "attention_status",
    "referral_status",
    "space",
    "user_type",
    "doc_type",
    "sex",
    "gender_identity",
    "place_type",
    "org_type",
)
"""Short lists that have a code of the Ministry."""

_EQUIVALENCES = "codigos_ministerio.json"
E = TypeVar("E", bound=Entry)
V = TypeVar("V")
Row = Mapping[str, str]


class DamagedResourcesError(DomainError):
    """A shipped file is missing, unreadable, or lacks what it must hold; the installation is to be repaired.

    Args:
        file: Name of the file, without its folder.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(file)


def load_catalogues(folder: Path) -> Catalogues:
    """Read every catalogue.

    Args:
        folder: The folder of shipped data, `terreno_app.paths.resources()`.

    Raises:
        DamagedResourcesError: a file is missing, unreadable, or lacks a column, a key or a code.
    """
    return _Reader(folder).catalogues()


class _Reader:
    """Reads the files of one folder and remembers their digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digest = hashlib.sha256()

    def catalogues(self) -> Catalogues:
        """Put everything together; the order of the files below fixes the version."""
        labels = self._object("labels/es-CL.json", _labels)
        lists = self._lists(labels)
        called = self._called("programas_nombres.csv")
        programmes = self._rows("programas.csv", lambda row: _programme(row, called))
        institutions = self._rows("instituciones.csv", _institution)
        comunas, regions = self._territory()
        # Nauru's ISO code is NR, which here means that the person preferred not to answer.
        countries = Catalogue(tuple(c for c in self._rows("paises_iso3166.csv", _country) if c.code not in UNSAID))
        age_bands = self._rows("tramos_etarios.csv", _age_band)
        education = self._rows("niveles_educacionales.csv", _education_level)
        peoples = self._rows("pueblos_originarios.csv", _people)
        holidays = self._tuple("feriados_cl.csv", _holiday)
        due_rules = self._object("catalogues/plazos.json", _due_rules)
        questionnaire = self._object("catalogues/encuesta_satisfaccion_v1.json", read_questionnaire)
        form_version, privacy, contact_facts = self._object("catalogues/ficha.json", _form)
        thresholds, a1_clients = self._object("catalogues/informes.json", _reporting)
        topics = _topics(programmes, labels)
        return Catalogues(
            comunas=comunas,
            regions=regions,
            countries=countries,
            topics=topics,
            programmes=programmes,
            institutions=institutions,
            age_bands=age_bands,
            education_levels=education,
            peoples=peoples,
            lists=lists,
            holidays=holidays,
            due_rules=due_rules,
            thresholds=thresholds,
            a1_clients=a1_clients,
            questionnaires=(questionnaire,),
            contact_facts=contact_facts,
            form_version=form_version,
            privacy_notice=privacy[0],
            privacy_words=privacy[1],
            labels=_with_entries(
                _with_clients(labels, a1_clients),
                {
                    "region": regions,
                    "comuna": comunas,
                    "country": countries,
                    "topic": topics,
                    "programme": programmes,
                    "dos_product": programmes,
                    "institution": institutions,
                    "age_band": age_bands,
                    "education": education,
                    "indigenous_people": peoples,
                    **lists,
                },
            ),
            version=self._digest.hexdigest()[:12],
        )

    def _text(self, name: str) -> str:
        try:
            content = (self._folder / name).read_bytes()
            text = content.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise DamagedResourcesError(Path(name).name) from error
        self._digest.update(content)
        return text

    def _object(self, name: str, read: Callable[[Any], V]) -> V:
        try:
            return read(json.loads(self._text(name)))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise DamagedResourcesError(Path(name).name) from error

    def _tuple(self, name: str, read: Callable[[Row], V]) -> tuple[V, ...]:
        lines = self._text(f"catalogues/{name}").splitlines()
        try:
            return tuple(read(row) for row in csv.DictReader(lines))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedResourcesError(name) from error

    def _rows(self, name: str, read: Callable[[Row], E]) -> Catalogue[E]:
        return Catalogue(self._tuple(name, read))

    def _called(self, name: str) -> dict[str, tuple[str, ...]]:
        """What people call each programme, by its code; the file says where each name comes from."""
        called: dict[str, tuple[str, ...]] = {}
        for code, words in self._tuple(name, lambda row: (row["codigo"], row["nombre"])):
            called[code] = (*called.get(code, ()), words)
        return called

    def _territory(self) -> tuple[Catalogue[Comuna], Catalogue[Region]]:
        pairs = self._tuple("dpa_chile.csv", lambda row: (_comuna(row), _region(row)))
        regions = {region.code: region for _, region in pairs}
        ordered = sorted(regions.values(), key=lambda region: region.order)
        return Catalogue(tuple(comuna for comuna, _ in pairs)), Catalogue(tuple(ordered))

    def _lists(self, labels: Labels) -> dict[str, Catalogue[ListEntry]]:
        of_ministry = self._object("catalogues/catalogos.json", _ministry_lists)
        return self._object(
            f"catalogues/{_EQUIVALENCES}",
            lambda content: {
                name: Catalogue(tuple(_list_entries(name, content[name], of_ministry, labels))) for name in LISTS
            },
        )


def _labels(content: Any) -> Labels:
    return Labels(kinds=content["kinds"], fields=content["fields"], codes=content["codes"], figures=content["figures"])


def _with_entries(labels: Labels, catalogues: Mapping[str, Catalogue[Entry]]) -> Labels:
    unsaid = labels.codes["unsaid"]
    entries = {
        name: {**unsaid, **labels.codes.get(name, {}), **{entry.code: entry.label for entry in catalogue}}
        for name, catalogue in catalogues.items()
    }
    return replace(labels, codes={**labels.codes, **entries})


def _with_clients(labels: Labels, clients: tuple[A1Client, ...]) -> Labels:
    names = {str(client.number): f"{client.number}. {client.label}" for client in clients}
    return replace(labels, codes={**labels.codes, "a1_client": names})


def _ministry_lists(content: Any) -> dict[str, dict[str, tuple[str, bool]]]:
    return {
        name: {row[0]: (row[1], bool(row[2:] and row[2])) for row in rows}
        for name, rows in content.items()
        if isinstance(rows, list)
    }


def _list_entries(
    name: str,
    facts: Mapping[str, Any],
    of_ministry: Mapping[str, Mapping[str, tuple[str, bool]]],
    labels: Labels,
) -> Iterator[ListEntry]:
    ours, theirs = labels.codes.get(name, {}), of_ministry[facts["lista"]]
    for code, ministry_code in facts["codigos"].items():
        label, answer_owed = theirs[ministry_code]
        yield ListEntry(code, ours.get(code, label), ministry_code, answer_owed)


def _topics(programmes: Catalogue[Programme], labels: Labels) -> Catalogue[Topic]:
    codes = [*dict.fromkeys(programme.topic for programme in programmes), *OTHER_TOPICS]
    return Catalogue(tuple(Topic(code, labels.code("topic", code)) for code in codes))


def _comuna(row: Row) -> Comuna:
    return Comuna(
        code=row["cut_comuna"],
        label=row["comuna"],
        province=row["provincia"],
        region=row["cut_region"],
        aliases=_split(row["comuna_alias"]),
        population=int(row["poblacion_censo_2024"]),
        men=int(row["hombres_2024"]),
        women=int(row["mujeres_2024"]),
    )


def _region(row: Row) -> Region:
    return Region(
        code=row["cut_region"],
        label=row["region"],
        short_label=row["region_corta"],
        numeral=row["region_numeral"],
        iso=row["region_iso"],
        order=int(row["region_orden"]),
    )


def _country(row: Row) -> Country:
    return Country(code=row["iso2"], label=row["nombre_es"], iso3=row["iso3"], aliases=_split(row["otros_nombres"]))


def _programme(row: Row, called: Mapping[str, tuple[str, ...]]) -> Programme:
    return Programme(
        code=row["codigo"],
        label=row["nombre"],
        institution=row["institucion_codigo"],
        topic=row["tema"],
        purpose=row["proposito"],
        who=row["quien_puede"],
        site=row["sitio_oficial"],
        note=row["nota"],
        verified=row["verified"] == "true",
        source=row["source"],
        aliases=called.get(row["codigo"], ()),
    )


def _institution(row: Row) -> Institution:
    return Institution(
        code=row["codigo"],
        label=row["nombre"],
        acronym=row["sigla"],
        parent=row["dependencia"],
        site=row["sitio_web"],
        category=row["tipo"],
        public_body=row["es_organo_publico"] == "true",
        topics=_split(row["temas"]),
        verified=row["verified"] == "true",
        source=row["source"],
    )


def _age_band(row: Row) -> AgeBand:
    return AgeBand(row["codigo"], row["etiqueta"], _age(row["desde"]), _age(row["hasta"]))


def _education_level(row: Row) -> EducationLevel:
    return EducationLevel(row["codigo"], row["etiqueta"], int(row["orden"]), row["grupo_informe"])


def _people(row: Row) -> People:
    return People(row["codigo"], row["etiqueta"], row["tipo"])


def _holiday(row: Row) -> Holiday:
    return Holiday(date.fromisoformat(row["fecha"]), row["nombre"], _split(row["territorio"].partition(":")[2]))


def _due_rules(content: Any) -> tuple[DueRule, ...]:
    return tuple(
        DueRule(
            id=rule["id"],
            types=tuple(rule["tipos"]),
            business_days=rule["dias_habiles"],
            warn_days=rule["aviso_dias"],
            extension_days=rule["prorroga_dias"],
            source=rule["fuente"],
        )
        for rule in content["plazos"]
    )


def _reporting(content: Any) -> tuple[Thresholds, tuple[A1Client, ...]]:
    light = content["semaforo"]
    clients = (
        A1Client(client["numero"], client["nombre"], tuple(client["tipos_usuario"]), tuple(client["productos"]))
        for client in content["clientes_a1"]
    )
    return Thresholds(light["verde_desde"], light["ambar_desde"]), tuple(clients)


def _form(content: Any) -> tuple[str, tuple[str, str], Catalogue[ContactFact]]:
    facts = (ContactFact(fact["codigo"], fact["nombre"], fact["valor"]) for fact in content["contactos"])
    privacy = (content["version_aviso_privacidad"], content["aviso_privacidad"])
    return content["version_ficha"], privacy, Catalogue(tuple(facts))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _age(text: str) -> int | None:
    return int(text) if text else None
