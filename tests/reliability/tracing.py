"""What a program does to the files of a folder, and when it says that something is safe: read from its system calls."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tests.reliability.disk import Event, FolderSynced, Named, Removed, Renamed, Resized, Synced, Told, Wrote

ROOT = Path(__file__).parents[2]
_CALLS = (
    "open,openat,creat,close,dup,dup2,dup3,lseek,mmap,write,pwrite64,writev,pwritev,pwritev2,sendfile,"
    "copy_file_range,splice,truncate,ftruncate,fallocate,fsync,fdatasync,sync,syncfs,sync_file_range,"
    "rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir"
)
_LONGEST_WRITE = 1 << 27
_STRACE = ("strace", "-f", "--seccomp-bpf", "-qq", "-xx", "-s", str(_LONGEST_WRITE), "-e", f"trace={_CALLS}")
_LINE = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)(?: .*)?")
_ARGUMENT = re.compile(r'"[^"]*"(?:\.\.\.)?|\[[^]]*\]|[^,]+')
_STDOUT = 1
FORGETFUL = ("-shm", "lock")
"""Names whose content means nothing after a cut: SQLite's index of the log is made anew, a lock is held or not."""


def traced(log: Path, *command: str) -> None:
    """Run a module of ours, and write its system calls into a file."""
    done = subprocess.run(
        [*_STRACE, "-o", str(log), sys.executable, "-m", *command],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    if done.returncode:
        raise AssertionError(done.stderr)


class UntraceableError(AssertionError):
    """A program did what this reading does not understand: its images of the disk would not be true."""


@dataclass
class _Open:
    """An open file or folder of the folder that is looked at."""

    path: str
    file: int | None
    at: int = 0
    appends: bool = False

    @property
    def matters(self) -> bool:
        """Whether anybody will read its content after a cut."""
        return not self.path.endswith(FORGETFUL)


class Trace:
    """Reads what `strace` wrote, and keeps what its lines leave out: names, sizes and places in files.

    Args:
        folder: The folder, as the program calls it (absolute). What is told of it begins with its name.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = PurePosixPath(folder)
        self._open: dict[int, _Open] = {}
        self._names: dict[str, int | None] = {}
        self._contents: dict[int, bytearray] = {}

    def read(self, lines: Iterable[str]) -> Iterator[Event]:
        """The events, in order."""
        for line in lines:
            read = _LINE.fullmatch(line.rstrip("\n"))
            if read is None:
                if "unfinished" in line or "resumed" in line:
                    raise UntraceableError(f"two threads at once: {line[:80]}")
                continue
            call, told, result = read.groups()
            if result.startswith("-"):
                continue
            arguments = [one.strip() for one in _ARGUMENT.findall(told)]
            yield from self._call(call, arguments, int(result, 0))

    def _call(self, call: str, arguments: list[str], result: int) -> Iterator[Event]:
        match call:
            case "open" | "creat":
                yield from self._opened(self._path("AT_FDCWD", arguments[0]), " ".join(arguments[1:]), result)
            case "openat":
                yield from self._opened(self._path(*arguments[:2]), arguments[2], result)
            case "mkdir" | "mkdirat" | "unlink" | "rmdir" | "unlinkat" | "rename" | "renameat" | "renameat2":
                yield from self._renamed(call, arguments)
            case "sync" | "syncfs" | "link" | "linkat" | "truncate" | "splice" | "copy_file_range":
                raise UntraceableError(call)
            case "mmap":
                self._mapped(int(arguments[4]), arguments[3])
            case "write" if int(arguments[0]) == _STDOUT:
                yield from self._told(_bytes(arguments[1]).decode())
            case _ if (held := self._open.get(int(arguments[0]))) is not None:
                yield from self._on(held, call, arguments, result)

    def _told(self, lines: str) -> Iterator[Told]:
        said = f"{self._folder.name} "
        yield from (Told(line.removeprefix(said)) for line in lines.splitlines() if line.startswith(said))

    def _on(self, held: _Open, call: str, arguments: list[str], result: int) -> Iterator[Event]:
        """A call on a file or folder that is open."""
        match call:
            case "close":
                del self._open[int(arguments[0])]
            case "lseek":
                held.at = result
            case "write":
                yield from self._wrote(held, self._place(held), _bytes(arguments[1])[:result])
            case "pwrite64":
                yield from self._wrote(held, int(arguments[3]), _bytes(arguments[1])[:result], moves=False)
            case "sendfile":
                yield from self._wrote(held, self._place(held), self._sent(arguments, result))
            case "ftruncate":
                yield from self._resized(held, int(arguments[1]))
            case "fsync" | "fdatasync":
                yield from self._synced(held)
            case _:
                raise UntraceableError(f"{call} on {held.path}")

    # Files

    def _opened(self, path: str | None, flags: str, descriptor: int) -> Iterator[Event]:
        self._open.pop(descriptor, None)
        if path is None:
            return
        if path not in self._names:
            number = len(self._contents) + 1
            self._names[path], self._contents[number] = number, bytearray()
            yield Named(path, number)
        held = self._open[descriptor] = _Open(path, self._names[path], appends="O_APPEND" in flags)
        if "O_TRUNC" in flags and held.file is not None and self._contents[held.file]:
            yield from self._resized(held, 0)

    def _wrote(self, held: _Open, at: int, data: bytes, *, moves: bool = True) -> Iterator[Event]:
        content = self._content(held)
        content.extend(bytes(max(at - len(content), 0)))
        content[at : at + len(data)] = data
        if moves:
            held.at = at + len(data)
        if held.matters and held.file is not None:
            yield Wrote(held.file, at, data)

    def _resized(self, held: _Open, size: int) -> Iterator[Event]:
        content = self._content(held)
        del content[size:]
        content.extend(bytes(size - len(content)))
        if held.matters and held.file is not None:
            yield Resized(held.file, size)

    def _synced(self, held: _Open) -> Iterator[Event]:
        if held.file is None:
            yield FolderSynced()
        elif held.matters:
            yield Synced(held.file)

    def _sent(self, arguments: list[str], size: int) -> bytes:
        """What went from one file into another without passing through the program."""
        source = self._open.get(int(arguments[1]))
        start = re.match(r"\[(\d+)\]", arguments[2])
        if source is None or start is None:
            raise UntraceableError(f"sendfile {arguments}")
        return bytes(self._content(source)[int(start[1]) : int(start[1]) + size])

    def _mapped(self, descriptor: int, how: str) -> None:
        """What is written into memory is in no call: only what means nothing after a cut may be written so."""
        held = self._open.get(descriptor)
        if held is not None and "MAP_SHARED" in how and held.matters:
            raise UntraceableError(f"{held.path} is mapped into memory")

    def _place(self, held: _Open) -> int:
        return len(self._content(held)) if held.appends else held.at

    def _content(self, held: _Open) -> bytearray:
        if held.file is None:
            raise UntraceableError(f"{held.path} is a folder")
        return self._contents[held.file]

    # Names

    def _renamed(self, call: str, arguments: list[str]) -> Iterator[Event]:
        places = arguments if call.endswith(("at", "at2")) else ["AT_FDCWD", arguments[0], "AT_FDCWD", *arguments[1:2]]
        path = self._path(*places[:2])
        if call.startswith("rename"):
            to = self._path(*places[2:4])
            if path is not None and to is not None:
                if self._names[path] is None:
                    raise UntraceableError(f"{path} is a folder")
                self._names[to] = self._names.pop(path)
                yield Renamed(path, to)
            elif path is not to:
                raise UntraceableError("a file comes into the folder, or leaves it")
        elif path is not None and call.startswith("mkdir"):
            self._names[path] = None
            if path != ".":
                yield Named(path, None)
        elif path is not None:
            del self._names[path]
            yield Removed(path)

    def _path(self, beside: str, name: str) -> str | None:
        """A path within the folder; ``None`` for any other."""
        path = PurePosixPath(_bytes(name).decode())
        if beside != "AT_FDCWD" and not path.is_absolute():
            held = self._open.get(int(beside))
            return None if held is None else str(PurePosixPath(held.path, path))
        return str(path.relative_to(self._folder)) if path.is_relative_to(self._folder) else None


def _bytes(text: str) -> bytes:
    """A string of `strace -xx`."""
    if not text.endswith('"'):
        raise UntraceableError(f"cut off: {text[-40:]}")
    return bytes.fromhex(text[1:-1].replace("\\x", ""))
