"""Correcting a record that was on screen, and what the service refuses."""

from PySide6.QtCore import Qt

from terreno_app.domain.errors import Problem
from terreno_app.services.errors import RejectedDraftError
from tests.factories import ATTENTION
from tests.ui.desk import ENTER, Desk, widget
from tests.ui.stand import CTRL


def test_a_correction_carries_only_what_changed_and_what_was_seen(desk: Desk) -> None:
    desk.open(programme="DS49", sex="M")
    widget(desk, "sex").setFocus()

    desk.hands.press("f")
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [(record, changes, identity, seen)] = desk.attentions.edits
    assert (record, changes, identity) == (ATTENTION, {"sex": "F"}, None)
    assert seen["sex"] == "op-1"
    assert desk.told == [("corrected", ATTENTION)]


def test_a_correction_of_the_identity_travels_apart(desk: Desk) -> None:
    identity = {"doc_type": "run", "doc_number": "12531909-2", "names": "Rosa", "email": "rosa@correo.cl"}
    owed = {"answer_owed": True, "due_on": "2026-12-04", "due_rule": "siac"}
    desk.open(type="suggestion", identity=identity, **owed)
    names = widget(desk, "names")
    names.setFocus()

    desk.hands.press(Qt.Key.Key_End)
    desk.hands.type(" Elena")
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [(_, changes, changed, _)] = desk.attentions.edits
    assert changes == {}
    assert changed is not None
    assert changed["names"] == "Rosa Elena"
    assert "doc_number" not in changed


def test_a_no_is_an_answer_of_its_own_in_a_correction(desk: Desk) -> None:
    desk.open(sensitive_consent="none")
    widget(desk, "interpreter").setFocus()

    desk.hands.press("n")
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [(_, changes, _, _)] = desk.attentions.edits
    assert changes == {"interpreter": False}


def test_a_correction_without_changes_writes_nothing(desk: Desk) -> None:
    desk.open()

    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    assert desk.attentions.edits == []
    assert desk.told == [("left", None)]


def test_the_draft_of_a_correction_has_its_own_key(desk: Desk) -> None:
    desk.open()
    widget(desk, "sex").setFocus()
    desk.hands.press("f")

    desk.wait_for_draft()

    assert list(desk.attentions.kept) == [f"edit/{ATTENTION}"]


def test_a_record_that_is_gone_says_so(desk: Desk) -> None:
    desk.presenter.open("nobody")

    desk.tasks.let_run()

    assert "no tiene ese registro" in desk.form.message


def test_what_the_service_rejects_is_told_beside_the_field(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    desk.attentions.breaks = RejectedDraftError((Problem("topic", "unknown_code", "Ese tema ya no existe."),))

    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    assert desk.form.frames()["topic"].error == "Ese tema ya no existe."
    assert desk.form._foot.ready


def test_an_empty_identity_that_is_typed_now_is_new(desk: Desk) -> None:
    desk.open(type="suggestion", answer_owed=True, due_on="2026-12-04", due_rule="siac")
    widget(desk, "doc_number").setFocus()
    desk.hands.type("12531909-2")
    widget(desk, "email").setFocus()
    desk.hands.type("rosa@correo.cl")

    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [(_, changes, identity, _)] = desk.attentions.edits
    assert changes == {}
    assert identity is not None
    assert identity["email"] == "rosa@correo.cl"


def test_a_code_that_the_catalogue_lost_is_shown_and_kept(desk: Desk) -> None:
    desk.open(residence_country="XX")

    shown = widget(desk, "residence").property("text")

    assert shown == "country:XX"
    assert desk.presenter._changes(desk.form.draft()) == {}
