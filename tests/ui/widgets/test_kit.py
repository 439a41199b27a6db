"""The components say in words what they show, and tell what a person did."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout

from terreno_app.ui import keys
from terreno_app.ui.charts.bars import Bar, Bars, Columns
from terreno_app.ui.messages import Notice, good_news, notice_of
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.filters import Filters
from terreno_app.ui.widgets.layout import STRETCH, column, row
from terreno_app.ui.widgets.notices import EmptyState, NoticeBar, UndoBar
from terreno_app.ui.widgets.page import PageHead
from terreno_app.ui.widgets.progress import Progress, StepThread
from terreno_app.ui.widgets.reason import ReasonBar
from terreno_app.ui.widgets.shell import Place, Rail, StatusBar
from terreno_app.ui.widgets.tables import Column, FolioCell, MarkCell, RowsModel
from terreno_app.ui.widgets.text import Elide, Icon, StatusMark, label, right
from tests.ui.stand import Hands, put_on_screen
from tests.ui.views import a_theme
from tests.ui.widgets.tables import a_table

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def test_a_button_says_its_key_and_can_change_its_words(theme: Theme) -> None:
    button = Button(theme, "&Guardar", key="Ctrl+G")

    said = button.accessibleName()
    button.set_text("&Espere", "clock")

    assert said == "Guardar, tecla Ctrl+G"
    assert button.accessibleName() == "Espere, tecla Ctrl+G"


def test_a_title_gives_way_and_keeps_its_whole_in_the_tip(theme: Theme) -> None:
    title = Elide(theme, "Corto")

    title.set_text("Una feria con un nombre muy largo")

    assert title.toolTip() == "Una feria con un nombre muy largo"
    assert title.minimumSizeHint().width() == 40


def test_a_state_is_said_in_words(theme: Theme) -> None:
    state = StatusMark(theme)

    state.show_state("received", "R-018 823")

    assert state.accessibleName() == "Recibida R-018 823"


def test_a_label_at_the_right_and_an_icon_that_changes(theme: Theme) -> None:
    icon = Icon(theme, "lock")

    icon.show_as("lock-open", "ok")

    assert right(label(theme, "1")).alignment() & Qt.AlignmentFlag.AlignRight
    assert not icon.pixmap().isNull()


def test_a_table_tells_its_cells_in_words(theme: Theme) -> None:
    model, table = a_table(theme)

    said = [model.index(0, place).data() for place in range(5)]

    assert said == ["T07-2026-000147-8", "Pensión IPS", "12", "Recibida R-018 823", "Consulta"]
    assert model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.DecorationRole) is None
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is None
    assert model.data(model.index(9, 9)) is None
    assert (model.rowCount(model.index(0, 0)), model.columnCount(model.index(0, 0))) == (0, 0)
    assert FolioCell("bare").tail == "bare"
    assert MarkCell("Enviando", icon="send").words == "Enviando"
    assert table.current == -1


def test_a_table_needs_its_cells_named(theme: Theme) -> None:
    with pytest.raises(NotImplementedError):
        RowsModel[int]([Column("n")]).cells(1)


def test_enter_and_a_double_click_open_a_row(theme: Theme) -> None:
    _, table = a_table(theme)
    opened: list[int] = []
    moved: list[int] = []
    table.opened.connect(opened.append)
    table.moved.connect(moved.append)
    put_on_screen(table, 800, 300)

    QTest.keyClick(table, ENTER)
    table.go_to(1)
    table.go_to(7)
    QTest.keyClick(table, ENTER)
    table._opened_at(table.model().index(0, 0))

    assert opened == [0, 1, 0]
    assert moved[-1] == 1
    table.close()


def test_filters_move_with_arrows_and_clicks(theme: Theme) -> None:
    filters = Filters(theme, [("all", "Todas"), ("sent", "Enviadas")], "Filtro de la lista")
    filters.set_counts({"all": 4, "sent": 0})
    changed: list[str] = []
    filters.changed.connect(changed.append)
    put_on_screen(filters, 400, 36)

    QTest.keyClick(filters, Qt.Key.Key_Right)
    said = filters.accessibleDescription()
    QTest.keyClick(filters, Qt.Key.Key_Up)
    QTest.mouseClick(filters, Qt.MouseButton.LeftButton, pos=QPoint(12, 10))
    filters.set_value("sent")

    assert changed == ["sent", "all"]
    assert said == "Enviadas 0"
    assert filters.sizeHint().width() > 100
    filters.close()


def test_a_filter_that_is_no_longer_offered_gives_way(theme: Theme) -> None:
    filters = Filters(theme, [("all", "Todas"), ("sent", "Enviadas")], "Filtro")
    filters.set_value("sent")

    filters.set_items([("all", "Todas")])

    assert filters.value == "all"


def test_progress_is_written_out(theme: Theme) -> None:
    ruler = Progress(theme, with_tick=True)

    ruler.show_progress(47, 80, 61, "a las 13:20 se esperaban 61")

    assert ruler.accessibleName() == "47 de 80; a las 13:20 se esperaban 61"
    assert StepThread(theme, ["Uno"]).accessibleDescription() == "Uno: pendiente"


def test_a_notice_tells_its_parts_and_goes(theme: Theme) -> None:
    bar = NoticeBar(theme)

    bar.tell(good_news("Guardada"))
    said = bar.text
    bar.clear()

    assert said == "Guardada"
    assert bar.text == ""


def test_an_error_without_words_is_a_bug_that_says_whom_to_call(caplog: pytest.LogCaptureFixture) -> None:
    notice = notice_of(KeyError("x"))

    assert notice == Notice("bad", "octagon-alert", notice.happened, notice.safe, notice.next)
    assert "soporte" in notice.words


def test_undo_waits_and_then_it_is_done(theme: Theme) -> None:
    bar = UndoBar(theme)
    undone, passed = QSignalSpy(bar.undone), QSignalSpy(bar.passed)

    bar.offer("Anulada", wait_ms=1)
    passed.wait(1000)
    bar.undo()
    bar.settle()
    bar.offer("Anulada")
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton)
    bar.offer("Anulada")
    bar.settle()

    assert (undone.count(), passed.count()) == (1, 2)
    assert not bar.waiting


@pytest.mark.parametrize("width", [420, 700, 1200])
def test_the_words_of_an_empty_list_are_whole_at_any_width(theme: Theme, width: int) -> None:
    empty = EmptyState(theme, "inbox", "Nada", "Una frase que no cabe en una línea de las que se leen bien. " * 3)
    page = column(theme, empty, STRETCH)
    put_on_screen(page, width, 400)

    words = empty._text

    assert words.height() >= words.heightForWidth(words.width())


def test_an_empty_list_can_give_another_reason(theme: Theme) -> None:
    empty = EmptyState(theme, "inbox", "Nada", "Espere.")

    empty.say("No hay conflictos", "Aparecerán aquí.")

    assert empty.accessibleName() == "No hay conflictos. Aparecerán aquí."


def test_a_reason_that_says_who_somebody_is_warns_and_is_taken_all_the_same(theme: Theme) -> None:
    bar, given = ReasonBar(theme, "Anular"), []
    bar.given.connect(given.append)
    bar.ask("¿Por qué?")
    quiet = bar._warning.isVisibleTo(bar)

    QTest.keyClicks(bar._text, "la pidio 12531909-2")
    told = bar._warning.text()
    QTest.keyClick(bar._text, Qt.Key.Key_Return)

    assert not quiet
    assert told == "Parece haber un RUN: no va en este texto."
    assert given == ["la pidio 12531909-2"]


def test_a_reason_is_asked_for_and_may_be_left(theme: Theme) -> None:
    bar = ReasonBar(theme, "Anular")
    given: list[str] = []
    left: list[bool] = []
    bar.given.connect(given.append)
    bar.left.connect(lambda: left.append(True))
    page = column(theme, bar)
    put_on_screen(page, 900, 60)
    hands = Hands()

    bar.ask("¿Por qué?")
    hands.press(ENTER)
    hands.press(Qt.Key.Key_F12)
    hands.type("doble")
    hands.press(ENTER)
    bar.ask("¿Por qué?")
    hands.press(ESC)

    assert (given, left) == (["doble"], [True])
    page.close()


def test_the_rail_leads_to_a_place_and_tells_what_waits(theme: Theme) -> None:
    rail = Rail(theme)
    chosen: list[str] = []
    rail.chosen.connect(chosen.append)

    rail.set_waiting("conflicts", 3)
    rail.item("conflicts").click()
    rail.set_narrow(narrow=True)
    rail._clicked()

    assert chosen == ["conflicts"]
    assert rail.item("conflicts").accessibleName() == "Conflictos, Ctrl+7, 3 por resolver"
    assert rail.width() == 60
    assert Rail(theme, [Place("1", "a", "A", "house")]).item("a").place.text == "A"


def test_the_bar_tells_three_truths(theme: Theme) -> None:
    bar = StatusBar(theme)

    bar.show_receipts(34, 47)
    waiting = bar._receipts.accessibleName()
    bar.show_receipts(47, 47)
    bar.show_network(online=False)
    bar.show_lock("2 min 41 s", "Se bloquea en")
    bar.set_narrow(narrow=True)
    bar.show_receipts(34, 47)

    assert waiting == "34 de 47 recibidas con recibo · 13 por enviar"
    assert bar._network.accessibleName() == "Sin red todo queda guardado en este equipo"
    assert bar._lock.accessibleName() == "Se bloquea en 2 min 41 s"
    assert bar._receipts.accessibleName() == "34 de 47 con recibo"


def test_a_head_says_its_title(theme: Theme) -> None:
    head = PageHead(theme, "", "Hoy")

    head.say("Sábado", "Feria Libre")

    assert head.title == "Feria Libre"


def test_charts_say_their_figures(theme: Theme) -> None:
    bars, months = Bars(theme, "Tipo", ("mujeres", "hombres")), Columns(theme, "Meses")
    plain = Bars(theme, "Tema")

    bars.show_bars([Bar("Consulta", (1200, 172))])
    months.show_bars([Bar("oct", (2914,))], 3000)
    plain.show_bars([Bar("Vivienda", (3,))])
    Columns(theme, "Vacío").grab()

    assert bars.accessibleDescription() == "Consulta: 1.372 (mujeres 1.200, hombres 172)"
    assert months.accessibleDescription() == "oct: 2.914; meta 3.000"
    assert plain.accessibleDescription() == "Vivienda: 3"


def test_a_shortcut_answers_in_its_screen(theme: Theme) -> None:
    page = column(theme, Button(theme, "&Uno"), Button(theme, "Dos && tres"))
    pressed: list[str] = []
    keys.shortcut(page, ("Ctrl+G", "Ctrl+J"), lambda: pressed.append("x"))
    put_on_screen(page, 200, 100)

    QTest.keyClick(page, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)

    assert pressed == ["x", "x"]
    assert keys.mnemonics(page) == {"u": ["&Uno"]}
    page.close()


def test_layouts_take_gaps_nothing_and_other_layouts(theme: Theme) -> None:
    inner = QHBoxLayout()

    page = row(theme, inner, 10, None, STRETCH, (label(theme, "b"), 1))

    assert page.layout().count() == 4


def test_a_long_name_gives_way_and_the_laptop_stays(theme: Theme) -> None:
    bar = StatusBar(theme)
    bar.show_receipts(34, 47)
    bar.show_network(online=False)

    bar.show_who("María Guadalupe de los Ángeles Fernández-Larraín y Montecinos de la Cruz", "T07")
    put_on_screen(bar, 1366, 36)

    assert bar._device.width() >= bar._device.sizeHint().width()
    assert bar._device.geometry().right() < bar.width() - 80
    assert isinstance(bar._who, Elide)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_question_why_is_seen_whole_and_has_room_for_the_answer(scale: float, qapp: QApplication) -> None:
    theme = a_theme("light", scale)
    theme.apply(qapp)
    bar = ReasonBar(theme, "An&ular")
    put_on_screen(bar, 1118, 160)

    bar.ask("¿Por qué se anula 000123-9?")
    QApplication.processEvents()

    assert bar._question.width() >= bar._question.sizeHint().width()
    assert bar._text.width() >= theme.px(180)
