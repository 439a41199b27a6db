"""What the steps of one synchronisation share: who speaks, the clock's offset, patience, progress and the stop.

A :class:`Run` needs no line to the centre; a :class:`Conversation` is one over a line.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from sync.client.errors import (
    BusyError,
    ClockError,
    EpochChangedError,
    ForgedError,
    UnknownDeviceError,
    UnreachableError,
)
from sync.client.keys import signature_holds, trusted_keys
from sync.client.ports import Caller, CentralPort, Clock, DeviceIdentity, Outbox
from sync.client.progress import SyncOutcome, SyncProgress
from sync.core.problems import ProblemType, problem
from sync.core.protocol import Batch, OpResult, Page
from sync.core.trust import SIGN, CentreKey, RecoveryKey, by_use, key_id

_Answer = TypeVar("_Answer")
Pause = Callable[[float], object]


class StoppedError(Exception):
    """Somebody asked to stop; everything stored so far is whole."""

    code = "stopped"


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to ask again, and how long to wait before.

    Attributes:
        delays_s: Seconds before each further try; after the last one the error stands.
        longest_s: Most seconds to wait, whatever the centre asks.
        pause: Waits; injected, so that tests do not.
    """

    delays_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)
    longest_s: float = 60.0
    pause: Pause = time.sleep

    def wait(self, failures: int, error: UnreachableError) -> None:
        """Wait before the next try.

        Args:
            failures: Tries that failed in a row.
            error: The last one; raised again when asking again is of no use.
        """
        if not error.transient or failures > len(self.delays_s):
            raise error
        asked = error.retry_after_s if isinstance(error, BusyError) else 0
        self.pause(min(max(self.delays_s[failures - 1], asked), self.longest_s))

    def smaller(self, size: int, failures: int) -> int:
        """How much to ask of the line in the next try: half, and one alone in the last try.

        So a line that carries anything carries something in each run, however short it lives.

        Args:
            size: Ops or records of the try that failed.
            failures: Tries that failed in a row.
        """
        return 1 if failures >= len(self.delays_s) else max(1, size // 2)


@dataclass(frozen=True, slots=True)
class Hooks:
    """Who watches.

    Attributes:
        progress: Told of each step forward.
        should_stop: Asked between batches and pages.
        at: Told the name of each point between two effects; a test may raise there.
    """

    progress: Callable[[SyncProgress], object] = lambda _: None
    should_stop: Callable[[], bool] = lambda: False
    at: Callable[[str], object] = lambda _: None


class Run:
    """One run: whose it is, who watches, and what it has done so far.

    Args:
        outbox: The device's store.
        hooks: Who watches.
    """

    def __init__(self, outbox: Outbox, hooks: Hooks) -> None:
        self.outbox = outbox
        self.hooks = hooks
        self.outcome = SyncOutcome()
        self.identity: DeviceIdentity = outbox.identity()
        self._delivered: dict[str, tuple[str, int]] = {}

    def delivered(self, batch: Batch, results: tuple[OpResult, ...]) -> None:
        """Count what a receipt covers, and keep at which place of its feed the centre put each op."""
        self.outcome = self.outcome.with_results(results)
        regions = {op["op"]: str(op["region"]) for op in batch.ops if isinstance(op, dict)}
        self._delivered.update((result.op, (regions[result.op], result.change)) for result in results)

    def took(self, page: Page, stored: int) -> None:
        """Count what a page brought, and how much of it only repeats what was delivered before."""
        places = set(self._delivered.values())
        repeated = [record for record in page.records if (page.feed, record.change) in places and not record.conflicts]
        writers = [{record.writer, *record.writers.values()} - self._delivered.keys() for record in repeated]
        earlier = set[str]().union(*writers)
        held = self.outbox.held_ops([*earlier]).keys() if earlier else set[str]()
        self.outcome = self.outcome.with_received(stored, sum(ops <= held for ops in writers))

    def refresh(self) -> None:
        """Read again who this device is, after the store changed stream, label, epoch or keys."""
        self.identity = self.outbox.identity()

    def warn(self, code: str, message: str = "") -> None:
        """Keep something for a person to know."""
        self.outcome = self.outcome.with_warning(code, message)

    def tell(self, step: str, done: int, total: int, detail: str = "") -> None:
        """Tell of a step forward."""
        self.hooks.progress(SyncProgress(step, done, total, detail))

    def check_stop(self) -> None:
        """Stop here if somebody asked to.

        Raises:
            StoppedError: somebody did.
        """
        if self.hooks.should_stop():
            raise StoppedError

    def learn_keys(self, offered: Iterable[CentreKey]) -> None:
        """Keep the centre's keys for which a known one vouches; warn of the others."""
        known = self.identity.centre_keys
        trusted, unknown = trusted_keys(known, offered)
        for key in unknown:
            self.warn("unvouched_key", key.id)
        if trusted:
            new = by_use(trusted)
            self.outbox.learn_centre_keys({use: {**known.get(use, {}), **keys} for use, keys in new.items()})
            self.refresh()

    def learn_recovery_key(self, told: RecoveryKey | None) -> None:
        """Keep the recovery key that a known key of the centre vouches for; warn of another."""
        if told is None:
            return
        signer = self.identity.centre_keys.get(SIGN, {}).get(told.by)
        if signer is not None and signature_holds(signer, told.signed_bytes, told.signature):
            self.outbox.learn_recovery_key(told.key, told.since)
        else:
            self.warn("unvouched_key", key_id(told.key))

    def need_epoch(self, epoch: str) -> None:
        """Check that an answer is of the history that the device knows.

        Raises:
            EpochChangedError: it is of another.
        """
        if epoch != self.identity.epoch:
            raise EpochChangedError(problem(ProblemType.EPOCH, epoch=epoch), epoch)

    def enter_epoch(self, epoch: str, at: str) -> None:
        """The centre was restored: start anew in its new history.

        Args:
            epoch: That history.
            at: The centre's hour when it said so.

        Raises:
            ForgedError: the history is one that was left before, or no change at all.
        """
        if epoch == self.identity.epoch or not self.outbox.enter_epoch(epoch, at):
            raise ForgedError("epoch", "left_before")
        self._delivered.clear()
        self.refresh()
        self.warn("new_epoch", epoch)


class Conversation(Run):
    """One run's talk with the centre.

    Args:
        outbox: The device's store.
        central: The centre.
        clock: The device's clock.
        hooks: Who watches.
        patience: How often to ask again.
    """

    def __init__(self, outbox: Outbox, central: CentralPort, clock: Clock, hooks: Hooks, patience: Patience) -> None:
        super().__init__(outbox, hooks)
        self.central = central
        self.clock = clock
        self.patience = patience

    def ask(self, question: Callable[[Caller], _Answer]) -> _Answer:
        """Ask once; once more when only the clock was wrong, and when a restored centre has to see the certificate."""
        try:
            return question(self._caller())
        except ClockError as error:
            self.outbox.learn_clock_offset(error.offset_ms)
        except UnknownDeviceError as error:
            if error.problem.type != ProblemType.UNKNOWN_DEVICE:
                raise
            return question(replace(self._caller(), certificate=self.identity.certificate))
        return question(self._caller())

    def ask_patiently(self, question: Callable[[Caller], _Answer], most: int | None = None) -> _Answer:
        """Ask until there is an answer, patience ends or somebody wants to stop.

        Args:
            question: What to ask.
            most: Most tries; ``None`` leaves it to patience.
        """
        failures = 0
        while True:
            try:
                return self.ask(question)
            except UnreachableError as error:
                failures += 1
                if failures == most:
                    raise
                self.patience.wait(failures, error)
            self.check_stop()

    def _caller(self) -> Caller:
        return Caller(self.identity.device, self.identity.stream, self.outbox.clock_offset_ms())
