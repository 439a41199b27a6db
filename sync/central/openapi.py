"""The protocol as an OpenAPI 3.1 document, served at `/v1/openapi.json`: every call, header, body, answer and refusal.

Written by hand beside the code, because bodies are read as they are sent (compressed, and signed over those bytes). A
test walks through every call and every refusal of a living centre and holds each to this page.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sync.central.auth import COMPONENTS
from sync.central.feed import MAX_LIMIT
from sync.central.openapi_schemas import SCHEMAS, problem_name, ref
from sync.core.bundle import MAX_BUNDLE_BYTES, MAX_PART_BYTES
from sync.core.problems import MEDIA_TYPE, STATUS, ProblemType
from sync.core.protocol import CLOCK_GRACE_S, MAX_BATCH_BYTES, MAX_OPS, PROTOCOL_VERSION

PATH: Final = "/v1/openapi.json"
_JSON: Final = "application/json"
_BYTES: Final = "application/octet-stream"
_ASKING = (ProblemType.TOO_LARGE, ProblemType.INTERNAL, ProblemType.UNAVAILABLE)
_SIGNED = (ProblemType.UNKNOWN_DEVICE, ProblemType.BAD_SIGNATURE, ProblemType.CLOCK, ProblemType.TOO_MANY)
_READING = (ProblemType.REVOKED, ProblemType.UNCONFIRMED)

_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TEXT = {"schema": {"type": "string"}}


def _header(name: str, words: str, *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "description": words, **_TEXT}


_SIGNATURE_HEADERS = (
    _header("Signature-Input", "RFC 9421, one signature; `created` and `keyid` (the device's id), no `expires`."),
    _header("Content-Digest", "RFC 9530: sha-256 or sha-512 of the body as sent; of no bytes for a GET."),
    _header("Terreno-Stream", "The stream that the device writes."),
    _header(
        "Terreno-Certificate",
        "Base64 of the JSON of the device's certificate, after 401 `unknown_device`: a centre that signed it once takes"
        " the device in again.",
        required=False,
    ),
)


def _query(name: str, words: str, schema: Mapping[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": words, "schema": dict(schema)}


def _refusals(types: Iterable[ProblemType]) -> dict[str, Any]:
    by_status: dict[int, list[ProblemType]] = {}
    for of in types:
        by_status.setdefault(STATUS[of], []).append(of)
    return {str(status): _refusal(of) for status, of in sorted(by_status.items())}


def _refusal(of: list[ProblemType]) -> dict[str, Any]:
    schemas = [ref(problem_name(one)) for one in of]
    told: dict[str, Any] = {
        "description": ", ".join(f"`{one}`" for one in of),
        "content": {MEDIA_TYPE: {"schema": schemas[0] if len(schemas) == 1 else {"oneOf": schemas}}},
    }
    if STATUS[of[0]] in (STATUS[ProblemType.TOO_MANY], STATUS[ProblemType.UNAVAILABLE]):
        told["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return told


def _answer(words: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"200": {"description": words, "content": {_JSON: {"schema": dict(schema)}}}}


def _body(name: str, words: str) -> dict[str, Any]:
    return {"required": True, "description": words, "content": {_JSON: {"schema": ref(name)}}}


def _call(
    name: str,
    words: str,
    answer: Mapping[str, Any],
    refusals: Iterable[ProblemType],
    *,
    signed: bool = True,
    **more: Any,
) -> dict[str, Any]:
    parameters = [*more.pop("parameters", ()), *(_SIGNATURE_HEADERS if signed else ())]
    return {
        "operationId": name,
        "summary": words,
        "security": [{"signature": []}] if signed else [],
        "parameters": parameters,
        **more,
        "responses": {**answer, **_refusals((*(_SIGNED if signed else ()), *refusals))},
    }


_STATUS = _call(
    "status",
    "Epoch, hour, versions and keys of the centre.",
    _answer("To anybody.", ref("Status")),
    _ASKING,
    signed=False,
)
_ENROL = _call(
    "enrol",
    "A one-time code for a certificate; the same one again for the same keys.",
    _answer("The device is known.", ref("Enrolled")),
    (
        ProblemType.CODE_UNKNOWN,
        ProblemType.CODE_USED,
        ProblemType.CODE_EXPIRED,
        ProblemType.UNREADABLE,
        *_ASKING,
    ),
    signed=False,
    requestBody=_body("EnrolRequest", "Proof of the code, which itself never travels."),
)
_PUSH = _call(
    "push",
    "Hand a run of ops in.",
    _answer("Committed: a result for each op in order, and a receipt over them.", ref("PushAnswer")),
    (ProblemType.FORK, ProblemType.GAP, ProblemType.EPOCH, ProblemType.UNREADABLE, *_ASKING),
    requestBody=_body("Batch", f"Up to {MAX_OPS} ops and {MAX_BATCH_BYTES} bytes once expanded."),
)
_PULL = _call(
    "pull",
    "What changed in a feed after a cursor, within the scope of the device.",
    _answer("A page, in change order.", ref("Page")),
    (ProblemType.OUTSIDE_SCOPE, *_READING, ProblemType.UNREADABLE, ProblemType.TOO_OLD, *_ASKING),
    parameters=[
        _query("feed", "A region, or the shared feed.", {"type": "string"}, required=True),
        _query(
            "cursor",
            "The last change that is stored.",
            {"type": "integer", "minimum": 0, "maximum": 2**53, "default": 0},
        ),
        _query("limit", "Most records.", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 500}),
        _header("Terreno-Schema", "The version of the records that the device knows, in digits.", required=False),
    ],
)
_HISTORY = _call(
    "history",
    "Every op on a record that the device may see; none of a foreign record, as of an unknown one.",
    _answer("In the order in which they came.", ref("History")),
    (*_READING, *_ASKING),
    parameters=[
        _query("kind", "With `record` its name.", {"type": "string"}, required=True),
        _query("record", "Its id.", {"type": "string"}, required=True),
    ],
)
_TALLIES = _call(
    "tallies",
    "Grouped counts for a report; coordination only.",
    _answer("The rows of each count.", ref("Tallies")),
    (ProblemType.OUTSIDE_SCOPE, *_READING, ProblemType.UNREADABLE, *_ASKING),
    requestBody=_body("TallyRequest", "Other members are the caller's own."),
)
_BUNDLE = _call(
    "bundle",
    "Hand in a sealed file that came by stick, of any device.",
    {
        "200": {
            "description": "A sealed file for the device that wrote the other one.",
            "headers": {
                name: {"description": words, "schema": {"type": "integer"}}
                for name, words in (("Terreno-Batches", "Batches taken in."), ("Terreno-Ops", "Ops taken in."))
            },
            "content": {_BYTES: {}},
        }
    },
    (ProblemType.REVOKED, ProblemType.BUNDLE, *_ASKING),
    requestBody={
        "required": True,
        "description": f"Up to {MAX_BUNDLE_BYTES} bytes, never compressed.",
        "content": {_BYTES: {}},
    },
)
_BUNDLE_NAME = _query("bundle", "SHA-256 of the bundle's bytes, hex.", _SHA256, required=True)
_CONSIGNMENT = _call(
    "consignment",
    "How far a bundle has come that this carrier brings part by part.",
    _answer("Also of one that it has not begun.", ref("Consignment")),
    (ProblemType.REVOKED, ProblemType.UNREADABLE, *_ASKING),
    parameters=[_BUNDLE_NAME],
)
_PART = _call(
    "part",
    "The next bytes of a bundle; its first ones begin it.",
    _answer("Kept, if so many came before them.", ref("Consignment")),
    (ProblemType.REVOKED, ProblemType.UNREADABLE, *_ASKING),
    parameters=[
        _BUNDLE_NAME,
        _query(
            "at",
            "Bytes that come before these.",
            {"type": "integer", "minimum": 0, "maximum": MAX_BUNDLE_BYTES, "default": 0},
        ),
    ],
    requestBody={
        "required": True,
        "description": f"Up to {MAX_PART_BYTES} bytes, never compressed.",
        "content": {_BYTES: {}},
    },
)
_TAKE = _call(
    "take",
    "Take in a bundle that is here whole; ask again while there is no answer.",
    _answer("The answer, or none within two seconds.", ref("Consignment")),
    (ProblemType.REVOKED, ProblemType.UNREADABLE, ProblemType.BUNDLE, *_ASKING),
    parameters=[_BUNDLE_NAME],
)
_LET_GO = _call(
    "let_go",
    "Forget a bundle and its answer: the carrier has it.",
    _answer("Nothing of it is held.", ref("Consignment")),
    (ProblemType.REVOKED, ProblemType.UNREADABLE, *_ASKING),
    parameters=[_BUNDLE_NAME],
)
_REST = _call(
    "answer",
    "The answer to a bundle that came part by part, from a byte on.",
    {"200": {"description": "A sealed file for the device that wrote the bundle.", "content": {_BYTES: {}}}},
    (ProblemType.REVOKED, ProblemType.UNREADABLE, ProblemType.NOT_FOUND, *_ASKING),
    parameters=[
        _BUNDLE_NAME,
        _query("answer", "SHA-256 of the answer's bytes, hex.", _SHA256, required=True),
        _query(
            "at",
            "Bytes that the carrier has.",
            {"type": "integer", "minimum": 0, "maximum": 2 * MAX_BUNDLE_BYTES, "default": 0},
        ),
    ],
)
_OPENAPI = _call(
    "openapi",
    "This page.",
    _answer("An OpenAPI 3.1 document.", {"type": "object"}),
    (ProblemType.TOO_LARGE,),
    signed=False,
)


def document() -> dict[str, Any]:
    """The whole page."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Reconciliation",
            "version": f"{PROTOCOL_VERSION}.0",
            "description": "Offline-first devices and their centre. Bodies come plain, in gzip or in zstd"
            " (`Content-Encoding`), and are refused when they expand beyond their limit; answers are compressed as"
            " `Accept-Encoding` likes. Every call may be repeated.",
        },
        "paths": {
            "/v1/status": {"get": _STATUS},
            "/v1/enrol": {"post": _ENROL},
            "/v1/push": {"post": _PUSH},
            "/v1/bundle": {"post": _BUNDLE},
            "/v1/consignment": {"get": _CONSIGNMENT, "put": _PART, "post": _TAKE, "delete": _LET_GO},
            "/v1/answer": {"get": _REST},
            "/v1/pull": {"get": _PULL},
            "/v1/history": {"get": _HISTORY},
            "/v1/tallies": {"post": _TALLIES},
            PATH: {"get": _OPENAPI},
        },
        "components": {
            "securitySchemes": {
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Signature",
                    "description": f"RFC 9421 with Ed25519 over {', '.join(COMPONENTS)}; `created` within"
                    f" {CLOCK_GRACE_S} s of the centre's clock.",
                }
            },
            "schemas": {name: dict(schema) for name, schema in SCHEMAS.items()},
        },
    }
