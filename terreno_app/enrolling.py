"""Making a laptop of a folder: its encrypted store, its first key slot, its keys, and the centre's certificate.

A composition root like `desktop.py`, for the commands that come before there is a laptop to open: the first enrolment,
and putting a laptop back from its backup.
"""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sync.client.enrolment import checked_code, enrol
from sync.client.errors import ClockError, CodeRefusedError, ForgedError
from sync.client.http import Central, checked_url
from sync.client.ports import Caller, DeviceIdentity
from sync.core.errors import SyncError
from terreno_app import __version__
from terreno_app.desktop import AUTHORITY_FILE, closed_folder, shipped_catalogues
from terreno_app.domain.clock import santiago_day
from terreno_app.domain.ids import Ids
from terreno_app.machine import THIS_MACHINE, Machine
from terreno_app.reconciliation import schema
from terreno_app.services.attentions import FOLIO
from terreno_app.services.errors import ServiceError, explain
from terreno_app.services.paper import OUTING_CODE
from terreno_app.services.three_parts import Words
from terreno_app.services.words import (
    ANOTHER_PASSPHRASE,
    BACKUP_PASSPHRASE,
    ENROLMENT_BEGUN,
    NOTHING_TO_PUT_BACK,
)
from terreno_app.storage.backup import SECRET_NAME, PutBack, bring_over, need_device, put_back
from terreno_app.storage.connection import translated
from terreno_app.storage.errors import NotEnrolledError, StorageError, WrongPassphraseError
from terreno_app.storage.files import write_safely
from terreno_app.storage.folder import LaptopFolder, OpenFolder
from terreno_app.storage.keyslots import KEY_BYTES
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.storage.passphrases import words
from terreno_app.storage.shelf import keep_before_migrating
from terreno_app.to_centre import DEVICE_KEYS, FINGERPRINT, device_keys_of, route_of

OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Place:
    """What a code is for: a region (or `CL`), and a role."""

    region: str
    role: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a new device is told."""

    device: str
    label: str
    region: str
    role: str
    words: str


def enrol_laptop(
    folder: Path,
    *,
    central: str,
    code: str,
    officer: str,
    ca: Path | None,
    passphrase: Callable[[], str],
    machine: Machine = THIS_MACHINE,
    strangers: bool = False,
    expected: Place | None = None,
) -> Enrolled:
    """Make a laptop of a folder: its encrypted store, its first key slot, its keys, and the centre's certificate.

    The keys are kept before they travel: after a lost answer the same command ends with the same device, and so does
    one that names the officer rightly after the centre did not know the first.

    Args:
        folder: Where; new, or left by an enrolment that did not end.
        central: URL of the centre.
        code: One-time code.
        officer: Id of the first officer.
        ca: File of the authority that signs the centre's certificate.
        passphrase: Of the officer; asked once.
        machine: What it runs on.
        strangers: The officer may be somebody whom the centre does not know.
        expected: The region and role that the code has to be for; ``None`` takes what it is for.

    Raises:
        ServiceError: ``no_scheme``, ``file_missing``, ``no_certificate``, ``already_a_laptop``, ``unknown_person``,
            ``other_place``, or what the centre or the folder refused; run it again.
        ClientError, StorageError: refused before anything was made.
    """
    if "://" not in central:
        raise ServiceError("no_scheme")
    checked_url(central)
    checked_code(code)
    need_authority(ca)
    place = closed_folder(folder, machine)
    phrase = passphrase()
    opened = _begun(place, phrase) if place.exists() else place.create(officer, officer, phrase)
    try:
        keep_before_migrating(opened, machine.clock)
        with LaptopStore(opened.path, opened.key, schema(shipped_catalogues())) as store:
            if _is_enrolled(store):
                raise ServiceError("already_a_laptop")
            if opened.officer != officer:
                opened.add_officer(officer, officer, phrase)
                opened.remove_officer(opened.officer)
            return _enrolled(store, opened, central, code, ca, machine, None if strangers else officer, expected)
    except (SyncError, StorageError, OSError) as error:
        raise _unfinished(error) from error
    finally:
        opened.close()


def _begun(place: LaptopFolder, phrase: str) -> OpenFolder:
    """What an enrolment that did not end left, or a laptop: only the passphrase of then tells."""
    try:
        return place.unlock(None, phrase)
    except WrongPassphraseError as error:
        raise ServiceError(error.code, ANOTHER_PASSPHRASE) from error


def _unfinished(error: Exception) -> ServiceError:
    """What went wrong, and that the code may be used, where it is not the code that was refused."""
    told = explain(error)
    if isinstance(error, CodeRefusedError):
        return told
    return ServiceError(told.code, Words(told.happened, ENROLMENT_BEGUN, told.next, told.exit))


def _is_enrolled(store: LaptopStore) -> bool:
    try:
        store.identity()
    except NotEnrolledError:
        return False
    return True


def _enrolled(
    store: LaptopStore,
    folder: OpenFolder,
    url: str,
    code: str,
    ca: Path | None,
    machine: Machine,
    officer: str | None,
    expected: Place | None,
) -> Enrolled:
    with store.transaction() as write:
        write.put_meta(FINGERPRINT, checked_code(code).fingerprint)
        if store.meta(DEVICE_KEYS) is None:
            write.put_meta(DEVICE_KEYS, {"sign": machine.random(32).hex(), "box": machine.random(32).hex()})
    authority = None
    if ca is not None:
        authority = keep_authority(folder.path, ca)
    keys = device_keys_of(store)
    line = Central(route_of(store, url, authority), machine.clock, keys, agent=f"terreno/{__version__}")
    stream = Ids(machine.clock, machine.random).new()
    try:
        enrolment = enrol(code, keys, __version__, line)
        _need_place(expected, enrolment.certificate.body)
        if officer is not None and not _known(line, officer, Caller(str(enrolment.certificate.body["device"]), stream)):
            raise ServiceError("unknown_person")
    finally:
        line.close()
    if enrolment.recovery_key is not None:
        folder.set_recovery_key(_recovery_key(enrolment.recovery_key))
    body = enrolment.certificate.body
    with store.transaction() as write:
        write.put_identity(
            DeviceIdentity(
                device=str(body["device"]),
                label=str(body["label"]),
                region=str(body["region"]),
                role=str(body["role"]),
                stream=stream,
                epoch=enrolment.epoch,
                central=url.rstrip("/"),
                centre_keys=enrolment.centre_keys,
                certificate=enrolment.certificate.to_wire(),
            )
        )
    compared = " ".join(enrolment.words(words()))
    return Enrolled(str(body["device"]), str(body["label"]), str(body["region"]), str(body["role"]), compared)


def _need_place(expected: Place | None, certified: Mapping[str, Any]) -> None:
    """Refuse a certificate for another region or role than the installer was told; nothing of it is kept.

    Raises:
        ServiceError: ``other_place``.
    """
    found = Place(str(certified["region"]), str(certified["role"]))
    if expected is not None and found != expected:
        raise ServiceError("other_place", region=found.region, role=found.role, label=certified["label"])


def keep_authority(folder: Path, ca: Path) -> Path:
    """Keep the authority that signs the centre's certificate with the laptop; where it is.

    Raises:
        StorageError: it could not be read or written.
    """
    authority = folder / AUTHORITY_FILE
    with translated():
        write_safely(authority, ca.read_bytes())
    return authority


def _known(line: Central, officer: str, caller: Caller) -> bool:
    """Whether the centre has a record of an officer that this device reads; a wrong clock here is no hindrance."""
    try:
        told = line.history(OFFICER, officer, caller)
    except ClockError as error:
        told = line.history(OFFICER, officer, replace(caller, clock_offset_ms=error.offset_ms))
    return bool(told["ops"])


def restore(
    folder: Path, file: Path, officer: str | None, passphrase: Callable[[], str], machine: Machine = THIS_MACHINE
) -> PutBack:
    """Put a laptop back from a backup, or from what an earlier one took the place of.

    Args:
        folder: Its folder; it still holds the device's secret.
        file: The backup.
        officer: Whose passphrase it is; ``None`` takes the slot that it opens.
        passphrase: Asked once.
        machine: What it runs on.

    Raises:
        ServiceError: ``file_missing``, ``not_a_laptop``, ``wrong_passphrase``; the laptop is as it was.
        StorageError: no backup, or another laptop's; the laptop is as it was.
    """
    need_files(file)
    if not (folder / SECRET_NAME).is_file():
        raise ServiceError("not_a_laptop", NOTHING_TO_PUT_BACK)
    with translated():
        secret = (folder / SECRET_NAME).read_bytes()
    need_device(file, secret)
    phrase = passphrase()
    with _of_a_backup():
        return put_back(
            closed_folder(folder, machine),
            file,
            lambda place: place.unlock(officer, phrase),
            schema=schema(shipped_catalogues()),
            counters=printed_counters(machine),
        )


def move_in(
    folder: Path,
    file: Path,
    secret: Path,
    officer: str | None,
    passphrase: Callable[[], str],
    *,
    ca: Path | None = None,
    machine: Machine = THIS_MACHINE,
) -> None:
    """Make of a folder the laptop of a backup that was made on another machine.

    Args:
        folder: Where; it holds no laptop.
        file: The backup.
        secret: ``device.key`` of the other machine.
        officer: Whose passphrase it is; ``None`` takes the slot that it opens.
        passphrase: Asked once.
        ca: File of the authority that signs the centre's certificate: a backup does not hold it.
        machine: What it runs on.

    Raises:
        ServiceError: ``file_missing``, ``no_certificate``, ``wrong_passphrase``; the folder is as it was.
        StorageError: a laptop is there, no backup, another laptop's secret; the folder is as it was.
    """
    need_files(file, secret)
    need_authority(ca)
    with translated():
        held = secret.read_bytes()
    need_device(file, held)
    phrase = passphrase()
    with _of_a_backup():
        bring_over(
            closed_folder(folder, machine),
            file,
            lambda place: place.unlock(officer, phrase),
            secret=held,
            schema=schema(shipped_catalogues()),
            counters=printed_counters(machine),
        )
    if ca is not None:
        keep_authority(folder, ca)


@contextmanager
def _of_a_backup() -> Iterator[None]:
    """A passphrase that opens nothing is told as one of the backup, whose passphrase may be older than today's."""
    try:
        yield
    except WrongPassphraseError as error:
        raise ServiceError(error.code, BACKUP_PASSPHRASE) from error


def need_files(*files: Path) -> None:
    """Say that a file is not there before anybody types a passphrase for it.

    Raises:
        ServiceError: ``file_missing``.
    """
    for file in files:
        if not file.is_file():
            raise ServiceError("file_missing", file=file)


def need_authority(ca: Path | None) -> None:
    """Say before anything is made that the file of the centre's authority is no such thing; ``None`` is none to keep.

    Raises:
        ServiceError: ``file_missing``, ``no_certificate``.
    """
    if ca is None:
        return
    need_files(ca)
    try:
        ssl.create_default_context(cafile=ca)
    except ssl.SSLError as error:
        raise ServiceError("no_certificate", file=ca) from error


def printed_counters(machine: Machine) -> Callable[[str], tuple[str, ...]]:
    """For a label, the counters whose numbers this year's papers bear."""
    year = santiago_day(machine.clock.now()).year
    return lambda label: (FOLIO.format(label=label, year=year), OUTING_CODE.format(label=label, year=year))


def _recovery_key(told: str) -> bytes:
    try:
        key = bytes.fromhex(told)
    except ValueError as error:
        raise ForgedError("recovery_key", "hex") from error
    if len(key) != KEY_BYTES:
        raise ForgedError("recovery_key", "length")
    return key
