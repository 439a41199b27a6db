"""The part of PySide that is Python, compiled beforehand.

PySide carries it as text inside a library and compiles that at each start, before anything of Qt is there. Where it
finds a folder `files.dir` beside `shiboken6`, it loads what is in it instead.

In: an empty folder. Out: what lies in it then, and where each file belongs in the program. It is read in a process of
its own, for PyInstaller looks at what its own has loaded.
"""

import importlib
import py_compile
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

PLACE = Path("shiboken6") / "files.dir"
PACKAGE = "shibokensupport"


def compiled(folder: Path) -> list[tuple[str, str]]:
    """Compile it into a folder.

    Returns:
        Each file, and the folder of the program that it belongs into.
    """
    subprocess.run([sys.executable, __file__, str(folder)], check=True, capture_output=True)  # noqa: S603 - this file
    return [(str(file), str(PLACE / file.parent.relative_to(folder))) for file in sorted(folder.rglob("*.pyc"))]


def write(carried: ZipFile, folder: Path) -> None:
    """Compile what an archive carries, the same bytes each time, and leave no text beside it."""
    for name in sorted(carried.namelist()):
        if name.startswith(PACKAGE) and name.endswith(".py"):
            text = folder / name
            text.parent.mkdir(parents=True, exist_ok=True)
            text.write_bytes(carried.read(name))
            target, mode = str(text.with_suffix(".pyc")), py_compile.PycInvalidationMode.UNCHECKED_HASH
            py_compile.compile(str(text), target, name, doraise=True, invalidation_mode=mode)
            text.unlink()


def main() -> None:
    """Write what the installed PySide carries."""
    importlib.import_module("shiboken6")
    write(sys.modules[PACKAGE].__loader__.zfile, Path(sys.argv[1]))  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
