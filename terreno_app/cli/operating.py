"""What whoever runs the centre's server does: migrate, save, restore, look through, decide on devices, new keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sync.client.progress import SyncProgress
from terreno_app import central_operations as operations
from terreno_app.central_operations import ListedDevice, Progress
from terreno_app.cli.options import AsJson, Database, database_url, machine, need_folder, read_public_key, room_for
from terreno_app.cli.output import Output
from terreno_app.cli.progress import bars
from terreno_app.cli.words import hour
from terreno_app.domain.catalogues import Labels
from terreno_app.domain.spanish import counted
from terreno_app.paths import resources
from terreno_app.services.errors import ServiceError
from terreno_app.storage.resources import load_catalogues

app = typer.Typer(no_args_is_help=True)
devices = typer.Typer(no_args_is_help=True, help="Equipos del centro: ver, confirmar, revocar.")
keys = typer.Typer(no_args_is_help=True, help="Llaves del centro.")
app.add_typer(devices, name="device")
app.add_typer(keys, name="key")

WAITS = {
    "fork": "por confirmar: clonado o respaldo restaurado",
    "restored": "por confirmar: el centro restaurado no lo conocía",
}
FAULTS_SHOWN = 100
FAULTS = {
    "database": "la base misma encuentra algo roto",
    "unreadable": "no se puede leer",
    "missing": "nombra algo que no está",
    "orphan": "no está aquello a lo que pertenece",
    "hash": "una operación no es la que se recibió",
    "link": "la cadena no cuadra",
    "counter": "un cambio falta, se repite o sobra",
    "values": "los datos personales no son los de su huella",
    "erased": "hay datos personales que ya se habían borrado",
    "signature": "no lo firmó el centro",
    "receipt": "el recibo no cubre lo que hay",
    "answer": "la respuesta no es la que se dio",
    "record": "el registro no es lo que se escribió",
    "conflict": "el conflicto no es el que hubo",
    "quarantine": "lo retenido no se muestra como está",
    "differs": "repite un dato y lo dice distinto",
    "figure": "una cifra no es la de los registros; «central recount» la rehace",
}
"""What each fault means, in words."""
Named = Annotated[str, typer.Argument(metavar="SIGLA|ID", help="El equipo.")]


@app.command("migrate")
def migrate(database: Database = None, json: AsJson = False) -> int:
    """Lleva la base de datos a esta versión del programa."""
    done = operations.migrate(database_url(database))
    same = "La base ya estaba en esta versión" if done.before == done.after else "La base quedó en esta versión"
    Output(as_json=json).answer({"from": done.before, "to": done.after}, f"{same} ({done.after}).")
    return 0


@app.command("backup")
def backup(
    out: Annotated[Path, typer.Option("--out", metavar="ARCHIVO|CARPETA", help="Dónde queda el respaldo.")],
    keep_days: Annotated[
        int | None, typer.Option("--keep-days", min=1, help="En una carpeta destruye los de más días (35).")
    ] = None,
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Guarda un respaldo del centro, con sus llaves secretas; puede seguir sirviendo."""
    output = Output(as_json=json)
    need_folder(out)
    with _bar(output, "Copiar") as progress, room_for(out):
        made = operations.backup(database_url(database), out, progress, keep_days=keep_days, clock=machine().clock)
    output.answer(
        {
            "file": str(made.file),
            "taken_at": made.header.taken_at,
            "epoch": made.header.epoch,
            "rows": made.header.total,
            "destroyed": [str(file) for file in made.destroyed],
        },
        f"Respaldo guardado en {made.file} ({made.header.total} filas). Contiene llaves secretas: guárdelo bien.",
        *(f"Destruido por antiguo: {file}" for file in made.destroyed),
    )
    return 0


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="El respaldo.")],
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Vuelve el centro a un respaldo, en una base vacía; los equipos le devuelven lo que falte."""
    output = Output(as_json=json)
    with _bar(output, "Restaurar") as progress:
        done = operations.restore(database_url(database), file, progress, clock=machine().clock)
    output.answer(
        {"epoch": done.epoch, "taken_at": done.header.taken_at, "rows": done.header.total},
        f"El centro volvió a como estaba {hour(done.header.taken_at)}; comienza una historia nueva.",
        "Cada equipo le entrega lo que falta en su próxima sincronización.",
    )
    return 0


@app.command("check")
def check(
    quick: Annotated[
        bool, typer.Option("--quick", help="Solo mira cómo está, para un monitoreo: no recalcula nada.")
    ] = False,
    backups: Annotated[
        Path | None, typer.Option("--backups", metavar="CARPETA", help="Con --quick: que haya un respaldo reciente.")
    ] = None,
    backup_hours: Annotated[
        int, typer.Option("--backup-hours", min=1, help="Con --backups: desde cuántas horas es viejo.")
    ] = 26,
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Recalcula cada huella, cadena, contador, firma, recibo y cifra; no cambia nada."""
    output = Output(as_json=json)
    if quick:
        return _watched(output, database_url(database), backups, backup_hours)
    faults: list[dict[str, str]] = []
    with _bar(output, "Comprobar") as progress:
        done = operations.check(
            database_url(database),
            lambda fault: faults.append({"code": fault.code, "table": fault.table, "row": fault.row}),
            progress,
        )
    rows = sum(done.rows.values())
    output.answer(
        {"rows": dict(done.rows), "faults": faults},
        *(f"{one['table']} {one['row']}: {FAULTS[one['code']]}" for one in faults[:FAULTS_SHOWN]),
        f"{rows} filas revisadas; {done.faults} con problemas." if faults else f"{rows} filas revisadas; todo cuadra.",
    )
    return 1 if faults else 0


def _watched(output: Output, database: str, backups: Path | None, backup_hours: int) -> int:
    """How the centre stands, a line for each thing; 1 where somebody has to act."""
    if backups is not None and not backups.is_dir():
        raise ServiceError("folder_missing")
    seen = operations.watch(database, backups)
    found = seen.glance
    checks = [
        ("database", True, "La base responde"),
        ("devices", not found.unconfirmed, counted(found.unconfirmed, "equipo", "equipos") + " por confirmar"),
        ("quarantine", True, counted(len(found.waiting), "región", "regiones") + " con algo en cuarentena"),
        ("figures", True, counted(sum(found.behind.values()), "cambio", "cambios") + " por contar en las cifras"),
    ]
    if backups is not None:
        checks.append(_backup_check(seen.backup_at, backup_hours))
    output.answer(
        {"checks": [{"name": name, "ok": ok, "detail": detail} for name, ok, detail in checks]},
        *(f"{'bien' if ok else 'REVISAR':8} {detail}" for _, ok, detail in checks),
    )
    return 0 if all(ok for _, ok, _ in checks) else 1


def _backup_check(taken_at: datetime | None, most_hours: int) -> tuple[str, bool, str]:
    if taken_at is None:
        return "backup", False, "no hay ningún respaldo de este centro"
    hours = int((machine().clock.now() - taken_at).total_seconds() // 3600)
    return "backup", hours < most_hours, f"el último respaldo tiene {hours} h"


@app.command("recount")
def recount(database: Database = None, json: AsJson = False) -> int:
    """Pone al día las cifras de los informes, las vuelve a contar y rehace las que difieren."""
    output = Output(as_json=json)
    found = operations.recount(database_url(database), clock=machine().clock)
    told = [{"table": one.table, "row": one.row} for one in found]
    output.answer(
        {"differences": told},
        *(f"{one['table']} {one['row']}: {FAULTS['figure'].partition(';')[0]}" for one in told[:FAULTS_SHOWN]),
        f"{len(found)} cifras no eran las de los registros; quedaron rehechas." if found else "Las cifras cuadran.",
    )
    return 1 if found else 0


@devices.callback()
def _devices() -> None:
    """Equipos del centro."""


@devices.command("list")
def list_devices(database: Database = None, json: AsJson = False) -> int:
    """Todos los equipos, las palabras que cada uno mostró al enrolarse, y cuáles esperan confirmación."""
    found = operations.devices(database_url(database))
    told = [
        {
            "id": one.seen.device.id,
            "label": one.seen.device.label,
            "region": one.seen.device.region,
            "role": one.seen.device.role,
            "status": one.seen.device.status,
            "confirmation": one.seen.device.confirmation,
            "enrolled_at": one.seen.enrolled_at,
            "last_at": one.seen.last_at,
            "words": one.words,
            "former_labels": list(one.former),
        }
        for one in found
    ]
    labels = load_catalogues(resources()).labels
    Output(as_json=json).answer(
        {"devices": told},
        *(line for one in found for line in _device(one, labels)),
        *([] if found else ["No hay equipos enrolados."]),
    )
    return 0


def _status(status: str) -> str:
    return load_catalogues(resources()).labels.code("device_status", status).lower()


def _device(one: ListedDevice, labels: Labels) -> Iterator[str]:
    """A device in a line, and below it the words that its screen showed."""
    device = one.seen.device
    role, status = labels.code("device_role", device.role), labels.code("device_status", device.status)
    waits = WAITS.get(device.confirmation or "", "")
    last = hour(one.seen.last_at) or "nunca"
    yield f"{device.label}  región {device.region}  {role}  {status}  última entrega: {last}  {waits}".rstrip()
    yield f"    palabras: {one.words}"
    if one.former:
        yield f"    también es {', '.join(one.former)}, si una copia sigue con esa sigla: lo decidido vale para las dos"


@devices.command("revoke")
def revoke(named: Named, database: Database = None, json: AsJson = False) -> int:
    """El equipo no recibe nada más; lo que entregue queda en cuarentena."""
    device = operations.revoke(database_url(database), named, clock=machine().clock)
    Output(as_json=json).answer(
        {"id": device.id, "label": device.label, "status": device.status},
        f"{device.label} revocado. Lo que le falte por entregar todavía llega, a cuarentena.",
    )
    return 0


@devices.command("confirm")
def confirm(named: Named, database: Database = None, json: AsJson = False) -> int:
    """Da por bueno un equipo clonado, restaurado o que el centro no conocía: vuelve a recibir."""
    device = operations.confirm(database_url(database), named, clock=machine().clock)
    Output(as_json=json).answer(
        {"id": device.id, "label": device.label, "confirmation": device.confirmation},
        f"{device.label} confirmado: recibe en su próxima sincronización."
        if operations.receives(device)
        else f"{device.label} confirmado, pero no recibe nada mientras siga {_status(device.status)}.",
    )
    return 0


@keys.callback()
def _keys() -> None:
    """Llaves del centro."""


@keys.command("rotate")
def new_keys(
    out: Annotated[Path, typer.Option("--backup", metavar="ARCHIVO|CARPETA", help="Respaldo con las llaves nuevas.")],
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Da al centro llaves nuevas, avaladas por las de antes; los equipos las aprenden solos."""
    output = Output(as_json=json)
    need_folder(out)
    with _bar(output, "Respaldar") as progress, room_for(out):
        done = operations.new_keys(database_url(database), out, progress, clock=machine().clock)
    output.answer(
        {"made": list(done.made), "destroyed": list(done.destroyed)},
        "El centro tiene llaves nuevas. La secreta con que firmaba se destruyó; la de leer, a los 35 días.",
    )
    return 0


@keys.command("recovery")
def recovery_key(
    file: Annotated[Path, typer.Argument(metavar="recuperacion.pub", help="La parte pública de la llave.")],
    database: Database = None,
    json: AsJson = False,
) -> int:
    """Da al centro la llave de recuperación, u otra; los equipos la aprenden en su próxima sincronización."""
    key = read_public_key(file)
    operations.new_recovery_key(database_url(database), key, clock=machine().clock)
    Output(as_json=json).answer(
        {"recovery_key": key},
        "El centro tiene esa llave de recuperación. A cada equipo le llega cuando sincroniza, y le sirve desde que se "
        "vuelve a abrir. Lo que se respaldó antes sigue con la anterior.",
    )
    return 0


@contextmanager
def _bar(output: Output, words: str) -> Iterator[Progress]:
    with bars(output, {"rows": words}) as show:
        yield lambda done, total: show(SyncProgress("rows", done, total))
