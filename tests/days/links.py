"""A bad link between laptops and a centre: one packet in five is lost, and every few seconds there is no link at all.

Where this machine allows it, laptops and centre live in two network namespaces, joined by a virtual cable on which
nftables drops packets. Elsewhere a proxy on loopback holds pieces back, as a link does that has to send them again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from urllib.parse import urlsplit

from tests.sync.road import Road

LOSS = 0.2
UP_S = (2.0, 3.0)
DOWN_S = (0.2, 1.5)
_SENT_AGAIN_AFTER_S = 0.2
"""The least that Linux waits before it sends a packet again."""


class BadLink(ABC):
    """What both kinds of link have in common: they are cut every few seconds while the weather is bad.

    Attributes:
        way: Which kind it is.
        host: The address on which the centre listens.
        at_the_centre: Runs a program where the centre is.
        at_the_stand: Runs a program where the laptops are.
        cuts: How often it was cut.
        lost: Packets that were lost.
        sent: Packets that were sent, lost ones included.
    """

    way = ""
    host = ""
    at_the_centre: tuple[str, ...] = ()
    at_the_stand: tuple[str, ...] = ()

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - faults are drawn, not keys
        self.cuts = self.lost = self.sent = 0

    def seen_from_the_stand(self, url: str) -> str:
        """The centre's URL as laptops use it."""
        return url

    @contextmanager
    def bad_weather(self) -> Iterator[None]:
        """Lose packets, and cut again and again, while the block runs."""
        calm = threading.Event()
        cutting = threading.Thread(target=self._cut_again_and_again, args=(calm,), daemon=True)
        self.lose()
        cutting.start()
        try:
            yield
        finally:
            calm.set()
            cutting.join()
            self.heal()

    def _cut_again_and_again(self, calm: threading.Event) -> None:
        while not calm.wait(self.chance.uniform(*UP_S)):
            self.cut()
            self.cuts += 1
            calm.wait(self.chance.uniform(*DOWN_S))
            self.join()

    @abstractmethod
    def lose(self) -> None:
        """From now on packets are lost."""

    @abstractmethod
    def heal(self) -> None:
        """From now on none is."""

    @abstractmethod
    def cut(self) -> None:
        """Nothing gets through."""

    @abstractmethod
    def join(self) -> None:
        """Something gets through again."""

    @abstractmethod
    def close(self) -> None:
        """Leave nothing behind on this machine."""


class Namespaces(BadLink):
    """Two network namespaces and a cable.

    Raises:
        OSError, subprocess.CalledProcessError: this machine does not allow it.
    """

    way = "network namespaces and nftables"
    host = "198.18.0.1"

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._ends = tuple(f"terreno-{os.getpid()}-{end}" for end in ("centre", "stand"))
        self.at_the_centre, self.at_the_stand = (("ip", "netns", "exec", end) for end in self._ends)
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    def _make(self) -> None:
        for tool in ("ip", "nft"):
            if shutil.which(tool) is None:
                raise FileNotFoundError(tool)
        for end in self._ends:
            _run("ip", "netns", "add", end)
        centre, stand = self._ends
        _run("ip", "-n", centre, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", stand)
        for end, address in ((centre, self.host), (stand, "198.18.0.2")):
            _run("ip", "-n", end, "address", "add", f"{address}/30", "dev", "cable")
            _run("ip", "-n", end, "link", "set", "cable", "up")
        self.lose()
        self.heal()

    def lose(self) -> None:
        for end in self._ends:
            _nft(end, "add table ip weather")
            _nft(end, "add chain ip weather arriving { type filter hook input priority 0; }")
            _nft(end, "add rule ip weather arriving counter")
            _nft(end, f"add rule ip weather arriving numgen random mod 100 < {LOSS * 100:.0f} counter drop")

    def heal(self) -> None:
        for end in self._ends:
            told = json.loads(_nft(end, "list table ip weather", "-j"))["nftables"]
            parts = [part for one in told if "rule" in one for part in one["rule"]["expr"]]
            sent, lost = (part["counter"]["packets"] for part in parts if "counter" in part)
            self.sent += sent
            self.lost += lost
            _nft(end, "delete table ip weather")

    def cut(self) -> None:
        _run("ip", "-n", self._ends[1], "link", "set", "cable", "down")

    def join(self) -> None:
        _run("ip", "-n", self._ends[1], "link", "set", "cable", "up")

    def close(self) -> None:
        for end in self._ends:
            with suppress(OSError, subprocess.CalledProcessError):
                _run("ip", "netns", "delete", end)


class Proxy(BadLink):
    """A proxy on loopback: a lost piece comes late, and a cut ends every connection."""

    way = "a fault proxy"
    host = "127.0.0.1"

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._roads: list[Road] = []
        self._losing = False

    def seen_from_the_stand(self, url: str) -> str:
        parts = urlsplit(url)
        road = Road((self.host, parts.port or 0), self._slowness_s)
        self._roads.append(road)
        return f"{parts.scheme}://{self.host}:{road.port}"

    def _slowness_s(self) -> float:
        late = self._losing and self.chance.random() < LOSS
        self.sent += self._losing
        self.lost += late
        return _SENT_AGAIN_AFTER_S if late else 0.0

    def lose(self) -> None:
        self._losing = True

    def heal(self) -> None:
        self._losing = False
        self.join()

    def cut(self) -> None:
        for road in self._roads:
            road.cut()

    def join(self) -> None:
        for road in self._roads:
            road.repair()

    def close(self) -> None:
        for road in self._roads:
            road.close()


def a_bad_link(seed: int) -> BadLink:
    """Namespaces where they are allowed, else a proxy."""
    try:
        return Namespaces(seed)
    except (OSError, subprocess.CalledProcessError):
        return Proxy(seed)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _nft(end: str, what: str, *options: str) -> str:
    return _run("ip", "netns", "exec", end, "nft", *options, what)
