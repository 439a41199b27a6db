"""Whatever anybody sends: good or bad requests drawn from the page, and content that nobody would think of."""

import gzip
import json
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
import requests
import schemathesis
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core import NOT_SET
from schemathesis.generation import GenerationMode

from sync.central import openapi
from sync.central.api import MAX_OTHER_BYTES, MAX_PUSH_BYTES, build_app
from sync.central.ground import Limits
from sync.central.packing import DamagedError, TooLargeError, decode, encode
from sync.central.serve import serving
from tests.central.conftest import BOTH
from tests.central.described import DescribedLaptop, DescribedWorld
from tests.central.speaking import Laptop
from tests.postgres import MARKER

pytestmark = pytest.mark.uncounted

OWN_WORK = {"signature", "signature-input", "content-digest", "terreno-stream"}
"""Headers that a laptop adds by itself."""
CALLS = [
    pytest.param(path, method, mode, id=f"{mode.value} {method.upper()} {path}")
    for path, methods in openapi.document()["paths"].items()
    for method, call in methods.items()
    for mode in ((GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if call["security"] or method == "post" else ())
]
"""Each call that takes anything, asked well and badly."""
PAGE = schemathesis.openapi.from_dict(openapi.document())
EXAMPLES = {"/v1/tallies": 5}
"""Requests of a call, where drawing them is slow; else 12."""
INTERNAL = 500
UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@pytest.fixture(scope="module", params=BOTH)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DescribedWorld]:
    folder = tmp_path_factory.mktemp("town")
    if request.param == "postgres":
        (folder / MARKER).write_text(request.getfixturevalue("databases").admin)
    world = DescribedWorld(folder, limits=Limits(requests_per_s=1e6, burst=10**6))
    with serving(build_app(world.centre)) as url:
        world.listen(url)
        yield world
    world.store.close()


@pytest.fixture(scope="module")
def laptop(town: DescribedWorld) -> DescribedLaptop:
    return town.laptop()


@pytest.fixture(scope="module")
def office(town: DescribedWorld) -> DescribedLaptop:
    return town.laptop(role="coordination")


def ask(laptop: DescribedLaptop, case: Any) -> int:
    """Send what was drawn, well signed, and hold the answer to the page."""
    query = {name: value for name, value in (case.query or {}).items() if value is not NOT_SET}
    path = case.path + (f"?{urlencode(query, doseq=True)}" if query else "")
    headers = {name: value for name, value in (case.headers or {}).items() if name.lower() not in OWN_WORK}
    body = b"" if case.body is NOT_SET else case.body
    if case.path == "/v1/push" and isinstance(body, dict):
        body = delivered(laptop, body)
    response = laptop.unjudged(case.method, path, as_sent(body), headers)
    laptop.judge.look_at_answer(response)
    return int(response.status_code)


def as_sent(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body, default=str).encode("utf-8", "surrogatepass")


def delivered(laptop: Laptop, drawn: dict[str, Any]) -> dict[str, Any]:
    """A drawn batch that goes on where the laptop's stream stands, where such a thing can be written at all."""
    try:
        batch = laptop.batch(drawn["ops"], raw_values=drawn.get("values", {}))
    except (TypeError, KeyError, AttributeError):
        return drawn
    laptop.seq, laptop.link = batch.first_seq - 1, batch.prev
    return {**drawn, **batch.to_wire(), "stream": laptop.stream, "values": drawn.get("values", {})}


@pytest.mark.parametrize("town", ["postgres"], indirect=True)  # the one that takes less
@pytest.mark.parametrize(("path", "method", "mode"), CALLS)
def test_no_request_is_ever_a_bug(laptop: DescribedLaptop, path: str, method: str, mode: GenerationMode) -> None:
    seen: list[int] = []

    @settings(max_examples=EXAMPLES.get(path, 12), suppress_health_check=UNHURRIED, deadline=None)
    @given(case=PAGE[path][method].as_strategy(generation_mode=mode))
    def every(case: Any) -> None:
        seen.append(ask(laptop, case))

    every()

    assert max(seen) < INTERNAL


DEEP = b"[" * 100_000 + b"]" * 100_000
ODD_TEXTS = {
    "nul": "a\0b",
    "bidi": "a\u202eb\u2066c",
    "four_bytes": "🏠🇨🇱\U0010ffff",
    "combining": "n\u0303" * 200,
    "spaces": " \t\r\n\u2028\ufeff",
    "quotes": "'\";--\\%_{}[]$",
    "long": "á" * 40_000,
}
BODIES = {
    "empty": b"",
    "deep_list": DEEP,
    "deep_object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "half": b'{"ops": [',
    "not_utf8": b'{"stream": "\xff\xfe"}',
    "cesu": b'{"stream": "\xed\xa0\x80"}',
    "surrogate": b'{"stream": "\\ud800"}',
    "huge_number": b'{"first_seq": 1' + b"0" * 5_000 + b"}",
    "infinite": b'{"first_seq": 1e999}',
    "nan": b'{"first_seq": NaN}',
    "twice": b'{"ops": [], "ops": {}}',
    "scalar": b"7",
    "nulls": b'{"stream": null, "ops": null, "counts": null, "code_id": null}',
    "large": bytes(MAX_PUSH_BYTES + 1),
    "packed_twice": gzip.compress(gzip.compress(b"{}")),
}


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/v1/push", "/v1/enrol", "/v1/tallies", "/v1/bundle", "/v1/consignment"])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_none_is_a_clear_no(office: DescribedLaptop, path: str, body: bytes, encoding: str) -> None:
    sent = body if encoding == "identity" else encode(body, encoding)

    response = office.response("POST", path, sent, {"Content-Encoding": encoding})

    assert response.status_code in (413, 422)


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
@pytest.mark.parametrize("place", ["author", "title", "novelty", "region", "kind", "resolves", "mood", "body"])
def test_odd_text_in_an_op_is_kept_or_waits(town: DescribedWorld, place: str, text: str) -> None:
    laptop = town.laptop()
    note = laptop.note()
    wire = laptop.op(record=note.record, fields={"title": "B"}).to_wire()  # nothing seen: a conflict, if it is read
    if place in ("title", "novelty", "mood", "body"):
        wire["fields"] = {place: text}
    else:
        wire[place] = [f"{text}/title"] if place == "resolves" else text

    answer = laptop.push(wire)

    assert len(answer.results) == 1
    assert laptop.page().feed == "13"
    assert laptop.history("note", note.record)


@pytest.mark.parametrize("number", [0, -1, 2**53, 2**63, 2**64 - 1])
@pytest.mark.parametrize("place", ["schema", "count", "novelty", "erase"])
def test_an_odd_number_in_an_op_is_kept_or_waits(town: DescribedWorld, place: str, number: int) -> None:
    laptop = town.laptop()
    wire = laptop.op(fields={"title": "B"}).to_wire()
    if place in ("count", "novelty"):
        wire["fields"] = {place: number}
    else:
        wire[place] = number

    answer = laptop.push(wire)

    assert len(answer.results) == 1
    assert laptop.page().feed == "13"


@pytest.mark.parametrize("number", [0, -1, 2**53, 2**63, 2**64 - 1, 1.5])
def test_an_odd_number_in_a_question_finds_nothing_or_is_refused(office: DescribedLaptop, number: float) -> None:
    where = [["count", "eq", number], ["count", "in", [number]], ["count", "ge", number], ["title", "exists", number]]
    bodies = [
        *({"counts": [{"name": "n", "kind": "note", "where": [one]}]} for one in where),
        {"counts": number},
        {"counts": [{"name": "n", "kind": "note", "instant": ["seen_at"], "from_at": number}]},
    ]

    answers = [office.unjudged("POST", "/v1/tallies", orjson.dumps(body), None) for body in bodies]

    for answer in answers:
        office.judge.look_at_answer(answer)


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_text_in_a_question_finds_nothing_or_is_refused(town: DescribedWorld, text: str) -> None:
    office = town.coordination()
    count = {"name": "n", "kind": "note", "where": [["title", "eq", text]], "by": ["title"]}
    asked = [
        ("GET", f"/v1/pull?{urlencode({'feed': text[:900]})}", b""),
        ("GET", f"/v1/history?{urlencode({'kind': text[:900], 'record': text[:900]})}", b""),
        ("POST", "/v1/tallies", orjson.dumps({"counts": [count]})),
        ("POST", "/v1/tallies", orjson.dumps({"counts": [{**count, "name": text, "kind": text}]})),
        (
            "POST",
            "/v1/enrol",
            orjson.dumps({**office.enrol_request(str(town.centre.new_code("13", "field", 1)[0])), "code_id": text[:4]}),
        ),
    ]

    answers = [office.unjudged(method, path, body, None) for method, path, body in asked]

    for answer in answers:
        office.judge.look_at_answer(answer)
    assert max(answer.status_code for answer in answers) < INTERNAL


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["Terreno-Schema", "Terreno-Certificate", "Accept-Encoding", "Content-Encoding"])
@pytest.mark.parametrize(
    "value",
    ["9" * 5_000, "-1", "\u00b2\u00b3", "gzip, zstd", "W10=", "e30=", "eyJib2R5Ijp7fX0=", "*/*;q=x", "~" * 9_000],
)
def test_an_odd_header_is_never_a_bug(laptop: DescribedLaptop, name: str, value: str) -> None:
    answers = [
        laptop.unjudged("GET", "/v1/pull?feed=13", b"", {name: value}),
        laptop.unjudged("POST", "/v1/push", b"{}", {name: value}),
    ]

    for answer in answers:
        laptop.judge.look_at_answer(answer)
    assert max(answer.status_code for answer in answers) < INTERNAL


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
@settings(max_examples=60, suppress_health_check=UNHURRIED, deadline=None)
@given(
    given=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=120),
    name=st.sampled_from(["Signature", "Signature-Input", "Content-Digest"]),
)
def test_nonsense_for_a_signature_is_none(laptop: DescribedLaptop, name: str, given: str) -> None:
    request = requests.Request("GET", f"{laptop.url}/v1/pull?feed=13").prepare()
    laptop.sign(request, b"")
    request.headers[name] = given
    with requests.Session() as session:
        response = session.send(request, timeout=30)

    laptop.judge.look_at_answer(response)
    assert response.status_code == 401


def in_many_frames(zeros: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(zeros[: len(zeros) // 64]) * 64


def with_a_wide_window(zeros: bytes) -> bytes:
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    return zstandard.ZstdCompressor(compression_params=wide).compress(zeros)


def of_unknown_size(zeros: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_content_size=False).compress(zeros)


BOMB_BYTES = 32 * 1024 * 1024
BOMBS: dict[str, Callable[[bytes], tuple[bytes, str]]] = {
    "gzip": lambda zeros: (gzip.compress(zeros), "gzip"),
    "zstd": lambda zeros: (encode(zeros, "zstd"), "zstd"),
    "zstd of unknown size": lambda zeros: (of_unknown_size(zeros), "zstd"),
    "zstd with a wide window": lambda zeros: (with_a_wide_window(zeros), "zstd"),
    "zstd in many frames": lambda zeros: (in_many_frames(zeros), "zstd"),
}
"""Few bytes that expand to many."""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_fills_the_memory(name: str) -> None:
    packed, encoding = BOMBS[name](bytes(BOMB_BYTES))
    tracemalloc.start()

    with pytest.raises((TooLargeError, DamagedError)):
        decode(packed, encoding, MAX_OTHER_BYTES)

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * MAX_OTHER_BYTES


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/v1/push", "/v1/enrol", "/v1/tallies"])
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_clear_no_over_http(office: DescribedLaptop, path: str, name: str) -> None:
    packed, encoding = BOMBS[name](bytes(BOMB_BYTES))

    response = office.response("POST", path, packed, {"Content-Encoding": encoding})

    assert response.status_code in (413, 422)
