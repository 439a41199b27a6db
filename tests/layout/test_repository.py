import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = (".ci", "benchmarks", "docs", "packaging", "requirements", "resources", "sync", "terreno_app", "tests")


def texts():
    """Every text of the repository but this file, which has to name what it looks for.

    In a linked worktree `.git` is a file of git's own.
    """
    files = [*ROOT.glob("*.*"), ROOT / "Makefile", *(file for folder in OURS for file in (ROOT / folder).rglob("*"))]
    for file in files:
        if file.is_file() and file.name != ".git" and "__pycache__" not in file.parts and file != Path(__file__):
            try:
                yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


@pytest.mark.parametrize("folder", ["packaging", "resources"])
def test_folders_that_would_shadow_a_library_are_no_packages(folder):
    assert list((ROOT / folder).rglob("__init__.py")) == []


def test_tests_are_no_packages():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize(
    "words",
    [
        # The package installs into /opt/terreno, on every machine.
        pytest.param(r"(?<![\w.~/-])/(?:work|tmp|root|opt(?!/terreno\b))/\w+", id="paths of one machine"),
        pytest.param(r"\bpypi\.org|pythonhosted\.org|deb\.debian\.org|npmjs\.org", id="hosts of a registry"),
    ],
)
def test_the_project_speaks_of_no_particular_machine(words):
    found = [(name, hit.group()) for name, text in texts() for hit in re.finditer(words, text)]

    assert found == []
