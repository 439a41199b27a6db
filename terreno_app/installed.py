"""The program as it is installed: where it lies, and a digest over its files that anybody can make again.

cd FOLDER && find -L . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
"""

import hashlib
import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def program_folder() -> Path:
    """The folder of a frozen program, or the package of a checkout or a wheel."""
    return Path(sys.executable).resolve().parent if getattr(sys, "frozen", False) else _PACKAGE


def program_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of every file below a folder, hex; what Python keeps of its own counts not.

    A link counts as what it leads to: the loader takes libraries through links.

    Raises:
        OSError: a file cannot be read.
    """
    every = (Path(place, name) for place, _, names in os.walk(folder, followlinks=True) for name in names)
    found = {
        os.fsencode(f"./{file.relative_to(folder).as_posix()}"): file
        for file in every
        if "__pycache__" not in file.parts and file.is_file()
    }
    whole = hashlib.sha256()
    for name in sorted(found):
        whole.update(_digest(found[name]).encode() + b"  " + name + b"\n")
    return whole.hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
