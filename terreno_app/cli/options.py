"""The options that every family shares, and the passphrase."""

import codecs
import errno
import getpass
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import click
import typer

from sync.parcel.files import leave_alone
from terreno_app.machine import THIS_MACHINE, Machine
from terreno_app.services.errors import ServiceError
from terreno_app.services.words import NO_ROOM_THERE, NO_TEXT
from terreno_app.storage.errors import DiskFullError

Data = Annotated[str | None, typer.Option("--data", help="Carpeta del equipo (o TERRENO_DATA).")]
AsJson = Annotated[bool, typer.Option("--json", help="Responde en JSON, para programas.")]
Force = Annotated[bool, typer.Option("--force", help="Reemplaza el archivo que haya con ese nombre.")]
Officer = Annotated[str | None, typer.Option("--officer", help="Quién atiende; si falta, la única llave.")]
PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="Archivo con la frase de paso (o TERRENO_PASSPHRASE).")
]
Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="sqlite:///ruta o postgresql://… (o TERRENO_CENTRAL_DATABASE)."),
]

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
YES = ("sí", "si", "s")
DATABASE_VARIABLE = "TERRENO_CENTRAL_DATABASE"
PASSPHRASE_VARIABLE = "TERRENO_PASSPHRASE"  # noqa: S105 - the name of the variable, not a passphrase


def machine() -> Machine:
    """What the running command runs on, as it was handed to :func:`terreno_app.cli.main.run`."""
    return click.get_current_context().find_object(Machine) or THIS_MACHINE


def passphrase(file: Path | None) -> str:
    """The passphrase from its file, the environment or the prompt, in this order.

    Raises:
        ServiceError: ``no_passphrase`` when there is nobody to ask, ``file_missing``, ``file_unreadable``.
    """
    if file is not None:
        return read_text(file).strip()
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise ServiceError("no_passphrase")
    return getpass.getpass("Frase de paso: ")


def confirmed(question: str) -> bool:
    """Whether a person at the terminal says yes to what nothing undoes.

    Raises:
        ServiceError: ``usage`` when there is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise ServiceError("usage", what="nadie puede confirmar aquí: agregue --yes.")
    return str(typer.prompt(f"{question} Escriba «sí»", default="no", show_default=False, err=True)).lower() in YES


def database_url(given: str | None) -> str:
    """The database of a centre that a command is about, from its option or the environment.

    Raises:
        ServiceError: ``usage`` without either.
    """
    found = given or os.environ.get(DATABASE_VARIABLE)
    if not found:
        raise ServiceError("usage", what="falta --database.")
    return found


def need_folder(file: Path) -> None:
    """Say that a file has nowhere to go before anything is done for it.

    Raises:
        ServiceError: ``folder_missing``.
    """
    if not file.parent.is_dir():
        raise ServiceError("folder_missing")


def need_place(file: Path, *, force: bool) -> None:
    """Say that a file cannot be made before anybody has waited for what goes into it.

    Raises:
        ServiceError: ``folder_missing``.
        MediumError: ``file_taken``: one is there, and nobody said that it may be replaced.
    """
    need_folder(file)
    leave_alone(file, replace=force)


@contextmanager
def room_for(file: Path) -> Iterator[None]:
    """Say that there is no room where the person wanted a file: the disk of the data may be another one.

    Raises:
        ServiceError: ``disk_full``, and what the block raises.
    """
    try:
        yield
    except (DiskFullError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in NO_SPACE:
            raise
        raise ServiceError("disk_full", NO_ROOM_THERE.about(folder=file if file.is_dir() else file.parent)) from error


def read_text(file: Path) -> str:
    """A small text file of the person's: UTF-8, or UTF-16 with its mark, as Windows writes them.

    Raises:
        ServiceError: ``file_missing``, ``file_unreadable``.
    """
    try:
        held = file.read_bytes()
        return held.decode("utf-16" if held.startswith(UTF_16) else "utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError as error:
        raise ServiceError("file_missing", file=file) from error
    except OSError as error:
        raise ServiceError("file_unreadable") from error
    except UnicodeDecodeError as error:
        raise ServiceError("file_unreadable", NO_TEXT.about(file=file)) from error


def read_public_key(file: Path) -> str:
    """A public key as its file holds it, in the one form that is stored.

    Raises:
        ServiceError: ``usage`` for a file that holds something else, and as :func:`read_text`.
    """
    found = read_text(file).strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", found):
        raise ServiceError("usage", what=f"«{file.name}» no tiene una llave pública (64 cifras hexadecimales).")
    return found
