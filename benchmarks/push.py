"""How fast does the centre take in a first push? 10,000 attention-like records, beside what SQLite alone would allow.

Batches of 1,000, durable (WAL, `synchronous=FULL`), each measured in the same run: the raw limit (one prepared
`executemany` of the same bytes a batch), the centre from the bytes of a body to its signed receipt, and the same over
HTTP on loopback with signatures and zstd.
"""

import hashlib
import itertools
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import requests
from http_message_signatures import HTTPMessageSigner, algorithms
from nacl.signing import SigningKey

from sync.central.api import build_app
from sync.central.auth import COMPONENTS
from sync.central.centre import Centre, found
from sync.central.enrol import EnrolRequest
from sync.central.ground import Surroundings
from sync.central.held import Device
from sync.central.packing import pack
from sync.central.serve import serving
from sync.central.store_sqlite import SqliteStore
from sync.core.codes import EnrolmentCode
from sync.core.ops import canonical, links, private_digest, sha256
from sync.core.protocol import MAX_OPS, Batch
from terreno_app.paths import resources
from terreno_app.reconciliation import schema
from terreno_app.storage.resources import load_catalogues

RECORDS = 10_000
REGION = "13"
OFFICER = "0199aaaa-0000-7000-8000-000000000001"
SALT = bytes(16)
WORDS = [
    "consulta",
    "subsidio",
    "arriendo",
    "vivienda",
    "trámite",
    "municipio",
    "certificado",
    "pensión",
    "salud",
    "orientación",
    "folleto",
    "documentos",
    "persona",
    "postulación",
    "plazo",
    "oficina",
    "línea",
    "clave",
    "beneficio",
    "hogar",
    "registro",
    "social",
    "cuidado",
    "niñez",
    "escuela",
    "transporte",
    "agua",
    "camino",
    "luminaria",
    "seguridad",
    "empleo",
    "capacitación",
    "deuda",
    "reclamo",
    "respuesta",
    "teléfono",
    "correo",
    "atención",
    "martes",
]


def _id(space: int, number: int) -> str:
    return f"{0x0199_0000 + space:08x}-{number >> 16 & 0xFFFF:04x}-7000-8000-{number & 0xFFFF:012x}"


def _attention(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """An op as a laptop sends it, about 1.6 kB, and its private values."""
    draw = random.Random(number)  # noqa: S311 - not for secrets: the same records in every run
    values = {
        "description": " ".join(draw.choices(WORDS, k=40)),
        "answer_given": " ".join(draw.choices(WORDS, k=20)),
    }
    op = {
        "op": _id(1, number),
        "kind": "attention",
        "record": _id(2, number),
        "region": REGION,
        "schema": 1,
        "fields": {
            "folio": f"T07-2026-{number:06d}-9",
            "space": "oirs_terreno",
            "outing": _id(3, 1),
            "received_at": "2026-11-21T16:04:05.123Z",
            "type": "enquiry",
            "own_service": None,
            "concerned_institution": None,
            "topic": "tramites",
            "information_items": [],
            "answer_owed": False,
            "due_on": None,
            "due_rule": None,
            "outcome": "informed",
            "oriented_institution": None,
            "status": "registered",
            "void_reason": None,
            "persons_count": 1,
            "duration_s": 240 + number % 300,
            "wait_min": number % 40,
            "language": "es",
            "interpreter": False,
            "sex": ("F", "M", "X", "NR")[number % 4],
            "age_band": "NS",
            "nationality": "NS",
            "residence_comuna": ("13101", "13114", "13201", "NS")[draw.randrange(4)],
            "residence_country": None,
            "education": "NS",
            "occupation": "works",
            "user_type": "citizen",
            "privacy_notice": "2026-1",
            "draw": {
                "u": f"{draw.getrandbits(64):016x}",
                "p": "0.20",
                "selected": number % 5 == 0,
                "eligible": True,
                "reason": None,
            },
            "registered_by": OFFICER,
            "device": _id(4, 7),
            "form_version": "1",
        },
        "seen": {},
        "private": private_digest(SALT, values),
        "author": OFFICER,
        "captured_at": "2026-11-21T16:04:05.123Z",
    }
    return op, {"salt": SALT.hex(), "fields": values}


@dataclass(frozen=True)
class _Sender:
    """An enrolled device with the bodies of its first push."""

    device: Device
    stream: str
    signing: SigningKey
    bodies: list[bytes]


def _centre(folder: Path) -> tuple[SqliteStore, Centre]:
    count = itertools.count(1)
    surroundings = Surroundings(
        now=lambda: datetime.now(UTC),
        random=lambda size: hashlib.shake_256(str(next(count)).encode()).digest(size),
        new_id=lambda: _id(9, next(count)),
    )
    store = SqliteStore(folder / "centre.db")
    found(store, surroundings)
    return store, Centre(store, schema(load_catalogues(resources())), surroundings)


def _sender(centre: Centre) -> _Sender:
    code = EnrolmentCode.parse(centre.new_code(REGION, "field", 24)[0])
    signing = SigningKey(bytes(32))
    members = {
        "code_id": code.id,
        "sign_key": bytes(signing.verify_key).hex(),
        "box_key": "00" * 32,
        "app_version": "1",
    }
    enrolled = centre.enrol(EnrolRequest(**members, mac=code.mac(members)))
    device = centre.device(enrolled["certificate"]["body"]["device"])
    if device is None:
        raise AssertionError("just enrolled")
    stream = _id(5, 1)
    return _Sender(device, stream, signing, list(_bodies(stream, enrolled["epoch"])))


def _bodies(stream: str, epoch: str) -> Iterator[bytes]:
    link = ""
    for start in range(0, RECORDS, MAX_OPS):
        made = [_attention(number) for number in range(start, min(start + MAX_OPS, RECORDS))]
        ops = tuple(op for op, _ in made)
        chain = links(link, stream, start + 1, [sha256(canonical(op)) for op in ops])
        values = {op["op"]: entry for op, entry in made}
        yield orjson.dumps(Batch(stream, epoch, REGION, start + 1, link, chain[-1], ops, values).to_wire())
        link = chain[-1]


def _raw_limit(folder: Path) -> float:
    """Records in a second that SQLite takes when nothing is looked at."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE raw (place INTEGER PRIMARY KEY, id TEXT NOT NULL, content TEXT NOT NULL) STRICT")
    connection.execute("CREATE UNIQUE INDEX raw_by_id ON raw (id)")
    rows = [(op["record"], orjson.dumps([op, entry]).decode()) for op, entry in map(_attention, range(RECORDS))]
    began = time.perf_counter()
    for start in range(0, RECORDS, MAX_OPS):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO raw (id, content) VALUES (?, ?)", rows[start : start + MAX_OPS])
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return RECORDS / took


def _in_process(folder: Path) -> float:
    store, centre = _centre(folder)
    sender = _sender(centre)
    began = time.perf_counter()
    for body in sender.bodies:
        answer = centre.push(sender.device, Batch.from_wire(orjson.loads(body)), sender.stream)
        orjson.dumps(answer.to_wire())
    took = time.perf_counter() - began
    store.close()
    return RECORDS / took


def _over_http(folder: Path) -> tuple[float, float]:
    """Records in a second, and bytes a record on the wire."""
    store, centre = _centre(folder)
    sender = _sender(centre)
    sent = 0
    with serving(build_app(centre)) as url, requests.Session() as session:
        began = time.perf_counter()
        for body in sender.bodies:
            packed = pack(body)
            sent += len(packed)
            request = requests.Request(
                "POST", f"{url}/v1/push", data=packed, headers={"Content-Encoding": "zstd", "Accept-Encoding": "gzip"}
            ).prepare()
            _sign(request, packed, sender)
            session.send(request, timeout=60).raise_for_status()
        took = time.perf_counter() - began
    store.close()
    return RECORDS / took, sent / RECORDS


def _sign(request: requests.PreparedRequest, body: bytes, sender: _Sender) -> None:
    request.headers["Terreno-Stream"] = sender.stream
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519)
    prepared = signer.prepare(
        request, key_id=sender.device.id, created=datetime.now(UTC), covered_component_ids=COMPONENTS, body=body
    )
    signer.apply(request, prepared, sender.signing.sign(prepared.signature_base).signature)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = [folder / part for part in ("raw", "process", "http")]
        for place in places:
            place.mkdir()
        raw = _raw_limit(places[0])
        alone = _in_process(places[1])
        over_http, wire = _over_http(places[2])
    print(f"raw executemany            {raw:10,.0f} records/s")
    print(f"centre, body to receipt    {alone:10,.0f} records/s")
    print(f"the same, signed over HTTP {over_http:10,.0f} records/s, {wire:,.0f} B a record on the wire")


if __name__ == "__main__":
    main()
