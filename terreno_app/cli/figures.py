"""Figures: reports that can be re-derived, and the draw that can be recomputed."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from terreno_app.cli.opening import opened
from terreno_app.cli.options import AsJson, Data, Force, Officer, PassphraseFile, confirmed, need_place
from terreno_app.cli.output import Output
from terreno_app.desktop import OpenLaptop
from terreno_app.domain.reports.together import alone_words
from terreno_app.services.errors import ServiceError
from terreno_app.services.reports import DEVICE_REGION

if TYPE_CHECKING:
    from terreno_app.verifying import Verified

NAMES = (
    "monthly_summary, satisfaction, coverage, pmg, annual, diagnosis; verify ARCHIVO comprueba uno emitido; "
    "close cierra un mes y addendum muestra lo que llegó después."
)
CLOSE = "close"
FORMS = ("json", "pdf", "xlsx", "csv")
VERIFYING = "terreno_app.verifying"

app = typer.Typer(no_args_is_help=True)
survey = typer.Typer(no_args_is_help=True, help="Encuesta: comprobar el sorteo.")
app.add_typer(survey, name="survey")


@survey.callback()
def _survey() -> None:
    """Encuesta: comprobar el sorteo."""


@survey.command("verify")
def verify_draw(
    outing: Annotated[str, typer.Option("--outing", metavar="ID", help="Salida, por identificador o código.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Recalcula cada sorteo con la semilla revelada al cierre."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        found = laptop.survey.verify(outing)
    output.answer(
        {
            "outing": found.outing,
            "sessions": found.sessions,
            "open_sessions": found.open_sessions,
            "checked": found.checked,
            "selected": found.selected,
            "mismatches": list(found.mismatches),
        },
        f"Sorteos recalculados: {found.checked}. Jornadas: {found.sessions}. No coinciden: {len(found.mismatches)}.",
        *(
            [f"{found.open_sessions} jornadas siguen abiertas: su semilla se revela al cierre."]
            if found.open_sessions
            else []
        ),
    )
    return 1 if found.mismatches else 0


@app.command("report")
def report(
    name: Annotated[
        str,
        typer.Argument(metavar="INFORME", help=NAMES),
    ],
    file: Annotated[Path | None, typer.Argument(metavar="[ARCHIVO]", help="Solo con verify.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="2026-11, 2026-Q4 o 2026.")] = None,
    space: Annotated[
        str | None, typer.Option("--space", help="oirs_terreno, oirs, tic, buzon; si falta, todos.")
    ] = None,
    region: Annotated[
        str, typer.Option("--region", help="Si falta, la del equipo; null o CL, todas.", show_default=False)
    ] = DEVICE_REGION,
    source: Annotated[
        str, typer.Option("--source", metavar="local|central", help="De dónde vienen las cifras.")
    ] = "local",
    public: Annotated[bool, typer.Option("--public", help="Oculta grupos de 1 a 4 personas.")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="json|pdf|xlsx|csv", help="PDF, XLSX y CSV necesitan --out.")
    ] = "json",
    out: Annotated[Path | None, typer.Option("--out", help="Archivo de salida.")] = None,
    force: Force = False,
    yes: Annotated[bool, typer.Option("--yes", help="Con close, no pregunta antes; --json tampoco pregunta.")] = False,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Un informe del período, la comprobación de uno ya emitido o el cierre de un mes."""
    output = Output(as_json=json)
    if name == "verify":
        return _verify(output, file)
    if period is None:
        raise ServiceError("usage", what="falta --period.")
    where = None if region == "null" else region
    if name in CLOSES:
        if public or out is not None or form != "json":
            raise ServiceError("usage", what=f"{name} no lleva --public, --format ni --out.")
        with opened(data, officer, passphrase_file) as laptop:
            return CLOSES[name](output, laptop, period, where, source, sure=yes or json)
    if form not in FORMS:
        raise ServiceError("usage", what=f"--format es {', '.join(FORMS)}.")
    if form != "json" and out is None:
        raise ServiceError("usage", what=f"--format {form} necesita --out ARCHIVO.")
    if out is not None:
        need_place(out, force=force)
    with opened(data, officer, passphrase_file) as laptop:
        built = laptop.reports.build(
            name,
            period,
            space=space,
            region=where,
            source=source,
            public=public,
        )
        if out is not None:
            laptop.publisher.save(built, out, form, laptop.reports.trend(built) if form == "pdf" else ())
    if out is None:
        Output(as_json=True).line(built.to_json())
    else:
        output.answer(
            {"out": str(out), "digest": built.digest},
            f"Informe guardado en {out}",
            f"Huella de las cifras: {built.digest}",
            *filter(None, [alone_words(built) if public else ""]),
        )
    return 0


def _close(output: Output, laptop: OpenLaptop, period: str, region: str | None, source: str, *, sure: bool) -> int:
    if not sure and not confirmed(f"El cierre de {period} no se deshace. ¿Cerrarlo?"):
        output.answer({}, "No se cerró nada.")
        return 0
    closed = laptop.closes.close(period, laptop.folder.officer, region, source)
    output.answer(
        {"id": closed.id, "digest": closed.digest, "devices_not_synced": closed.devices_not_synced},
        f"El mes {period} quedó cerrado: sus cifras ya no cambian.",
        f"Huella de las cifras: {closed.digest}",
        *(
            [f"{closed.devices_not_synced} equipos no han cerrado su salida del mes: lo que llegue irá a la adenda."]
            if closed.devices_not_synced
            else []
        ),
    )
    return 0


def _addendum(_: Output, laptop: OpenLaptop, period: str, region: str | None, source: str, *, sure: bool) -> int:
    del sure  # nothing is changed
    Output(as_json=True).line(laptop.closes.addendum(period, region, source).to_json())
    return 0


CLOSES = {CLOSE: _close, "addendum": _addendum}
"""What is done with a month that is over, by the word that stands in the place of a report."""


def _verify(output: Output, file: Path | None) -> int:
    if file is None:
        raise ServiceError("usage", what="falta el archivo que se va a comprobar.")
    found: Verified = importlib.import_module(VERIFYING).verify_report(file)
    output.answer(
        {"digest": found.digest, "ok": True, "compared": found.is_compared},
        f"Las cifras dan la huella que el archivo declara: {found.digest}",
        "Lo que el archivo muestra es lo que dicen sus cifras."
        if found.is_compared
        else "Otra versión lo hizo: se comprobaron las cifras que lleva dentro, no lo que muestra.",
        "La huella es de las cifras del período: no cubre el corte, la comparación con otros períodos ni los textos de"
        " la coordinación. Esos se comparan con el informe de quien lo emitió.",
    )
    return 0 if found.is_compared else 1
