"""What is being released: its version, its commit and the hour of that commit, which is the only hour in a build."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"
TRUSTED = Path("_internal/terreno_app/_resources/updates/root.json")
"""In a frozen program, whom it believes about newer versions; one without it never updates itself."""


class NoSourceError(Exception):
    """Nothing here says which version or commit this is."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a build comes from.

    Attributes:
        version: As `terreno --version` says it.
        commit: Full name of the commit; empty outside a checkout.
        epoch: Seconds since 1970 of that commit: the date of every file in a build.
        clean: Nothing differs from the commit.
    """

    version: str
    commit: str
    epoch: int
    clean: bool = True

    @property
    def debian_version(self) -> str:
        """The version as Debian sorts it: a release candidate comes before its release."""
        return re.sub(r"(?<=\d)\.?(a|b|rc|dev)(?=\d)", r"~\1", self.version)

    @property
    def archive(self) -> str:
        """Name of the program as a folder: also the name under which an update is offered."""
        return f"terreno-{self.version}-linux-x86_64.tar.zst"

    @property
    def package(self) -> str:
        """Name of the Debian package."""
        return f"terreno_{self.debian_version}_amd64.deb"


def source_of(root: Path) -> Source:
    """What a checkout holds.

    Raises:
        NoSourceError: neither git nor the environment says of when it is.
    """
    text = (root / "terreno_app" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(?P<version>[^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise NoSourceError("terreno_app/__init__.py states no version")
    commit, when = [*_git(root, "log", "-1", "--format=%H %ct").split(), "", ""][:2]
    epoch = os.environ.get(EPOCH_VARIABLE) or when
    if not epoch:
        raise NoSourceError(f"this is no git checkout: set {EPOCH_VARIABLE}")
    return Source(found["version"], commit, int(epoch), clean=not _git(root, "status", "--porcelain"))


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments
            ["git", "-C", str(root), *arguments],  # noqa: S607 - the git of whoever builds
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
