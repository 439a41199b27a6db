"""Thirty people in one day, attended at a real laptop by real keys; what the store holds afterwards is what they said.

The desktop runs as it does in the square, with its threads and its encrypted store; then the laptop is opened again and
read. Any platform of Qt will do: `QT_QPA_PLATFORM=xcb xvfb-run -a .venv/bin/python -m pytest tests/ui/officer`.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from terreno_app.desktop import OpenLaptop
from tests.factories import OFFICER
from tests.ui.officer.keyboard import Strokes
from tests.ui.officer.people import COMPLAINT, COMPLAINTS, OTHERS, PLAIN, PLAIN_QUERIES, Somebody
from tests.ui.officer.square import PIN, Officer, a_machine, at_the_stand, enrolled, opened
from tests.ui.views import a_theme

pytestmark = pytest.mark.uncounted  # a whole day
EVERYBODY = (*PLAIN_QUERIES, *COMPLAINTS, *OTHERS)
FOLLOW_UP, LOCKED, HIDDEN = "asks again about a complaint", "the screen locks half way", "somebody looks on"
MENDED, NEIGHBOUR, TWICE = "a mistake is mended", "a neighbour with the same need", "the neighbour once more"
ANSWERS = "".join(f"{number}<Return>" for number in "6756642124")
"""What a person presses at the kiosk, as far as their own words."""


@dataclass
class Day:
    """What was pressed for whom, and what the laptop held when it was opened again."""

    records: dict[str, str] = field(default_factory=dict)
    strokes: dict[str, Strokes] = field(default_factory=dict)
    survey: dict[str, str] = field(default_factory=dict)
    held: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    edits: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    drafts: int = 0

    def of(self, need: str, kind: str = "attention") -> Mapping[str, Any]:
        return self.held[kind].get(self.records[need], {})


# ---------------------------------------------------------------------- what takes more than one form


def follow_up(officer: Officer, day: Day) -> tuple[str, Strokes]:
    complaint = officer.laptop().attentions.open(day.records[COMPLAINTS[0].need])
    return officer.attends(f"ecedula<Return>{complaint.fields['folio']}<Tab>f<Tab>45<Ctrl+Return>")


def locked(officer: Officer, _day: Day) -> tuple[str, Strokes]:
    strokes = officer.press("rsalud<Return>fonasa<Return>n«Espera hace dos»<F12>")
    officer.wait(officer.locked)
    strokes += officer.press(PIN)
    officer.wait(officer.at_work)
    record, rest = officer.attends("« meses»<Alt+D>s<Alt+B>Eva<Tab>Ríos<Tab><Tab><Tab>eva@example.cl<Ctrl+Return>")
    return record, strokes + rest


def hidden(officer: Officer, _day: Day) -> tuple[str, Strokes]:
    strokes = officer.press("cpg<F9>")
    officer.wait(lambda: not officer.at_work())
    strokes += officer.press("xyz<F9>")
    officer.wait(officer.at_work)
    record, rest = officer.attends("u<Return>f<Tab>65<Ctrl+Return>")
    return record, strokes + rest


def mended(officer: Officer, _day: Day) -> tuple[str, Strokes]:
    record, strokes = officer.attends("csuf<Return>m<Tab>30<Ctrl+G>")
    officer.wait(lambda: officer.row == record)
    strokes += officer.press("<Return>")
    officer.wait(lambda: officer.place == "attention" and officer.form.type == "enquiry")
    strokes += officer.press("<Alt+X>f<Ctrl+G>")
    officer.wait(lambda: officer.place == "today" and officer.row == record)
    return record, strokes


def neighbour(officer: Officer, day: Day) -> tuple[str, Strokes]:
    officer.press("<Esc>")
    officer.wait(lambda: officer.place == "today" and officer.row != "")
    strokes = officer.press("<Home><Ctrl+D>")
    officer.wait(lambda: officer.place == "attention" and officer.form.type != "")
    record, rest = officer.attends("<Alt+E>75<Ctrl+G>")
    officer.wait(lambda: officer.row == record)
    day.records[TWICE], _ = twice(officer)
    return record, strokes + rest


def twice(officer: Officer) -> tuple[str, Strokes]:
    """Saved once more by mistake: voided, brought back in a hurry, and voided again."""
    strokes = officer.press("<Ctrl+D>")
    officer.wait(lambda: officer.place == "attention" and officer.form.type != "")
    record, rest = officer.attends("<Ctrl+G>")
    for keys, status in (
        ("<Del>ingresada dos veces<Return>", "voided"),
        ("<Ctrl+Z>", "registered"),
        ("<Del>ingresada dos veces<Return>", "voided"),
    ):
        officer.wait(lambda: officer.row == record)
        rest += officer.press(keys)
        officer.wait(lambda status=status: officer.laptop().attentions.open(record).fields["status"] == status)
        officer.wait(lambda status=status: officer.row_voided is (status == "voided"))
    return record, strokes + rest


SPECIAL: Mapping[str, Callable[[Officer, Day], tuple[str, Strokes]]] = {
    FOLLOW_UP: follow_up,
    LOCKED: locked,
    HIDDEN: hidden,
    MENDED: mended,
    NEIGHBOUR: neighbour,
}


# ---------------------------------------------------------------------- the survey, for whom the draw selects


def survey(officer: Officer, day: Day) -> None:
    """Whoever was drawn is asked before the next person comes; each in another way."""
    for person in officer.laptop().survey.waiting():
        if officer.place != "survey":
            officer.press("<F4>")
        officer.wait(lambda waiting=person.id: officer.place == "survey" and officer.waits == waiting)
        name, how = WAYS[len(day.survey) % len(WAYS)]
        how(officer)
        day.survey[person.id] = name
    if officer.place != "attention":
        if officer.place == "survey":
            officer.press("<Esc>")
            officer.wait(lambda: officer.place == "today")
        officer.begin()


def answered(officer: Officer, keys: str = "<Return>") -> None:
    officer.press(keys)
    officer.wait(officer.kiosk_asks)
    officer.press(f"<Return>{ANSWERS}más sombra<Return>")
    officer.wait(officer.kiosk_thanks)
    officer.press(f"<Return>{PIN}")
    officer.wait(lambda: officer.at_work() and officer.place == "today")


def helped(officer: Officer) -> None:
    answered(officer, "<Alt+Y>")


def refused(officer: Officer) -> None:
    officer.press("<Return>")
    officer.wait(officer.kiosk_asks)
    officer.press("0")
    officer.wait(officer.kiosk_thanks)
    officer.press(f"<Return>{PIN}")
    officer.wait(lambda: officer.at_work() and officer.place == "today")


def taken_back(officer: Officer) -> None:
    officer.press("<Return>")
    officer.wait(officer.kiosk_asks)
    officer.press(f"<Return>6<Return><Esc>{PIN}")
    officer.wait(lambda: officer.at_work() and officer.place == "survey")
    not_there(officer)


def not_there(officer: Officer) -> None:
    officer.press("<Alt+O>3<Ctrl+G>")
    officer.wait(lambda: officer.waits == "")


WAYS = (
    ("on_screen", answered),
    ("refused", refused),
    ("left after a question", taken_back),
    ("left", not_there),
    ("assisted", helped),
)


# ---------------------------------------------------------------------- the day, and the laptop opened again


@pytest.fixture(scope="module")
def day(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder, machine, theme, day = tmp_path_factory.mktemp("puesto") / "equipo", a_machine(), a_theme(), Day()
    theme.apply(qapp)
    pause = qapp.keyboardInputInterval()
    qapp.setKeyboardInputInterval(10_000)  # the letters of one answer belong together, however slow the machine
    enrolled(folder, machine)
    with at_the_stand(qapp, theme, folder, machine) as officer:
        officer.unlock()
        officer.begin()
        for need, attend in (*((one.need, plainly(one)) for one in EVERYBODY), *SPECIAL.items()):
            day.records[need], day.strokes[need] = attend(officer, day)
            survey(officer, day)
    qapp.setKeyboardInputInterval(pause)
    with closing(opened(folder, machine)) as laptop:
        read(laptop, day)
    return day


def plainly(somebody: Somebody) -> Callable[[Officer, Day], tuple[str, Strokes]]:
    return lambda officer, _day: officer.attends(somebody.keys)


def read(laptop: OpenLaptop, day: Day) -> None:
    for kind in ("attention", "identity", "survey_response"):
        day.held[kind] = {one.record: one.fields for one in laptop.store.select(kind)}
    day.edits = {record: len(laptop.store.own_ops("attention", record)) for record in day.held["attention"]}
    day.waiting, day.drafts = len(laptop.survey.waiting()), len(laptop.attentions.drafts())


# ---------------------------------------------------------------------- what has to be true


@pytest.mark.parametrize("somebody", EVERYBODY, ids=lambda one: one.need)
def test_what_is_stored_is_what_was_typed(day: Day, somebody: Somebody) -> None:
    attention, identity = day.of(somebody.need), day.of(somebody.need, "identity")

    assert {name: attention.get(name) for name in somebody.stored} == somebody.stored
    assert {name: identity.get(name) for name in somebody.identity} == somebody.identity
    assert bool(identity) == bool(somebody.identity)
    assert not somebody.at_most or day.strokes[somebody.need].work <= somebody.at_most


def test_thirty_people_are_there_each_under_a_folio_of_their_own(day: Day, tell: Callable[[str], None]) -> None:
    folios = {fields["folio"] for fields in day.held["attention"].values()}

    assert len(EVERYBODY) + len(SPECIAL) == 30
    assert set(day.records.values()) == set(day.held["attention"])
    assert len(folios) == len(day.held["attention"]) == 31
    assert {fields["registered_by"] for fields in day.held["attention"].values()} == {OFFICER}
    assert day.drafts == 0
    plain, complaint = (max(day.strokes[one.need].work for one in some) for some in (PLAIN_QUERIES, COMPLAINTS))
    tell(f"most keystrokes: a plain query {plain} of {PLAIN}, a complaint with identity {complaint} of {COMPLAINT}")


def test_a_follow_up_names_the_folio_of_the_complaint(day: Day) -> None:
    complaint, again = day.of(COMPLAINTS[0].need), day.of(FOLLOW_UP)

    assert (again["type"], again["parent_folio"]) == ("follow_up", complaint["folio"])
    assert day.of(FOLLOW_UP, "identity") == {}


def test_a_lock_in_mid_typing_costs_no_letter(day: Day) -> None:
    assert day.of(LOCKED)["description"] == "Espera hace dos meses"
    assert day.of(LOCKED, "identity")["surnames"] == "Ríos"


def test_no_letter_falls_into_a_form_that_nobody_sees(day: Day) -> None:
    assert (day.of(HIDDEN)["programme"], day.of(HIDDEN)["age_band"]) == ("PGU", "T65_74")


def test_a_mended_mistake_is_one_record_with_one_edit(day: Day) -> None:
    assert (day.of(MENDED)["sex"], day.of(MENDED)["age_band"]) == ("F", "T30_44")
    assert day.edits[day.records[MENDED]] == 2


def test_who_was_saved_twice_is_counted_once_and_the_other_says_why(day: Day) -> None:
    once, more = day.of(NEIGHBOUR), day.of(TWICE)

    assert (once["status"], once["age_band"], once["programme"]) == ("registered", "T75_MAS", "SUF")
    assert (more["status"], more["void_reason"]) == ("voided", "ingresada dos veces")
    assert day.edits[day.records[TWICE]] == 4


def test_everybody_whom_the_draw_selected_was_asked_and_stored(day: Day) -> None:
    standing = {record: one for record, one in day.held["attention"].items() if one["status"] != "voided"}
    drawn = {record for record, one in standing.items() if (one.get("draw") or {}).get("selected")}
    stored = day.held["survey_response"]
    how = {name: stored[record] for record, name in day.survey.items()}

    assert set(day.survey) == set(stored) == drawn
    assert len(how) == len(WAYS)
    assert day.waiting == 0
    assert (how["on_screen"]["mode"], how["assisted"]["mode"]) == ("on_screen", "assisted")
    assert how["on_screen"]["answers_sealed"]
    assert [how[name]["none_reason"] for name in ("refused", "left", "left after a question")] == [
        "refused",
        "left",
        "left",
    ]
