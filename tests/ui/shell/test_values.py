"""Values in words: nobody reads a code, an identifier or an instant in UTC."""

from typing import Any

import pytest

from terreno_app.ui.values import ValueWords, moment
from tests.ui.views import MARCELA, PEOPLE, catalogues


@pytest.mark.parametrize(
    ("kind", "field", "value", "words"),
    [
        pytest.param("attention", "outcome", "referred", "Derivada", id="a code"),
        pytest.param("attention", "sex", "NS", "No se preguntó", id="not asked"),
        pytest.param("attention", "residence_comuna", "13109", "La Cisterna", id="a comuna"),
        pytest.param("attention", "description", None, "Vacío", id="emptied"),
        pytest.param("attention", "information_items", [], "Vacío", id="an empty list"),
        pytest.param("attention", "information_items", ["PGU"], "Pensión Garantizada Universal", id="codes"),
        pytest.param("outing", "team", [MARCELA], "Marcela Soto Henríquez", id="people"),
        pytest.param("outing", "lead", "unknown-9b1c", "persona …9b1c", id="a person that is not known"),
        pytest.param("outing", "accessible", True, "Sí", id="yes"),
        pytest.param("outing", "accessible", False, "No", id="no"),
        pytest.param("attention", "duration_s", 1234, "1.234", id="a number"),
        pytest.param("attention", "due_on", "2026-12-04", "4 de diciembre de 2026", id="a day"),
        pytest.param("attention", "due_rule", "foi_request_20", "20 días hábiles", id="a term"),
        pytest.param("attention", "due_rule", "of_tomorrow", "of_tomorrow", id="a term that is not known"),
        pytest.param("attention", "due_on", "tomorrow", "tomorrow", id="a day that is none"),
        pytest.param("attention", "received_at", "2026-11-21T16:05:00.000Z", "21 de noviembre de 2026, 13:05", id="at"),
        pytest.param("attention", "received_at", "noon", "noon", id="an instant that is none"),
        pytest.param("attention", "language", "arn", "Mapudungun", id="a language"),
        pytest.param("attention", "of_tomorrow", {"a": [1, None]}, "a: 1, Vacío", id="an unknown field"),
        pytest.param("of_tomorrow", "x", "text", "text", id="an unknown kind"),
        pytest.param("attention", "type", 7, "7", id="a code of another type"),
    ],
)
def test_a_value_is_said_in_words(kind: str, field: str, value: Any, words: str) -> None:
    said = ValueWords(catalogues(), PEOPLE).value(kind, field, value)

    assert said == words


def test_the_parts_of_an_object_carry_their_labels() -> None:
    words = ValueWords(catalogues(), PEOPLE)

    draw = words.value("attention", "draw", {"selected": True, "p": "0.20", "of_tomorrow": 1})
    materials = words.value("outing_session", "materials", [{"item": "folleto", "quantity": 3}])

    assert "Sorteada: Sí" in draw
    assert "Probabilidad de sorteo: 0.20" in draw
    assert "folleto" in materials


def test_what_was_not_said_comes_last_among_the_answers() -> None:
    words = ValueWords(catalogues(), PEOPLE)
    spec = words.spec("attention", "sex")
    assert spec is not None

    options = [code for code, _ in words.options(spec)]

    assert options[-2:] in (["NR", "NS"], ["NS", "NR"])
    assert words.spec("of_tomorrow", "x") is None
    assert words.kind("attention") == "Atención"
    assert words.field("attention", "outcome") == "Resultado"


def test_an_instant_that_nobody_knows_is_not_said() -> None:
    assert moment(None) == ""
    assert moment("2026-11-21T16:05:00.000Z") == "21 nov., 13:05"
