"""A new key at a terminal: five drawn words, or a phrase of one's own typed twice."""

import getpass
import os
import subprocess
import sys

import pytest

from tests.cli.terminal import PHRASE, ROOT

COLLEAGUE = "01990000-0000-7000-8000-0000000000cc"
OWN = "el río crece en agosto"
PROPOSED = "zorro yema ventana uva trigo"
NEW, AGAIN = "Frase de paso nueva: ", "La misma frase otra vez: "


def converse(folder, *dialogue):
    """Type `officer add` at a terminal of its own; gives the status and all that was on the screen."""
    screen, inner = os.openpty()
    told = ["officer", "add", COLLEAGUE, "--data", str(folder)]
    given = {name: value for name, value in os.environ.items() if name != "TERRENO_PASSPHRASE"}
    with subprocess.Popen(
        [sys.executable, "-m", "terreno_app", *told],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        cwd=ROOT,
        env=given,
        start_new_session=True,
    ) as process:
        os.close(inner)
        seen = after = ""
        for prompt, answer in dialogue:
            while prompt not in after:
                after += os.read(screen, 4096).decode()
            seen, after = seen + after, ""
            os.write(screen, f"{answer}\n".encode())
        seen += _rest(screen)
    os.close(screen)
    return process.returncode, seen


def _rest(screen):
    """What is written until the program leaves its terminal, which Linux tells by an error."""
    rest = b""
    try:
        while piece := os.read(screen, 4096):
            rest += piece
    except OSError:
        pass
    return rest.decode()


def test_enter_takes_the_five_words_that_were_shown_once(terreno, laptop, tmp_path, monkeypatch):
    status, screen = converse(laptop, ("Frase de paso: ", PHRASE), (NEW, ""))

    drawn = next(line.strip() for line in screen.splitlines() if line.startswith("    "))
    monkeypatch.setenv("TERRENO_PASSPHRASE", drawn)
    assert status == 0
    assert len(drawn.split()) == 5
    assert screen.count(drawn) == 1
    assert "anótela" in screen
    assert terreno("status", "--officer", COLLEAGUE, data=laptop).exit == 0


def test_a_phrase_of_ones_own_is_typed_twice_and_never_shown(terreno, laptop, monkeypatch):
    status, screen = converse(laptop, ("Frase de paso: ", PHRASE), (NEW, OWN), (AGAIN, OWN))

    monkeypatch.setenv("TERRENO_PASSPHRASE", OWN)
    assert status == 0
    assert OWN not in screen
    assert PHRASE not in screen
    assert terreno("status", "--officer", COLLEAGUE, data=laptop).exit == 0


@pytest.fixture
def at_a_terminal(monkeypatch):
    """Answers prompts in this process, one after another; gives the prompts that were asked."""

    def begin(*answers):
        waiting, asked = list(answers), []

        def answer(prompt):
            asked.append(prompt)
            if not waiting:
                raise EOFError
            return waiting.pop(0)

        monkeypatch.delenv("TERRENO_PASSPHRASE", raising=False)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr(getpass, "getpass", answer)
        monkeypatch.setattr("terreno_app.cli.new_passphrase.drawn_passphrase", lambda: PROPOSED)
        return asked

    return begin


@pytest.fixture
def enrol(terreno, centre, tmp_path):
    """Asks for enrolment in a new folder, as a person does."""

    def ask(code=None):
        command = ("enrol", "--central", centre.url, "--code", code or centre.code(), "--officer", centre.officer)
        return terreno(*command, data=tmp_path / "nuevo")

    return ask


def test_the_first_key_is_proposed_too(terreno, enrol, at_a_terminal, monkeypatch, tmp_path):
    asked = at_a_terminal("")

    answer = enrol()

    monkeypatch.setenv("TERRENO_PASSPHRASE", PROPOSED)
    assert (answer.exit, asked) == (0, [NEW])
    assert answer.err.count(PROPOSED) == 1
    assert terreno("status", data=tmp_path / "nuevo").exit == 0


def test_an_enrolment_that_did_not_end_asks_for_the_key_that_it_made(enrol, centre, at_a_terminal):
    expired = centre.code(hours=0)
    at_a_terminal("")
    refused = enrol(expired)

    asked = at_a_terminal(PROPOSED)
    again = enrol()

    assert (refused.exit, again.exit) == (2, 0)
    assert asked == ["Frase de paso: "]
    assert PROPOSED not in again.out + again.err


def test_a_phrase_that_will_not_do_is_asked_again(terreno, enrol, at_a_terminal, monkeypatch, tmp_path):
    asked = at_a_terminal("corta", OWN, "otra cosa", OWN, OWN)

    answer = enrol()

    monkeypatch.setenv("TERRENO_PASSPHRASE", OWN)
    assert asked == [NEW, NEW, AGAIN, NEW, AGAIN]
    assert "La frase de paso es muy corta o muy conocida. Intente otra vez." in answer.err
    assert "Las dos frases no son iguales. Intente otra vez." in answer.err
    assert terreno("status", data=tmp_path / "nuevo").exit == 0


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (("corta", "1234", "corta"), "La frase de paso es muy corta o muy conocida."),
        ((OWN, "otra", OWN, "otra", OWN, "otra"), "Las dos frases no son iguales."),
        ((OWN,), "Se interrumpió"),
    ],
    ids=["too weak", "never the same", "the end of the terminal"],
)
def test_after_three_tries_nothing_is_made(enrol, at_a_terminal, tmp_path, answers, told):
    at_a_terminal(*answers)

    answer = enrol()

    assert answer.exit in {1, 2}
    assert f"Qué pasó: {told}" in answer.err
    assert not (tmp_path / "nuevo").exists()
