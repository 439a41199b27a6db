"""What is remembered of versions, and what of it cannot be read."""

import json
import threading

import pytest

from terreno_app.domain.releases import Offer, is_newer, number, version_of
from terreno_app.versions import FAILED, MOST_TRIES, PASSED, PROVEN, Look, Versions, surroundings


@pytest.fixture
def versions(tmp_path) -> Versions:
    return Versions(tmp_path)


def there(versions: Versions, *names: str) -> None:
    """Versions that passed, with a program each."""
    for name in names:
        versions.passed(name)
        versions.program(name).parent.mkdir(parents=True)
        versions.program(name).touch()


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [
        ("1.10.0", "1.9.9", True),
        ("1.2", "1.2.0", False),
        ("1.2.0.1", "1.2", True),
        ("1.2.0", "0.1.0.dev1", True),
        ("1.2.0rc1", "1.0.0", False),
        ("../1.2.0", "1.0.0", False),
    ],
)
def test_versions_are_compared_by_their_numbers(one, other, newer):
    assert is_newer(one, other) is newer


@pytest.mark.parametrize("name", ["", "1", "1..2", "..", "1.2/..", "1.2.3.4.5", "１.2", "1.2\n", "9999999.1"])
def test_what_is_no_number_names_no_folder(name):
    assert number(name) is None
    assert version_of(f"terreno-{name}-linux-x86_64.tar.zst", "linux-x86_64") is None


def test_an_archive_for_another_machine_is_none_of_ours():
    assert version_of("terreno-1.2.0-windows-x86_64.tar.zst", "linux-x86_64") is None


def test_the_newest_that_did_not_fail_is_next(versions):
    there(versions, "1.1.0", "1.10.0", "1.9.0")
    versions.failed("1.10.0", "exit 1")

    assert versions.next_after("1.0.0").version == "1.9.0"
    assert versions.next_after("1.9.0") is None


def test_a_version_whose_program_is_gone_is_not_next(versions):
    there(versions, "1.1.0")
    versions.program("1.1.0").unlink()

    assert versions.next_after("1.0.0") is None


def test_while_an_outing_is_open_only_a_proven_version_is_next(versions):
    there(versions, "1.1.0", "1.2.0")
    versions.prove("1.1.0")

    versions.hold(True)
    held = versions.next_after("1.0.0").version
    versions.hold(False)

    assert (held, versions.next_after("1.0.0").version) == ("1.1.0", "1.2.0")


def test_an_outing_is_still_open_after_a_power_cut(versions, monkeypatch):
    there(versions, "1.1.0")
    durable = []
    monkeypatch.setattr("terreno_app.versions._sync_folder", lambda folder: durable.append(list(folder.iterdir())))

    versions.hold(True)
    versions.hold(True)

    assert [versions.folder / "hold" in names for names in durable] == [True]


def test_a_laptop_without_versions_remembers_no_outing(versions):
    versions.hold(True)

    assert not versions.folder.exists()


def test_a_disk_that_is_full_keeps_nobody_from_opening_an_outing(versions, monkeypatch):
    there(versions, "1.1.0")
    monkeypatch.setattr("pathlib.Path.touch", _full)

    versions.hold(True)

    assert not versions.held


def test_a_version_has_three_starts_to_come_to_its_window(versions):
    there(versions, "1.1.0")

    may = [versions.begin("1.1.0") for _ in range(MOST_TRIES + 1)]
    versions.prove("1.1.0")

    assert may == [True, True, True, False]
    assert (versions.how("1.1.0").state, versions.how("1.1.0").tries) == (PROVEN, 0)
    assert not versions.begin("9.9.9")


def test_a_failed_version_is_never_proven(versions):
    versions.failed("1.1.0", "crashed")
    versions.prove("1.1.0")
    versions.tell("1.1.0")

    assert versions.how("1.1.0") == type(versions.how("1.1.0"))("1.1.0", FAILED, "crashed", told=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"versions": 3, "look": []}',
        '{"versions": {"1.1.0": 3, "../x": {"state": "passed"}}, "look": {"offer": {"version": 1}}}',
        '{"versions": {"1.1.0": {"state": "new"}}, "look": {"tried_at": 7}}',
    ],
)
def test_a_state_that_cannot_be_read_counts_as_none(versions, text):
    there(versions, "1.1.0")
    (versions.folder / "state.json").write_text(text, encoding="utf-8")

    assert versions.known() == ()
    assert versions.next_after("1.0.0") is None
    assert versions.last_look() == Look()
    versions.passed("1.1.0")
    assert versions.how("1.1.0").state == PASSED


def test_the_last_look_is_remembered_beside_the_versions(versions):
    look = Look(
        "2026-11-21T10:00:00.000Z", "2026-11-20T10:00:00.000Z", Offer("1.2.0", "a.tar.zst", 3), "update_expired"
    )
    versions.passed("1.1.0")

    versions.looked(look)

    assert versions.last_look() == look
    assert json.loads((versions.folder / "state.json").read_text())["versions"]["1.1.0"] == {"state": PASSED}


def test_two_programs_that_write_at_once_lose_nothing(versions):
    names = [f"1.{number}.0" for number in range(12)]
    threads = [threading.Thread(target=Versions(versions.folder.parent).passed, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {one.version for one in versions.known()} == set(names)


def test_a_state_that_cannot_be_written_leaves_the_old_one(versions, monkeypatch):
    versions.passed("1.1.0")
    monkeypatch.setattr("pathlib.Path.replace", _full)

    with pytest.raises(OSError, match="full"):
        versions.passed("1.2.0")

    assert [one.version for one in versions.known()] == ["1.1.0"]
    assert not (versions.folder / "state.json.new").exists()


def test_another_version_gets_none_of_this_ones_libraries(monkeypatch):
    monkeypatch.setattr("sys.frozen", True, raising=False)
    given = {
        "LD_LIBRARY_PATH": "mine",
        "LD_LIBRARY_PATH_ORIG": "theirs",
        "DYLD_LIBRARY_PATH": "mine",
        "_PYI_ARCHIVE_FILE": "mine",
        "HOME": "casa",
    }

    assert surroundings("1.1.0", given) == {
        "LD_LIBRARY_PATH": "theirs",
        "HOME": "casa",
        "TERRENO_VERSION_STARTED": "1.1.0",
        "PYINSTALLER_RESET_ENVIRONMENT": "1",
    }


def _full(*_: object) -> None:
    raise OSError(28, "full")
