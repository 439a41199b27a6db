"""Reconciling without a network: a file for the centre, and the centre's answer when it comes home.

An answer is treated like one over the network, as far as it is still news: twice, late, out of order, or after the
network said the same, it changes nothing. What was packed stays in the outbox until its receipt is here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from sync.client.conversation import Run, StoppedError
from sync.client.engine import CLOCK_WARNING_S
from sync.client.errors import EpochChangedError, ForgedError, ForkError, GapError
from sync.client.keys import DeviceKeys, signing_key
from sync.client.ports import Clock, Outbox
from sync.client.progress import SyncOutcome
from sync.client.pulling import check_page, check_vouched
from sync.client.pushing import BatchSizes, fill_gap, leave_stream
from sync.client.receipts import verify_answer, verify_deliveries
from sync.client.refusals import refusal
from sync.core.bundle import (
    DAMAGED,
    FULL_AT_BYTES,
    MAX_BUNDLE_BYTES,
    MAX_EXPANDED_BYTES,
    OTHER_CENTRE,
    OTHER_LAPTOP,
    AnswerCover,
    BundleCover,
    Lot,
    Manifest,
    Pulled,
    Received,
    Refused,
    Said,
    Unread,
    from_frame,
)
from sync.core.errors import UnreadableAnswerError, UnreadableBundleError
from sync.core.instants import milliseconds_between, parse_instant
from sync.core.problems import ProblemType
from sync.core.protocol import Batch
from sync.core.trust import BOX, CentreStatus, Certificate
from sync.parcel.frames import FrameWriter, as_json, check_whole, frames
from sync.parcel.sealing import Sealed, Sealing, Sink, Source, Unseal

_SIZES = BatchSizes()
_UNREAD = frozenset({ProblemType.REVOKED, ProblemType.UNCONFIRMED, ProblemType.TOO_OLD})
"""Why there may be no pages; each is a warning of that name."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What a bundle holds.

    Attributes:
        batches: Batches.
        ops: Ids of their ops; shown as sent once the file is whole.
        left: Ops for which there was no room: they go with the next one.
        size: Bytes of the file.
    """

    batches: int
    ops: tuple[str, ...]
    left: int
    size: int


def pack(run: Run, keys: DeviceKeys, schema: int, sink: Sink, full_at: int = FULL_AT_BYTES) -> Packed:
    """Write everything that waits, and where this device stands, into a file for the centre.

    Args:
        run: This run.
        keys: The device's keys.
        schema: Version of the records that this program knows.
        sink: Where to.
        full_at: Bytes of the file from which on no batch is begun.

    Raises:
        StoppedError: somebody asked to stop; the file is not whole.
    """
    outbox, identity = run.outbox, run.identity
    outbox.name_next_stream()  # a fork is then certified by the answer, and not only by the one after it
    box, box_key = list(identity.centre_keys[BOX].items())[-1]
    cover = BundleCover(Certificate.from_wire(identity.certificate), box)
    file = FrameWriter(Sealing(sink, cover.to_wire(), box_key))
    cursors = {feed: outbox.cursor(feed) for feed in outbox.feeds()}
    manifest = Manifest(identity.epoch, identity.role, schema, cursors)
    file.put_json(manifest.to_wire())
    total = outbox.pending()
    batches, left, ops = 0, 0, list[str]()
    run.tell("pack", 0, total)
    for batch in _waiting(outbox):
        run.check_stop()
        if left or file.written >= full_at or file.expanded >= MAX_EXPANDED_BYTES // 2:
            left += len(batch.ops)
            continue
        file.put_json(batch.to_wire())
        batches += 1
        ops += _ids(batch)
        run.tell("pack", len(ops), max(total, len(ops)))
    file.finish(keys.sign)
    return Packed(batches, tuple(ops), left, file.written)


def _waiting(outbox: Outbox) -> Iterator[Batch]:
    """Every batch that has no receipt yet, in the order of the stream."""
    last = ""
    while (batch := outbox.next_batch(_SIZES.most, _SIZES.most_bytes, last)) is not None:
        yield batch
        last = _ids(batch)[-1]


def _ids(batch: Batch) -> list[str]:
    return [str(op["op"]) for op in batch.ops if isinstance(op, dict)]


class Receiver:
    """Takes the centre's answer in.

    Args:
        run: This run.
        keys: The device's keys.
        clock: The device's clock.
    """

    def __init__(self, run: Run, keys: DeviceKeys, clock: Clock) -> None:
        self._run = run
        self._keys = keys
        self._clock = clock
        self._waiting: set[str] = set()
        self._ends: dict[str, tuple[int, bool]] = {}
        self._role = ""
        self._is_newest = False
        self._pulled = 0
        self._whole = True

    def receive(self, source: Source) -> SyncOutcome:
        """Do what an answer says, as far as it is news.

        Args:
            source: The file.

        Raises:
            UnreadableBundleError: it is damaged, no answer, of another centre or for another laptop: nothing of it
                was stored.
            ForgedError: a receipt or a page in it does not hold; what came before it is whole.
        """
        sealed, unseal = self._opened(source)
        said = (from_frame(as_json(frame)) for frame in frames(sealed, unseal))
        run = self._run
        try:
            status = next(said, None)
            if not isinstance(status, CentreStatus):
                raise UnreadableBundleError(DAMAGED)
            run.learn_recovery_key(status.recovery)
            if self._enter(status):
                self._take(status, said)
            else:
                run.warn("former_centre")
        except StoppedError:
            run.warn("stopped")
        return replace(run.outcome, pending=run.outbox.pending(), epoch=run.identity.epoch)

    def _opened(self, source: Source) -> tuple[Sealed, Unseal]:
        """The file, once all of it holds; the centre's new keys are kept then."""
        run = self._run
        sealed = Sealed(source, 2 * MAX_BUNDLE_BYTES)
        cover = AnswerCover.from_wire(sealed.cover)
        signer = signing_key(run.identity.centre_keys, cover.keys, cover.key)
        if signer is None:
            raise UnreadableBundleError(OTHER_CENTRE)
        sealed.verify(signer)
        if cover.device != run.identity.device:
            raise UnreadableBundleError(OTHER_LAPTOP)
        unseal = _unseal(self._keys)
        check_whole(sealed, unseal)
        run.hooks.at("receive.verified")
        run.learn_keys(cover.keys)
        return sealed, unseal

    def _enter(self, status: CentreStatus) -> bool:
        """Follow the centre into its present history; False when this answer is of one that was left before."""
        run = self._run
        now = self._clock.now() + timedelta(milliseconds=run.outbox.clock_offset_ms())
        behind_ms = milliseconds_between(now, parse_instant(status.server_time))
        if behind_ms > CLOCK_WARNING_S * 1_000:
            run.warn("clock_offset", str(behind_ms // 1_000))
        heard = run.outbox.epoch_heard_at()
        self._is_newest = heard is None or heard <= status.server_time
        if status.epoch == run.identity.epoch:
            return True
        if not self._is_newest:
            return False
        try:
            run.enter_epoch(status.epoch, status.server_time)
        except ForgedError:
            return False
        return True

    def _take(self, status: CentreStatus, said: Iterator[Said]) -> None:
        run = self._run
        self._waiting = {op for batch in _waiting(run.outbox) for op in _ids(batch)}
        total, done = len(self._waiting), 0
        run.tell("push", 0, total)
        for one in said:
            run.check_stop()
            match one:
                case Received():
                    done += self._received(one)
                    run.tell("push", done, max(done, total))
                case Refused():
                    self._refused(one)
                case Pulled():
                    self._page(one)
                case Unread():
                    self._unread(one)
                case Manifest():
                    self._role = one.role
                case _:
                    pass  # what it says of itself was heard at the beginning
            run.hooks.at("receive.stored")
        self._whole = self._read_all() and run.outbox.pulled_all() and self._whole
        run.tell("square", run.outcome.sent, run.outcome.sent + run.outbox.pending())
        last = run.outbox.last_finished_at()
        if verify_deliveries(run) and self._whole and (last is None or last < status.server_time):
            run.outbox.finished(status.server_time)

    def _received(self, said: Received) -> int:
        """Keep a receipt; how many ops have one by it that had none."""
        run = self._run
        ids = [result.op for result in said.answer.results]
        held = run.outbox.held_ops(ids)
        if len(held) < len(ids):
            return 0  # of another copy of this laptop, or of ops that left it long ago
        batch = Batch(
            stream=said.lot.stream,
            epoch=said.answer.epoch,
            region="",
            first_seq=said.lot.first_seq,
            prev="",
            link="",
            ops=tuple(held[op] for op in ids),
        )
        run.need_epoch(said.answer.epoch)
        verify_answer(batch, said.answer, run.identity.device, run.identity.centre_keys)
        run.outbox.accept(batch, said.answer)
        news = tuple(result for result in said.answer.results if result.op in self._waiting)
        self._waiting.difference_update(ids)
        if news:
            run.delivered(batch, news)
        return len(news)

    def _refused(self, said: Refused) -> None:
        """Do what a refusal asks for, unless the network or another answer has led on from it."""
        run = self._run
        self._whole = False
        try:
            error = refusal(said.problem, now=self._clock.now(), host="", retry_after="")
        except UnreadableAnswerError as unreadable:
            raise ForgedError("answer", "problem") from unreadable
        match error:
            case EpochChangedError():
                pass  # the status has said so
            case ForkError() | GapError():
                self._recover(said.lot, error)
            case _:
                run.warn("refused", said.problem.type)

    def _recover(self, lot: Lot, error: ForkError | GapError) -> None:
        """Go on after a fork or a gap, if the refused batch is still the next one of its stream."""
        run = self._run
        batch = next((one for one in _waiting(run.outbox) if one.stream == lot.stream), None)
        if batch is None or batch.first_seq != lot.first_seq:
            return
        if isinstance(error, GapError):
            fill_gap(run, batch, error)
        elif error.certificate is not None:
            leave_stream(run, batch, error)
        else:
            run.warn("refused", error.problem.type)

    def _unread(self, said: Unread) -> None:
        self._whole = False
        if said.problem.type == ProblemType.BUNDLE:
            self._run.warn("old_bundle")
            return
        self._run.warn(*([said.problem.type] if said.problem.type in _UNREAD else ["refused", said.problem.type]))

    def _page(self, said: Pulled) -> None:
        """Store a page that begins no later than where this device stands, and goes further.

        One for another role than it has by now may lack what lies behind its cursor. Read in another one it tells that
        the role was changed, if nothing newer was heard.
        """
        run, page = self._run, said.page
        here = (page.epoch, self._role) == (run.identity.epoch, run.identity.role)
        told = page.role in (None, run.identity.role) or self._is_newest
        if not here or not told or page.feed not in run.outbox.feeds():
            return
        check_page(page, page.feed, said.since)
        check_vouched(page, run.identity.centre_keys)
        cursor = run.outbox.cursor(page.feed)
        news = page.cursor > cursor or (page.cursor == cursor and not page.records)  # also that there is nothing
        news = news or page.role not in (None, run.identity.role)
        if news and said.since <= cursor:
            stored = run.outbox.accept_page(cursor, page)
            self._pulled += stored
            run.took(page, stored)
            run.tell("pull", self._pulled, 0, page.feed)
            run.refresh()
            if run.identity.role != self._role:
                run.warn("new_role", run.identity.role)
        self._ends[page.feed] = (page.cursor, page.more)

    def _read_all(self) -> bool:
        """Whether every feed is now read as far as this answer goes, and the answer goes to the end of each."""
        outbox = self._run.outbox
        for feed in outbox.feeds():
            end, more = self._ends.get(feed, (0, True))
            if more or outbox.cursor(feed) < end:
                return False
        return True


def _unseal(keys: DeviceKeys) -> Unseal:
    def unseal(sealed: bytes) -> bytes | None:
        try:
            return keys.unseal(sealed)
        except ForgedError:
            return None

    return unseal
