"""A program of Windows is signed by a key in a file or in a token, with an hour if one is asked for.

The token is SoftHSM's, which keeps keys as a card does but in a folder; the hour is told by OpenSSL on 127.0.0.1. All
keys are made for one test.
"""

import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pip
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from signing import AuthenticodeSigner, SigningError, verify_authenticode

# A small program of Windows that every environment has: pip starts scripts with it.
PROGRAM = Path(pip.__file__).parent / "_vendor" / "distlib" / "t64.exe"
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
SECRET = "contraseña de prueba"
PIN = "8765432109"
ADDRESS = "pkcs11:token=terreno;object=firma;type=private"
CLOCK = """\
[tsa]
serial = {folder}/serial
signer_cert = {folder}/hour.pem
signer_key = {folder}/hour.key
signer_digest = sha256
digests = sha256, sha384, sha512
default_policy = 1.2.3.4
certs = {folder}/hours.pem
"""


def name(words):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def certificate(subject, key, issuer, issuer_key, *, usage=None):
    """A certificate of two days; that of an authority where no usage is said."""
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([usage]), critical=usage == ExtendedKeyUsageOID.TIME_STAMPING
        )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def private(key, secret=None):
    hidden = serialization.BestAvailableEncryption(secret.encode()) if secret else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden)


@pytest.fixture
def place(tmp_path):
    """An authority, somebody whom it lets sign programs (`cert.pem`, `key.pem`, `secret`), and a program to sign."""
    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    signs = certificate("Firma de prueba", leaf, "Prueba", root, usage=ExtendedKeyUsageOID.CODE_SIGNING)
    (tmp_path / "ca.pem").write_bytes(certificate("Prueba", root, "Prueba", root))
    (tmp_path / "cert.pem").write_bytes(signs)
    (tmp_path / "key.pem").write_bytes(private(leaf, SECRET))
    (tmp_path / "plain.pem").write_bytes(private(leaf))
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    (tmp_path / "terreno.exe").write_bytes(PROGRAM.read_bytes())
    return tmp_path


@pytest.fixture
def token(place, monkeypatch):
    """The same key in a token, under a PIN in the file `pin`; nowhere else any more."""
    (place / "tokens").mkdir()
    (place / "softhsm.conf").write_text(f"directories.tokendir = {place / 'tokens'}\n", encoding="utf-8")
    (place / "pin").write_text(f"{PIN}\n", encoding="ascii")
    monkeypatch.setenv("SOFTHSM2_CONF", str(place / "softhsm.conf"))
    pins = ("--pin", PIN, "--so-pin", PIN)
    for command in (
        ("--init-token", "--free", "--label", "terreno", *pins),
        ("--import", str(place / "plain.pem"), "--token", "terreno", "--label", "firma", "--id", "01", "--pin", PIN),
    ):
        subprocess.run(["softhsm2-util", *command], check=True, capture_output=True)
    for file in ("key.pem", "plain.pem"):
        (place / file).unlink()
    return place


@pytest.fixture
def clock(place):
    """A service that tells the hour, as RFC 3161 has it; its authority is in `hours.pem`. Its URL."""
    root, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    (place / "hours.pem").write_bytes(certificate("Horas", root, "Horas", root))
    tells = certificate("Hora de prueba", leaf, "Horas", root, usage=ExtendedKeyUsageOID.TIME_STAMPING)
    (place / "hour.pem").write_bytes(tells)
    (place / "hour.key").write_bytes(private(leaf))
    (place / "tsa.conf").write_text(CLOCK.format(folder=place), encoding="utf-8")
    asked, reply = place / "asked.tsq", ("openssl", "ts", "-reply", "-config", str(place / "tsa.conf"))

    class Service(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            done = subprocess.run(
                [*reply, "-section", "tsa", "-queryfile", str(asked)], capture_output=True, check=False
            )
            self.send_response(200 if done.stdout else 500)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(done.stdout)))
            self.end_headers()
            self.wfile.write(done.stdout)

        def log_message(self, *_):
            """Nobody reads along."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def by_file(place, **more):
    return AuthenticodeSigner(place / "cert.pem", str(place / "key.pem"), secret_file=place / "secret", **more)


def by_token(place, **more):
    return AuthenticodeSigner(place / "cert.pem", ADDRESS, module=SOFTHSM, secret_file=place / "pin", **more)


def flip(program):
    content = bytearray(program.read_bytes())
    content[4096] ^= 1
    program.write_bytes(content)


def test_a_program_of_windows_is_signed_and_one_flipped_byte_is_refused(place):
    program = by_file(place).sign(place / "terreno.exe")

    verify_authenticode(program, place / "ca.pem")
    flip(program)
    with pytest.raises(SigningError):
        verify_authenticode(program, place / "ca.pem")


def test_a_key_that_never_leaves_its_token_signs_and_one_flipped_byte_is_refused(token):
    program = by_token(token).sign(token / "terreno.exe")

    verify_authenticode(program, token / "ca.pem")
    flip(program)
    with pytest.raises(SigningError):
        verify_authenticode(program, token / "ca.pem")


def test_a_token_signs_nothing_for_somebody_with_another_pin(token):
    (token / "pin").write_text("1111\n", encoding="ascii")

    with pytest.raises(SigningError, match="Login to token failed"):
        by_token(token).sign(token / "terreno.exe")

    assert (token / "terreno.exe").read_bytes() == PROGRAM.read_bytes()


def test_the_pin_of_a_token_stands_in_no_command_line(token):
    command = by_token(token).command(token / "terreno.exe", token / "signed.exe")

    assert PIN not in " ".join(command)
    with pytest.raises(SigningError, match="PKCS#11"):
        AuthenticodeSigner(token / "cert.pem", ADDRESS).command(token, token)


def test_an_hour_is_borne_by_the_signature_of_a_token_and_outlives_the_certificate(token, clock):
    without = token / "without.exe"
    without.write_bytes(PROGRAM.read_bytes())
    by_token(token).sign(without)

    program = by_token(token, timestamp=clock).sign(token / "terreno.exe")

    verify_authenticode(program, token / "ca.pem", token / "hours.pem")
    assert stands_in_a_month(program, token)
    assert not stands_in_a_month(without, token)
    flip(program)
    with pytest.raises(SigningError):
        verify_authenticode(program, token / "ca.pem", token / "hours.pem")


def stands_in_a_month(program, place):
    """Whether a signature still holds when every certificate of the test is over."""
    then = int((datetime.now(UTC) + timedelta(days=30)).timestamp())
    authorities = ("-CAfile", str(place / "ca.pem"), "-TSA-CAfile", str(place / "hours.pem"))
    verify = ["osslsigncode", "verify", *authorities, "-time", str(then), "-in", str(program)]
    return subprocess.run(verify, capture_output=True, check=False).returncode == 0


def test_an_hour_that_nobody_vouches_for_is_none(place, clock):
    program = by_file(place, timestamp=clock).sign(place / "terreno.exe")

    with pytest.raises(SigningError, match="no hour"):
        verify_authenticode(program, place / "ca.pem", place / "ca.pem")


def test_a_signature_without_the_hour_that_is_asked_for_is_refused(place, clock):
    program = by_file(place).sign(place / "terreno.exe")

    with pytest.raises(SigningError, match="no hour"):
        verify_authenticode(program, place / "ca.pem", place / "hours.pem")


def test_nothing_is_signed_when_nobody_tells_the_hour(place):
    with pytest.raises(SigningError, match="timestamping failed"):
        by_file(place, timestamp="http://127.0.0.1:9/").sign(place / "terreno.exe")

    assert (place / "terreno.exe").read_bytes() == PROGRAM.read_bytes()


def test_a_program_without_a_signature_is_refused(place):
    with pytest.raises(SigningError):
        verify_authenticode(PROGRAM, place / "ca.pem")


def test_what_could_not_be_signed_is_told_and_stays_as_it_was(place):
    signer = AuthenticodeSigner(place / "cert.pem", str(place / "none.pem"))

    with pytest.raises(SigningError, match="osslsigncode sign"):
        signer.sign(place / "terreno.exe")

    assert (place / "terreno.exe").read_bytes() == PROGRAM.read_bytes()
