"""A centre whose certificate no authority vouches for: the enrolment code names it, and no other is believed."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from sync.central.api import build_app
from terreno_app.central import centre_of, store_of
from tests.cli.terminal import enquiry, jsonl
from tests.sync.certificates import a_certificate, the_fingerprint


@contextmanager
def over_tls(database, clock, certificate, port=0) -> Iterator[str]:
    """Serve as the operator's front does, under a certificate of its own."""
    with store_of(database) as store, socket.create_server(("127.0.0.1", port)) as listener:
        app = build_app(centre_of(store, clock, database))
        config = uvicorn.Config(app, ssl_certfile=certificate, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def certificates(tmp_path):
    folders = [tmp_path / name for name in ("centro", "otro")]
    for folder in folders:
        folder.mkdir()
    return [a_certificate(folder) for folder in folders]


@pytest.fixture
def code(terreno, centre, certificates):
    order = ("central", "code", "--region", "13", "--role", "field", "--database", centre.database)
    return terreno.json(*order, "--certificate", certificates[0])["code"]


def test_the_certificate_that_the_code_names_is_believed_by_enrolling_and_ever_after(
    terreno, centre, clock, certificates, code, tmp_path
):
    laptop = tmp_path / "equipo"
    with over_tls(centre.database, clock, certificates[0]) as url:
        terreno.json("enrol", "--central", url, "--code", code, "--officer", centre.officer, data=laptop)
        terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)

        told = terreno.json("sync", data=laptop)

    assert code.endswith(f".{the_fingerprint(certificates[0])}")
    assert (told["sent"], told["receipts"]) == (1, 1)


def test_another_certificate_gets_nothing_then_or_later(terreno, centre, clock, certificates, code, tmp_path):
    laptop, stranger = tmp_path / "equipo", tmp_path / "nuevo"
    enrol = ("enrol", "--code", code, "--officer", centre.officer, "--central")
    with over_tls(centre.database, clock, certificates[0]) as url:
        terreno.json(*enrol, url, data=laptop)
    port = int(url.rpartition(":")[2])

    with over_tls(centre.database, clock, certificates[1], port):
        late = terreno.json("sync", data=laptop, exit=3)
        new = terreno.json(*enrol, url, data=stranger, exit=3)

    assert {late["code"], new["code"]} == {"certificate"}


def test_the_file_of_an_authority_counts_before_the_certificate_of_the_code(
    terreno, centre, clock, certificates, code, tmp_path
):
    laptop = tmp_path / "equipo"
    with over_tls(centre.database, clock, certificates[0]) as url:
        terreno.json("enrol", "--central", url, "--code", code, "--officer", centre.officer, data=laptop)
    (laptop / "centro.pem").write_bytes(certificates[1].read_bytes())

    with over_tls(centre.database, clock, certificates[1], int(url.rpartition(":")[2])):
        told = terreno.json("sync", data=laptop)

    assert told["warnings"] == []


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_file_that_is_no_certificate_gives_no_code(terreno, centre, content, tmp_path):
    file = tmp_path / "certificado.pem"
    if content is not None:
        file.write_bytes(content)
    order = ("central", "code", "--region", "13", "--role", "field", "--database", centre.database)

    refused = terreno.json(*order, "--certificate", file, exit=2)

    assert refused["code"] == ("file_missing" if content is None else "usage")
