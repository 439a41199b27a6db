"""Ops on their way out: in batches, smaller when the network is bad; nothing is received without a true receipt."""

from dataclasses import dataclass, replace

from sync.client.conversation import Conversation, Run
from sync.client.errors import ForgedError, ForkError, GapError, RefusedError, TooLargeError, UnreachableError
from sync.client.keys import verify_certificate
from sync.client.receipts import verify_answer
from sync.core.protocol import MAX_BATCH_BYTES, MAX_OPS, Batch, PushAnswer

_ENVELOPE = 1024
"""Bytes kept free for what stands around the ops of a batch."""


@dataclass(frozen=True, slots=True)
class BatchSizes:
    """How large batches are.

    Attributes:
        first: Ops of the first one.
        most: Most ops; a batch grows to it by doubling.
        most_bytes: Most bytes before compression.
        recoveries: How many gaps and forks in one run are still believed.
    """

    first: int = 500
    most: int = MAX_OPS
    most_bytes: int = MAX_BATCH_BYTES - _ENVELOPE
    recoveries: int = 3


class Pusher:
    """Sends what waits in the outbox.

    Args:
        talk: The run's conversation.
        sizes: How large batches are.
    """

    def __init__(self, talk: Conversation, sizes: BatchSizes) -> None:
        self._talk = talk
        self._sizes = sizes
        self._size = sizes.first
        self._failures = 0
        self._recoveries = 0

    def run(self) -> int:
        """Push until the outbox is empty.

        Returns:
            Ops that got a receipt.
        """
        total, done = self._talk.outbox.pending(), 0
        self._talk.tell("push", 0, total)
        while True:
            self._talk.check_stop()
            batch = self._talk.outbox.next_batch(self._size, self._sizes.most_bytes)
            if batch is None:
                return done
            if self._pushed(batch):
                done += len(batch.ops)
                self._talk.tell("push", done, max(done, total))

    def _pushed(self, batch: Batch) -> bool:
        """Push one batch; whether it is received. False asks for the next try, which may be another batch."""
        try:
            answer = self._send(batch)
        except UnreachableError as error:
            self._failures += 1
            self._size = self._talk.patience.smaller(len(batch.ops), self._failures)
            self._talk.patience.wait(self._failures, error)
            return False
        except TooLargeError:
            if len(batch.ops) == 1:
                raise
            self._size = len(batch.ops) // 2
            return False
        except GapError as error:
            self._count_recovery(error)
            fill_gap(self._talk, batch, error)
            return False
        except ForkError as error:
            if batch.next_stream is not None:
                self._count_recovery(error)
            leave_stream(self._talk, batch, error)
            return False
        self._store(batch, answer)
        self._failures = 0
        self._size = min(self._size * 2, self._sizes.most)
        return True

    def _send(self, batch: Batch) -> PushAnswer:
        self._talk.outbox.mark_sent([str(op["op"]) for op in batch.ops if isinstance(op, dict)])
        self._talk.hooks.at("push.marked")
        answer = self._talk.ask(lambda caller: self._talk.central.push(batch, replace(caller, stream=batch.stream)))
        self._talk.hooks.at("push.answered")
        return answer

    def _store(self, batch: Batch, answer: PushAnswer) -> None:
        self._talk.need_epoch(answer.epoch)
        verify_answer(batch, answer, self._talk.identity.device, self._talk.identity.centre_keys)
        self._talk.hooks.at("push.verified")
        self._talk.outbox.accept(batch, answer)
        self._talk.delivered(batch, answer.results)
        self._talk.hooks.at("push.accepted")

    def _count_recovery(self, error: RefusedError) -> None:
        self._recoveries += 1
        if self._recoveries > self._sizes.recoveries:
            raise error


def fill_gap(run: Run, batch: Batch, error: GapError) -> None:
    """The centre lacks an earlier op: offer again from there, or everything that waits in a new stream."""
    if not run.outbox.rewind(batch.stream, error.want):
        run.outbox.restart_stream(None)
        run.refresh()
        run.warn("new_stream")


def leave_stream(run: Run, batch: Batch, error: ForkError) -> None:
    """The stream went on elsewhere: take a new stream and the new label, and go on with the same ops.

    The first answer only tells so; the batch then names the stream that comes next, and the second certifies it.

    Raises:
        ForkError: the centre gave no certificate; a new stream under the old label could give a number twice.
        ForgedError: the certificate is not for this device.
    """
    certificate, identity = error.certificate, run.identity
    if batch.next_stream is None:
        run.outbox.name_next_stream()
        return
    if certificate is None:
        raise error
    held = identity.certificate["body"]
    verify_certificate(certificate, held["sign_key"], held["box_key"], identity.centre_keys)
    if certificate.body["device"] != identity.device:
        raise ForgedError("certificate", "other_device")
    run.outbox.restart_stream(certificate.to_wire())
    run.refresh()
    run.warn("new_label", certificate.body["label"])
