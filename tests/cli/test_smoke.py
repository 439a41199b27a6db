"""`terreno smoke`: a program that works says so; one that does not ends otherwise, with its reason."""

import sys

from terreno_app.cli import main, smoke, trial
from tests.cli.terminal import spawn


def test_a_program_that_works_says_what_it_did_and_nothing_else(tmp_path):
    answer = spawn("smoke", "--json", environ={"TMPDIR": str(tmp_path), "HOME": str(tmp_path)})

    steps = {line["step"]: line["amount"] for line in answer.lines}
    assert (answer.exit, answer.err) == (0, "")
    assert steps["atenciones"] == 1
    assert min(steps["informe pdf, bytes"], steps["informe xlsx, bytes"], steps["respaldo, bytes"]) > 4096
    assert steps["pantallas"] > 10
    assert list(steps)[-1] == "ventana"
    assert list(tmp_path.iterdir()) == []


def test_the_laptop_of_a_trial_can_be_kept_and_opened_again(terreno, tmp_path, qapp, monkeypatch):
    monkeypatch.setattr(trial, "draw", lambda *_: [])

    kept = terreno("smoke", "--keep", tmp_path / "trial")
    seen = terreno("smoke", "--window", tmp_path / "trial" / "equipo")

    assert (kept.exit, kept.err) == (0, "")
    assert kept.out.splitlines()[-1] == "Este programa funciona."
    assert (tmp_path / "trial" / "informe.pdf").read_bytes().startswith(b"%PDF")
    assert (seen.exit, seen.out, seen.err) == (0, "ventana: 1\n", "")


def test_a_window_that_asks_for_nothing_is_a_failure_with_its_place(terreno, tmp_path, qapp, monkeypatch):
    monkeypatch.setattr(smoke, "PATIENCE_MS", 50)

    answer = terreno("smoke", "--window", tmp_path / "no-laptop")

    assert answer.exit == 3
    assert "unexpected RuntimeError" in answer.err
    assert "Qué pasó: Algo falló dentro del programa." in answer.err


def test_no_page_lists_it(terreno):
    assert "smoke" not in terreno("--help").out


def test_what_was_left_out_of_a_program_is_neither_listed_nor_run(terreno, monkeypatch):
    monkeypatch.setitem(sys.modules, "terreno_app.cli.demo_command", None)

    listed, run = terreno("--help"), terreno("demo")

    assert "\n  demo " not in listed.out
    assert "demo" not in main.terreno.list_commands(None)
    assert (run.exit, run.err.splitlines()[0]) == (
        2,
        "Qué pasó: La orden no está bien escrita: no existe esa orden.",
    )
