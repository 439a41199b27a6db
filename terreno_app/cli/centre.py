"""The centre's own commands: create it, name people, give codes, serve."""

import logging
import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from terreno_app import central
from terreno_app.cli.options import AsJson, Force, machine, read_text
from terreno_app.cli.output import Output
from terreno_app.services.errors import ServiceError

app = typer.Typer(no_args_is_help=True)
family = typer.Typer(no_args_is_help=True, help="El centro: crear, personas, códigos, servir.")
officers = typer.Typer(no_args_is_help=True, help="Personas del centro.")
app.add_typer(family, name="central")
family.add_typer(officers, name="officer")

Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="sqlite:///ruta o postgresql://… (o TERRENO_CENTRAL_DATABASE)."),
]
Region = Annotated[str, typer.Option("--region", metavar="REGIÓN", help="Dos cifras, o CL para todas.")]


@app.callback()
def _root() -> None:
    """El centro."""


def database_url(given: str | None) -> str:
    """The database that a command is about, from its option or the environment.

    Raises:
        ServiceError: ``usage`` without either.
    """
    found = given or os.environ.get("TERRENO_CENTRAL_DATABASE")
    if not found:
        raise ServiceError("usage", what="falta --database.")
    return found


@family.command("init")
def init(
    coordinator: Annotated[str, typer.Option("--coordinator", metavar="NOMBRE", help="Primera coordinación.")],
    recovery_key: Annotated[
        Path | None,
        typer.Option("--recovery-key", help="Archivo con la llave pública de recuperación (64 cifras hexadecimales)."),
    ] = None,
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Crea el centro y su primera persona de coordinación."""
    recovery = None if recovery_key is None else _public_key(read_text(recovery_key))
    identifier = central.init(database_url(database), coordinator, recovery, clock=machine().clock)
    Output(as_json=json).answer({"coordinator": identifier}, identifier)
    return 0


def _public_key(text: str) -> str:
    """A public key as its file holds it, in the one form that is stored."""
    found = text.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", found):
        raise ServiceError("usage", what="el archivo de --recovery-key no tiene una llave pública.")
    return found


@officers.callback()
def _officers() -> None:
    """Personas del centro."""


@officers.command("add")
def add_officer(
    name: Annotated[str, typer.Argument(metavar="NOMBRE", help="Nombre de la persona.")],
    region: Region,
    role: Annotated[str, typer.Option("--role", metavar="officer|coordinator|installer|auditor", help="Qué hace.")],
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Agrega una persona a una región."""
    identifier = central.add_officer(database_url(database), name, region, role, clock=machine().clock)
    Output(as_json=json).answer({"id": identifier}, identifier)
    return 0


@family.command("code")
def code(
    region: Region,
    role: Annotated[str, typer.Option("--role", metavar="field|coordination", help="Para qué equipo.")],
    hours: Annotated[int, typer.Option("--hours", min=0, help="Horas de validez.")] = 24,
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Da un código de un solo uso para enrolar un equipo."""
    given = central.new_code(database_url(database), region, role, hours, clock=machine().clock)
    Output(as_json=json).answer({"code": given.code, "expires_at": given.expires_at}, given.code)
    return 0


@family.command("bundle")
def bundle(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="El paquete de un equipo.")],
    out: Annotated[Path, typer.Option("--out", metavar="ARCHIVO", help="Dónde guardar la respuesta.")],
    force: Force = False,
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Recibe un paquete traído en pendrive y guarda la respuesta para su equipo."""
    taken = central.bundle(database_url(database), file, out, replace=force, clock=machine().clock)
    Output(as_json=json).answer(
        {"file": str(out), "batches": taken.batches, "ops": taken.ops},
        f"El centro tiene {taken.ops} cambios del paquete.",
        f"La respuesta está en {out}: devuélvala a ese equipo.",
    )
    return 0


@family.command("serve")
def serve(
    database: Database = None,
    host: Annotated[str, typer.Option("--host", help="Dirección en que escucha.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 elige uno libre.")] = 0,
    json: AsJson = False,
) -> int:
    """Sirve el centro hasta que se le pida terminar; imprime su dirección."""
    output = Output(as_json=json)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    central.serve(
        database_url(database),
        host,
        port,
        announce=lambda url: output.answer({"url": url}, url),
        clock=machine().clock,
    )
    return 0
