"""The laptop that the command line hands to the desktop: what only an open one needs comes later."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from terreno_app.cli.window import ClosedLaptop
from terreno_app.settings import Settings
from terreno_app.ui.idle import IdleWatch
from terreno_app.ui.main_window import MainWindow
from terreno_app.ui.surroundings import Surroundings
from terreno_app.ui.theme import Theme
from tests.ui.office import FakeSession, PatientRunner, StoppedClock
from tests.ui.views import PEOPLE

LOADED = """
import sys
import terreno_app.cli.window
late = {"requests", "typst", "pydantic", "sqlite_utils", "sync.client.compose", "terreno_app.domain.catalogues"}
print(*sorted((late | {"terreno_app.desktop", "terreno_app.ui.main_window"}) & sys.modules.keys()))
"""


def test_the_closed_laptop_loads_no_network_no_printer_and_no_screens() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


def test_warming_up_loads_what_the_window_needs(qapp: QApplication, theme: Theme) -> None:
    clock = StoppedClock()
    closed = ClosedLaptop(Path("/nowhere"), clock, Settings())
    session = FakeSession(clock)

    closed.warm_up()
    around = Surroundings(theme, PatientRunner(), IdleWatch(3, clock), PEOPLE, closed.new_id)
    window = closed.window(session, around)

    assert "terreno_app.desktop" in sys.modules
    assert isinstance(window, MainWindow)
    window.put_down()
    window.deleteLater()
