"""A centre that has lived: conflicts, quarantine, decisions, erasures, everything that leaves a trace in a table."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sync.central.errors import RefusedError
from sync.core.ops import Op
from sync.core.protocol import PulledRecord
from tests.central.speaking import ALL, Laptop, World, sealed_for

TITLES = ("A lamp is out", "Ñandú", "A hole", "", None)
BODIES = ("By the bridge", "Behind the school")
STEPS = 60
draws = random.Random
"""Not for secrets: the same draws in every run."""


class Life:
    """Some weeks of a centre, the same for the same seed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.draw = draws(seed)
        self.office = world.coordination(ALL)
        self.field = [world.laptop(), world.laptop(), world.laptop("05")]
        self.views: list[dict[str, PulledRecord]] = [{}, {}, {}]
        self.records: list[tuple[str, str]] = []
        self.erased: list[str] = []
        self.last: list[tuple[Laptop, tuple[Op, ...], dict[str, Any]]] = []

    def go_on(self, steps: int) -> None:
        acts: list[Callable[[], None]] = [
            self.write,
            self.write,
            self.edit,
            self.edit,
            self.edit,
            self.look,
            self.mistake,
            self.go_on_from_a_mistake,
            self.nonsense,
            self.decide,
            self.settle,
            self.settle_beforehand,
            self.person,
            self.stamp,
            self.publish,
            self.erase,
            self.again,
            self.clone,
            self.promote,
        ]
        for act in (*acts, *self.draw.choices(acts, k=steps - len(acts))):
            act()
            self.world.clock.move(minutes=self.draw.randint(1, 90))
        gone = self.world.laptop()
        self.office.push(
            self.office.op(
                "device",
                record=gone.device,
                fields={"status": "revoked"},
                seen=self.seen("device", gone.device, ("status",)),
            )
        )
        gone.push(gone.op(fields={"title": "Late"}, values={"body": "Late"}))

    # what people do

    def laptop(self) -> tuple[Laptop, str, int]:
        place = self.draw.randrange(3)
        return self.field[place], ("13", "13", "05")[place], place

    def push(self, laptop: Laptop, *ops: Op, values: dict[str, Any] | None = None, region: str = "13") -> Any:
        self.last.append((laptop, ops, dict(values or {})))
        return laptop.push(*ops, values=values, region=region)

    def write(self) -> None:
        laptop, region, _ = self.laptop()
        ops, values = [], {}
        for _ in range(self.draw.randint(1, 4)):
            body = {"body": self.draw.choice(BODIES)} if self.draw.random() < 0.6 else None
            fields = {"title": self.draw.choice(TITLES), "topic": "roads", "space": "street", "count": 1}
            ops.append(laptop.op(fields=fields, values=body, region=region))
            values |= {ops[-1].id: body} if body else {}
            self.records.append((region, ops[-1].record))
        self.push(laptop, *ops, values=values, region=region)

    def look(self) -> None:
        for place, region in enumerate(("13", "13", "05")):
            if self.draw.random() < 0.6:
                self.views[place] = self.office.pulled("note", region)

    def edit(self) -> None:
        laptop, region, place = self.laptop()
        mine = [record for of, record in self.records if of == region]
        record = self.draw.choice(mine) if mine else None
        if record is None:
            return
        shown = self.views[place].get(record)
        names = self.draw.choice((("title",), ("count",), ("status", "why"), ("title", "body")))
        values = {
            "title": self.draw.choice(TITLES),
            "count": self.draw.randint(1, 3),
            "status": "open",
            "why": "because",
        }
        fields = {name: values[name] for name in names if name != "body"}
        body = {"body": self.draw.choice(BODIES)} if "body" in names else None
        seen = {} if shown is None else {name: shown.writer_of(name) for name in names if name in shown.fields}
        op = laptop.op(record=record, fields=fields, values=body, seen=seen, region=region)
        self.push(laptop, op, values={op.id: body} if body else None, region=region)

    def mistake(self) -> None:
        laptop, region, _ = self.laptop()
        wrong = self.draw.choice(({"topic": "raods"}, {"title": 7}, {"count": "many"}))
        self.push(laptop, laptop.op(fields={"space": "street", **wrong}, region=region), region=region)

    def go_on_from_a_mistake(self) -> None:
        laptop, region, _ = self.laptop()
        first = laptop.op(fields={"topic": "raods", "title": "A"}, values={"body": "B"}, region=region)
        second = laptop.op(record=first.record, fields={"title": "B"}, seen={"title": first.id}, region=region)
        heals = laptop.op(record=first.record, fields={"topic": "water"}, seen={"topic": first.id}, region=region)
        self.push(laptop, first, second, values={first.id: {"body": "B"}}, region=region)
        if self.draw.random() < 0.7:
            self.push(laptop, heals, region=region)

    def nonsense(self) -> None:
        laptop, region, _ = self.laptop()
        op = laptop.op(fields={"title": "A"}, region=region)
        elsewhere = laptop.op(fields={"title": "A"}, values={"body": "B"}, region="07")
        laptop.push(
            {**op.to_wire(), "captured_at": "yesterday"},
            {"op": "my own name", "kind": "note"},
            7,
            laptop.op("spaceship", fields={"speed": 1}, region=region),
            elsewhere,
            laptop.op(fields={"title": "No values"}, values={"body": "B"}, region=region),
            values={elsewhere.id: {"body": "B"}},
            region=region,
        )
        if self.last:
            _, (known, *_), _ = self.draw.choice(self.last)
            laptop.push({**known.to_wire(), "author": "somebody else"}, region=region)

    def decide(self) -> None:
        region = self.draw.choice(("13", "05"))
        waiting = [one for one in self.office.pulled("quarantine", region).values() if one.fields["state"] == "waiting"]
        for one in self.draw.sample(waiting, min(2, len(waiting))):
            state = self.draw.choice(("released", "rejected"))
            fields = {"state": state, "decided_by": self.office.device, "decided_reason": "so"}
            seen = {name: one.writer_of(name) for name in fields}
            self.office.push(self.office.op("quarantine", one.record, fields, seen=seen, region=region), region=region)

    def settle(self) -> None:
        region = self.draw.choice(("13", "05"))
        for record in self.office.pulled("note", region).values():
            for conflict in record.conflicts[:1]:
                keeps = {name: record.fields.get(name) for name in conflict["group"] if name not in ("body", "phone")}
                seen = {name: record.writer_of(name) for name in keeps if name in record.fields}
                op = self.office.op("note", record.record, keeps, seen=seen, region=region, resolves=(conflict["id"],))
                self.office.push(op, region=region)

    def settle_beforehand(self) -> None:
        if not self.records:
            return
        of, record = self.draw.choice(self.records)
        laptop = next(one for one, where in zip(self.field, ("13", "13", "05"), strict=True) if where == of)
        op = laptop.op(record=record, fields={"title": "Unseen"}, region=of)
        ahead = self.office.op("note", record, {"mood": "calm"}, region=of, resolves=(f"{op.id}/title",))
        self.office.push(ahead, region=of)
        self.push(laptop, op, region=of)

    def person(self) -> None:
        laptop, region, _ = self.laptop()
        mine = [record for of, record in self.records if of == region]
        if mine:
            values = {"name": self.draw.choice(("Ana", "Luis")), "mail": None}
            op = laptop.op("person", self.draw.choice(mine), values=values, region=region)
            self.push(laptop, op, values={op.id: values}, region=region)

    def stamp(self) -> None:
        laptop, region, _ = self.laptop()
        values = {"answers_sealed": sealed_for(self.world, {"q1": self.draw.choice(("yes", "no"))})}
        op = laptop.op("stamp", fields={"result": "complete"}, values=values, region=region)
        self.push(laptop, op, values={op.id: values}, region=region)
        self.push(laptop, laptop.op("stamp", op.record, {"result": "twice"}, region=region), region=region)

    def publish(self) -> None:
        topics = self.office.pulled("topic", ALL)
        if not topics:
            self.office.push(self.office.op("topic", fields={"code": "raods", "name": "Roads"}, region=ALL), region=ALL)

    def erase(self) -> None:
        if not self.records:
            return
        region, record = self.draw.choice(self.records)
        for kind in ("note", "person"):
            self.office.push(self.office.op(kind, record, region=region, erase=True), region=region)
        self.erased.append(record)

    def again(self) -> None:
        if not self.last:
            return
        laptop, ops, values = self.draw.choice(self.last)
        before = laptop.stream, laptop.seq, laptop.link
        laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""
        laptop.push(*ops, values=values, region=ops[0].region)
        laptop.push(*ops, values=values, region=ops[0].region)
        laptop.stream, laptop.seq, laptop.link = before

    def clone(self) -> None:
        laptop, region, _ = self.laptop()
        laptop.seq, laptop.link = 1, "0" * 64
        next_stream = laptop.ids.new()
        batch = replace(laptop.batch([laptop.op(fields={"title": "A"})], region=region), next_stream=next_stream)
        with suppress(RefusedError):
            self.world.centre.push(laptop.held, batch, batch.stream)
        laptop.stream, laptop.seq, laptop.link = next_stream, 0, ""
        self.push(laptop, laptop.op(fields={"title": "On a clone"}, region=region), region=region)
        seen = self.seen("device", laptop.device, ("confirmation",), region)
        confirmed = self.office.op("device", laptop.device, {"confirmation": "confirmed"}, seen=seen, region=region)
        self.office.push(confirmed, region=region)

    def promote(self) -> None:
        """A laptop changes its role, and back."""
        role = "field" if self.field[0].held.role == "coordination" else "coordination"
        seen = self.seen("device", self.field[0].device, ("role",))
        self.office.push(self.office.op("device", self.field[0].device, {"role": role}, seen=seen))

    def seen(self, kind: str, record: str, names: tuple[str, ...], region: str = "13") -> dict[str, str]:
        shown = self.office.pulled(kind, region)[record]
        return {name: shown.writer_of(name) for name in names}


def lived(world: World, seed: int = 1, steps: int = STEPS) -> Life:
    """Let a centre live."""
    life = Life(world, seed)
    life.go_on(steps)
    return life
