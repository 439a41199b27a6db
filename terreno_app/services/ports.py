"""What the use cases need of the laptop's store. ``terreno_app.storage`` implements it; tests run on the real one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sync.client.compose import PrivateValues
from sync.client.held import Counts, OwnOp, ShownRecord, StoredConflict, StoredReceipt
from sync.core.ops import Op
from sync.core.schema import Json
from terreno_app.domain.search import SoughtWord


class Write(Protocol):
    """One transaction: all of it is durable after the block, or none of it."""

    def take_counter(self, name: str) -> int:
        """The next number of a counter, from 1, without gaps."""
        ...

    def label(self) -> str:
        """What people call this laptop now; folios start with it."""
        ...

    def append(self, op: Op, values: PrivateValues | None) -> None:
        """Stamp an op into the stream, show it, and leave it in the outbox."""
        ...

    def put_meta(self, key: str, value: Json) -> None:
        """Keep a small secret or fact of this laptop; ``None`` forgets it."""
        ...

    def save_draft(self, key: str, value: Json) -> None:
        """Keep what a person is typing."""
        ...

    def discard_draft(self, key: str) -> None:
        """Forget a draft; one that is not there is fine."""
        ...

    def log_access(self, officer: str, kind: str, record: str, at: str) -> None:
        """Write that somebody opened personal data."""
        ...


class Store(Protocol):
    """The laptop's encrypted store."""

    def transaction(self) -> AbstractContextManager[Write]:
        """Begin a transaction; an error inside rolls all of it back."""
        ...

    def shown(self, kind: str, record: str) -> ShownRecord | None:
        """One record as shown."""
        ...

    def confirmed(self, kind: str, record: str) -> Mapping[str, Any] | None:
        """What the centre last said of a record; None while it said nothing."""
        ...

    def select(
        self,
        kind: str,
        where: Mapping[str, Json] | None = None,
        *,
        since: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Sequence[ShownRecord]:
        """Records of a kind whose fields equal ``where``, oldest first by what they are sorted on (see the adapter)."""
        ...

    def find_attentions(self, words: Sequence[SoughtWord], limit: int) -> Sequence[ShownRecord]:
        """Attentions that hold every word, the newest first; without a word there are none."""
        ...

    def own_ops(self, kind: str, record: str) -> Sequence[OwnOp]:
        """This laptop's ops on a record, in order."""
        ...

    def ops_in_trouble(self) -> Sequence[OwnOp]:
        """This laptop's ops that wait in quarantine or were rejected, in order."""
        ...

    def ops_of_session(self, session: str) -> Sequence[str]:
        """Hashes of this laptop's ops that belong to a session, from its opening until its close, in order."""
        ...

    def conflicts(self, *, settled: bool = False) -> Sequence[StoredConflict]:
        """Open conflicts shown here; with ``settled`` the others too."""
        ...

    def late(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """For records out of use, the ops behind their values that the centre merged after the one that ended it."""
        ...

    def counts(self, proven: Collection[str] | None = None) -> Counts:
        """Counts by state (architecture.md, "Command line"); given ops, only these count as having a receipt."""
        ...

    def receipts(self) -> Sequence[StoredReceipt]:
        """The centre's receipts, newest first."""
        ...

    def oldest_unproven_at(self) -> str | None:
        """When the oldest op without a receipt was captured."""
        ...

    def last_finished_at(self) -> str | None:
        """When a synchronisation last ended well, on the centre's clock."""
        ...

    def meta(self, key: str) -> Json:
        """A small fact of this laptop; ``None`` when there is none."""
        ...

    def drafts(self) -> Mapping[str, Json]:
        """What people were typing, by key."""
        ...

    def tallies(self, spec: Mapping[str, Any]) -> Mapping[str, list[dict[str, Any]]]:
        """Answer the grouped counts of a report."""
        ...

    def cursors(self) -> Mapping[str, int]:
        """The last change stored of each feed."""
        ...


Random = Callable[[int], bytes]
"""Gives as many random bytes as it is asked for."""
