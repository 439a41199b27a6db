"""The line between a laptop and the centre: real requests and answers as bytes, and what befalls them on their way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import orjson

from sync.central.quarantine import ID_REUSED
from sync.client.errors import CentralDownError, Diagnosis
from sync.client.ports import Caller, Clock
from sync.client.refusals import refusal
from sync.core.ops import canonical, made_id, sha256
from sync.core.problems import ProblemDocument
from sync.core.protocol import Batch, Page, PushAnswer
from sync.core.trust import CentreStatus, Enrolled
from tests.simulator.history import History
from tests.simulator.office import Office, OfficeDiedError, Request

_REFUSED = 400


class Fate(StrEnum):
    """What befalls one request."""

    GOOD = "answered"
    LOST = "lost on its way"
    UNANSWERED = "answered, the answer lost"
    DOUBLED = "arrived twice"
    ECHOED = "answered, a copy comes later"
    LATE = "comes late, when nobody waits any more"
    OLD_ANSWER = "given an older answer"
    OFFICE_DIES = "the centre died over it"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A request that is still on its way.

    Attributes:
        sender: Who sent it.
        request: The request.
    """

    sender: str
    request: Request


class Road:
    """What all lines share: the centre at the end, requests under way, old answers that something in between kept.

    Args:
        office: The centre.
        history: Where everything is written down.
        fate: Decides over each call.
        doom: Commit points at which a dying centre dies.
        handed: Looks at every page that leaves the centre.

    Attributes:
        parcels: Requests under way.
        results: What the centre has answered to each op in its present history.
        ever_answered: Ops that it has answered in any history, by the ids under which it holds them.
        ends: For each laptop and feed, the epoch in which it was last told that the feed ends here.
    """

    def __init__(
        self,
        office: Office,
        history: History,
        fate: Callable[[str], Fate],
        doom: Callable[[], int],
        handed: Callable[[Request, bytes], object],
    ) -> None:
        self.office = office
        self._handed = handed
        self.history = history
        self.fate = fate
        self.doom = doom
        self.parcels: list[Parcel] = []
        self.heard: dict[tuple[str, str], list[tuple[int, bytes]]] = {}
        self.results: dict[str, str] = {}
        self.ever_answered: set[str] = set()
        self.ends: dict[tuple[str, str], str] = {}

    def keep_waiting(self, sender: str, request: Request) -> None:
        """A request has to wait until others were answered; who sent it does not wait for it."""
        self.parcels.append(Parcel(sender, request))

    def deliver(self, place: int) -> None:
        """Let a request that was under way arrive; nobody hears the answer."""
        parcel = self.parcels.pop(place)
        self._answered(parcel.sender, parcel.request, "late: ")

    def carry(self, sender: str, request: Request) -> tuple[int, bytes]:
        """Carry a request to the centre and its answer back.

        Raises:
            CentralDownError: the sender hears nothing.
        """
        fate = self.fate(request.call)
        self.history.counts[f"requests {fate}"] += 1
        if fate in {Fate.LOST, Fate.LATE}:
            self.history.note(sender, f"{request.call}: {fate}")
            if fate is Fate.LATE:
                self.keep_waiting(sender, request)
            raise _silence()
        answer = self._answered(sender, request, "", self.doom() if fate is Fate.OFFICE_DIES else 0)
        if fate is Fate.DOUBLED:
            answer = self._answered(sender, request, "again: ") or answer
        if fate is Fate.ECHOED:
            self.parcels.append(Parcel(sender, request))
        if fate is Fate.UNANSWERED or answer is None:
            self.history.note(sender, f"{request.call}: {fate}")
            raise _silence()
        older = self.heard.setdefault((sender, request.call + request.query.get("feed", "")), [])
        older.append(answer)
        if fate is Fate.OLD_ANSWER and len(older) > 1:
            self.history.note(sender, f"{request.call}: {fate}")
            return older[-2]
        return answer

    def _answered(self, sender: str, request: Request, how: str, doom: int = 0) -> tuple[int, bytes] | None:
        self.history.asked(sender, request, how)
        if request.schema != self.office.schema.version:
            older = request.schema < self.office.schema.version
            self.history.counts[f"requests of {'an older' if older else 'a newer'} program than the centre's"] += 1
        try:
            status, content = self.office.answer(request, doom)
        except OfficeDiedError:
            self.history.note("centre", "dies and starts again")
            return None
        self.history.answered(sender, request, status, content)
        if request.call == "pull" and status < _REFUSED:
            self._handed(request, content)
        if request.call == "push" and status < _REFUSED:
            results = orjson.loads(content)["results"]
            self.results |= {one["op"]: one["status"] for one in results}
            self.ever_answered |= {
                made_id(sha256(canonical(op))) if one["reason"] == ID_REUSED else one["op"]
                for op, one in zip(orjson.loads(request.body)["ops"], results, strict=True)
            }
        return status, content


class Line:
    """The centre as the engine of one laptop sees it (`sync.client.ports.CentralPort`).

    Args:
        road: The way there.
        sender: What the histories call the laptop.
        clock: Its clock.
        schema: The version of the records that it knows.
    """

    def __init__(self, road: Road, sender: str, clock: Clock, schema: int) -> None:
        self._road = road
        self._sender = sender
        self._clock = clock
        self._schema = schema

    def status(self) -> CentreStatus:
        """What the centre says of itself."""
        return CentreStatus.from_wire(self._ask(Request("status", schema=self._schema)))

    def enrol(self, body: Mapping[str, Any]) -> Enrolled:
        """Enrol with a code."""
        return Enrolled.from_wire(self._ask(Request("enrol", body=orjson.dumps(dict(body)))))

    def push(self, batch: Batch, caller: Caller) -> PushAnswer:
        """Hand a batch in."""
        return PushAnswer.from_wire(self._ask(self._request("push", caller, body=orjson.dumps(batch.to_wire()))))

    def pull(self, feed: str, cursor: int, limit: int, caller: Caller) -> Page:
        """The next page of a feed."""
        query = {"feed": feed, "cursor": str(cursor), "limit": str(limit)}
        page = Page.from_wire(self._ask(self._request("pull", caller, query=query)))
        if not page.more:
            self._road.ends[self._sender, feed] = page.epoch
        return page

    def _request(
        self, call: str, caller: Caller, *, query: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Request:
        created = self._clock.now() + timedelta(milliseconds=caller.clock_offset_ms)
        shown = getattr(caller, "certificate", None)
        return Request(call, caller.device, caller.stream, created, query or {}, body, self._schema, shown)

    def _ask(self, request: Request) -> Any:
        status, content = self._road.carry(self._sender, request)
        answer = orjson.loads(content)
        if status >= _REFUSED:
            raise refusal(ProblemDocument.from_wire(answer), now=self._clock.now(), host="centre", retry_after="")
        return answer


def _silence() -> CentralDownError:
    return CentralDownError(Diagnosis("cut", "centre"))
