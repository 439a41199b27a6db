"""Laws about quarantine: nothing waits without a reason that is true."""

from collections.abc import Callable, Iterator

from sync.core.schema import SHARED_FEED
from tests.simulator.evidence import Evidence
from tests.simulator.history import Broken, Typed
from tests.simulator.pages import JOURNAL
from tests.simulator.toy import UNPUBLISHED
from tests.simulator.world import World

NEEDLESS = "nothing waits without a reason"


def reasons(world: World, evidence: Evidence) -> Iterator[Broken]:
    """What waits at the end, and should not."""
    truth = _Truth(world, evidence)
    for op, reason in evidence.waiting.items():
        typed = world.typed.get(op)
        if typed is None or not truth.holds(typed, reason):
            yield Broken(NEEDLESS, f"{op} ({reason})")


class _Truth:
    """Which reasons are true, judged from what people typed."""

    def __init__(self, world: World, evidence: Evidence) -> None:
        self._world = world
        self._evidence = evidence
        self._revoked = {
            op.record
            for op in evidence.ops.values()
            if op.kind == "device" and op.raw["fields"].get("status") == "revoked"
        }
        self._was_field = {
            op.record for op in evidence.ops.values() if op.kind == "device" and op.raw["fields"].get("role") == "field"
        }
        self._published = {one.public.get("code") for (kind, _), one in evidence.records.items() if kind == "topic"}
        self._holds: dict[str, Callable[[Typed], bool]] = {
            "revoked": lambda typed: typed.device in self._revoked,
            "unknown_kind": lambda typed: world.office.schema.kind(typed.op.kind) is None,
            "unknown_code": lambda typed: typed.touched.get("topic") in {*UNPUBLISHED} - self._published,
            "wrong_type": self._too_large,
            "immutable": self._elsewhere,
            "only_once": lambda typed: typed.op.kind == "reply" and _key(typed) in evidence.records,
            "outside_scope": self._unentitled,
            "values": self._gone,
            "waiting": self._behind,
            "id_reused": lambda typed: typed.reused,
        }

    def holds(self, typed: Typed, reason: str) -> bool:
        """Whether an op has this reason to wait."""
        return reason in self._holds and self._holds[reason](typed)

    def _unentitled(self, typed: Typed) -> bool:
        return not typed.coordination or typed.device in self._was_field or self._decides(typed)

    def _decides(self, typed: Typed) -> bool:
        """Whether it needs a right that a device has only once it is confirmed, or never over itself."""
        kind = self._world.office.schema.kind(typed.op.kind)
        own = _key(typed) == ("device", typed.device)
        shared = typed.op.region == SHARED_FEED or (kind is not None and kind.coordination_only)
        return own or shared or typed.op.erase or bool(typed.op.resolves)

    def _too_large(self, typed: Typed) -> bool:
        kind, persons = self._world.office.schema.kind(typed.op.kind), typed.touched.get("persons")
        largest = None if kind is None or "persons" not in kind.by_name else kind.by_name["persons"].largest
        return isinstance(persons, int) and largest is not None and persons > largest

    def _gone(self, typed: Typed) -> bool:
        """Whether its private values were erased, or have left the journal by the time a centre was brought back."""
        erased = any(one.op.erase and one.op.record == typed.op.record for one in self._world.typed.values())
        return erased or self._world.nature.at - typed.at > JOURNAL

    def _elsewhere(self, typed: Typed) -> bool:
        held = self._evidence.records.get(_key(typed))
        return held is not None and typed.touched.get("space") not in {None, held.public.get("space")}

    def _behind(self, typed: Typed) -> bool:
        """Whether another op waits that it saw, or that saw it, or on its record, which nobody has made yet."""
        waiting = [one for op in self._evidence.waiting if (one := self._world.typed.get(op)) is not None]
        others = [one for one in waiting if _key(one) == _key(typed) and one.id != typed.id]
        if _key(typed) not in self._evidence.records:
            return bool(others)
        saw = any(one.id in typed.seen.values() for one in others)
        return saw or any(typed.id in one.seen.values() for one in others)


def _key(typed: Typed) -> tuple[str, str]:
    return typed.op.kind, typed.op.record
