"""A program of its own: an officer types into a laptop, and in mid-typing the power goes. `python -m … FOLDER KEYS…`.

Each of KEYS is typed on the screen that the one before led to.
"""

import os
import signal
import sys
from pathlib import Path

from terreno_app.paths import resources
from terreno_app.ui.application import application
from terreno_app.ui.theme import load_theme
from tests.factories import DEVICE, OUTING, an_attention
from tests.services.pages import KEPT, OTHER_DEVICE, a_conflict, a_record, pulled
from tests.ui.officer.square import Officer, a_machine, at_the_stand, enrolled, opened

DISPUTED = "01990000-0000-7000-8000-0000000000aa"


def disputed(folder: Path) -> None:
    """Of one attention two figures were changed here and at the office: an officer of this laptop may decide."""
    laptop = opened(folder, a_machine())
    fields = {**an_attention(folio="T01-2026-000001-6", wait_min=5, duration_s=60), "device": OTHER_DEVICE}
    figures = {"wait_min": 10, "duration_s": 120}
    conflicts = [
        a_conflict(DISPUTED, name, before={}, other={name: value}, other_device=DEVICE)
        for name, value in figures.items()
    ]
    pulled(
        laptop,
        a_record("outing", OUTING, {"code": "S-T01-2026-001", "planned_on": "2026-11-21", "comuna": "13110"}, 1),
        a_record("attention", DISPUTED, fields, 2, writers=dict.fromkeys(figures, KEPT), conflicts=conflicts),
    )
    laptop.close()


def at_rest(officer: Officer) -> bool:
    """What was typed is on the disk."""
    keepers = officer.window._stand.attention._drafts, officer.window._left_pages._keeper
    return not any(keeper._timer.isActive() or keeper._running for keeper in keepers)


if __name__ == "__main__":
    folder, machine = Path(sys.argv[1]), a_machine()
    enrolled(folder, machine)
    disputed(folder)
    app = application()
    with at_the_stand(app, load_theme(resources(), "light", ratio=1.0), folder, machine) as officer:
        officer.unlock()
        for keys in sys.argv[2:]:
            officer.press(keys)
            officer.wait(lambda: at_rest(officer))
        os.kill(os.getpid(), signal.SIGKILL)
