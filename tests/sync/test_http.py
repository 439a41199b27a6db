"""The road to the centre: what is sent, what is believed, and how each failure is named."""

import gzip
from pathlib import Path

import orjson
import pytest
import requests
from requests.adapters import HTTPAdapter

from sync.client.codec import compress
from sync.client.errors import (
    InsecureUrlError,
    UnknownDeviceError,
)
from sync.client.http import Central, Route, checked_url
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller
from tests.sync.http_centre import Answer, HttpCentre
from tests.sync.memory_centre import MemoryCentre
from tests.sync.memory_outbox import MemoryOutbox
from tests.sync.toy import Ticking, uid

JSON = {"Content-Type": "application/json"}


def test_the_centre_tells_anybody_its_history_its_hour_and_its_keys(central: Central, centre: MemoryCentre) -> None:
    status = central.status()

    assert (status.epoch, status.protocol) == (centre.epoch, 1)
    assert status.keys[0].key == centre.sign_key


def test_a_signed_batch_is_taken_and_answered_with_a_receipt(
    central: Central, laptop: MemoryOutbox, caller: Caller
) -> None:
    laptop.save("note", uid("r1"), {"title": "seen from here"})
    batch = laptop.next_batch(10, 10_000)

    answer = central.push(batch, caller)

    assert [result.status for result in answer.results] == ["applied"]
    assert answer.receipt.body["count"] == 1


def test_bodies_travel_in_zstd_and_the_digest_covers_them_as_sent(
    central: Central, served: HttpCentre, laptop: MemoryOutbox, caller: Caller
) -> None:
    laptop.save("note", uid("r1"), {"title": "x" * 3_000})

    central.push(laptop.next_batch(10, 10_000), caller)

    request = served.requests[-1]
    assert request.headers["Content-Encoding"] == "zstd"
    assert len(request.body) < 1_000
    assert '"content-digest"' in request.headers["Signature-Input"]


@pytest.mark.parametrize("member", ["body", "path", "query", "stream", "method"])
def test_whatever_of_a_request_is_changed_on_the_way_is_noticed(
    served: HttpCentre, keys: DeviceKeys, clock: Ticking, caller: Caller, member: str
) -> None:
    class Meddler(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, **options: object) -> requests.Response:
            match member:
                case "body":
                    request.body = compress(b"{}")
                    request.headers["Content-Length"] = str(len(request.body))
                case "path":
                    request.url = request.url.replace("tallies", "tallied")
                case "query":
                    request.url += "?region=01"
                case "stream":
                    request.headers["Terreno-Stream"] = uid("another")
                case _:
                    request.method = "GET"
            return super().send(request, **options)

    central = Central(Route(served.url), clock, keys)
    central.mount(Meddler())

    with pytest.raises(UnknownDeviceError):
        central.tallies({"counts": []}, caller)

    central.close()


def test_a_page_comes_over_the_wire_as_the_centre_made_it(
    central: Central, centre: MemoryCentre, laptop: MemoryOutbox, caller: Caller
) -> None:
    laptop.save("note", uid("r1"), {"title": "ñandú"})
    central.push(laptop.next_batch(10, 10_000), caller)

    page = central.pull("13", 0, 10, caller)

    assert page == centre.pull("13", 0, 10, caller)
    assert page.records[0].fields["title"] == "ñandú"


def test_history_and_tallies_are_asked_with_what_names_them(central: Central, caller: Caller) -> None:
    history = central.history("note", uid("r1"), caller)
    tallies = central.tallies({"counts": [1]}, caller)

    assert history == {"ops": [{"op": uid("r1"), "status": "note"}]}
    assert tallies == {"tallies": {"counts": [1]}}


def test_a_call_that_needs_the_device_needs_its_keys(served: HttpCentre, clock: Ticking, caller: Caller) -> None:
    central = Central(Route(served.url), clock)

    with pytest.raises(ValueError, match="keys"):
        central.history("note", uid("r1"), caller)

    central.close()


@pytest.mark.parametrize("encoding", ["zstd", "gzip", "identity", "none"])
def test_an_answer_is_read_in_any_of_the_agreed_encodings(
    central: Central, served: HttpCentre, centre: MemoryCentre, encoding: str
) -> None:
    body = orjson.dumps(centre.status().to_wire())
    packed = {"zstd": compress(body), "gzip": gzip.compress(body)}.get(encoding, body)
    named = {} if encoding == "none" else {"Content-Encoding": encoding}
    served.scripted = [Answer(200, packed, {**JSON, **named})]

    status = central.status()

    assert status.epoch == centre.epoch


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://[::1]:9", "http://localhost", "https://centro.example.cl/api/"]
)
def test_https_and_the_loopback_are_taken(url: str) -> None:
    assert checked_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://centro.example.cl",
        "http://10.0.0.1",
        "http://localhost.example.cl",
        "ftp://127.0.0.1",
        "centro.example.cl",
        "https://",
        "https://ana:clave@centro.example.cl",
        "https://centro.example.cl/?a=1",
        "https://centro.example.cl/#x",
        "https://centro.example.cl:ochenta",
        "https://[::1",
        "https://centro..cl",
        "https://..",
        "https://centro .cl",
        "https://centro.cl\n",
        "https://centro.cl%00",
        f"https://{'a' * 64}.cl",
        "https://\u202ecentro.cl",
    ],
)
def test_any_other_url_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(InsecureUrlError) as refused:
        checked_url(url)

    assert refused.value.code == "plain_http"


def test_the_environment_does_not_change_the_way(
    central: Central, served: HttpCentre, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ana password clave")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    central.status()

    assert "Authorization" not in served.requests[0].headers
