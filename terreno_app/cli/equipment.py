"""The laptop itself: enrolment, officers' keys, and whether it is fit for the street."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from terreno_app import __version__
from terreno_app.cli.new_passphrase import first_passphrase, new_passphrase
from terreno_app.cli.opening import opened
from terreno_app.cli.options import (
    AsJson,
    Data,
    Force,
    Officer,
    PassphraseFile,
    machine,
    need_place,
    passphrase,
    read_text,
    room_for,
)
from terreno_app.cli.output import Output
from terreno_app.desktop import OpenLaptop, closed_folder, slots
from terreno_app.domain.acceptance import AcceptanceSheet, Looked
from terreno_app.domain.clock import instant
from terreno_app.domain.ids import is_id
from terreno_app.domain.retention import KEEP
from terreno_app.domain.spanish import counted
from terreno_app.enrolling import Place, enrol_laptop, move_in, restore
from terreno_app.installed import program_digest, program_folder
from terreno_app.paths import data_folder
from terreno_app.provisioning import read_provision
from terreno_app.services.doctor import Check
from terreno_app.services.errors import ServiceError
from terreno_app.storage.keyslots import Slot

app = typer.Typer(no_args_is_help=True)
officers = typer.Typer(no_args_is_help=True, help="Personas con llave en este equipo.")
app.add_typer(officers, name="officer")

Authority = Annotated[Path | None, typer.Option("--ca", help="Certificado de la autoridad del Ministerio.")]
NewPassphraseFile = Annotated[
    Path | None, typer.Option("--new-passphrase-file", help="Archivo con la frase nueva; si falta, se pregunta.")
]


@app.command("enrol")
def enrol(
    central: Annotated[str | None, typer.Option("--central", metavar="URL", help="Dirección del centro.")] = None,
    code: Annotated[str | None, typer.Option("--code", metavar="CÓDIGO", help="Código de un solo uso.")] = None,
    officer: Annotated[
        str | None, typer.Option("--officer", metavar="ID", help="Quién tendrá la primera llave.")
    ] = None,
    ca: Authority = None,
    provision: Annotated[
        Path | None,
        typer.Option("--provision", help="Archivo TOML o JSON que dice todo lo anterior, para instalar sin preguntas."),
    ] = None,
    data: Data = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Enrola este equipo: necesita la red una vez."""
    output = Output(as_json=json)
    asked = (
        _asked(central, code, officer, ca) if provision is None else _provided(provision, (central, code, officer, ca))
    )
    folder = data_folder(data)
    # The key of an enrolment that did not end is there already: it is asked for, not made.
    begun = closed_folder(folder, machine()).exists()
    enrolled = enrol_laptop(
        folder,
        central=asked.central,
        code=asked.code,
        officer=asked.officer,
        ca=asked.ca,
        expected=asked.expected,
        machine=machine(),
        passphrase=lambda: (passphrase if begun else first_passphrase)(passphrase_file),
    )
    output.answer(
        {
            "device": enrolled.device,
            "label": enrolled.label,
            "region": enrolled.region,
            "role": enrolled.role,
            "officer": asked.officer,
        },
        f"Equipo {enrolled.label} enrolado en la región {enrolled.region}.",
        f"Palabras para comparar con el centro: {enrolled.words}",
    )
    return 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an enrolment is told, by options or by a file."""

    central: str
    code: str
    officer: str
    ca: Path | None
    expected: Place | None = None


def _asked(central: str | None, code: str | None, officer: str | None, ca: Path | None) -> _Asked:
    if central is None or code is None or officer is None:
        told = (("--central", central), ("--code", code), ("--officer", officer))
        lacks = ", ".join(name for name, value in told if value is None)
        raise ServiceError("usage", what=f"falta {lacks}; o un archivo con --provision.")
    need_id(officer, "--officer")
    return _Asked(central, code, officer, ca)


def _provided(file: Path, options: tuple[str | Path | None, ...]) -> _Asked:
    if any(option is not None for option in options):
        raise ServiceError("usage", what="--provision va solo: el archivo ya dice el centro, el código y la persona.")
    told, authority = read_provision(read_text(file), file.parent)
    return _Asked(told.central, told.code, told.officer, authority, Place(told.region, told.role))


@officers.command("list")
def list_officers(data: Data = None, json: AsJson = False) -> int:
    """Quiénes pueden abrir este equipo."""
    output = Output(as_json=json)
    found = slots(data_folder(data))
    output.answer(
        {"officers": [{"id": slot.officer, "name": slot.name} for slot in found]},
        *(f"{slot.officer}  {_name(slot)}" for slot in found),
    )
    return 0


def _name(slot: Slot) -> str:
    """What a person with a key is called; the first synchronisation brings the name of who was enrolled."""
    return slot.name if slot.name != slot.officer else "su nombre llega al sincronizar"


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
    need_id(person, "ID")
    with opened(data, officer, passphrase_file) as laptop:
        slot = laptop.keys.add(person, new_passphrase(new_passphrase_file))
    told = f"{slot.name} ya puede abrir este equipo."
    if slot.name == slot.id:
        told += " Su nombre llega al sincronizar; si no llega, revise el identificador: puede ser de nadie."
    output.answer({"id": slot.id, "name": slot.name}, told)
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


@officers.command("passphrase")
def change_passphrase(
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    new_passphrase_file: NewPassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Cambia la frase de paso de quien abre el equipo; la anterior deja de servir."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        laptop.keys.change(new_passphrase(new_passphrase_file))
        person = laptop.person.id
    output.answer({"id": person}, "Frase cambiada: desde ahora el equipo se abre con la nueva.")
    return 0


def need_id(person: str, where: str) -> None:
    """Refuse a name where the centre's id of a person belongs: what they save could never be received.

    Args:
        person: What was typed.
        where: How the command calls it.

    Raises:
        ServiceError: ``usage``.
    """
    if not is_id(person):
        raise ServiceError("usage", what=f"{where}: una persona se indica con el identificador que dio el centro.")


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
    with opened(data, officer, passphrase_file) as laptop, nullcontext() if out is None else room_for(out):
        file, size = laptop.backup(out)
    output.answer({"file": str(file), "bytes": size}, f"Respaldo guardado en {file} ({size // 1024} KiB).")
    return 0


@app.command("restore")
def restore_laptop(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="El respaldo.")],
    device_key: Annotated[
        Path | None,
        typer.Option("--device-key", help="El device.key del equipo anterior, para pasarlo a este, nuevo."),
    ] = None,
    ca: Authority = None,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Vuelve este equipo a un respaldo (lo que había queda al lado), o recibe el de otro equipo."""
    output = Output(as_json=json)
    if device_key is not None:
        move_in(
            data_folder(data),
            file,
            device_key,
            officer,
            lambda: passphrase(passphrase_file),
            ca=ca,
            machine=machine(),
        )
        output.answer({"kept": None}, "El equipo quedó aquí. Sincronice, y no vuelva a usar el anterior.")
        return 0
    if ca is not None:
        raise ServiceError("usage", what="--ca acompaña a --device-key.")
    done = restore(data_folder(data), file, officer, lambda: passphrase(passphrase_file), machine())
    output.answer(
        {"kept": None if done.kept is None else str(done.kept), "unsent": done.unsent},
        "El equipo volvió al respaldo. Sincronice: el centro le devuelve lo que recibió después.",
        *([] if done.kept is None else _left_behind(done.kept, done.unsent)),
    )
    return 1 if done.unsent else 0


def _left_behind(kept: Path, unsent: int | None) -> Iterator[str]:
    """Where what gave way to a backup is, and what of it is nowhere else."""
    yield f"Lo que había antes quedó en {kept}, por {KEEP.days} días."
    if unsent:
        waits = counted(unsent, "registro tiene", "registros tienen")
        yield f"OJO: ahí {waits} algo que el centro no recibió y que no está en ninguna otra parte."
        yield f"Para entregarlo: sincronice, vuelva a eso con «terreno restore {kept}» y sincronice otra vez."


@app.command("doctor")
def doctor(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="ARCHIVO", help="Además la hoja de aceptación, en PDF, para firmar.")
    ] = None,
    force: Force = False,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Revisa llaves, base de datos, reloj, catálogos, espacio y conexión."""
    output = Output(as_json=json)
    if out is not None:
        need_place(out, force=force)
    with opened(data, officer, passphrase_file) as laptop:
        checks = laptop.doctor.examine()
        if out is not None:
            laptop.publisher.write(laptop.publisher.acceptance_pdf(_sheet(laptop, checks)), out)
    told = [{"name": c.name, "ok": c.ok, "detail": c.detail, "next": "" if c.ok else c.next} for c in checks]
    output.answer(
        {"checks": told} if out is None else {"checks": told, "out": str(out)},
        *(f"{'bien' if c.ok else 'REVISAR':8} {c.words}: {c.detail}{'' if c.ok else ' → ' + c.next}" for c in checks),
        *([] if out is None else [f"Hoja de aceptación guardada en {out}"]),
    )
    return 0 if all(c.ok for c in checks) else 1


def _sheet(laptop: OpenLaptop, checks: Sequence[Check]) -> AcceptanceSheet:
    mine, catalogues = laptop.laptop, laptop.catalogues
    region = catalogues.regions.get(mine.region)
    return AcceptanceSheet(
        label=mine.label,
        region="todas las regiones" if region is None else region.label,
        role=catalogues.labels.code("device_role", mine.role),
        people=tuple(_name(slot) for slot in slots(laptop.folder.path)),
        recoverable=closed_folder(laptop.folder.path, machine()).recoverable(),
        version=__version__,
        digest=program_digest(program_folder()),
        checks=tuple(Looked(c.words, c.ok, c.detail, "" if c.ok else c.next) for c in checks),
        made_at=instant(laptop.clock.now()),
    )
