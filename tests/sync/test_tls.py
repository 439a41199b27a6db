"""Who is not proven to be the centre gets no byte of a request."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import orjson
import pytest

from sync.client.errors import CertificateError, UnreachableError
from sync.client.http import Central, Route
from tests.sync.certificates import a_certificate, the_fingerprint
from tests.sync.memory_centre import MemoryCentre
from tests.sync.toy import Ticking


@contextmanager
def behind_tls(certificate: Path, centre: MemoryCentre, received: list[str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received.append(self.path)
            body = orjson.dumps(centre.status().to_wire())
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    class Server(HTTPServer):
        def handle_error(self, *_: object) -> None:
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def a_proxy() -> Iterator[str]:
    """A proxy that opens a tunnel, once, to whom it is asked for."""

    def serve() -> None:
        near, _ = listener.accept()
        with near, near.makefile("rb") as asked:
            host, port = asked.readline().split()[1].decode().split(":")
            while asked.readline().strip():
                pass
            with socket.create_connection((host, int(port))) as far:
                near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=carry, args=(far, near))
                back.start()
                carry(near, far)
                back.join()

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65_536):
                sink.sendall(piece)
        with suppress(OSError):  # also after a reset: whoever still reads would wait for ever
            sink.shutdown(socket.SHUT_WR)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def test_the_ministrys_own_authority_is_believed_when_it_is_named(tmp_path: Path, centre: MemoryCentre) -> None:
    certificate, received = a_certificate(tmp_path), []

    with behind_tls(certificate, centre, received) as url:
        central = Central(Route(url, ca=certificate), Ticking())
        status = central.status()
        central.close()

    assert status.epoch == centre.epoch


def test_one_certificate_is_believed_by_its_fingerprint(tmp_path: Path, centre: MemoryCentre) -> None:
    certificate, received = a_certificate(tmp_path, host="10.1.1.1"), []

    with behind_tls(certificate, centre, received) as url:
        central = Central(Route(url, fingerprint=the_fingerprint(certificate)), Ticking())
        status = central.status()
        central.close()

    assert status.epoch == centre.epoch


@pytest.mark.parametrize(
    ("made", "route", "reason"),
    [
        ({}, {}, "self_signed"),
        ({"host": "10.1.1.1"}, {"ca": True}, "wrong_host"),
        ({"days": -1}, {"ca": True}, "expired"),
        ({}, {"fingerprint": "00" * 32}, "fingerprint"),
    ],
    ids=["self-signed", "wrong host", "expired", "another fingerprint"],
)
def test_an_unproven_centre_gets_nothing(
    tmp_path: Path, centre: MemoryCentre, made: dict[str, object], route: dict[str, object], reason: str
) -> None:
    certificate, received = a_certificate(tmp_path, **made), []
    if route.get("ca"):
        route = {"ca": certificate}

    with behind_tls(certificate, centre, received) as url:
        central = Central(Route(url, **route), Ticking())
        with pytest.raises(UnreachableError) as refused:
            central.status()
        central.close()

    assert isinstance(refused.value, CertificateError)
    assert refused.value.diagnosis.reason == reason
    assert received == []


def test_behind_a_proxy_too_only_the_named_certificate_is_believed(tmp_path: Path, centre: MemoryCentre) -> None:
    certificate, received = a_certificate(tmp_path), []

    with behind_tls(certificate, centre, received) as url, a_proxy() as proxy:
        central = Central(Route(url, fingerprint="00" * 32, proxy=proxy), Ticking())
        with pytest.raises(CertificateError) as refused:
            central.status()
        central.close()

    assert refused.value.diagnosis.reason == "fingerprint"
    assert received == []


def test_the_named_certificate_is_believed_behind_a_proxy(tmp_path: Path, centre: MemoryCentre) -> None:
    certificate, received = a_certificate(tmp_path, host="10.1.1.1"), []

    with behind_tls(certificate, centre, received) as url, a_proxy() as proxy:
        central = Central(Route(url, fingerprint=the_fingerprint(certificate), proxy=proxy), Ticking())
        status = central.status()
        central.close()

    assert status.epoch == centre.epoch


def test_without_the_file_of_its_authority_a_centre_is_not_believed(tmp_path: Path) -> None:
    central = Central(Route("https://127.0.0.1:9", ca=tmp_path / "gone.pem"), Ticking())

    with pytest.raises(CertificateError) as refused:
        central.status()

    assert refused.value.diagnosis.reason == "no_authority"
    central.close()
