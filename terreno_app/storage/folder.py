"""A laptop's folder: made whole or not at all, opened by an officer's passphrase, used by one program at a time.

device.key   32 random bytes: a copied database or backup does not open without them
keys.json    the key header (``keyslots.py``); a folder without it is no laptop
tries.json   failed tries since the last right one
terreno.db   the database
lock         held while a program uses the folder
creating     there while the folder is being made: what is beside it may be thrown away
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from nacl.public import PrivateKey

from terreno_app.storage.connection import open_database, rekey, translated
from terreno_app.storage.connections import DATABASE_NAME
from terreno_app.storage.errors import (
    AlreadyALaptopError,
    DamagedDatabaseError,
    KnownOfficerError,
    LastOfficerError,
    NotALaptopError,
    UnknownOfficerError,
    WrongKeyError,
    WrongPassphraseError,
)
from terreno_app.storage.files import FolderLock, make_private, sync_folder, write_safely
from terreno_app.storage.keyslots import (
    KEY_BYTES,
    Header,
    Random,
    Slot,
    Strength,
    calibrated,
    make_slot,
    open_key,
)
from terreno_app.storage.migrations import migrate
from terreno_app.storage.passphrases import check_chosen
from terreno_app.storage.tries import Tries, delay_after

logger = logging.getLogger(__name__)

_SIDE_FILES = ("", "-wal", "-shm", "-journal")


class LaptopFolder:
    """The folder of a laptop, closed.

    Args:
        path: Where it is, or will be.
        random: Gives as many random bytes as it is asked for.
        strength: Cost of a try in new slots; ``None`` measures this machine. Tests lower it.
        wait: Waits so many seconds before a try that comes after failures.
        stopwatch: Seconds, to measure this machine.
    """

    def __init__(
        self,
        path: Path,
        *,
        random: Random = os.urandom,
        strength: Strength | None = None,
        wait: Callable[[float], None] = time.sleep,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.path = path
        self._tries = Tries(path / "tries.json")
        self._random = random
        self._strength = strength
        self._wait = wait
        self._stopwatch = stopwatch

    def exists(self) -> bool:
        """Whether a laptop was made here."""
        return self._header_path.is_file()

    def officers(self) -> tuple[Slot, ...]:
        """The slots, for their officers and names; no passphrase is needed.

        Raises:
            NotALaptopError: no laptop was made here.
            DamagedDatabaseError: the key header cannot be read.
        """
        return self._header().slots

    def recoverable(self) -> bool:
        """Whether the ministry's recovery key opens it too; no passphrase is needed.

        Raises:
            NotALaptopError, DamagedDatabaseError: as in :meth:`officers`.
        """
        return self._header().recovery is not None

    def create(self, officer: str, name: str, passphrase: str, *, recovery_key: bytes | None = None) -> "OpenFolder":
        """Make a laptop's folder with an empty database and the first key slot; cut in the middle, do it again.

        Args:
            officer: Officer id of the first slot.
            name: The officer's name, readable without a passphrase.
            passphrase: What will open it.
            recovery_key: Public X25519 key of the ministry's recovery.

        Raises:
            WeakPassphraseError: the passphrase is too short or common.
            AlreadyALaptopError: a laptop is there already.
            DamagedDatabaseError: data without a key header lie there, and are not touched.
            FolderLockedError, DiskFullError, DiskError: the environment.
        """
        check_chosen(passphrase)
        make_private(self.path)
        lock = FolderLock(self.path / "lock")
        try:
            return self._create(lock, officer, name, passphrase, recovery_key)
        except BaseException:
            lock.release()
            raise

    def unlock(self, officer: str | None, passphrase: str) -> "OpenFolder":
        """Open the folder for this program alone.

        Args:
            officer: Whose passphrase it is; ``None`` takes the only slot, else the slot that the passphrase opens.
            passphrase: As it was typed.

        Raises:
            NotALaptopError, FolderLockedError, UnknownOfficerError, WrongPassphraseError: what it says.
            DamagedDatabaseError: the key header or the device's secret is not as it was written.
        """
        self._header()
        lock = FolderLock(self.path / "lock")
        try:
            header, slot, private, key = self._try(officer, passphrase)
            self._need_database()
            key = self._renewed(header, key, None if slot.next_key is None else open_key(slot.next_key, private))
        except BaseException:
            lock.release()
            raise
        return OpenFolder(self, lock, key, slot.officer)

    def recover(self, recovery: PrivateKey, officer: str, passphrase: str, *, alone: bool = False) -> "OpenFolder":
        """Open the folder by the ministry's recovery key, and give an officer a new passphrase.

        Args:
            recovery: Private half of the recovery key.
            officer: Whose passphrase was forgotten: somebody who has a key here, so that a slip of an ID helps nobody.
            passphrase: The new one.
            alone: Nobody else's slot stays: they belong to another device's secret.

        Raises:
            WeakPassphraseError, UnknownOfficerError, NoRecoveryError, WrongRecoveryError: nothing was changed.
            NotALaptopError, FolderLockedError, DamagedDatabaseError: as in :meth:`unlock`.
        """
        check_chosen(passphrase)
        if all(slot.officer != officer for slot in self._header().slots):
            raise UnknownOfficerError
        lock = FolderLock(self.path / "lock")
        try:
            header, secret = self._header(), self._device_secret()
            key, following = header.recovered(recovery)
            self._need_database()
            if header.renew and following is None:
                # An earlier version sealed a half-made key to the slots alone: it must not be thrown away for another.
                open_database(self._database_path, key).close()
            key = self._renewed(header, key, following)
            header = self._header()
            slot = self._make_slot(officer, _name(header, officer), passphrase, key, secret)
            others = () if alone else tuple(other for other in header.slots if other.officer != officer)
            write_safely(self._header_path, replace(header, slots=(*others, slot)).to_bytes(key))
            self._tries.remember(0)
        except BaseException:
            lock.release()
            raise
        logger.info("an officer has a new key by the recovery key")
        return OpenFolder(self, lock, key, officer)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other program out of the folder while the block runs.

        Raises:
            NotALaptopError: there is no folder of a laptop.
            FolderLockedError: another program has it.
        """
        if not (self.path / "device.key").is_file():
            raise NotALaptopError
        with FolderLock(self.path / "lock"):
            yield

    def beside(self, path: Path) -> "LaptopFolder":
        """Another folder, opened the same way as this one."""
        return LaptopFolder(
            path, random=self._random, strength=self._strength, wait=self._wait, stopwatch=self._stopwatch
        )

    def check(self, officer: str, passphrase: str) -> None:
        """Ask for the passphrase again in a folder that is open, with the same delays.

        Raises:
            UnknownOfficerError, WrongPassphraseError: as in :meth:`unlock`.
        """
        self._try(officer, passphrase)

    def delay_s(self) -> int:
        """Seconds that the next try will wait."""
        return delay_after(self._tries.failures())

    @property
    def _header_path(self) -> Path:
        return self.path / "keys.json"

    @property
    def _database_path(self) -> Path:
        return self.path / DATABASE_NAME

    def _create(
        self, lock: FolderLock, officer: str, name: str, passphrase: str, recovery_key: bytes | None
    ) -> "OpenFolder":
        if self.exists():
            raise AlreadyALaptopError
        self._clear_leftovers()
        secret, key = self._random(KEY_BYTES), self._random(KEY_BYTES)
        write_safely(self.path / "device.key", secret)
        slot = self._make_slot(officer, name, passphrase, key, secret)
        with translated():
            connection = open_database(self._database_path, key)
            try:
                migrate(connection)
            finally:
                connection.close()
            sync_folder(self.path)
        self._tries.remember(0)
        header = Header((slot,))
        if recovery_key is not None:
            header = header.with_recovery(recovery_key, key)
        # From here on it is a laptop.
        write_safely(self._header_path, header.to_bytes(key))
        with translated():
            (self.path / "creating").unlink()
        logger.info("laptop folder created")
        return OpenFolder(self, lock, key, officer)

    def _clear_leftovers(self) -> None:
        """Throw away what a creation that was cut left behind; anything else is somebody's data and stays."""
        marker = self.path / "creating"
        parts = [self.path / (DATABASE_NAME + suffix) for suffix in _SIDE_FILES] + [self.path / "device.key"]
        with translated():
            if any(part.exists() for part in parts) and not marker.exists():
                raise DamagedDatabaseError("data without a key header")
            write_safely(marker, b"")
            for part in parts:
                part.unlink(missing_ok=True)

    def _make_slot(self, officer: str, name: str, passphrase: str, key: bytes, secret: bytes) -> Slot:
        strength = self._strength or calibrated(self._stopwatch)
        return make_slot(
            officer, name, passphrase, key=key, device_secret=secret, strength=strength, random=self._random
        )

    def _header(self) -> Header:
        with translated():
            if not self.exists():
                raise NotALaptopError
            return Header.from_bytes(self._header_path.read_bytes())

    def _device_secret(self) -> bytes:
        with translated():
            path = self.path / "device.key"
            if not path.is_file():
                raise DamagedDatabaseError("device.key")
            return path.read_bytes()

    def _try(self, officer: str | None, passphrase: str) -> tuple[Header, Slot, PrivateKey, bytes]:
        """One try of a passphrase, counted before it is made: cutting the program short saves nobody a delay."""
        header, secret = self._header(), self._device_secret()
        slots = [slot for slot in header.slots if officer in {None, slot.officer}]
        if not slots:
            raise UnknownOfficerError
        failures = self._tries.failures()
        if delay := delay_after(failures):
            logger.info("waiting %d s before the next try", delay)
            self._wait(delay)
        self._tries.remember(failures + 1)
        slot, private = _first_that_opens(slots, passphrase, secret)
        self._tries.remember(0)
        key = open_key(slot.key, private)
        header.verify(key)
        return header, slot, private, key

    def _renewed(self, header: Header, key: bytes, following: bytes | None) -> bytes:
        """After an officer was removed, give the database another key; cut anywhere, the next unlock goes on."""
        if not header.renew:
            return key
        if following is None:
            following = self._random(KEY_BYTES)
            header = header.with_next_key(following)
            write_safely(self._header_path, header.to_bytes(key))
        try:
            rekey(self._database_path, key, following)
        except WrongKeyError:
            # It may have the new key already; otherwise this says so.
            open_database(self._database_path, following).close()
        write_safely(self._header_path, header.with_key(following).to_bytes(following))
        logger.info("the database has a new key")
        return following

    def _need_database(self) -> None:
        """Refuse to begin an empty database where one with data was."""
        with translated():
            if not self._database_path.is_file() or self._database_path.stat().st_size == 0:
                raise DamagedDatabaseError("the database is missing")


class OpenFolder:
    """A folder that this program has opened and that nobody else uses until it is closed.

    Attributes:
        path: Where it is.
        key: Raw key of its database.
        officer: Whose passphrase opened it.
    """

    def __init__(self, folder: LaptopFolder, lock: FolderLock, key: bytes, officer: str) -> None:
        self._folder = folder
        self._lock = lock
        self.path = folder.path
        self.key = key
        self.officer = officer

    def add_officer(self, officer: str, name: str, passphrase: str) -> Slot:
        """Give a further officer a slot.

        Raises:
            WeakPassphraseError, KnownOfficerError: nothing was changed.
        """
        check_chosen(passphrase)
        folder = self._folder
        header = folder._header()  # noqa: SLF001  # the two halves of one thing
        if header.slot(officer) is not None:
            raise KnownOfficerError
        slot = folder._make_slot(officer, name, passphrase, self.key, folder._device_secret())  # noqa: SLF001
        self._write(replace(header, slots=(*header.slots, slot)))
        return slot

    def remove_officer(self, officer: str) -> None:
        """Take an officer's slot away; the next unlock gives the database another key.

        Raises:
            UnknownOfficerError, LastOfficerError: nothing was changed.
        """
        header = self._folder._header()  # noqa: SLF001
        if header.slot(officer) is None:
            raise UnknownOfficerError
        rest = tuple(slot for slot in header.slots if slot.officer != officer)
        if not rest:
            raise LastOfficerError
        self._write(replace(header, slots=rest, renew=True))

    def change_passphrase(self, passphrase: str) -> None:
        """Let who opened the folder open it with another passphrase; the next unlock gives the database another key.

        Raises:
            WeakPassphraseError: nothing was changed.
        """
        check_chosen(passphrase)
        folder = self._folder
        header = folder._header()  # noqa: SLF001
        name, secret = _name(header, self.officer), folder._device_secret()  # noqa: SLF001
        slot = folder._make_slot(self.officer, name, passphrase, self.key, secret)  # noqa: SLF001
        slots = tuple(slot if other.officer == self.officer else other for other in header.slots)
        # Whoever knew the old one may have kept what it opened.
        self._write(replace(header, slots=slots, renew=True))

    def rename_officer(self, officer: str, name: str) -> None:
        """Show another name in the list of officers, as the centre's record of the officer has it.

        Raises:
            UnknownOfficerError: nothing was changed.
        """
        header = self._folder._header()  # noqa: SLF001
        if header.slot(officer) is None:
            raise UnknownOfficerError
        slots = tuple(replace(slot, name=name) if slot.officer == officer else slot for slot in header.slots)
        self._write(replace(header, slots=slots))

    def set_recovery_key(self, public: bytes) -> None:
        """Seal the database's key to the ministry's public recovery key (X25519, 32 bytes), once."""
        header = self._folder._header()  # noqa: SLF001
        if header.recovery is None or header.recovery[0] != public:
            self._write(header.with_recovery(public, self.key))

    def check(self, passphrase: str) -> None:
        """Ask its officer for the passphrase again, with the delays of every try.

        Raises:
            WrongPassphraseError: it is another one.
        """
        self._folder.check(self.officer, passphrase)

    def delay_s(self) -> int:
        """Seconds to wait before the next try."""
        return self._folder.delay_s()

    def close(self) -> None:
        """Let other programs use the folder; twice is fine."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, header: Header) -> None:
        write_safely(self._folder._header_path, header.to_bytes(self.key))  # noqa: SLF001


def _name(header: Header, officer: str) -> str:
    """How the list of officers shows somebody; who had no key yet, by the id until the register is read."""
    slot = header.slot(officer)
    return officer if slot is None else slot.name


def _first_that_opens(slots: list[Slot], passphrase: str, secret: bytes) -> tuple[Slot, PrivateKey]:
    for slot in slots:
        try:
            return slot, slot.private_key(passphrase, secret)
        except WrongPassphraseError:
            continue
    raise WrongPassphraseError
