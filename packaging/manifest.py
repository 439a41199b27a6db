"""The manifest of a release: what is in its folder, by size and SHA-256. `manifest.py FOLDER` writes and signs it.

In: a folder with finished artefacts. Out: `manifest.json` and `manifest.json.sig` in it. The same artefacts make the
same manifest.
"""

import argparse
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from facts import Source, source_of
from signing import ManifestSigner, chosen

NAME = "manifest.json"
SIGNATURE = "manifest.json.sig"
FORMAT = 1
THROW_AWAY = Path("out") / "keys" / "throw-away.key"


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


def main() -> None:
    """Write the manifest again, after the artefacts of another system have joined the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    root = Path(__file__).parents[1]
    signer, real = chosen(root / THROW_AWAY)
    write(given.folder, source_of(root), signer)
    print(f"{given.folder / NAME} signed by {signer.public}{'' if real else ' (THROW-AWAY KEY: release nothing)'}")


if __name__ == "__main__":
    main()
