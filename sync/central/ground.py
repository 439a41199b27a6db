"""What stays the same from one transaction to the next: schema, keys, the centre's id, where time comes from."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sync.central.checks import Checks
from sync.central.figure_layout import Layout
from sync.central.keys import CentreKeys
from sync.core.merge import Origin
from sync.core.schema import Schema

_REGION = re.compile(r"[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the outside world gives.

    Attributes:
        now: The present instant, aware.
        random: As many random bytes as it is asked for.
        new_id: A new UUIDv7 in lower-case text.
    """

    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a centre lets one device do, and the oldest schema that it lets pull.

    Attributes:
        requests_per_s: Requests of one device in a second, sustained.
        burst: Requests of one device at once.
        revoked_ops_per_day: Ops that a revoked device may still hand in.
        oldest_schema: A device that knows less is told to update before it pulls.
        regions: The regions that there are; without them any two digits are one.
    """

    requests_per_s: float = 50.0
    burst: int = 1_000
    revoked_ops_per_day: int = 5_000
    oldest_schema: int = 0
    regions: frozenset[str] | None = None

    def is_region(self, name: str) -> bool:
        """Whether there may be a feed of that name besides the shared one."""
        return bool(_REGION.fullmatch(name)) if self.regions is None else name in self.regions


@dataclass(frozen=True, slots=True)
class Ground:
    """A founded centre.

    Attributes:
        schema: Every kind, those that the centre writes included.
        checks: What the schema says of single ops.
        layout: What the schema says is counted.
        keys: The centre's keys.
        surroundings: Time, randomness and ids.
        limits: What a device may do.
        centre: The centre's own id, under which it writes.
        stream: The centre's own stream.
    """

    schema: Schema
    checks: Checks
    layout: Layout
    keys: CentreKeys
    surroundings: Surroundings
    limits: Limits
    centre: str
    stream: str

    @property
    def origin(self) -> Origin:
        """The centre as the merge sees it."""
        return Origin(self.centre, coordination=True)
