"""A releaser with a real repository, the web that serves it, and a laptop that looks at it."""

import io
import json
import shutil
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import zstandard
from nacl.signing import SigningKey

from terreno_app.updating.origins import Origin
from terreno_app.updating.repository import Repository

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "packaging"))

import manifest  # noqa: E402  a script's neighbour, once its folder is known
from facts import Source  # noqa: E402
from signing import ManifestSigner  # noqa: E402
from update_keys import Keyring  # noqa: E402
from update_publishing import UpdateRepository  # noqa: E402

PHRASE = "cinco palabras de quien publica"
PLATFORM = "linux-x86_64"
SIGNER = ManifestSigner(SigningKey(b"r" * 32))
WORKS = "#!/bin/sh\necho terreno {version}\n"


def archive_name(version: str) -> str:
    return f"terreno-{version}-{PLATFORM}.tar.zst"


def packed(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    return zstandard.compress(plain.getvalue())


def a_file(name: str, content: bytes = b"", mode: int = 0o644, **how: Any) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    for what, value in how.items():
        setattr(member, what, value)
    return member, content


def an_archive(version: str, program: str = WORKS, padding: int = 0) -> bytes:
    """The archive of a version whose program is a small script."""
    top = f"terreno-{version}"
    noise = b"".join(sha256(b"%d" % number).digest() for number in range(padding // 32))
    return packed(
        [
            a_file(f"{top}/terreno", program.replace("{version}", version).encode(), 0o755),
            a_file(f"{top}/_internal/padding", noise),
        ]
    )


@dataclass(frozen=True)
class Releaser:
    """Who publishes.

    Attributes:
        repository: The published folder.
        keys: The key files.
        work: Where releases are made.
    """

    repository: Path
    keys: Path
    work: Path

    def tool(self, now: datetime | None = None, keys: Path | None = None) -> UpdateRepository:
        return UpdateRepository(self.repository, Keyring([keys or self.keys], lambda _: PHRASE), now)

    def release(self, version: str, archive: bytes | None = None) -> Path:
        """A release folder as a build leaves it."""
        folder = self.work / version
        folder.mkdir(parents=True)
        data = an_archive(version) if archive is None else archive
        (folder / archive_name(version)).write_bytes(data)
        about = {"name": "terreno", "version": version}
        (folder / "sbom.cdx.json").write_text(json.dumps({"bomFormat": "CycloneDX", "metadata": {"component": about}}))
        manifest.write(folder, Source(version, "", 0), SIGNER)
        return folder

    def add(self, version: str, archive: bytes | None = None) -> None:
        self.tool().add(self.release(version, archive), SIGNER.public)

    @property
    def root(self) -> bytes:
        """The root that came with the program."""
        return (self.repository / "metadata" / "1.root.json").read_bytes()

    def file(self, kind: str) -> Path:
        """The newest metadata of a role."""
        if kind == "timestamp":
            return self.repository / "metadata" / "timestamp.json"
        files = (self.repository / "metadata").glob(f"*.{kind}.json")
        return max(files, key=lambda file: int(file.name.partition(".")[0]))

    def target(self, version: str) -> Path:
        return next((self.repository / "targets").glob(f"*.{archive_name(version)}"))

    def copy(self, to: Path) -> Path:
        """The repository as it stands now."""
        return Path(shutil.copytree(self.repository, to))

    def put_back(self, copy: Path) -> None:
        shutil.rmtree(self.repository)
        shutil.copytree(copy, self.repository)


def a_releaser(folder: Path, now: datetime | None = None) -> Releaser:
    made = Releaser(folder / "repository", folder / "keys", folder / "releases")
    made.tool(now).init()
    return made


def ago(**time: float) -> datetime:
    return datetime.now(UTC) - timedelta(**time)


@dataclass
class Web:
    """A web server over a folder, which an attacker may own.

    Attributes:
        url: Its address.
        asked: What was asked: path and range.
        cut_after: Bytes of an archive after which it hangs up.
        instead: What it answers instead of the file, by the end of its path.
        ranges: It can go on in the middle of a file.
    """

    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    cut_after: int | None = None
    instead: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    ranges: bool = True


@contextmanager
def serving(folder: Path) -> Iterator[Web]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append((self.path, self.headers.get("Range", "")))
            file = folder / self.path.removeprefix("/updates/")
            for end, answer in web.instead.items():
                if self.path.endswith(end):
                    answer(self)
                    return
            if not file.is_file():
                self.send_error(404)
                return
            start, size = 0, file.stat().st_size
            if web.ranges and self.headers.get("Range"):
                start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
            self.send_header("Content-Length", str(size - start))
            self.end_headers()
            self.close_connection = True
            with file.open("rb") as read:
                read.seek(start)
                if web.cut_after is not None and "/targets/" in self.path:
                    self.wfile.write(read.read(max(0, web.cut_after - start)))
                    return
                shutil.copyfileobj(read, self.wfile)

        def log_message(self, *_: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            return

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            web.url = f"http://127.0.0.1:{server.server_address[1]}/updates"
            yield web
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Laptop:
    """A laptop that looks at a repository."""

    root: bytes
    data: Path
    origin: Callable[[], Origin]

    @property
    def repository(self) -> Repository:
        return Repository(self.root, self.data / "updates", self.origin(), PLATFORM)

    def offered(self) -> list[str]:
        return [offer.version for offer in self.repository.offers()]
