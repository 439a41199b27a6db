"""Changing fields of a record that is here: from typed text to one op, with the rules of a save."""

from collections.abc import Mapping, Sequence

from sync.client.held import ShownRecord
from sync.core.schema import Json, Kind, Schema
from terreno_app.domain.field_checks import parse_value
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.outings import SESSION
from terreno_app.services.ports import Store, Write
from terreno_app.services.rules import Rules
from terreno_app.services.writing import Writer


class Editing:
    """Edits of records of any kind."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        schema: Schema,
        rules: Rules,
        laptop: Laptop,
    ) -> None:
        self._store = store
        self._writer = writer
        self._schema = schema
        self._rules = rules
        self._laptop = laptop

    def typed(self, kind: str, pairs: Sequence[str]) -> dict[str, Json]:
        """Read ``FIELD=VALUE`` by each field's type; ``FIELD=`` empties.

        Raises:
            ServiceError: ``usage`` without an equals sign, ``unknown_kind``, ``unknown_field``, ``rejected``.
        """
        known = self._kind(kind)
        changes: dict[str, Json] = {}
        for pair in pairs:
            name, equals, text = pair.partition("=")
            if not equals:
                raise ServiceError("usage", what=f"«{name}» no tiene la forma CAMPO=VALOR.")
            if name not in known.by_name:
                raise ServiceError("unknown_field", field=name, known=", ".join(known.by_name))
            changes[name] = parse_value(kind, name, text)
        return changes

    def edit(self, kind: str, record: str, pairs: Sequence[str], author: str) -> str:
        """Edit a record as it is shown now, from typed text.

        Returns:
            The op's id.

        Raises:
            ServiceError: as :meth:`typed`, and as :meth:`change`.
        """
        changes = self.typed(kind, pairs)
        shown = self._store.shown(kind, record)
        if shown is None:
            raise ServiceError("unknown_record")
        return self.change(kind, record, changes, shown.writers, author)

    def change(self, kind: str, record: str, changes: Mapping[str, Json], seen: Mapping[str, str], author: str) -> str:
        """Edit a record that a form had on screen.

        Args:
            kind: Its kind.
            record: Its id.
            changes: What the person changed.
            seen: Writers taken when the form was opened; never looked up again.
            author: Officer id.

        Returns:
            The op's id.

        Raises:
            ServiceError: ``unknown_record``, ``not_editable``, ``not_held`` and, with its problems, ``rejected``.
        """
        with self._store.transaction() as write:
            return self.change_within(write, kind, record, changes, seen, author)

    def change_within(
        self,
        write: Write,
        kind: str,
        record: str,
        changes: Mapping[str, Json],
        seen: Mapping[str, str],
        author: str,
    ) -> str:
        """:meth:`change` inside a transaction that also does something else."""
        known = self._kind(kind)
        shown = self._store.shown(kind, record)
        if shown is None:
            raise ServiceError("unknown_record")
        if known.insert_only or (kind == SESSION and not shown.made_here):
            raise ServiceError("not_editable")
        given = self._rules.completed(kind, shown.fields, changes)
        problems = self._rules.edit_problems(kind, shown.fields, given, self._companion(kind, record))
        if problems:
            raise RejectedDraftError(problems)
        self._refuse_what_is_not_held(known, shown, given)
        return self._writer.append(
            write, kind, record, given, author, region=shown.region, fields=shown.fields, seen=seen
        )

    def _companion(self, kind: str, record: str) -> Mapping[str, Json] | None:
        """The identity of an attention, or the attention of an identity, where it is here."""
        other = {"attention": "identity", "identity": "attention"}.get(kind)
        shown = self._store.shown(other, record) if other else None
        return shown.fields if shown else None

    def _refuse_what_is_not_held(self, kind: Kind, shown: ShownRecord, given: Mapping[str, Json]) -> None:
        touched = {name for group in kind.groups_of(given) for name in group}
        if touched & kind.private and not (shown.made_here or self._laptop.coordinates):
            raise ServiceError("not_held")

    def _kind(self, name: str) -> Kind:
        known = self._schema.kind(name)
        if known is None:
            raise ServiceError("unknown_kind", kind=name)
        return known
