"""What befalls machines: cloned images, backups put back, a centre brought back from an older day, years that pass."""

from dataclasses import dataclass
from pathlib import Path

from sync.central.operate.restore import LABEL_GAP
from terreno_app.storage.backup import LEFT_OUT
from tests.simulator.machine import Machine
from tests.simulator.template import enrolled
from tests.simulator.toy import Seat
from tests.simulator.world import World


@dataclass(frozen=True, slots=True)
class OfficeBackup:
    """A backup of the centre, and what the centre had answered by then.

    Attributes:
        file: The backup.
        results: Its answers.
        last_label: The number of the last label that it had given.
    """

    file: Path
    results: dict[str, str]
    last_label: int


class Misfortunes:
    """Everything that can befall a machine.

    Args:
        world: The execution.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._copies = 0
        self.office_backups: list[OfficeBackup] = []
        self._begun = 0
        self._given: set[int] = set()

    def _place(self) -> Path:
        self._copies += 1
        return self._world.folder / f"copy-{self._copies}"

    def back_up(self, machine: Machine) -> None:
        """Somebody copies the folder of a laptop."""
        if self._world.has_reused(machine):
            return
        self._world.history.note(machine.name, "is copied to a backup")
        machine.backup = self._place()
        machine.copy_to(machine.backup)

    def put_back(self, machine: Machine) -> None:
        """Somebody puts the backup of a laptop in the place of its folder, without a word to anybody."""
        if machine.backup is not None:
            self._world.history.note(machine.name, "has its backup put back", "backups put back")
            machine.put_back(machine.backup)

    def restore(self, machine: Machine) -> None:
        """Somebody restores a laptop from its backup as they should: the program knows of it."""
        if machine.backup is not None:
            self._world.history.note(machine.name, "is restored from its backup", "laptops restored")
            machine.put_back(machine.backup)
            machine.store.came_back((), LEFT_OUT)

    def enrol(self, seat: Seat) -> None:
        """A new laptop gets a code, and joins the others."""
        self._world.history.note(seat.name, f"is enrolled in {seat.region} as {seat.role}", "enrolments")
        folder = self._world.folder / seat.name
        self._world.machines.append(enrolled(seat, folder, self._world.road, self._world.nature))

    def clone(self, machine: Machine) -> None:
        """The disk of a laptop is copied to another one, and somebody works there too."""
        if self._world.has_reused(machine):
            return
        twin = Machine(f"{machine.name}'", self._twin_folder(machine), self._world.nature, machine.schema, machine.keys)
        self._world.history.note(machine.name, f"is cloned as {twin.name}", "clones")
        self._world.machines.append(twin)

    def _twin_folder(self, machine: Machine) -> Path:
        folder = self._place()
        machine.copy_to(folder)
        return folder

    def back_up_office(self) -> None:
        """The centre is backed up."""
        self._world.history.note("centre", "is backed up")
        file = self._place()
        self._world.office.back_up(file)
        self.office_backups.append(self._office_backup(file))

    def give_new_keys(self) -> None:
        """The centre gets new keys; older backups do not hold them, and are thrown away."""
        self._world.history.note("centre", "gets new keys", "new keys of the centre")
        file = self._place()
        self._world.office.give_new_keys(file)
        self.office_backups[:] = [self._office_backup(file)]

    def _office_backup(self, file: Path) -> OfficeBackup:
        return OfficeBackup(file, dict(self._world.road.results), self._world.office.last_label)

    def trustworthy(self) -> list[int]:
        """The backups from which the centre may be brought back.

        From one with the same labels as another one before, it gives the same labels again. Whoever was given one in
        between is refused from then on (`Centre.take_in`) and has to be enrolled anew, which nobody does here.
        """
        if self._begun and self._world.office.last_label != self._begun + LABEL_GAP:
            self._given.add(self._begun)
        return [place for place, one in enumerate(self.office_backups) if one.last_label not in self._given]

    def restore_office(self, place: int) -> None:
        """The centre is lost, and brought back from a backup."""
        backup = self.office_backups[place]
        self._world.history.note("centre", f"is brought back from backup {place + 1}", "centres brought back")
        self._world.office.restore(backup.file)
        self._begun = backup.last_label
        self._world.road.results = dict(backup.results)

    def leap(self, days: int) -> None:
        """Nobody does anything for a while; what may be seen and kept for so many days only, leaves."""
        self._world.history.note("all", f"rest for {days} days", "long rests")
        self._world.time_passes(days * 86_400)
