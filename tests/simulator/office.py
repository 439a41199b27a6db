"""The centre in this process: the real one over its real SQLite file, asked in bytes; it may die at any commit."""

import base64
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson

from sync.central import api
from sync.central.api import CERTIFICATE_HEADER, SCHEMA_HEADER, Asked, Calls
from sync.central.auth import STREAM_HEADER, Caller, Headers, Message
from sync.central.bundle import take_in
from sync.central.centre import Centre
from sync.central.errors import RefusedError
from sync.central.facts import LAST_LABEL
from sync.central.ground import Surroundings
from sync.central.held import Device
from sync.central.operate.backup import back_up, write_backup
from sync.central.operate.copies import Header
from sync.central.operate.restore import restore
from sync.central.operate.rotation import rotate
from sync.central.ports import Transaction
from sync.central.store_sqlite import SqliteStore
from sync.client.ports import DeviceIdentity
from sync.core.instants import instant
from sync.core.problems import ProblemType, problem
from sync.core.protocol import CLOCK_GRACE_S
from sync.core.schema import Json, Schema
from tests.simulator.nature import Nature

DATABASE = "centre.db"
_OK = 200
_SIDE_FILES = ("", "-wal", "-shm")
_FOR_EVER = timedelta(days=365)


class OfficeDiedError(Exception):
    """The centre's process ended here."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it travels; its signature is taken for good, its hour is not.

    Attributes:
        call: ``status``, ``push``, ``pull`` or ``enrol``.
        device: Who asks; empty when nobody says.
        stream: The stream that the device writes.
        created: The centre's hour, as the device takes it to be.
        query: The query.
        body: The body.
        schema: The schema version that the device knows.
        certificate: What a device shows for itself to a centre that does not know it.
    """

    call: str
    device: str = ""
    stream: str = ""
    created: datetime | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    schema: int = 1
    certificate: Mapping[str, Any] | None = None

    def asked(self) -> Asked:
        """As the calls of the centre read it."""
        headers = [(STREAM_HEADER, self.stream), (SCHEMA_HEADER, str(self.schema)), ("device", self.device)]
        if self.created is not None:
            headers.append(("created", self.created.isoformat()))
        if self.certificate is not None:
            headers.append((CERTIFICATE_HEADER, base64.b64encode(orjson.dumps(dict(self.certificate))).decode()))
        lines = Headers((name.encode(), value.encode()) for name, value in headers)
        return Asked(Message("POST", f"http://centre/v1/{self.call}", lines), self.body, dict(self.query))


def _trusting(message: Message, body: bytes, find: Callable[[str], Device | None], now: datetime) -> Caller:
    """Take the caller's word for who asks; `sync.central.auth.authenticate` has tests of its own."""
    device = find(message.headers.get("device"))
    if device is None:
        raise RefusedError(problem(ProblemType.UNKNOWN_DEVICE))
    created = datetime.fromisoformat(message.headers.get("created"))
    if abs((now - created).total_seconds()) > CLOCK_GRACE_S:
        raise RefusedError(problem(ProblemType.CLOCK, server_time=instant(now)))
    return Caller(device, message.headers.get(STREAM_HEADER), hashlib.sha256(body).digest())


@contextmanager
def unsigned() -> Iterator[None]:
    """Let the centre take requests without HTTP signatures: a third of an execution's time would go into them."""
    with patch.object(api, "authenticate", _trusting):
        yield


class MortalStore(SqliteStore):
    """A store whose process may end just before a commit or just after it.

    Attributes:
        doom: Commit points until it ends; 0 lets it live.
    """

    doom = 0

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction as every other, if the process lives to its end."""
        with super().writing() as tx:
            yield tx
            self._point()
        self._point()

    def _point(self) -> None:
        if self.doom:
            self.doom -= 1
            if not self.doom:
                raise OfficeDiedError


class Office:
    """The centre's machine.

    Args:
        folder: Where its database is.
        nature: Hour, chance and ids.
        schema: What this version of the program knows.
    """

    def __init__(self, folder: Path, nature: Nature, schema: Schema) -> None:
        self.folder = folder
        self.schema = schema
        self._nature = nature
        self._surroundings = Surroundings(nature.now, nature.random, nature.new_id)
        self._open()

    def _open(self) -> None:
        self.store = MortalStore(self.folder / DATABASE)
        self.store._writer.execute("PRAGMA synchronous = OFF")  # power cuts have a test of their own
        self.centre = Centre(self.store, self.schema, self._surroundings)
        self._calls = Calls(self.centre)

    def close(self) -> None:
        """End the process."""
        self.store.close()

    def reopen(self, schema: Schema | None = None) -> None:
        """End the process and start it again, perhaps in another version."""
        self.close()
        self.schema = schema or self.schema
        self._open()

    def answer(self, request: Request, doom: int = 0) -> tuple[int, bytes]:
        """Answer a request.

        Args:
            request: The request.
            doom: Commit points after which the process ends; 0 lets it live.

        Returns:
            The HTTP status and the body.

        Raises:
            OfficeDiedError: it ended before it answered, and was started again.
        """
        self.store.doom = doom
        try:
            return _OK, getattr(self._calls, request.call)(request.asked())
        except RefusedError as error:
            return error.document.status, orjson.dumps(error.document.to_wire())
        except OfficeDiedError:
            self.reopen()
            raise
        finally:
            self.store.doom = 0

    def take_bundle(self, bundle: bytes, doom: int = 0) -> bytes:
        """Take a file in that somebody has brought, and answer with another one.

        Args:
            bundle: The file.
            doom: Commit points after which the process ends; 0 lets it live.

        Raises:
            UnreadableBundleError: it is not for this centre, or of nobody that it knows.
            OfficeDiedError: it ended before it answered, and was started again.
        """
        answer = io.BytesIO()
        self.store.doom = doom
        try:
            take_in(self.centre, io.BytesIO(bundle), answer)
        except OfficeDiedError:
            self.reopen()
            raise
        finally:
            self.store.doom = 0
        return answer.getvalue()

    @property
    def epoch(self) -> str:
        """Its present history."""
        return str(self.rows("SELECT id FROM epochs ORDER BY rowid DESC LIMIT 1")[0][0])

    def role(self, identity: DeviceIdentity) -> str:
        """The role that a device has here; of one that is not known, the one that it says."""
        known = self.rows("SELECT role FROM devices WHERE id = ?", identity.device)
        return str(known[0][0]) if known else identity.role

    @property
    def last_label(self) -> int:
        """The number of the last label that it gave."""
        return int(self.rows("SELECT value FROM centre WHERE name = ?", LAST_LABEL)[0][0])

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """What a query finds in the database."""
        return self.store._writer.execute(sql, params).fetchall()

    def back_up(self, file: Path) -> None:
        """Copy the centre as it is now into a file."""
        back_up(self.store, file, self._nature.now(), _unheard, _FOR_EVER)

    def give_new_keys(self, file: Path) -> None:
        """Give the centre new keys, and copy it with them into a file before anybody learns of them."""
        now = self._nature.now()
        rotate(self.store, self._surroundings, lambda tx: write_backup(tx, file, now, _unheard))

    def restore(self, file: Path) -> None:
        """The machine is lost, and its centre is brought back from a backup on another one."""
        self.close()
        for suffix in _SIDE_FILES:
            (self.folder / (DATABASE + suffix)).unlink(missing_ok=True)
        store = SqliteStore(self.folder / DATABASE, as_found=True)
        with file.open("rb") as source:
            restore(source, store, self._surroundings, _unheard)
        store.close()
        self._open()

    def write(self, region: str, kind: str, record: str, fields: Mapping[str, Json]) -> None:
        """Somebody decides at the centre itself."""
        self.centre.write(region, kind, record, fields)


def _unheard(_: Header) -> Callable[[int], object]:
    return lambda _: None
