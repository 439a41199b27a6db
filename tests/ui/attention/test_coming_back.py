"""A form that was left, by the lock or by the current, is there again: the words, what was seen, and the field."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.clock import instant
from terreno_app.services.attentions import OpenedAttention
from terreno_app.services.outings import SessionView
from tests.factories import ATTENTION, OUTING, an_attention
from tests.ui.desk import ENTER, ESC, Desk, widget
from tests.ui.stand import ALT, CTRL, a_row, a_session, focused


def test_a_draft_comes_back_in_the_field_where_the_person_was(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.press("l", held=ALT)
    desk.hands.type("vino con su hija")
    desk.presenter.keep_draft()
    field = desk.presenter.field

    desk.presenter.resume("new-1", desk.attentions.kept["new-1"], a_session(), field)
    QApplication.processEvents()

    assert field == "description"
    assert focused() is widget(desk, "description")
    assert focused().mapTo(desk.form, QPoint(0, 0)).y() < desk.form._foot.y()


def test_a_page_that_nobody_touched_has_no_field_to_come_back_to(desk: Desk) -> None:
    desk.begin()

    assert desk.presenter.field == ""


def test_a_field_that_is_not_asked_any_more_leaves_the_focus_on_the_type(desk: Desk) -> None:
    draft = AttentionDraft({"type": "enquiry", "topic": "identidad"})

    desk.presenter.resume("new-1", draft, a_session(), "guardian")

    assert focused().objectName().startswith("type")


def test_a_correction_that_was_left_comes_back_over_the_record(desk: Desk) -> None:
    desk.open(sex="M")
    widget(desk, "sex").setFocus()
    desk.hands.press("f")
    desk.presenter.keep_draft()
    [(key, draft)] = desk.attentions.kept.items()

    desk.presenter.resume(key, draft, None, "sex")
    desk.tasks.let_run()
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [(record, changes, _, seen)] = desk.attentions.edits
    assert (record, changes, seen["sex"]) == (ATTENTION, {"sex": "F"}, "op-1")
    assert desk.attentions.kept == {}


def test_what_others_changed_meanwhile_is_not_typed_over(desk: Desk) -> None:
    desk.open(sex="M", outcome="guided")
    widget(desk, "sex").setFocus()
    desk.hands.press("f")
    desk.presenter.keep_draft()
    [(key, draft)] = desk.attentions.kept.items()
    fields = an_attention(folio="T07-2026-000123-9", sex="M", outcome="withdrawn")
    seen = {**dict.fromkeys(fields, "op-1"), "outcome": "op-9"}
    desk.attentions.opened[ATTENTION] = OpenedAttention(ATTENTION, fields, seen, None, {}, "local")

    desk.presenter.resume(key, draft, None)
    desk.tasks.let_run()
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [(_, changes, _, _)] = desk.attentions.edits
    assert changes == {"sex": "F"}


def test_a_draft_with_a_run_in_its_words_still_warns(desk: Desk) -> None:
    draft = AttentionDraft({"type": "complaint", "topic": "identidad", "description": "mi RUN es 12531909-2"})

    desk.presenter.resume("new-1", draft, a_session())
    widget(desk, "age_band").setFocus()
    desk.hands.press("3")

    assert "Parece haber un RUN" in desk.form.frames()["description"]._hint.text()
    assert desk.form.frames()["description"]._hint.property("tone") == "copper"


def test_an_answer_that_was_owed_by_the_type_alone_goes_with_another_type(desk: Desk) -> None:
    usual = AttentionDraft({"type": "complaint", "topic": "identidad", "answer_owed": True})
    chosen = AttentionDraft({"type": "enquiry", "topic": "identidad", "answer_owed": True})
    owed = {}

    for name, draft in (("usual", usual), ("chosen", chosen)):
        desk.presenter.resume("new-1", draft, a_session())
        desk.form.subject.types.setFocus()
        desk.hands.press("o")
        owed[name] = desk.form.draft().fields["answer_owed"]

    assert desk.form.type == "guidance"
    assert owed == {"usual": False, "chosen": True}


def test_a_draft_itself_says_in_which_field_the_person_was(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.press("l", held=ALT)
    desk.hands.type("vino con")
    desk.wait_for_draft()

    desk.presenter.resume("new-1", desk.attentions.kept["new-1"], a_session())
    desk.hands.type(" su hija")

    assert focused() is widget(desk, "description")
    assert desk.form.draft().fields["description"] == "vino con su hija"


def test_going_to_another_field_is_part_of_the_draft(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.wait_for_draft()
    widget(desk, "age_band").setFocus()
    desk.wait_for_draft()

    assert desk.attentions.kept["new-1"].at == "age_band"


def test_letters_go_on_behind_those_of_a_number_that_was_half_typed(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")
    widget(desk, "doc_number").setFocus()
    desk.hands.type("1253")
    desk.wait_for_draft()

    desk.presenter.resume("new-1", desk.attentions.kept["new-1"], a_session())
    desk.hands.type("1909")

    assert "".join(filter(str.isdigit, widget(desk, "doc_number").text())) == "12531909"


def test_words_of_a_search_that_are_no_answer_yet_come_back(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    widget(desk, "topic").setFocus()
    desk.hands.type("pensio")
    desk.wait_for_draft()
    desk.hands.press(ESC)

    desk.presenter.resume("new-1", desk.attentions.kept["new-1"], a_session())
    typed = widget(desk, "topic").text()
    desk.hands.type("n garant")
    desk.hands.press(ENTER)

    assert typed == "pensio"
    assert desk.form.draft().fields["programme"] == "PGU"


def test_an_hour_of_paper_that_was_half_typed_comes_back(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    widget(desk, "back_captured").set_value("yes")
    desk.form.more._changed()
    desk.form.more._arrange()
    widget(desk, "received_at").setFocus()
    desk.hands.type("20-11-20")
    desk.wait_for_draft()

    desk.presenter.resume("new-1", desk.attentions.kept["new-1"], a_session())

    assert widget(desk, "received_at").text() == "20-11-20"


def test_what_was_inherited_comes_back_inherited_and_gives_way_to_the_profile_before(desk: Desk) -> None:
    family = an_attention(residence_comuna="13110", nationality="VE", user_type="citizen")
    desk.attentions.day = (a_row(1),)
    desk.attentions.opened["record-1"] = OpenedAttention("record-1", family, {}, None, {}, "local")
    desk.begin()
    desk.hands.press("c")
    widget(desk, "nationality").setFocus()
    desk.hands.type("peru")
    desk.hands.press(ENTER)
    desk.wait_for_draft()

    desk.presenter.resume("new-1", desk.attentions.kept["new-1"], a_session())
    looks = {name: widget(desk, name).property("inherited") for name in ("residence", "nationality")}
    desk.hands.press("r", held=CTRL)
    desk.tasks.let_run()
    fields = desk.form.draft().fields

    assert looks == {"residence": True, "nationality": False}
    assert (fields["residence_comuna"], fields["nationality"]) == ("13110", "PE")


def test_the_clock_of_an_attention_goes_on_where_the_person_came(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.wait_for_draft()
    desk.clock.move(minutes=7)

    desk.presenter.resume("new-1", desk.attentions.kept["new-1"], a_session())
    told = desk.form._head._elapsed.text()
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    assert told == "7:00"
    assert desk.attentions.registered[0].fields["duration_s"] == 420


@pytest.mark.parametrize("now_open", [None, a_session(outing="another", session="another")], ids=["none", "another"])
def test_what_was_begun_in_an_outing_that_closed_is_saved_as_taken_in_it(
    desk: Desk, now_open: SessionView | None
) -> None:
    begun = instant(desk.clock.now())
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    desk.wait_for_draft()
    desk.clock.move(hours=20)

    desk.presenter.resume("new-1", desk.attentions.kept["new-1"], now_open)
    told = desk.form.message
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [saved] = desk.attentions.registered
    assert "de una salida que ya se cerró" in told
    assert (saved.fields["outing"], saved.fields["received_at"]) == (OUTING, begun)
    assert "duration_s" not in saved.fields
