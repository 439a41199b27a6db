"""When a passphrase is forgotten: custodians' keys, the ministry's recovery key, and a laptop opened by it."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from terreno_app.cli.equipment import Authority, NewPassphraseFile, need_id
from terreno_app.cli.new_passphrase import first_passphrase, new_passphrase
from terreno_app.cli.options import AsJson, Data, PassphraseFile, machine, need_place, read_text
from terreno_app.cli.output import Output
from terreno_app.paths import data_folder
from terreno_app.recovering import (
    CLOSED_KEY,
    PUBLIC,
    PUBLIC_KEY,
    new_custodian,
    new_recovery,
    opened_recovery,
    recover,
)
from terreno_app.services.errors import ServiceError

app = typer.Typer(no_args_is_help=True)
recovery = typer.Typer(no_args_is_help=True, help="Frases olvidadas: la llave de recuperación del Ministerio.")
app.add_typer(recovery, name="recovery")


@recovery.command("custodian")
def custodian(
    out: Annotated[Path, typer.Option("--out", metavar="ARCHIVO", help="La llave de quien custodia; queda con ella.")],
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Crea la llave de una persona que custodia, y aparte su parte pública (.pub) para entregar."""
    need_place(out, force=False)
    need_place(out.with_suffix(PUBLIC), force=False)
    public = new_custodian(out, first_passphrase(passphrase_file), machine())
    Output(as_json=json).answer(
        {"key": str(out), "public": str(public)},
        f"Llave de custodia guardada en {out}: no la entregue, y guarde la frase aparte.",
        f"Entregue solo su parte pública: {public}",
    )
    return 0


@recovery.command("keygen")
def keygen(
    custodians: Annotated[
        list[Path], typer.Option("--custodian", metavar="ARCHIVO.pub", help="Parte pública de cada una; tres veces.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="CARPETA", help="Carpeta donde quedan los dos archivos.")],
    json: AsJson = False,
) -> int:
    """Crea la llave de recuperación: la abren dos cualesquiera de las tres personas que custodian."""
    for name in (CLOSED_KEY, PUBLIC_KEY):
        need_place(out / name, force=False)
    closed, public = new_recovery(custodians, out, machine())
    Output(as_json=json).answer(
        {"key": str(closed), "public": str(public)},
        f"Llave de recuperación cerrada en {closed}: guarde copias, sola no abre nada.",
        f"Su parte pública está en {public}: úsela en terreno central init --recovery-key.",
    )
    return 0


@recovery.command("open")
def open_laptop(
    key: Annotated[Path, typer.Option("--key", metavar="ARCHIVO", help="La llave de recuperación cerrada.")],
    custodians: Annotated[
        list[Path], typer.Option("--custodian", metavar="ARCHIVO", help="Llave de quien custodia; dos veces.")
    ],
    officer: Annotated[str, typer.Option("--officer", metavar="ID", help="Quién recibe la frase nueva.")],
    custodian_files: Annotated[
        list[Path] | None,
        typer.Option("--custodian-passphrase-file", help="Archivo con su frase; dos veces, en el mismo orden."),
    ] = None,
    new_passphrase_file: NewPassphraseFile = None,
    backup: Annotated[
        Path | None, typer.Option("--backup", help="Respaldo del que se hace el equipo, en una carpeta vacía.")
    ] = None,
    ca: Authority = None,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Abre un equipo con dos personas que custodian, y da a una persona una frase nueva."""
    need_id(officer, "--officer")
    files = custodian_files or []
    opened = opened_recovery(key, custodians, lambda place: _phrase(custodians[place], files, place))
    recover(
        data_folder(data), opened, officer, new_passphrase(new_passphrase_file), backup=backup, ca=ca, machine=machine()
    )
    Output(as_json=json).answer(
        {"officer": officer},
        "Listo: esa persona abre el equipo con su frase nueva.",
        *(["Solo ella tiene llave aquí; agregue a las demás con terreno officer add."] if backup else []),
    )
    return 0


def _phrase(custodian: Path, files: list[Path], place: int) -> str:
    """A custodian's passphrase: from its file, or typed.

    Raises:
        ServiceError: ``no_passphrase`` when there is nobody to ask, ``file_missing``, ``file_unreadable``.
    """
    if place < len(files):
        return read_text(files[place]).strip()
    if not sys.stdin.isatty():
        raise ServiceError("no_passphrase")
    return getpass.getpass(f"Frase de paso de custodia ({custodian.name}): ")
