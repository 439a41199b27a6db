"""The day on screen: figures against the goal, a state in every row, and what a person does with a row."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from terreno_app.domain.clock import instant
from terreno_app.domain.search import folded
from terreno_app.services.attentions import DayCounts, OpenedAttention
from terreno_app.services.errors import ServiceError
from terreno_app.ui import keys
from terreno_app.ui.messages import good_news
from terreno_app.ui.screens.today import table_model
from terreno_app.ui.screens.today.form import TodayForm
from terreno_app.ui.screens.today.presenter import TodayPresenter
from terreno_app.ui.screens.today.table_model import DayModel, DayRow
from terreno_app.ui.theme import Theme
from tests.factories import NOON, FixedClock, an_attention, catalogues
from tests.ui.office import PatientRunner
from tests.ui.stand import CTRL, MARCELA, FakeAttentions, FakeOutings, Hands, a_row, a_session, focused, put_on_screen
from tests.ui.views import a_theme

PLAIN = Qt.TextFormat.PlainText
ENTER, ESC, DELETE = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Delete


@dataclass
class Stand:
    """The page, its presenter and the services behind it."""

    form: TodayForm
    presenter: TodayPresenter
    attentions: FakeAttentions
    outings: FakeOutings
    tasks: PatientRunner
    clock: FixedClock
    hands: Hands
    told: list[tuple[Any, ...]]

    def refresh(self, *rows: Any, **counts: Any) -> None:
        self.attentions.day = rows
        figures = DayCounts(len(rows), len(rows), 0, None, 0, 0, None)
        self.attentions.figures = replace(figures, **counts)
        self.presenter.refresh()
        self.tasks.let_run()
        QApplication.processEvents()

    def open_record(self, n: int = 1, **fields: Any) -> None:
        whole = an_attention(folio=f"T07-2026-{n:06d}-8", **fields)
        record = f"record-{n}"
        self.attentions.opened[record] = OpenedAttention(record, whole, {"status": "op-1"}, None, {}, "local")


@pytest.fixture
def stand(theme: Theme) -> Iterator[Stand]:
    clock = FixedClock(NOON)
    form, attentions, outings, tasks = (
        TodayForm(theme),
        FakeAttentions(clock),
        FakeOutings(a_session()),
        PatientRunner(),
    )
    presenter = TodayPresenter(form, attentions, outings, catalogues(), clock, tasks, MARCELA)
    told: list[tuple[Any, ...]] = []
    presenter.attention_asked.connect(lambda session: told.append(("new", session.code)))
    presenter.attention_opened.connect(lambda record: told.append(("open", record)))
    presenter.duplicate_asked.connect(lambda _session, fields: told.append(("copy", fields)))
    presenter.receipt_asked.connect(lambda record: told.append(("receipt", record)))
    presenter.survey_asked.connect(lambda: told.append(("survey",)))
    presenter.outings_asked.connect(lambda: told.append(("outings",)))
    presenter.changed.connect(lambda: told.append(("changed",)))
    put_on_screen(form)
    yield Stand(form, presenter, attentions, outings, tasks, clock, Hands(), told)
    form.close()
    form.deleteLater()
    QApplication.processEvents()


def test_the_head_names_the_outing_and_where_it_is(stand: Stand) -> None:
    stand.refresh(a_row())

    head = stand.form._head

    assert head.title == "Feria Libre Lo Valledor, Pedro Aguirre Cerda"
    assert head._eyebrow.text() == "Sábado 21 de noviembre · salida S-T07-2026-003 · abierta a las 09:34"


def test_the_figures_tell_the_day_against_its_goal(stand: Stand) -> None:
    oldest = instant(NOON - timedelta(hours=3, minutes=16))
    stand.refresh(
        *[a_row(n) for n in range(3)],
        persons=61,
        informed=112,
        goal=80,
        drawn=9,
        waiting_surveys=2,
        oldest_unsent_at=oldest,
    )

    form = stand.form

    assert (form._done.text(), form._of.text(), form._missing.text()) == ("3", "de 80 atenciones", "Faltan 77")
    assert form._pace.text() == "van 1 por hora"
    assert (form._persons.number, form._informed.number, form._surveys.number) == ("61", "112", "7 de 9")
    assert form._duty.number == "20 h 44 min"
    assert form._duty.under.text() == "vence mañana a las 08:48"


@pytest.mark.parametrize(
    ("done", "goal", "said"), [(79, 80, "Falta 1"), (80, 80, "Meta cumplida"), (90, 80, "Meta cumplida"), (3, None, "")]
)
def test_the_goal_is_told_in_words(stand: Stand, done: int, goal: int | None, said: str) -> None:
    stand.refresh(a_row(), attentions=done, goal=goal)

    shown = stand.form._missing.text()

    assert shown == said


def test_of_one_the_band_speaks_of_one(stand: Stand) -> None:
    stand.refresh(a_row(), attentions=1, persons=1, informed=1, goal=None)

    form = stand.form

    assert form._of.text() == "atención"
    assert form._persons.accessibleName() == "1 persona atendida. en 1 atención"
    assert form._informed.accessibleName().startswith("1 persona informada.")
    stand.refresh(a_row(), attentions=0, persons=2, informed=0, goal=1)
    assert form._of.text() == "de 1 atención"
    assert form._persons.accessibleName().startswith("2 personas atendidas.")


def test_where_there_is_nothing_yet_enter_begins_the_first(stand: Stand) -> None:
    stand.refresh()
    stand.form.setFocus()

    stand.hands.press(Qt.Key.Key_Return)

    assert stand.told == [("new", "S-T07-2026-003")]


def test_enter_on_a_list_that_a_filter_empties_begins_nothing(stand: Stand) -> None:
    stand.refresh(a_row())
    stand.form._model.keep_words("xyz")
    stand.form._after_filter("")
    stand.form.setFocus()

    stand.hands.press(Qt.Key.Key_Return)

    assert stand.told == []


def test_an_outing_opened_just_now_has_no_pace_yet(stand: Stand) -> None:
    stand.outings.session = a_session(opened_at=instant(NOON - timedelta(minutes=5)))

    stand.refresh(a_row(), goal=80)

    assert stand.form._pace.text() == ""


@pytest.mark.parametrize(
    ("hours", "said", "tone"), [(1, "23 h 00 min", "ink"), (21, "3 h 00 min", "copper"), (25, "Vencido", "bad")]
)
def test_the_duty_of_24_hours_is_a_countdown(stand: Stand, hours: int, said: str, tone: str) -> None:
    stand.refresh(a_row(), oldest_unsent_at=instant(NOON - timedelta(hours=hours)))

    figure = stand.form._duty

    assert figure.number == said
    assert figure._number.property("tone") == tone


def test_nothing_waiting_is_up_to_date(stand: Stand) -> None:
    stand.refresh(a_row())

    assert stand.form._duty.number == "Al día"
    assert stand.form._surveys.under.text() == "nadie espera"


def test_a_row_tells_hour_type_subject_profile_and_state(stand: Stand) -> None:
    received = a_row(1, state="received", proof="R-018 823")
    bare = a_row(2, programme=None, sex="NS", age_band="NS", residence_comuna=None, state="sent")
    group = a_row(3, age_band="T75_MAS", persons_count=12, type="unheard", topic="gone", programme=None)
    stand.refresh(received, bare, group)

    first, second, third = stand.form.shown

    assert (first.hour, first.type, first.topic, first.institution) == (
        "12:00",
        "Consulta",
        "Pensión Garantizada Universal",
        "IPS",
    )
    assert first.profile == "F · 65 a 74 · Pedro Aguirre Cerda"
    assert (first.state, first.detail) == ("received", "R-018 823")
    assert (second.topic, second.profile, second.detail) == ("Pensiones", "Sin perfil", "sin recibo aún")
    assert third.profile.startswith("12 personas · F · 75 y más") or "12 personas" in third.profile
    assert (third.type, third.topic) == ("unheard", "gone")


def test_every_state_has_a_figure_and_a_word(stand: Stand) -> None:
    states = ("local", "sent", "received", "conflict", "quarantined")
    stand.refresh(*[a_row(n, state=state) for n, state in enumerate(states)], a_row(9, status="voided"))

    model = stand.form._model
    words = [model.index(row, 5).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(6)]

    assert words == [
        "En este equipo",
        "Enviada sin recibo aún",
        "Recibida",
        "En conflicto con la oficina",
        "Necesita atención",
        "Anulada",
    ]


def test_filters_count_and_keep(stand: Stand) -> None:
    stand.refresh(a_row(1), a_row(2, state="received"), a_row(3, state="received"), a_row(4, status="voided"))
    stand.form._filters.setFocus()

    stand.hands.press(Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right)

    assert stand.form._filters.value == "received"
    assert [row.id for row in stand.form.shown] == ["record-2", "record-3"]
    assert stand.form._count.text() == "Mostrando 2 de 4"


def test_search_keeps_the_rows_that_hold_every_word_and_esc_leaves_it(stand: Stand) -> None:
    stand.refresh(a_row(1), a_row(2, programme="DS49", topic="vivienda"))

    stand.hands.press("f", held=CTRL)
    stand.hands.type("fondo 02")
    kept = [row.id for row in stand.form.shown]
    stand.hands.press(ESC)

    assert kept == ["record-2"]
    assert len(stand.form.shown) == 2
    assert focused() is stand.form._table


def test_search_finds_attentions_of_other_days_under_those_of_this_one(stand: Stand) -> None:
    stand.attentions.before = (a_row(7, received_at="2026-11-03T15:00:00.000Z"),)
    stand.refresh(a_row(1), a_row(17))

    stand.hands.press("f", held=CTRL)
    stand.hands.type("7")
    too_little = len(stand.form.shown)
    stand.hands.type("-8")
    stand.tasks.let_run()

    assert too_little == 2
    assert [(row.id, row.hour) for row in stand.form.shown] == [("record-17", "12:00"), ("record-7", "03-11")]
    assert stand.form._count.text() == "Mostrando 1 de 2 · 1 de otros días"


def test_what_was_found_for_other_words_is_not_shown(stand: Stand) -> None:
    stand.attentions.before = (a_row(7), a_row(77))
    stand.refresh(a_row(1))
    stand.hands.press("f", held=CTRL)

    stand.hands.type("07-")
    stand.form._search.setText("077-")
    stand.tasks.let_run()
    found = [row.id for row in stand.form.shown]
    stand.hands.press(ESC)

    assert found == ["record-77"]
    assert [row.id for row in stand.form.shown] == ["record-1"]


def test_f2_asks_for_a_new_attention(stand: Stand) -> None:
    stand.refresh(a_row())
    stand.presenter.tell(good_news("Guardada"))

    stand.hands.press(Qt.Key.Key_F2)

    assert stand.told == [("new", "S-T07-2026-003")]
    assert stand.form.message == ""


def test_enter_opens_the_selected_row(stand: Stand) -> None:
    stand.refresh(a_row(1), a_row(2))

    stand.hands.press(Qt.Key.Key_Down)
    stand.hands.press(ENTER)

    assert stand.told == [("open", "record-2")]


def test_receipt_and_survey_are_one_key_away(stand: Stand) -> None:
    stand.refresh(a_row(), drawn=1, waiting_surveys=1)

    stand.hands.press("p", held=CTRL)
    stand.hands.press(Qt.Key.Key_F4)

    assert stand.told == [("receipt", "record-1"), ("survey",)]


def test_a_copy_carries_no_words_of_the_other_person(stand: Stand) -> None:
    stand.refresh(a_row())
    stand.open_record(programme="DS49", description="su historia", answer_given="lo dicho")

    stand.hands.press("d", held=CTRL)
    stand.tasks.let_run()

    [(what, fields)] = stand.told
    assert what == "copy"
    assert fields["programme"] == "DS49"
    assert not {"description", "answer_given"} & set(fields)


def test_voiding_needs_a_reason(stand: Stand) -> None:
    stand.refresh(a_row())
    stand.open_record()

    stand.hands.press(DELETE)
    stand.hands.press(ENTER)
    stand.hands.type("registrada dos veces")
    stand.hands.press(ENTER)
    stand.tasks.let_run()

    [(record, changes, _, seen)] = stand.attentions.edits
    assert (record, changes) == ("record-1", {"status": "voided", "void_reason": "registrada dos veces"})
    assert seen == {"status": "op-1"}
    assert stand.form._undo.isVisible()
    assert ("changed",) in stand.told


def test_voiding_can_be_left(stand: Stand) -> None:
    stand.refresh(a_row())

    stand.hands.press(DELETE)
    stand.hands.type("x")
    stand.hands.press(ESC)

    assert stand.attentions.edits == []
    assert not stand.form._reason.isVisible()
    assert focused() is stand.form._table


def test_a_voided_attention_is_not_voided_again(stand: Stand) -> None:
    stand.refresh(a_row(status="voided"))

    stand.hands.press(DELETE)

    assert not stand.form._reason.isVisible()


def test_ctrl_z_brings_a_voided_attention_back(stand: Stand) -> None:
    stand.refresh(a_row())
    stand.open_record(status="in_process")
    stand.hands.press(DELETE)
    stand.hands.type("error")
    stand.hands.press(ENTER)
    stand.tasks.let_run()

    stand.form._table.setFocus()
    stand.hands.press("z", held=CTRL)
    stand.tasks.let_run()
    stand.form.undo_asked.emit()

    assert stand.attentions.edits[1][1] == {"status": "in_process", "void_reason": None}
    assert len(stand.attentions.edits) == 2


def test_one_more_informed_is_counted(stand: Stand) -> None:
    stand.refresh(a_row())

    stand.hands.press("i", held=CTRL)
    stand.tasks.let_run()

    assert stand.outings.counted == [("other", 1)]


def test_one_informed_too_many_is_taken_back(stand: Stand) -> None:
    stand.refresh(a_row())
    stand.hands.press("i", held=CTRL)
    stand.tasks.let_run()

    stand.hands.press("z", held=CTRL)
    stand.tasks.let_run()
    stand.hands.press("z", held=CTRL)
    stand.tasks.let_run()

    assert stand.outings.counted == [("other", 1), ("other", -1)]


def test_without_an_open_outing_it_says_where_to_open_one(stand: Stand) -> None:
    stand.outings.session = None
    yesterday = a_row(2, received_at="2026-11-20T15:00:00.000Z")
    stand.refresh(yesterday)

    stand.hands.press(Qt.Key.Key_F2)
    stand.hands.press("i", held=CTRL)
    stand.form._go_outings.click()

    assert stand.told == [("outings",)]
    assert stand.form.shown == ()
    assert "No hay una salida abierta" in stand.form._empty.accessibleName()
    assert stand.outings.counted == []


def test_a_session_without_attentions_says_how_to_begin(stand: Stand) -> None:
    stand.refresh()

    assert "F2 registra la primera" in stand.form._empty.accessibleName()
    stand.hands.press("p", held=CTRL)
    stand.hands.press("d", held=CTRL)
    assert stand.told == []


def test_an_error_is_told_on_the_page(stand: Stand) -> None:
    stand.attentions.breaks = ServiceError("disk_full")

    stand.presenter.refresh()
    stand.tasks.let_run()
    stand.presenter._tell()

    assert "El disco está lleno" in stand.form.message


def test_after_a_refresh_the_person_is_where_they_were_or_at_the_new_row(stand: Stand) -> None:
    stand.refresh(a_row(1), a_row(2))
    stand.form.select("record-2")

    stand.refresh(a_row(3), a_row(1), a_row(2))
    stayed = stand.form.selected
    stand.presenter.refresh("record-3")
    stand.tasks.let_run()

    assert stayed == "record-2"
    assert stand.form.selected == "record-3"


@pytest.mark.parametrize(("waiting", "said"), [(1, "&Encuesta: espera 1"), (2, "&Encuesta: esperan 2")])
def test_a_button_says_how_many_wait_for_the_survey(stand: Stand, waiting: int, said: str) -> None:
    stand.refresh(a_row(), drawn=2, waiting_surveys=waiting)
    shown = stand.form._survey.isVisible()

    stand.form._survey.click()

    assert shown
    assert stand.form._survey.text() == said
    assert stand.told == [("survey",)]


def test_with_nobody_waiting_there_is_no_button_for_the_survey(stand: Stand) -> None:
    stand.refresh(a_row(), drawn=2, waiting_surveys=0)

    assert not stand.form._survey.isVisible()


def test_where_there_is_little_room_the_lesser_columns_go(stand: Stand) -> None:
    stand.refresh(a_row(1, state="conflict"), drawn=1, waiting_surveys=1)

    stand.form.resize(900, 600)
    QApplication.processEvents()

    assert stand.form._table.isColumnHidden(2)
    assert not stand.form._informed.isVisible()
    assert stand.form._filters._counts["needs"] == 1


def test_no_alt_letter_stands_twice_and_every_label_is_plain_text(stand: Stand) -> None:
    stand.refresh(a_row(), drawn=2, waiting_surveys=2)
    stand.hands.press(DELETE)

    found = keys.mnemonics(stand.form)

    assert {key for key, texts in found.items() if len(texts) > 1} == set()
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText or not label.text() for label in stand.form.findChildren(QLabel)
    )


def test_the_session_is_known_once_the_day_was_read(stand: Stand) -> None:
    before = stand.presenter.session

    stand.refresh(a_row())

    assert before is None
    assert stand.presenter.session == a_session()


def test_other_keys_are_left_alone(stand: Stand) -> None:
    stand.refresh(a_row())

    stand.hands.press(Qt.Key.Key_F12)

    assert stand.told == []


@pytest.mark.parametrize("busy", ["drafts", "reason"])
def test_with_large_text_a_row_stays_in_sight_whatever_waits(busy: str, qapp: QApplication) -> None:
    theme = a_theme("light", 2.0)
    theme.apply(qapp)
    form = TodayForm(theme)
    form.show_empty("", "")
    form.show_rows([DayRow("a", "12:04", "T07-2026-000123-9", "Consulta", "Pensiones", "IPS", "F", "local")])
    put_on_screen(form, 1246, 696)

    if busy == "drafts":
        form.offer_drafts(2)
    else:
        form._ask_reason()
    QApplication.processEvents()
    room = form._table.viewport().height()
    form.offer_drafts(0)
    form._reason_left()

    assert room >= form._table.rowHeight(0)
    form.close()


def test_thousands_are_told_as_people_write_them(stand: Stand) -> None:
    stand.refresh(a_row(), attentions=1_204, persons=10_002, informed=1_112, goal=12_000)

    form = stand.form

    assert (form._done.text(), form._of.text(), form._missing.text()) == (
        "1.204",
        "de 12.000 atenciones",
        "Faltan 10.796",
    )
    assert (form._persons.number, form._informed.number) == ("10.002", "1.112")


def test_a_search_reads_each_row_once_however_many_letters_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(table_model, "folded", lambda text: read.append(text) or folded(text))
    model = DayModel()
    rows = [
        DayRow(str(n), "12:04", f"T07-2026-{n:06d}-8", "Consulta", "Pensión", "IPS", "F", "local") for n in range(9)
    ]
    model.take(rows)
    model.take_found([replace(rows[0], id="before", hour="20-11")])
    read.clear()

    for words in ("p", "pe", "pen", "pensión 000004"):
        model.keep_words(words)

    assert len([text for text in read if "Pensión" in text]) == len(rows)
    assert [row.id for row in model.rows] == ["4", "before"]
    assert model.shown_of_other_days == 1
