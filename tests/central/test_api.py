"""The centre over HTTP: signatures, compression, every problem document, and bodies that nobody would send."""

import gzip
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
import requests
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.central.api import MAX_PUSH_BYTES, build_app
from sync.central.ground import Limits
from sync.central.packing import DamagedError, TooLargeError, decode, encode
from sync.central.serve import serving
from sync.core.problems import STATUS, ProblemType
from sync.core.protocol import MAX_OPS
from tests.central.speaking import ALL, Refused, World, full, reasons, statuses


def refused(call: Any, *args: Any, **kwargs: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    document = caught.value.document
    assert document["status"] == caught.value.status
    assert caught.value.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= document.keys()
    return caught.value


def test_a_laptop_enrols_pushes_and_pulls_over_http(world: World, url: str) -> None:
    laptop = world.laptop(url=url)

    answer = laptop.push(laptop.op(fields={"title": "Ñandú"}), laptop.op(fields={"title": 7}))

    assert statuses(answer) == ["applied", "quarantined"]
    assert [record.fields["title"] for record in laptop.pulled().values()] == ["Ñandú"]
    assert len(laptop.history("note", answer.results[0].op)) == 0


def test_anybody_may_ask_for_the_status(world: World, url: str) -> None:
    told = requests.get(f"{url}/v1/status", timeout=10).json()

    assert told["server_time"] == "2026-11-21T15:04:05.123Z"
    assert (told["protocol"], told["schema"]) == (1, 1)
    assert [(key["use"], key["by"] is None) for key in told["keys"]] == [("sign", True), ("box", False)]


def test_answers_are_compressed_as_the_caller_likes(world: World, url: str) -> None:
    laptop = world.laptop(url=url)
    for number in range(20):
        laptop.note(f"Note {number}")

    zstd = laptop.response("GET", "/v1/pull?feed=13", headers={"Accept-Encoding": "zstd, gzip"})
    plain = laptop.response("GET", "/v1/pull?feed=13", headers={"Accept-Encoding": "identity"})
    never = laptop.response("GET", "/v1/pull?feed=13", headers={"Accept-Encoding": "zstd;q=0, gzip; q=0.0"})
    short = laptop.response("GET", "/v1/pull?feed=CL&cursor=9", headers={"Accept-Encoding": "gzip"})

    raw = zstd.raw if zstd.headers["Content-Encoding"] == "zstd" else None
    assert raw is not None
    assert plain.headers.get("Content-Encoding") is None
    assert never.headers.get("Content-Encoding") is None
    assert short.headers.get("Content-Encoding") is None
    assert len(plain.content) > 3 * int(zstd.headers["Content-Length"])


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "identity"])
def test_bodies_come_in_any_spoken_encoding(world: World, url: str, encoding: str) -> None:
    laptop = world.laptop(url=url)
    text = orjson.dumps(laptop.batch([laptop.op(fields={"title": "A"})]).to_wire())
    body = text if encoding == "identity" else encode(text, encoding)

    told = laptop.ask("POST", "/v1/push", body, {"Content-Encoding": encoding})

    assert told["results"][0]["status"] == "applied"


def test_a_body_that_expands_beyond_the_limit_is_refused(world: World, url: str) -> None:
    laptop = world.laptop(url=url)
    bombs = {
        "gzip": gzip.compress(b" " * (64 * MAX_PUSH_BYTES)),
        "zstd": zstandard.ZstdCompressor(level=19).compress(b" " * (64 * MAX_PUSH_BYTES)),
        "identity": b" " * (MAX_PUSH_BYTES + 1),
    }

    answers = [
        refused(laptop.ask, "POST", "/v1/push", bomb, {"Content-Encoding": encoding})
        for encoding, bomb in bombs.items()
    ]

    assert {(answer.status, answer.type) for answer in answers} == {(413, "too_large")}


def test_a_batch_with_an_op_too_many_can_go_in_two(world: World, url: str) -> None:
    laptop = world.laptop(url=url)
    ops = [laptop.op(fields={"title": "A lamp"}) for _ in range(MAX_OPS + 1)]
    whole = laptop.batch(ops).to_wire()
    laptop.seq, laptop.link = 0, ""

    answer = refused(laptop.post, "/v1/push", whole)
    halves = [laptop.push(*ops[:500]), laptop.push(*ops[500:])]

    assert (answer.status, answer.type) == (413, "too_large")
    assert {status for half in halves for status in statuses(half)} == {"applied"}


def test_no_more_is_expanded_than_the_limit() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(50_000_000))

    with pytest.raises(TooLargeError):
        decode(bomb, "zstd", 1_000)


@pytest.mark.parametrize(("body", "encoding"), [(b"x", "zstd"), (b"x", "gzip"), (b"{}", "br")])
def test_damaged_or_unspoken_encodings_are_told(body: bytes, encoding: str) -> None:
    with pytest.raises(DamagedError):
        decode(body, encoding, 1_000)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"stream": 1}', b"\xff", b'"\\ud800"', b"", b"1e999"])
def test_a_body_that_is_no_batch_cannot_be_read(world: World, url: str, body: bytes) -> None:
    laptop = world.laptop(url=url)

    answer = refused(laptop.ask, "POST", "/v1/push", body)

    assert (answer.status, answer.type) == (422, "unreadable")


def test_problems_of_a_push_travel_with_their_members(world: World, url: str) -> None:
    laptop = world.laptop(url=url)
    laptop.note()
    laptop.seq += 1
    gap = refused(laptop.push, laptop.op(fields={"title": "A"}))
    laptop.seq, laptop.link = 0, ""
    fork = refused(laptop.push, laptop.op(fields={"title": "A"}))
    present, laptop.epoch = laptop.epoch, "another"
    epoch = refused(laptop.push, laptop.op(fields={"title": "A"}))

    assert (gap.status, gap.type, gap.document["want"]) == (409, "gap", 2)
    assert (fork.status, fork.type) == (409, "fork")
    assert (epoch.status, epoch.type, epoch.document["epoch"]) == (409, "epoch", present)


def test_an_unknown_device_is_told_so(world: World, url: str) -> None:
    laptop = world.laptop(url=url)
    laptop.device = laptop.ids.new()

    answer = refused(laptop.get, "/v1/pull", feed="13")

    assert (answer.status, answer.type) == (401, "unknown_device")


def test_the_key_of_another_device_does_not_sign(world: World, url: str) -> None:
    one, other = world.laptop(url=url), world.laptop(url=url)
    one.signing = other.signing

    answer = refused(one.get, "/v1/pull", feed="13")

    assert (answer.status, answer.type) == (401, "bad_signature")


@pytest.mark.parametrize("offset_s", [-301, 301, 30 * 365 * 86_400])
def test_only_a_wrong_hour_is_told_with_the_hour(world: World, url: str, offset_s: int) -> None:
    laptop = world.laptop(url=url)
    laptop.offset_s = offset_s

    answer = refused(laptop.get, "/v1/pull", feed="13")

    assert (answer.status, answer.type) == (401, "clock")
    assert answer.document["server_time"] == "2026-11-21T15:04:05.123Z"


@pytest.mark.parametrize("offset_s", [-299, 299])
def test_a_few_minutes_of_difference_do_not_matter(world: World, url: str, offset_s: int) -> None:
    laptop = world.laptop(url=url)
    laptop.offset_s = offset_s

    page = laptop.page()

    assert page.feed == "13"


def without_digest(request: Any) -> None:
    request.headers.pop("Content-Digest")


def other_body(request: Any) -> None:
    request.body += b" "
    request.headers["Content-Length"] = str(len(request.body))


def other_query(request: Any) -> None:
    request.url += "?more=1"


def other_stream(request: Any) -> None:
    request.headers["Terreno-Stream"] = "0199aaaa-0000-7000-8000-000000000009"


def unsigned(request: Any) -> None:
    request.headers.pop("Signature")


def strange_label(request: Any) -> None:
    request.headers["Signature-Input"] = "nonsense"


def expires(request: Any) -> None:
    request.headers["Signature-Input"] += ";expires=1"


TAMPERINGS = (without_digest, other_body, other_query, other_stream, unsigned, strange_label, expires)


def test_every_covered_part_is_needed_and_held(world: World, url: str) -> None:
    laptop = world.laptop(url=url)
    body = orjson.dumps(laptop.batch([laptop.op(fields={"title": "A"})]).to_wire())

    def answered(change: Any) -> str:
        request = requests.Request("POST", f"{url}/v1/push", data=body).prepare()
        laptop.sign(request, body)
        change(request)
        with requests.Session() as session:
            return session.send(request, timeout=10).json().get("type", "accepted").rpartition(":")[2]

    def less_covered(request: Any) -> None:
        for name in ("Content-Digest", "Signature", "Signature-Input"):
            request.headers.pop(name)
        laptop.sign(request, body, ("@method", "@path", "content-digest"))

    changes = (*TAMPERINGS, less_covered)
    assert {change.__name__: answered(change) for change in changes} == {
        change.__name__: "bad_signature" for change in changes
    }
    assert answered(lambda _: None) == "accepted"


def test_unsigned_calls_are_refused(world: World, url: str) -> None:
    laptop = world.laptop(url=url)

    answers = [
        refused(laptop.ask, method, path, signed=False)
        for method, path in [
            ("POST", "/v1/push"),
            ("GET", "/v1/pull?feed=13"),
            ("GET", "/v1/history?kind=note&record=x"),
            ("POST", "/v1/tallies"),
        ]
    ]

    assert {(answer.status, answer.type) for answer in answers} == {(401, "bad_signature")}


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "cursor=-1", "cursor=1.5", "cursor=" + "9" * 17])
def test_numbers_out_of_bounds_cannot_be_read(world: World, url: str, query: str) -> None:
    laptop = world.laptop(url=url)

    answer = refused(laptop.ask, "GET", f"/v1/pull?feed=13&{query}")

    assert (answer.status, answer.type) == (422, "unreadable")


def test_calls_that_do_not_exist_are_told(world: World, url: str) -> None:
    laptop = world.laptop(url=url)

    missing = refused(laptop.ask, "GET", "/v1/nothing")
    method = refused(laptop.ask, "GET", "/v1/push")

    assert (missing.status, missing.type) == (404, "not_found")
    assert (method.status, method.type) == (405, "method")


@pytest.mark.parametrize(
    ("path", "status", "allowed"),
    [("/v1/status/", 404, None), ("/v1/push", 405, "POST"), ("/v1/consignment", 405, "DELETE, GET, POST, PUT")],
)
def test_whatever_is_asked_in_whatever_way_is_answered_with_a_document(
    url: str, path: str, status: int, allowed: str | None
) -> None:
    for method in ("HEAD", "OPTIONS", "PATCH"):
        answer = requests.request(method, url + path, allow_redirects=False, timeout=30)

        assert (answer.status_code, answer.headers.get("Allow")) == (status, allowed)
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_revoked_device_reads_nothing(world: World, url: str) -> None:
    laptop, office = world.laptop(url=url), world.coordination()
    shown = office.pulled("device")[laptop.device]
    seen = {"status": shown.writer_of("status")}
    office.push(office.op("device", record=laptop.device, fields={"status": "revoked"}, seen=seen))

    calls = [
        refused(laptop.get, "/v1/pull", feed="13"),
        refused(laptop.get, "/v1/history", kind="note", record="x"),
        refused(laptop.post, "/v1/tallies", {"counts": []}),
    ]

    assert {(call.status, call.type) for call in calls} == {(403, "revoked")}
    assert reasons(laptop.push(laptop.op(fields={"title": "A"}))) == ["revoked"]


def test_another_feed_is_outside_the_scope(world: World, url: str) -> None:
    laptop, office, national = world.laptop(url=url), world.coordination(url=url), world.coordination(ALL, url=url)

    answers = [refused(one.get, "/v1/pull", feed="05") for one in (laptop, office)]

    assert {(answer.status, answer.type) for answer in answers} == {(403, "outside_scope")}
    assert national.page("05").records == ()


def test_one_device_that_runs_wild_is_slowed_down_alone(tmp_path: Path) -> None:
    world = World(tmp_path, limits=Limits(requests_per_s=1, burst=3, revoked_ops_per_day=2))
    with serving(build_app(world.centre)) as url:
        wild, quiet = world.laptop(url=url), world.laptop(url=url)
        for _ in range(3):
            wild.page()

        slowed = refused(wild.get, "/v1/pull", feed="13")

        assert (slowed.status, slowed.type, slowed.headers["Retry-After"]) == (429, "too_many", "5")
        assert quiet.page().feed == "13"
        world.clock.move(seconds=1)
        assert wild.page().feed == "13"
    world.store.close()


def test_a_revoked_device_hands_in_only_so_much_a_day(tmp_path: Path) -> None:
    world = World(tmp_path, limits=Limits(revoked_ops_per_day=2))
    with serving(build_app(world.centre)) as url:
        laptop = world.laptop(url=url)
        world.centre.write("13", "device", laptop.device, {"status": "revoked"})
        with world.store.writing() as tx:
            tx.follow_device(laptop.device, "revoked", None, "field")
        laptop.push(laptop.op(fields={"title": "A"}), laptop.op(fields={"title": "B"}))

        third = refused(laptop.push, laptop.op(fields={"title": "C"}))

        assert (third.status, third.type) == (429, "too_many")
    world.store.close()


def test_a_laptop_that_knows_too_little_may_push_but_not_pull(tmp_path: Path) -> None:
    world = World(tmp_path, limits=Limits(oldest_schema=2))
    with serving(build_app(world.centre)) as url:
        laptop = world.laptop(url=url)

        answer = refused(laptop.ask, "GET", "/v1/pull?feed=13", b"", {"Terreno-Schema": "1"})

        assert (answer.status, answer.type) == (426, "too_old")
        assert laptop.ask("GET", "/v1/pull?feed=13", b"", {"Terreno-Schema": "2"})["feed"] == "13"
        assert statuses(laptop.push(laptop.op(fields={"title": "A"}))) == ["applied"]
    world.store.close()


def test_a_database_that_cannot_serve_asks_to_come_back(world: World, url: str) -> None:
    laptop = world.laptop(url=url)

    with full(world):
        answer = refused(
            laptop.push, *(laptop.op(fields={"title": "A", "why": "b" * 3000, "status": "open"}) for _ in range(50))
        )

    assert (answer.status, answer.type, answer.headers["Retry-After"]) == (503, "unavailable", "5")
    assert laptop.pulled() == {}


def test_a_bug_is_told_without_a_trace(world: World, caplog: pytest.LogCaptureFixture) -> None:
    # Not in the line that raises: a trace shows the program's own lines, and those may be shown.
    somebody = "Rosa Quilodrán"

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError(somebody)

    centre = SimpleNamespace(ground=world.centre.ground, status=broken)
    with serving(build_app(centre)) as url:  # type: ignore[arg-type]
        response = requests.get(f"{url}/v1/status", timeout=10)

    assert response.status_code == STATUS[ProblemType.INTERNAL]
    assert response.json()["type"] == "urn:terreno:problem:internal"
    assert "ZeroDivision" not in response.text
    assert "a bug in /v1/status: ZeroDivisionError" in caplog.text
    assert "Quilodrán" not in caplog.text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
members = st.sampled_from(
    [
        "op",
        "kind",
        "record",
        "region",
        "schema",
        "fields",
        "seen",
        "author",
        "captured_at",
        "private",
        "resolves",
        "erase",
    ]
)


@pytest.mark.uncounted
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(members, json_values, max_size=3), values=json_values)
def test_no_content_of_an_op_is_ever_too_much_for_the_centre(
    world: World, changes: dict[str, Any], values: Any
) -> None:
    laptop = world.laptop()
    op = {**laptop.op(fields={"title": "A", "body": "B"}).to_wire(), **changes}
    batch = laptop.batch([orjson.loads(orjson.dumps(op, option=orjson.OPT_NON_STR_KEYS))] if _json(op) else [{}])

    answer = laptop.send(
        type(batch)(**{**{n: getattr(batch, n) for n in batch.__slots__}, "values": {str(op["op"]): values}})
    )

    assert len(answer.results) == 1


def _json(value: Any) -> bool:
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return True


@pytest.mark.uncounted
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=200) | json_values.filter(_json).map(orjson.dumps),
    path=st.sampled_from(["push", "tallies", "enrol"]),
)
def test_garbage_is_always_a_clear_no(world: World, url: str, body: bytes, path: str) -> None:
    laptop = garbage_laptop(world, url)

    response = laptop.response("POST", f"/v1/{path}", body)

    assert 400 <= response.status_code < 500
    assert response.json()["type"].startswith("urn:terreno:problem:")


def garbage_laptop(world: World, url: str) -> Any:
    if not hasattr(world, "garbage"):
        world.garbage = world.coordination(url=url)  # type: ignore[attr-defined]
    return world.garbage  # type: ignore[attr-defined]
