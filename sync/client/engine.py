"""One whole synchronisation: talk, push, pull, square, verify. Interrupted anywhere, it is simply run again.

Every step stores its effect in one transaction of the outbox before the next one begins, and every step may be done
twice without harm; so there is no state of a run to save.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sync.client.conversation import Conversation, Hooks, Patience, StoppedError
from sync.client.errors import UNKNOWN_KEY, EpochChangedError, ForgedError
from sync.client.ports import CentralPort, Clock, Outbox
from sync.client.progress import SyncOutcome, SyncProgress
from sync.client.pulling import PAGE_LIMIT, Puller
from sync.client.pushing import BatchSizes, Pusher
from sync.client.receipts import verify_deliveries
from sync.core.instants import instant, milliseconds_between, parse_instant

__all__ = ["Engine", "Settings", "SyncOutcome", "SyncProgress"]

CLOCK_WARNING_S = 600
"""From this offset on people should be asked about the hours that they wrote down."""
FIRST_TRIES = 2
"""How often to knock; who is offline should hear so at once."""
MAX_ROUNDS = 3
"""How often to go round while new ops keep being saved."""
MAX_EPOCHS = 3
"""How many new histories of the centre one run follows."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run behaves.

    Attributes:
        sizes: How large batches are.
        page_limit: Records asked for in a page.
        patience: How often to ask again.
    """

    sizes: BatchSizes = field(default_factory=BatchSizes)
    page_limit: int = PAGE_LIMIT
    patience: Patience = field(default_factory=Patience)


def _never() -> bool:
    return False


def _nobody(_: object) -> None:
    return None


class Engine:
    """Reconciles a device with the centre.

    Args:
        outbox: The device's store.
        central: The centre.
        clock: The device's clock.
        should_stop: Asked between batches and pages; what is stored stays stored.
        progress: Told of each step forward.
        at: Told the name of each point between two effects, for tests that kill there.
        settings: How a run behaves.
    """

    def __init__(
        self,
        outbox: Outbox,
        central: CentralPort,
        clock: Clock,
        should_stop: Callable[[], bool] = _never,
        progress: Callable[[SyncProgress], object] = _nobody,
        *,
        at: Callable[[str], object] = _nobody,
        settings: Settings | None = None,
    ) -> None:
        self._outbox = outbox
        self._central = central
        self._clock = clock
        self._hooks = Hooks(progress, should_stop, at)
        self._settings = settings or Settings()

    def run(self) -> SyncOutcome:
        """Synchronise once.

        Raises:
            UnreachableError: the centre cannot be reached; what was stored is whole, run it again.
            ForgedError: an answer does not hold; nothing of it was stored.
            RefusedError: the centre said no.
        """
        talk = Conversation(self._outbox, self._central, self._clock, self._hooks, self._settings.patience)
        try:
            whole = self._through_epochs(talk)
            self._hooks.at("pull.done")
            whole = verify_deliveries(talk) and whole
        except StoppedError:
            talk.warn("stopped")
            whole = False
        if whole:
            offset = timedelta(milliseconds=self._outbox.clock_offset_ms())
            self._outbox.finished(instant(self._clock.now() + offset))
        return replace(talk.outcome, pending=self._outbox.pending(), epoch=talk.identity.epoch)

    def _through_epochs(self, talk: Conversation) -> bool:
        new_keys = False
        named = ""
        for _ in range(MAX_EPOCHS):
            try:
                self._talk(talk, named)
                return self._rounds(talk)
            except EpochChangedError as error:
                named = error.epoch
            except ForgedError as error:
                if new_keys or error.why != UNKNOWN_KEY:
                    raise
                new_keys = True  # given to the centre since it was asked; the old ones vouch for them, or this stands
        raise ForgedError("epoch", "endless")

    def _talk(self, talk: Conversation, named: str) -> None:
        """Learn the centre's hour, its keys, and its history, if it is the one that the answer before has named.

        One answer alone may be old, kept somewhere on the way, and of a history that is over.
        """
        talk.tell("talk", 0, 1)
        before = self._clock.now()
        status = talk.ask_patiently(lambda _: self._central.status(), FIRST_TRIES)
        half = (self._clock.now() - before) / 2
        self._hooks.at("talk.answered")
        offset_ms = milliseconds_between(before + half, parse_instant(status.server_time))
        self._outbox.learn_clock_offset(offset_ms)
        if abs(offset_ms) > CLOCK_WARNING_S * 1_000:
            talk.warn("clock_offset", str(offset_ms // 1_000))
        talk.learn_keys(status.keys)
        talk.learn_recovery_key(status.recovery)
        self._hooks.at("talk.learnt")
        if status.epoch == named:
            talk.enter_epoch(status.epoch, status.server_time)
        talk.need_epoch(status.epoch)
        talk.tell("talk", 1, 1)

    def _rounds(self, talk: Conversation) -> bool:
        """Push, then pull what it led to; once more while somebody keeps saving."""
        pusher, puller = Pusher(talk, self._settings.sizes), Puller(talk, self._settings.page_limit)
        may_pull = True
        for _ in range(MAX_ROUNDS):
            pusher.run()
            self._hooks.at("push.done")
            may_pull = may_pull and puller.run()
            pending = self._outbox.pending()
            talk.tell("square", talk.outcome.sent, talk.outcome.sent + pending)
            if pending == 0:
                return may_pull
        talk.warn("saved_meanwhile", str(pending))
        return may_pull
