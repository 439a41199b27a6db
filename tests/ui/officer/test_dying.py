"""The program is killed in mid-typing: unlocked again, the letters are there, and the next one goes on behind them."""

import signal
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from terreno_app.ui.theme import Theme
from tests.ui.officer.square import a_machine, at_the_stand

STORY = "r<Alt+L>«esperé tres»"


def test_after_a_kill_in_mid_typing_the_next_letter_goes_on_in_the_very_field(
    qapp: QApplication, theme: Theme, tmp_path: Path
) -> None:
    laptop = tmp_path / "laptop"
    dead = subprocess.run([sys.executable, "-m", "tests.ui.officer.dying", str(laptop), STORY], check=False, timeout=60)

    with at_the_stand(qapp, theme, laptop, a_machine()) as officer:
        officer.unlock()
        officer.wait(lambda: officer.place == "attention")
        officer.press(" horas")
        fields = officer.form.draft().fields

    assert dead.returncode == -signal.SIGKILL
    assert (fields["type"], fields["description"]) == ("complaint", "esperé tres horas")
