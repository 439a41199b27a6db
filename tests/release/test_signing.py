"""What is signed verifies, one changed byte does not, and no key is where somebody could take it."""

import subprocess
import sys
from pathlib import Path

import pytest
from nacl.signing import VerifyKey
from signing import RepositorySigner, SigningError, chosen, make_key, read_key

ROOT = Path(__file__).parents[2]


def test_the_key_of_the_manifest_is_for_its_owner_only(tmp_path):
    file = tmp_path / "keys" / "release.key"

    made = make_key(file)

    assert file.stat().st_mode & 0o777 == 0o600
    assert read_key(file).public == made.public == (tmp_path / "keys" / "release.key.pub").read_text().strip()
    with pytest.raises(SigningError, match="there already"):
        make_key(file)
    file.chmod(0o644)
    with pytest.raises(SigningError, match="may be read by others"):
        read_key(file)


def test_the_public_half_signs_nothing(tmp_path):
    file = tmp_path / "release.key"
    make_key(file)
    public = tmp_path / "release.key.pub"
    public.chmod(0o600)

    with pytest.raises(SigningError, match="public half"):
        read_key(public)


def test_a_disk_with_keys_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SigningError, match="is not there: is the disk"):
        read_key(tmp_path / "release.key")


@pytest.mark.parametrize("content", ["no key", "ab" * 31, "ab" * 64])
def test_a_file_without_a_key_is_told(tmp_path, content):
    file = tmp_path / "release.key"
    file.write_text(content)
    file.chmod(0o600)

    with pytest.raises(SigningError, match="no signing key"):
        read_key(file)


def test_without_a_key_of_the_releaser_a_throw_away_one_says_so(tmp_path, monkeypatch):
    monkeypatch.delenv("TERRENO_SIGNING_KEY", raising=False)
    place = tmp_path / "throw-away.key"

    first, second = chosen(place), chosen(place)
    monkeypatch.setenv("TERRENO_SIGNING_KEY", str(place))
    named = chosen(tmp_path / "another.key")

    assert [trusted for _, trusted in (first, second, named)] == [False, False, True]
    assert first[0].public == second[0].public == named[0].public
    assert not (tmp_path / "another.key").exists()


def test_a_manifest_is_signed_over_its_exact_bytes(tmp_path):
    signer = make_key(tmp_path / "release.key")
    (tmp_path / "manifest.json").write_bytes(b'{"a": 1}\n')

    signature = signer.sign(tmp_path / "manifest.json")

    assert signature == tmp_path / "manifest.json.sig"
    VerifyKey(bytes.fromhex(signer.public)).verify(b'{"a": 1}\n', bytes.fromhex(signature.read_text().strip()))


def test_the_index_of_a_repository_is_signed_inside_and_apart(gnupg, tmp_path):
    keyring = tmp_path / "terreno.gpg"
    index = tmp_path / "Release"
    index.write_text("Suite: stable\n")

    inside = RepositorySigner("prueba@example.cl", gnupg).sign(index)

    gpgv = ("gpgv", "--quiet", "--keyring", str(keyring))
    subprocess.run([*gpgv, str(inside)], check=True, capture_output=True)
    subprocess.run([*gpgv, str(tmp_path / "Release.gpg"), str(index)], check=True, capture_output=True)
    inside.write_text(inside.read_text().replace("stable", "stabIe"))
    assert subprocess.run([*gpgv, str(inside)], check=False, capture_output=True).returncode


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("verify", "x.exe", "--authorities", "ca.pem"), "osslsigncode is not installed: apt install osslsigncode\n"),
        (("keygen", "/proc/no/release.key"), "/proc/no"),
    ],
)
def test_what_a_machine_lacks_is_told_in_a_line(tmp_path, command, told):
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "signing.py"), *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
    )

    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
