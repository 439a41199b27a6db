"""Bringing in the registers of other spaces: `terreno import`."""

import json as json_text
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from terreno_app.cli.opening import opened
from terreno_app.cli.options import AsJson, Data, Officer, PassphraseFile
from terreno_app.cli.output import Output
from terreno_app.desktop import OpenLaptop
from terreno_app.domain.errors import RejectedError
from terreno_app.domain.importing import ColumnMap, Table, column_map, proposed
from terreno_app.domain.spanish import counted
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.paper import Rejection, Saved, Summary
from terreno_app.services.three_parts import Words
from terreno_app.services.words import WORDS
from terreno_app.storage.spreadsheets import UnreadableTableError, read_table

app = typer.Typer(add_completion=False)

MAPPING_UNFIT = Words(
    "El mapeo no se puede seguir: {what}", "No se importó nada.", "Corrija el mapeo, o la planilla, y repita."
)

EXAMPLE = """\b
El mapeo dice qué columna es cada campo, y cómo sus palabras son códigos de aquí:
{"llave": "N° de llamada",
 "campos": {"received_at": {"columna": "Fecha", "formato": "%d-%m-%Y %H:%M"},
            "type": {"columna": "Motivo", "valores": {"Consulta general": "enquiry"}},
            "identity.names": {"columna": "Nombre"}},
 "fijos": {"topic": "otro"}}

Si el archivo del mapeo no existe, se propone uno a partir de los encabezados y no se importa nada. Con --dry-run se
muestra qué pasaría. Importar otra vez el mismo archivo no duplica: cada fila se reconoce por su llave.
"""


@app.command("import", epilog=EXAMPLE)
def import_table(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="CSV o XLSX, con encabezados en la primera fila.")],
    space: Annotated[str, typer.Option("--space", metavar="tic|buzon|oirs", help="El espacio de este registro.")],
    mapping: Annotated[Path, typer.Option("--mapping", metavar="MAPEO.json", help="Qué columna es cada campo.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Muestra qué pasaría, sin guardar nada.")] = False,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Importa el registro de otro espacio desde una planilla."""
    output = Output(as_json=json)
    table = _table(file)
    with opened(data, officer, passphrase_file) as laptop:
        if not mapping.exists():
            return _propose(table, mapping, laptop, output)
        try:
            columns = _mapping(mapping)
            summary = _taken(laptop, table, columns, space, output, dry_run=dry_run)
        except (RejectedError, RejectedDraftError) as error:
            what = " ".join(problem.message for problem in error.problems)
            raise ServiceError("rejected", MAPPING_UNFIT.about(what=what)) from error
    told = "Se guardarían" if dry_run else "Guardadas"
    output.answer(
        {**summary.to_json(), "dry_run": dry_run, "unread": table.unread},
        f"{told}: {summary.registered}. Ya estaban: {summary.repeated}. No se pueden leer: {summary.rejected_lines}.",
        *_not_read(table),
        *(["Corrija esas filas, o el mapeo, y repita: lo que ya está no se duplica."] if summary.rejected else []),
    )
    return 1 if summary.rejected else 0


def _taken(
    laptop: OpenLaptop, table: Table, columns: ColumnMap, space: str, output: Output, *, dry_run: bool
) -> Summary:
    rows = (
        laptop.importing.preview(table, columns, space)
        if dry_run
        else laptop.importing.run(table, columns, space, laptop.person.id)
    )
    summary = Summary(readable=True)
    try:
        for told in rows:
            _tell(told, output)
            summary = summary.adding(told)
    except KeyboardInterrupt as stop:
        raise ServiceError("interrupted", WORDS["record_interrupted"].about(count=len(summary.ids))) from stop
    return summary


def _tell(told: Saved | Rejection, output: Output) -> None:
    if isinstance(told, Rejection):
        output.say(f"fila {told.line}: {told.message}")
    elif output.as_json:
        output.line({"line": told.line, "id": told.id, "folio": told.folio, "repeated": told.repeated})


def _propose(table: Table, mapping: Path, laptop: OpenLaptop, output: Output) -> int:
    found = proposed(table.headings, laptop.catalogues)
    text = json_text.dumps(found.to_json(), ensure_ascii=False, indent=1)
    mapping.write_text(f"{text}\n", encoding="utf-8")
    output.answer(
        {"mapping": str(mapping), "fields": list(found.rules), "unread": table.unread},
        f"Se propuso un mapeo en {mapping}: {len(found.rules)} de {len(table.headings)} columnas tienen un campo.",
        *_not_read(table),
        "No se importó nada. Revíselo, complete lo que falta y repita con --dry-run.",
    )
    return 1


def _not_read(table: Table) -> Iterator[str]:
    """The columns that nobody can map: what stands in them stays in the file."""
    for letter, n in table.unread.items():
        held = counted(n, "celda que no se lee", "celdas que no se leen")
        yield f"La columna {letter} no tiene encabezado: {held}. Si hace falta, escríbale uno y agréguela al mapeo."


def _table(file: Path) -> Table:
    try:
        return read_table(file)
    except UnreadableTableError as error:
        raise ServiceError(error.code) from error
    except OSError as error:
        raise ServiceError(
            "file_missing" if isinstance(error, FileNotFoundError) else "file_unreadable", file=file
        ) from error


def _mapping(file: Path) -> ColumnMap:
    try:
        return column_map(json_text.loads(file.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, RecursionError) as error:
        raise ServiceError("mapping_unreadable") from error
