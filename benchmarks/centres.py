"""Centres to measure, on each database, and devices that hand prepared requests in.

A centre is the real one in a process of its own. `unsigned` takes the check of signatures out of it, and nothing else.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import requests

from benchmarks import postgres
from sync.central import api
from sync.central.auth import Caller, Message
from sync.central.centre import Centre, found
from sync.central.enrol_request import EnrolRequest
from sync.central.ground import Limits, Surroundings
from sync.central.held import Device
from sync.central.serve import serve
from sync.central.stores import AnyStore, open_store
from sync.client import ports
from sync.client.codec import compress, expand
from sync.client.keys import DeviceKeys, signature_holds
from sync.client.signing import RequestSigner
from sync.core.codes import EnrolmentCode
from sync.core.protocol import PushAnswer
from sync.core.schema import Schema
from sync.core.trust import SIGN
from terreno_app.domain.ids import Ids
from terreno_app.machine import THIS_MACHINE
from terreno_app.paths import resources
from terreno_app.reconciliation import schema
from terreno_app.storage.resources import load_catalogues

BELIEVED = "terreno-believed"
"""Header of an unsigned request: the device that it says it is of."""
_LIMIT_BYTES = 64 * 1024 * 1024


@cache
def kinds() -> Schema:
    """Every kind of record of the application."""
    return schema(load_catalogues(resources()))


def surroundings() -> Surroundings:
    """The real world."""
    return Surroundings(
        now=lambda: datetime.now(UTC), random=os.urandom, new_id=Ids(THIS_MACHINE.clock, THIS_MACHINE.random).new
    )


@dataclass(frozen=True, slots=True)
class Database:
    """A kind of database, and a way to new ones.

    Attributes:
        name: As it is printed.
        new: Gives the URL of a new one.
    """

    name: str
    new: Callable[[], str]


@contextmanager
def databases() -> Iterator[list[Database]]:
    """Both kinds of database, on one disk."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="terreno-measured-")))
        server = stack.enter_context(postgres.running())

        def new_file() -> str:
            return f"sqlite:///{Path(tempfile.mkdtemp(dir=folder)) / 'centre.db'}"

        yield [Database("SQLite", new_file), Database("PostgreSQL", server.new)]


@dataclass(frozen=True, slots=True)
class Sender:
    """An enrolled device.

    Attributes:
        device: As the centre knows it.
        stream: The stream it writes.
        epoch: The centre's history.
        keys: Its keys.
        centre_keys: The centre's public keys by use and id.
    """

    device: Device
    stream: str
    epoch: str
    keys: DeviceKeys
    centre_keys: Mapping[str, Mapping[str, str]]


@contextmanager
def opened(url: str) -> Iterator[tuple[AnyStore, Centre]]:
    """A centre in this process, founded if the database is new."""
    store = open_store(url, exists=False)
    try:
        with store.reading() as tx:
            is_new = tx.epoch() is None
        if is_new:
            found(store, surroundings())
        yield store, Centre(store, kinds(), surroundings())
    finally:
        store.close()


def enrolled(centre: Centre, region: str = "13", role: str = "field") -> Sender:
    """A new device of a centre in this process."""
    code = EnrolmentCode.parse(centre.new_code(region, role, 24)[0])
    keys = DeviceKeys(os.urandom(32), os.urandom(32))
    members = {"code_id": code.id, "sign_key": keys.sign_key, "box_key": keys.box_key, "app_version": "1"}
    answer = centre.enrol(EnrolRequest(**members, mac=code.mac(members)))
    device = centre.device(answer["certificate"]["body"]["device"])
    if device is None:
        raise AssertionError("just enrolled")
    by_use: dict[str, dict[str, str]] = {}
    for key in answer["keys"]:
        by_use.setdefault(key["use"], {})[key["id"]] = key["key"]
    return Sender(device, surroundings().new_id(), answer["epoch"], keys, by_use)


@dataclass(frozen=True, slots=True)
class Server:
    """A centre that listens.

    Attributes:
        url: Where.
        pid: Its process.
        signed: Whether it looks at signatures.
    """

    url: str
    pid: int
    signed: bool

    def peak_mb(self) -> float:
        """Most memory that the process has held so far, in MB."""
        return peak_mb(self.pid)


def peak_mb(process: int | str = "self") -> float:
    """Most memory that a process has held since its program began, in MB.

    `getrusage` would count what the process held before, as a copy of the one that started it.
    """
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("Linux tells it")


@contextmanager
def serving(url: str, *, signed: bool = True) -> Iterator[Server]:
    """The real server on a database, in a process of its own."""
    program = [sys.executable, __file__, url, *([] if signed else ["unsigned"])]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    told = process.stdout
    if told is None:
        raise AssertionError("it is a pipe")
    try:
        yield Server(told.readline().strip(), process.pid, signed)
    finally:
        process.terminate()
        process.wait()
        told.close()


class Connection:
    """A kept connection of a device to a centre, with as little around a request as Python allows.

    Args:
        server: The centre.
        sender: The device.
    """

    def __init__(self, server: Server, sender: Sender) -> None:
        self._server = server
        self._sender = sender
        self._line = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=120)
        self._signer = RequestSigner(sender.keys, THIS_MACHINE.clock)

    def push(self, body: bytes) -> tuple[PushAnswer, int]:
        """Hand a batch in and check its receipt; the answer, and how many bytes were sent."""
        packed = compress(body)
        answer = PushAnswer.from_wire(orjson.loads(self.ask("POST", "/v1/push", packed)))
        receipt = answer.receipt
        key = self._sender.centre_keys[SIGN][receipt.key]
        if not signature_holds(key, receipt.signed_bytes, receipt.signature):
            raise AssertionError("a receipt that does not hold")
        return answer, len(packed)

    def pull(self, feed: str, cursor: int, limit: int = 1_000) -> dict[str, Any]:
        """A page, read as JSON."""
        query = urlencode({"feed": feed, "cursor": cursor, "limit": limit})
        page: dict[str, Any] = orjson.loads(self.ask("GET", f"/v1/pull?{query}"))
        return page

    def ask(self, method: str, path: str, packed: bytes = b"") -> bytes:
        """A request and the content of its answer."""
        self._line.request(method, path, packed or None, self.headers(method, path, packed))
        response = self._line.getresponse()
        content = expand(response.read(), response.headers.get("Content-Encoding") or "", _LIMIT_BYTES)
        if response.status != http.client.OK:
            raise SystemExit(f"{method} {path}: {response.status} {content[:300]!r}")
        return content

    def headers(self, method: str, path: str, packed: bytes) -> dict[str, str]:
        """The headers of a request, signed where the centre looks at it."""
        headers = {"Accept-Encoding": "zstd"} | ({"Content-Encoding": "zstd"} if packed else {})
        if not self._server.signed:
            return {**headers, BELIEVED: self._sender.device.id, "Terreno-Stream": self._sender.stream}
        message = requests.Request(method, self._server.url + path, headers, data=packed or None).prepare()
        self._signer.sign(message, packed, ports.Caller(self._sender.device.id, self._sender.stream))
        return {name: value for name, value in message.headers.items() if name.lower() != "content-length"}

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()


def _believe(message: Message, body: bytes | None, find: Callable[[str], Device | None], now: datetime) -> Caller:  # noqa: ARG001
    """In the place of `authenticate`: the device is who it says it is."""
    device = find(message.headers.get(BELIEVED))
    if device is None:
        raise AssertionError("an enrolled device was expected")
    return Caller(device, message.headers.get("terreno-stream"), "")


def main(url: str, how: str = "") -> None:
    """Serve a founded centre until the process is told to stop; say where on one line."""
    if how == "unsigned":
        api.authenticate = _believe
    store = open_store(url)
    centre = Centre(store, kinds(), surroundings(), Limits(requests_per_s=10_000, burst=100_000))
    try:
        serve(api.build_app(centre), "127.0.0.1", 0, lambda told: print(told, flush=True))
    finally:
        store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
