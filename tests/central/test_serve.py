"""The server as a thread and as a process: free ports, taken ports, IPv6, a clean stop."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from sync.central.api import build_app
from sync.central.errors import UnavailableError
from sync.central.serve import serve, serving
from tests.central.speaking import World

PROGRAM = """
import sys
from pathlib import Path
from sync.central.api import build_app
from sync.central.serve import serve
from tests.central.speaking import World
world = World(Path(sys.argv[1]))
serve(build_app(world.centre), "127.0.0.1", 0, lambda url: print(url, flush=True))
"""


def test_an_address_that_is_taken_is_told(world: World, url: str) -> None:
    port = int(url.rpartition(":")[2])

    with pytest.raises(UnavailableError):
        serve(build_app(world.centre), "127.0.0.1", port, lambda _: None)


def test_it_listens_on_ipv6_too(world: World) -> None:
    with serving(build_app(world.centre), "::1") as url:
        assert url.startswith("http://[::1]:")
        assert requests.get(f"{url}/v1/status", timeout=10).status_code == 200


def test_a_small_answer_leaves_at_once() -> None:
    told: list[int] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        connection = send.__self__.transport.get_extra_info("socket")
        told.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    with serving(application) as url:  # type: ignore[arg-type]  # any application will do
        requests.get(url, timeout=10)

    assert told == [1]


def test_after_the_block_nobody_answers(world: World) -> None:
    with serving(build_app(world.centre)) as url:
        requests.get(f"{url}/v1/status", timeout=10)

    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/v1/status", timeout=10)


def test_as_a_process_it_names_its_url_and_stops_when_told(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, cwd=root, env={"PYTHONPATH": str(root)}
    )
    assert process.stdout is not None
    url = process.stdout.readline().decode().strip()
    answered = requests.get(f"{url}/v1/status", timeout=10).status_code

    process.send_signal(signal.SIGTERM)
    process.wait(20)
    process.stdout.close()

    assert answered == 200
    assert process.returncode in (0, -signal.SIGTERM)
