"""A toy world around a centre, and laptops that speak its protocol with a client of their own."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import requests
import zstandard
from http_message_signatures import HTTPMessageSigner, algorithms
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey, VerifyKey

from sync.central.auth import COMPONENTS
from sync.central.centre import Centre, found
from sync.central.enrol_request import EnrolRequest
from sync.central.ground import Limits, Surroundings
from sync.central.operate.check import check
from sync.central.operate.inspection import Fault
from sync.central.ports import Transaction
from sync.central.store_postgres import PostgresStore
from sync.central.store_sqlite import SqliteStore
from sync.central.stores import AnyStore
from sync.core.codes import EnrolmentCode
from sync.core.instants import instant
from sync.core.ops import Op, canonical, links, private_digest
from sync.core.protocol import Batch, Page, PulledRecord, PushAnswer, receipt_root
from sync.core.schema import SHARED_FEED, Json, Schema
from tests.central.toy import OFFICER, SALT, SCHEMA, Clock, Ids, random_from
from tests.postgres import kept_in


@dataclass(frozen=True)
class Place:
    """Where a centre's database is: a file, or a URL of a server."""

    at: Path | str

    def open(self, **options: Any) -> AnyStore:
        if isinstance(self.at, Path):
            return SqliteStore(self.at, **options)
        return PostgresStore(self.at, **options)


def place_in(folder: Path) -> Place:
    """The database of the centre in a folder, kept where the folder says."""
    databases = kept_in(folder)
    return Place(folder / "centre.db" if databases is None else databases.of(folder))


def bare_place(folder: Path, name: str) -> Place:
    """A new database of a name in a folder, without any table."""
    databases = kept_in(folder)
    return Place(folder / name if databases is None else databases.bare(folder / name))


@dataclass
class World:
    """A founded centre in a folder."""

    folder: Path
    schema: Schema = SCHEMA
    limits: Limits = field(default_factory=Limits)
    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)
    recovery_key: str | None = None
    seed: str = "centre"

    def __post_init__(self) -> None:
        self.surroundings = Surroundings(self.clock.now, random_from(self.seed), self.ids.new)
        self.store = place_in(self.folder).open(busy_s=10)
        found(self.store, self.surroundings, self.recovery_key)
        self.centre = Centre(self.store, self.schema, self.surroundings, self.limits)
        self.laptops = itertools.count(1)

    def open_again(self, schema: Schema | None = None) -> Centre:
        """The same database after the program was started anew."""
        self.store.close()
        self.store = place_in(self.folder).open(busy_s=10)
        self.centre = Centre(self.store, schema or self.schema, self.surroundings, self.limits)
        return self.centre

    def laptop(self, region: str = "13", role: str = "field", url: str | None = None) -> Laptop:
        """An enrolled laptop; with a URL it speaks over HTTP."""
        code, _ = self.centre.new_code(region, role, 24)
        laptop = Laptop(self, number=next(self.laptops), url=url)
        laptop.enrol(code)
        return laptop

    def coordination(self, region: str = "13", url: str | None = None) -> Laptop:
        return self.laptop(region, "coordination", url)

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """What a query finds in the database."""
        with self.store.reading() as tx:
            return self.run(tx, sql, *params).fetchall()

    def run(self, tx: Transaction, sql: str, *params: Any) -> Any:
        """Run a statement with `?` and `IS ?`, however the database writes them."""
        if isinstance(self.store, PostgresStore):
            sql = sql.replace("IS ?", "IS NOT DISTINCT FROM ?").replace("?", "%s")
        return tx._execute(sql, params)  # type: ignore[attr-defined]


@contextmanager
def full(world: World) -> Iterator[None]:
    """A database that cannot serve: a file may have no further page; a server throws everybody out and lets none in."""
    databases = kept_in(world.folder)
    if databases is None:
        with world.store.writing() as tx:
            tx._execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]
        yield
        return
    with databases.closed(world.folder):
        yield


class Refused(Exception):  # noqa: N818 - not an error of a program
    """The centre said no."""

    def __init__(self, status: int, document: dict[str, Any], headers: Mapping[str, str]) -> None:
        self.status = status
        self.document = document
        self.headers = headers
        super().__init__(str(document))

    @property
    def type(self) -> str:
        return str(self.document["type"]).removeprefix("urn:terreno:problem:")


class Laptop:
    """Keys, a stream and a way to the centre."""

    def __init__(self, world: World, number: int, url: str | None = None) -> None:
        self.world = world
        self.url = url
        seed = hashlib.sha256(f"laptop {number}".encode()).digest()
        self.signing = SigningKey(seed)
        self.box = PrivateKey(seed)
        self.ids = Ids(0x01990000 + number)
        self.stream = self.ids.new()
        self.seq = 0
        self.link = ""
        self.device = ""
        self.epoch = ""
        self.certificate: dict[str, Any] = {}
        self.offset_s = 0.0

    # enrolment

    def enrol_request(self, code: str) -> dict[str, Any]:
        parsed = EnrolmentCode.parse(code)
        members = {
            "code_id": parsed.id,
            "sign_key": bytes(self.signing.verify_key).hex(),
            "box_key": bytes(self.box.public_key).hex(),
            "app_version": "1.0",
        }
        return {**members, "mac": parsed.mac(members)}

    def enrol(self, code: str) -> dict[str, Any]:
        request = self.enrol_request(code)
        if self.url is None:
            answer = self.world.centre.enrol(EnrolRequest.model_validate(request))
        else:
            answer = self.post("/v1/enrol", request, signed=False)
        self.certificate = answer["certificate"]
        self.device = answer["certificate"]["body"]["device"]
        self.epoch = answer["epoch"]
        return answer

    @property
    def held(self) -> Any:
        device = self.world.centre.device(self.device)
        assert device is not None
        return device

    # ops

    def op(
        self,
        kind: str = "note",
        record: str | None = None,
        fields: Mapping[str, Json] | None = None,
        *,
        seen: Mapping[str, str] | Op | None = None,
        values: Mapping[str, Json] | None = None,
        region: str = "13",
        **members: Any,
    ) -> Op:
        """An op; `seen` may be the op that wrote every field before."""
        fields = dict(fields or {})
        touched = {**fields, **(values or {})}
        if isinstance(seen, Op):
            seen = dict.fromkeys(touched, seen.id)
        return Op(
            **{
                "id": self.ids.new(),
                "kind": kind,
                "record": record or self.ids.new(),
                "region": region,
                "schema": 1,
                "fields": fields,
                "seen": dict(seen or {}),
                "author": OFFICER,
                "captured_at": instant(self.world.clock.now()),
                "private": private_digest(SALT, values) if values else None,
                **members,
            }
        )

    def batch(
        self,
        ops: Sequence[Op | dict[str, Any]],
        values: Mapping[str, Mapping[str, Json]] | None = None,
        region: str = "13",
        raw_values: Mapping[str, Any] | None = None,
    ) -> Batch:
        """The next batch of the stream; the stream goes on as if it had arrived."""
        wires = [op.to_wire() if isinstance(op, Op) else op for op in ops]
        hashes = [hashlib.sha256(canonical(wire)).hexdigest() for wire in wires]
        chain = links(self.link, self.stream, self.seq + 1, hashes)
        entries = {op: {"salt": SALT.hex(), "fields": dict(fields)} for op, fields in (values or {}).items()}
        batch = Batch(
            self.stream,
            self.epoch,
            region,
            self.seq + 1,
            self.link,
            chain[-1],
            tuple(wires),
            entries | (raw_values or {}),
        )
        self.seq += len(wires)
        self.link = chain[-1]
        return batch

    def push(
        self,
        *ops: Op | dict[str, Any],
        values: Mapping[str, Mapping[str, Json]] | None = None,
        region: str = "13",
        raw_values: Mapping[str, Any] | None = None,
    ) -> PushAnswer:
        return self.send(self.batch(ops, values, region, raw_values))

    def send(self, batch: Batch) -> PushAnswer:
        """A push; the receipt of the answer is verified."""
        if self.url is None:
            wire = self.world.centre.push(self.held, batch, batch.stream).to_wire()
        else:
            wire = self.post("/v1/push", batch.to_wire())
        answer = PushAnswer.from_wire(orjson.loads(orjson.dumps(wire)))
        verify_receipt(self.world, batch, answer, self.device)
        return answer

    def note(self, title: str = "A lamp is out", **more: Any) -> Op:
        """A new note, already received."""
        op = self.op(fields={"title": title, "topic": "roads", "space": "street", **more})
        answer = self.push(op)
        assert answer.results[0].status == "applied"
        return op

    # reading

    def page(self, feed: str = "13", cursor: int = 0, limit: int = 1000) -> Page:
        if self.url is None:
            return Page.from_wire(orjson.loads(self.world.centre.pull(self.held, feed, cursor, limit)))
        return Page.from_wire(self.get("/v1/pull", feed=feed, cursor=cursor, limit=limit))

    def pulled(self, kind: str = "note", feed: str = "13", cursor: int = 0) -> dict[str, PulledRecord]:
        return {one.record: one for one in self.page(feed, cursor).records if one.kind == kind}

    def history(self, kind: str, record: str) -> list[dict[str, Any]]:
        if self.url is None:
            told = self.world.centre.history(self.held, kind, record)
        else:
            told = self.get("/v1/history", kind=kind, record=record)
        return list(told["ops"])

    # http

    def get(self, path: str, **query: Any) -> Any:
        return self.ask("GET", path + (f"?{urlencode(query)}" if query else ""))

    def post(self, path: str, body: Any, *, signed: bool = True) -> Any:
        packed = zstandard.ZstdCompressor().compress(orjson.dumps(body))
        return self.ask("POST", path, packed, {"Content-Encoding": "zstd"}, signed=signed)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        signed: bool = True,
    ) -> Any:
        response = self.response(method, path, body, headers, signed=signed)
        if response.status_code >= 400:
            raise Refused(response.status_code, response.json(), response.headers)
        return response.json()

    def response(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        signed: bool = True,
    ) -> requests.Response:
        request = requests.Request(
            method, f"{self.url}{path}", headers=dict(headers or {}), data=body or None
        ).prepare()
        request.headers.setdefault("Accept-Encoding", "gzip")
        if signed:
            self.sign(request, body)
        with requests.Session() as session:
            return session.send(request, timeout=30, allow_redirects=False)

    def sign(self, request: Any, body: bytes, components: Sequence[str] = COMPONENTS) -> None:
        request.headers["Terreno-Stream"] = self.stream
        signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519)
        prepared = signer.prepare(
            request,
            key_id=self.device,
            created=self.world.clock.now() + timedelta(seconds=self.offset_s),
            label="terreno",
            covered_component_ids=components,
            body=body,
        )
        signer.apply(request, prepared, self.signing.sign(prepared.signature_base).signature)


def sealed_for(world: World, inside: Any) -> str:
    """JSON sealed to the centre's box key, in base64."""
    key = next(key for key in world.centre.ground.keys.public if key.use == "box")
    sealed = SealedBox(PublicKey(bytes.fromhex(key.key))).encrypt(orjson.dumps(inside))
    return base64.b64encode(sealed).decode()


def verify_receipt(world: World, batch: Batch, answer: PushAnswer, device: str) -> None:
    """The receipt covers exactly these results, and the centre signed it."""
    receipt = answer.receipt
    keys = {key.id: key.key for key in world.centre.ground.keys.public}
    assert receipt.body["root"] == receipt_root(batch.hashes(), answer.results)
    assert receipt.body["count"] == len(batch.ops)
    assert (receipt.body["device"], receipt.body["stream"]) == (device, batch.stream)
    assert (receipt.body["first_seq"], receipt.body["epoch"]) == (batch.first_seq, answer.epoch)
    VerifyKey(bytes.fromhex(keys[receipt.key])).verify(receipt.signed_bytes, bytes.fromhex(receipt.signature))


def faults(world: World) -> list[Fault]:
    """What a look through the whole centre finds."""
    found: list[Fault] = []
    with world.store.reading() as tx:
        check(tx, world.schema, found.append, lambda _: lambda _: None)
    return found


def statuses(answer: PushAnswer) -> list[str]:
    return [result.status.value for result in answer.results]


def reasons(answer: PushAnswer) -> list[str | None]:
    return [result.reason for result in answer.results]


ALL = SHARED_FEED
