"""Key after key: where each answer leads, what is offered, and what the page says of what is not right."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QStyleOptionComboBox

from terreno_app.paths import resources
from terreno_app.services.attentions import OpenedAttention
from terreno_app.ui.screens.attention.lookups import residences
from terreno_app.ui.theme import load_theme
from terreno_app.ui.widgets.fields import Select, TextField
from tests.factories import an_attention, catalogues
from tests.ui.desk import ENTER, TAB, Desk, a_desk, widget
from tests.ui.stand import ALT, CTRL, a_row, focused


def test_in_a_complaint_the_topic_leads_to_the_institution_and_that_to_the_next(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")

    desk.hands.type("cedula")
    desk.hands.press(ENTER)
    after_topic = focused().objectName()
    desk.hands.type("registro civil")
    desk.hands.press(ENTER)

    assert after_topic == "concerned_institution"
    assert focused().objectName().startswith("own_service")


def test_in_a_plain_query_the_topic_leads_to_the_profile(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")

    desk.hands.type("pe")
    desk.hands.press(ENTER)

    assert focused().objectName() == "sex"


def test_alt_u_goes_to_the_outcome(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")

    desk.hands.press("u", held=ALT)

    assert focused().objectName() == "outcome_informed"


def test_the_outcome_is_in_process_while_an_answer_is_owed(desk: Desk) -> None:
    desk.begin()
    plain = desk.form.draft().fields["outcome"]

    desk.hands.press("r")
    owed = desk.form.draft().fields["outcome"]
    widget(desk, "answer_owed").setFocus()
    desk.hands.press("n")

    assert (plain, owed) == ("informed", "in_process")
    assert desk.form.draft().fields["outcome"] == "informed"


def test_an_outcome_that_the_person_chose_stays(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("u", held=ALT)
    desk.hands.press("5")
    desk.form.subject.types.setFocus()

    desk.hands.press("r")

    assert desk.form.draft().fields["outcome"] == "withdrawn"


def test_the_outcome_of_a_saved_record_is_not_changed_with_the_answer_owed(desk: Desk) -> None:
    desk.open(outcome="informed")
    widget(desk, "answer_owed").setFocus()

    desk.hands.press("s")

    assert desk.form.draft().fields["outcome"] == "informed"


def test_the_sensitive_block_opens_whole_and_in_sight_below_the_page(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")

    desk.hands.press("k", held=CTRL)
    QApplication.processEvents()

    fields = desk.form.sensitive._fields
    assert fields.height() >= fields.minimumSizeHint().height()
    assert focused().objectName() == "sensitive_consent_verbal"
    bottom = focused().mapTo(desk.form, QPoint(0, focused().height())).y()
    assert bottom < desk.form._foot.y()


def test_what_is_wrong_is_to_be_looked_at_and_not_missing(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")
    widget(desk, "email").setFocus()

    desk.hands.type("maria")
    desk.hands.press(TAB)
    wrong = desk.form._foot.missing
    widget(desk, "email").clear()
    desk.hands.press("g", held=CTRL)

    assert wrong == "Revise 2 datos: Tema, Correo electrónico"
    assert desk.form._foot.missing.startswith("Falta")


@pytest.mark.parametrize("name", ["names", "surnames"])
def test_a_long_name_shows_its_beginning_once_the_person_goes_on(desk: Desk, name: str) -> None:
    desk.begin()
    desk.hands.press("r")
    field = widget(desk, name)
    field.setFocus()

    desk.hands.type("Ñancupil de los Ángeles y Fernández-Concha Ibáñez de la Peña")
    desk.hands.press(TAB)

    assert isinstance(field, TextField)
    assert field.cursorPosition() == 0


def test_a_long_answer_of_a_list_gives_way_before_its_caret(desk: Desk) -> None:
    desk.begin()
    user = widget(desk, "user_type")
    user.setFocus()
    desk.hands.press("d")

    shown = QStyleOptionComboBox()
    assert isinstance(user, Select)
    user.initStyleOption(shown)

    assert user.code == "community_leader"
    assert shown.currentText.endswith("…")


def test_another_is_not_offered_while_correcting(desk: Desk) -> None:
    desk.open()
    offered = desk.form.findChild(QPushButton, "save_and_next").isVisible()

    desk.hands.press(ENTER, held=CTRL)
    desk.tasks.let_run()
    desk.begin()

    assert not offered
    assert desk.told == [("left", None)]
    assert desk.form.findChild(QPushButton, "save_and_next").isVisible()


def test_no_key_is_shown_for_what_this_version_does_not_have(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pgu")
    desk.hands.press(ENTER)

    shown = {label.text() for label in desk.form.findChildren(QLabel) if label.isVisible()}

    assert shown.isdisjoint({"F3", "F4", "Ctrl+P"})
    assert desk.form.findChild(QPushButton, "sheet") is None


def test_with_large_text_what_is_wrong_in_the_identity_stands_under_its_field(qapp: QApplication) -> None:
    large = load_theme(resources(), scale=1.5)
    large.apply(qapp)
    for desk in a_desk(large):
        desk.begin()
        desk.hands.press("r")
        desk.hands.press("g", held=CTRL)
        desk.hands.press("f", held=ALT)
        widget(desk, "phone").setFocus()

        desk.hands.type("123")
        desk.hands.press(TAB)
        QApplication.processEvents()

        phone = desk.form.frames()["phone"]
        assert phone.error
        assert phone._error.y() >= phone.widget.geometry().bottom()
        assert "van más abajo" in desk.form.frames()["description"]._hint.text()


def before(desk: Desk, **fields: object) -> None:
    """Somebody was attended a moment ago, after an attention that was voided."""
    desk.attentions.day = (a_row(2, status="voided"), a_row(1))
    whole = an_attention(folio="T07-2026-000001-8", **fields)  # type: ignore[arg-type]
    desk.attentions.opened["record-1"] = OpenedAttention("record-1", whole, {}, {"names": "Rosa"}, {}, "local")


def test_one_key_gives_the_profile_of_the_person_before(desk: Desk) -> None:
    before(desk, sex="F", age_band="T30_44", nationality="HT", residence_comuna="13110", description="otra cosa")
    desk.begin()
    desk.hands.press("c")

    desk.hands.press("r", held=CTRL)
    desk.tasks.let_run()

    fields = desk.form.draft().fields
    assert [fields[name] for name in ("sex", "age_band", "nationality", "residence_comuna")] == [
        "F",
        "T30_44",
        "HT",
        "13110",
    ]
    assert "description" not in fields
    assert desk.form.draft().identity is None
    assert not desk.form.profile._inherited.keys() & {"nationality", "residence"}


def test_what_this_person_said_stays_when_the_profile_is_repeated(desk: Desk) -> None:
    before(desk, sex="F", age_band="T30_44", residence_country="AR")
    desk.begin()
    desk.hands.press("c")
    widget(desk, "sex").setFocus()
    desk.hands.press("m")

    desk.hands.press("r", held=CTRL)
    desk.tasks.let_run()

    fields = desk.form.draft().fields
    assert (fields["sex"], fields["age_band"], fields["residence_country"]) == ("M", "T30_44", "AR")
    assert "residence_comuna" not in fields


def test_with_nobody_before_the_key_says_so(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")

    desk.hands.press("r", held=CTRL)
    desk.tasks.let_run()

    assert "No hay una atención anterior" in desk.form.message


def test_a_record_that_is_corrected_takes_no_other_profile(desk: Desk) -> None:
    before(desk, sex="F")
    desk.open(sex="M")

    desk.hands.press("r", held=CTRL)
    desk.tasks.let_run()

    assert desk.form.draft().fields["sex"] == "M"
    assert not desk.form.profile._repeat_hint.isVisible()


def test_of_the_next_person_nothing_is_wrong_before_the_officer_has_been_there(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    widget(desk, "age_band").setFocus()
    desk.hands.press("6")
    widget(desk, "topic").setFocus()

    desk.hands.press(ENTER, held=CTRL)
    desk.tasks.let_run()
    desk.hands.press("c")

    assert desk.told[0][0] == "another"
    assert desk.form.frames()["topic"].error == ""
    assert desk.form._foot.missing == ""


def test_where_somebody_lives_offers_the_region_before_the_rest_of_the_country() -> None:
    found = [one.text for one in residences(catalogues(), "13").search("florid")]

    assert found[:2] == ["La Florida", "Florida"]


def test_who_saves_in_the_very_field_that_is_wrong_stays_there(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")
    desk.hands.type("cedula")
    desk.hands.press(ENTER)
    desk.hands.type("n")

    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    assert focused().objectName() == "concerned_institution"
    assert len(desk.form._problems) > 1
