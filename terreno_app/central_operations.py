"""Operating the centre: migrate, save and restore it, look it through, decide on devices, give it new keys.

A composition root like `central.py`, for what whoever runs the server does. In: the URL of a database. Out: values.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sync.central.errors import CentralError, DamagedCopyError, FilledDatabaseError, NewerCopyError, NotFoundedError
from sync.central.facts import CENTRE
from sync.central.held import Device, SeenDevice
from sync.central.migrations import newest
from sync.central.operate import check as checking
from sync.central.operate import restore as restoring
from sync.central.operate.backup import KEEP_DAYS, BackedUp, back_up, newest_backup, write_backup
from sync.central.operate.check import Checked
from sync.central.operate.copies import Told
from sync.central.operate.glance import Glance, glance
from sync.central.operate.inspection import Fault
from sync.central.operate.recount import Difference, mend
from sync.central.operate.restore import Restored
from sync.central.operate.rotation import Rotated, end_old_keys, rotate
from sync.central.own_kinds import CONFIRMED, DEVICE, OUT_OF_HAND, REVOKED
from sync.central.ports import Readings
from sync.central.stores import shown
from sync.core.merge import Outcome
from sync.core.schema import Json
from sync.core.trust import SIGN, words_to_compare
from terreno_app.central import SYSTEM_CLOCK, centre_of, no_centre, store_of, surroundings_of
from terreno_app.domain.clock import Clock
from terreno_app.paths import resources
from terreno_app.reconciliation import schema
from terreno_app.services.errors import ServiceError
from terreno_app.storage.passphrases import words
from terreno_app.storage.resources import load_catalogues

Progress = Callable[[int, int], object]
"""Told how many rows are done, and of how many."""

_OBJECTIONS: dict[type[CentralError], str] = {
    FilledDatabaseError: "filled_database",
    DamagedCopyError: "damaged_copy",
    NewerCopyError: "newer_copy",
}


@dataclass(frozen=True, slots=True)
class Migrated:
    """From which version of the tables to which."""

    before: int
    after: int


def migrate(database: str) -> Migrated:
    """Bring a database to this program's version; one that has it stays as it is.

    Raises:
        ServiceError: `unknown_database`, `database_unavailable`, `newer_central_database`.
    """
    with _objections(database), store_of(database, as_found=True) as store, store.writing() as tx:
        if tx.is_empty():
            raise NotFoundedError
        before = tx.version()
        tx.migrate(newest())
        return Migrated(before, newest())


def backup(database: str, out: Path, progress: Progress, *, keep_days: int | None = None, clock: Clock) -> BackedUp:
    """Save a centre, while it serves, into a file, or into a folder whose old backups are destroyed then.

    A database of an older version is saved as it is: nobody should migrate one that has no backup. Secret keys whose
    time is over end here too, because a server that runs for months does not look.

    Raises:
        ServiceError: `unknown_database`, `file_exists`, or what the disk says.
    """
    with _objections(database), store_of(database, as_found=True) as store:
        with store.reading() as tx:
            current = tx.version() == newest()
        if current:
            end_old_keys(store, clock.now())
        keep = timedelta(days=keep_days or KEEP_DAYS)
        return back_up(store, out, clock.now(), lambda header: _told(header.total, progress), keep)


def restore(database: str, file: Path, progress: Progress, *, clock: Clock = SYSTEM_CLOCK) -> Restored:
    """Bring a centre back into an empty database, as a new epoch of its history.

    Raises:
        ServiceError: `file_missing`, `damaged_copy`, `newer_copy`, `filled_database`, `unknown_database`.
    """
    if not file.is_file():
        raise ServiceError("file_missing", file=file)
    with (
        _objections(database),
        store_of(database, exists=False, as_found=True) as store,
        file.open("rb") as source,
    ):
        return restoring.restore(source, store, surroundings_of(clock), lambda header: _told(header.total, progress))


def check(database: str, tell: Callable[[Fault], object], progress: Progress) -> Checked:
    """Make every hash, link, counter, signature and receipt again from what is held.

    Raises:
        ServiceError: `unknown_database`, `older_central_database`.
    """
    kinds = schema(load_catalogues(resources()))
    with _objections(database), store_of(database) as store, store.reading() as tx:
        return checking.check(tx, kinds, tell, lambda total: _told(total, progress))


@dataclass(frozen=True, slots=True)
class Watched:
    """A centre at a glance, and when its newest backup was taken."""

    glance: Glance
    backup_at: datetime | None


def watch(database: str, backups: Path | None) -> Watched:
    """Look at a centre as a monitoring system does: quick, and nothing is recalculated or changed.

    Args:
        database: Its URL.
        backups: The folder in which its backups should be.

    Raises:
        ServiceError: `unknown_database`, `database_unavailable`, `older_central_database`.
    """
    with _objections(database), store_of(database) as store, store.reading() as tx:
        centre = tx.value(CENTRE)
        if centre is None:
            raise NotFoundedError
        return Watched(glance(tx), None if backups is None else newest_backup(backups, centre))


def recount(database: str, *, clock: Clock = SYSTEM_CLOCK) -> list[Difference]:
    """Bring the figures up to date, count them again, and put right what differs; what did.

    Raises:
        ServiceError: `unknown_database`, `older_central_database`.
    """
    found: list[Difference] = []
    with _objections(database), store_of(database) as store:
        centre = centre_of(store, clock, database)
        centre.folding.catch_up(lambda: False)
        mend(store, centre.folding.layout, found.append)
    return found


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A device of the centre, the six words that its own screen showed when it was enrolled, and its former labels.

    Once a copy of it has a label of its own, the first machine still writes under the one before: both are this device.
    """

    seen: SeenDevice
    words: str
    former: tuple[str, ...]


def devices(database: str) -> list[ListedDevice]:
    """Every device of a centre, with the words that people compare."""
    listed = words()
    with _objections(database), store_of(database) as store, store.reading() as tx:
        held = tx.keys()
        if not held:
            raise NotFoundedError
        first = next(key.public for key in held if key.use == SIGN and key.by is None)
        return [
            ListedDevice(
                one, " ".join(words_to_compare(first, one.device.sign_key, listed)), _former_labels(tx, one.device)
            )
            for one in tx.devices()
        ]


def _former_labels(tx: Readings, device: Device) -> tuple[str, ...]:
    told = [row.raw for row in tx.history(DEVICE, device.id) if row.result.status is Outcome.APPLIED]
    fields = [raw["fields"] for raw in told if isinstance(raw, dict) and isinstance(raw["fields"], dict)]
    labels = [str(one["label"]) for one in fields if one.get("label")]
    return tuple(dict.fromkeys(label for label in labels if label != device.label))


def revoke(database: str, named: str, *, clock: Clock = SYSTEM_CLOCK) -> Device:
    """A device pulls nothing any more, and what it hands in waits in quarantine.

    Raises:
        ServiceError: `no_such_device` for a label or id that no device has.
    """
    return _decide(database, named, {"status": REVOKED}, clock)


def confirm(database: str, named: str, *, clock: Clock = SYSTEM_CLOCK) -> Device:
    """A device that was cloned, restored or forgotten may read again.

    Raises:
        ServiceError: `no_such_device` for a label or id that no device has.
    """
    return _decide(database, named, {"confirmation": CONFIRMED}, clock)


def receives(device: Device) -> bool:
    """Whether a device that waits for nobody's word is given anything."""
    return device.status not in OUT_OF_HAND


def new_keys(database: str, backup_to: Path, progress: Progress, *, clock: Clock = SYSTEM_CLOCK) -> Rotated:
    """Give the centre new keys; a backup that has them is written before anybody learns of them.

    Raises:
        ServiceError: `unknown_database`, `file_exists`, or what the disk says: the keys are the old ones then.
    """
    now = clock.now()
    with _objections(database), store_of(database) as store:
        return rotate(
            store,
            surroundings_of(clock),
            lambda tx: write_backup(tx, backup_to, now, lambda header: _told(header.total, progress)),
        )


def new_recovery_key(database: str, key: str, *, clock: Clock = SYSTEM_CLOCK) -> None:
    """Give the centre a recovery key, or another one.

    Args:
        database: `sqlite:///path` or `postgresql://…`.
        key: Public key, hex.
        clock: Where the hour comes from.

    Raises:
        ServiceError: `unknown_database`.
    """
    with store_of(database) as store:
        centre_of(store, clock, database).name_recovery_key(key)


def _decide(database: str, named: str, fields: dict[str, Json], clock: Clock) -> Device:
    with store_of(database) as store:
        with store.reading() as tx:
            held = [one.device for one in tx.devices()]
            found = next((one for one in held if named in {one.id, one.label}), None) or next(
                (one for one in held if named in _former_labels(tx, one)), None
            )
        if found is None:
            raise ServiceError("no_such_device")
        centre_of(store, clock, database).write(found.region, DEVICE, found.id, fields)
        with store.reading() as tx:
            return tx.device(found.id) or found


def _told(total: int, progress: Progress) -> Told:
    done = 0

    def told(rows: int) -> None:
        nonlocal done
        done += rows
        progress(done, total)

    return told


@contextmanager
def _objections(database: str) -> Iterator[None]:
    """Give the words for what a copy or a database objects to."""
    try:
        yield
    except FileExistsError as error:
        raise ServiceError("file_exists") from error
    except NotFoundedError as error:
        raise no_centre(database) from error
    except tuple(_OBJECTIONS) as error:
        raise ServiceError(_OBJECTIONS[type(error)], database=shown(database)) from error
