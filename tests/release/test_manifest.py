"""The manifest's own command: it signs with a releaser's key, or says that it does not."""

import json

import manifest
import pytest
from facts import Source
from signing import make_key

SOURCE = Source("1.2.0", "c0ffee", 1_795_000_000)


@pytest.fixture(autouse=True)
def _no_key(monkeypatch, tmp_path):
    monkeypatch.delenv("TERRENO_SIGNING_KEY", raising=False)
    monkeypatch.setattr(manifest, "THROW_AWAY", tmp_path / "keys" / "throw-away.key")
    monkeypatch.setattr(manifest, "source_of", lambda _root: SOURCE)


@pytest.fixture
def release(tmp_path):
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "terreno_1.2.0_amd64.deb").write_bytes(b"a package")
    return folder


def test_without_a_key_nothing_is_signed_and_the_variable_is_named(release, tmp_path, capsys):
    status = manifest.main([str(release)])

    told = capsys.readouterr().err
    assert status == 1
    assert "TERRENO_SIGNING_KEY names no key" in told
    assert "--throw-away" in told
    assert [file.name for file in release.iterdir()] == ["terreno_1.2.0_amd64.deb"]
    assert not (tmp_path / "keys").exists()


def test_a_throw_away_key_is_asked_for_and_told_loudly(release, capsys):
    status = manifest.main([str(release), "--throw-away"])

    assert status == 0
    assert "SIGNED WITH A THROW-AWAY KEY OF THIS MACHINE, WHICH NOBODY TRUSTS" in capsys.readouterr().err
    assert (release / manifest.SIGNATURE).is_file()


def test_the_releasers_key_signs_without_a_warning(release, tmp_path, monkeypatch, capsys):
    signer = make_key(tmp_path / "release.key")
    monkeypatch.setenv("TERRENO_SIGNING_KEY", str(tmp_path / "release.key"))

    status = manifest.main([str(release)])

    told = capsys.readouterr()
    assert (status, told.err) == (0, "")
    assert signer.public in told.out
    assert [one["name"] for one in json.loads((release / manifest.NAME).read_text())["artefacts"]] == [
        "terreno_1.2.0_amd64.deb"
    ]


@pytest.mark.parametrize("wrong", ["not there", "empty", "a folder inside", "a key that is not there"])
def test_what_is_no_release_is_told_and_not_signed(release, tmp_path, monkeypatch, capsys, wrong):
    monkeypatch.setenv("TERRENO_SIGNING_KEY", str(tmp_path / "release.key"))
    match wrong:
        case "not there":
            release = tmp_path / "nada"
        case "empty":
            (release / "terreno_1.2.0_amd64.deb").unlink()
        case "a folder inside":
            (release / "dentro").mkdir()

    status = manifest.main([str(release)])

    told = capsys.readouterr().err
    assert status == 1
    assert told.startswith("nothing was signed, and what is there stays: ")
    assert told.count("\n") == 1
    assert not (release / manifest.SIGNATURE).exists()
