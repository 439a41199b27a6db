"""What a frozen folder needs of the system that it is installed on, read from its own binaries.

In: the folder. Out: the Debian packages that it depends on. A library that nobody foresaw ends the build: it would be
missing on somebody's laptop.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

Entry = tuple[str, str, str]

ELF = b"\x7fELF"
NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)
RUNPATH = re.compile(r"^\s+R(?:UN)?PATH\s+(\S+)$", re.MULTILINE)
BESIDE = "$ORIGIN"
GLIBC = re.compile(r"\bGLIBC_(\d+)\.(\d+)\b")

# Libraries that have to be those of the system (its C library, its graphics driver), by the Debian package with them.
FROM_THE_SYSTEM = {
    "ld-linux-x86-64.so.2": "libc6",
    "libc.so.6": "libc6",
    "libdl.so.2": "libc6",
    "libm.so.6": "libc6",
    "libpthread.so.0": "libc6",
    "libresolv.so.2": "libc6",
    "librt.so.1": "libc6",
    "libutil.so.1": "libc6",
    "libcrypt.so.1": "libcrypt1",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libdrm.so.2": "libdrm2",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
}
ALWAYS = ("fontconfig-config", "xkb-data")
"""Files that libraries inside the folder read: which fonts there are, and what the keys of a keyboard mean."""


class UnforeseenLibraryError(Exception):
    """A binary needs a library that is neither inside nor known to come from a package."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What the folder asks of a system.

    Attributes:
        packages: Debian packages, by name.
        glibc: The oldest C library that will do.
    """

    packages: tuple[str, ...]
    glibc: tuple[int, int]

    @property
    def depends(self) -> str:
        """The `Depends` of a Debian package."""
        version = ".".join(map(str, self.glibc))
        return ", ".join(f"libc6 (>= {version})" if name == "libc6" else name for name in self.packages)


def reached(entries: Iterable[Entry]) -> list[Entry]:
    """Leave out the libraries of the system that were taken along for something that is itself left out.

    Args:
        entries: What PyInstaller took: the place in the program, the file, and of what kind it is.
    """
    found = list(entries)
    offered = {Path(place).name: file for place, file, kind in found if _is_of_the_system(place, kind)}
    waiting = [file for place, file, kind in found if not _is_of_the_system(place, kind)]
    needed: set[str] = set()
    while waiting:
        file = Path(waiting.pop())
        if not file.is_file():
            continue  # a link within the program: what it leads to has an entry of its own
        asked = {library for library in NEEDED.findall(_told(file)) if library in offered} - needed
        needed |= asked
        waiting.extend(offered[library] for library in asked)
    return [entry for entry in found if not _is_of_the_system(entry[0], entry[2]) or Path(entry[0]).name in needed]


def _is_of_the_system(place: str, kind: str) -> bool:
    # The bootloader opens Python's own library by its name.
    return kind == "BINARY" and Path(place).parent == Path() and not place.startswith("libpython")


def _told(file: Path) -> str:
    """What a binary says of itself; nothing when it is none."""
    return subprocess.run(  # noqa: S603 - reads one of our own files
        ["objdump", "-p", str(file)],  # noqa: S607 - the binutils of whoever builds
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def forget_places(folder: Path) -> None:
    """Let no binary look for libraries in a folder of the machine that built it: elsewhere, anybody may own that place.

    Python's own libraries name where that Python was installed. What lies beside a binary is still found.
    """
    for file in binaries(folder):
        for told in RUNPATH.findall(_told(file)):
            beside = ":".join(place for place in told.split(":") if place.startswith(BESIDE))
            if beside != told:
                change = ("-r", beside) if beside else ("-d",)
                subprocess.run(["chrpath", *change, str(file)], check=True, capture_output=True)  # noqa: S603, S607


def needs_of(folder: Path) -> Needs:
    """Read what a folder needs.

    Raises:
        UnforeseenLibraryError: with the name of the library and of a file that needs it.
    """
    inside = {path.name for path in folder.rglob("*") if path.is_file()}
    packages, glibc = set(ALWAYS), (2, 0)
    for file in binaries(folder):
        told = _told(file)
        for library in NEEDED.findall(told):
            if library in FROM_THE_SYSTEM:
                packages.add(FROM_THE_SYSTEM[library])
            elif library not in inside:
                raise UnforeseenLibraryError(f"{library}, which {file.relative_to(folder)} needs")
        glibc = max([glibc, *((int(major), int(minor)) for major, minor in GLIBC.findall(told))])
    return Needs(tuple(sorted(packages)), glibc)


def binaries(folder: Path) -> Iterator[Path]:
    """The programs and libraries of a folder, by name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as read:
                if read.read(4) == ELF:
                    yield path
