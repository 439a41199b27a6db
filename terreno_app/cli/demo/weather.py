"""A bad network between a laptop and the centre: a real proxy on loopback that loses, repeats and cuts.

It speaks real HTTP over real sockets, so what the laptops and the centre survive here they survive in a square. What
happens to each message is drawn from a seed. It looks at nothing inside a message.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

import requests

PASSED_ON = frozenset(
    {
        "content-type",
        "content-encoding",
        "content-digest",
        "signature",
        "signature-input",
        "accept-encoding",
        "terreno-stream",
    }
)
_TIMEOUT_S = 30.0


class Weather:
    """The state of the road, and what it did so far.

    Attributes:
        up: Whether anything gets through at all.
        losses: Share of messages that are lost, asked or answered.
        repeats: Share of messages that arrive twice.
        seen: What happened: ``passed``, ``lost_request``, ``lost_answer``, ``repeated``.
    """

    def __init__(self, seed: int) -> None:
        self.up = True
        self.losses = 0.0
        self.repeats = 0.0
        self.seen: Counter[str] = Counter()
        self._random = random.Random(seed)  # noqa: S311 - faults are drawn, not keys
        self._lock = threading.Lock()

    def fate(self) -> str:
        """What becomes of the next message."""
        with self._lock:
            if not self.up:
                return "no_road"
            drawn = self._random.random()
            if drawn < self.losses / 2:
                fate = "lost_request"
            elif drawn < self.losses:
                fate = "lost_answer"
            elif drawn < self.losses + self.repeats:
                fate = "repeated"
            else:
                fate = "passed"
            self.seen[fate] += 1
            return fate


class _Handler(BaseHTTPRequestHandler):
    """Passes one message on, or does what the weather says."""

    protocol_version = "HTTP/1.1"
    weather: ClassVar[Weather]
    target: ClassVar[str]

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def do_PUT(self) -> None:
        self._pass_on()

    def do_DELETE(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fate = self.weather.fate()
        if fate in {"no_road", "lost_request"}:
            self._cut()
            return
        answer = self._ask(body)
        if fate == "repeated":
            answer = self._ask(body)
        if fate == "lost_answer" or answer is None:
            self._cut()
            return
        content = answer.raw.read(decode_content=False)
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _ask(self, body: bytes) -> requests.Response | None:
        headers: dict[str, str | bytes | None] = {
            name: value for name, value in self.headers.items() if name.lower() in PASSED_ON
        }
        headers.setdefault("Accept-Encoding", None)
        try:
            return requests.request(
                self.command,
                self.target + self.path,
                data=body or None,
                headers=headers,
                stream=True,
                timeout=_TIMEOUT_S,
            )
        except requests.RequestException:
            return None

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's signature
        """Say nothing: a demonstration prints its own story."""


def bad_road(target: str, weather: Weather) -> tuple[str, Callable[[], None]]:
    """Open a road to the centre.

    Args:
        target: URL of the centre.
        weather: What happens on the way.

    Returns:
        The URL that a laptop uses instead, and what closes the road.
    """
    parts = urlsplit(target)
    handler = type("Road", (_Handler,), {"weather": weather, "target": f"{parts.scheme}://{parts.netloc}"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="road", daemon=True).start()

    def close() -> None:
        server.shutdown()
        server.server_close()

    return f"http://127.0.0.1:{server.server_port}", close
