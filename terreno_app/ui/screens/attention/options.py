"""Closed lists as the form offers them: short words, in the order of the catalogue."""

from typing import Final

from terreno_app.domain.catalogues import AgeBand, Catalogues
from terreno_app.domain.code_lists import CODE_LISTS

_SHORT: Final = {
    ("sex", "NR"): "No responde",
    ("sex", "NS"): "No se preguntó",
    ("user_type", "citizen"): "Ciudadanía",
    ("doc_type", "run"): "RUN",
    ("doc_type", "foreign_id"): "Documento extranjero",
    ("answer_medium", "email"): "Correo",
    ("outcome", "withdrawn"): "Desiste",
}
_WITH_LETTER: Final = ("F", "M", "X")


def options_of(catalogues: Catalogues, name: str, *, with_letter: bool = False) -> list[tuple[str, str]]:
    """Code and words of every entry of a list; `with_letter` puts the code before its words."""
    codes = CODE_LISTS.get(name) or tuple(entry.code for entry in catalogues.lists[name])
    options = []
    for code in codes:
        text = _SHORT.get((name, code)) or catalogues.labels.code(name, code)
        options.append((code, f"{code}  {text}" if with_letter and code in _WITH_LETTER else text))
    return options


def age_options(catalogues: Catalogues) -> list[tuple[str, str]]:
    """Age bands in few words."""
    return [(band.code, age_words(band)) for band in catalogues.age_bands]


def age_words(band: AgeBand) -> str:
    """`65 a 74 años`, `75 y más`, or what the catalogue says of one without ages."""
    if band.first_age is None:
        return band.label
    if band.last_age is None:
        return f"{band.first_age} y más"
    return f"{band.first_age} a {band.last_age} años"
