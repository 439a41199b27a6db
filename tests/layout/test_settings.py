import json
from dataclasses import FrozenInstanceError

import pytest

from terreno_app.settings import FILE_NAME, Settings, SettingsError, load_settings, save_look


def test_a_laptop_without_a_settings_file_has_the_defaults(tmp_path):
    settings = load_settings(tmp_path)

    assert (settings.lock_minutes, settings.theme, settings.scale) == (3, "system", 100)


def test_the_file_says_only_what_differs(tmp_path):
    (tmp_path / FILE_NAME).write_text('{"lock_minutes": 5}', encoding="utf-8")

    settings = load_settings(tmp_path)

    assert settings == Settings(lock_minutes=5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param('{"lock_minutes": 99}', "lock_minutes", id="out of range"),
        pytest.param('{"colour": "red", "scale": 10}', "colour, scale", id="two at once"),
        pytest.param("{", "JSON", id="not JSON"),
    ],
)
def test_a_wrong_file_is_named_with_what_to_look_at_and_left_alone(tmp_path, text, words):
    file = tmp_path / FILE_NAME
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=words):
        load_settings(tmp_path)

    assert file.read_text(encoding="utf-8") == text


def test_a_file_that_cannot_be_read_is_told_in_spanish(tmp_path):
    (tmp_path / FILE_NAME).mkdir()

    with pytest.raises(SettingsError, match="No se puede leer"):
        load_settings(tmp_path)


def test_another_look_is_kept_and_nothing_else_of_the_file_changes(tmp_path):
    (tmp_path / FILE_NAME).write_text('{"lock_minutes": 5}', encoding="utf-8")

    kept = save_look(tmp_path, "high_contrast", 150)

    assert kept == Settings(5, "high_contrast", 150) == load_settings(tmp_path)
    assert json.loads((tmp_path / FILE_NAME).read_text()) == {"lock_minutes": 5, "theme": "high_contrast", "scale": 150}
    assert [one.name for one in tmp_path.iterdir()] == [FILE_NAME]


def test_a_look_is_kept_where_no_file_was(tmp_path):
    assert save_look(tmp_path, "dark", 100) == Settings(theme="dark")


def test_a_file_that_nobody_understands_is_not_written_over_by_a_look(tmp_path):
    (tmp_path / FILE_NAME).write_text("{", encoding="utf-8")

    with pytest.raises(SettingsError, match="JSON"):
        save_look(tmp_path, "dark", 100)

    assert (tmp_path / FILE_NAME).read_text(encoding="utf-8") == "{"


def test_settings_never_change_under_a_running_screen():
    with pytest.raises(FrozenInstanceError):
        Settings().scale = 150
