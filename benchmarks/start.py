"""How long the desktop takes from nothing to a screen that asks for the passphrase, beside the least that Qt allows.

Both are whole processes, started in turn: one opens the desktop on an enrolled laptop's folder as `terreno app` does
and ends when the officers can be chosen; the other makes a Qt application with one window and ends when it is
painted. What only an open laptop needs is loaded after that moment. Target: at most 0.6 s on two cores.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 9
WARM_UP = 2
TARGET_S = 0.6

LIMIT = """
import os
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
window.resize(1366, 768)
window.show()
app.processEvents()
os._exit(0)
"""

DESKTOP = """
import os
import sys
from pathlib import Path
from terreno_app.cli.window import ClosedLaptop
from terreno_app.machine import THIS_MACHINE
from terreno_app.settings import load_settings
from terreno_app.ui.application import Desktop, application
folder = Path(sys.argv[1])
app = application()
desktop = Desktop(app, ClosedLaptop(folder, THIS_MACHINE.clock, load_settings(folder)))
desktop.start()
while not desktop.ready:
    app.processEvents()
os._exit(0)
"""

ENROLLED = """
import sys
from pathlib import Path
from terreno_app.storage.folder import LaptopFolder
folder = LaptopFolder(Path(sys.argv[1]))
folder.create("01990000-0000-7000-8000-000000000003", "Marcela Soto", "cinco palabras de prueba").close()
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        laptop = Path(folder) / "equipo"
        subprocess.run([sys.executable, "-c", ENROLLED, str(laptop)], check=True)
        desktop, limit = measure(laptop)
    met = statistics.median(desktop) <= TARGET_S
    print(f"{'start to unlock screen':32s} {described(desktop)} (target ≤ {TARGET_S} s, {'met' if met else 'MISSED'})")
    print(f"{'a Qt window alone':32s} {described(limit)}")


def measure(laptop: Path) -> tuple[list[float], list[float]]:
    """Seconds of each start of the desktop, and of each of a bare window."""
    desktop, limit = [], []
    for _ in range(RUNS + WARM_UP):
        desktop.append(seconds(DESKTOP, str(laptop)))
        limit.append(seconds(LIMIT))
    return desktop[WARM_UP:], limit[WARM_UP:]


def seconds(program: str, *arguments: str) -> float:
    """Wall-clock seconds of one whole process."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", program, *arguments], check=True, env=environment, capture_output=True)
    return time.perf_counter() - began


def described(values: list[float]) -> str:
    """Median and the worst, in seconds."""
    return f"median {statistics.median(values):.2f} s, worst {max(values):.2f} s, {len(values)} runs"


if __name__ == "__main__":
    main()
