"""The versions of this program that came by update, beside the person's data, and how each of them did here.

In `versions/`: a folder for each version, and `state.json`. A version is *passed* once its smoke test went well,
*proven* once it really started, *failed* when either went wrong; a failed one never starts again. Standard library
alone: the launcher reads this before anything else is loaded, and whatever it cannot read counts as nothing.
"""

import errno
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from terreno_app.domain.releases import Offer, is_newer, number

if sys.platform == "win32":
    import msvcrt

    def _wait_for(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _sync_folder(_folder: Path) -> None:
        """Nothing to do: NTFS keeps its own log of names."""

else:
    import fcntl

    def _wait_for(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _sync_folder(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


FOLDER: Final = "versions"
VARIABLE: Final = "TERRENO_VERSION_STARTED"
"""Tells a program which version it was started as, so that it does not look for another."""
PASSED, PROVEN, FAILED = "passed", "proven", "failed"
MOST_TRIES: Final = 3
"""Starts one after the other that never came to a window; a power cut in one of them proves nothing."""
KEPT: Final = 2
"""Versions that stay: the newest, and the one to go back to."""
OF_THE_MOMENT: Final = frozenset({errno.ENOMEM, errno.EAGAIN, errno.E2BIG, errno.EMFILE, errno.ENFILE, errno.ETXTBSY})
"""Why a program cannot be started now, although nothing is wrong with it."""
_LIBRARIES: Final = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_PROGRAM: Final = "terreno.exe" if sys.platform == "win32" else "terreno"


@dataclass(frozen=True, slots=True)
class Version:
    """How a version did on this machine.

    Attributes:
        version: Its number.
        state: ``passed``, ``proven`` or ``failed``.
        reason: Why it failed, a short English name.
        tries: Starts since the last that went well.
        told: A person knows that it failed.
    """

    version: str
    state: str
    reason: str = ""
    tries: int = 0
    told: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """The last look at a repository.

    Attributes:
        tried_at: UTC instant of it; empty when there was none.
        checked_at: UTC instant of the last that ended well; empty when none did.
        offer: What was newer then.
        warning: Short name of what kept the last look from telling; empty when nothing did.
    """

    tried_at: str = ""
    checked_at: str = ""
    offer: Offer | None = None
    warning: str = ""


class Versions:
    """The versions of one data folder; it need not be there.

    Args:
        data: The data folder.
    """

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def known(self) -> tuple[Version, ...]:
        """Every version that was tried here, the newest first."""
        told = self._read().get("versions")
        found = [_version(name, how) for name, how in told.items()] if isinstance(told, dict) else []
        kept = [one for one in found if one is not None]
        return tuple(sorted(kept, key=lambda one: number(one.version) or (), reverse=True))

    def how(self, version: str) -> Version | None:
        """How one version did; ``None`` when it was never here."""
        return next((one for one in self.known() if one.version == version), None)

    def next_after(self, running: str, *, proven: bool = False) -> Version | None:
        """The newest version that may start instead of the running one.

        While an outing is open no version starts for the first time, nor where only a proven one is wanted.
        """
        states = (PROVEN,) if proven or self.held else (PROVEN, PASSED)
        for one in self.known():
            if one.state in states and is_newer(one.version, running) and self.program(one.version).is_file():
                return one
        return None

    def program(self, version: str) -> Path:
        """The program of a version."""
        return self.folder / version / _PROGRAM

    # ------------------------------------------------------------------ how a version did

    def passed(self, version: str) -> None:
        """Its smoke test went well: it may start."""
        self._put(version, {"state": PASSED})

    def failed(self, version: str, reason: str) -> None:
        """It does not work here: it never starts again, and its files go."""
        self._put(version, {"state": FAILED, "reason": reason})
        shutil.rmtree(self.folder / version, ignore_errors=True)

    def begin(self, version: str) -> bool:
        """It is about to start; whether it still may, after how often it did not come to a window."""
        with self._changing() as state:
            entry = _entries(state).get(version)
            if not isinstance(entry, dict):
                return False
            entry["tries"] = _count(entry.get("tries")) + 1
            return bool(entry["tries"] <= MOST_TRIES)

    def prove(self, version: str) -> None:
        """It came to its window, or ended in its own words. Written only when that is news."""
        how = self.how(version)
        if how is not None and how.state != FAILED and (how.state != PROVEN or how.tries):
            self._put(version, {"state": PROVEN})

    def tell(self, version: str) -> None:
        """A person knows that it failed."""
        with self._changing() as state:
            entry = _entries(state).get(version)
            if isinstance(entry, dict):
                entry["told"] = True

    def prune(self, running: str) -> None:
        """Throw away the files of versions that nobody would start or go back to."""
        usable = [one.version for one in self.known() if one.state != FAILED]
        kept = {*usable[:KEPT], running}
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            if number(folder.name) is not None and folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    # ------------------------------------------------------------------ an outing is open

    @property
    def held(self) -> bool:
        """An outing is open on this laptop."""
        return (self.folder / "hold").exists()

    def hold(self, held: bool) -> None:  # noqa: FBT001  told by whoever opens and closes outings
        """Remember whether an outing is open: the launcher cannot read it in the encrypted store.

        A full disk is no reason to keep anybody from attending: then it is not remembered.
        """
        if not self.folder.is_dir() or held == self.held:
            return
        with suppress(OSError):
            if held:
                (self.folder / "hold").touch()
                _sync_folder(self.folder)  # after a power cut the outing is still open
            else:
                (self.folder / "hold").unlink(missing_ok=True)

    # ------------------------------------------------------------------ the last look at a repository

    def last_look(self) -> Look:
        """The last look, or an empty one."""
        told = self._read().get("look")
        if not isinstance(told, dict):
            return Look()
        tried_at, checked_at = _text(told.get("tried_at")), _text(told.get("checked_at"))
        return Look(tried_at, checked_at, _offer(told.get("offer")), _text(told.get("warning")))

    def looked(self, look: Look) -> None:
        """Remember a look."""
        offer = look.offer
        with self._changing() as state:
            state["look"] = {
                "tried_at": look.tried_at,
                "checked_at": look.checked_at,
                "offer": offer and {"version": offer.version, "name": offer.name, "size": offer.size},
                "warning": look.warning,
            }

    # ------------------------------------------------------------------ the file

    def _put(self, version: str, entry: dict[str, Any]) -> None:
        with self._changing() as state:
            _entries(state)[version] = entry

    def _read(self) -> dict[str, Any]:
        try:
            told = json.loads((self.folder / "state.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """The state, to be changed by this program alone; the file is the old or the new one after a power cut."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _wait_for(lock)
            state = self._read()
            yield state
            self._write(json.dumps({**state, "format": 1}, ensure_ascii=False, indent=1).encode())
        finally:
            os.close(lock)

    def _write(self, data: bytes) -> None:
        new = self.folder / "state.json.new"
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.folder / "state.json")
        except OSError:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise
        _sync_folder(self.folder)


def surroundings(version: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for another version: nothing that the packer set for this one's libraries may reach it."""
    given = {name: value for name, value in environ.items() if not name.startswith("_PYI_")}
    for name in _LIBRARIES:
        before = given.pop(f"{name}_ORIG", None)
        if before is not None:
            given[name] = before
        elif getattr(sys, "frozen", False):
            given.pop(name, None)
    return {**given, VARIABLE: version, "PYINSTALLER_RESET_ENVIRONMENT": "1"}


def _entries(state: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(state.get("versions"), dict):
        state["versions"] = {}
    entries: dict[str, Any] = state["versions"]
    return entries


def _version(name: str, how: object) -> Version | None:
    if number(name) is None or not isinstance(how, dict) or how.get("state") not in {PASSED, PROVEN, FAILED}:
        return None
    return Version(name, how["state"], _text(how.get("reason")), _count(how.get("tries")), how.get("told") is True)


def _offer(told: object) -> Offer | None:
    if not isinstance(told, dict) or number(_text(told.get("version"))) is None:
        return None
    return Offer(_text(told.get("version")), _text(told.get("name")), _count(told.get("size")))


def _text(told: object) -> str:
    return told if isinstance(told, str) else ""


def _count(told: object) -> int:
    return told if isinstance(told, int) and told >= 0 else 0
