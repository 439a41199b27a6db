"""The seam: tells `sync`, as data, the kinds of record that this application reconciles.

In: the domain's kinds and the catalogues. Out: one `Schema`. No rule lives here: it only says the same in the words of
`sync`, which knows nothing of the OIRS.
"""

from __future__ import annotations

from functools import lru_cache

from sync.core.schema import Field, Kind, Schema, Scope, ValueType
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.fields import Feed, FieldSpec, FieldType, KindSpec, Readers
from terreno_app.domain.records import SCHEMA_VERSION, kinds
from terreno_app.figures import figures_of

DAYS_OF_OTHERS = 60
"""For how many days a field device reads the attentions that other devices made (docs/protocol.md)."""

_PUBLISHED_AS = {
    "topic": "topic",
    "programme": "programme",
    "dos_product": "programme",
    "institution": "institution",
}
"""Code lists that grow with shared records, and the kind of those records."""

_OPENED_AT_THE_CENTRE = {"answers_sealed": "answers"}
"""Fields that a laptop seals to the centre, and the field into which it opens them."""


@lru_cache(maxsize=4)
def schema(catalogues: Catalogues) -> Schema:
    """Return every kind in the words of `sync`, with the codes of these catalogues; made once for each of them."""
    return Schema(version=SCHEMA_VERSION, kinds=tuple(_kind(spec) for spec in kinds(catalogues)))


def _kind(spec: KindSpec) -> Kind:
    return Kind(
        name=spec.name,
        fields=tuple(_field(field) for field in spec.fields),
        groups=spec.groups,
        insert_only=spec.insert_only,
        shared=spec.feed is not Feed.REGION,
        shared_only=spec.feed is Feed.SHARED,
        coordination_only=spec.coordination_only,
        written_by=spec.written_by,
        ends=None if spec.ends is None else (spec.ends[0], frozenset(spec.ends[1])),
        scope=_scope(spec),
        counted=frozenset(spec.counted),
        figures=figures_of(spec),
    )


def _field(spec: FieldSpec) -> Field:
    return Field(
        name=spec.name,
        type=ValueType(spec.type),
        codes=None if spec.codes is None else frozenset(spec.codes),
        reference=None if spec.code_list is None else _PUBLISHED_AS.get(spec.code_list),
        private=spec.private,
        immutable=spec.immutable,
        limit=spec.limit,
        smallest=spec.minimum if spec.type is FieldType.INTEGER else None,
        largest=spec.maximum if spec.type is FieldType.INTEGER else None,
        opens_into=_OPENED_AT_THE_CENTRE.get(spec.name),
    )


def _scope(spec: KindSpec) -> Scope:
    return Scope(
        region_wide=spec.readers is not Readers.OWN,
        only=None if spec.only is None else (spec.only[0], frozenset(spec.only[1])),
        days=DAYS_OF_OTHERS if spec.readers is Readers.RECENT else None,
        made_with=spec.made_with,
        named_in=spec.named_in,
        hidden=frozenset(field.name for field in spec.fields if field.coordination),
    )
