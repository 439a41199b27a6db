import pytest
from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.published import with_published
from terreno_app.domain.search import (
    AttentionWords,
    SearchEntry,
    SearchIndex,
    catalogue_indexes,
    folded,
    spans,
    within_one_slip,
)
from tests.factories import catalogues

INDEXES = catalogue_indexes(catalogues())


@pytest.mark.parametrize(
    ("name", "query", "code"),
    [
        ("country", "haitiana", "HT"),
        ("country", "venesolano", "VE"),
        ("country", "chilena", "CL"),
        ("country", "eeuu", "US"),
        ("comuna", "nunoa", "13120"),
        ("comuna", "Ñuñoa", "13120"),
        ("comuna", "alto puente", "13201"),
        ("comuna", "stgo", "13101"),
        ("comuna", "rapa nui", "05201"),
        ("comuna", "puenet", "13201"),
        ("comuna", "estacion cntral", "13106"),
        ("comuna", "provdencia", "13123"),
        ("comuna", "maipuu", "13119"),
        ("programme", "pgu", "PGU"),
        ("programme", "bono de marzo", "AFP_MARZO"),
        ("programme", "bono mar", "AFP_MARZO"),
        ("programme", "subsidio luz", "SUB_ELEC"),
        ("programme", "clave uni", "CLAVEUNICA"),
        ("programme", "registro social", "RSH"),
        ("programme", "ficha de protección", "RSH"),
        ("programme", "carné", "CEDULA"),
        ("programme", "pase escolar", "TNE"),
        ("programme", "herencia", "POSESION"),
        ("programme", "silla de ruedas", "AYUDAS_TEC"),
        ("programme", "pension garant", "PGU"),
        ("programme", "pgu pension", "PGU"),
        ("programme", "subsidio arriendo", "DS52"),
        ("programme", "beca indijena", "BECA_INDIGENA"),
        ("programme", "pgi", "PGU"),
        ("programme", "sfu", "SUF"),
        ("country", "uba", "CU"),
        ("comuna", "cuz", "05504"),
        ("programme", "hacinamiento", None),
        ("institution", "min viv", "MINVU"),
        ("institution", "seremi de gobierno", "SEREMIGOB"),
        ("institution", "IND", "MINDEP"),
        ("topic", "viv", "vivienda"),
        ("type", "recl", "complaint"),
        ("type", "sol info", "information_request"),
        ("type", "saip", "foi_request"),
        ("country", "haiti", "HT"),
        ("dos_product", "dialogos", "DIALOGOS"),
    ],
)
def test_what_a_person_types_finds_what_they_mean(name: str, query: str, code: str | None) -> None:
    found = INDEXES[name].search(query, limit=3)

    assert (code in found[:1]) if code else found == ()


def test_initials_find_an_institution_without_acronym() -> None:
    index = SearchIndex([SearchEntry("A", "Servicio de Impuestos Internos"), SearchEntry("B", "Sistema")])

    assert index.search("sii") == ("A",)


def test_a_purpose_finds_a_programme_after_those_that_are_called_so() -> None:
    index = SearchIndex(
        [SearchEntry("A", "Bono", more="apoyo a la vivienda"), SearchEntry("B", "Subsidio de vivienda")]
    )

    assert index.search("vivienda") == ("B", "A")


def test_a_word_that_says_nothing_still_finds_who_has_it() -> None:
    assert "MINDEP" in INDEXES["institution"].search("del", limit=100)


def test_an_abbreviation_ends_as_the_word_does() -> None:
    index = SearchIndex([SearchEntry("A", "Departamento"), SearchEntry("B", "Santa Ana")])

    assert index.search("dpto") == ("A",)
    assert index.search("dpta") == ()
    assert index.search("sta ana") == ("B",)


def test_nothing_typed_offers_the_first_entries() -> None:
    assert INDEXES["type"].search("  ", limit=2) == ("enquiry", "guidance")


def test_only_the_products_of_the_division_are_offered_as_such() -> None:
    assert set(INDEXES["dos_product"].search("")) == {"FFOIP", "FFMCS", "ESC_DOS", "DIALOGOS"}


def test_what_was_withdrawn_is_no_longer_offered() -> None:
    gone = {"code": "DIALOGOS", "version": 2, "state": "withdrawn", "name": "Diálogos", "institution": "DOS"}

    indexes = catalogue_indexes(with_published(catalogues(), [("programme", gone)]))

    assert "DIALOGOS" not in indexes["programme"].search("dialogos")
    assert indexes["dos_product"].search("dialogos") == ()


def test_a_programme_of_an_institution_that_is_not_listed_is_found_too() -> None:
    new = {"code": "NUEVO", "version": 1, "state": "published", "name": "Bono Cordillera", "institution": "???"}

    indexes = catalogue_indexes(with_published(catalogues(), [("programme", new)]))

    assert indexes["programme"].search("cordillera") == ("NUEVO",)


@given(st.sampled_from(catalogues().comunas.entries), st.data())
def test_a_comuna_is_found_in_spite_of_one_slip(comuna: object, data: st.DataObject) -> None:
    name = folded(str(comuna.label))  # type: ignore[attr-defined]
    place = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))

    slips = [
        name[:place] + letter + name[place + 1 :],
        name[:place] + letter + name[place:],
        name[:place] + name[place + 1 :],
    ]

    assert all(within_one_slip(slip, name) for slip in slips)


@pytest.mark.parametrize("typed", ["sntiaog", "xxtiago", "santiagoes"])
def test_two_slips_are_too_many(typed: str) -> None:
    assert not within_one_slip(typed, "santiago")


@pytest.mark.parametrize(
    ("text", "typed", "matched"),
    [
        ("Subsidio de Arriendo", "arri", ["Arri"]),
        ("Pensión Garantizada", "garantizada PENSION", ["Pensión", "Garantizada"]),
        ("Pensión", "nsion", []),
        ("Pensión", "", []),
        ("Pensio\u0301n", "pension", []),
    ],
    ids=["begins a word", "any order and accents", "inside a word", "nothing typed", "accents of their own"],
)
def test_what_of_a_name_was_typed_is_told(text: str, typed: str, matched: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text, typed)] == matched


def test_words_that_name_attentions_become_parts_of_a_folio_and_codes() -> None:
    first, second = AttentionWords(catalogues()).sought("vivienda de t07")

    assert first.folio == "VIVIENDA"
    assert "vivienda" in first.codes["topic"]
    assert "DS49" in first.codes["programme"]
    assert first.codes["residence_comuna"] == ()
    assert (second.folio, {*second.codes.values()}) == ("T07", {()})


def test_an_attention_is_named_by_the_institution_of_its_programme_and_without_accents() -> None:
    words = AttentionWords(catalogues())

    assert "CEDULA" in words.sought("srcei")[0].codes["programme"]
    assert words.sought("NUNOA")[0].codes["residence_comuna"] == ("13120",)
    assert words.sought("  ") == ()


@pytest.mark.parametrize("query", ["la fl", "La Florida", "la  fló"])
def test_what_begins_as_it_was_typed_comes_before_what_only_has_the_word(query: str) -> None:
    index = SearchIndex([SearchEntry("08104", "Florida"), SearchEntry("13110", "La Florida")])

    assert index.search(query) == ("13110", "08104")
    assert index.search("flo") == ("08104", "13110")
