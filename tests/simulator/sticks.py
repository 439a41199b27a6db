"""Sticks: what a laptop without a network hands to the centre as a file, and what comes home; lost, late or twice."""

import io
from dataclasses import dataclass

from sync.client.bundle import Receiver, pack
from sync.client.conversation import Hooks, Run
from sync.client.errors import ClientError
from sync.core.errors import UnreadableBundleError
from tests.simulator.machine import KilledError, Machine
from tests.simulator.office import OfficeDiedError
from tests.simulator.world import World


@dataclass(frozen=True, slots=True)
class Stick:
    """A file on its way.

    Attributes:
        machine: The laptop that wrote it, or that it is for.
        content: The file.
    """

    machine: Machine
    content: bytes


class Sticks:
    """Every file that is under way between a laptop and the centre.

    Args:
        world: The execution.

    Attributes:
        bundles: Files for the centre.
        answers: Files that the centre wrote.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.bundles: list[Stick] = []
        self.answers: list[Stick] = []

    def pack(self, machine: Machine, kill_at: int = 0) -> None:
        """A laptop writes what it has to say, and where it stands, into a file."""
        file = io.BytesIO()
        machine.life.left = kill_at
        try:
            packed = pack(Run(machine.store, Hooks(at=machine.life.point)), machine.keys, machine.schema.version, file)
            machine.store.mark_sent(packed.ops)
        except KilledError:
            self._world.history.note(machine.name, "is killed while packing", "kills")
            machine.reopen()
            return
        finally:
            machine.life.left = 0
        self._world.history.note(machine.name, f"packs {', '.join(packed.ops) or 'nothing'}", "bundles")
        self.bundles.append(Stick(machine, file.getvalue()))

    def carry(self, place: int, doom: int = 0, *, stays: bool = False) -> None:
        """Somebody brings a file to the centre, which answers with another one.

        Args:
            place: Which file.
            doom: Commit points after which the centre dies over it; 0 lets it live.
            stays: The file stays on the stick, and may be brought again.
        """
        stick = self.bundles[place] if stays else self.bundles.pop(place)
        who = stick.machine.name
        try:
            answer = self._world.office.take_bundle(stick.content, doom)
        except OfficeDiedError:
            self._world.history.note("centre", f"dies over the bundle of {who}, and starts again")
            return
        except UnreadableBundleError as error:
            self._world.history.note("centre", f"does not take the bundle of {who}: {error}")
            return
        self._world.history.note("centre", f"answers a bundle of {who}", "bundles answered")
        self.answers.append(Stick(stick.machine, answer))
        self._world.road.ever_answered.update(op for (op,) in self._world.office.rows("SELECT id FROM ops"))

    def receive(self, place: int, machine: Machine | None = None, kill_at: int = 0, *, stays: bool = False) -> None:
        """An answer comes home.

        Args:
            place: Which answer.
            machine: To which laptop; by default the one that it is for.
            kill_at: Point between two effects at which the program ends; 0 lets it live.
            stays: It may come home again.
        """
        stick = self.answers[place] if stays else self.answers.pop(place)
        home = machine or stick.machine
        self._world.history.note(home.name, "receives an answer by stick", "answers received")
        self._world.screens.before_sync(home)
        life, whole = home.life, False
        life.left = kill_at
        try:
            receiver = Receiver(Run(home.store, Hooks(at=life.point)), home.keys, home.clock)
            outcome = receiver.receive(io.BytesIO(stick.content))
            whole = True
            warnings = ", ".join(warning.code for warning in outcome.warnings)
            self._world.history.note(home.name, f"  receives {outcome.received} records {warnings}")
        except KilledError:
            self._world.history.note(home.name, "is killed while receiving", "kills")
            home.reopen()
        except (ClientError, UnreadableBundleError) as error:
            self._world.history.note(home.name, f"gives up: {type(error).__name__} {error}")
        finally:
            life.left = 0
        # How far a file has told a feed stands in the file alone: what it has told counts as its end.
        identity = home.store.identity()
        self._world.road.ends |= {(home.name, feed): identity.epoch for feed in home.store.feeds()}
        self._world.screens.after_sync(home, whole=whole)
