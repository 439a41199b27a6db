"""By stick, where there is no network: save, carry, receive."""

from pathlib import Path
from typing import Annotated

import typer

from terreno_app.cli.opening import opened
from terreno_app.cli.options import AsJson, Data, Force, Officer, PassphraseFile
from terreno_app.cli.output import Output
from terreno_app.cli.progress import bars
from terreno_app.cli.reconcile import ended
from terreno_app.ui.labels import plural

app = typer.Typer(no_args_is_help=True)
family = typer.Typer(no_args_is_help=True, help="Por pendrive: guardar, llevar al centro, recibir.")
app.add_typer(family, name="bundle")


@app.callback()
def _root() -> None:
    """Por pendrive."""


@family.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="Dónde guardar el paquete.")],
    force: Force = False,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Guarda en un archivo sellado todo lo que espera, para el centro; aquí no se borra nada."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop, bars(output, {"pack": "Guardar"}) as show:
        exported = laptop.bundles.export(file, show, lambda: False, replace=force)
    output.answer(
        {"file": str(file), "batches": exported.batches, "ops": exported.ops, "bytes": exported.size},
        f"Guardado en {file}: {plural(exported.ops, 'cambio', 'cambios')} para el centro.",
        *(
            [f"No cupo todo: {plural(exported.left, 'cambio irá', 'cambios irán')} en el próximo."]
            if exported.left
            else []
        ),
        "Llévelo a un equipo con red (terreno bundle carry) y traiga de vuelta la respuesta (terreno bundle receive).",
    )
    return 0


@family.command("carry")
def carry(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="El paquete de un equipo.")],
    out: Annotated[Path, typer.Option("--out", metavar="ARCHIVO", help="Dónde guardar la respuesta del centro.")],
    force: Force = False,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Lleva al centro el paquete de cualquier equipo, por la red de este, y guarda la respuesta."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop, bars(output, {"carry": "Llevar"}) as show:
        carried = laptop.bundles.carry(file, out, show, lambda: False, replace=force)
    output.answer(
        {"file": str(out), "device": carried.label, "batches": carried.batches, "ops": carried.ops},
        f"El centro tiene {plural(carried.ops, 'cambio', 'cambios')} de {carried.label}.",
        f"La respuesta está en {out}: devuélvala a ese equipo.",
    )
    return 0


@family.command("receive")
def receive(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="La respuesta del centro.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Recibe la respuesta del centro: recibos y cambios de los demás. Repetirla no hace daño."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        with bars(output) as show:
            outcome = laptop.bundles.receive(file, show, lambda: False)
        return ended(output, laptop, outcome)
