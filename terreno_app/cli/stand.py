"""What is done at the stand: outings, registers from files, lists, edits."""

from codecs import BOM_UTF8
from pathlib import Path
from typing import Annotated

import typer

from terreno_app.cli.opening import opened
from terreno_app.cli.options import AsJson, Data, Force, Officer, PassphraseFile, need_place
from terreno_app.cli.output import Output
from terreno_app.cli.words import RecordWords, planned
from terreno_app.desktop import OpenLaptop
from terreno_app.services.errors import ServiceError
from terreno_app.services.outings import OutingRow
from terreno_app.services.paper import Rejection, Saved, Summary
from terreno_app.services.words import WORDS

app = typer.Typer(no_args_is_help=True)
outing = typer.Typer(no_args_is_help=True, help="Salidas: abrir, cerrar, listar.")
app.add_typer(outing, name="outing")

Identifier = Annotated[str, typer.Argument(metavar="ID", help="Identificador del registro, o código de la salida.")]

Named = Annotated[
    str, typer.Argument(metavar="ID", help="Identificador del registro, folio de la atención o código de la salida.")
]

RECORD_EXAMPLE = """\b
Ejemplo, un registro por línea (la identidad va después de su atención):
{"kind": "outing", "planned_on": "2026-11-21", "comuna": "13110"}
{"kind": "attention", "type": "enquiry", "topic": "salud", "answer_owed": true}
{"kind": "identity", "names": "Rosa", "phone": "987654321"}

Cada línea necesita su «kind»; una atención se anota en la salida abierta. Si una línea trae su «id» (UUID), repetir el
archivo no duplica nada: lo que ya estaba se reconoce. Si se interrumpe, repita la orden con el mismo archivo, sin
cambiarlo: sigue donde quedó.
"""


@outing.command("open")
def open_outing(
    outing: Identifier,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Abre una salida en este equipo: sortea y compromete la semilla de la encuesta."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        session = laptop.outings.open(outing, laptop.person.id)
        comuna = laptop.catalogues.comunas.get(session.comuna)
    place = ", ".join(part for part in (session.place_name, comuna.label if comuna else "") if part)
    output.answer(
        {"outing": session.outing, "session": session.session, "code": session.code},
        f"Salida {session.code} abierta{place and f' en {place}'}.",
        *([f"Aviso: estaba planificada para el {planned(session.planned_on)}."] if session.other_day else []),
    )
    return 0


@outing.command("close")
def close_outing(
    outing: Identifier,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Guarda además el acta en este PDF.")] = None,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """Cierra la salida: revela la semilla y escribe el acta de la jornada."""
    output = Output(as_json=json)
    if pdf is not None:
        need_place(pdf, force=force)
    with opened(data, officer, passphrase_file) as laptop:
        session = laptop.outings.close(outing, laptop.person.id)
        if pdf is not None:
            laptop.publisher.save_acta(laptop.actas.sheet(session.outing), pdf)
    output.answer(
        {
            "outing": session.outing,
            "session": session.session,
            "code": session.code,
            **({"pdf": str(pdf)} if pdf else {}),
        },
        f"Salida {session.code} cerrada. El acta quedó guardada y la semilla del sorteo, revelada.",
        *([f"Acta en PDF: {pdf}"] if pdf else []),
    )
    return 0


@outing.command("acta")
def print_acta(
    outing: Identifier,
    pdf: Annotated[Path, typer.Option("--pdf", help="Dónde guardar el PDF.")],
    force: Force = False,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Guarda en PDF el acta de una salida de este equipo, firmada o como va."""
    output = Output(as_json=json)
    need_place(pdf, force=force)
    with opened(data, officer, passphrase_file) as laptop:
        sheet = laptop.actas.sheet(outing)
        laptop.publisher.save_acta(sheet, pdf)
    output.answer(
        {"code": sheet.code, "signed": sheet.signed, "root": sheet.root, "pdf": str(pdf)},
        f"Acta de la salida {sheet.code} {'firmada' if sheet.signed else 'sin firmar todavía'}, en {pdf}",
    )
    return 0


@outing.command("list")
def list_outings(
    data: Data = None, officer: Officer = None, passphrase_file: PassphraseFile = None, json: AsJson = False
) -> int:
    """Salidas que este equipo conoce."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        rows = laptop.outings.rows()
    people = [_outing_words(row) for row in rows] or ["Todavía no hay salidas en este equipo."]
    output.answer({"outings": [row.to_json() for row in rows]}, *people)
    return 0


def _outing_words(row: OutingRow) -> str:
    return f"{planned(row.planned_on)}  {row.code}  {row.comuna_name}  {row.place_name}  {row.words}"


MEND_THE_REST = (
    "Lo guardado está a salvo. Corrija las líneas rechazadas y registre solo esas:"
    " una línea sin «id» que se repite es otro registro."
)


@app.command("record", epilog=RECORD_EXAMPLE)
def record(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO.jsonl", help="Un registro JSON por línea.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Registra lo que trae un archivo; cada línea queda guardada por sí sola."""
    output = Output(as_json=json)
    try:
        lines = file.read_bytes().removeprefix(BOM_UTF8).splitlines()
    except OSError as error:
        raise ServiceError(
            "file_missing" if isinstance(error, FileNotFoundError) else "file_unreadable", file=file
        ) from error
    with opened(data, officer, passphrase_file) as laptop:
        summary = _registered(laptop, lines, output)
    if not summary.readable:
        raise ServiceError("no_readable_line")
    output.answer(
        summary.to_json(),
        f"Guardadas: {summary.registered}. Ya estaban: {summary.repeated}. Rechazadas: {summary.rejected_lines}.",
        *([MEND_THE_REST] if summary.rejected else []),
    )
    return 1 if summary.rejected else 0


def _registered(laptop: OpenLaptop, lines: list[bytes], output: Output) -> Summary:
    """Register lines and name each one; Ctrl+C in between says how many are safe."""
    summary = Summary()
    try:
        for told in laptop.paper.register(lines, laptop.person.id):
            _tell(told, output)
            summary = summary.adding(told)
    except KeyboardInterrupt as stop:
        raise ServiceError("interrupted", WORDS["record_interrupted"].about(count=len(summary.ids))) from stop
    return summary


def _tell(told: Saved | Rejection, output: Output) -> None:
    if isinstance(told, Rejection):
        where = f" (campo {told.field})" if told.field else ""
        output.say(f"línea {told.line}: {told.message}{where}")
    elif output.as_json:
        output.line({"line": told.line, "id": told.id, "folio": told.folio, "repeated": told.repeated})
    else:
        again = " (ya estaba)" if told.repeated else ""
        output.say(f"línea {told.line}: guardada {told.folio or told.id}{again}")
        if told.unknown:
            output.say(f"  No se conocen y viajan tal cual, sin contarse: {', '.join(told.unknown)}")


@app.command("list")
def list_records(
    kind: Annotated[str, typer.Argument(metavar="TIPO", help="attention, outing, identity…")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    identity: Annotated[bool, typer.Option("--identity", help="Incluye datos personales; queda anotado.")] = False,
    review: Annotated[bool, typer.Option("--review", help="Solo lo que hay que revisar, con el motivo.")] = False,
    json: AsJson = False,
) -> int:
    """Lo que este equipo tiene, como se muestra."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        records = laptop.listing.records(kind, laptop.person.id, identity=identity, review=review)
        say = RecordWords(laptop)
    people = [line for record in records for line in (say.line(record), *say.notes(record))]
    output.answer({"records": list(records)}, *(people or ["No hay registros."]))
    return 0


@app.command("edit")
def edit(
    kind: Annotated[str, typer.Argument(metavar="TIPO", help="attention, outing, identity…")],
    record: Named,
    changes: Annotated[list[str], typer.Argument(metavar="CAMPO=VALOR…", help="CAMPO= lo vacía.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Cambia campos de un registro."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        found = laptop.listing.named(kind, record)
        op = laptop.editing.edit(kind, found, changes, laptop.person.id)
    output.answer({"op": op, "record": found}, "Cambio guardado en este equipo.")
    return 0


@app.command("history")
def history(
    kind: Annotated[str, typer.Argument(metavar="TIPO", help="attention, outing, identity…")],
    record: Named,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    identity: Annotated[bool, typer.Option("--identity", help="Incluye datos personales; queda anotado.")] = False,
    json: AsJson = False,
) -> int:
    """Quién cambió qué, cuándo y por qué vía."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        told = laptop.listing.history(kind, laptop.listing.named(kind, record), laptop.person.id, identity=identity)
        say = RecordWords(laptop)
    people = [line for op in told.ops for line in say.change(kind, op)]
    if not told.complete:
        people.append(
            "El centro no responde o no entrega la historia: se muestran solo los cambios hechos en este equipo."
        )
    ops = [{name: value for name, value in op.items() if name != "author_name"} for op in told.ops]
    output.answer({"ops": ops, "complete": told.complete}, *people)
    return 0
