"""The real engine, the laptops' real stores and the real centre in one process, and a line between them that fails.

One seed is one history. The laws are looked at from outside: what each screen shows, and what the centre holds.
"""

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import orjson

from sync.central.enrol_request import EnrolRequest
from sync.central.errors import RefusedError as CentreRefusedError
from sync.client.compose import Edit, compose
from sync.client.conversation import Patience
from sync.client.engine import Engine, Settings
from sync.client.enrolment import enrol
from sync.client.errors import CentralDownError, ClientError, Diagnosis
from sync.client.held import ShownRecord, StoredConflict
from sync.client.keys import DeviceKeys
from sync.client.ports import Caller, DeviceIdentity
from sync.client.pushing import BatchSizes
from sync.client.refusals import refusal
from sync.core.protocol import Batch, Page, PushAnswer
from sync.core.schema import Json
from sync.core.trust import CentreStatus, Enrolled
from terreno_app.storage.laptop_store import LaptopStore
from tests.central.speaking import World
from tests.sync.simulation import KilledError
from tests.sync.toy import NOTE, SCHEMA, Ids, uid

RECORDS = tuple(uid(f"r{number}") for number in range(4))
PUBLIC = ("title", "colour", "state", "reason")
QUICK = Settings(BatchSizes(first=4, most=8), 5, Patience((), 0, lambda _: None))
_Answer = TypeVar("_Answer")


class Line:
    """The centre in process, everything as JSON, behind a line that loses and doubles."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self.faults = True

    def status(self) -> CentreStatus:
        return self._over(lambda: CentreStatus.from_wire(_as_json(self._world.centre.status())))

    def enrol(self, body: Mapping[str, Any]) -> Enrolled:
        return Enrolled.from_wire(_as_json(self._world.centre.enrol(EnrolRequest.model_validate(dict(body)))))

    def push(self, batch: Batch, caller: Caller) -> PushAnswer:
        sent = Batch.from_wire(_as_json(batch.to_wire()))
        centre = self._world.centre
        return self._over(
            lambda: PushAnswer.from_wire(
                _as_json(centre.push(centre.device(caller.device), sent, caller.stream).to_wire())
            )
        )

    def pull(self, feed: str, cursor: int, limit: int, caller: Caller) -> Page:
        centre = self._world.centre
        return self._over(
            lambda: Page.from_wire(orjson.loads(centre.pull(centre.device(caller.device), feed, cursor, limit)))
        )

    def _over(self, call: Callable[[], _Answer]) -> _Answer:
        lost = CentralDownError(Diagnosis("cut", "centre"))
        if self.faults and self._chance.random() < 0.12:
            raise lost
        try:
            answer = call()
            if self.faults and self._chance.random() < 0.1:
                answer = call()
        except CentreRefusedError as error:
            raise refusal(error.document, now=self._world.clock.now(), host="centre", retry_after="") from error
        if self.faults and self._chance.random() < 0.12:
            raise lost
        return answer


class RealWorld:
    """Three laptops, the first one of coordination, and a centre, each with its own files."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.ids = Ids()
        self.centre = World(folder, schema=SCHEMA)
        self.line = Line(self.centre, self.chance)
        self.laptops = [self._laptop(folder / f"laptop{number}", number) for number in range(3)]
        self.forms: dict[int, tuple[str, ShownRecord | None]] = {}
        self.wrong: list[str] = []

    def run(self, steps: int = 60) -> list[str]:
        for _ in range(steps):
            self._act(self.chance.randrange(3), self.chance.random())
        self.line.faults = False
        self._all_meet()
        for first in self.laptops[0].select("quarantine", {"reason": "outside_scope"}):
            self._release(first)
        self._all_meet()
        self._check()
        return self.wrong

    def close(self) -> None:
        for laptop in self.laptops:
            laptop.close()
        self.centre.store.close()

    def _all_meet(self) -> None:
        for _ in range(3):
            for laptop in self.laptops:
                self._sync(laptop)

    def _release(self, waiting: ShownRecord) -> None:
        """What a field laptop wrote on what it never saw stays on its screen alone until somebody decides."""
        decision = {"state": "released", "decided_by": uid("officer"), "decided_reason": "seen"}
        self._type(self.laptops[0], waiting.record, decision, waiting, kind="quarantine")

    def _act(self, number: int, dice: float) -> None:
        laptop = self.laptops[number]
        if dice < 0.1:
            record = self.chance.choice(RECORDS)
            self.forms[number] = (record, laptop.shown("note", record))
        elif dice < 0.5:
            self._save(number)
        elif dice < 0.98:
            self._sync(laptop, kill_at=self.chance.randrange(1, 12) if self.chance.random() < 0.3 else 0)
        else:
            self.centre.open_again()

    def _save(self, number: int) -> None:
        laptop = self.laptops[number]
        mine = [one for one in laptop.conflicts() if one.other and self._may_settle(laptop, one)]
        if mine and self.chance.random() < 0.35:
            self._settle(laptop, self.chance.choice(mine))
            return
        record, screen = self.forms.pop(number, None) or self._opened(laptop)
        changes: dict[str, Json] = {
            name: self.chance.choice("ABC") if self.chance.random() < 0.5 else self.ids.new()[-6:]
            for name in self.chance.sample(PUBLIC, self.chance.choice([1, 2]))
        }
        if screen is None or screen.made_here:
            changes["body"] = f"private {self.ids.new()[-6:]}"
        if self.chance.random() < 0.05:
            changes = {"born": self.ids.new()[-6:]}
        self._type(laptop, record, changes, screen)

    def _settle(self, laptop: LaptopStore, conflict: StoredConflict) -> None:
        shown = laptop.shown("note", conflict.record)
        kept = {name: shown.fields.get(name) if shown else None for name in conflict.group}
        changes = kept if self.chance.random() < 0.5 else {**kept, **conflict.other}
        self._type(laptop, conflict.record, changes, shown, resolves=(conflict.id,))

    def _type(
        self,
        laptop: LaptopStore,
        record: str,
        changes: Mapping[str, Json],
        screen: ShownRecord | None,
        resolves: tuple[str, ...] = (),
        kind: str = "note",
    ) -> None:
        edit = Edit(
            record=record,
            region="13",
            changes=changes,
            author=uid("officer"),
            captured_at="2026-11-21T12:00:00.000Z",
            fields=screen.fields if screen else {},
            seen=screen.writers if screen else {},
            resolves=resolves,
        )
        salt = self.chance.randbytes(16)
        known = self.centre.centre.ground.schema.kind(kind)
        op, values = compose(edit, op_id=self.ids.new(), salt=salt, kind=known, schema_version=1)
        with laptop.transaction() as write:
            write.append(op, values)
        shown = laptop.shown(kind, record)
        if shown is None or any(shown.fields.get(name) != value for name, value in changes.items()):
            self.wrong.append("a save is not shown at once")

    def _opened(self, laptop: LaptopStore) -> tuple[str, ShownRecord | None]:
        record = self.chance.choice(RECORDS)
        return record, laptop.shown("note", record)

    def _may_settle(self, laptop: LaptopStore, conflict: StoredConflict) -> bool:
        identity = laptop.identity()
        entitled = identity.role == "coordination" or conflict.other_device == identity.device
        return entitled and not NOTE.private.intersection(conflict.group)

    def _sync(self, laptop: LaptopStore, kill_at: int = 0) -> None:
        points = kill_at

        def at(_: str) -> None:
            nonlocal points
            points -= 1
            if points == 0:
                raise KilledError

        try:
            Engine(laptop, self.line, self.centre.clock, at=at, settings=QUICK).run()
        except KilledError:
            return
        except ClientError:
            if not self.line.faults:
                raise

    def _laptop(self, folder: Path, number: int) -> LaptopStore:
        keys = DeviceKeys(bytes([number + 1]) * 32, bytes([number + 101]) * 32)
        code, _ = self.centre.centre.new_code("13", "field" if number else "coordination", 24)
        enrolment = enrol(code, keys, "1.0", self.line)
        body = enrolment.certificate.body
        folder.mkdir()
        whole = self.centre.centre.ground.schema
        laptop = LaptopStore(folder, bytes(range(32)), whole, new_id=self.ids.new, durable=False)
        with laptop.transaction() as write:
            write.put_identity(
                DeviceIdentity(
                    device=body["device"],
                    label=body["label"],
                    region=body["region"],
                    role=body["role"],
                    stream=self.ids.new(),
                    epoch=enrolment.epoch,
                    central="http://127.0.0.1",
                    centre_keys=enrolment.centre_keys,
                    certificate=enrolment.certificate.to_wire(),
                )
            )
        return laptop

    def _check(self) -> None:
        chief = self.laptops[0]
        open_at_centre = {row[0] for row in self.centre.rows("SELECT id FROM conflicts WHERE state = 'open'")}
        for laptop in self.laptops:
            if laptop.pending():
                self.wrong.append("an outbox is not empty")
            shown = {conflict.id for conflict in laptop.conflicts()}
            hidden = {name for name in open_at_centre if name.endswith("/body")} if laptop is not chief else set()
            if shown | hidden != open_at_centre:
                self.wrong.append("the conflicts shown differ from the centre's")
            for record in RECORDS:
                if self._public(laptop, record) != self._public(chief, record):
                    self.wrong.append("two screens differ")
        lost = self.centre.rows("SELECT COUNT(*) FROM ops WHERE status = 'rejected'")
        if lost != [(0,)]:
            self.wrong.append("an op was rejected by nobody")

    @staticmethod
    def _public(laptop: LaptopStore, record: str) -> dict[str, Json]:
        return {name: value for name, value in _fields(laptop, record).items() if name in PUBLIC}


def _fields(laptop: LaptopStore, record: str) -> Mapping[str, Json]:
    shown = laptop.shown("note", record)
    return {} if shown is None else shown.fields


def _as_json(wire: object) -> Any:
    return orjson.loads(orjson.dumps(wire))
