"""From a verified archive to a version that may start: unpacked beside the others, and tried in its own process."""

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from terreno_app.updating.errors import StoppedError, UnsafeArchiveError
from terreno_app.updating.unpacking import Limits, unpack
from terreno_app.versions import OF_THE_MOMENT, Versions, surroundings

logger = logging.getLogger(__name__)

TRIAL_S: Final = 180.0
_GLANCE_S: Final = 0.1
_LONGEST_WORDS: Final = 200
"""Bytes of what a version says of itself."""
_COMING: Final = "coming"
_OURS: Final = ("TERRENO_", "QT_")
"""What a person chose for their own laptop does not reach a trial."""

_TEMPORARY: Final = ("TMPDIR", "TEMP", "TMP")

ShouldStop = Callable[[], bool]


class Installer:
    """Puts versions beside the data.

    Args:
        versions: The versions of this laptop.
        environ: The environment of this program.
        limits: What an archive can be at most.
        trial_s: Seconds that a smoke test may take.
    """

    def __init__(
        self,
        versions: Versions,
        environ: Mapping[str, str] | None = None,
        *,
        limits: Limits | None = None,
        trial_s: float = TRIAL_S,
    ) -> None:
        self._versions, self._limits, self._trial_s = versions, limits, trial_s
        self._environ = os.environ if environ is None else environ

    def install(self, archive: Path, version: str, running: str, should_stop: ShouldStop) -> bool:
        """Unpack a version and try it; whether it may start from the next start on.

        Args:
            archive: Its verified archive; it is gone afterwards, unless it was stopped.
            version: Its number.
            running: The version that does this.
            should_stop: Asked now and then.

        Raises:
            UnsafeArchiveError: the archive may not be used; the version is marked.
            StoppedError: nothing is marked, and the archive is kept.
            OSError: the disk; nothing is marked.
        """
        coming = self._versions.folder / _COMING
        try:
            reason = self._tried(archive, version, coming, should_stop)
        except UnsafeArchiveError:
            self._versions.failed(version, "unsafe")
            archive.unlink(missing_ok=True)
            raise
        finally:
            shutil.rmtree(coming, ignore_errors=True)
        if reason:
            logger.warning("version %s did not pass its trial: %s", version, reason)
            self._versions.failed(version, reason)
        else:
            logger.info("version %s passed its trial", version)
            self._versions.passed(version)
            self._versions.prune(running)
        archive.unlink(missing_ok=True)
        return not reason

    def _tried(self, archive: Path, version: str, coming: Path, should_stop: ShouldStop) -> str:
        """Why a version does not work here; empty when it does, and then it stands in its place."""
        shutil.rmtree(coming, ignore_errors=True)
        coming.mkdir(mode=0o700, parents=True)
        unpacked = unpack(archive, f"terreno-{version}", coming, self._limits)
        place = self._versions.folder / version
        shutil.rmtree(place, ignore_errors=True)
        unpacked.replace(place)
        # A power cut after the mark must not leave a version that passed with half of its files.
        if sys.platform != "win32":
            os.sync()
        # The trial stands elsewhere: a folder that was named from here would not be found there.
        return self._trial(self._versions.program(version).absolute(), version, coming.absolute(), should_stop)

    def _trial(self, program: Path, version: str, coming: Path, should_stop: ShouldStop) -> str:
        """Why a program is not fit: it is not the version that was signed, or does not do all that it is for.

        It works where there is known to be room: a full `/tmp` would speak against a version that works.
        """
        given = {name: value for name, value in self._environ.items() if not name.startswith(_OURS)}
        environ = {**surroundings(version, given), "QT_QPA_PLATFORM": "offscreen"}
        until = time.monotonic() + self._trial_s
        with tempfile.TemporaryDirectory(prefix="terreno-", dir=coming) as aside:
            environ |= {"TERRENO_DATA": str(Path(aside) / "datos"), **dict.fromkeys(_TEMPORARY, aside)}
            reason, said = _ran([program, "--version"], environ, Path(aside), until, should_stop)
            if not reason and said.split() != ["terreno", version]:
                reason = "another version"
            if not reason:
                reason, _ = _ran([program, "smoke"], environ, Path(aside), until, should_stop)
        return reason


def _ran(
    command: Sequence[str | Path], environ: Mapping[str, str], aside: Path, until: float, should_stop: ShouldStop
) -> tuple[str, str]:
    """Why a command did not go well, empty when it did; and what it said.

    Raises:
        StoppedError: somebody wanted it to stop.
        OSError: the disk, or nothing can be started now; that says nothing of the program.
    """
    with (aside / "stdout").open("w+b") as words, (aside / "stderr").open("w+b") as errors:
        try:
            child = subprocess.Popen(  # noqa: S603  the verified program, without a shell
                command, env=environ, cwd=aside, stdin=subprocess.DEVNULL, stdout=words, stderr=errors
            )
        except OSError as error:
            if error.errno in OF_THE_MOMENT:
                raise
            return "unstartable", ""
        with child:
            status = _ended(child, until, should_stop)
        if status is None:
            return "too slow", ""
        if status:
            return f"exit {status}", ""
        if errors.seek(0, os.SEEK_END):
            return "stderr", ""
        words.seek(0)
        return "", words.read(_LONGEST_WORDS).decode("utf-8", "replace")


def _ended(child: "subprocess.Popen[bytes]", until: float, should_stop: ShouldStop) -> int | None:
    """Its status; ``None`` when it took too long.

    Raises:
        StoppedError: somebody wanted it to stop.
    """
    try:
        while time.monotonic() < until:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return child.wait(_GLANCE_S)
            if should_stop():
                raise StoppedError
        return None
    finally:
        child.kill()
