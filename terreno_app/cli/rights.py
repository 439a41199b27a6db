"""Rights of people over their data."""

from typing import Annotated

import typer

from terreno_app.cli.opening import opened
from terreno_app.cli.options import AsJson, Data, Officer, PassphraseFile, confirmed
from terreno_app.cli.output import Output

app = typer.Typer(no_args_is_help=True)
family = typer.Typer(no_args_is_help=True, help="Derechos de las personas sobre sus datos (coordinación).")
app.add_typer(family, name="rights")


@app.callback()
def _root() -> None:
    """Derechos."""


@family.callback()
def _rights() -> None:
    """Derechos de las personas sobre sus datos (coordinación)."""


@family.command("erase")
def erase(
    attention: Annotated[str, typer.Argument(metavar="ID|FOLIO", help="La atención de la persona.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXTO", help="Con qué se resolvió la solicitud.")],
    yes: Annotated[bool, typer.Option("--yes", help="No pregunta antes; --json tampoco pregunta.")] = False,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Borra en todos los equipos y en el centro los datos personales de una atención; no se puede deshacer."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        found = laptop.listing.named("attention", attention)
        if not (yes or json) and not confirmed(f"El borrado de {attention} no se deshace. ¿Borrar?"):
            output.answer({}, "No se borró nada.")
            return 0
        erased = laptop.rights.erase(found, reason, laptop.person.id)
    output.answer(
        {"request": erased.request, "record": found, "ops": list(erased.ops)},
        "Datos personales borrados en este equipo; en el centro y en los demás, con su próxima sincronización.",
        "Los respaldos de más de 35 días se destruyen: dígalo en la respuesta a la persona.",
    )
    return 0
