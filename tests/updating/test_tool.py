"""The releaser's tool: what it signs with whose keys, and what it refuses to publish."""

import json

import pytest
from tuf.api.metadata import Metadata, Root
from update_keys import KeyFileError, Keyring
from update_repository import RepositoryToolError, UpdateRepository, main

from tests.updating.releaser import PHRASE, a_releaser, ago, archive_name


@pytest.fixture(autouse=True)
def _phrase(monkeypatch):
    monkeypatch.setenv("TERRENO_UPDATE_PASSPHRASE", PHRASE)


def names(releaser, role):
    root = Metadata[Root].from_bytes(releaser.file("root").read_bytes()).signed
    return {root.keys[keyid].unrecognized_fields["x-terreno-name"] for keyid in root.roles[role].keyids}


def test_the_root_is_of_three_custodians_of_whom_two_sign(releaser):
    root = Metadata[Root].from_bytes(releaser.root)

    assert root.signed.roles["root"].threshold == 2
    assert names(releaser, "root") == {"root-1", "root-2", "root-3"}
    assert len(root.signatures) == 3
    assert {file.stat().st_mode & 0o777 for file in releaser.keys.iterdir()} == {0o600}
    assert all(b"ENCRYPTED" in file.read_bytes() for file in releaser.keys.iterdir())


def test_laptops_follow_every_key_that_is_replaced(releaser, laptop):
    for key in ("root-1", "targets-1", "snapshot-1", "timestamp-1", "timestamp-2"):
        releaser.tool().replace_key(key, revoked=False)
    releaser.add("1.2.0")

    assert laptop.offered() == ["1.1.0", "1.2.0"]
    assert names(releaser, "root") == {"root-2", "root-3", "root-4"}
    assert names(releaser, "timestamp") == {"timestamp-3"}


def test_two_custodians_revoke_the_key_of_the_third(releaser, laptop):
    stolen = releaser.keys / "root-3.pem"
    stolen.rename(releaser.keys / "robada.pem")

    releaser.tool().replace_key("root-3", revoked=True)

    assert names(releaser, "root") == {"root-1", "root-2", "root-4"}
    assert laptop.offered() == ["1.1.0"]


def test_one_custodian_alone_changes_no_key(releaser):
    away = releaser.keys.parent / "root-2.pem"
    (releaser.keys / "root-3.pem").unlink()
    (releaser.keys / "root-2.pem").rename(away)

    with pytest.raises(RepositoryToolError, match="root needs 2 of these keys"):
        releaser.tool().replace_key("timestamp-1", revoked=True)
    unchanged = releaser.file("root").name
    away.rename(releaser.keys / "root-2.pem")

    assert unchanged == "1.root.json"
    assert releaser.tool().replace_key("timestamp-1", revoked=True) == "timestamp-2"


def test_a_timer_needs_the_key_of_the_timestamp_alone(releaser, laptop, tmp_path):
    releaser.tool(ago(days=8)).refresh()
    (tmp_path / "servidor").mkdir()
    (releaser.keys / "timestamp-1.pem").rename(tmp_path / "servidor" / "timestamp-1.pem")

    left = releaser.tool(keys=tmp_path / "servidor").refresh()

    assert left == []
    assert laptop.offered() == ["1.1.0"]


def test_what_expires_soon_is_renewed_where_its_key_is_at_hand(tmp_path):
    old = a_releaser(tmp_path, ago(days=80))

    assert old.tool().refresh() == []
    assert old.file("snapshot").name == "2.snapshot.json"


def test_nothing_is_published_without_the_key_of_the_targets(releaser):
    (releaser.keys / "targets-1.pem").unlink()
    before = releaser.file("timestamp").read_bytes()

    with pytest.raises(RepositoryToolError, match="targets needs 1"):
        releaser.add("1.2.0")

    assert releaser.file("timestamp").read_bytes() == before


@pytest.mark.parametrize("harm", ["byte", "size", "none", "no manifest", "no archive"])
def test_a_release_that_is_not_what_its_manifest_says_is_not_published(releaser, harm):
    folder = releaser.release("1.2.0")
    archive, manifest = folder / archive_name("1.2.0"), folder / "manifest.json"
    match harm:
        case "byte":
            archive.write_bytes(archive.read_bytes()[:-1] + b"?")
        case "size":
            archive.write_bytes(archive.read_bytes() + b"?")
        case "none":
            archive.unlink()
        case "no manifest":
            manifest.unlink()
        case _:
            manifest.write_text(json.dumps({"artefacts": []}))

    with pytest.raises(RepositoryToolError):
        releaser.tool().add(folder)

    assert not releaser.file("targets").name.startswith("3.")


def test_a_number_is_given_to_one_archive_only(releaser):
    other = releaser.work / "otra"
    releaser.release("1.2.0").rename(other)
    releaser.tool().add(other)

    with pytest.raises(RepositoryToolError, match="new number"):
        releaser.add("1.2.0", b"otros bytes")


def test_a_key_that_does_not_open_signs_nothing(releaser):
    wrong = UpdateRepository(releaser.repository, Keyring([releaser.keys], lambda _: "otra frase muy larga"))

    with pytest.raises(KeyFileError, match="does not open"):
        wrong.refresh()


def test_a_key_file_of_another_key_signs_nothing(releaser):
    (releaser.keys / "root-1.pem").replace(releaser.keys / "timestamp-1.pem")

    with pytest.raises(KeyFileError, match="another key"):
        releaser.tool().refresh()


def test_keys_are_never_made_over_others_nor_under_a_short_passphrase(releaser, tmp_path):
    with pytest.raises(KeyFileError, match="is there already"):
        Keyring([releaser.keys], lambda _: PHRASE).make("root-1")
    with pytest.raises(KeyFileError, match="shorter"):
        Keyring([tmp_path], lambda _: "corta").make("root-1")


def test_the_tool_as_it_is_typed(tmp_path, capsys):
    made = a_releaser(tmp_path / "otro")
    repository, keys = str(tmp_path / "r"), ["--keys", str(tmp_path / "k")]

    statuses = [
        main(["init", repository, *keys]),
        main(["add", repository, str(made.release("1.2.0")), *keys]),
        main(["refresh", repository, *keys]),
        main(["rotate", repository, "snapshot-1", *keys]),
        main(["revoke", repository, "root-2", *keys]),
        main(["show", repository]),
        main(["init", repository, *keys]),
        main(["revoke", repository, "root-2", *keys]),
        main(["refresh", str(tmp_path / "vacía"), *keys]),
    ]

    told = capsys.readouterr()
    assert statuses == [0, 0, 0, 0, 0, 0, 1, 1, 1]
    assert [line.split()[0] for line in told.out.splitlines()[-5:]] == [
        "root",
        "targets",
        "snapshot",
        "timestamp",
        archive_name("1.2.0"),
    ]
    assert [line.partition(":")[0] for line in told.err.splitlines()] == [
        f"{tmp_path}/r/metadata is there already",
        "no key is called root-2",
        f"{tmp_path}/vacía/metadata holds no root",
    ]
