"""The files for Windows, as far as they can be read elsewhere: they have their form, and name what there is."""

import re
from pathlib import Path, PureWindowsPath

import pytest
import tree_sitter
import tree_sitter_powershell

ROOT = Path(__file__).parents[2]
WINDOWS = ROOT / "packaging" / "windows"
SCRIPTS = sorted(WINDOWS.glob("*.ps1"))
MADE = {"out"}
"""What a build makes before it is named."""


def faults(text):
    """Where a script has not the form of one, by line."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    found, waiting = [], [parser.parse(text.encode()).root_node]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.children)
        if node.is_error or node.is_missing:
            found.append(node.start_point.row + 1)
    return sorted(found)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_has_the_form_of_one_and_no_letter_that_old_readers_mistake(script):
    text = script.read_text(encoding="utf-8")

    assert faults(text) == []
    assert text.isascii()


@pytest.mark.parametrize("wrong", ["if ($a) {", "Write-Output 'one", "$a = (1"])
def test_a_script_without_that_form_is_found(wrong):
    assert faults(f"$b = 1\n{wrong}\n") != []


def test_what_the_scripts_take_from_the_checkout_is_there():
    text = "".join(script.read_text(encoding="utf-8") for script in SCRIPTS)
    named = {
        PureWindowsPath(path)
        for path in re.findall(r"\$root\\([\w.\\-]+)|\$root '([\w.\\-]+)'", text)
        for path in path
        if path
    }

    taken = {path for path in named if path.parts[0] not in MADE and path.parts[0] != ".venv-package"}

    assert PureWindowsPath("packaging/terreno.spec") in taken
    assert [str(path) for path in taken if not (ROOT / path.as_posix()).exists()] == []


def test_the_setup_is_read_as_unicode_and_names_no_place_of_a_persons_data():
    script = (WINDOWS / "terreno.iss").read_bytes()
    orders = [line for line in script.decode("utf-8-sig").splitlines() if not line.startswith(";")]

    assert script.startswith(b"\xef\xbb\xbf")
    assert [line for line in orders if re.search(r"appdata|userdocs|\{user", line, re.IGNORECASE)] == []
    assert [line for line in orders if line.startswith("[Uninstall")] == []


def test_the_workflow_runs_scripts_that_there_are():
    run = re.findall(r"run: \./(\S+)", (WINDOWS / "windows.yml").read_text(encoding="utf-8"))

    assert {Path(script).name for script in run} == {"build.ps1", "try-setup.ps1"}
    assert [script for script in run if not (ROOT / script).is_file()] == []
