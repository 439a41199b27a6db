"""Making a laptop of a folder: its encrypted store, its first key slot, its keys, and the centre's certificate.

A composition root like `desktop.py`, for the commands that come before there is a laptop to open: the first enrolment,
and putting a laptop back from its backup.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync.client.enrolment import checked_code, enrol
from sync.client.http import Central, Route, checked_url
from sync.client.ports import DeviceIdentity
from terreno_app import __version__
from terreno_app.desktop import AUTHORITY_FILE, DEVICE_KEYS, closed_folder, device_keys_of, shipped_catalogues
from terreno_app.domain.clock import santiago_day
from terreno_app.domain.ids import Ids
from terreno_app.machine import THIS_MACHINE, Machine
from terreno_app.reconciliation import schema
from terreno_app.services.attentions import FOLIO
from terreno_app.services.errors import ServiceError
from terreno_app.services.paper import OUTING_CODE
from terreno_app.storage.backup import put_back
from terreno_app.storage.errors import NotEnrolledError
from terreno_app.storage.folder import OpenFolder
from terreno_app.storage.keyslots import KEY_BYTES
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.storage.passphrases import words


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
) -> Enrolled:
    """Make a laptop of a folder: its encrypted store, its first key slot, its keys, and the centre's certificate.

    The keys are kept before they travel: after a lost answer the same command ends with the same device.

    Args:
        folder: Where; new, or left by an enrolment that did not end.
        central: URL of the centre.
        code: One-time code.
        officer: Id of the first officer.
        ca: File of the authority that signs the centre's certificate.
        passphrase: Of the officer; asked once.
        machine: What it runs on.

    Raises:
        ServiceError: ``already_a_laptop``.
        ClientError, StorageError: what the centre or the folder refused; run it again.
    """
    checked_url(central)
    checked_code(code)
    place = closed_folder(folder, machine)
    phrase = passphrase()
    opened = place.unlock(officer, phrase) if place.exists() else place.create(officer, officer, phrase)
    try:
        with LaptopStore(opened.path, opened.key, schema(shipped_catalogues())) as store:
            if _is_enrolled(store):
                raise ServiceError("already_a_laptop")
            return _enrolled(store, opened, central, code, ca, machine)
    finally:
        opened.close()


def _is_enrolled(store: LaptopStore) -> bool:
    try:
        store.identity()
    except NotEnrolledError:
        return False
    return True


def _enrolled(
    store: LaptopStore, folder: OpenFolder, url: str, code: str, ca: Path | None, machine: Machine
) -> Enrolled:
    if store.meta(DEVICE_KEYS) is None:
        with store.transaction() as write:
            write.put_meta(DEVICE_KEYS, {"sign": machine.random(32).hex(), "box": machine.random(32).hex()})
    authority = None
    if ca is not None:
        authority = folder.path / AUTHORITY_FILE
        shutil.copyfile(ca, authority)
    keys = device_keys_of(store)
    line = Central(Route(url, authority), machine.clock, agent=f"terreno/{__version__}")
    try:
        enrolment = enrol(code, keys, __version__, line)
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
                stream=Ids(machine.clock, machine.random).new(),
                epoch=enrolment.epoch,
                central=url.rstrip("/"),
                centre_keys=enrolment.centre_keys,
                certificate=enrolment.certificate.to_wire(),
            )
        )
    compared = " ".join(enrolment.words(words()))
    return Enrolled(str(body["device"]), str(body["label"]), str(body["region"]), str(body["role"]), compared)


def restore(
    folder: Path, file: Path, officer: str | None, passphrase: Callable[[], str], machine: Machine = THIS_MACHINE
) -> Path | None:
    """Put a laptop back from a backup.

    Args:
        folder: Its folder; it still holds the device's secret.
        file: The backup.
        officer: Whose passphrase it is; ``None`` takes the slot that it opens.
        passphrase: Asked once.
        machine: What it runs on.

    Returns:
        Where the database that lay there is kept.

    Raises:
        ServiceError: ``file_missing``.
        StorageError: no laptop, no backup, wrong passphrase; the laptop is as it was.
    """
    if not file.is_file():
        raise ServiceError("file_missing")
    year = santiago_day(machine.clock.now()).year

    def printed(label: str) -> tuple[str, ...]:
        return FOLIO.format(label=label, year=year), OUTING_CODE.format(label=label, year=year)

    kinds = schema(shipped_catalogues())
    closed = closed_folder(folder, machine)
    return put_back(closed, file, officer, passphrase(), schema=kinds, counters=printed)


def _recovery_key(told: str) -> bytes:
    try:
        key = bytes.fromhex(told)
    except ValueError as error:
        raise ServiceError("bad_answer") from error
    if len(key) != KEY_BYTES:
        raise ServiceError("bad_answer")
    return key
