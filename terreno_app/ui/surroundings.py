"""What the window of an open laptop is given besides the session: the look, the threads, the watch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from terreno_app.services.pin import Pin
from terreno_app.ui.idle import IdleWatch
from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.theme import Theme


def _no_pin() -> None:
    """Nobody chose one."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the window is given besides the session.

    Attributes:
        theme: The look.
        runner: Slow work; the window closes it.
        idle: Who watches for the lock.
        people: Names by officer id.
        new_id: Names for new records.
        ask_path: Where to save a file of that name; None asks with the system's dialog.
        network_runner: Who asks whether the centre answers; None does not ask.
        ask_file: Which file to open; None asks with the system's dialog.
        printers: Names of the printers; None asks the system.
        pin: The PIN of the day while it opens anything; None where there is none.
    """

    theme: Theme
    runner: TaskRunner
    idle: IdleWatch
    people: Mapping[str, str]
    new_id: Callable[[], str]
    ask_path: Callable[[str], Path | None] | None = None
    network_runner: TaskRunner | None = None
    ask_file: Callable[[], Path | None] | None = None
    printers: Callable[[], Sequence[str]] | None = None
    pin: Callable[[], Pin | None] = _no_pin
