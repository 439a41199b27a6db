"""The composition root of the laptop: the only file that knows every concrete class.

In: a folder and a passphrase. Out: an open laptop, every use case in its place. No Qt here: the window and the command
line open the same laptop.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from sync.client.conversation import Patience
from sync.client.keys import seal
from sync.client.progress import SyncWarning
from sync.core.instants import instant
from sync.core.trust import BOX
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock
from terreno_app.domain.deadlines import BusinessCalendar
from terreno_app.domain.ids import Ids
from terreno_app.fitness import proven_ops, readiness_of, surroundings
from terreno_app.machine import THIS_MACHINE, Machine
from terreno_app.paths import resources
from terreno_app.publish.printer import SystemPrinter
from terreno_app.publish.publisher import Publisher
from terreno_app.reconciliation import schema
from terreno_app.renewing import beside, updates_of
from terreno_app.services.actas import Actas
from terreno_app.services.attentions import Attentions
from terreno_app.services.bundles import Bundles
from terreno_app.services.closes import Closes
from terreno_app.services.conflicts import Conflicts
from terreno_app.services.doctor import Doctor
from terreno_app.services.drilling import Drilling
from terreno_app.services.editing import Editing
from terreno_app.services.goals import Goals
from terreno_app.services.importing import Importing
from terreno_app.services.keys import Keys
from terreno_app.services.laptop import Laptop, Person
from terreno_app.services.listing import Listing
from terreno_app.services.outings import OPEN_SESSION, Outings
from terreno_app.services.paper import Paper
from terreno_app.services.ports import Random
from terreno_app.services.published import Published
from terreno_app.services.quarantine import Quarantine
from terreno_app.services.readiness import Readiness
from terreno_app.services.receipts import Receipts
from terreno_app.services.rejections import Rejections
from terreno_app.services.reports import Reports
from terreno_app.services.review import Review
from terreno_app.services.rights import Rights
from terreno_app.services.rules import Rules
from terreno_app.services.status import Status
from terreno_app.services.survey import Survey
from terreno_app.services.sync_day import Progress, ShouldStop, SyncDay
from terreno_app.services.unfinished import Unfinished
from terreno_app.services.updates import Here, Updates
from terreno_app.services.writing import Writer
from terreno_app.storage.backup import write_backup
from terreno_app.storage.folder import LaptopFolder, OpenFolder
from terreno_app.storage.keyslots import Slot
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.storage.passphrases import draw
from terreno_app.storage.public_languages import load_public_languages
from terreno_app.storage.resources import load_catalogues
from terreno_app.storage.shelf import Shelf, keep_before_migrating
from terreno_app.to_centre import DELAYS_S, EngineRun, Line, Post, device_keys_of, route_of
from terreno_app.versions import Versions

AUTHORITY_FILE = "centro.pem"


def system_clock() -> Clock:
    """This machine's clock."""
    return THIS_MACHINE.clock


def drawn_passphrase() -> str:
    """Five words drawn for a new key."""
    return draw(os.urandom)


def shipped_catalogues() -> Catalogues:
    """The catalogues that came with this version, read once: what is shipped changes with the program alone."""
    return _shipped_in(resources())


_shipped_in = lru_cache(maxsize=1)(load_catalogues)


@dataclass(frozen=True, slots=True)
class OpenLaptop:
    """This laptop, opened by one person: every use case, ready."""

    folder: OpenFolder
    laptop: Laptop
    catalogues: Catalogues
    clock: Clock
    store: LaptopStore
    central: Line
    attentions: Attentions
    unfinished: Unfinished
    outings: Outings
    paper: Paper
    importing: Importing
    listing: Listing
    editing: Editing
    conflicts: Conflicts
    quarantine: Quarantine
    rights: Rights
    sync_day: SyncDay
    bundles: Bundles
    status: Status
    survey: Survey
    receipts: Receipts
    reports: Reports
    closes: Closes
    drilling: Drilling
    goals: Goals
    publisher: Publisher
    printer: SystemPrinter
    keys: Keys
    doctor: Doctor
    readiness: Readiness
    actas: Actas
    shelf: Shelf
    updates: Updates

    @property
    def person(self) -> Person:
        """Who opened it, by the name that the register gave when it was last learned."""
        return self.keys.opener

    def feeds(self) -> tuple[str, ...]:
        """The feeds that this laptop reads."""
        return self.store.feeds()

    def backup(self, target: Path | None) -> tuple[Path, int]:
        """Write a backup of this laptop, by default into its own folder; the file and its size in bytes."""
        return self.shelf.put() if target is None else (target, write_backup(self.folder, target))

    def close(self) -> None:
        """Close the store and forget its key."""
        self.store.close()
        self.folder.close()


def slots(folder: Path) -> tuple[Slot, ...]:
    """Who can open a laptop; no passphrase is needed."""
    return LaptopFolder(folder).officers()


def open_laptop(
    folder: Path,
    officer: str | None,
    passphrase: Callable[[], str],
    *,
    catalogues: Catalogues | None = None,
    machine: Machine = THIS_MACHINE,
    waited: bool = False,
) -> OpenLaptop:
    """Open an enrolled laptop.

    Args:
        folder: Its folder.
        officer: Who opens; ``None`` takes the only slot, else the one that the passphrase opens.
        passphrase: Asked once, and only when there is a laptop to open.
        catalogues: Instead of the shipped ones.
        machine: What it runs on.
        waited: The person has already waited, in front of a screen, the seconds that follow failures.

    Raises:
        StorageError: no laptop, wrong passphrase, locked by another program, newer or damaged database.
    """
    closed = closed_folder(folder, replace(machine, wait=_no_wait) if waited else machine)
    closed.officers()
    opened = closed.unlock(officer, passphrase())
    try:
        keep_before_migrating(opened, machine.clock)
        return compose(opened, catalogues or shipped_catalogues(), machine.clock, machine.random, pause=machine.wait)
    except BaseException:
        opened.close()
        raise


def _no_wait(_seconds: float) -> None:
    return None


def closed_folder(folder: Path, machine: Machine) -> LaptopFolder:
    """A laptop's folder before anybody opens it."""
    return LaptopFolder(folder, random=machine.random, strength=machine.strength, wait=machine.wait)


def compose(
    folder: OpenFolder,
    shipped: Catalogues,
    clock: Clock,
    random: Random,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> OpenLaptop:
    """Put every class in its place.

    Args:
        folder: The laptop's folder, unlocked.
        shipped: The catalogues of the installation; what the centre published is laid over them.
        clock: Where the hour comes from.
        random: Where ids, salts and seeds come from.
        pause: Waits before the centre is asked again.

    Raises:
        StorageError: the folder was never enrolled, or its database cannot be used.
    """
    ids = Ids(clock, random)
    store = LaptopStore(folder.path, folder.key, schema(shipped), new_id=ids.new)
    published = Published(store, shipped)
    catalogues = published.in_use
    kinds = schema(catalogues)
    if (told := store.recovery_key_told()) is not None:
        folder.set_recovery_key(bytes.fromhex(told["key"]))
    identity = store.identity()
    laptop = Laptop(
        device=identity.device,
        label=identity.label,
        role="coordination" if identity.role == "coordination" else "field",
        region=identity.region,
        central=identity.central,
    )
    device_keys = device_keys_of(store)
    authority = folder.path / AUTHORITY_FILE
    line = Line(store, device_keys, clock, authority if authority.exists() else None)
    calendar = BusinessCalendar(catalogues.holidays)
    rules = Rules(catalogues, calendar)
    writer = Writer(kinds, laptop, ids, clock, random)
    review = Review(store, catalogues, laptop, clock)
    editing = Editing(store, writer, kinds, rules, laptop)
    conflicts = Conflicts(store, writer, catalogues, laptop, line, rules)
    versions = Versions(folder.path)
    versions.hold(_attending(store))
    outings = Outings(
        store,
        writer,
        catalogues,
        laptop,
        clock,
        random,
        lambda message: device_keys.sign(message).hex(),
        versions.hold,
    )
    attentions = Attentions(store, writer, editing, outings, catalogues, calendar, laptop, ids, clock, folder.officer)
    paper = Paper(store, writer, attentions, kinds, rules, laptop, ids, clock, lambda answers: _sealed(store, answers))
    keys = Keys(store, folder, LaptopFolder(folder.path).officers, lambda: draw(random))
    keys.learn_names()
    store.retire(instant(clock.now() + timedelta(milliseconds=store.clock_offset_ms())))

    patience = Patience(delays_s=DELAYS_S, pause=pause)

    def engine(progress: Progress, should_stop: ShouldStop) -> EngineRun:
        return EngineRun(line, store, clock, progress, should_stop, patience)

    shelf = Shelf(folder, laptop.label, clock)
    reports = Reports(store, clock, laptop, catalogues, line.tallies)
    rejections = Rejections(store, catalogues.labels)

    def news() -> list[SyncWarning]:
        return [*rejections.arrived(), *review.after_void(), *published.arrived()]

    sync_day = SyncDay(store, laptop, engine, shelf, keys.learn_names, news)
    languages = load_public_languages(resources())
    return OpenLaptop(
        folder=folder,
        laptop=laptop,
        catalogues=catalogues,
        clock=clock,
        store=store,
        central=line,
        attentions=attentions,
        unfinished=Unfinished(store, folder.officer),
        outings=outings,
        paper=paper,
        importing=Importing(store, paper, attentions, laptop, catalogues),
        listing=Listing(store, kinds, review, conflicts, clock),
        editing=editing,
        conflicts=conflicts,
        quarantine=Quarantine(store, writer, laptop),
        rights=Rights(store, writer, laptop, ids, clock),
        sync_day=sync_day,
        bundles=Bundles(Post(line, store, device_keys, clock, patience), sync_day.ended, sync_day.backup),
        status=Status(store, review, lambda: proven_ops(store)),
        survey=Survey(store, outings, paper, catalogues, tuple(one.survey for one in languages), laptop, clock),
        receipts=Receipts(store, catalogues, tuple(one.receipt for one in languages), clock),
        reports=reports,
        drilling=Drilling(store, attentions),
        closes=Closes(store, writer, reports, laptop, clock),
        goals=Goals(store, writer, editing, rules, laptop, ids, clock),
        publisher=Publisher(resources(), catalogues),
        printer=SystemPrinter(),
        keys=keys,
        doctor=Doctor(store, catalogues, clock, surroundings(folder, store, line.obstacle)),
        actas=Actas(store, outings, catalogues, laptop, keys.person),
        shelf=shelf,
        updates=updates_of(
            folder.path,
            lambda: beside(route_of(store, identity.central, line.ca)),
            Here(lambda: _attending(store), lambda: shelf.put(by_itself=True)),
            clock,
        ),
        readiness=Readiness(store, catalogues, clock, readiness_of(folder, store, clock, kinds)),
    )


def _attending(store: LaptopStore) -> bool:
    """Whether an outing is open on this laptop."""
    return isinstance(store.meta(OPEN_SESSION), str)


def _sealed(store: LaptopStore, answers: bytes) -> str:
    """Survey answers, sealed to the centre's newest box key."""
    newest = list(store.identity().centre_keys[BOX].values())[-1]
    return seal(newest, answers)
