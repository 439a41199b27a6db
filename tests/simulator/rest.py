"""How a history ends: the misfortunes are over, everything under way arrives, and everybody synchronises."""

from tests.simulator.machine import Machine
from tests.simulator.sticks import Sticks
from tests.simulator.world import World

ROUNDS = 12
"""After so many everybody is up to date, or never will be."""


def come_to_rest(world: World, sticks: Sticks) -> None:
    """Let everything arrive, and everybody synchronise until nobody has anything to say or to hear."""
    world.calm = True
    world.history.note("all", "come to rest")
    while world.road.parcels:
        world.deliver(0)
    while sticks.bundles:
        sticks.carry(0)
    while sticks.answers:
        sticks.receive(0)
    for machine in world.machines:
        world.set_clock(machine, 0)
    _reject_half_of_the_reused(world)
    for turn in range(ROUNDS):
        _confirm_everybody(world)
        behind = [machine for machine in world.machines if turn == 0 or _is_behind(world, machine)]
        if not behind:
            return
        for machine in behind:
            world.sync(machine)
    world.breaks("everybody comes to rest", f"after {ROUNDS} rounds")


def _is_behind(world: World, machine: Machine) -> bool:
    """Whether a laptop has something to send, or the centre something that it has not read."""
    store = machine.store
    if store.pending() or store.identity().epoch != world.office.epoch:
        return True
    if machine not in world.readers():
        return False
    last = dict(world.office.rows("SELECT region, last_change FROM feeds"))
    return bool(store.meta("second_base")) or any(store.cursor(feed) < last.get(feed, 0) for feed in store.feeds())


def _reject_half_of_the_reused(world: World) -> None:
    """Somebody at the centre rejects some of what came under a taken id: nothing else ends its waiting."""
    waiting = world.office.rows("SELECT op, region FROM quarantine WHERE reason = 'id_reused' AND state = 'waiting'")
    for op, region in waiting:
        if world.nature.slips.random() < 0.5:
            world.history.note("centre", f"rejects {op}", "reused ids rejected")
            decision = {"state": "rejected", "decided_by": None, "decided_reason": "type it again"}
            world.office.write(region, "quarantine", op, decision)


def _confirm_everybody(world: World) -> None:
    """Somebody at the centre looks at every device that waits for it."""
    for device, region in world.office.rows(
        "SELECT id, region FROM devices WHERE confirmation IN ('fork', 'restored')"
    ):
        world.history.note("centre", f"confirms {device}")
        world.office.write(region, "device", device, {"confirmation": "confirmed"})
