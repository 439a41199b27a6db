"""Attentions of another register (TIC, Buzón, OIRS), read from the rows of a table by a saved mapping.

In: the cells of a row as text, and a mapping that says which column holds which field and how its words are codes here.
Out: the fields of an attention and of its identity, or problems in Spanish, each naming its column. Nothing is guessed:
a word that the mapping does not know and that is neither a code nor a label of the list is a problem.

A mapping as a file (JSON):

    {"llave": "N° de llamada",
     "campos": {"received_at": {"columna": "Fecha", "formato": "%d-%m-%Y %H:%M"},
                "type": {"columna": "Motivo", "valores": {"Consulta general": "enquiry"}},
                "identity.names": {"columna": "Nombre"}},
     "fijos": {"topic": "otro"}}

`llave` names the column that tells one row from all others of that register: importing a file again recognises its rows
by it. Source of the spaces and their registers: seed 000 section 6 (each space of attention has its own register).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, datetime
from typing import Any

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import SANTIAGO, instant
from terreno_app.domain.errors import Problem, RejectedError
from terreno_app.domain.fields import FieldSpec, FieldType, Json
from terreno_app.domain.ids import named_id
from terreno_app.domain.records import codes_of, kind_named
from terreno_app.domain.search import folded

IMPORTED_SPACES = ("tic", "buzon", "oirs")
IDENTITY = "identity."
# Hours as other registers write them; one without an hour counts at noon, so that it stays within its day.
HOURS = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d-%m-%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
)
DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")
NOON = 12
FIRST_YEAR = 1990
"""Before it no register of attentions exists. Source: DS 680 of 1990, which creates the offices of information."""
TRUE, FALSE = frozenset({"si", "s", "true", "verdadero", "1", "x"}), frozenset({"no", "n", "false", "falso", "0"})
SEPARATOR = ";"
BEYOND = ""
TOO_MANY_CELLS = (
    "La fila tiene más celdas que la tabla columnas: un separador dentro de un texto lo parte. Ponga ese texto entre "
    "comillas."
)
EVERYDAY_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "received_at": ("Fecha y hora", "Fecha de recepción", "Fecha de atención", "Fecha"),
    "type": ("Tipo", "Tipo de solicitud"),
    "topic": ("Materia",),
    "concerned_institution": ("Institución",),
    "description": ("Relato", "Descripción"),
    "answer_given": ("Respuesta",),
    "sex": ("Sexo",),
    "age_band": ("Tramo de edad", "Rango etario"),
    "education": ("Escolaridad", "Educación"),
    "residence_comuna": ("Comuna",),
    "residence_country": ("País",),
    "persons_count": ("Personas",),
    "identity.names": ("Nombre",),
    "identity.surnames": ("Apellido",),
    "identity.email": ("Correo", "Email", "E-mail"),
}
"""What registers call a field in short; of several columns the word that stands first here is taken."""
# Given by the save itself, or by the command.
NOT_MAPPED = frozenset(
    {"space", "outing", "folio", "draw", "device", "registered_by", "received_at_corrected", "form_version"}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Which column holds a field, how its words are codes here, and how its hours are written."""

    column: str
    values: Mapping[str, str] = field(default_factory=dict)
    form: str = ""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A saved mapping.

    Attributes:
        key: The column that tells rows apart.
        rules: By field of an attention, or of its identity (`identity.names`).
        constants: Fields that every row has alike.
    """

    key: str
    rules: Mapping[str, Rule]
    constants: Mapping[str, Json] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The mapping as the JSON of its file."""
        return {
            "llave": self.key,
            "campos": {
                name: {
                    "columna": rule.column,
                    **({"valores": dict(rule.values)} if rule.values else {}),
                    **({"formato": rule.form} if rule.form else {}),
                }
                for name, rule in self.rules.items()
            },
            "fijos": dict(self.constants),
        }


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a file has it.

    Attributes:
        headings: The columns' names.
        rows: The number of the line in its file, and the text of each cell by heading; what stands beyond the last
            heading is under `BEYOND`.
        unread: The letter of each column without a heading that has something in it, and in how many cells: nobody
            can map it, so it is not read.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    unread: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row becomes."""

    id: str
    attention: Mapping[str, Json]
    identity: Mapping[str, Json]


def column_map(values: Any) -> ColumnMap:
    """Read a mapping from the JSON of its file.

    Raises:
        RejectedError: a part is missing, of another type, or names a field that there is not.
    """
    if not isinstance(values, dict) or not values.keys() <= {"llave", "campos", "fijos"}:
        raise _refused("", "El mapeo tiene «llave», «campos» y «fijos», y nada más.")
    key, rules, constants = values.get("llave"), values.get("campos"), values.get("fijos", {})
    if not (isinstance(key, str) and key):
        raise _refused("llave", "Falta «llave»: la columna que distingue cada fila.")
    if not isinstance(rules, dict) or not isinstance(constants, dict):
        raise _refused("campos", "«campos» y «fijos» son objetos: campo y de dónde sale.")
    for name in (*rules, *constants):
        _spec(name)
    return ColumnMap(key, {name: _rule(name, rule) for name, rule in rules.items()}, constants)


def proposed(headings: Iterable[str], catalogues: Catalogues) -> ColumnMap:
    """Propose a mapping: of each field the column headed by its label, its name or, failing these, its everyday word.

    The first column is the key.
    """
    columns = list(headings)
    headed = {folded(column): column for column in reversed(columns)}
    rules: dict[str, Rule] = {}
    for kind, prefix in (("attention", ""), ("identity", IDENTITY)):
        for spec in kind_named(kind).fields:
            name = f"{prefix}{spec.name}"
            words = (catalogues.labels.field(kind, spec.name), spec.name, *EVERYDAY_HEADINGS.get(name, ()))
            column = next((headed[folded(word)] for word in words if folded(word) in headed), None)
            if column is not None and spec.name not in NOT_MAPPED and spec.type is not FieldType.OBJECT:
                rules[name] = Rule(column)
    return ColumnMap(columns[0] if columns else "", rules)


def map_problems(mapping: ColumnMap, headings: Iterable[str]) -> tuple[Problem, ...]:
    """Return the columns that a mapping names and a table does not have."""
    present = set(headings)
    wanted = {mapping.key: "llave"} | {rule.column: name for name, rule in mapping.rules.items()}
    return tuple(
        Problem(name, "missing_column", f"La tabla no tiene la columna «{column}».")
        for column, name in wanted.items()
        if column not in present
    )


def entry_of(cells: Mapping[str, str], mapping: ColumnMap, space: str, region: str, catalogues: Catalogues) -> Entry:
    """Read a row.

    Args:
        cells: Text by heading.
        mapping: Where each field stands.
        space: The space whose register this is.
        region: The region of this laptop: two regions number their calls alike.
        catalogues: Codes and their labels.

    Raises:
        RejectedError: with each problem; the field of a problem is the column's name.
    """
    key = cells.get(mapping.key, "").strip()
    problems = [] if key else [Problem(mapping.key, "required", f"Falta «{mapping.key}», que distingue la fila.")]
    if BEYOND in cells:
        problems.append(Problem("", "too_many_cells", TOO_MANY_CELLS))
    found: dict[str, Json] = {**mapping.constants}
    for name, rule in mapping.rules.items():
        text = cells.get(rule.column, "").strip()
        if not text:
            continue
        try:
            found[name] = _value(_spec(name), rule, text, catalogues)
        except ValueError as error:
            problems.append(Problem(rule.column, "unreadable_cell", str(error)))
    if problems:
        raise RejectedError(problems)
    return Entry(
        named_id(f"import/{region}/{space}/{key}"),
        {name: value for name, value in found.items() if not name.startswith(IDENTITY)} | {"space": space},
        {name.removeprefix(IDENTITY): value for name, value in found.items() if name.startswith(IDENTITY)},
    )


def _value(spec: FieldSpec, rule: Rule, text: str, catalogues: Catalogues) -> Json:
    if text in rule.values:
        text = rule.values[text]
    if spec.type is FieldType.LIST:
        parts = (part.strip() for part in text.split(SEPARATOR))
        return [_single(spec, spec.item or FieldType.TEXT, rule, part, catalogues) for part in parts if part]
    return _single(spec, spec.type, rule, text, catalogues)


def _single(spec: FieldSpec, kind: FieldType, rule: Rule, text: str, catalogues: Catalogues) -> Json:
    if kind is FieldType.CODE:
        return _code(spec, rule, text, catalogues)
    if kind is FieldType.INTEGER:
        return _integer(rule, text)
    if kind is FieldType.BOOLEAN:
        return _truth(rule, text)
    if kind is FieldType.INSTANT:
        return instant(_moment(rule, text).replace(tzinfo=SANTIAGO))
    if kind is FieldType.DAY:
        return _moment(rule, text).date().isoformat()
    return text


def _code(spec: FieldSpec, rule: Rule, text: str, catalogues: Catalogues) -> str:
    codes = codes_of(spec, catalogues) or ()
    if text in codes:
        return text
    wanted = folded(text)
    meant = [code for code in codes if wanted == folded(catalogues.labels.code(spec.code_list or "", code))]
    if len(meant) != 1:
        raise ValueError(f"Lo que dice «{rule.column}» no está en la lista; agréguelo a «valores» del mapeo.")
    return meant[0]


def _integer(rule: Rule, text: str) -> int:
    whole = text.removesuffix(".0")
    if not whole.isdecimal():
        raise ValueError(f"«{rule.column}» debe ser un número entero.")
    return int(whole)


def _truth(rule: Rule, text: str) -> bool:
    word = folded(text)
    if word not in TRUE | FALSE:
        raise ValueError(f"«{rule.column}» debe ser sí o no.")
    return word in TRUE


def _moment(rule: Rule, text: str) -> datetime:
    # A workbook keeps hours as such, whatever they look like there: they come in the form of ISO 8601.
    forms = (rule.form, HOURS[0]) if rule.form else (*HOURS, *DAYS)
    for form in forms:
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007 - a register writes the hour of Chile without its zone
        except ValueError:
            continue
        return _of_the_register(rule, found if "%H" in form or "%I" in form else found.replace(hour=NOON))
    raise ValueError(f"«{rule.column}» no es una fecha que se entienda; escriba su «formato» en el mapeo.")


def _of_the_register(rule: Rule, moment: datetime) -> datetime:
    if moment.year < FIRST_YEAR:
        raise ValueError(
            f"«{rule.column}» dice un año anterior a {FIRST_YEAR}, cuando este registro no existía (las oficinas de "
            "información son de ese año): corrija el año en la planilla."
        )
    if moment.year == MAXYEAR:
        raise ValueError(f"«{rule.column}» dice un año que no puede ser: corríjalo en la planilla.")
    return moment


def _rule(name: str, values: Any) -> Rule:
    if isinstance(values, str):
        return Rule(values)
    if not isinstance(values, dict) or not values.keys() <= {"columna", "valores", "formato"}:
        raise _refused(name, f"«{name}» lleva «columna», y si hace falta «valores» y «formato».")
    column, words, form = values.get("columna"), values.get("valores", {}), values.get("formato", "")
    if not (isinstance(column, str) and column and isinstance(words, dict) and isinstance(form, str)):
        raise _refused(name, f"«{name}» lleva «columna», y si hace falta «valores» y «formato».")
    if not all(isinstance(code, str) for code in words.values()):
        raise _refused(name, f"En «valores» de «{name}» cada palabra lleva un código.")
    return Rule(column, words, form)


def _spec(name: str) -> FieldSpec:
    kind = kind_named("identity" if name.startswith(IDENTITY) else "attention")
    spec = kind.by_name.get(name.removeprefix(IDENTITY))
    if spec is None or name in NOT_MAPPED or spec.type is FieldType.OBJECT:
        raise _refused(name, f"«{name}» no es un campo que se importe.")
    return spec


def _refused(name: str, message: str) -> RejectedError:
    return RejectedError([Problem(name, "bad_mapping", message)])
