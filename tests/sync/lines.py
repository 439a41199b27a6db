"""A line to the centre on which single calls go wrong, and the words in which the engine's tests are told."""

from collections.abc import Callable
from typing import Any

from sync.client.conversation import Patience
from sync.client.engine import Engine, Settings
from sync.client.errors import (
    CentralDownError,
    Diagnosis,
)
from sync.client.ports import Caller
from sync.client.progress import SyncOutcome
from sync.client.pushing import BatchSizes
from sync.core.protocol import Batch, Page, PushAnswer
from sync.core.trust import CentreStatus
from tests.sync.memory_centre import MemoryCentre
from tests.sync.memory_outbox import MemoryOutbox
from tests.sync.toy import Ticking, uid

AT_ONCE = Settings(BatchSizes(first=3, most=6), 2, Patience((0, 0, 0), 0, lambda _: None))


class Line:
    """A line to the centre on which single calls go wrong.

    Attributes:
        carries: Most ops or records that get through at once; ``None`` for any number.
    """

    def __init__(self, centre: MemoryCentre) -> None:
        self.centre = centre
        self.before: dict[str, list[Exception]] = {"status": [], "push": [], "pull": []}
        self.after: dict[str, list[Exception]] = {"status": [], "push": [], "pull": []}
        self.change: Callable[[Any], Any] = lambda answer: answer
        self.sizes: list[int] = []
        self.carries: int | None = None

    def status(self) -> CentreStatus:
        return self._over("status", self.centre.status)

    def push(self, batch: Batch, caller: Caller) -> PushAnswer:
        self.sizes.append(len(batch.ops))
        self._weigh(len(batch.ops))
        return self._over("push", lambda: self.centre.push(batch, caller))

    def pull(self, feed: str, cursor: int, limit: int, caller: Caller) -> Page:
        page = self._over("pull", lambda: self.centre.pull(feed, cursor, limit, caller))
        self._weigh(len(page.records))
        return page

    def _weigh(self, size: int) -> None:
        if self.carries is not None and size > self.carries:
            raise down()

    def _over(self, name: str, call: Callable[[], Any]) -> Any:
        if self.before[name]:
            raise self.before[name].pop(0)
        answer = self.change(call())
        if self.after[name]:
            raise self.after[name].pop(0)
        return answer


def run(outbox: MemoryOutbox, central: object, **options: Any) -> SyncOutcome:
    options.setdefault("settings", AT_ONCE)
    return Engine(outbox, central, options.pop("clock", Ticking()), **options).run()


def save(laptop: MemoryOutbox, count: int, **changes: str) -> None:
    for number in range(count):
        laptop.save("note", uid(f"r{number}"), changes or {"title": f"note {number}"})


def down(reason: str = "cut") -> CentralDownError:
    return CentralDownError(Diagnosis(reason, "centre"))
