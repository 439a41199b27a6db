"""A centre before and after it lost its history, for the tests of what outlives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sync.core.ops import Op, canonical, made_id, sha256
from sync.core.protocol import PushAnswer
from sync.core.trust import Vouched
from tests.central.speaking import Laptop, World


def moved(laptop: Laptop, world: World) -> Laptop:
    """The laptop in the new epoch: a new stream, the same keys and certificate."""
    laptop.world = world
    laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""
    laptop.epoch = world.centre.status()["epoch"]
    return laptop


def known(world: World, laptop: Laptop) -> Laptop:
    """A laptop that showed its certificate and was confirmed."""
    device = world.centre.device(laptop.device, laptop.certificate)
    assert device is not None
    world.centre.take_in(device)
    world.centre.write(device.region, "device", device.id, {"confirmation": "confirmed"})
    return moved(laptop, world)


def handed_in(laptop: Laptop, told: Mapping[str, Any]) -> Any:
    """A push of something that the centre vouches for."""
    vouched = Vouched.from_wire(told)
    batch = laptop.batch([dict(vouched.op)])
    return laptop.send(replace(batch, proofs={vouched.op["op"]: vouched.proof}))


def taken_first(laptop: Laptop, told: Mapping[str, Any]) -> PushAnswer:
    """A push of an op of one's own under each id of something that the centre vouches for."""
    taken = (told["op"]["op"], made_id(sha256(canonical(told["op"]))))
    return laptop.push(*(laptop.op(id=one, fields={"title": "Mine", "space": "street"}) for one in taken))


def erased(world: World, office: Laptop, note: Op) -> Mapping[str, Any]:
    """What a pull tells of a note that the coordination erased."""
    office.push(office.op(record=note.record, erase=True))
    return dict(office.pulled()[note.record].extra["erase"])


def private_note(laptop: Laptop) -> Op:
    values = {"body": "Somebody's words"}
    op = laptop.op(fields={"title": "A", "space": "street"}, values=values)
    laptop.push(op, values={op.id: values})
    return op
