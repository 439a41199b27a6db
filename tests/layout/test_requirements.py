import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
FILES = ("requirements/runtime.txt", "requirements/dev.txt", "requirements/bench.txt", "requirements/package.txt")


def entries(name):
    """The logical lines of a requirements file: continuation lines joined, comments gone."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def pins(name):
    return {
        canonicalize_name(pin): version for pin, version in (entry.split()[0].split("==") for entry in entries(name))
    }


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned_and_hashed(name):
    loose = [
        entry for entry in entries(name) if not re.match(r"[\w.-]+==[\w.]+(\s+--hash=sha256:[0-9a-f]{64})+$", entry)
    ]

    assert loose == []


@pytest.mark.parametrize("name", FILES)
def test_no_requirements_file_names_a_place_to_fetch_from(name):
    text = (ROOT / name).read_text(encoding="utf-8")

    assert re.findall(r"--[a-z-]*(?:index|find-links|host)[a-z-]*|\w+://\S+", text) == []


def test_the_tools_run_on_what_people_run():
    runtime, *tools = (pins(name) for name in FILES)

    assert [name for name, pinned in zip(FILES[1:], tools, strict=True) if not runtime.items() <= pinned.items()] == []


def test_the_pins_satisfy_what_the_project_asks_for():
    asked = project()["project"]
    pinned = {name: version for file in FILES for name, version in pins(file).items()}
    wanted = [
        Requirement(text)
        for group in (asked["dependencies"], *asked["optional-dependencies"].values())
        for text in group
    ]

    unmet = [str(need) for need in wanted if not need.specifier.contains(pinned.get(canonicalize_name(need.name), "0"))]

    assert unmet == []


def test_qt_stays_at_the_version_that_does_not_crash_this_python():
    asked = project()["project"]["dependencies"]
    pinned = pins("requirements/runtime.txt")

    assert "PySide6_Essentials==6.11.3" in asked
    assert (pinned["pyside6-essentials"], pinned["shiboken6"]) == ("6.11.3", "6.11.3")
