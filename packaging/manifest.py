"""The manifest of a release: what is in its folder, by size and SHA-256. `manifest.py FOLDER` writes and signs it.

It signs with the key that TERRENO_SIGNING_KEY names. Without one it signs nothing, unless it is told `--throw-away`.

In: a folder with finished artefacts. Out: `manifest.json` and `manifest.json.sig` in it. The same artefacts make the
same manifest.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from facts import NoSourceError, Source, source_of
from signing import KEY_VARIABLE, ManifestSigner, SigningError, chosen

NAME = "manifest.json"
SIGNATURE = "manifest.json.sig"
FORMAT = 1
THROW_AWAY = Path("out") / "keys" / "throw-away.key"
UNTRUSTED = f"SIGNED WITH A THROW-AWAY KEY OF THIS MACHINE, WHICH NOBODY TRUSTS: set {KEY_VARIABLE} for a release"


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file of a release."""

    name: str
    size: int
    sha256: str


def artefacts(folder: Path) -> list[Artefact]:
    """Every file of a folder but the manifest and its signature, by name."""
    return [
        Artefact(file.name, file.stat().st_size, sha256(file))
        for file in sorted(folder.iterdir())
        if file.name not in {NAME, SIGNATURE}
    ]


def sha256(file: Path) -> str:
    """The digest of a file, as hex."""
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def described(folder: Path, source: Source) -> dict[str, Any]:
    """The manifest as values."""
    return {
        "format": FORMAT,
        "product": "terreno",
        "version": source.version,
        "commit": source.commit,
        "committed_at": datetime.fromtimestamp(source.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "artefacts": [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in artefacts(folder)],
    }


def write(folder: Path, source: Source, signer: ManifestSigner) -> Path:
    """Write and sign the manifest of a folder."""
    manifest = folder / NAME
    manifest.write_text(json.dumps(described(folder, source), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    signer.sign(manifest)
    return manifest


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the manifest again, after the artefacts of another system have joined the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--throw-away", action="store_true", help="without a releaser's key, sign with one that nobody trusts"
    )
    given = parser.parse_args(arguments)
    root = Path(__file__).parents[1]
    try:
        _need_release(given.folder)
        _need_key(throw_away=given.throw_away)
        source = source_of(root)
        signer, trusted = chosen(root / THROW_AWAY)
    except (NoSourceError, SigningError) as error:
        print(f"nothing was signed, and what is there stays: {error}", file=sys.stderr)
        return 1
    print(f"{write(given.folder, source, signer)} signed by {signer.public}")
    if not trusted:
        print(UNTRUSTED, file=sys.stderr)
    return 0


def _need_key(*, throw_away: bool) -> None:
    """Refuse to sign a release with a key that nobody meant.

    Raises:
        SigningError: nobody named one, and nobody said that any would do.
    """
    if not os.environ.get(KEY_VARIABLE) and not throw_away:
        raise SigningError(f"{KEY_VARIABLE} names no key; for a trial that nobody trusts, say --throw-away")


def _need_release(folder: Path) -> None:
    """Refuse what is no folder of finished artefacts.

    Raises:
        SigningError: it is not there, holds nothing, or holds folders.
    """
    if not folder.is_dir():
        raise SigningError(f"there is no folder {folder}: give the one that `make package` left, out/release")
    found = [file for file in folder.iterdir() if file.name not in {NAME, SIGNATURE}]
    if not found or not all(file.is_file() for file in found):
        raise SigningError(f"{folder} is no release: it has to hold artefacts, and no folders")


if __name__ == "__main__":
    sys.exit(main())
