"""The served OpenAPI page is true: of every call, of every refusal, of whatever anybody sends."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import orjson
import pytest
import requests
from fastapi.routing import APIRoute

from sync.central import openapi
from sync.central.api import MAX_PUSH_BYTES, build_app
from sync.central.centre import Centre
from sync.central.errors import UnavailableError
from sync.central.ground import Limits
from sync.central.serve import serving
from sync.core.problems import STATUS
from tests.central.described import Described, DescribedWorld
from tests.central.lived import lived
from tests.central.speaking import ALL, Laptop, Refused, place_in
from tests.central.toy import SCHEMA

SIGNED = [
    ("POST", "/v1/push"),
    ("POST", "/v1/bundle"),
    ("GET", f"/v1/consignment?bundle={'0' * 64}"),
    ("PUT", f"/v1/consignment?bundle={'0' * 64}"),
    ("POST", f"/v1/consignment?bundle={'0' * 64}"),
    ("DELETE", f"/v1/consignment?bundle={'0' * 64}"),
    ("GET", f"/v1/answer?bundle={'0' * 64}&answer={'1' * 64}"),
    ("GET", "/v1/pull?feed=13"),
    ("GET", "/v1/history?kind=note&record=x"),
    ("POST", "/v1/tallies"),
]
CARRYING = [(method, path.partition("?")[0]) for method, path in SIGNED[2:7]]
BYTES = {"Content-Type": "application/octet-stream"}
OPEN = [("GET", "/v1/status"), ("POST", "/v1/enrol")]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[DescribedWorld]:
    world = DescribedWorld(tmp_path)
    with serving(build_app(world.centre)) as url:
        world.listen(url)
        yield world
    world.store.close()


def test_every_route_is_described_and_nothing_else() -> None:
    nobody: Any = SimpleNamespace(ground=SimpleNamespace(limits=Limits()))
    routes = {
        (route.path, method.lower())
        for route in build_app(nobody).routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }

    described = {(path, method) for path, methods in openapi.document()["paths"].items() for method in methods}

    assert described == routes


def test_every_schema_is_one() -> None:
    for schema in openapi.document()["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_anybody_may_read_the_page(town: DescribedWorld) -> None:
    told = requests.get(f"{town.url}{openapi.PATH}", timeout=10).json()

    assert told == openapi.document()
    assert told["openapi"] == "3.1.0"


@pytest.mark.uncounted
@pytest.mark.parametrize("seed", range(2))
def test_a_whole_life_of_a_centre_is_as_the_page_says(town: DescribedWorld, seed: int) -> None:
    life = lived(town, seed)
    town.centre.write("13", "device", life.field[0].device, {"status": "lost"})
    office, laptop = town.coordination(ALL), life.field[1]

    for reader, feeds in ((office, ("13", "05", ALL)), (laptop, ("13", ALL))):
        for feed in feeds:
            for record in reader.page(feed).records:
                reader.history(record.kind, record.record)
    told = office.post("/v1/tallies", {"counts": [COUNT]})

    assert told["tallies"]["by_title"]
    assert {status for _, status, _ in town.judge.seen} == {200}


COUNT = {
    "name": "by_title",
    "kind": "note",
    "by": ["title", "place.lat"],
    "where": [["region", "in", ["13", "05"]], ["count", "ge", 0]],
    "exclude": [["status", "exists", True]],
    "measures": ["n", "sum:count", "distinct:title"],
}


def refused(call: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as told:
        call(*args, **kwargs)
    return told.value.type


def each(laptop: Laptop, calls: list[tuple[str, str]], body: bytes = b"", **options: Any) -> set[str]:
    """The problems with which calls are refused."""
    return {refused(laptop.ask, method, path, body, **options) for method, path in calls}


def refuse_strangers(town: DescribedWorld) -> None:
    laptop = town.laptop()
    laptop.offset_s = 301
    each(laptop, SIGNED)
    laptop.offset_s = 0
    each(laptop, SIGNED, signed=False)
    laptop.device = laptop.ids.new()
    each(laptop, SIGNED)


def refuse_codes(town: DescribedWorld) -> None:
    laptop, other = town.laptop(), town.laptop()
    code, _ = town.centre.new_code("13", "field", 1)
    late, _ = town.centre.new_code("13", "field", 0)
    laptop.enrol(code)
    refused(other.enrol, code)
    refused(other.enrol, late)
    refused(laptop.post, "/v1/enrol", {**laptop.enrol_request(code), "mac": "0" * 64}, signed=False)
    refused(laptop.post, "/v1/enrol", {}, signed=False)


def refuse_batches(town: DescribedWorld) -> None:
    laptop = town.laptop()
    laptop.note()
    laptop.seq += 1
    refused(laptop.push, laptop.op())
    laptop.seq, laptop.link = 0, ""
    refused(laptop.push, laptop.op())
    laptop.seq, laptop.link = 0, ""
    refused(laptop.send, replace(laptop.batch([laptop.op()]), next_stream=laptop.ids.new()))
    refused(laptop.get, "/v1/pull", feed="13")
    refused(laptop.get, "/v1/history", kind="note", record="x")
    refused(laptop.post, "/v1/tallies", {"counts": []})
    laptop.epoch = "another"
    refused(laptop.push, laptop.op())
    refused(laptop.post, "/v1/push", {})
    refused(laptop.post, "/v1/bundle", {})


def refuse_carriers(town: DescribedWorld) -> None:
    laptop = town.laptop()
    body = b"no bundle"
    bundle = hashlib.sha256(body).hexdigest()
    for method, path in CARRYING:
        refused(laptop.ask, method, f"{path}?bundle=none")
    laptop.ask("PUT", f"/v1/consignment?bundle={bundle}", body, BYTES)
    refused(laptop.ask, "POST", f"/v1/consignment?bundle={bundle}")
    refused(laptop.ask, "GET", f"/v1/answer?bundle={bundle}&answer={bundle}")
    town.centre.write("13", "device", laptop.device, {"status": "revoked"})
    for method, path in CARRYING:
        refused(laptop.ask, method, f"{path}?bundle={bundle}")


def refuse_readers(town: DescribedWorld) -> None:
    laptop, office = town.laptop(), town.coordination()
    refused(laptop.get, "/v1/pull", feed="05")
    refused(laptop.get, "/v1/pull", feed="13", limit=0)
    refused(laptop.post, "/v1/tallies", {"counts": []})
    refused(office.post, "/v1/tallies", {"counts": 7})
    town.centre.write("13", "device", laptop.device, {"status": "revoked"})
    refused(laptop.get, "/v1/pull", feed="13")
    refused(laptop.get, "/v1/history", kind="note", record="x")
    refused(laptop.post, "/v1/tallies", {"counts": []})
    refused(laptop.post, "/v1/bundle", {})


def refuse_the_large(town: DescribedWorld) -> None:
    laptop = town.laptop()
    body = bytes(MAX_PUSH_BYTES + 1)
    each(laptop, [*SIGNED, *OPEN, ("GET", openapi.PATH)], body)


@pytest.fixture
def elsewhere(town: DescribedWorld) -> Iterator[Callable[[Centre], None]]:
    """Lets another centre of the same database listen in the place of the first."""
    with ExitStack() as listening:
        yield lambda centre: town.listen(listening.enter_context(serving(build_app(centre))))


def test_every_refusal_is_on_the_page_and_every_one_of_the_page_happens(
    town: DescribedWorld, elsewhere: Callable[[Centre], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.central.bundle_call.MAX_BUNDLE_BYTES", MAX_PUSH_BYTES)
    for refuse in (refuse_strangers, refuse_codes, refuse_batches, refuse_carriers, refuse_readers, refuse_the_large):
        refuse(town)
    code, _ = town.centre.new_code("13", "field", 1)
    laptop = town.laptop()
    request = orjson.dumps(laptop.enrol_request(code))

    elsewhere(Centre(town.store, SCHEMA, town.surroundings, Limits(burst=0, oldest_schema=2)))
    laptop.url = town.url
    each(laptop, SIGNED)
    elsewhere(Centre(town.store, SCHEMA, town.surroundings, Limits(oldest_schema=2)))
    laptop.url = town.url
    refused(laptop.ask, "GET", "/v1/pull?feed=13", b"", {"Terreno-Schema": "1"})
    busy = place_in(town.folder).open(busy_s=0.05)
    elsewhere(Centre(busy, SCHEMA, town.surroundings))
    laptop.url = town.url
    with ExitStack() as taken:
        with suppress(UnavailableError):
            while True:
                taken.enter_context(busy.reading())
        each(laptop, [*SIGNED, *OPEN], request)
    with town.store.writing() as tx:
        tx.destroy_secret(town.centre.ground.keys.signer)
    each(laptop, [*SIGNED, *OPEN], request)
    busy.close()

    refusals = {one for one in town.judge.seen if one[1] != 200}
    assert refusals == {one for one in town.judge.promised() if one[1] != 200}


def test_every_problem_of_the_protocol_stands_on_the_page() -> None:
    known = {name for _, _, name in Described(openapi.document()).promised()} - {""}

    assert {of.value for of in STATUS} == known
