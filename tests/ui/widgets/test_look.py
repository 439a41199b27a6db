"""The components draw themselves in every look."""

import json
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from terreno_app.paths import resources
from terreno_app.services.errors import ServiceError
from terreno_app.ui.charts.bars import Bar, Bars, Columns, Swatch
from terreno_app.ui.labels import STATES
from terreno_app.ui.messages import notice_of, warning
from terreno_app.ui.theme import Theme, load_theme
from terreno_app.ui.widgets.brand import Awning, Brand
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.choices import ChoiceGroup, Option
from terreno_app.ui.widgets.fields import Select
from terreno_app.ui.widgets.filters import Filters
from terreno_app.ui.widgets.layout import STRETCH, column, restyle, row, rule, upright
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar, NoticePanel, UndoBar
from terreno_app.ui.widgets.page import Figure, PageFoot, PageHead, side_panel
from terreno_app.ui.widgets.progress import Progress, StepThread
from terreno_app.ui.widgets.search import Found, Results
from terreno_app.ui.widgets.shell import Rail, StatusBar
from terreno_app.ui.widgets.text import KeyCap, StatusMark, key_hint, label, mark, section
from tests.ui.stand import put_on_screen
from tests.ui.widgets.tables import a_table

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
NAMES = ("light", "dark", "high_contrast")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def every_component(theme: Theme) -> QWidget:
    group = ChoiceGroup(theme, [[Option("C", "c", "Consulta"), Option("R", "r", "Reclamo")]])
    group.set_value("c")
    results = Results(theme, group)
    results.fill([Found("a", "Pensión", "IPS", "2 veces", ((0, 2),)), Found("b", "Cédula"), Found("c", "Otra")], 0)
    notice = NoticeBar(theme)
    notice.tell(warning("El reloj va atrasado", "Puede seguir.", "Corrija la hora."))
    undo = UndoBar(theme)
    undo.offer("Anulada")
    ruler = Progress(theme, with_tick=True)
    ruler.show_progress(47, 80, 61, "se esperaban 61")
    steps = StepThread(theme, ["Hablar", "Entregar", "Recibir"])
    steps.show_step(0, "done")
    steps.show_step(1, "now", "58 de 84")
    bars = Bars(theme, "Tipo y sexo", ("mujeres", "hombres", "otro"))
    bars.show_bars([Bar("Consulta", (852, 511, 9)), Bar("Otro", (0, 0, 0))])
    months = Columns(theme, "Meses")
    months.show_bars([Bar("oct", (2411,)), Bar("nov", (2530,)), Bar("dic", (2914,))], 3000)
    rail = Rail(theme)
    rail.go_to("sync")
    rail.set_waiting("conflicts", 3)
    rail.set_waiting("nowhere", 3)
    status = StatusBar(theme)
    status.show_receipts(34, 47)
    status.show_network(online=True)
    status.show_lock("2 min", "Se bloquea en")
    status.show_who("Marcela", "T07")
    _, table = a_table(theme)
    table.selectRow(0)
    table.setMinimumHeight(120)
    figure = Figure(theme, "personas")
    figure.show_figure("61", "en 47 atenciones", tone="bad", word="personas atendidas")
    panel = NoticePanel(
        theme, "Una atención necesita su ayuda", notice_of(ServiceError("disk_full")), Button(theme, "&Ya")
    )
    select = Select(theme, [("a", "Una")])
    parts = (
        PageHead(theme, "Hoy", "Feria Libre"),
        rule(theme, strong=True),
        row(
            theme,
            Button(theme, "&Guardar", "primary", key="Ctrl+G", icon="save"),
            Button(theme, "Ver", "quiet"),
            STRETCH,
        ),
        row(theme, Button(theme, "Anular", "danger"), upright(theme), select, KeyCap(theme, "F2")),
        section(theme, "Quién es", key_hint(theme, "J|K", "campo")),
        group,
        row(theme, *(StatusMark(theme, state, "x") for state in STATES)),
        mark(theme, "lock", "cifrada"),
        notice,
        undo,
        EmptyState(theme, "inbox", "Nada", "Haga algo.", Button(theme, "&Hacer")),
        panel,
        figure,
        ruler,
        Filters(theme, [("all", "Todas"), ("one", "Una")], "Filtro"),
        steps,
        row(theme, Swatch(theme, 0), Swatch(theme, 1), Swatch(theme, 2)),
        bars,
        months,
        table,
        Awning(theme),
        Brand(theme),
        PageFoot(theme, label(theme, "Falta", "small"), Button(theme, "Sí")),
    )
    page = column(theme, *parts, name="page")
    whole = column(theme, row(theme, rail, (page, 1), side_panel(theme, label(theme, "Guía"))), results, status)
    results.setFixedSize(400, results.height_for(3))
    return whole


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("name", NAMES)
def test_every_component_draws_itself_in_every_look(qapp: QApplication, name: str, scale: float) -> None:
    look = load_theme(resources(), name, scale=scale)
    look.apply(qapp)
    page = every_component(look)
    put_on_screen(page, 1366, 2400)
    for child in page.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            child.setFocus()
            QApplication.processEvents()

    picture = page.grab().toImage()

    colours = {picture.pixelColor(x, y).name() for x in range(0, 1366, 7) for y in range(0, picture.height(), 7)}
    assert QColor(look.hex("primary")).name() in colours
    assert QColor(look.hex("paper")).name() in colours
    page.close()
    page.deleteLater()
    QApplication.processEvents()


@pytest.mark.parametrize("name", NAMES)
def test_every_text_can_be_read_on_its_ground(name: str) -> None:
    colours = json.loads((resources() / "themes" / "tokens.json").read_text())["themes"][name]
    tones, grounds = ("ink", "ink2", "ink3", "primary", "copper", "ok", "bad"), ("paper", "surface", "rail", "sunken")
    pairs = [(tone, ground) for tone in tones for ground in grounds]
    pairs += [("on_primary", "primary"), ("on_select", "select"), ("ink", "focus_fill"), ("paper", "ink")]
    pairs += [("ink", f"{tone}_soft") for tone in ("copper", "ok", "bad", "primary")]

    poor = [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
    faint = [ground for ground in grounds[:2] if contrast(colours["rule_strong"], colours[ground]) < 3]

    assert (poor, faint) == ([], [])


def test_the_shipped_font_is_the_one_that_is_used(theme: Theme) -> None:
    info = QFontInfo(theme.font("body"))

    assert info.family() == "Public Sans"
    assert info.pixelSize() == 15


def test_large_text_makes_the_page_compact() -> None:
    scales = {scale: load_theme(resources(), scale=scale) for scale in (1.0, 1.3, 2.0)}

    assert [look.compact for look in scales.values()] == [False, True, True]
    assert [look.large for look in scales.values()] == [False, False, True]


def test_an_icon_is_drawn_once_and_an_unknown_one_is_a_bug(theme: Theme) -> None:
    first = theme.icon("laptop", "ink", 18)

    assert theme.icon("laptop", "ink", 18) is first
    assert "laptop" in theme._icons.names()
    with pytest.raises(FileNotFoundError):
        theme.icon("nothing")


def test_changing_a_property_restyles_only_when_it_changes(theme: Theme) -> None:
    text = label(theme, "Hola", tone="ink")

    restyle(text, tone="bad")
    restyle(text, tone="bad")

    assert text.property("tone") == "bad"


def test_a_thousand_void_calls_keep_every_reference_to_none(qapp: QApplication) -> None:
    text = QLabel()
    before = sys.getrefcount(None)

    for n in range(1000):
        text.setText(str(n))

    assert sys.getrefcount(None) > before - 100
