"""Two people changed the same: show both with who and when, and let a person decide. Nothing is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sync.client.held import ShownRecord, StoredConflict
from sync.core.schema import Json
from terreno_app.domain.catalogues import Catalogues
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.ports import Store
from terreno_app.services.rules import Rules
from terreno_app.services.writing import Writer


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict as it is put before a person.

    Attributes:
        id: The conflict's id.
        kind: Kind of its record.
        record: Id of its record.
        title: What the record is about, in words.
        folio: Its folio or code; empty when it has none.
        group: The fields in question, in order.
        before: What the author of ``other`` saw, where known.
        kept: What is live now.
        other: What did not become live.
        kept_author: Officer id behind ``kept``, where known.
        other_author: Officer id behind ``other``.
        kept_author_name: The officer's name, where known.
        other_author_name: The officer's name, where known.
        kept_at: When ``kept`` was captured, where known.
        other_at: When ``other`` was captured.
        state: Where it stands.
        seen: Writers of the group when this view was made; a decision rests on them.
        mine: ``other`` was written on this laptop.
        newer: This version of the program does not know the kind or one of the fields: nor what of them is private.
    """

    id: str
    kind: str
    record: str
    title: str
    folio: str
    group: tuple[str, ...]
    before: Mapping[str, Json]
    kept: Mapping[str, Json]
    other: Mapping[str, Json]
    kept_author: str | None
    other_author: str
    kept_author_name: str
    other_author_name: str
    kept_at: str | None
    other_at: str
    state: Literal["open", "closed", "superseded"]
    seen: Mapping[str, str]
    mine: bool
    newer: bool


@dataclass(frozen=True, slots=True)
class History:
    """What happened to a record, as far as this laptop may know.

    Attributes:
        ops: ``{op, author, author_name, captured_at, route, status, fields}``, oldest first.
        complete: The centre answered; otherwise these are this laptop's own ops only.
    """

    ops: tuple[Mapping[str, Any], ...]
    complete: bool


class HistoryOfTheCentre(Protocol):
    """The centre's word on a record."""

    def history(self, kind: str, record: str) -> list[dict[str, Any]] | None:
        """Every op that the caller may see; ``None`` when the centre cannot be reached."""
        ...


class Conflicts:
    """The conflicts that this laptop shows, and the decisions taken on it."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        catalogues: Catalogues,
        laptop: Laptop,
        central: HistoryOfTheCentre,
        rules: Rules,
    ) -> None:
        self._store = store
        self._writer = writer
        self._catalogues = catalogues
        self._laptop = laptop
        self._central = central
        self._rules = rules

    def open(self) -> tuple[ConflictView, ...]:
        """The conflicts that wait for a person."""
        return tuple(self._view(c) for c in self._store.conflicts())

    def all(self) -> tuple[ConflictView, ...]:
        """Open ones and those that were settled."""
        return tuple(self._view(c) for c in self._store.conflicts(settled=True))

    def find(self, conflict: str) -> ConflictView:
        """One conflict, in whatever state.

        Raises:
            ServiceError: ``unknown_conflict``.
        """
        for stored in self._store.conflicts(settled=True):
            if stored.id == conflict:
                return self._view(stored)
        raise ServiceError("unknown_conflict")

    def resolve(
        self,
        conflict: ConflictView,
        author: str,
        *,
        keep: Literal["kept", "other"] | None = None,
        values: Mapping[str, Json] | None = None,
    ) -> str:
        """Write the decision as an ordinary op that names the conflict.

        Args:
            conflict: As it was shown: the decision rests on what the person saw.
            author: Who decides.
            keep: One of the two values.
            values: Or values of the person's own; fields of the group that are not named keep what is live.

        Returns:
            The op's id.

        Raises:
            ServiceError: ``unknown_conflict`` when it is not open, ``newer_conflict``, ``may_not_resolve``,
                ``unsendable``.
            RejectedDraftError: the person's own values break a rule of every save.
        """
        if conflict.state != "open":
            raise ServiceError("unknown_conflict")
        if conflict.newer:
            raise ServiceError("newer_conflict")
        if not (self._laptop.coordinates or conflict.mine) or not self._holds_every_field(conflict):
            raise ServiceError("may_not_resolve")
        record = self._store.shown(conflict.kind, conflict.record)
        if keep is not None:
            chosen = {"kept": conflict.kept, "other": conflict.other}[keep]
        else:
            chosen = self._allowed(conflict, {**conflict.kept, **(values or {})}, record.fields if record else {})
        with self._store.transaction() as write:
            return self._writer.append(
                write,
                conflict.kind,
                conflict.record,
                dict(chosen),
                author,
                region=record.region if record else None,
                fields=conflict.kept,
                seen=conflict.seen,
                resolves=(conflict.id,),
            )

    def history(self, kind: str, record: str) -> History:
        """Every op on a record that this laptop may see, with what waits here to be sent; offline, its own ones.

        Raises:
            ServiceError: ``unknown_record``.
        """
        told = self._central.history(kind, record)
        listed = {op.get("op") for op in told or ()}
        own = [o for o in self._store.own_ops(kind, record) if o.op.id not in listed]
        if not told and not own and self._store.shown(kind, record) is None:
            raise ServiceError("unknown_record")
        ops = [
            {
                "op": o.op.id,
                "author": o.op.author,
                "captured_at": o.op.captured_at,
                "route": "local",
                "status": o.status or o.state,
                "reason": o.reason,
                "fields": {**o.op.fields, **o.values},
            }
            for o in own
        ]
        return History(self._named((*(told or ()), *ops)), complete=told is not None)

    def _named(self, ops: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
        return tuple({**op, "author_name": self._name(op.get("author"))} for op in ops)

    def _allowed(
        self, conflict: ConflictView, values: Mapping[str, Json], shown: Mapping[str, Json]
    ) -> Mapping[str, Json]:
        """The person's own values for the group, in the form that is stored."""
        given = self._rules.completed(conflict.kind, shown, values)
        problems = self._rules.edit_problems(conflict.kind, shown, given)
        if problems:
            raise RejectedDraftError(problems)
        return {name: given.get(name) for name in conflict.group}

    def _holds_every_field(self, conflict: ConflictView) -> bool:
        return set(conflict.group) <= conflict.other.keys()

    def _view(self, stored: StoredConflict) -> ConflictView:
        record = self._store.shown(stored.kind, stored.record)
        return ConflictView(
            id=stored.id,
            kind=stored.kind,
            record=stored.record,
            title=self._title(stored, record),
            folio=str((record.fields.get("folio") or record.fields.get("code") or "") if record else ""),
            group=stored.group,
            before=stored.before,
            kept=stored.kept,
            other=stored.other,
            kept_author=stored.against_author,
            other_author=stored.other_author,
            kept_author_name=self._name(stored.against_author),
            other_author_name=self._name(stored.other_author),
            kept_at=stored.against_at,
            other_at=stored.other_at,
            state=stored.state,
            seen={n: record.writers[n] for n in stored.group if n in record.writers} if record else {},
            mine=stored.other_device == self._laptop.device,
            newer=not self._knows(stored),
        )

    def _knows(self, stored: StoredConflict) -> bool:
        kind = self._writer.schema.kind(stored.kind)
        return kind is not None and kind.by_name.keys() >= set(stored.group)

    def _title(self, stored: StoredConflict, record: ShownRecord | None) -> str:
        labels = self._catalogues.labels
        if record is None or stored.kind != "attention":
            place = record.fields.get("place_name") if record else None
            return str(place or labels.kind(stored.kind))
        words = [labels.code("type", str(record.fields.get("type")))]
        programme = self._catalogues.programmes.get(str(record.fields.get("programme")))
        if programme is not None:
            words.append(programme.label)
        elif record.fields.get("topic"):
            words.append(labels.code("topic", str(record.fields["topic"])))
        return " · ".join(words)

    def _name(self, officer: str | None) -> str:
        known = self._store.shown("officer", officer) if officer else None
        return str(known.fields.get("name") or "") if known else ""
