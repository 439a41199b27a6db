"""One execution: a centre, its laptops and the people at them. Every method is one thing that can happen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sync.client.conversation import Patience
from sync.client.engine import Engine, Settings
from sync.client.errors import ClientError
from sync.client.pushing import BatchSizes
from sync.core.ops import Op
from sync.core.schema import Json, Schema
from terreno_app.services.errors import ServiceError
from tests.simulator.history import Broken, History, Typed
from tests.simulator.line import Fate, Line, Road
from tests.simulator.machine import Form, KilledError, Machine, Taken
from tests.simulator.nature import Nature
from tests.simulator.office import Office, Request
from tests.simulator.pages import HANDED, outside
from tests.simulator.screens import Screens
from tests.simulator.toy import SCHEMA, Name, groups_of

AUTHOR = "officer of "


@dataclass(frozen=True, slots=True)
class Temper:
    """How the programs of one execution are set.

    Attributes:
        first: Ops of a first batch.
        most: Most ops of a batch.
        page: Records of a page.
        retries: How often a laptop asks again at once.
    """

    first: int = 4
    most: int = 8
    page: int = 5
    retries: int = 0

    def settings(self) -> Settings:
        """The engine's settings."""
        patience = Patience((0.0,) * self.retries, 0.0, lambda _: None)
        return Settings(BatchSizes(first=self.first, most=self.most, recoveries=9), self.page, patience)


class World:
    """One execution.

    Args:
        nature: Hour, chance and ids.
        folder: Where its files are: a founded centre, and a folder for each laptop.
        seats: The names of the laptops.
        typed: What people did before.
        temper: How the programs are set.
        fate: Decides over each request.
        doom: Commit points at which a dying centre dies.
    """

    def __init__(
        self,
        nature: Nature,
        folder: Path,
        seats: Sequence[str],
        *,
        typed: Mapping[str, Typed] | None = None,
        temper: Temper | None = None,
        fate: Callable[[str], Fate] = lambda _: Fate.GOOD,
        doom: Callable[[], int] = lambda: 1,
    ) -> None:
        self.nature = nature
        self.folder = folder
        self.history = History()
        self.temper = temper or Temper()
        self.office = Office(self.folder / "centre", nature, SCHEMA)
        self.road = Road(self.office, self.history, fate, doom, self._handed)
        self.machines = [Machine(name, folder / name, nature, SCHEMA) for name in seats]
        self.screens = Screens(self)
        self.typed: dict[str, Typed] = dict(typed or {})
        self.road.ever_answered.update(self.typed)
        self._first = tuple(self.typed.values())
        self._reused: dict[tuple[str, str], str] = {}
        self.broken: list[Broken] = []
        self.calm = False

    def close(self) -> None:
        """End every program."""
        for machine in self.machines:
            machine.close()
        self.office.close()

    def readers(self) -> list[Machine]:
        """The laptops whose device may read."""
        revoked = {device for (device,) in self.office.rows("SELECT id FROM devices WHERE status = 'revoked'")}
        return [machine for machine in self.machines if machine.device not in revoked]

    def taken_ids(self, machine: Machine, name: Name) -> list[str]:
        """Ids that every history of the centre knows, and that this laptop may use once more for an edit of a record.

        Only where no copy of the laptop is about: of two disks of one device nobody could say which op an id means.
        """
        alone = sum(one.device == machine.device for one in self.machines) == 1 and machine.backup is None
        free = [one for one in self._first if one.device != machine.device] if alone else []
        free = [one for one in free if (machine.device, one.op.id) not in self._reused]
        same = [one for one in free if (one.op.kind, one.op.record) == (name.kind, name.record)]
        return [one.op.id for one in same or free]

    def has_reused(self, machine: Machine) -> bool:
        """Whether this laptop has given an id that there was already."""
        return any(device == machine.device for device, _ in self._reused)

    def held_as(self, device: str, op: str) -> str:
        """The id under which the centre holds what a device knows by this one."""
        return self._reused.get((device, op), op)

    def breaks(self, law: str, what: str) -> None:
        """Note that a law did not hold."""
        self.broken.append(Broken(law, what))
        self.history.note("LAW", f"{law}: {what}")

    def _handed(self, request: Request, content: bytes) -> None:
        for what in outside(self.office, request, content, self.nature.at):
            self.breaks(HANDED, what)

    # People

    def open_form(self, machine: Machine, name: Name, *, as_draft: bool = False) -> Form:
        """Put a record on screen, and leave it there; a draft survives the end of the program."""
        machine.form = Form.of(name, machine.store.shown(name.kind, name.record))
        self.history.note(machine.name, f"opens {name}{' and leaves a draft' if as_draft else ''}")
        if as_draft:
            with machine.store.transaction() as write:
                write.save_draft(_draft_key(name), machine.form.to_draft())
        return machine.form

    def draft(self, machine: Machine) -> Form | None:
        """The form that a person had left half done."""
        draft = next(iter(machine.store.drafts().values()), None)
        return None if draft is None else Form.from_draft(draft)

    def save(
        self,
        machine: Machine,
        form: Form,
        changes: Mapping[str, Json],
        *,
        resolves: tuple[str, ...] = (),
        accepted: Mapping[str, Json] | None = None,
        kill_at: int = 0,
        taken: str | None = None,
    ) -> str | None:
        """A person saves a form.

        Args:
            machine: On which laptop.
            form: What was on screen.
            changes: What the person changed.
            resolves: Conflicts that the save settles.
            accepted: What the centre holds of it, where that is another thing than what was typed.
            kill_at: Point between two effects at which the program ends; 0 lets it live.
            taken: An id that there is already, which the op gets.

        Returns:
            The op's id, once it is safe; ``None`` when it is not.
        """
        machine.form = None
        op_id: str | None = None
        machine.life.left = kill_at
        ids: Any = machine.writer.ids if taken is None else Taken(taken)
        try:
            with machine.store.transaction() as write:
                op_id = replace(machine.writer, ids=ids).append(
                    write,
                    form.name.kind,
                    form.name.record,
                    changes,
                    AUTHOR + machine.name,
                    region=form.name.region,
                    fields=form.fields,
                    seen=form.seen,
                    resolves=resolves,
                )
                write.discard_draft(_draft_key(form.name))
        except KilledError:
            self.history.note(machine.name, f"is killed while saving {form.name}", "kills")
            machine.reopen()
        except ServiceError as error:
            self.breaks("every sound save is kept", f"{machine.name} {form.name}: {error}")
            return None
        finally:
            machine.life.left = 0
        own = None if op_id is None else machine.store.op(op_id)
        if own is None:
            return None
        typed = self._note_save(machine, form, changes, own.op, accepted, reused=taken is not None)
        self.screens.after_save(machine, typed)
        return own.op.id

    def _note_save(
        self,
        machine: Machine,
        form: Form,
        changes: Mapping[str, Json],
        op: Op,
        accepted: Mapping[str, Json] | None,
        *,
        reused: bool,
    ) -> Typed:
        kind = form.name.kind
        touched = {
            name: changes[name] if name in changes else form.fields.get(name)
            for group in groups_of(kind, changes)
            for name in group
        }
        known = machine.schema.kind(kind)
        private = frozenset() if known is None else known.private.intersection(touched)
        seen = {name: self._meant(machine, op, form.seen[name]) for name in touched if name in form.seen}
        typed = Typed(
            op=op,
            touched=touched,
            accepted=accepted or touched,
            private=private,
            seen=seen,
            device=machine.device,
            coordination=machine.coordinates,
            at=self.nature.at,
            late=(kind, form.name.record) in self.screens.erased_here(machine),
            reused=reused,
        )
        self.typed[typed.id] = typed
        self.history.call(typed.id, f"op{len(self.typed)}")
        resolving = f", resolves {', '.join(op.resolves)}" if op.resolves else ""
        self.history.note(machine.name, f"saves {form.name} {dict(changes)} over {dict(seen)} as {op.id}{resolving}")
        if reused:
            self.history.note(
                machine.name, f"has given an id that there was, {typed.id} to the centre", "ids given twice"
            )
            self._reused[machine.device, op.id] = typed.id
        return typed

    def _meant(self, machine: Machine, op: Op, seen: str) -> str:
        """Of an id that the laptop has used itself on the record, what is on its screen is its own op."""
        own = self.typed.get(self.held_as(machine.device, seen))
        is_here = own is not None and (own.op.kind, own.op.record) == (op.kind, op.record)
        return own.id if own is not None and is_here else seen

    def erase(self, machine: Machine, name: Name) -> str:
        """A coordinator takes a person's private values away, everywhere and for ever."""
        with machine.store.transaction() as write:
            op_id = machine.writer.erase(write, name.kind, name.record, AUTHOR + machine.name, region=name.region)
        own = machine.store.op(op_id)
        if own is None:
            raise AssertionError("an op was just written")
        self.typed[op_id] = Typed(own.op, {}, {}, frozenset(), {}, machine.device, machine.coordinates, self.nature.at)
        self.history.call(op_id, f"op{len(self.typed)}")
        self.history.note(machine.name, f"erases {name} by {op_id}", "erasures")
        return op_id

    # Programs

    def sync(self, machine: Machine, *, kill_at: int = 0) -> bool:
        """Synchronise a laptop; whether it went through to its end."""
        self.history.note(machine.name, "synchronises")
        self.screens.before_sync(machine)
        self.screens.watch(machine)
        line = Line(self.road, machine.name, machine.clock, machine.schema.version)
        life = machine.life
        life.left = kill_at
        engine = Engine(machine.store, line, machine.clock, at=life.point, settings=self.temper.settings())
        whole = False
        try:
            outcome = engine.run()
            whole = True
            if any(warning.code == "receipt" for warning in outcome.warnings):
                self.breaks("receipts prove what was received", machine.name)
        except KilledError:
            self.history.note(machine.name, "is killed", "kills")
            machine.reopen()
        except ClientError as error:
            self.history.note(machine.name, f"gives up: {type(error).__name__} {error}")
            if self.calm:
                self.breaks("a calm synchronisation ends well", f"{machine.name}: {error}")
        finally:
            life.left = 0
        self.screens.after_sync(machine, whole=whole)
        return whole

    def restart(self, machine: Machine, schema: Schema | None = None) -> None:
        """A program ends and starts again, perhaps in a newer version."""
        self.history.note(machine.name, f"starts again, version {(schema or machine.schema).version}", "restarts")
        machine.reopen(schema)

    def restart_office(self, schema: Schema | None = None) -> None:
        """The centre's program ends and starts again, perhaps in another version."""
        self.history.note(
            "centre", f"starts again, version {(schema or self.office.schema).version}", "restarts of the centre"
        )
        self.office.reopen(schema)

    # Fortune

    def time_passes(self, seconds: float) -> None:
        """Nothing happens for a while."""
        self.nature.at += timedelta(seconds=seconds)

    def set_clock(self, machine: Machine, days: int) -> None:
        """A laptop's clock is put right or wrong."""
        self.history.note(machine.name, f"has its clock {days} days off", "clocks set")
        machine.clock.skew = timedelta(days=days)

    def deliver(self, place: int) -> None:
        """A request that was under way arrives."""
        self.road.deliver(place)


def _draft_key(name: Name) -> str:
    return f"{name.kind}/{name.record}"
