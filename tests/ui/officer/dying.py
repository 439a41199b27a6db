"""A program of its own: an officer types into a laptop, and in mid-typing the power goes. `python -m … FOLDER KEYS`."""

import os
import signal
import sys
from pathlib import Path

from terreno_app.paths import resources
from terreno_app.ui.application import application
from terreno_app.ui.theme import load_theme
from tests.ui.officer.square import a_machine, at_the_stand, enrolled

if __name__ == "__main__":
    folder, machine = Path(sys.argv[1]), a_machine()
    enrolled(folder, machine)
    app = application()
    with at_the_stand(app, load_theme(resources(), "light", ratio=1.0), folder, machine) as officer:
        officer.unlock()
        officer.begin()
        officer.press(sys.argv[2])
        drafts = officer.window._stand.attention._drafts
        officer.wait(lambda: not drafts._timer.isActive() and not drafts._running)
        os.kill(os.getpid(), signal.SIGKILL)
