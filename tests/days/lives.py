"""Processes that are there to be killed.

A program imports everything once and forks a life for each line that it is told, so a life costs milliseconds and a
test can afford many deaths. Lines are JSON, both ways. When its input ends, the program ends every life that is left.
"""

from __future__ import annotations

import json
import os
import queue
import selectors
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.cli.terminal import ROOT

LONGEST_S = 60.0
"""How long a test waits for a word of a life; only a test that is broken waits so long."""


# in the program


def say(name: str, **told: Any) -> None:
    """A line of a life: one write, so that a death leaves it whole or not at all."""
    os.write(1, json.dumps({"name": name, **told}).encode() + b"\n")


class Death:
    """Comes at the n-th time that a point is told; without a name at any point, without a number never."""

    def __init__(self, point: str | None = None, number: int = 0) -> None:
        self._point = point
        self._left = number

    def __call__(self, point: str) -> None:
        if self._point in {None, point}:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class _Nursery:
    """The lives of a program that still go on."""

    def __init__(self, live: Callable[[Mapping[str, Any]], None], watched: selectors.BaseSelector) -> None:
        self._live = live
        self._watched = watched
        self._lives: dict[int, tuple[str, int]] = {}

    def begin(self, told: Mapping[str, Any]) -> None:
        pid = os.fork()
        if pid == 0:
            self._lead(told)
        ends = os.pidfd_open(pid)
        self._lives[ends] = (told["name"], pid)
        self._watched.register(ends, selectors.EVENT_READ)

    def _lead(self, told: Mapping[str, Any]) -> None:
        status = 1
        try:
            say(told["name"], born=os.getpid())
            self._live(told)
            status = 0
        except Exception:  # noqa: BLE001 - the border of a process
            traceback.print_exc()
        finally:
            os._exit(status)

    def bury(self, ends: int) -> None:
        self._watched.unregister(ends)
        os.close(ends)
        name, pid = self._lives.pop(ends)
        say(name, ended=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

    def end(self) -> None:
        for _, pid in self._lives.values():
            os.kill(pid, signal.SIGKILL)


def fork_lives(live: Callable[[Mapping[str, Any]], None]) -> None:
    """Fork a life for each line of the input; say when one is born and how it ended."""
    heard = b""
    with selectors.DefaultSelector() as watched:
        watched.register(0, selectors.EVENT_READ)
        nursery = _Nursery(live, watched)
        while True:
            for key, _ in watched.select():
                if key.fd != 0:
                    nursery.bury(key.fd)
                    continue
                more = os.read(0, 65_536)
                if not more:
                    nursery.end()
                    return
                *lines, heard = (heard + more).split(b"\n")
                for line in lines:
                    nursery.begin(json.loads(line))


# in the test


@dataclass
class Life:
    """One life, as the test sees it."""

    name: str
    words: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    said: list[dict[str, Any]] = field(default_factory=list)
    pid: int = 0
    exit: int | None = None

    def hear(self, timeout_s: float = LONGEST_S) -> dict[str, Any] | None:
        """The next thing it says; nothing when it has ended, or says nothing for so long."""
        if self.exit is not None:
            return None
        try:
            word = self.words.get(timeout=timeout_s)
        except queue.Empty:
            return None
        self.exit = word.get("ended")
        if self.exit is not None:
            return None
        self.said.append(word)
        return word

    def listen(self, timeout_s: float = LONGEST_S) -> bool:
        """Hear everything until it ends; whether it ended within the time."""
        while self.hear(timeout_s) is not None:
            pass
        return self.exit is not None

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.listen()

    def told(self, what: str) -> list[Any]:
        """Everything that it said under a name."""
        return [word[what] for word in self.said if what in word]


class Lives:
    """A program of this folder that forks lives.

    Args:
        program: Its module.
        told: Its arguments.
        inside: A command that runs it somewhere else, such as in a network namespace.
    """

    def __init__(self, program: str, *told: object, inside: Sequence[str] = ()) -> None:
        self._process = subprocess.Popen(
            [*inside, sys.executable, "-m", program, *map(str, told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        self._alive: dict[str, Life] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def begin(self, name: str, **told: Any) -> Life:
        """A new life; it has been born when this returns."""
        life = self._alive[name] = Life(name)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"name": name, **told}).encode() + b"\n")
        self._process.stdin.flush()
        born = life.words.get(timeout=LONGEST_S)
        life.pid = born["born"]
        return life

    def close(self) -> None:
        """End every life and the program."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(LONGEST_S)
        self._reader.join(LONGEST_S)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word = json.loads(line)
            self._alive[word.pop("name")].words.put(word)
