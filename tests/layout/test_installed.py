import subprocess
import sys
from pathlib import Path

import pytest

from terreno_app import installed
from terreno_app.paths import data_folder

BY_HAND = "find -L . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"


def test_the_digest_of_the_program_is_the_one_that_anybody_makes_by_hand(tmp_path):
    for name in ("terreno", "_internal/a b.so", "_internal/ñandú.txt", "_internal/lib/z"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, encoding="utf-8")
    (tmp_path / "_internal" / "link").symlink_to("lib/z")

    told = installed.program_digest(tmp_path)
    (tmp_path / "_internal" / "__pycache__").mkdir()
    (tmp_path / "_internal" / "__pycache__" / "x.pyc").write_bytes(b"")

    by_hand = subprocess.run(
        ["bash", "-c", BY_HAND.replace("find -L .", "find -L . -not -path '*/__pycache__/*'")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told == by_hand.stdout.split()[0] == installed.program_digest(tmp_path)
    (tmp_path / "terreno").write_text("altered", encoding="utf-8")
    assert installed.program_digest(tmp_path) != told


@pytest.mark.parametrize("kind", ["a library", "a folder of them"])
def test_a_link_that_was_led_elsewhere_changes_the_digest_of_the_program(tmp_path, kind):
    program, elsewhere = tmp_path / "programa", tmp_path / "ajeno"
    for folder in (program / "lib", elsewhere):
        folder.mkdir(parents=True)
    (program / "lib" / "z").write_text("nuestra", encoding="utf-8")
    (elsewhere / "z").write_text("ajena", encoding="utf-8")
    link = program / "enlace"
    link.symlink_to("lib/z" if kind == "a library" else "lib")
    before = installed.program_digest(program)

    link.unlink()
    link.symlink_to(elsewhere / "z" if kind == "a library" else elsewhere)

    assert installed.program_digest(program) != before


def test_a_frozen_program_is_the_folder_of_its_executable(monkeypatch, tmp_path):
    checkout = installed.program_folder()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "terreno"))

    assert checkout == Path(installed.__file__).parent
    assert installed.program_folder() == tmp_path


def test_no_data_lies_where_the_program_is_so_that_removing_it_takes_none_along(monkeypatch):
    for name in ("TERRENO_DATA", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/usr/lib/terreno/terreno")

    data = data_folder(None)

    assert data.is_relative_to(Path.home())
    assert not data.is_relative_to(installed.program_folder())
