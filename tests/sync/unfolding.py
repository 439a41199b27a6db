"""Random histories of one record: what devices typed after a look at the record some ops ago, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from sync.core.merge import Merged, Origin, RecordState, merge
from sync.core.ops import Op
from sync.core.schema import Json
from tests.sync.toy import NOTE, Past, a_device, an_op, uid

DEVICES = ("a", "b", "c", "chief")
GROUPS = (("title",), ("colour",), ("state", "reason"), ("answered_at", "answer"), ("body",), ("zeal",))
MOST = 14
_VALUES = st.sampled_from(["x", "y", None, 1, True])


@dataclass(frozen=True)
class Step:
    """One op of a device that may have seen the record as it was some ops ago.

    Attributes:
        device: Who types; the chief is a coordination device.
        groups: What is touched.
        values: What is typed, in turns.
        behind: How many ops ago the record was looked at.
        own: Whether the device's own later ops were on screen over it.
        settles: Numbers of ops whose conflicts are settled, those to come included.
        erases: It is an erasure, by the chief, of nothing but private values.
    """

    device: str
    groups: frozenset[tuple[str, ...]]
    values: tuple[Json, ...]
    behind: int
    own: bool
    settles: tuple[int, ...] = ()
    erases: bool = False


def steps(
    *, own: st.SearchStrategy[bool] | None = None, erases: st.SearchStrategy[bool] | None = None
) -> st.SearchStrategy[list[Step]]:
    """Lists of steps; by default without an erasure."""
    return st.lists(
        st.builds(
            Step,
            device=st.sampled_from(DEVICES),
            groups=st.frozensets(st.sampled_from(GROUPS), min_size=1, max_size=3),
            values=st.tuples(_VALUES, _VALUES),
            behind=st.integers(0, 4),
            own=st.booleans() if own is None else own,
            settles=st.just(()) | st.lists(st.integers(0, MOST - 1), max_size=2).map(tuple),
            erases=st.just(False) if erases is None else erases,
        ),
        min_size=4,
        max_size=MOST,
    )


@dataclass(frozen=True)
class Typed:
    """One op as it was made."""

    op: Op
    private: dict[str, Json]
    origin: Origin

    @property
    def values(self) -> dict[str, Json]:
        """Everything that was typed."""
        return {**self.op.fields, **self.private}


@dataclass
class History:
    """What came of a list of steps: `states` holds one more than the others, the empty record at the start."""

    states: list[RecordState] = field(default_factory=lambda: [RecordState()])
    typed: list[Typed] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)

    @property
    def end(self) -> RecordState:
        """The record after all."""
        return self.states[-1]

    @property
    def device_of(self) -> dict[str, Origin]:
        """Where each op came from."""
        return {one.op.id: one.origin for one in self.typed}


def unfold(told: Sequence[Step]) -> History:
    """Make the ops of these steps and merge them in this order."""
    history, past = History(), Past()
    mine: dict[str, dict[str, str]] = {}
    for number, step in enumerate(told):
        own = mine.setdefault(step.device, {})
        looked_at = history.states[max(0, len(history.states) - 1 - step.behind)]
        one = _typed(number, step, looked_at, own)
        own |= dict.fromkeys(one.values, one.op.id)
        history.merged.append(_merge(history.end, one, past))
        history.typed.append(one)
        history.states.append(history.merged[-1].state)
        past.add(one.op, one.private)
    return history


def replay(typed: Sequence[Typed], known: Sequence[Typed] = ()) -> History:
    """Merge ops that were made elsewhere in the order given; of `known` ones the values are known from the start."""
    history, past = History(typed=list(typed)), Past()
    for one in known:
        past.add(one.op, one.private)
    for one in typed:
        history.merged.append(_merge(history.end, one, past))
        history.states.append(history.merged[-1].state)
        past.add(one.op, one.private)
    return history


def _typed(number: int, step: Step, looked_at: RecordState, own: dict[str, str]) -> Typed:
    if step.erases:
        return Typed(an_op(f"op{number}", erase=True), {}, a_device("chief", coordination=True))
    names = [name for group in sorted(step.groups) for name in group]
    touched = {name: step.values[place % 2] for place, name in enumerate(names)}
    known = {name: ops[0] for name, ops in looked_at.writers.items()} | (own if step.own else {})
    private = {name: value for name, value in touched.items() if name in NOTE.private}
    op = an_op(
        f"op{number}",
        fields={name: value for name, value in touched.items() if name not in NOTE.private},
        private=private,
    )
    op = replace(
        op,
        seen={name: known[name] for name in names if name in known},
        resolves=tuple(f"{uid(f'op{settled}')}/{group[0]}" for settled in step.settles for group in sorted(GROUPS)),
    )
    return Typed(op, private, a_device(step.device, coordination=step.device == "chief"))


def _merge(state: RecordState, one: Typed, past: Past) -> Merged:
    return merge(state, one.op, kind=NOTE, origin=one.origin, values=one.private, past=past)
