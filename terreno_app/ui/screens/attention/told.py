"""Which problem is told beside which field, and what the action bar says of them all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.errors import Problem
from terreno_app.ui.labels import plain
from terreno_app.ui.widgets.fields import Field
from terreno_app.ui.widgets.search import SearchField

REQUIRED: Final = "required"
_BLOCK: Final = {
    "identity": "names",
    "outing": "space",
    "residence_comuna": "residence",
    "residence_country": "residence",
    "programme": "topic",
    "due_on": "answer_owed",
    "due_rule": "answer_owed",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is wrong, as the page tells it.

    Attributes:
        beside: The sentence of each field that has one, by name, in the order of the keyboard.
        names: What the action bar calls them.
        wrong: Some of it is not missing but cannot be so.
    """

    beside: Mapping[str, str]
    names: Sequence[str]
    wrong: bool


def told(
    problems: Sequence[Problem], fields: Mapping[str, Field], shown: frozenset[str] | None, catalogues: Catalogues
) -> Told:
    """Tell problems beside their fields.

    Args:
        problems: What the rules found.
        fields: The fields in sight, by name.
        shown: The fields that were visited; `None` tells all, also what has no field.
        catalogues: Their words for the fields.
    """
    of = {_BLOCK.get(problem.field, problem.field): problem for problem in reversed(problems)}
    here = {name: of[name] for name in fields if name in of and (shown is None or name in shown)}
    names = [_name_of(name, fields[name], catalogues) for name in here]
    if not names and shown is None:
        names = [problem.message for name, problem in of.items() if name not in fields]
    wrong = any(problem.code != REQUIRED for problem in here.values())
    return Told({name: problem.message for name, problem in here.items()}, names, wrong)


def unsettled(fields: Mapping[str, Field]) -> tuple[Problem, ...]:
    """Searches where something is typed that is no answer of the list."""
    return tuple(
        Problem(name, "unknown_code", "Elija una respuesta de la lista.")
        for name, field in fields.items()
        if isinstance(field.widget, SearchField) and field.widget.unsettled
    )


def _name_of(name: str, field: Field, catalogues: Catalogues) -> str:
    """The catalogue's words for a field say more than a short label, where it knows the field."""
    for kind in ("identity", "attention"):
        label = catalogues.labels.field(kind, name)
        if label != name:
            return label
    return plain(field.label.text())
