"""A language of the public screens is one file: read whole, once a speaker has reviewed it."""

import json
from pathlib import Path

import pytest

from terreno_app.paths import resources
from terreno_app.storage.public_languages import load_public_languages
from terreno_app.storage.resources import DamagedResourcesError


def a_file(folder: Path, part: str = "", **changes: object) -> Path:
    """A copy of the English file with changes in it or in a part of it, as the only language of a folder."""
    content = json.loads((resources() / "public" / "en.json").read_text(encoding="utf-8"))
    (content[part] if part else content).update(changes)
    (folder / "public").mkdir()
    (folder / "public" / "en.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_the_language_of_the_ministry_comes_first() -> None:
    assert [one.receipt.name for one in load_public_languages(resources())] == ["Español", "English"]


def test_a_file_that_no_speaker_has_reviewed_is_read_by_nobody(tmp_path: Path) -> None:
    assert load_public_languages(a_file(tmp_path, reviewed=False)) == ()


@pytest.mark.parametrize(
    ("part", "damage"),
    [
        ("survey", {"words": {}}),
        ("survey", {"questionnaires": {"x": {}}}),
        ("survey", {"questionnaires": [], "answers": 1}),
        ("receipt", {"words": {}}),
        ("receipt", {"months": None}),
        ("", {"receipt": None}),
    ],
)
def test_a_file_that_lacks_a_word_is_a_damaged_installation(
    tmp_path: Path, part: str, damage: dict[str, object]
) -> None:
    with pytest.raises(DamagedResourcesError, match=r"en\.json"):
        load_public_languages(a_file(tmp_path, part, **damage))
