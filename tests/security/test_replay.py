"""Whoever recorded what laptops sent, and sends it again and again in any order, changes nothing at the centre."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import requests

from sync.central.api import build_app
from sync.central.ground import Limits
from sync.central.serve import serving
from tests.central.lived import Life
from tests.central.speaking import World

TIMES = 5
APART = ("receipts",)
"""An op that was decided meanwhile is answered with the decision, and that answer has a receipt of its own."""


class Recorder:
    """Stands before the centre and keeps every request as it came."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.heard: list[tuple[str, str, dict[str, str], bytes]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = bytearray()

        async def hear() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        await self._app(scope, hear, send)
        path = scope["raw_path"].decode() + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.heard.append((scope["method"], path, headers, bytes(body)))


def state(world: World) -> str:
    """One hash over every row of every table."""
    told = hashlib.sha256()
    with world.store.reading() as tx:
        for table in tx.tables():
            if table.name not in APART:
                told.update(repr((table.name, [tuple(row) for row in tx.rows(table)])).encode())
    return told.hexdigest()


def test_recorded_requests_sent_again_in_any_order_change_nothing(
    tmp_path: Path, soak: Callable[[int, int], int], tell: Callable[[str], None]
) -> None:
    world = World(tmp_path, limits=Limits(requests_per_s=1e6, burst=10**6))
    world.clock.move = lambda **_: None  # type: ignore[method-assign]  # every signature stays valid
    recorder = Recorder(build_app(world.centre))
    with serving(recorder, "127.0.0.1") as url:  # type: ignore[arg-type]
        life = Life(world, seed=1)
        for laptop in (life.office, *life.field):
            laptop.url = url
        while len(recorder.heard) < soak(200, 1_000):
            life.go_on(60)
        recorded, before = tuple(recorder.heard), state(world)

        chance, answers = Random(1), []  # noqa: S311 - an order, no key
        for _ in range(TIMES):
            for method, path, headers, body in chance.sample(recorded, len(recorded)):
                response = requests.request(method, url + path, headers=headers, data=body or None, timeout=30)
                answers.append(response.status_code)

    tell(f"{len(recorded)} requests {TIMES} times: {answers.count(200)} answered, none changed anything")
    assert answers.count(200) > len(answers) * 0.9
    assert state(world) == before
    world.store.close()
