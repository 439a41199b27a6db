"""Records as this laptop shows them; personal fields only on request, and that request is written down."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sync.client.held import ShownRecord
from sync.core.schema import Json, Schema
from terreno_app.domain.clock import Clock, instant
from terreno_app.services.conflicts import Conflicts, History
from terreno_app.services.errors import ServiceError
from terreno_app.services.ports import Store
from terreno_app.services.review import Review

_NAMED_BY: Final = {
    "attention": ("attention", "folio"),
    "identity": ("attention", "folio"),
    "outing": ("outing", "code"),
    "device": ("device", "label"),
}
"""What people call a record by: an identity is called by the folio of its attention, whose id it shares."""


def record_named(store: Store, kind: str, text: str) -> str:
    """The id of the record that a person calls by its folio or code; a text that calls nothing comes back as it is.

    Raises:
        ServiceError: ``ambiguous_record``: two records were given the same folio.
    """
    if kind not in _NAMED_BY or store.shown(kind, text) is not None:
        return text
    named, field = _NAMED_BY[kind]
    found = store.select(named, {field: text.strip().upper()})
    if len(found) > 1:
        raise ServiceError("ambiguous_record")
    return found[0].record if found else text


class Listing:
    """What this laptop holds of a kind."""

    def __init__(self, store: Store, schema: Schema, review: Review, conflicts: Conflicts, clock: Clock) -> None:
        self._store = store
        self._schema = schema
        self._review = review
        self._conflicts = conflicts
        self._clock = clock

    def records(
        self, kind: str, officer: str, *, identity: bool = False, review: bool = False
    ) -> tuple[dict[str, Any], ...]:
        """Every record of a kind, as ``{kind, id, state, …fields}``.

        Args:
            kind: Kind of the records.
            officer: Who asks.
            identity: Give personal fields too; each record opened so is written to the access log.
            review: Add ``review`` [{code, message}] and give only the records that have one.

        Raises:
            ServiceError: ``unknown_kind``.
        """
        known = self._schema.kind(kind)
        if known is None:
            raise ServiceError("unknown_kind", kind=kind)
        hidden = frozenset() if identity else known.private
        shown = self._store.select(kind)
        if identity and known.private:
            self.opened(((r.kind, r.record) for r in shown), officer)
        if not review:
            return tuple(_row(record, hidden) for record in shown)
        noted = ((record, self._review.notes(record)) for record in shown)
        return tuple(
            {**_row(record, hidden), "review": [{"code": n.code, "message": n.message} for n in notes]}
            for record, notes in noted
            if notes
        )

    def named(self, kind: str, text: str) -> str:
        """The id of a record that a person calls by its id, its folio or its code.

        Raises:
            ServiceError: ``ambiguous_record``.
        """
        return record_named(self._store, kind, text)

    def private_fields(self, kind: str) -> frozenset[str]:
        """Names of the personal fields of a kind; none of a kind that is not known."""
        known = self._schema.kind(kind)
        return known.private if known else frozenset()

    def history(self, kind: str, record: str, officer: str, *, identity: bool = False) -> History:
        """What happened to a record; personal fields only on request, and written down.

        Raises:
            ServiceError: ``unknown_kind``, ``unknown_record``.
        """
        if self._schema.kind(kind) is None:
            raise ServiceError("unknown_kind", kind=kind)
        told = self._conflicts.history(kind, record)
        if identity:
            self.opened([(kind, record)], officer)
            return told
        hidden = self.private_fields(kind)
        ops = tuple({**op, "fields": {n: v for n, v in op["fields"].items() if n not in hidden}} for op in told.ops)
        return History(ops, told.complete)

    def opened(self, records: Iterable[tuple[str, str]], officer: str) -> None:
        """Write to the access log that somebody opened the personal data of these records."""
        at = instant(self._clock.now())
        with self._store.transaction() as write:
            for kind, record in records:
                write.log_access(officer, kind, record, at)


def _row(record: ShownRecord, hidden: frozenset[str]) -> dict[str, Json | Mapping[str, Json]]:
    fields = {name: value for name, value in record.fields.items() if name not in hidden and value is not None}
    return {"kind": record.kind, "id": record.record, "region": record.region, **fields, "state": record.state}
