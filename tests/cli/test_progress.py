"""Bars on a terminal: what a step has done, of how much, and nothing that nobody knows."""

import io

from rich.console import Console

from sync.client.progress import SyncProgress
from terreno_app.cli.moving_bars import drawn
from terreno_app.cli.output import Output
from terreno_app.cli.progress import STEPS, bars


def test_a_step_shows_what_is_known_of_it():
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=80, color_system=None)

    with drawn(STEPS, console) as show:
        show(SyncProgress("push", 3, 7))
        show(SyncProgress("pull", 12, 0, "13"))

    last = screen.getvalue().rsplit("Hablar con el centro", 1)[1]
    assert "3/7" in last
    assert " 12" in last
    assert "None" not in screen.getvalue()
    assert "0/" not in last


def test_a_terminal_gets_bars_and_a_program_none(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    for as_json in (True, False):
        with bars(Output(as_json=as_json), {"rows": "Copiar"}) as show:
            show(SyncProgress("rows", 1, 2))
        said = capsys.readouterr().out

        assert ("Copiar" in said) is not as_json
