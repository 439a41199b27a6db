"""From what a person changed on a screen to an op: whole groups, what was seen, private values apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.core.errors import UnsendableError
from sync.core.ops import OP_LIMIT, Op, canonical, check_sendable, private_digest
from sync.core.schema import Json, Kind


@dataclass(frozen=True, slots=True)
class PrivateValues:
    """Values that travel beside their op.

    Attributes:
        salt: 16 random bytes.
        fields: The values.
    """

    salt: bytes
    fields: Mapping[str, Json]

    def to_wire(self) -> dict[str, Json]:
        """Their entry in a batch's ``values``."""
        return {"salt": self.salt.hex(), "fields": dict(self.fields)}


@dataclass(frozen=True, slots=True)
class Edit:
    """One save as the screen knows it.

    Attributes:
        record: UUID.
        region: Its region.
        changes: New values of the fields that the person changed; ``None`` empties.
        fields: The values that were on screen, which complete the groups.
        seen: Their writers, taken when they were put on screen.
        author: Id of the person.
        captured_at: UTC instant.
        resolves: Conflicts that the save settles.
    """

    record: str
    region: str
    changes: Mapping[str, Json]
    author: str
    captured_at: str
    fields: Mapping[str, Json]
    seen: Mapping[str, str]
    resolves: tuple[str, ...] = ()


def compose(edit: Edit, *, op_id: str, salt: bytes, kind: Kind, schema_version: int) -> tuple[Op, PrivateValues | None]:
    """The op of one save, and its private values if it has any.

    Raises:
        UnsendableError: a value, or the op as a whole, could never travel.
    """
    touched = {
        name: edit.changes[name] if name in edit.changes else edit.fields.get(name)
        for group in kind.groups_of(edit.changes)
        for name in group
    }
    check_sendable(touched)
    secret = {name: value for name, value in touched.items() if name in kind.private}
    values = PrivateValues(salt, secret) if secret else None
    op = Op(
        id=op_id,
        kind=kind.name,
        record=edit.record,
        region=edit.region,
        schema=schema_version,
        fields={name: value for name, value in touched.items() if name not in kind.private},
        seen={name: edit.seen[name] for name in touched if name in edit.seen},
        author=edit.author,
        captured_at=edit.captured_at,
        private=private_digest(salt, secret) if secret else None,
        resolves=edit.resolves,
    )
    if len(canonical(op.to_wire())) + len(canonical(secret)) > OP_LIMIT:
        raise UnsendableError("", "too_large")
    return op, values
