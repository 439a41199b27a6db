"""Bundles that carriers bring part by part, and the answers that they take home so, kept in the centre's database.

A line that is cut every few seconds, a centre that is started again, and another process of it all find what is held
where it was. Nothing here opens a bundle; `bundle_call` has one that is whole taken in.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from sync.central.errors import RefusedError
from sync.central.ports import Store
from sync.core.bundle import MAX_BUNDLE_BYTES, MAX_PART_BYTES, Answered, Consignment
from sync.core.instants import instant
from sync.core.problems import ProblemType, problem
from sync.parcel.sealing import Sink, Source

KEPT: Final = timedelta(days=7)
"""For how long one that does not move is kept."""
MOST: Final = 4
"""Of one carrier; when it begins another one, the one that moved longest ago gives way."""


class Consignments:
    """Everything that is half carried.

    Args:
        store: The database.
        now: The present instant.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def held(self, carrier: str, bundle: str) -> Consignment:
        """How far a bundle has come; one that nobody began has not come at all."""
        with self._store.reading() as tx:
            return tx.consignment(carrier, bundle) or Consignment()

    def put(self, carrier: str, bundle: str, place: int, part: bytes) -> Consignment:
        """Keep the next bytes of a bundle.

        Args:
            carrier: The device that brings it.
            bundle: SHA-256 of it, hex.
            place: How many bytes of it come before these; where so many are not held, nothing is done.
            part: The bytes.

        Raises:
            RefusedError: `too_large`, or `unreadable`: no bytes at all.
        """
        if len(part) > MAX_PART_BYTES or place + len(part) > MAX_BUNDLE_BYTES:
            raise RefusedError(problem(ProblemType.TOO_LARGE))
        if not part:
            raise RefusedError(problem(ProblemType.UNREADABLE, "part"))
        at = instant(self._now())
        with self._store.writing() as tx:
            if place == 0 and tx.consignment(carrier, bundle) is None:
                self._end_old(tx.drop_consignments)
                for given_way in tx.consignments(carrier)[: 1 - MOST]:
                    tx.drop_consignment(carrier, given_way)
                tx.begin_consignment(carrier, bundle, at)
            tx.add_part(carrier, bundle, None, place, part, at)
            return tx.consignment(carrier, bundle) or Consignment()

    def copy(self, carrier: str, bundle: str, sink: Sink) -> Consignment:
        """Write what is held of a bundle, as it stands in one moment, unless it was answered."""
        with self._store.reading() as tx:
            found = tx.consignment(carrier, bundle) or Consignment()
            place = 0
            while part := tx.part(carrier, bundle, None, place):
                sink.write(part)
                place += len(part)
        return found

    def answer(self, carrier: str, bundle: str, answered: Answered, source: Source) -> Consignment:
        """Keep the answer in the place of the bundle; the first one stands.

        Args:
            carrier: The device that brought the bundle.
            bundle: SHA-256 of it, hex.
            answered: What the carrier is told of the answer.
            source: The answer.
        """
        at = instant(self._now())
        with self._store.writing() as tx:
            if tx.answer_consignment(carrier, bundle, answered):
                place = 0
                source.seek(0)
                while part := source.read(MAX_PART_BYTES):
                    tx.add_part(carrier, bundle, answered.sha256, place, part, at)
                    place += len(part)
            return tx.consignment(carrier, bundle) or Consignment()

    def rest(self, carrier: str, bundle: str, answer: str, place: int) -> Iterator[bytes]:
        """An answer from a place on, each piece a moment of its own; it ends early where the answer is let go."""
        while True:
            with self._store.reading() as tx:
                part = tx.part(carrier, bundle, answer, place)
            if not part:
                return
            place += len(part)
            yield part

    def let_go(self, carrier: str, bundle: str) -> None:
        """Forget a bundle and its answer: the carrier has what it came for, or the bundle is none."""
        with self._store.writing() as tx:
            tx.drop_consignment(carrier, bundle)

    def end_old(self) -> None:
        """Forget what has not moved for days."""
        with self._store.writing() as tx:
            self._end_old(tx.drop_consignments)

    def _end_old(self, drop: Callable[[str], None]) -> None:
        drop(instant(self._now() - KEPT))
