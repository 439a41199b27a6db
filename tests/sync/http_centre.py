"""A memory centre behind a real socket: it checks signatures as the centre does, and answers strangely when told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageVerifier, InvalidSignature, MappingKeyResolver, algorithms

from sync.client.errors import ForkError, RefusedError
from sync.client.ports import Caller
from sync.core.codes import EnrolmentCode
from sync.core.instants import instant
from sync.core.problems import MEDIA_TYPE, ProblemDocument, ProblemType, problem
from sync.core.protocol import Batch
from sync.core.trust import Enrolled
from tests.sync.memory_centre import MemoryCentre

COMPONENTS = ("@method", "@path", "@query", "content-digest", "terreno-stream")


@dataclass
class Answer:
    """What goes back."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class HttpCentre:
    """Answers over HTTP; `scripted` answers are given first, in order."""

    def __init__(self, centre: MemoryCentre) -> None:
        self.centre = centre
        self.codes: dict[str, EnrolmentCode] = {}
        self.scripted: list[Answer | None] = []
        self.requests: list[Seen] = []
        self.url = ""
        self.encoding = "zstd"

    def answer(self, seen: Seen) -> Answer | None:
        self.requests.append(seen)
        if self.scripted:
            return self.scripted.pop(0)
        try:
            told = self._told(seen)
        except ForkError as error:
            given = error.certificate.to_wire() if error.certificate else None
            return self.refuse(problem(ProblemType.FORK, certificate=given))
        except RefusedError as error:
            return self.refuse(error.problem)
        body = orjson.dumps(told)
        headers = {"Content-Type": "application/json"}
        if self.encoding == "zstd":
            return Answer(200, zstandard.ZstdCompressor().compress(body), headers | {"Content-Encoding": "zstd"})
        return Answer(200, body, headers)

    @staticmethod
    def refuse(document: ProblemDocument, **headers: str) -> Answer:
        return Answer(document.status, orjson.dumps(document.to_wire()), {"Content-Type": MEDIA_TYPE, **headers})

    def _told(self, seen: Seen) -> Any:
        parts = urlsplit(seen.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/v1/status":
                return self.centre.status().to_wire()
            case "/v1/enrol":
                return self._enrol(self._content(seen))
            case "/v1/push":
                caller = self._caller(seen)
                return self.centre.push(Batch.from_wire(self._content(seen)), caller).to_wire()
            case "/v1/pull":
                caller = self._caller(seen)
                return self.centre.pull(query["feed"], int(query["cursor"]), int(query["limit"]), caller).to_wire()
            case "/v1/history":
                self._caller(seen)
                return {"ops": [{"op": query["record"], "status": query["kind"]}]}
            case _:
                self._caller(seen)
                return {"tallies": self._content(seen)}

    def _enrol(self, body: dict[str, Any]) -> Any:
        mac = body.pop("mac")
        code = self.codes.get(body["code_id"])
        if code is None or not code.proves(body, mac):
            raise RefusedError(problem(ProblemType.CODE_UNKNOWN))
        certificate = self.centre.certify(self.centre.ids.new(), body["sign_key"], body["box_key"])
        return Enrolled(certificate, self.centre.epoch, self.centre.status().keys).to_wire()

    def _caller(self, seen: Seen) -> Caller:
        known = self.centre.devices.items()
        keys = {name: Ed25519PublicKey.from_public_bytes(bytes.fromhex(held["sign_key"])) for name, held in known}
        resolver = MappingKeyResolver(public_keys=keys, private_keys={})
        verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=resolver)
        message = _Message(seen.method, self.url + seen.url, seen.headers)
        try:
            results = verifier.verify(message, body=seen.body, require_components=COMPONENTS)
        except InvalidSignature as error:
            raise RefusedError(problem(ProblemType.BAD_SIGNATURE)) from error
        created = results[0].parameters["created"]
        if abs(created - self.centre.clock.now().timestamp()) > 300:
            raise RefusedError(problem(ProblemType.CLOCK, server_time=instant(self.centre.clock.now())))
        return Caller(results[0].parameters["keyid"], seen.headers["Terreno-Stream"])

    @staticmethod
    def _content(seen: Seen) -> Any:
        return orjson.loads(zstandard.ZstdDecompressor().decompress(seen.body))


class _Verifier(HTTPMessageVerifier):
    """Looks at the hour by the centre's own clock, later."""

    def validate_created_and_expires(self, *_: object, **__: object) -> None:
        return


@dataclass
class _Message:
    method: str
    url: str
    headers: dict[str, str]


@contextmanager
def serving(centre: HttpCentre) -> Iterator[HttpCentre]:
    """Serve on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers["Content-Length"])))

        def do_PUT(self) -> None:
            self.do_POST()

        def do_DELETE(self) -> None:
            self.do_GET()

        def _serve(self, body: bytes) -> None:
            answer = centre.answer(Seen(self.command, self.path, dict(self.headers), body))
            self.close_connection = True
            if answer is None:
                return
            self.send_response(answer.status)
            headers = {"Content-Length": str(len(answer.body)), "Connection": "close", **answer.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        centre.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield centre
        finally:
            server.shutdown()
            thread.join()
