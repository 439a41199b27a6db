"""Hands that look something up, and what they see of it."""

from PySide6.QtCore import Qt

from tests.ui.shell.house import House

F2, F3, ESC, ENTER = Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_Escape, Qt.Key.Key_Return


def begin_attention(house: House, *, letter: str = "c") -> None:
    house.open_outing()
    house.start()
    house.window.new_attention()
    house.press(letter)


def look_up(house: House, typed: str) -> None:
    house.press(F3)
    house.hands.type(typed)
    house.tasks.let_run()


def given(house: House) -> object:
    return house.window._stand.attention_form.draft().fields.get("information_items")


def lit(house: House) -> str:
    return house.window._stand.information_form.lit_key


def said(house: House) -> str:
    return house.window._stand.information_form.message
