"""Signs what is released, each kind of file in the way that its readers check: one small interface, three ways.

In: a file, and keys that live outside the repository. Out: the signature. No key is ever printed or left in a command
line. `signing.py keygen FILE` makes the key of the manifest and prints its public half; `signing.py authenticode FILE`
signs a program of Windows in place, and `signing.py verify FILE` says whether its signature holds.
"""

import argparse
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nacl.signing import SigningKey

KEY_VARIABLE = "TERRENO_SIGNING_KEY"
SEED_BYTES = 32
PUBLIC = ".pub"
"""What the file of a public half ends in."""
PKCS11_SCHEME = "pkcs11:"
PACKAGES = {"osslsigncode": "osslsigncode", "gpg": "gnupg"}
"""Of Debian, with the tools that sign."""
HOUR_HOLDS = "Timestamp Server Signature verification: ok"
"""What osslsigncode says of an hour that it trusts; its status does not tell."""


class SigningError(Exception):
    """A file was not signed, with the reason."""


class Signer(Protocol):
    """Somebody who can vouch for a file."""

    def sign(self, file: Path) -> Path:
        """Sign a file.

        Returns:
            The file that now carries the signature: one beside it, or the file itself.

        Raises:
            SigningError: it was not signed.
        """
        ...


@dataclass(frozen=True, slots=True)
class ManifestSigner:
    """Ed25519 over the exact bytes of a manifest: 64 bytes as hex in a file beside it."""

    key: SigningKey

    @property
    def public(self) -> str:
        """The half that everybody may have, as hex."""
        return self.key.verify_key.encode().hex()

    def sign(self, file: Path) -> Path:
        """Sign a file; the signature stands beside it as `.sig`."""
        signature = file.with_name(f"{file.name}.sig")
        signature.write_text(self.key.sign(file.read_bytes()).signature.hex() + "\n", encoding="ascii")
        return signature


@dataclass(frozen=True, slots=True)
class AuthenticodeSigner:
    """Authenticode for programs of Windows, by osslsigncode.

    Attributes:
        certificates: PEM file of the certificate and those between it and the authority.
        key: PEM file of its key, or the `pkcs11:` address of a key that never leaves its token.
        module: The token's PKCS#11 library.
        secret_file: File with the passphrase of the key or the PIN of the token, so that no process list shows it.
        timestamp: RFC 3161 service; with it a signature outlives its certificate.
    """

    certificates: Path
    key: str
    module: Path | None = None
    secret_file: Path | None = None
    timestamp: str | None = None

    def sign(self, file: Path) -> Path:
        """Sign a program in place."""
        signed = file.with_name(f"{file.name}.signed")
        signed.unlink(missing_ok=True)
        _run(*self.command(file, signed))
        signed.replace(file)
        return file

    def command(self, file: Path, signed: Path) -> list[str]:
        """What is run, for a program and where its signed form goes.

        Raises:
            SigningError: a token's key was named without the library that reaches it.
        """
        in_token = self.key.startswith(PKCS11_SCHEME)
        if in_token and self.module is None:
            raise SigningError("a key in a token needs the PKCS#11 library of the token")
        return [
            *("osslsigncode", "sign", "-h", "sha256", "-n", "Terreno"),
            *(("-pkcs11module", str(self.module)) if in_token else ()),
            *("-certs", str(self.certificates), "-key", self.key),
            *(("-readpass", str(self.secret_file)) if self.secret_file else ()),
            *(("-ts", self.timestamp) if self.timestamp else ()),
            *("-in", str(file), "-out", str(signed)),
        ]


def verify_authenticode(file: Path, authorities: Path, timestamp_authorities: Path | None = None) -> None:
    """Check the signature that a program carries.

    Args:
        file: The program.
        authorities: PEM file of the authorities to trust.
        timestamp_authorities: PEM file of those to trust for the hour; with it, the signature has to bear one.

    Raises:
        SigningError: it carries none, or one that does not hold.
    """
    hour = ("-TSA-CAfile", str(timestamp_authorities)) if timestamp_authorities else ()
    told = _run("osslsigncode", "verify", "-CAfile", str(authorities), *hour, "-in", str(file))
    # It ends well also without an hour, or with one of a stranger, as long as the certificate is of today.
    if timestamp_authorities and HOUR_HOLDS not in told:
        raise SigningError(f"{file.name} bears no hour that {timestamp_authorities.name} vouches for")


@dataclass(frozen=True, slots=True)
class RepositorySigner:
    """OpenPGP for the index of a Debian repository, by GnuPG.

    Attributes:
        identity: Fingerprint of the key.
        home: GnuPG's folder; `None` takes the person's own, where a card may hold the key.
    """

    identity: str
    home: Path | None = None

    def sign(self, file: Path) -> Path:
        """Sign a `Release`: an `InRelease` with the text inside and a `Release.gpg` apart, for old readers."""
        home = ("--homedir", str(self.home)) if self.home else ()
        gpg = ("gpg", "--batch", "--yes", "--quiet", *home, "--local-user", self.identity, "--digest-algo", "SHA512")
        inside, apart = file.with_name("InRelease"), file.with_name("Release.gpg")
        _run(*gpg, "--clearsign", "--output", str(inside), str(file))
        _run(*gpg, "--armor", "--detach-sign", "--output", str(apart), str(file))
        return inside


def read_key(file: Path) -> ManifestSigner:
    """The key of the manifest from its file: 32 bytes as hex, for its owner only.

    Raises:
        SigningError: it is not there, holds something else or the public half, or others may read it.
    """
    if file.suffix == PUBLIC:
        raise SigningError(f"{file} is the public half, which everybody may know: sign with the file beside it")
    if not file.is_file():
        raise SigningError(f"{file} is not there: is the disk with the keys mounted?")
    try:
        if file.stat().st_mode & 0o077 and os.name == "posix":
            raise SigningError(f"{file} may be read by others: chmod 600")
        seed = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise SigningError(f"{file} holds no signing key") from error
    if len(seed) != SEED_BYTES:
        raise SigningError(f"{file} holds no signing key")
    return ManifestSigner(SigningKey(seed))


def make_key(file: Path) -> ManifestSigner:
    """A new key of the manifest in a new file; its public half stands beside it as `.pub`.

    Raises:
        SigningError: a file of that name is there.
    """
    key = SigningKey.generate()
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SigningError(f"{file} is there already") from error
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(key.encode().hex() + "\n")
    made = ManifestSigner(key)
    file.with_name(f"{file.name}{PUBLIC}").write_text(made.public + "\n", encoding="ascii")
    return made


def chosen(throw_away: Path) -> tuple[ManifestSigner, bool]:
    """The signer of the manifest that the environment names, or one with a key for this machine alone.

    Args:
        throw_away: Where a key may be made that nobody should trust.

    Returns:
        The signer, and whether its key is a real one.
    """
    named = os.environ.get(KEY_VARIABLE)
    if named:
        return read_key(Path(named)), True
    return (read_key(throw_away) if throw_away.exists() else make_key(throw_away)), False


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
    except FileNotFoundError as error:
        raise SigningError(f"{command[0]} is not installed: apt install {PACKAGES[command[0]]}") from error
    if done.returncode:
        told = done.stderr.strip() or done.stdout.strip() or done.returncode
        raise SigningError(f"{command[0]} {command[1]}: {told}")
    return done.stdout


def main() -> None:
    """Make a key, sign a program, or check the signature of one."""
    parser = argparse.ArgumentParser(description=__doc__)
    below = parser.add_subparsers(dest="what", required=True)
    keygen = below.add_parser("keygen", help="a new key of the manifest")
    keygen.add_argument("file", type=Path)
    program = below.add_parser("authenticode", help="sign a program of Windows")
    program.add_argument("file", type=Path)
    program.add_argument("--certificates", type=Path, required=True, help="PEM, with those up to the authority")
    program.add_argument("--key", required=True, help="PEM file, or the pkcs11: address of a key in a token")
    program.add_argument("--module", type=Path, help="PKCS#11 library of the token")
    program.add_argument("--secret-file", type=Path, help="file with the passphrase or the PIN")
    program.add_argument("--timestamp", metavar="URL", help="RFC 3161 service")
    check = below.add_parser("verify", help="whether the signature of a program of Windows holds")
    check.add_argument("file", type=Path)
    check.add_argument("--authorities", type=Path, required=True, help="PEM of those to trust")
    check.add_argument(
        "--timestamp-authorities", type=Path, help="PEM of those to trust for the hour, which it must bear"
    )
    given = parser.parse_args()
    try:
        if given.what == "keygen":
            print(make_key(given.file).public)
        elif given.what == "verify":
            verify_authenticode(given.file, given.authorities, given.timestamp_authorities)
            print(f"{given.file}: the signature holds")
        else:
            signer = AuthenticodeSigner(given.certificates, given.key, given.module, given.secret_file, given.timestamp)
            print(signer.sign(given.file))
    except (SigningError, OSError) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
