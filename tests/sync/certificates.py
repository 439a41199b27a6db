"""Certificates that sign themselves, for centres of tests."""

import datetime as dt
import hashlib
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TODAY = dt.datetime.now(dt.UTC)


def a_certificate(folder: Path, *, host: str = "127.0.0.1", days: int = 30) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    until = TODAY + dt.timedelta(days=days)
    since = min(TODAY, until) - dt.timedelta(days=60)
    builder = builder.not_valid_before(since).not_valid_after(until).add_extension(alternative, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = builder.sign(key, hashes.SHA256())
    path = folder / "centre.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path


def an_authority(folder: Path, *, host: str = "127.0.0.1") -> tuple[Path, Path]:
    """A private authority, and a file with a certificate that it signed for a host, with its key."""
    (folder / "authority").mkdir(parents=True)
    authority = a_certificate(folder / "authority", host="10.255.255.255")
    signer = serialization.load_pem_private_key(authority.read_bytes(), None)
    issuer = x509.load_pem_x509_certificate(authority.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "front")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY - dt.timedelta(days=1))
        .not_valid_after(TODAY + dt.timedelta(days=20))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    signed = builder.sign(signer, hashes.SHA256())  # type: ignore[arg-type]
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = folder / "authority.pem"
    public.write_bytes(issuer.public_bytes(serialization.Encoding.PEM))
    front = folder / "front.pem"
    front.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return public, front


def the_fingerprint(certificate: Path) -> str:
    loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    return hashlib.sha256(loaded.public_bytes(serialization.Encoding.DER)).hexdigest()
