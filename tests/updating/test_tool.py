"""The releaser's tool: what it signs with whose keys, and what it refuses to publish."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from facts import Source
from manifest import write
from nacl.signing import SigningKey
from signing import ManifestSigner, make_key
from tuf.api.metadata import Metadata, Root
from update_keys import KeyFileError, Keyring
from update_publishing import RepositoryToolError, UpdateRepository
from update_repository import main

from tests.updating.releaser import PHRASE, SIGNER, a_releaser, ago, archive_name


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


def test_a_root_that_expires_soon_is_renewed_by_what_the_tool_says_of_it(tmp_path):
    old = a_releaser(tmp_path, ago(days=720))

    (told,) = old.tool().refresh()
    old.tool().replace_key("root-1", revoked=False)

    assert told.partition(" ")[0] == "root"
    assert told.endswith(": rotate a key of it")
    assert old.tool().refresh() == []


def test_nothing_is_published_without_the_key_of_the_targets(releaser):
    (releaser.keys / "targets-1.pem").unlink()
    before = releaser.file("timestamp").read_bytes()

    with pytest.raises(RepositoryToolError, match="targets needs 1"):
        releaser.add("1.2.0")

    assert releaser.file("timestamp").read_bytes() == before


@pytest.mark.parametrize(
    "harm",
    ["byte", "size", "none", "no manifest", "manifest", "signature", "stranger", "one more", "no archive", "number"],
)
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
        case "manifest":
            manifest.write_bytes(manifest.read_bytes().replace(b"1.2.0", b"1.2.1"))
        case "signature":
            manifest.with_name("manifest.json.sig").unlink()
        case "stranger":
            ManifestSigner(SigningKey(b"x" * 32)).sign(manifest)
        case "one more":
            (folder / "otro.exe").write_bytes(b"MZ")
        case "no archive":
            archive.unlink()
            resigned(folder, "1.2.0")
        case _:
            resigned(folder, "1.3.0")
    before = releaser.file("timestamp").read_bytes()

    with pytest.raises(RepositoryToolError):
        releaser.tool().add(folder, SIGNER.public)

    assert releaser.file("timestamp").read_bytes() == before


def resigned(folder, version):
    """The releaser's own mistake: what is there, signed as another version."""
    about = {"name": "terreno", "version": version}
    (folder / "sbom.cdx.json").write_text(json.dumps({"bomFormat": "CycloneDX", "metadata": {"component": about}}))
    write(folder, Source(version, "", 0), SIGNER)


def test_a_release_that_another_key_signed_is_told_and_not_published(releaser, tmp_path, capsys):
    stranger = make_key(tmp_path / "otra.key")
    folder, keys = releaser.release("1.2.0"), ("--keys", str(releaser.keys))

    command = ("add", str(releaser.repository), str(folder), "--release-key", f"{tmp_path}/otra.key.pub", *keys)
    stranger.sign(folder / "manifest.json")
    known = main(command)
    SIGNER.sign(folder / "manifest.json")
    unknown = main(command)
    none = main((*command[:4], f"{tmp_path}/otra.pub", *keys))

    told = capsys.readouterr().err.splitlines()
    assert (known, unknown, none) == (0, 1, 1)
    assert told[0].startswith(f"{folder} is not what was released: La firma no corresponde al manifiesto")
    assert told[1].startswith(f"{tmp_path}/otra.pub is no public key")


@pytest.mark.parametrize("away", ["timestamp-1", "snapshot-1"])
def test_a_replacement_that_cannot_be_finished_changes_nothing_and_can_be_repeated(releaser, laptop, away):
    elsewhere = releaser.keys.parent / "aparte.pem"
    (releaser.keys / f"{away}.pem").rename(elsewhere)

    with pytest.raises(RepositoryToolError, match=away):
        releaser.tool().replace_key("targets-1", revoked=False)
    between = (releaser.file("root").name, laptop.offered(), (releaser.keys / "targets-2.pem").exists())
    elsewhere.rename(releaser.keys / f"{away}.pem")

    assert between == ("1.root.json", ["1.1.0"], False)
    assert releaser.tool().replace_key("targets-1", revoked=False) == "targets-2"
    assert laptop.offered() == ["1.1.0"]


def test_a_custodian_who_mistypes_leaves_no_key_behind(releaser):
    def slipping(file):
        return "otra frase muy larga" if file.name == "root-2.pem" else PHRASE

    wrong = UpdateRepository(releaser.repository, Keyring([releaser.keys], slipping, lambda _: PHRASE))
    with pytest.raises(KeyFileError, match="does not open"):
        wrong.replace_key("timestamp-1", revoked=True)

    assert not (releaser.keys / "timestamp-2.pem").exists()
    assert releaser.tool().replace_key("timestamp-1", revoked=True) == "timestamp-2"


def test_what_a_power_cut_left_of_a_replacement_is_signed_anew(releaser, laptop):
    cut = releaser.tool()
    write_all = cut._write
    cut._write = lambda files: write_all(dict(list(files.items())[:1]))
    cut.replace_key("targets-1", revoked=False)

    left = releaser.tool().refresh()

    assert releaser.file("root").name == "2.root.json"
    assert left == []
    assert laptop.offered() == ["1.1.0"]


@pytest.mark.parametrize("key", ["targets-1", "snapshot-1", "timestamp-1", "root-1"])
@pytest.mark.parametrize("step", range(1, 6))
def test_a_replacement_that_a_power_cut_ended_anywhere_is_signed_anew_or_given_again(
    releaser, laptop, monkeypatch, key, step
):
    moves, real = [], Path.replace

    def cut(self, target):
        moves.append(target)
        if len(moves) == step:
            raise KeyboardInterrupt
        return real(self, target)

    with monkeypatch.context() as power:
        power.setattr(Path, "replace", cut)
        with suppress(KeyboardInterrupt):
            releaser.tool().replace_key(key, revoked=False)
    role = key.removesuffix("-1")
    if key in names(releaser, role):
        releaser.tool().replace_key(key, revoked=False)
    left = releaser.tool().refresh()

    assert left == []
    assert key not in names(releaser, role)
    assert laptop.offered() == ["1.1.0"]


def typing(monkeypatch, *typed):
    """A person at a terminal; the questions that are left unanswered come back."""
    answers = list(typed)
    monkeypatch.delenv("TERRENO_UPDATE_PASSPHRASE")
    monkeypatch.setattr("getpass.getpass", lambda _question: answers.pop(0))
    return answers


def test_a_new_passphrase_is_typed_twice(tmp_path, monkeypatch, capsys):
    slip = ("corta", PHRASE, "otra frase muy larga", PHRASE, PHRASE)
    left = typing(monkeypatch, *slip, *(PHRASE,) * 10)

    status = main(["init", str(tmp_path / "r"), "--keys", str(tmp_path / "k")])

    assert (status, left) == (0, [])
    assert capsys.readouterr().err.splitlines() == ["it needs 12 characters", "the two differ"]


def test_keys_that_were_begun_are_no_hindrance_to_beginning_again(tmp_path, monkeypatch, capsys):
    init = ["init", str(tmp_path / "r"), "--keys", str(tmp_path / "k")]
    typing(monkeypatch, PHRASE, PHRASE, "corta", "corta", "corta")

    broken_off = main(init)
    left = [*(tmp_path / "k").iterdir(), (tmp_path / "r" / "metadata").exists()]
    monkeypatch.setattr("getpass.getpass", lambda _question: PHRASE)
    again = main(init)

    assert (broken_off, left, again) == (1, [False], 0)
    assert "root-2.pem" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ended", "told"), [(EOFError, "TERRENO_UPDATE_PASSPHRASE"), (KeyboardInterrupt, "the same command again")]
)
def test_without_anybody_to_type_nothing_is_made_and_no_trace_is_shown(tmp_path, monkeypatch, capsys, ended, told):
    def nobody(_question):
        raise ended

    monkeypatch.delenv("TERRENO_UPDATE_PASSPHRASE")
    monkeypatch.setattr("getpass.getpass", nobody)

    status = main(["init", str(tmp_path / "r"), "--keys", str(tmp_path / "k")])

    assert (status, (tmp_path / "k").exists()) == (1, False)
    assert told in capsys.readouterr().err


def test_a_number_is_given_to_one_archive_only(releaser):
    other = releaser.work / "otra"
    releaser.release("1.2.0").rename(other)
    releaser.tool().add(other, SIGNER.public)

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


def test_a_repository_that_is_damaged_is_told_in_a_line(releaser, capsys):
    releaser.file("targets").write_bytes(b"{")

    status = main(["show", str(releaser.repository)])

    assert (status, capsys.readouterr().err.count("\n")) == (1, 1)


def test_the_tool_as_it_is_typed(tmp_path, capsys):
    made = a_releaser(tmp_path / "otro")
    repository, keys, public = str(tmp_path / "r"), ["--keys", str(tmp_path / "k")], tmp_path / "release.pub"
    public.write_text(SIGNER.public)

    statuses = [
        main(["init", repository, *keys]),
        main(["add", repository, str(made.release("1.2.0")), "--release-key", str(public), *keys]),
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
