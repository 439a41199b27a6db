"""The keys that sign the update repository: each in a file of its own, outside the repository, under a passphrase.

A key is named by its role and a running number (`root-1`, `timestamp-4`); the name stands in the root metadata, so that
who holds the file knows which it is. Files may lie in several folders: custodians bring theirs on a stick.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

NAME = "x-terreno-name"
"""Where the root metadata says which file a key is."""
LEAST_PASSPHRASE = 12
Secret = Callable[[Path], str]
"""Asks for the passphrase of a file."""


class KeyFileError(Exception):
    """A key is not there, or does not open; the message says which."""


class Keyring:
    """Key files in some folders.

    Args:
        folders: Where they lie; a new one goes into the first.
        secret: Asks for the passphrase of a file.
        new_secret: Asks for that of a new one; where it is left out, :attr:`secret` does.
    """

    def __init__(self, folders: Iterable[Path], secret: Secret, new_secret: Secret | None = None) -> None:
        self._folders, self._secret, self._new_secret = list(folders), secret, new_secret or secret
        self._opened: dict[Path, CryptoSigner] = {}

    def make(self, name: str) -> CryptoSigner:
        """A new key in a new file that only its owner may read.

        Raises:
            KeyFileError: a file of that name is there, or the passphrase is too short.
        """
        file = self._folders[0] / f"{name}.pem"
        if file.exists():
            raise KeyFileError(f"{file} is there already")
        phrase = self._new_secret(file)
        if len(phrase) < LEAST_PASSPHRASE:
            raise KeyFileError(f"the passphrase of {file} is shorter than {LEAST_PASSPHRASE} characters")
        private = Ed25519PrivateKey.generate()
        sealed = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(phrase.encode()))
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise KeyFileError(f"{file} is there already") from error
        with os.fdopen(handle, "wb") as out:
            out.write(sealed)
        public = SSlibKey.from_crypto(private.public_key())
        public.unrecognized_fields[NAME] = name
        self._opened[file] = CryptoSigner(private, public)
        return self._opened[file]

    def holds(self, name: str) -> bool:
        """Whether a new key of that name would find a file in its place."""
        return (self._folders[0] / f"{name}.pem").exists()

    def forget(self, *names: str) -> None:
        """Remove the files of new keys that nothing names."""
        for name in names:
            file = self._folders[0] / f"{name}.pem"
            self._opened.pop(file, None)
            file.unlink()

    def find(self, key: Key) -> CryptoSigner | None:
        """The signer of a public key, where its file is at hand.

        Raises:
            KeyFileError: the passphrase does not open the file, or it holds another key.
        """
        name = key.unrecognized_fields.get(NAME, "")
        file = next((found for folder in self._folders if (found := folder / f"{name}.pem").is_file()), None)
        if file is None or not isinstance(key, SSlibKey):
            return None
        if file not in self._opened:
            self._opened[file] = self._open(file, key)
        return self._opened[file]

    def _open(self, file: Path, key: SSlibKey) -> CryptoSigner:
        try:
            private = load_pem_private_key(file.read_bytes(), self._secret(file).encode())
            if not isinstance(private, Ed25519PrivateKey):
                raise KeyFileError(f"{file} holds no Ed25519 key")
            return CryptoSigner(private, key)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyFileError(f"{file} does not open with that passphrase, or holds another key") from error
