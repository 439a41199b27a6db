"""The ministry's recovery key at work: custodians' files, the key that two of them open, and a laptop opened by it.

A composition root like `enrolling.py`. The private half of the recovery key is in no file: only in the memory of the
program that two custodians open it with.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from nacl.public import PrivateKey

from terreno_app.desktop import closed_folder, shipped_catalogues
from terreno_app.enrolling import keep_authority, need_authority, need_files, printed_counters
from terreno_app.machine import THIS_MACHINE, Machine
from terreno_app.reconciliation import schema
from terreno_app.services.errors import ServiceError
from terreno_app.storage.backup import bring_over
from terreno_app.storage.connection import translated
from terreno_app.storage.files import write_safely
from terreno_app.storage.keyslots import KEY_BYTES
from terreno_app.storage.recovery import custodian_in, make_custodian, make_recovery, public_in, recovery_in

PUBLIC = ".pub"
CLOSED_KEY = "recuperacion.json"
PUBLIC_KEY = "recuperacion.pub"
NEEDED = 2
"""How many custodians open a key together."""


def new_custodian(file: Path, passphrase: str, machine: Machine = THIS_MACHINE) -> Path:
    """Make a custodian's key: the file that stays with them, and beside it the public part that they hand over.

    Returns:
        The file with the public part.

    Raises:
        StorageError: a weak passphrase, or the disk.
    """
    made = make_custodian(passphrase, strength=machine.strength, stopwatch=time.perf_counter, random=machine.random)
    public = file.with_suffix(PUBLIC)
    write_safely(file, made.to_bytes())
    write_safely(public, f"{made.public.hex()}\n".encode())
    return public


def new_recovery(custodians: Sequence[Path], folder: Path, machine: Machine = THIS_MACHINE) -> tuple[Path, Path]:
    """Make a recovery key for three custodians.

    Args:
        custodians: Files with their public parts.
        folder: Where the closed key and its public part go.
        machine: What it runs on.

    Returns:
        The closed key, and the public part for ``terreno central init --recovery-key``.

    Raises:
        ServiceError: ``file_missing``.
        StorageError: a file holds no key, they are not three different ones, or the disk.
    """
    need_files(*custodians)
    with translated():
        told = [public_in(file.read_bytes().decode("ascii", "replace")) for file in custodians]
    made = make_recovery(told, machine.random)
    closed, public = folder / CLOSED_KEY, folder / PUBLIC_KEY
    write_safely(closed, made.to_bytes())
    write_safely(public, f"{made.public.hex()}\n".encode())
    return closed, public


def opened_recovery(key: Path, custodians: Sequence[Path], passphrase: Callable[[int], str]) -> PrivateKey:
    """The private half of a recovery key, opened by two custodians.

    Args:
        key: The closed key.
        custodians: Their files.
        passphrase: Of the first (0) and the second (1), each asked once.

    Raises:
        ServiceError: ``file_missing``, ``usage`` unless they are two.
        StorageError: a wrong passphrase, a file that is no key, or custodians without an envelope.
    """
    if len(custodians) != NEEDED:
        raise ServiceError("usage", what="--custodian se indica dos veces, una por persona.")
    need_files(key, *custodians)
    with translated():
        closed = recovery_in(key.read_bytes())
        held = [custodian_in(file.read_bytes()) for file in custodians]
    closed.envelope(*(custodian.public for custodian in held))  # before anybody types a phrase in vain
    one, other = (custodian.private_key(passphrase(place)) for place, custodian in enumerate(held))
    return closed.opened(one, other)


def recover(
    folder: Path,
    key: PrivateKey,
    officer: str,
    passphrase: str,
    *,
    backup: Path | None = None,
    ca: Path | None = None,
    machine: Machine = THIS_MACHINE,
) -> None:
    """Give an officer a new passphrase, on the laptop as it is or on one made of a backup.

    Args:
        folder: The laptop; with a backup, a folder that holds none.
        key: The recovery key, opened.
        officer: Who will open the laptop.
        passphrase: With what.
        backup: A backup to make the laptop of; nobody else has a key there.
        ca: File of the authority that signs the centre's certificate: a backup does not hold it.
        machine: What it runs on.

    Raises:
        ServiceError: ``file_missing``.
        StorageError: it is no laptop, or one already; the key is not its; a weak passphrase. Nothing was changed.
    """
    closed = closed_folder(folder, machine)
    if backup is None:
        closed.recover(key, officer, passphrase).close()
        return
    need_files(backup)
    need_authority(ca)
    bring_over(
        closed,
        backup,
        lambda place: place.recover(key, officer, passphrase, alone=True),
        secret=machine.random(KEY_BYTES),
        schema=schema(shipped_catalogues()),
        counters=printed_counters(machine),
    )
    if ca is not None:
        keep_authority(folder, ca)
