"""What travels, as JSON Schemas: every body of a request and every answer of the centre. Data only.

A test holds real requests and real answers to them. Answers are closed: a member that is not here does not travel.
"""

from collections.abc import Mapping
from typing import Any

from sync.central.enrol_request import EnrolRequest
from sync.central.own_kinds import FORK
from sync.central.receipts import RECEIPT_VERSION
from sync.central.scope import COORDINATION, FIELD
from sync.core.bundle import (
    DAMAGED,
    LARGE,
    NEWER,
    NOT_A_BUNDLE,
    OLD,
    OTHER_CENTRE,
    UNKNOWN_SENDER,
    WRONG_WAY,
)
from sync.core.count import LARGEST, MAX_COUNTS, MAX_PARTS, MAX_VALUES, NAME, OPERATORS
from sync.core.derived import PATH
from sync.core.merge import ConflictState, Outcome
from sync.core.problems import STATUS, TYPE_PREFIX, ProblemType
from sync.core.protocol import MAX_OPS, PROTOCOL_VERSION, QUARANTINE_REASONS
from sync.core.trust import BOX, SIGN

Schema = Mapping[str, Any]

_ANY: Schema = {}
_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_SEQ: Schema = {"type": "integer", "minimum": 1, "maximum": 2**53}
_YES_NO: Schema = {"type": "boolean"}
_OBJECT: Schema = {"type": "object"}
_VERSION: Schema = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}


def _hex(digits: int) -> Schema:
    return {"type": "string", "pattern": f"^[0-9a-f]{{{digits}}}$"}


def ref(name: str) -> Schema:
    """A schema of this page by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _many(items: Schema, **limits: int) -> Schema:
    return {"type": "array", "items": items, **limits}


def _by_name(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _closed(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None, **more: Any) -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def _open(required: Mapping[str, Schema], optional: Mapping[str, Schema], **more: Any) -> Schema:
    """An object of a request: what is not known is not looked at, or kept as it is."""
    return {"type": "object", "properties": {**required, **optional}, "required": list(required), **more}


_ID = ref("Id")
_INSTANT = ref("Instant")
_HASH = _hex(64)
_KEY_ID = _hex(16)
_SIGNATURE = _hex(128)
_SIGNED = {"key": _KEY_ID, "signature": _SIGNATURE}
_CONFLICT = {
    "id": ref("ConflictId"),
    "group": _many(_TEXT, minItems=1),
    "state": {"enum": [state.value for state in ConflictState]},
    "other_op": _ID,
    "against_op": _or_null(_ID),
    "other_author": _TEXT,
    "other_device": _ID,
    "other_at": _INSTANT,
    "against_author": _or_null(_TEXT),
    "against_at": _or_null(_INSTANT),
    "closed_by": _or_null(_ID),
}
_PRIVATE: Mapping[str, Schema] = {"private": {"const": True}}
_PATH: Schema = {"type": "string", "pattern": f"^{PATH.pattern}$"}
_NAME: Schema = {"type": "string", "pattern": f"^{NAME.pattern}$"}
_DIMENSION: Schema = {"type": "string", "pattern": f"^({PATH.pattern}|[a-z]+(:[A-Za-z0-9_.]+)+)$"}
_SCALAR: Schema = {
    "type": ["string", "integer", "boolean"],
    "pattern": "^[^\\x00]*$",
    "minimum": 1 - LARGEST,
    "maximum": LARGEST - 1,
}


def _condition(operator: Schema, wanted: Schema) -> Schema:
    return {"type": "array", "prefixItems": [_PATH, operator, wanted], "minItems": 3, "maxItems": 3}


_CONDITIONS = _many(
    {
        "oneOf": [
            _condition({"enum": sorted(OPERATORS - {"exists", "in"})}, _SCALAR),
            _condition({"const": "in"}, _many(_SCALAR, minItems=1, maxItems=MAX_VALUES)),
            _condition({"const": "exists"}, _YES_NO),
        ]
    },
    maxItems=MAX_PARTS,
)

SCHEMAS: dict[str, Schema] = {
    "Id": {
        "description": "A UUID in lower-case text.",
        "type": "string",
        "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    },
    "Instant": {
        "description": "UTC, ISO 8601 with milliseconds.",
        "type": "string",
        "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
    },
    "ConflictId": {
        "description": "The op that opened the conflict, and the first field of the group.",
        "type": "string",
        "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/[a-z][a-z0-9_]{0,63}$",
    },
    "CentreKey": _closed(
        {
            "id": _KEY_ID,
            "use": {"enum": [SIGN, BOX]},
            "key": _HASH,
            "by": _or_null(_KEY_ID),
            "signature": _or_null(_SIGNATURE),
        },
        description="A public key of the centre; `by` names the signing key before it that vouches for it.",
    ),
    "Status": _closed(
        {
            "epoch": _ID,
            "server_time": _INSTANT,
            "protocol": {"const": PROTOCOL_VERSION},
            "schema": _VERSION,
            "keys": _many(ref("CentreKey"), minItems=2),
        },
        {
            "recovery": _closed(
                {"key": _HASH, "since": _INSTANT, "by": _KEY_ID, "signature": _SIGNATURE},
                description="The recovery key, in the centre's word.",
            )
        },
    ),
    "EnrolRequest": {
        **dict(EnrolRequest.model_json_schema()),
        "description": "`mac`: HMAC-SHA256 over the canonical JSON of the other members, keyed by the code's secret.",
    },
    "Certificate": _closed(
        {
            "body": _closed(
                {
                    "v": {"const": 1},
                    "device": _ID,
                    "label": {"type": "string", "pattern": "^T[0-9]{2,}$"},
                    "sign_key": _HASH,
                    "box_key": _HASH,
                    "role": {"enum": ["field", "coordination"]},
                    "region": _TEXT,
                    "issued_at": _INSTANT,
                }
            ),
            **_SIGNED,
        },
        description="The centre's signed word for a device.",
    ),
    "Enrolled": _closed(
        {
            "certificate": ref("Certificate"),
            "epoch": _ID,
            "keys": _many(ref("CentreKey"), minItems=2),
            "recovery_key": _or_null(_HASH),
        }
    ),
    "Op": _open(
        {
            "op": _ID,
            "kind": _TEXT,
            "record": _ID,
            "region": _TEXT,
            "schema": _VERSION,
            "fields": _OBJECT,
            "seen": _by_name(_ID),
            "author": _TEXT,
            "captured_at": _INSTANT,
        },
        {"private": _HASH, "resolves": _many(ref("ConflictId"), minItems=1), "erase": {"const": True}},
        description="One saved edit of one record. Members that are not known are kept.",
    ),
    "PrivateValues": {
        "description": "The values behind an op's `private`, in the clear or sealed to the centre's box key in base64.",
        "oneOf": [
            _open({"salt": _hex(32), "fields": _OBJECT}, {}),
            _open({"sealed": {"type": "string", "contentEncoding": "base64"}}, {}),
        ],
    },
    "Batch": _open(
        {
            "stream": _ID,
            "epoch": _TEXT,
            "region": _TEXT,
            "first_seq": _SEQ,
            "prev": {"description": "The link before; empty at 1.", "type": "string"},
            "link": _HASH,
            "ops": {
                "description": "Each an op. Whatever else can be read as JSON is kept too, in quarantine.",
                **_many({"anyOf": [ref("Op"), _ANY]}, minItems=1, maxItems=MAX_OPS),
            },
        },
        {
            "values": {
                "description": "By op id. What is no such values is kept beside its op, in quarantine.",
                **_by_name({"anyOf": [ref("PrivateValues"), _ANY]}),
            },
            "proofs": {
                "description": "By op id: the centre's own word for an op that it took in once.",
                **_by_name({"anyOf": [_closed(_SIGNED), _ANY]}),
            },
            "next_stream": {"description": "The stream that the device takes after a fork.", "type": "string"},
        },
    ),
    "Result": _closed(
        {
            "op": {"description": "The id that the sender gave the op, or one made for it.", "type": "string"},
            "status": {"enum": [outcome.value for outcome in Outcome]},
            "change": _COUNT,
            "conflicts": _many(ref("ConflictId")),
            "reason": _or_null(_TEXT),
            "repeated": _YES_NO,
        },
        allOf=[
            {
                "if": {"properties": {"status": {"const": Outcome.QUARANTINED.value}}},
                "then": {"properties": {"reason": {"enum": list(QUARANTINE_REASONS)}, "change": {"const": 0}}},
            }
        ],
    ),
    "Receipt": _closed(
        {
            "body": _closed(
                {
                    "v": {"const": RECEIPT_VERSION},
                    "device": _ID,
                    "stream": _ID,
                    "epoch": _ID,
                    "issued_at": _INSTANT,
                    "first_seq": _SEQ,
                    "count": {"type": "integer", "minimum": 1, "maximum": MAX_OPS},
                    "root": _HASH,
                }
            ),
            **_SIGNED,
        },
        description="`root`: SHA-256 over the lines `op hash status change` of the results.",
    ),
    "PushAnswer": _closed(
        {
            "epoch": _ID,
            "results": _many(ref("Result"), minItems=1, maxItems=MAX_OPS),
            "receipt": ref("Receipt"),
        }
    ),
    "Conflict": {
        "description": "Without `before` and `other` it only tells where it stands.",
        "oneOf": [_closed({**_CONFLICT, "before": _OBJECT, "other": _OBJECT}, _PRIVATE), _closed(_CONFLICT, _PRIVATE)],
    },
    "Vouched": _closed({"op": _OBJECT, **_SIGNED}, description="An op with the centre's word for its hash."),
    "Record": _closed(
        {
            "kind": _TEXT,
            "record": _ID,
            "region": _TEXT,
            "schema": _VERSION,
            "fields": _OBJECT,
            "writer": {"description": "The op behind most fields; empty when there is none.", "type": "string"},
            "writers": _by_name(_ID),
            "change": _SEQ,
            "conflicts": _many(ref("Conflict")),
        },
        {"only_conflicts": {"const": True}, "late": _many(_ID, minItems=1), "erase": ref("Vouched")},
    ),
    "Page": _closed(
        {
            "epoch": _ID,
            "role": {"enum": [COORDINATION, FIELD]},
            "feed": _TEXT,
            "after": _COUNT,
            "cursor": _COUNT,
            "more": _YES_NO,
            "records": _many(ref("Record")),
        },
        {"stream": _many(ref("Vouched"), minItems=1)},
    ),
    "History": _closed(
        {
            "ops": _many(
                _closed(
                    {
                        "op": _ID,
                        "author": {"description": "As the op says; anything, in one that cannot be read."},
                        "device": _ID,
                        "captured_at": {"description": "As the op says; anything, in one that cannot be read."},
                        "route": {"enum": ["network", "bundle", "central"]},
                        "status": {"enum": [outcome.value for outcome in Outcome]},
                        "change": _COUNT,
                        "reason": _or_null(_TEXT),
                        "fields": _OBJECT,
                    }
                )
            )
        }
    ),
    "Count": _closed(
        {"name": _NAME, "kind": _NAME},
        {
            "by": _many(_DIMENSION, maxItems=MAX_PARTS, uniqueItems=True),
            "where": _CONDITIONS,
            "exclude": _CONDITIONS,
            "measures": _many(
                {"type": "string", "pattern": f"^(n|(sum|distinct):{PATH.pattern})$"}, minItems=1, maxItems=MAX_PARTS
            ),
            "instant": _many(_PATH, maxItems=MAX_PARTS),
            "from_at": _or_null(_TEXT),
            "until_at": _or_null(_TEXT),
            "each": _or_null(_PATH),
            "link": _or_null(ref("Link")),
            "zone": _or_null(_TEXT),
        },
        description="One grouped count over the records of a kind.",
    ),
    "Link": _closed(
        {"path": _PATH, "kind": _NAME},
        {"link": _or_null(_closed({"path": _PATH, "kind": _NAME}))},
        description="The record that an id in a path leads to, and the one that this leads to.",
    ),
    "Consignment": _closed(
        {
            "held": _COUNT,
            "answer": _or_null(_closed({"sha256": _HASH, "size": _COUNT, "batches": _COUNT, "ops": _COUNT})),
        },
        description="Bytes of a bundle that the centre holds, from the first on; or the answer to it.",
    ),
    "TallyRequest": _open({"counts": _many(ref("Count"), maxItems=MAX_COUNTS)}, {}),
    "Tallies": _closed(
        {
            "epoch": _ID,
            "generated_at": _INSTANT,
            "feeds": _by_name(_COUNT),
            "behind": _by_name(_COUNT),
            "tallies": _by_name(_many(_by_name({"type": ["string", "integer", "null"]}))),
        }
    ),
}

_MEMBERS: dict[str, Mapping[str, Schema]] = {
    ProblemType.CLOCK: {"server_time": _INSTANT},
    ProblemType.GAP: {"want": _SEQ},
    ProblemType.EPOCH: {"epoch": _ID},
    ProblemType.BUNDLE: {
        "why": {"enum": [NOT_A_BUNDLE, DAMAGED, WRONG_WAY, NEWER, OTHER_CENTRE, UNKNOWN_SENDER, OLD, LARGE]}
    },
}
"""What a problem carries besides its own."""


def _problem(name: str, status: int) -> Schema:
    """The document of one problem."""
    optional: dict[str, Schema] = {"certificate": ref("Certificate")} if name == FORK else {}
    own: dict[str, Schema] = {
        "type": {"const": f"{TYPE_PREFIX}{name}"},
        "title": {"const": name.replace("_", " ")},
        "status": {"const": status},
        "detail": {"description": "For a developer; never of a person.", "type": "string"},
    }
    return _closed({**own, **_MEMBERS.get(name, {})}, optional)


def problem_name(of: str) -> str:
    """The name of a problem's schema."""
    return "Problem" + "".join(word.capitalize() for word in of.split("_"))


SCHEMAS |= {problem_name(of): _problem(of, status) for of, status in STATUS.items()}
