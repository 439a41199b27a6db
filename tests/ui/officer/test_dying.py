"""The program is killed in mid-typing: unlocked again, the letters are there, and the next one goes on behind them."""

import signal
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from terreno_app.ui.theme import Theme
from tests.ui.officer.square import a_machine, at_the_stand

STORY = "r<Alt+L>«esperé tres»"


def dies_typing(laptop: Path, *keys: str) -> int:
    """The exit status of an officer whose laptop loses its power."""
    program = [sys.executable, "-m", "tests.ui.officer.dying", str(laptop), *keys]
    return subprocess.run(program, check=False, timeout=60).returncode


def test_after_a_kill_in_mid_typing_the_next_letter_goes_on_in_the_very_field(
    qapp: QApplication, theme: Theme, tmp_path: Path
) -> None:
    laptop = tmp_path / "laptop"
    status = dies_typing(laptop, "<F2>", STORY)

    with at_the_stand(qapp, theme, laptop, a_machine()) as officer:
        officer.unlock()
        officer.wait(lambda: officer.place == "attention")
        officer.press(" horas")
        fields = officer.form.draft().fields

    assert status == -signal.SIGKILL
    assert (fields["type"], fields["description"]) == ("complaint", "esperé tres horas")


def test_after_a_kill_a_plan_a_decision_and_a_value_of_ones_own_are_there(
    qapp: QApplication, theme: Theme, tmp_path: Path
) -> None:
    laptop = tmp_path / "laptop"
    status = dies_typing(laptop, "<Ctrl+4>", "<Ctrl+N>", "san", "<Ctrl+7>", "2", "3", "1")

    with at_the_stand(qapp, theme, laptop, a_machine()) as officer:
        officer.unlock()
        office, pages = officer.window._office, officer.window._stand.outings_pages
        officer.wait(lambda: officer.place == "conflicts" and office.conflicts_form.writing)
        officer.press("7<Return>")
        decided = [(row.choice, row.own_words) for row in office.conflicts_form.rows]

    assert status == -signal.SIGKILL
    assert decided == [("other", ""), ("own", "17")]
    assert pages.plan.typed["comuna_text"] == "san"
