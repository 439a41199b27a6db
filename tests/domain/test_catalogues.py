from dataclasses import replace

from tests.factories import catalogues


def test_an_entry_is_found_by_its_code_and_keeps_its_place() -> None:
    regions = catalogues().regions

    assert [region.order for region in regions] == list(range(1, 17))
    assert "13" in regions
    assert 13 not in regions
    assert regions.get("99") is None
    assert regions.get(None) is None


def test_a_word_that_has_no_label_is_shown_as_it_is() -> None:
    labels = catalogues().labels

    assert labels.kind("nada") == "nada"
    assert labels.field("attention", "nada") == "nada"
    assert labels.code("nada", "x") == "x"
    assert (labels.kind("outing"), labels.field("attention", "topic")) == ("Salida a terreno", "Tema")


def test_the_newest_questionnaire_is_the_one_that_is_asked() -> None:
    first = catalogues().questionnaire
    second = replace(first, version=2)

    assert replace(catalogues(), questionnaires=(second, first)).questionnaire is second
