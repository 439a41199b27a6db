"""What an installed program does first: it starts the newest version that passed on this machine, or itself.

Standard library alone, and nothing here may end a start: whatever cannot be read or started, the installed one runs.
A version that starts for the first time is watched; if it ends before it came to its window, it is marked and the next
older one starts at once. Nothing was written by then, so nothing is done twice, and nobody sees what it said of itself.
"""

import importlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO, Final, TypeAlias

from terreno_app import __version__
from terreno_app.versions import OF_THE_MOMENT, PROVEN, VARIABLE, Version, Versions, surroundings

_Handler: TypeAlias = Callable[[int, FrameType | None], Any] | signal.Handlers
_ASKED_TO_END: Final = (-1, -2, -15)
"""What a process leaves behind that SIGHUP, SIGINT or SIGTERM ended: nobody may say that it failed."""


def start() -> None:
    """Start the newest version that may start, with the same arguments; it ends the process with its status."""
    if os.environ.get(VARIABLE) != __version__:
        with suppress(Exception):  # whatever is wrong with versions, there is one that needs none of them
            hand_over(Versions(data_folder(sys.argv[1:], os.environ)), sys.argv[1:])
        # What this program starts of itself stays with its version.
        os.environ[VARIABLE] = __version__
    if not opens_window(sys.argv[1:]):
        importlib.import_module("terreno_app.cli.main")
        prove()
    try:
        importlib.import_module("terreno_app.__main__").main()
    except SystemExit:
        # It ended in its own words, though it may never have come to a window: without a display there is none.
        prove()
        raise


def prove() -> None:
    """This version came to its window: from now on it starts unwatched."""
    with suppress(OSError, RuntimeError):  # a full disk must not keep anybody from their data
        Versions(data_folder(sys.argv[1:], os.environ)).prove(__version__)


def hand_over(versions: Versions, arguments: Sequence[str]) -> None:
    """Start a newer version in this one's place; come back only when there is none that works.

    On a full disk no version starts for the first time, for that could not be remembered; a proven one does, uncounted:
    it may have changed the form of the data, and an older one would not open them.

    Raises:
        OSError: nothing can be started now; nothing was.
    """
    full = False
    while (newer := versions.next_after(__version__, proven=full)) is not None:
        try:
            may = _may_begin(versions, newer, arguments)
        except OSError:
            full, may = True, True
            if newer.state != PROVEN:
                continue
        if may:
            _begin(versions, newer, arguments)
        else:
            versions.failed(newer.version, "crashed")


def opens_window(arguments: Sequence[str]) -> bool:
    """Whether a command is to open the desktop."""
    return not arguments or arguments[0] == "app" or arguments[0].startswith("--data")


def data_folder(arguments: Sequence[str], environ: Mapping[str, str]) -> Path:
    """The data folder that a command is about, by the rules of :mod:`terreno_app.paths`, which needs a library."""
    chosen = environ.get("TERRENO_DATA", "")
    for word, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        if word == "--":
            break
        if word == "--data":
            chosen = following or chosen
        elif word.startswith("--data="):
            chosen = word.removeprefix("--data=") or chosen
    if chosen:
        return Path(chosen).expanduser()
    return _usual(environ) / "terreno"


def _usual(environ: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(environ.get("XDG_DATA_HOME", "").strip() or Path.home() / ".local" / "share")


def _may_begin(versions: Versions, newer: Version, arguments: Sequence[str]) -> bool:
    """Count a start, where one that fails would leave a person without a program."""
    if newer.state == PROVEN and not opens_window(arguments):
        return True
    return versions.begin(newer.version)


def _begin(versions: Versions, newer: Version, arguments: Sequence[str]) -> None:
    program = str(versions.program(newer.version))
    environ = surroundings(newer.version, os.environ)
    window = opens_window(arguments)
    try:
        if newer.state == PROVEN and sys.platform != "win32":
            os.execve(program, [program, *arguments], environ)  # noqa: S606  the verified program, without a shell
        if newer.state == PROVEN:
            status = _watched([program, *arguments], environ)
        elif window:
            status = _watched_quietly(versions, newer, [program, *arguments], environ)
        else:
            # A command may ask on stderr, and be asked once only: it runs when the version has come up by another.
            here = {**environ, "TERRENO_DATA": str(versions.folder.parent)}
            status = _watched([program, "--version"], here, said=subprocess.DEVNULL, alone=True)
    except OSError as error:
        if error.errno in OF_THE_MOMENT:
            raise
        versions.failed(newer.version, "unstartable")
        return
    if _has_come_up(versions, newer):
        if newer.state == PROVEN or window:
            sys.exit(status if status >= 0 else 128 - status)
        return
    if status in _ASKED_TO_END:
        sys.exit(128 - status)
    versions.failed(newer.version, "crashed")


def _has_come_up(versions: Versions, newer: Version) -> bool:
    now = versions.how(newer.version)
    return now is not None and now.state == PROVEN


def _watched_quietly(versions: Versions, newer: Version, command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a window for the first time: what it says is passed on if it came up, for else another takes its place.

    The packer's loader and Python itself speak English of what keeps a program from starting.
    """
    with tempfile.TemporaryFile() as said:
        status = _watched(command, environ, said=said)
        if _has_come_up(versions, newer) and sys.stderr is not None:
            said.seek(0)
            sys.stderr.write(said.read().decode("utf-8", "replace"))
    return status


def _watched(
    command: Sequence[str], environ: Mapping[str, str], *, said: int | BinaryIO | None = None, alone: bool = False
) -> int:
    """Run a version to its end. Ctrl+C reaches it by itself; what asks this program to end is passed on.

    Args:
        command: The program and its arguments.
        environ: Its environment.
        said: Where its stderr goes; ``None`` leaves it to the person.
        alone: Nobody writes to it or reads what it answers.
    """
    person = subprocess.DEVNULL if alone else None
    with subprocess.Popen(command, env=environ, stdin=person, stdout=person, stderr=said) as child:  # noqa: S603  the verified program, without a shell

        def pass_on(number: int, _frame: FrameType | None) -> None:
            child.send_signal(number)

        handlers: dict[signal.Signals, _Handler] = {signal.SIGINT: signal.SIG_IGN, signal.SIGTERM: pass_on}
        if sys.platform != "win32":
            handlers[signal.SIGHUP] = pass_on
        before = {number: signal.signal(number, how) for number, how in handlers.items()}
        try:
            return child.wait()
        finally:
            for number, how in before.items():
                signal.signal(number, how)
