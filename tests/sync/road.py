"""A road between a laptop and the centre, for tests: a proxy on loopback that carries bytes and knows nothing of them.

It can end at any byte, in either direction; it can be slow, as a link is that loses packets; it can be cut as a whole;
or it lets each connection live for so many bytes, as a line does that is cut every few seconds.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

UP = "up"
DOWN = "down"
_CHUNK = 1_448
"""Bytes of a packet on most roads."""


class _Life:
    """What is left of a connection."""

    def __init__(self, size: int | None) -> None:
        self._left = size

    def spend(self, size: int) -> int:
        """How many of so many bytes still get through."""
        if self._left is None:
            return size
        spent = min(size, self._left)
        self._left -= spent
        return spent


class Road:
    """Carries what comes in to the centre and back, until it is closed.

    Args:
        target: Host and port of the centre.
        slowness_s: Seconds that the next piece is held back.
        lives: How many bytes each connection carries before it is cut, both ways together; ``None`` for no end.

    Attributes:
        ends_after: By direction, how many bytes are still carried before every connection ends; ``None`` for no end.
        carried: By direction, the bytes that went through.
        cuts: Connections that came to the end of their life.
    """

    def __init__(
        self, target: tuple[str, int], slowness_s: Callable[[], float] = lambda: 0.0, *, lives: int | None = None
    ) -> None:
        self._target = target
        self._slowness_s = slowness_s
        self._lives = lives
        self.cuts = 0
        self._lock = threading.Lock()
        self._open = True
        self._closing = threading.Event()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.ends_after: dict[str, int | None] = {UP: None, DOWN: None}
        self.carried = {UP: 0, DOWN: 0}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._begin(self._accept)

    def repair(self) -> None:
        """From now on everything gets through; what was carried is counted anew."""
        with self._lock:
            self._open = True
            self.ends_after = {UP: None, DOWN: None}
            self.carried = {UP: 0, DOWN: 0}

    def cut(self) -> None:
        """End every connection; new ones end at once until somebody repairs the road."""
        with self._lock:
            self._open = False
            broken, self._sockets = self._sockets, set()
        for one in broken:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def close(self) -> None:
        """End every connection and wait until nothing runs any more."""
        self._closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def _end(self, *ends: socket.socket) -> None:
        """End one connection."""
        with self._lock:
            self.cuts += 1
            self._sockets -= {*ends}
        for one in ends:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _begin(self, work: Callable[..., None], *told: object) -> None:
        thread = threading.Thread(target=work, args=told, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target)
            except OSError:
                near.close()
                continue
            with self._lock:
                allowed = self._open
                if allowed:
                    self._sockets |= {near, far}
            if not allowed:
                near.close()
                far.close()
                continue
            life = _Life(self._lives)
            self._begin(self._carry, near, far, UP, life)
            self._begin(self._carry, far, near, DOWN, life)

    def _carry(self, source: socket.socket, target: socket.socket, way: str, life: _Life) -> None:
        with suppress(OSError):
            while piece := source.recv(_CHUNK):
                self._closing.wait(self._slowness_s())
                with self._lock:
                    lived = life.spend(len(piece))
                allowed = self._allowed(lived, way)
                target.sendall(piece[:allowed])
                if lived < len(piece):
                    self._end(source, target)
                    return
                if allowed < len(piece) or self.ends_after[way] == 0:
                    self.cut()
                    return
            target.shutdown(socket.SHUT_WR)

    def _allowed(self, size: int, way: str) -> int:
        with self._lock:
            left = self.ends_after[way]
            allowed = size if left is None else min(size, left)
            if left is not None:
                self.ends_after[way] = left - allowed
            self.carried[way] += allowed
            return allowed
