"""What is signed verifies, one changed byte does not, and no key is where somebody could take it."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pip
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from nacl.signing import VerifyKey
from signing import (
    AuthenticodeSigner,
    RepositorySigner,
    SigningError,
    chosen,
    make_key,
    read_key,
    verify_authenticode,
)

# A small program of Windows that every environment has: pip starts scripts with it.
PROGRAM = Path(pip.__file__).parent / "_vendor" / "distlib" / "t64.exe"


def name(words):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def certificate(subject, key, issuer, issuer_key, *, authority):
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def test_authority(tmp_path):
    """An authority for this test alone, and somebody whom it lets sign programs."""
    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "ca.pem").write_bytes(certificate("Prueba", root, "Prueba", root, authority=True))
    (tmp_path / "cert.pem").write_bytes(certificate("Firma de prueba", leaf, "Prueba", root, authority=False))
    (tmp_path / "secret").write_text("contraseña de prueba\n", encoding="utf-8")
    (tmp_path / "key.pem").write_bytes(
        leaf.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption("contraseña de prueba".encode()),
        )
    )
    return tmp_path


def test_a_program_of_windows_is_signed_and_one_flipped_byte_is_refused(test_authority):
    program = Path(shutil.copyfile(PROGRAM, test_authority / "terreno.exe"))
    signer = AuthenticodeSigner(
        test_authority / "cert.pem", str(test_authority / "key.pem"), secret_file=test_authority / "secret"
    )

    signer.sign(program)

    verify_authenticode(program, test_authority / "ca.pem")
    content = bytearray(program.read_bytes())
    content[4096] ^= 1
    program.write_bytes(content)
    with pytest.raises(SigningError):
        verify_authenticode(program, test_authority / "ca.pem")


def test_a_program_without_a_signature_is_refused(test_authority):
    with pytest.raises(SigningError):
        verify_authenticode(PROGRAM, test_authority / "ca.pem")


def test_what_could_not_be_signed_is_told_and_stays_as_it_was(test_authority):
    program = Path(shutil.copyfile(PROGRAM, test_authority / "terreno.exe"))
    signer = AuthenticodeSigner(test_authority / "cert.pem", str(test_authority / "none.pem"))

    with pytest.raises(SigningError, match="osslsigncode sign"):
        signer.sign(program)

    assert program.read_bytes() == PROGRAM.read_bytes()


def test_a_key_in_a_token_is_reached_by_its_library_and_never_by_a_visible_pin(tmp_path):
    token = AuthenticodeSigner(
        tmp_path / "cert.pem",
        "pkcs11:object=terreno;type=private",
        module=Path("/usr/lib/opensc-pkcs11.so"),
        secret_file=tmp_path / "pin",
        timestamp="http://127.0.0.1/tsa",
    )

    command = token.command(tmp_path / "a.exe", tmp_path / "b.exe")

    assert command[command.index("-pkcs11module") + 1] == "/usr/lib/opensc-pkcs11.so"
    assert command[command.index("-readpass") + 1] == str(tmp_path / "pin")
    assert command[command.index("-ts") + 1] == "http://127.0.0.1/tsa"
    assert not {"-pass", "-pkcs12"} & set(command)
    with pytest.raises(SigningError, match="PKCS#11"):
        AuthenticodeSigner(tmp_path / "cert.pem", "pkcs11:object=terreno").command(tmp_path, tmp_path)


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


@pytest.mark.parametrize("content", [None, "no key", "ab" * 31, "ab" * 64])
def test_a_file_without_a_key_is_told(tmp_path, content):
    file = tmp_path / "release.key"
    if content is not None:
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
