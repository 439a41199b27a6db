"""A language is a data file: in one whose every word is marked, the kiosk and the receipt say nothing that is not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QWidget

from terreno_app.domain.public_language import PublicLanguage
from terreno_app.paths import resources
from terreno_app.storage.public_languages import load_public_languages
from terreno_app.ui.screens.receipt.form import ReceiptForm
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.page import PageFoot
from tests.ui.office import FakeReceipts
from tests.ui.speaking import spoken
from tests.ui.stand import put_on_screen
from tests.ui.survey.conftest import ENTER, Booth


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> PublicLanguage:
    """English, each of its words between marks."""
    folder = tmp_path_factory.mktemp("languages")
    content = json.loads((resources() / "public" / "en.json").read_text(encoding="utf-8"))
    told = {part: _marked(content[part]) for part in ("survey", "receipt")}
    (folder / "public").mkdir()
    Path(folder / "public" / "en.json").write_text(json.dumps({**content, **told}), encoding="utf-8")
    (language,) = load_public_languages(folder)
    return language


def _marked(what: Any) -> Any:
    if isinstance(what, dict):
        return {name: _marked(one) for name, one in what.items()}
    if isinstance(what, list):
        return [_marked(one) for one in what]
    return f"⟦{what}⟧"


def unmarked(screen: QWidget, data: str = "") -> set[str]:
    """What is said on a screen in words of no file, apart from what stands in `data`."""
    return {text for text in _said(screen) if text.strip(" 0123456789.,:;·") and "⟦" not in text and text not in data}


def _said(screen: QWidget) -> Iterator[str]:
    foot = screen.findChild(PageFoot)
    for one in spoken(screen):
        where = one.object()
        officers = isinstance(where, QWidget) and (foot is not None and foot.isAncestorOf(where))
        if officers or (where is not None and where.objectName() == "officer"):
            continue  # whoever attends reads and presses these
        for what in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value):
            yield one.text(what).replace("\u200b", "")


@pytest.mark.parametrize("mode", ["on_screen", "assisted", "on_paper"])
def test_every_page_of_the_kiosk_speaks_out_of_the_file(booth: Booth, marked: PublicLanguage, mode: str) -> None:
    booth.session.survey.languages = (marked.survey,)
    booth.hand_over(mode)
    found = {"welcome": unmarked(booth.kiosk)}

    booth.press(ENTER)
    for number in ("6", "7", "5", "6", "6", "4", "2", "1", "1", "2", "4"):
        found[booth.asks] = unmarked(booth.kiosk)
        booth.press(number, ENTER)
    found[booth.asks] = unmarked(booth.kiosk)
    booth.press(ENTER)
    found["thanks"] = unmarked(booth.kiosk)

    assert len(found) == 14
    assert {page: words for page, words in found.items() if words} == {}


def test_who_came_to_the_officers_door_by_mistake_reads_the_way_back_in_their_language(
    booth: Booth, marked: PublicLanguage
) -> None:
    booth.session.survey.languages = (marked.survey,)
    booth.begin()

    booth.press(Qt.Key.Key_Escape)

    assert booth.kiosk.page is booth.kiosk.door
    assert booth.button("leave_door").text() == marked.survey.words.go_on


def test_the_receipt_speaks_out_of_the_file(theme: Theme, marked: PublicLanguage) -> None:
    receipt = replace(FakeReceipts().receipt_kept, language=marked.receipt)
    form = ReceiptForm(theme)
    put_on_screen(form, 1366, 768)

    form.show_receipt(receipt, "Español")

    contacts = [word for fact in receipt.contacts for word in fact.told]
    data = "\n".join([receipt.folio, receipt.place, receipt.about, receipt.person, receipt.attended_by, *contacts])
    assert unmarked(form, data) == set()
    form.close()


def test_what_can_be_pressed_on_the_receipt_is_as_large_as_public_screens_ask(theme: Theme) -> None:
    form = ReceiptForm(theme)
    put_on_screen(form, 1366, 768)

    form.show_receipt(FakeReceipts().receipt_kept, "English")

    pressed = [one for one in form.findChildren(QAbstractButton) if one.isVisible()]
    assert len(pressed) == 5
    assert [one.objectName() for one in pressed if one.height() < 44 or one.width() < 44] == []
    form.close()
