"""Tries the frozen program as a person's machine would: does it work, does it say nothing odd, how soon is it there.

In: the folder of the program. Out: what was seen, or the reason why it is not fit for release.
"""

import argparse
import io
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Timer

RUNS = 7
PATIENCE_S = 120
START_S = 1.0
"""Cold, from nothing to a screen that asks for the passphrase."""
INSTALLED_BYTES = 300_000_000

EXPECTED_LINES: tuple[str, ...] = ()
"""What the program may say on stderr while it works, as regular expressions. Nothing, so far."""


class UnfitError(Exception):
    """The frozen program must not be released."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the program did.

    Attributes:
        steps: What it was able to do, and how much of each.
        cold_s: Seconds of each start with no file of the program in memory.
        warm_s: Seconds of each start after another.
        processor_s: Seconds that each of these kept a processor busy, its end included, however busy the machine.
        load: Programs that wanted a core of this machine meanwhile, for each that it has.
    """

    steps: dict[str, int]
    cold_s: tuple[float, ...]
    warm_s: tuple[float, ...]
    processor_s: tuple[float, ...]
    load: float

    @property
    def start_s(self) -> float:
        """The median of the cold starts."""
        return statistics.median(self.cold_s)

    @property
    def busy(self) -> bool:
        """The machine did so much else that seconds of it say little of the program."""
        return self.load > 1


def probe(folder: Path) -> Seen:
    """Let the program do all that it is for, then start it again and again.

    Raises:
        UnfitError: it failed, or it said something that nobody expected.
    """
    with tempfile.TemporaryDirectory() as place:
        trial = Path(place) / "trial"
        done = _run(folder, place, "smoke", "--keep", str(trial), "--json")
        odd = unexpected(done.stderr.splitlines())
        if done.returncode or odd:
            raise UnfitError("\n".join([f"`terreno smoke` ended with {done.returncode}", *odd]))
        steps = [json.loads(line) for line in done.stdout.splitlines()]
        laptop = str(trial / "equipo")
        os.sync()  # the disk is still busy with what was just built
        cold = tuple(_seconds(folder, place, laptop, cold=True) for _ in range(RUNS))
        warm, used = [], [_processor_s()]
        for _ in range(RUNS):
            warm.append(_seconds(folder, place, laptop, cold=False))
            used.append(_processor_s())
        processor = tuple(after - before for before, after in pairwise(used))
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    return Seen({step["step"]: step["amount"] for step in steps}, cold, tuple(warm), processor, load)


def _processor_s() -> float:
    """What every program that was started here and has ended was busy for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def unexpected(lines: Iterable[str]) -> list[str]:
    """Which lines of stderr nobody foresaw."""
    return [line for line in lines if line.strip() and not any(re.fullmatch(known, line) for known in EXPECTED_LINES)]


def _seconds(folder: Path, place: str, laptop: str, *, cold: bool) -> float:
    """From nothing until the laptop asks for a passphrase, which the program says when it is so."""
    if cold:
        forget(folder)
    command = [str(folder / "terreno"), "smoke", "--window", laptop, "--json"]
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - the program that was just built
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=place, env=_bare(place)
    ) as started:
        watch = Timer(PATIENCE_S, started.kill)
        watch.start()
        said = (started.stdout or io.BytesIO()).readline()
        took = time.perf_counter() - began
        _, odd = started.communicate()
        watch.cancel()
    if started.returncode or not said or unexpected(odd.decode(errors="replace").splitlines()):
        raise UnfitError(f"a start ended with {started.returncode}\n{odd.decode(errors='replace')}")
    return took


def forget(folder: Path) -> None:
    """Let the system drop what it keeps of these files in memory, as after a boot."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)


def _run(folder: Path, place: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the program that was just built
        [str(folder / "terreno"), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=place,
        env=_bare(place),
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_S,
    )


def _bare(place: str) -> dict[str, str]:
    """A machine that has nothing of Python, of Qt or of this checkout, in the plainest locale."""
    return {"PATH": "/usr/bin:/bin", "HOME": place, "LC_ALL": "C"}


def main() -> int:
    """Measure the starts of a program that was built before."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    seen = probe(parser.parse_args().folder.absolute())
    print(
        f"cold {described(seen.cold_s)}; warm {described(seen.warm_s)}; at most {START_S:.0f} s cold; "
        f"of a processor {described(seen.processor_s)}; "
        f"load of each core {seen.load:.1f}"
    )
    return 0 if seen.start_s <= START_S else 1


def described(seconds: Sequence[float]) -> str:
    """The median, and the best and worst beside it."""
    return f"{statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"


if __name__ == "__main__":
    sys.exit(main())
