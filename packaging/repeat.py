"""Builds once more and compares every byte with what `make package` left: `make package-repeat`.

Signatures too, for Ed25519 gives the same one for the same manifest. The second build goes to a folder of another name,
so that no path of this machine can be in what is compared unnoticed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from build import RELEASE, ROOT
from manifest import sha256

AGAIN = ROOT / "out" / "package-once-more" / "work"
RELEASE_AGAIN = ROOT / "out" / "package-once-more" / "release"


def differences(one: Path, other: Path) -> list[str]:
    """The names of the files that are not the same in two folders, or only in one."""
    names = {file.name for folder in (one, other) for file in folder.iterdir()}
    return sorted(name for name in names if _digest(one / name) != _digest(other / name))


def _digest(file: Path) -> str:
    return sha256(file) if file.is_file() else ""


def main() -> int:
    """Build again and compare."""
    if not RELEASE.is_dir():
        print("make package has not left anything to compare with", file=sys.stderr)
        return 2
    shutil.rmtree(AGAIN.parent, ignore_errors=True)
    subprocess.run(  # noqa: S603 - our own script
        [
            *(sys.executable, str(ROOT / "packaging" / "build.py"), "--no-probe"),
            *("--work", str(AGAIN), "--release", str(RELEASE_AGAIN)),
        ],
        check=True,
    )
    differ = differences(RELEASE, RELEASE_AGAIN)
    for name in sorted(file.name for file in RELEASE.iterdir()):
        print(f"{'DIFFERS' if name in differ else 'same':8} {name}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
