"""The two kinds of record that the centre itself writes: what waits in quarantine, and which devices there are.

A schema may bring its own form of them (with catalogues, limits and labels); one that does not gets these.
"""

from dataclasses import replace

from sync.core.schema import Field, Kind, Schema, Scope, ValueType

QUARANTINE = "quarantine"
DEVICE = "device"
OWN_KINDS = frozenset({QUARANTINE, DEVICE})
"""What the centre writes about a feed stands in that feed, also in the shared one."""
REVOKED = "revoked"
"""Status of a device that may no longer pull; also why its ops wait."""
OUT_OF_HAND = frozenset({REVOKED, "lost", "stolen"})
"""Whoever has a lost or a stolen device reads no more than with a revoked one; ``active`` lets it in again."""
FORK = "fork"
"""Confirmation that is asked for a device that was seen twice: a cloned image, or a backup put back."""
RESTORED = "restored"
"""And for one that a restored centre did not know."""
UNCONFIRMED = frozenset({FORK, RESTORED})
CONFIRMED = "confirmed"
"""A coordinator has looked at it."""

_QUARANTINE = Kind(
    name=QUARANTINE,
    fields=(
        Field("op", ValueType.TEXT),
        Field("op_kind", ValueType.TEXT),
        Field("op_record", ValueType.TEXT),
        Field("reason", ValueType.TEXT),
        Field("state", ValueType.CODE, codes=frozenset({"waiting", "released", "rejected"})),
        Field("decided_by", ValueType.TEXT),
        Field("decided_reason", ValueType.TEXT),
        Field("op_status", ValueType.TEXT),
        Field("op_change", ValueType.INTEGER),
        Field("fields", ValueType.OBJECT),
        Field("device", ValueType.TEXT),
    ),
    groups=(("state", "decided_by", "decided_reason"),),
    coordination_only=True,
    scope=Scope(named_in="device"),
)

_DEVICE = Kind(
    name=DEVICE,
    fields=(
        Field("label", ValueType.TEXT),
        Field("role", ValueType.CODE, codes=frozenset({"field", "coordination"})),
        Field("status", ValueType.CODE, codes=frozenset({"active", "stored", *OUT_OF_HAND, "retired"})),
        Field("app_version", ValueType.TEXT),
        Field("confirmation", ValueType.CODE, codes=frozenset({FORK, RESTORED, CONFIRMED})),
    ),
    coordination_only=True,
    scope=Scope(region_wide=True),
)


def with_own_kinds(schema: Schema) -> Schema:
    """The schema with the kinds that the centre writes."""
    missing = tuple(kind for kind in (_QUARANTINE, _DEVICE) if schema.kind(kind.name) is None)
    return replace(schema, kinds=(*schema.kinds, *missing)) if missing else schema
