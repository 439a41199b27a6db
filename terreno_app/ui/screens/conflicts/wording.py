"""A conflict and its history in words: labels for fields and codes, names and hours for who and when."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from terreno_app.services.conflicts import ConflictView
from terreno_app.ui.screens.conflicts.cards import ConflictRow, Side
from terreno_app.ui.screens.conflicts.decisions import Decision
from terreno_app.ui.screens.conflicts.own_value import WritableField, writable
from terreno_app.ui.screens.conflicts.table_model import HistoryRow
from terreno_app.ui.values import NOT_HERE, ValueWords, moment

_ROUTES: Final = {"local": "Este equipo", "online": "Por la red", "bundle": "Por USB", "network": "Por la red"}
_STATUSES: Final = {
    "local": "Sin enviar",
    "sent": "Enviado",
    "received": "Recibido",
    "applied": "Rige",
    "agreed": "Coincide",
    "conflict": "En conflicto",
    "quarantined": "En cuarentena",
    "rejected": "Rechazado",
}
_SHORT_NAME: Final = 2
_OFFER: Final = 64


class ConflictWords:
    """Words for the rows of the page."""

    def __init__(self, values: ValueWords) -> None:
        self._values = values

    def authors(self, record: Sequence[ConflictView]) -> tuple[str, str] | None:
        """Who wrote what rules and who wrote the other; None where the fields of a record do not say the same."""
        found = {(_kept_origin(conflict), _other_origin(conflict)) for conflict in record}
        return found.pop() if len(found) == 1 else None

    def row(self, conflict: ConflictView, decision: Decision | None, *, authors: bool = False) -> ConflictRow:
        """A conflict as a row: only the fields that differ, the group named after the first of them.

        Args:
            conflict: What differs.
            decision: What a person decided so far.
            authors: Say in the row who wrote each value: the headings do not.
        """
        names = self.differing(conflict)
        kept_origin = _kept_origin(conflict) if authors else "Rige ahora"
        other_origin = _other_origin(conflict) if authors else "El otro cambio"
        own = {**conflict.kept, **decision.values} if decision else {}
        return ConflictRow(
            id=conflict.id,
            name=self._values.field(conflict.kind, names[0]),
            before=Side("Antes", self._said(conflict, conflict.before, names, unknown="No se sabe")),
            kept=Side(kept_origin, self._said(conflict, conflict.kept, names, unknown=NOT_HERE)),
            other=Side(other_origin, self._said(conflict, conflict.other, names, unknown=NOT_HERE)),
            choice=decision.choice if decision else "",
            own_words=self._said(conflict, own, names) if decision and decision.choice == "own" else "",
        )

    def differing(self, conflict: ConflictView) -> tuple[str, ...]:
        """The fields of the group whose two values differ; all of them if a value is not known here."""
        found = tuple(
            name
            for name in conflict.group
            if name not in conflict.other or conflict.kept.get(name) != conflict.other[name]
        )
        return found or conflict.group

    def chosen(self, conflict: ConflictView, decision: Decision) -> str:
        """What was decided, for the bar that offers to take it back."""
        row = self.row(conflict, decision)
        words = {"kept": row.kept.words, "other": row.other.words, "own": row.own_words}[decision.choice or "own"]
        said = f"{row.name}: se conserva {' · '.join(words.splitlines())}"
        return said if len(said) <= _OFFER else f"{said[:_OFFER].rstrip()}…"

    def writable(self, conflict: ConflictView) -> tuple[WritableField, ...]:
        """The fields of the group that a person may write, with what rules now in them."""
        fields = []
        for name in conflict.group:
            spec = self._values.spec(conflict.kind, name)
            if spec is not None and writable(spec):
                label = self._values.field(conflict.kind, name)
                fields.append(WritableField(label, spec, self._values.options(spec), conflict.kept.get(name)))
        return tuple(fields)

    def under(self, conflict: ConflictView) -> str:
        """The line under the title of a record."""
        return " · ".join(part for part in (conflict.folio, self._values.kind(conflict.kind)) if part)

    def history(self, kind: str, op: Mapping[str, Any]) -> HistoryRow:
        """One change of a record."""
        fields = op.get("fields") or {}
        what = "; ".join(
            f"{self._values.field(kind, name)}: {self._values.value(kind, name, value)}"
            for name, value in fields.items()
        )
        status = str(op.get("status") or "")
        route = str(op.get("route") or "")
        author = str(op.get("author") or "")
        return HistoryRow(
            at=moment(str(op["captured_at"])) if op.get("captured_at") else "",
            who=str(op.get("author_name") or "") or (self._values.person(author) if author else ""),
            route=_ROUTES.get(route, route),
            status=_STATUSES.get(status, status),
            what=what,
        )

    def _said(
        self, conflict: ConflictView, values: Mapping[str, Any], names: tuple[str, ...], unknown: str = NOT_HERE
    ) -> str:
        if not any(name in values for name in names):
            return unknown
        said = {
            name: self._values.value(conflict.kind, name, values[name]) if name in values else unknown for name in names
        }
        if len(names) == 1:
            return said[names[0]]
        return "\n".join(f"{self._values.field(conflict.kind, name)}: {words}" for name, words in said.items())


def _origin(name: str, at: str | None, otherwise: str) -> str:
    short = " ".join(name.split()[:_SHORT_NAME])
    return " · ".join(part for part in (short or otherwise, moment(at)) if part)


def _kept_origin(conflict: ConflictView) -> str:
    return _origin(conflict.kept_author_name, conflict.kept_at, "lo que hoy muestran los equipos")


def _other_origin(conflict: ConflictView) -> str:
    who = "escrito en este equipo" if conflict.mine else "escrito en otro equipo"
    return _origin(conflict.other_author_name, conflict.other_at, who)
