"""The receipt of an attention as a file, for the printer or for whoever asks for it again."""

from pathlib import Path
from typing import Annotated

import typer

from terreno_app.cli.opening import opened
from terreno_app.cli.options import AsJson, Data, Force, Officer, PassphraseFile, need_place
from terreno_app.cli.output import Output
from terreno_app.domain.clock import instant
from terreno_app.services.errors import ServiceError

SIZES = ("a4", "80mm")

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command("receipt")
def receipt(
    folio: Annotated[str, typer.Argument(metavar="FOLIO", help="Folio o identificador de la atención.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="ARCHIVO", help="PDF que se escribe.")] = None,
    paper: Annotated[str, typer.Option("--paper", metavar="a4|80mm", help="Hoja A4, o rollo de 80 mm.")] = "a4",
    force: Force = False,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """El comprobante de una atención, en PDF; nombra a la persona y queda anotado quién lo pidió."""
    output = Output(as_json=json)
    if out is None:
        raise ServiceError("usage", what="falta --out ARCHIVO.")
    if paper not in SIZES:
        raise ServiceError("usage", what="--paper es a4 o 80mm.")
    need_place(out, force=force)
    with opened(data, officer, passphrase_file) as laptop:
        found = laptop.receipts.receipt(folio, laptop.person.id)
        laptop.publisher.write(laptop.publisher.receipt_pdf(found, paper, instant(laptop.clock.now())), out)
    output.answer({"folio": found.folio, "due_on": found.due_on, "out": str(out)}, f"Comprobante guardado en {out}")
    return 0
