"""Laws about one laptop that hold at every moment: what was saved is shown, and the screen never goes empty."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import orjson

from sync.core.schema import Json
from tests.simulator.machine import Machine
from tests.simulator.pages import READABLE, readable

if TYPE_CHECKING:
    from tests.simulator.world import Typed, World

_UNPROVEN = """
    SELECT ops.op, ops.kind, ops.record, shown.fields
    FROM ops
    LEFT JOIN shown USING (kind, record)
    WHERE ops.status IS NOT 'rejected'
    AND (ops.change = 0 OR ops.receipt IS NULL OR COALESCE(shown.change, 0) < ops.change)
    ORDER BY ops.place
"""


class Screens:
    """Looks at laptops after each thing that happens to them.

    Args:
        world: The execution.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self._before: set[tuple[str, str]] = set()
        self._role = ""
        self._again = False
        self._was_field: set[str] = set()
        self._in_new_role: set[str] = set()

    def erased_here(self, machine: Machine) -> set[tuple[str, str]]:
        """Records whose private values this laptop knows to be erased."""
        erasures = {op: typed.op for op, typed in self._world.typed.items() if typed.op.erase}
        if not erasures:
            return set()
        known = machine.rows("SELECT op FROM vouched WHERE erase = 1 UNION SELECT op FROM ops")
        return {(op.kind, op.record) for (name,) in known if (op := erasures.get(name)) is not None}

    def after_save(self, machine: Machine, typed: "Typed") -> None:
        """A save is on screen at once."""
        shown = machine.store.shown(typed.op.kind, typed.op.record)
        fields: Mapping[str, Json] = {} if shown is None else shown.fields
        if any(name not in fields or fields[name] != value for name, value in typed.touched.items()):
            self._world.breaks("people read what they wrote", f"{machine.name} after {typed.op.id}")

    def before_sync(self, machine: Machine) -> None:
        """Remember what is on screen."""
        self._before = _on_screen(machine)
        identity = machine.store.identity()
        self._role = identity.role
        told = (identity.epoch, identity.role)
        here = (self._world.office.epoch, self._world.office.role(identity))
        self._again = bool(machine.store.meta("second_base")) or told != here

    def watch(self, machine: Machine) -> None:
        """Look at the screen after each transaction, while it has to be read again from the beginning."""
        if self._again:
            machine.life.watch = partial(self._between_pages, machine)

    def after_sync(self, machine: Machine, *, whole: bool) -> None:
        """What the person wrote and the centre does not tell yet is on screen, and a broken run empties nothing."""
        machine.life.watch = None
        if not machine.coordinates:
            self._was_field.add(machine.device)
        self._own_writes(machine)
        if not whole and self._again:
            self._between_pages(machine)
        elif not whole:
            self._nothing_gone(machine)
        if not machine.store.meta("second_base"):
            self._in_new_role.discard(machine.name)
        elif machine.store.identity().role != self._role:
            self._in_new_role.add(machine.name)

    def _between_pages(self, machine: Machine) -> None:
        """Until every feed was read to its end again, nothing leaves the screen."""
        epoch, ends = machine.store.identity().epoch, self._world.road.ends
        if machine.store.meta("second_base") or any(
            ends.get((machine.name, feed)) != epoch for feed in machine.store.feeds()
        ):
            self._nothing_gone(machine)

    def _nothing_gone(self, machine: Machine) -> None:
        gone = self._before - _on_screen(machine)
        new_role = machine.name in self._in_new_role or machine.store.identity().role != self._role
        if new_role and not machine.store.meta("second_base"):
            office, at = self._world.office, self._world.nature.at
            gone = {(kind, record) for kind, record in gone if readable(office, machine.device, kind, record, at)}
        if gone:
            rejected = {*machine.rows("SELECT kind, record FROM ops WHERE status = 'rejected'")}
            if gone - rejected:
                self._world.breaks("the screen never goes empty", f"{machine.name}: {len(gone)} records")

    def _own_writes(self, machine: Machine) -> None:
        """Own ops over what the centre tells; while another history is read, its changes say nothing of this screen."""
        if machine.store.meta("second_base"):
            return
        erased = self.erased_here(machine)
        latest: dict[tuple[str, str, str], tuple[str, Json]] = {}
        screens: dict[tuple[str, str], Mapping[str, Json]] = {}
        for op, kind, record, fields in machine.rows(_UNPROVEN):
            typed = self._world.typed.get(self._world.held_as(machine.device, op))
            if typed is None:
                continue
            screens[kind, record] = {} if fields is None else orjson.loads(fields)
            left = (kind, record) in erased or self._may_have_left(machine, typed)
            latest |= {(kind, record, name): (op, value) for name, value in typed.touched.items()}
            for name in typed.private if left else ():
                del latest[kind, record, name]
        for (kind, record, name), (op, value) in latest.items():
            if name not in screens[kind, record] or screens[kind, record][name] != value:
                self._world.breaks("people read what they wrote", f"{machine.name}: {name} of {op}")

    def _may_have_left(self, machine: Machine, typed: "Typed") -> bool:
        """Whether its private values may have left a field laptop: days after the centre has had them, never before."""
        age = self._world.nature.at - typed.at
        field = not typed.coordination or machine.device in self._was_field
        return field and age > READABLE and typed.id in self._world.road.ever_answered


def _on_screen(machine: Machine) -> set[tuple[str, str]]:
    return {*machine.rows("SELECT kind, record FROM shown")}
