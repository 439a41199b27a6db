"""A Debian 12 in a folder, with nothing but what debootstrap lays down: there a package shows what it did not declare.

It shares the network of this machine, and its kernel. Made as root; the bare system is made once and unpacked for each
trial. Nothing here knows what is tried in it.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PERSON = "persona"
"""Somebody who has no rights but their own."""
HOME = f"/home/{PERSON}"
SURROUNDINGS = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
PATIENCE_S = 600


class BareSystemError(Exception):
    """Something that only prepares a trial failed."""


class BareSystem:
    """A system of its own below a folder.

    Args:
        place: The folder; the system is in `root` of it.
    """

    def __init__(self, place: Path) -> None:
        self.root, self._place = place / "root", place

    @contextmanager
    def made(self) -> Iterator[None]:
        """The system, as it is before anything is installed, and a person in it."""
        base = self._place / "base.tar"
        self._leave()
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        if base.is_file():
            self._prepare("tar", "-C", str(self.root), "-xf", str(base))
        else:
            self._bootstrap(base)
        self._prepare("mount", "-t", "proc", "proc", str(self.root / "proc"))
        try:
            self.as_root("useradd", "--create-home", PERSON)
            self.apt("update")
            yield
        finally:
            self._leave()

    def apt(self, *arguments: str) -> None:
        """Let its own `apt-get` do something without asking."""
        self.as_root("apt-get", "-q", "-y", *arguments)

    def as_root(self, *command: str) -> str:
        """A command inside, as its root; what it said.

        Raises:
            BareSystemError: it failed.
        """
        proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        environ = {**SURROUNDINGS, "DEBIAN_FRONTEND": "noninteractive", **proxies}
        return self._prepare("chroot", str(self.root), *command, environ=environ)

    def as_person(self, environ: Mapping[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
        """A command inside, as the person, in the plainest locale."""
        return subprocess.run(  # noqa: S603 - our own arguments
            ["chroot", f"--userspec={PERSON}:{PERSON}", str(self.root), *command],  # noqa: S607 - of this system
            env={**SURROUNDINGS, "HOME": HOME, **environ},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE_S,
        )

    def inside(self, file: Path) -> str:
        """How a file below the folder is called inside."""
        return f"/{file.relative_to(self.root)}"

    def sums(self) -> dict[str, str]:
        """Every file of the person, by content."""
        home = self.root / HOME.lstrip("/")
        return {
            str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in home.rglob("*")
            if file.is_file() and not file.is_symlink()
        }

    def _bootstrap(self, base: Path) -> None:
        if shutil.which("debootstrap") is None:
            self._prepare("apt-get", "update", "-q")
            self._prepare("apt-get", "install", "-q", "-y", "--no-install-recommends", "debootstrap")
        # From where this machine has its own packages.
        sites = self._prepare("apt-get", "indextargets", "Created-By: Packages", "--format", "$(SITE)").splitlines()
        self._prepare("debootstrap", "--variant=minbase", "bookworm", str(self.root), *sites[:1])
        part = base.with_suffix(".part")
        self._prepare("tar", "-C", str(self.root), "-cf", str(part), ".")
        part.replace(base)

    def _leave(self) -> None:
        if os.path.ismount(self.root / "proc"):
            self._prepare("umount", str(self.root / "proc"))

    def _prepare(self, *command: str, environ: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(  # noqa: S603 - our own arguments
            command, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            last = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
            raise BareSystemError(f"{' '.join(command[:6])}… ended with {done.returncode}:\n{last}")
        return done.stdout.strip()
