"""What happened, in order: readable lines for people, and one digest of every byte for comparing two executions."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from sync.core.ops import Op, made_id
from sync.core.schema import Json
from tests.simulator.office import Request

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LONG_HEX = re.compile(r"[0-9a-f]{32,}")


@dataclass(frozen=True, slots=True)
class Broken:
    """A law that did not hold.

    Attributes:
        law: The law, as a sentence.
        what: Where.
    """

    law: str
    what: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person truly did: the op that came of it, and what was on screen when the form was opened.

    Attributes:
        op: The op as the laptop holds it.
        touched: Every value of every group that the save touched: typed, or standing on screen.
        accepted: The same as the centre holds it, what was sealed to it opened.
        private: Names of those that are private.
        seen: Their writers on screen.
        device: The device.
        coordination: Whether it is one of coordination.
        at: The true hour.
        late: The laptop knew that the record's private values were erased.
        reused: The op's id stood for another op already.
    """

    op: Op
    touched: Mapping[str, Json]
    accepted: Mapping[str, Json]
    private: frozenset[str]
    seen: Mapping[str, str]
    device: str
    coordination: bool
    at: datetime
    late: bool = False
    reused: bool = False

    @property
    def id(self) -> str:
        """The id under which the centre holds it."""
        return made_id(self.op.hash) if self.reused else self.op.id


class History:
    """The history of one execution.

    Attributes:
        counts: How often what happened.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._lines: list[Callable[[], str]] = []
        self._digest = hashlib.sha256()
        self._names: dict[str, str] = {}

    def note(self, who: str, what: str, counted: str = "") -> None:
        """Write down what somebody did, or what befell them, and count it under a name."""
        if counted:
            self.counts[counted] += 1
        line = f"{who}: {what}"
        self._digest.update(line.encode())
        self._lines.append(lambda: line)

    def call(self, identifier: str, name: str) -> None:
        """Give an id the name by which the lines call it."""
        self._names[identifier] = name

    def asked(self, sender: str, request: Request, how: str) -> None:
        """Write down a request that reached the centre."""
        self._digest.update(request.body)
        self._lines.append(lambda: f"{sender}:   > {how}{_asked(request)}")

    def answered(self, sender: str, request: Request, status: int, content: bytes) -> None:
        """Write down what the centre answered."""
        self._digest.update(content)
        self._lines.append(lambda: f"{sender}:   < {status} {_answer(content)}")

    @property
    def digest(self) -> str:
        """SHA-256 over every line, request and answer."""
        return self._digest.hexdigest()

    def told(self) -> str:
        """The lines with short names in the place of ids."""
        return "\n".join(_LONG_HEX.sub("…", _ID.sub(self._short, line())) for line in self._lines)

    def _short(self, found: re.Match[str]) -> str:
        return self._names.setdefault(found.group(), f"#{len(self._names) + 1}")


def _asked(request: Request) -> str:
    if request.call != "push":
        return " ".join((request.call, *(f"{name}={value}" for name, value in request.query.items())))
    batch = orjson.loads(request.body)
    ops = ", ".join(str(op["op"]) for op in batch["ops"])
    return f"push from {batch['first_seq']} of stream {batch['stream']}: {ops}"


def _answer(content: bytes) -> str:
    answer = orjson.loads(content)
    if "results" in answer:
        return ", ".join(
            f"{one['op']} {one['status']}{' (' + one['reason'] + ')' if one['reason'] else ''} at {one['change']}"
            for one in answer["results"]
        )
    if "records" in answer:
        records = ", ".join(f"{one['kind']} {one['record']} at {one['change']}" for one in answer["records"])
        return f"cursor {answer['cursor']}: {records}"
    return f"{answer.get('type', '')} {answer.get('epoch', '')}".strip()
