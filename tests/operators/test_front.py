"""The centre behind nginx, as it is packaged: TLS by a private authority, from enrolment to a bundle by stick."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from front import Front, configured, serving

from tests.cli.terminal import enquiry, jsonl
from tests.sync.certificates import an_authority


def placed(folder: Path, centre: str) -> tuple[Front, Path]:
    """An nginx in a folder, and the authority of its certificate."""
    authority, certificate = an_authority(folder / "tls")
    return configured(folder, centre, certificate, folder / "updates"), authority


@pytest.fixture(scope="module")
def front(running, tmp_path_factory) -> Iterator[tuple[str, Path, Path]]:
    """The front, serving: its URL, its authority, its log."""
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "updates" / "metadata").mkdir(parents=True)
    (folder / "updates" / "metadata" / "timestamp.json").write_text('{"signed": 1}', encoding="utf-8")
    made, authority = placed(folder, running.url)
    with serving(made):
        yield made.url, authority, made.log


def test_nginx_finds_nothing_wrong_with_the_packaged_configuration(tmp_path):
    made, _ = placed(tmp_path, "http://127.0.0.1:8765")

    done = subprocess.run(made.command("-t", "-q"), capture_output=True, text=True, check=False, timeout=20)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_laptop_enrols_synchronises_and_goes_by_stick_through_the_front(terreno, running, front, tmp_path):
    url, authority, log = front
    one, carrier = tmp_path / "uno", tmp_path / "dos"
    for laptop in (one, carrier):
        order = ("central", "code", "--region", "13", "--role", "field", "--database", running.database)
        enrol = ("enrol", "--central", url, "--ca", authority, "--code", terreno.json(*order)["code"])
        terreno.json(*enrol, "--officer", running.coordinator, data=laptop)
    line = jsonl(tmp_path / "una.jsonl", enquiry(space="oirs"))
    terreno.json("record", line, data=one)
    synced = terreno.json("sync", data=one)
    terreno.json("record", line, data=one)
    terreno.json("bundle", "export", tmp_path / "ida.terreno", data=one)
    terreno.json("bundle", "carry", tmp_path / "ida.terreno", "--out", tmp_path / "vuelta.terreno", data=carrier)
    terreno.json("bundle", "receive", tmp_path / "vuelta.terreno", data=one)

    status = terreno.json("status", data=one)
    outside = requests.get(f"{url}/metrics", verify=authority, timeout=10)
    logged = log.read_text(encoding="utf-8")
    assert (synced["receipts"], synced["warnings"]) == (1, [])
    assert (status["total"], status["received"], status["pending"]) == (2, 2, 0)
    assert outside.status_code == 404
    assert outside.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert '"call":"/v1/answer","status":200' in logged
    assert "127.0.0.1" not in logged
    assert "feed" not in logged


def test_a_front_that_another_authority_vouches_for_gets_nothing(terreno, running, front, tmp_path):
    url, _, log = front
    before = log.read_bytes()
    stranger, _ = an_authority(tmp_path / "otra")
    order = ("central", "code", "--region", "13", "--role", "field", "--database", running.database)
    enrol = ("enrol", "--central", url, "--ca", stranger, "--code", terreno.json(*order)["code"])

    told = terreno.json(*enrol, "--officer", running.coordinator, data=tmp_path / "uno", exit=3)

    assert told["code"] == "certificate"
    assert b"/v1/" not in log.read_bytes().removeprefix(before)


def test_releases_are_read_in_pieces_nothing_beside_them_is_and_nobody_writes_there(front):
    url, authority, _ = front

    def ask(path, method="GET", **headers):
        return requests.request(method, f"{url}/updates/{path}", headers=headers, verify=authority, timeout=10)

    whole, rest = ask("metadata/timestamp.json"), ask("metadata/timestamp.json", Range="bytes=10-")
    refused = [ask("metadata/2.root.json"), ask("metadata/"), ask("metadata/timestamp.json", "PUT")]
    outside = ask("..%2fsite.conf")

    assert (whole.status_code, whole.headers["Content-Type"], whole.text) == (200, "application/json", '{"signed": 1}')
    assert (rest.status_code, rest.text) == (206, " 1}")
    assert [answer.status_code for answer in refused] == [404, 403, 403]
    assert "listen" not in outside.text
