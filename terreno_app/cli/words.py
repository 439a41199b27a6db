"""Records, and what happened to them, as people read them in a terminal: words of the catalogues, hours of Santiago."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from terreno_app.domain.clock import InvalidInstantError, parse_day, parse_instant, santiago
from terreno_app.domain.fields import FieldType
from terreno_app.domain.spanish import day
from terreno_app.ui.values import ValueWords

if TYPE_CHECKING:
    from terreno_app.desktop import OpenLaptop

STATES: Final = {
    "local": "en este equipo",
    "sent": "enviado",
    "received": "recibido",
    "conflict": "en conflicto",
    "quarantined": "necesita atención",
}
_OUTCOMES: Final = {
    "local": "sin enviar",
    "sent": "enviado, sin recibo",
    "applied": "rige",
    "agreed": "coincide",
    "conflict": "en conflicto",
    "quarantined": "en cuarentena",
    "rejected": "rechazado",
}
_TOLD: Final = {
    "attention": ("type",),
    "coverage_goal": ("metric", "period", "target"),
    "device": ("label", "role", "status"),
    "officer": ("name", "role"),
    "outing": ("planned_on", "place_name"),
}
"""What a record is known by among its own kind, beside its folio or code. Nothing that a person told of themselves."""
_ROUTES: Final = {"local": "en este equipo", "network": "por la red", "bundle": "por USB", "central": "en el centro"}
_STATE_WIDTH: Final = max(map(len, STATES.values()))
_DAY_AND_HOUR: Final = "%d-%m %H:%M"
_IN_FULL: Final = "%d-%m-%Y %H:%M"


def hour(at: str | None, form: str = _IN_FULL) -> str:
    """An instant on the clocks of Santiago; as it is when it is none, and empty when nobody knows."""
    if not at:
        return ""
    try:
        return f"{santiago(parse_instant(at)):{form}}"
    except InvalidInstantError:
        return at


def planned(on: str) -> str:
    """A day as people write it: «21 de noviembre de 2026»; as it is when it is none."""
    try:
        return day(parse_day(on))
    except InvalidInstantError:
        return on


class RecordWords:
    """Words for the records of one laptop."""

    def __init__(self, laptop: "OpenLaptop") -> None:
        names = {laptop.laptop.device: laptop.laptop.label}
        for kind, field in (("officer", "name"), ("outing", "code"), ("device", "label")):
            names |= {one.record: str(one.fields[field]) for one in laptop.store.select(kind) if one.fields.get(field)}
        self._names = names
        self._values = ValueWords(laptop.catalogues, names)

    def line(self, record: Mapping[str, Any]) -> str:
        """A record in one line: its state, what it is called, when and of which type it was, and its id."""
        kind = record["kind"]
        parts = [f"{STATES[record['state']]:{_STATE_WIDTH}}", str(record.get("folio") or record.get("code") or "")]
        if kind == "attention":
            parts.append(hour(record.get("received_at"), _DAY_AND_HOUR))
        parts += [
            self._value(kind, field, record[field]) for field in _TOLD.get(kind, ()) if record.get(field) is not None
        ]
        return "  ".join(part for part in (*parts, str(record["id"])) if part)

    def notes(self, record: Mapping[str, Any]) -> Iterator[str]:
        """What there is to look at in a record, a line each."""
        for note in record.get("review", ()):
            yield f"  {note['message']}"

    def change(self, kind: str, op: Mapping[str, Any]) -> Iterator[str]:
        """A change of a record: when, who, by which way and with what outcome; below, every field.

        What the first change of a record leaves empty goes without saying; what a later one empties does not.
        """
        author, route, status = (str(op.get(name) or "") for name in ("author", "route", "status"))
        who = str(op.get("author_name") or "") or (self._values.person(author) if author else "")
        outcome = _OUTCOMES.get(status, status)
        if status == "rejected" and op.get("reason"):
            outcome = f"{outcome}: «{op['reason']}»"
        head = (hour(op.get("captured_at")), who, _ROUTES.get(route, route), outcome)
        yield "  ".join(part for part in head if part)
        fields = op["fields"]
        first = any(spec.immutable for name in fields if (spec := self._values.spec(kind, name)))
        for name in [name for name, value in fields.items() if value is not None or not first]:
            yield f"  {self._values.field(kind, name)}: {self._value(kind, name, fields[name])}"

    def _value(self, kind: str, field: str, value: Any) -> str:
        """A value in words; an id that nothing here is called by stays as it is, for it may be of anything."""
        spec = self._values.spec(kind, field)
        if spec is not None and spec.type is FieldType.ID and isinstance(value, str):
            return self._names.get(value, value)
        return self._values.value(kind, field, value)
