"""The served OpenAPI page as a judge: it looks at each request and each answer, and remembers what it saw."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs
import orjson
import requests

from sync.central.api import MAX_PUSH_BYTES
from sync.central.packing import decode
from sync.core.problems import MEDIA_TYPE, TYPE_PREFIX
from tests.central.speaking import Laptop, World

JSON = "application/json"
OK = 200


class Described:
    """A served page.

    Attributes:
        document: The page.
        seen: Every call, status and problem that was met.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.seen: set[tuple[str, int, str]] = set()
        self._validator = cache(self._made)

    def _made(self, pointer: str) -> Any:
        schema: Any = self.document
        for step in pointer.split(" > "):
            schema = schema[step]
        return jsonschema_rs.Draft202012Validator({**schema, "components": self.document["components"]})

    def promised(self) -> set[tuple[str, int, str]]:
        """Every call, status and problem of the page."""
        found = set()
        for path, methods in self.document["paths"].items():
            for method, call in methods.items():
                for status, answer in call["responses"].items():
                    schema = answer["content"].get(MEDIA_TYPE, {}).get("schema")
                    for one in [] if schema is None else schema.get("oneOf", [schema]):
                        problem = self.document["components"]["schemas"][one["$ref"].rpartition("/")[2]]
                        name = problem["properties"]["type"]["const"].removeprefix(TYPE_PREFIX)
                        found.add((f"{method} {path}", int(status), name))
                    if schema is None:
                        found.add((f"{method} {path}", int(status), ""))
        return found

    def look(self, response: requests.Response, sent: bytes) -> None:
        """Hold an answer to the page, and the request too if it was a good one."""
        self.look_at_answer(response)
        if response.status_code == OK:
            self._look_at_request(response.request, sent)

    def look_at_answer(self, response: requests.Response) -> None:
        """Hold an answer to the page."""
        path, method = _place(response.request)
        answer = self.document["paths"][path][method]["responses"][str(response.status_code)]
        media = response.headers["Content-Type"]
        assert list(answer["content"]) == [media]
        for name in answer.get("headers", {}):
            assert response.headers[name].isdecimal()
        name = ""
        if "schema" in answer["content"][media]:
            packed = "zstd" if response.headers.get("Content-Encoding") == "zstd" else ""  # requests undoes the others
            body = orjson.loads(decode(response.content, packed, len(response.content) * 1_000))
            at = f"paths > {path} > {method} > responses > {response.status_code} > content > {media} > schema"
            self._validator(at).validate(body)
            name = body["type"].removeprefix(TYPE_PREFIX) if media == MEDIA_TYPE else ""
        self.seen.add((f"{method} {path}", response.status_code, name))

    def _look_at_request(self, request: requests.PreparedRequest, sent: bytes) -> None:
        path, method = _place(request)
        call = self.document["paths"][path][method]
        query = dict(parse_qsl(urlsplit(str(request.url)).query, keep_blank_values=True))
        described = {one["name"]: one for one in call["parameters"] if one["in"] == "query"}
        assert query.keys() <= described.keys()
        for one in call["parameters"]:
            given = query.get(one["name"]) if one["in"] == "query" else request.headers.get(one["name"])
            assert given is not None or not one["required"], one["name"]
            if given is not None:
                jsonschema_rs.validate(one["schema"], int(given) if one["schema"]["type"] == "integer" else given)
        if JSON in call.get("requestBody", {}).get("content", {}):
            body = orjson.loads(decode(sent, request.headers.get("Content-Encoding", ""), MAX_PUSH_BYTES))
            self._validator(f"paths > {path} > {method} > requestBody > content > {JSON} > schema").validate(body)


def _place(request: requests.PreparedRequest) -> tuple[str, str]:
    return urlsplit(str(request.url)).path, str(request.method).lower()


class DescribedLaptop(Laptop):
    """A laptop whose every exchange is held to the page."""

    def __init__(self, world: World, number: int, url: str, judge: Described) -> None:
        super().__init__(world, number, url)
        self.judge = judge

    def response(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        signed: bool = True,
    ) -> requests.Response:
        response = self.unjudged(method, path, body, headers, signed=signed)
        self.judge.look(response, body)
        return response

    def unjudged(self, method: str, path: str, body: bytes, headers: Mapping[str, str] | None, **more: bool) -> Any:
        """An exchange that nobody looks at yet."""
        return super().response(method, path, body, headers, **more)


@dataclass
class DescribedWorld(World):
    """A world whose laptops speak over HTTP, and are held to the page in every exchange."""

    url: str = ""
    judge: Described = field(default_factory=lambda: Described({}))

    def listen(self, url: str) -> None:
        self.url = url
        if not self.judge.document:
            self.judge = Described(requests.get(f"{url}/v1/openapi.json", timeout=10).json())

    def laptop(self, region: str = "13", role: str = "field", url: str | None = None) -> "DescribedLaptop":
        code, _ = self.centre.new_code(region, role, 24)
        laptop = DescribedLaptop(self, next(self.laptops), url or self.url, self.judge)
        laptop.enrol(code)
        return laptop
