"""From a save to an op in the stream: the one door through which every use case writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.client.compose import Edit, compose
from sync.core.errors import UnsendableError
from sync.core.ops import Op
from sync.core.schema import Json, Schema
from terreno_app.domain.clock import Clock, instant
from terreno_app.domain.ids import Ids
from terreno_app.services.errors import ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.ports import Random, Write

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Writer:
    """Composes ops for this laptop.

    Attributes:
        schema: The kinds that travel.
        laptop: This device.
        ids: Names for ops and records.
        clock: When it was captured.
        random: Salt of the private values.
    """

    schema: Schema
    laptop: Laptop
    ids: Ids
    clock: Clock
    random: Random

    def append(
        self,
        write: Write,
        kind: str,
        record: str,
        changes: Mapping[str, Json],
        author: str,
        *,
        region: str | None = None,
        fields: Mapping[str, Json] | None = None,
        seen: Mapping[str, str] | None = None,
        resolves: tuple[str, ...] = (),
    ) -> str:
        """Append the op of one save.

        Args:
            write: The open transaction.
            kind: Kind of the record.
            record: Its id.
            changes: What the person changed.
            author: Officer id.
            region: Region of the record; absent, this laptop's.
            fields: What was on screen; nothing for a new record.
            seen: Its writers, taken when it was put on screen.
            resolves: Conflicts that it settles.

        Returns:
            The op's id.

        Raises:
            ServiceError: ``unknown_kind``, or ``unsendable`` for a value that could never travel.
        """
        known = self.schema.kind(kind)
        if known is None:
            raise ServiceError("unknown_kind", kind=kind)
        edit = Edit(
            record=record,
            region=region or self.laptop.region,
            changes=changes,
            author=author,
            captured_at=instant(self.clock.now()),
            fields=fields or {},
            seen=seen or {},
            resolves=resolves,
        )
        try:
            op, values = compose(
                edit,
                op_id=self.ids.new(),
                salt=self.random(SALT_BYTES),
                kind=known,
                schema_version=self.schema.version,
            )
        except UnsendableError as error:
            raise ServiceError("unsendable", field=error.field, code_text=error.code) from error
        write.append(op, values)
        return op.id

    def erase(self, write: Write, kind: str, record: str, author: str, *, region: str) -> str:
        """Append the op that deletes the private values of a record everywhere; it cannot be undone.

        Returns:
            The op's id.
        """
        op = Op(
            id=self.ids.new(),
            kind=kind,
            record=record,
            region=region,
            schema=self.schema.version,
            fields={},
            seen={},
            author=author,
            captured_at=instant(self.clock.now()),
            erase=True,
        )
        write.append(op, None)
        return op.id
