import shutil
import tomllib
from pathlib import Path

import platformdirs
import pytest

from terreno_app import paths


def test_a_checkout_reads_the_resources_at_its_top():
    assert paths.resources() == Path(paths.__file__).parents[1] / "resources"


def test_an_installed_wheel_reads_the_resources_inside_the_package(tmp_path, monkeypatch):
    (tmp_path / "_resources").mkdir()
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path)

    found = paths.resources()

    assert found == tmp_path / "_resources"


def test_a_bundle_reads_the_resources_it_unpacked(tmp_path, monkeypatch):
    (tmp_path / "bundle" / "resources").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "terreno_app")
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path / "bundle"), raising=False)

    found = paths.resources()

    assert found == tmp_path / "bundle" / "resources"


def test_an_installation_without_resources_says_that_it_is_incomplete(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "terreno_app")

    with pytest.raises(FileNotFoundError, match="incompleta"):
        paths.resources()


def test_a_checkout_reads_the_manual_among_its_pages():
    assert paths.manual() == Path(paths.__file__).parents[1] / "docs" / "manual" / "puesto.md"


def test_an_installed_wheel_carries_the_manual_where_it_is_looked_for(tmp_path, monkeypatch):
    root = Path(paths.__file__).parents[1]
    told = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    carried = told["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for source, place in carried.items():
        if (root / source).is_file():
            (tmp_path / place).parent.mkdir(parents=True)
            shutil.copy(root / source, tmp_path / place)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "terreno_app")

    assert paths.manual() == tmp_path / "terreno_app" / "_resources" / "manual" / "puesto.md"


def test_an_installation_without_the_manual_says_that_it_is_incomplete(tmp_path, monkeypatch):
    (tmp_path / "terreno_app" / "_resources").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "terreno_app")

    with pytest.raises(FileNotFoundError, match="incompleta"):
        paths.manual()


def test_the_option_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("TERRENO_DATA", "from-environment")

    chosen = [paths.data_folder("from-option"), paths.data_folder(None)]

    assert chosen == [Path("from-option"), Path("from-environment")]


def test_without_a_choice_the_data_goes_where_the_system_keeps_it(monkeypatch):
    monkeypatch.delenv("TERRENO_DATA", raising=False)

    assert paths.data_folder(None) == Path(platformdirs.user_data_dir("terreno", appauthor=False))
