"""Parts that open only when they are needed."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel

from terreno_app.domain.catalogues import Catalogue
from terreno_app.domain.information import Information
from terreno_app.domain.published import with_published
from terreno_app.ui.screens.attention.form import AttentionForm
from terreno_app.ui.screens.attention.guide import Guide
from terreno_app.ui.screens.information.form import InformationForm
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.choices import Choice, ChoiceGroup
from terreno_app.ui.widgets.fields import Select
from tests.factories import catalogues
from tests.ui.desk import ENTER, TAB, Desk, widget
from tests.ui.stand import CTRL, a_row, put_on_screen


def said(group: ChoiceGroup) -> tuple[str, ...]:
    """What a group offers, in the order in which it stands."""
    return tuple(one.option.text for one in sorted(group.findChildren(Choice), key=lambda one: (one.y(), one.x())))


def test_identity_opens_only_when_an_answer_is_owed(desk: Desk) -> None:
    desk.begin()

    desk.hands.press("c")
    shut = desk.form.identity.isVisible()
    desk.form.subject.types.setFocus()
    desk.hands.press("r")

    assert not shut
    assert desk.form.identity.isVisible()
    assert desk.form.title == "Nuevo reclamo"
    assert desk.form._head.due == "Respuesta a más tardar el viernes 4 de diciembre"


def test_the_types_stay_where_they_are_whatever_is_chosen(desk: Desk) -> None:
    desk.begin()
    places = set()

    for letter in "coirsfpdate":
        desk.form.subject.types.setFocus()
        desk.hands.press(letter)
        QApplication.processEvents()
        places.add(desk.form.subject.types.mapTo(desk.form, QPoint(0, 0)))

    assert len(places) == 1


def test_yes_stands_before_no_in_every_question(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")

    groups = [group for group in desk.form.findChildren(ChoiceGroup) if {"Sí", "No"} <= set(said(group))]

    assert len(groups) >= 4
    assert {said(group) for group in groups} == {("Sí", "No")}


def test_a_person_may_decline_the_answer_and_the_identity_closes(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")
    widget(desk, "answer_owed").setFocus()

    desk.hands.press("n")
    desk.form.subject.types.setFocus()
    desk.hands.press("s")

    assert not desk.form.identity.isVisible()
    assert desk.form.draft().fields["answer_owed"] is False
    assert desk.form._head.due == ""


def test_a_country_takes_the_place_of_the_comuna(desk: Desk) -> None:
    desk.begin()
    widget(desk, "residence").setFocus()

    desk.hands.type("argentina")
    desk.hands.press(ENTER)

    values = desk.form.profile.values()
    assert (values["residence_comuna"], values["residence_country"]) == (None, "AR")


def test_a_leader_is_asked_for_the_organisation(desk: Desk) -> None:
    desk.begin()
    user = widget(desk, "user_type")
    assert isinstance(user, Select)
    user.setFocus()

    desk.hands.type("dir")
    widget(desk, "org_name").setFocus()
    desk.hands.type("Junta 12")

    assert desk.form.draft().fields["org_name"] == "Junta 12"
    assert "dos_products" in desk.form.frames()


def test_a_follow_up_asks_for_the_earlier_folio(desk: Desk) -> None:
    desk.begin()

    desk.hands.press("e")

    assert "parent_folio" in desk.form.frames()
    assert desk.form.title == "Nuevo seguimiento"


def test_a_referral_says_whether_consent_is_needed(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    widget(desk, "outcome").setFocus()

    desk.hands.press("3")
    desk.hands.type("srcei")
    desk.hands.press(ENTER)

    frame = desk.form.frames()["oriented_institution"]
    assert "Órgano público" in frame._hint.text()
    assert desk.form.draft().fields["oriented_institution"] == "SRCEI"


def test_personal_data_in_a_text_are_pointed_out(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    widget(desk, "answer_given").setFocus()

    desk.hands.type("su RUN es 12.531.909-2")
    desk.hands.press(TAB)
    hint = desk.form.frames()["answer_given"]._hint.text()
    widget(desk, "answer_given").setFocus()
    desk.hands.type("nada")
    widget(desk, "answer_given").clear()
    desk.hands.press(TAB)

    assert "Parece haber un RUN" in hint
    assert desk.form.frames()["answer_given"]._hint.text() == ""


def test_the_story_warns_of_personal_data_and_goes_back_to_its_hint(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")
    widget(desk, "description").setFocus()

    desk.hands.type("llamar al 9 6123 4587")
    desk.hands.press(TAB)
    warned = desk.form.frames()["description"]._hint.text()
    desk.form.warn("description", "")

    assert "un teléfono" in warned
    assert "van a la derecha" in desk.form.frames()["description"]._hint.text()


def test_sensitive_fields_open_when_the_person_agrees(desk: Desk) -> None:
    desk.begin()

    desk.hands.press("k", held=CTRL)
    desk.hands.press("v")
    desk.hands.type("map")

    fields = desk.form.draft().fields
    assert fields["sensitive_consent"] == "verbal"
    assert fields["indigenous_people"] == "MAPUCHE"


def test_closing_the_sensitive_fields_forgets_what_was_said(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("k", held=CTRL)
    desk.hands.press("v")
    desk.hands.type("map")

    desk.hands.press("k", held=CTRL)

    assert "sensitive_consent" not in desk.form.draft().fields
    assert "indigenous_people" not in desk.form.draft().fields


def test_nothing_sensitive_is_asked_of_a_child(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("k", held=CTRL)
    widget(desk, "age_band").setFocus()

    desk.hands.type("0")
    desk.hands.press("k", held=CTRL)

    assert not desk.form.sensitive.open
    assert "menores de 14" in desk.form.sensitive._text.text()


def test_for_an_adolescent_a_parent_agrees(desk: Desk) -> None:
    desk.begin()
    widget(desk, "age_band").setFocus()

    desk.hands.type("14")

    assert "menos de 16" in desk.form.sensitive._text.text()


def test_an_owed_answer_to_a_child_asks_for_the_guardian(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")
    widget(desk, "age_band").setFocus()

    desk.hands.type("0")

    assert "guardian" in desk.form.frames()


def test_paper_brings_its_own_hour_and_folio(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    widget(desk, "back_captured").setFocus()
    desk.hands.press("s")
    widget(desk, "received_at").setFocus()
    desk.hands.type("20-11-2026 13:05")
    widget(desk, "paper_folio").setFocus()
    desk.hands.type("44")

    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [draft] = desk.attentions.registered
    assert draft.fields["received_at"] == "2026-11-20T16:05:00.000Z"
    assert draft.fields["back_captured"] is True
    assert "duration_s" not in draft.fields


def test_an_unreadable_hour_of_paper_is_told(desk: Desk) -> None:
    desk.begin()
    widget(desk, "back_captured").setFocus()
    desk.hands.press("s")
    widget(desk, "received_at").setFocus()
    desk.hands.type("ayer")

    desk.hands.press(TAB)

    assert "21-11-2026 13:05" in desk.form.frames()["received_at"].error


def test_information_given_is_several_programmes(desk: Desk) -> None:
    desk.begin()
    desk.form.more.frames()["information_items"].widget.setFocus()

    desk.hands.type("clave")
    desk.hands.press(ENTER)
    desk.hands.type("rsh")
    desk.hands.press(ENTER)

    assert desk.form.draft().fields["information_items"] == ["CLAVEUNICA", "RSH"]


def test_a_group_is_counted(desk: Desk) -> None:
    desk.begin()
    persons = widget(desk, "persons_count")
    persons.setFocus()

    persons.selectAll()
    desk.hands.type("12")

    assert desk.form.draft().fields["persons_count"] == 12


def test_the_guide_tells_of_the_programme_under_the_cursor(desk: Desk) -> None:
    desk.begin()
    asked: list[str] = []
    desk.form.sheet_asked.connect(asked.append)
    desk.form.guide.ask_sheet()

    desk.hands.press("c")
    desk.hands.type("pgu")
    title = desk.form.guide._title.text()
    desk.hands.press(ENTER)
    desk.hands.press("p", held=CTRL)

    assert title == "Pensión Garantizada Universal"
    assert asked == ["PGU"]


@pytest.mark.parametrize(
    ("verified", "told"),
    [
        (True, "Ficha verificada. Fuente: a.cl 04-03-2026."),
        (False, "Ficha sin verificar: confirme. Fuente: a.cl 04-03-2026."),
    ],
    ids=["verified", "not verified"],
)
def test_the_guide_says_where_its_words_come_from_and_of_when(theme: Theme, verified: bool, told: str) -> None:
    programme = replace(catalogues().programmes.by_code["PGU"], source="a.cl 2026-03-04", verified=verified)
    guide = Guide(theme, replace(catalogues(), programmes=Catalogue((programme,))))

    guide.show_programme("PGU")

    assert guide._source.text().replace("\u200b", "") == told


def test_who_has_no_document_keeps_nobody_else_from_giving_a_number(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")
    number = widget(desk, "doc_number")
    number.setFocus()
    desk.hands.type("12531909-2")
    widget(desk, "doc_type").setFocus()
    desk.hands.press("s")
    without, asked = desk.form.identity.values()["doc_number"], number.isEnabled()

    desk.begin()
    desk.hands.press("r")

    assert (without, asked) == (None, False)
    assert desk.form.identity.values()["doc_type"] == "run"
    assert number.isEnabled()


def test_what_may_be_the_same_attention_is_shown_and_keeps_nothing_from_being_saved(desk: Desk) -> None:
    desk.begin()
    desk.attentions.doubles = (a_row(12), a_row(3))
    desk.hands.press("r")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    widget(desk, "doc_number").setFocus()
    desk.hands.type("125319092")
    desk.hands.press(TAB)
    desk.tasks.let_run()
    frame = desk.form.frames()["doc_number"]
    told, problem = frame._hint.text(), frame.error

    desk.attentions.doubles = ()
    widget(desk, "topic").setFocus()
    desk.hands.press(TAB)
    desk.tasks.let_run()

    assert told == "¿Será la misma? Folio 000012-8 y 1 más, hoy a las 12:00, mismo tema. Si es otra, siga."
    assert problem == ""
    assert frame._hint.text() == ""


def test_a_long_sheet_of_a_programme_is_told_whole_and_never_cut(theme: Theme) -> None:
    told = "Aporte mensual para los hogares que cumplan los requisitos. " * 60
    long = {
        "code": "LARGO",
        "version": 1,
        "state": "published",
        "name": "Programa de Fortalecimiento de las Organizaciones Comunitarias Territoriales y Funcionales " * 4,
        "purpose": told,
        "who": told,
        "site": f"https://www.{'organizaciones' * 20}.cl",
    }
    laid = with_published(catalogues(), [("programme", long)])
    form = AttentionForm(theme, laid)
    sheet = next(one for one in Information(laid).sheets if one.code == "LARGO")
    page = InformationForm(theme)
    put_on_screen(form)
    put_on_screen(page)

    form.guide.show_programme("LARGO")
    page._sheet.show_sheet(sheet)
    for _ in range(5):
        QApplication.processEvents()

    cut = [
        one.text()[:30]
        for one in (*form.guide.findChildren(QLabel), *page._sheet.findChildren(QLabel))
        if one.isVisible() and one.wordWrap() and one.height() < one.heightForWidth(one.width())
    ]
    area = page._sheet.parentWidget()
    assert cut == []
    assert page._sheet.width() <= area.width()
    form.close()
    page.close()
