"""The value of a field as a person reads it: labels for codes, days and hours in Spanish, never a bare identifier.

In: a kind, a field and its value as stored. Out: words. What a field holds comes from the domain's kinds, its labels
from the catalogues; nothing is looked up in the store.
"""

from collections.abc import Mapping
from typing import Any, Final

from terreno_app.domain.catalogues import UNSAID, Catalogues
from terreno_app.domain.clock import InvalidInstantError, parse_day, parse_instant, santiago, santiago_day
from terreno_app.domain.fields import FieldSpec, FieldType, KindSpec
from terreno_app.domain.records import kinds
from terreno_app.domain.spanish import MONTHS, number, sentence
from terreno_app.ui.labels import hour

EMPTY: Final = "Vacío"
NOT_HERE: Final = "No está en este equipo"
DUE_RULE: Final = "due_rule"
"""The field that holds the id of a term, which people know by its length."""
_TAIL: Final = 4


class ValueWords:
    """Words for the values of every kind of record.

    Args:
        catalogues: Labels and codes.
        people: Names by officer id, as far as this laptop knows them.
    """

    def __init__(self, catalogues: Catalogues, people: Mapping[str, str]) -> None:
        self._labels = catalogues.labels
        self._people = people
        self._terms = {rule.id: f"{number(rule.business_days)} días hábiles" for rule in catalogues.due_rules}
        self._kinds: Mapping[str, KindSpec] = {kind.name: kind for kind in kinds(catalogues)}

    def spec(self, kind: str, field: str) -> FieldSpec | None:
        """What a field holds; None for one that this version does not know."""
        known = self._kinds.get(kind)
        return known.by_name.get(field) if known else None

    def kind(self, name: str) -> str:
        """The label of a kind of record."""
        return self._labels.kind(name)

    def field(self, kind: str, field: str) -> str:
        """The label of a field."""
        return sentence(self._labels.field(kind, field))

    def person(self, officer: str) -> str:
        """The name of an officer, or the end of the id where the name is not known."""
        return self._people.get(officer) or f"persona …{officer[-_TAIL:]}"

    def options(self, spec: FieldSpec) -> tuple[tuple[str, str], ...]:
        """The codes that a field may hold and their words, in alphabetical order; what was not said comes last."""
        named = [(code, self._code(spec, code)) for code in spec.codes or ()]
        return tuple(sorted(named, key=lambda option: (option[0] in UNSAID, option[1].casefold())))

    def value(self, kind: str, field: str, value: Any) -> str:
        """A value in words."""
        if field == DUE_RULE and isinstance(value, str):
            return self._terms.get(value, value)
        spec = self.spec(kind, field)
        return self._plain(value) if spec is None else self._said(kind, spec, value)

    def _said(self, kind: str, spec: FieldSpec, value: Any) -> str:
        if value is None or value in ("", []):
            return EMPTY
        match spec.type, value:
            case FieldType.LIST, list():
                said = ", ".join(self._item(spec, item) for item in value)
            case FieldType.OBJECT, dict():
                said = " · ".join(self._part(kind, spec, name, part) for name, part in value.items())
            case ((FieldType.CODE | FieldType.ID | FieldType.INSTANT | FieldType.DAY), str()):
                said = self._word(spec, value)
            case _:
                said = self._plain(value)
        return said

    def _word(self, spec: FieldSpec, value: str) -> str:
        if spec.type is FieldType.CODE:
            return self._code(spec, value)
        if spec.type is FieldType.ID:
            return self.person(value)
        return _instant(value) if spec.type is FieldType.INSTANT else _day(value)

    def _part(self, kind: str, spec: FieldSpec, name: str, part: Any) -> str:
        inside = next((one for one in spec.parts if one.name == name), None)
        label = sentence(self._labels.field(kind, f"{spec.name}.{name}"))
        return f"{label}: {self._plain(part) if inside is None else self._said(kind, inside, part)}"

    def _item(self, spec: FieldSpec, item: Any) -> str:
        if spec.item is FieldType.CODE:
            return self._code(spec, str(item))
        return self.person(str(item)) if spec.item is FieldType.ID else self._plain(item)

    def _code(self, spec: FieldSpec, code: str) -> str:
        return self._labels.code(spec.code_list or "", code)

    def _plain(self, value: Any) -> str:
        match value:
            case None:
                return EMPTY
            case bool():
                return "Sí" if value else "No"
            case int():
                return number(value)
            case list():
                return ", ".join(self._plain(item) for item in value)
            case dict():
                return " · ".join(f"{name}: {self._plain(part)}" for name, part in value.items())
            case _:
                return str(value)


def _instant(text: str) -> str:
    try:
        at = santiago(parse_instant(text))
    except InvalidInstantError:
        return text
    return f"{at.day} de {MONTHS[at.month - 1]} de {at.year}, {hour(at)}"


def _day(text: str) -> str:
    try:
        on = parse_day(text)
    except InvalidInstantError:
        return text
    return f"{on.day} de {MONTHS[on.month - 1]} de {on.year}"


def moment(text: str | None) -> str:
    """When something was written, short: `21 nov., 13:05`; empty when nobody knows."""
    if text is None:
        return ""
    on = santiago_day(text)
    return f"{on.day} {MONTHS[on.month - 1][:3]}., {hour(parse_instant(text))}"
