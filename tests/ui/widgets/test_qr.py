"""A QR code is drawn so that a telephone can read it: whole squares, dark on light, in every look."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from terreno_app.domain.qr import qr_rows
from terreno_app.paths import resources
from terreno_app.ui.theme import load_theme
from terreno_app.ui.widgets.qr import QrCode


@pytest.mark.parametrize("look", ["light", "dark", "high_contrast"])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_every_square_of_the_code_is_drawn_dark_on_light_with_its_border(
    qapp: QApplication, look: str, scale: float
) -> None:
    theme = load_theme(resources(), look, scale=scale)
    code = QrCode(theme, 150, "Código")
    rows = qr_rows("https://www.msgg.gob.cl")
    code.show_rows(rows)

    picture = code.grab().toImage()

    square = code.width() // (len(rows) + 8)
    read = [
        "".join(
            "1"
            if QColor(picture.pixel(square * (x + 4) + square // 2, square * (y + 4) + square // 2)).value() < 128
            else "0"
            for x in range(len(rows))
        )
        for y in range(len(rows))
    ]
    assert tuple(read) == rows
    assert all(QColor(picture.pixel(n, square)).value() > 250 for n in range(square * (len(rows) + 8)))


def test_without_a_text_nothing_is_drawn(qapp: QApplication) -> None:
    code = QrCode(load_theme(resources()), 150, "Código")

    picture = code.grab().toImage()

    assert len({picture.pixel(x, x) for x in range(picture.width())}) == 1
    assert code.sizeHint() == code.size()
