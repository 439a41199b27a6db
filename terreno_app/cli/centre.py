"""The centre's own commands: create it, name people, give codes, take in what was brought."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from terreno_app import central
from terreno_app.cli.options import AsJson, Database, Force, database_url, machine, read_public_key
from terreno_app.cli.output import Output
from terreno_app.cli.words import hour, planned
from terreno_app.domain.catalogues import Labels
from terreno_app.domain.spanish import counted
from terreno_app.paths import resources
from terreno_app.storage.resources import load_catalogues

app = typer.Typer(no_args_is_help=True)
officers = typer.Typer(no_args_is_help=True, help="Personas del centro.")
app.add_typer(officers, name="officer")

Region = Annotated[str, typer.Option("--region", metavar="REGIÓN", help="Dos cifras, o CL para todas.")]


@app.command("init")
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
    recovery = None if recovery_key is None else read_public_key(recovery_key)
    identifier = central.init(database_url(database), coordinator, recovery, clock=machine().clock)
    Output(as_json=json).name(
        {"coordinator": identifier}, "Centro creado. Identificador de su coordinación", identifier
    )
    return 0


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
    Output(as_json=json).name({"id": identifier}, "Persona agregada. Identificador para enrol --officer", identifier)
    return 0


@officers.command("list")
def list_officers(
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGIÓN", help="Solo las de una región: dos cifras, o CL.")
    ] = None,
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Todas las personas, con el identificador que pide enrol --officer."""
    found = central.list_officers(database_url(database), region, clock=machine().clock)
    labels = load_catalogues(resources()).labels
    Output(as_json=json).answer(
        {"officers": [asdict(one) for one in found]},
        *(_officer(one, labels) for one in found),
        *([] if found else ["No hay personas en esa región."]),
    )
    return 0


def _officer(one: central.Officer, labels: Labels) -> str:
    role = labels.code("officer_role", one.role)
    until = f"  hasta el {planned(one.active_to)}" if one.active_to else ""
    return f"{one.id}  {one.name}  región {one.region}  {role}{until}"


@app.command("code")
def code(
    region: Region,
    role: Annotated[str, typer.Option("--role", metavar="field|coordination", help="Para qué equipo.")],
    hours: Annotated[int, typer.Option("--hours", min=0, help="Horas de validez.")] = 24,
    certificate: Annotated[
        Path | None,
        typer.Option("--certificate", help="Certificado del centro (PEM): el equipo no acepta ningún otro."),
    ] = None,
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Da un código de un solo uso para enrolar un equipo."""
    given = central.new_code(database_url(database), region, role, hours, certificate, clock=machine().clock)
    Output(as_json=json).name(
        {"code": given.code, "expires_at": given.expires_at},
        f"Código para un equipo, hasta {hour(given.expires_at)}",
        given.code,
    )
    return 0


@app.command("bundle")
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
        f"El centro tiene {counted(taken.ops, 'cambio', 'cambios')} del paquete.",
        f"La respuesta está en {out}: devuélvala a ese equipo.",
    )
    return 0
