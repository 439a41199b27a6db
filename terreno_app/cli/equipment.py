"""The laptop itself: enrolment, officers' keys, and whether it is fit for the street."""

from pathlib import Path
from typing import Annotated

import typer

from terreno_app.cli.new_passphrase import new_passphrase
from terreno_app.cli.opening import opened
from terreno_app.cli.options import AsJson, Data, Force, Officer, PassphraseFile, machine, need_place, passphrase
from terreno_app.cli.output import Output
from terreno_app.desktop import closed_folder, slots
from terreno_app.domain.ids import is_id
from terreno_app.enrolling import enrol_laptop, restore
from terreno_app.paths import data_folder
from terreno_app.services.errors import ServiceError

app = typer.Typer(no_args_is_help=True)
officers = typer.Typer(no_args_is_help=True, help="Personas con llave en este equipo.")
app.add_typer(officers, name="officer")

NewPassphraseFile = Annotated[
    Path | None, typer.Option("--new-passphrase-file", help="Archivo con la frase de la persona nueva.")
]


@app.command("enrol")
def enrol(
    central: Annotated[str, typer.Option("--central", metavar="URL", help="Dirección del centro.")],
    code: Annotated[str, typer.Option("--code", metavar="CÓDIGO", help="Código de un solo uso.")],
    officer: Annotated[str, typer.Option("--officer", metavar="ID", help="Quién tendrá la primera llave.")],
    ca: Annotated[Path | None, typer.Option("--ca", help="Certificado de la autoridad del Ministerio.")] = None,
    data: Data = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Enrola este equipo: necesita la red una vez."""
    output = Output(as_json=json)
    _need_id(officer)
    folder = data_folder(data)
    # The key of an enrolment that did not end is there already: it is asked for, not made.
    begun = closed_folder(folder, machine()).exists()
    enrolled = enrol_laptop(
        folder,
        central=central,
        code=code,
        officer=officer,
        ca=ca,
        machine=machine(),
        passphrase=lambda: (passphrase if begun else new_passphrase)(passphrase_file),
    )
    output.answer(
        {
            "device": enrolled.device,
            "label": enrolled.label,
            "region": enrolled.region,
            "role": enrolled.role,
            "officer": officer,
        },
        f"Equipo {enrolled.label} enrolado en la región {enrolled.region}.",
        f"Palabras para comparar con el centro: {enrolled.words}",
    )
    return 0


@officers.command("list")
def list_officers(data: Data = None, json: AsJson = False) -> int:
    """Quiénes pueden abrir este equipo."""
    output = Output(as_json=json)
    found = slots(data_folder(data))
    output.answer(
        {"officers": [{"id": slot.officer, "name": slot.name} for slot in found]},
        *(f"{slot.officer}  {slot.name}" for slot in found),
    )
    return 0


@officers.command("add")
def add_officer(
    person: Annotated[str, typer.Argument(metavar="ID", help="Persona que ya existe en el centro.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    new_passphrase_file: NewPassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Agrega una persona; la autoriza otra que ya abre el equipo."""
    output = Output(as_json=json)
    _need_id(person)
    with opened(data, officer, passphrase_file) as laptop:
        slot = laptop.keys.add(person, new_passphrase(new_passphrase_file))
    output.answer({"id": slot.id, "name": slot.name}, f"{slot.name} ya puede abrir este equipo.")
    return 0


@officers.command("remove")
def remove_officer(
    person: Annotated[str, typer.Argument(metavar="ID", help="Persona con llave.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Quita la llave de una persona."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        laptop.keys.remove(person)
    output.answer({"id": person}, "Llave quitada.")
    return 0


def _need_id(person: str) -> None:
    """Refuse a name where the centre's id of a person belongs: what they save could never be received.

    Raises:
        ServiceError: ``usage``.
    """
    if not is_id(person):
        raise ServiceError("usage", what="una persona se indica con el identificador que dio el centro.")


@app.command("backup")
def backup(
    out: Annotated[
        Path | None, typer.Option("--out", help="Archivo; si falta, queda en la carpeta del equipo.")
    ] = None,
    force: Force = False,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Guarda un respaldo cifrado; se abre solo en este equipo y con la frase de paso."""
    output = Output(as_json=json)
    if out is not None:
        need_place(out, force=force)
    with opened(data, officer, passphrase_file) as laptop:
        file, size = laptop.backup(out)
    output.answer({"file": str(file), "bytes": size}, f"Respaldo guardado en {file} ({size // 1024} KiB).")
    return 0


@app.command("restore")
def restore_laptop(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="El respaldo.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Vuelve este equipo a un respaldo; lo que había queda guardado al lado."""
    output = Output(as_json=json)
    kept = restore(data_folder(data), file, officer, lambda: passphrase(passphrase_file), machine())
    output.answer(
        {"kept": None if kept is None else str(kept)},
        "El equipo volvió al respaldo. Sincronice: el centro le devuelve lo que recibió después.",
        *([] if kept is None else [f"Lo que había antes quedó en {kept}."]),
    )
    return 0


@app.command("doctor")
def doctor(
    data: Data = None, officer: Officer = None, passphrase_file: PassphraseFile = None, json: AsJson = False
) -> int:
    """Revisa llaves, base de datos, reloj, catálogos, espacio y conexión."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        checks = laptop.doctor.examine()
    output.answer(
        {"checks": [{"name": c.name, "ok": c.ok, "detail": c.detail, "next": "" if c.ok else c.next} for c in checks]},
        *(f"{'bien' if c.ok else 'REVISAR':8} {c.words}: {c.detail}{'' if c.ok else ' → ' + c.next}" for c in checks),
    )
    return 0 if all(c.ok for c in checks) else 1
