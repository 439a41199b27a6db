"""The `terreno` command: which family each command lives in, and how every error is told.

A family is imported when one of its commands is called: the centre runs without Qt, a laptop without FastAPI, and the
centre's own commands without what only serving needs.
"""

import gc
import importlib
import importlib.util
import logging
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any

import click
import typer

from terreno_app import __version__
from terreno_app.cli.output import Output
from terreno_app.cli.spanish import SpanishContext, in_spanish, parameter_name, usage
from terreno_app.logs import OURS
from terreno_app.machine import THIS_MACHINE, Machine
from terreno_app.services.errors import RejectedDraftError, ServiceError, explain, in_a_terminal

FAMILIES = {
    "app": ("window", "Abre la aplicación de escritorio."),
    "demo": ("demo_command", "Vive un día completo en el stand, de principio a fin."),
    "enrol": ("equipment", "Enrola este equipo con un código de la coordinación."),
    "officer": ("equipment", "Personas con llave en este equipo."),
    "doctor": ("equipment", "Revisa que el equipo esté en condiciones."),
    "backup": ("equipment", "Guarda un respaldo cifrado de este equipo."),
    "restore": ("equipment", "Vuelve este equipo a un respaldo."),
    "recovery": ("recovery", "Frases olvidadas: la llave de recuperación del Ministerio."),
    "update": ("updating", "Versiones nuevas del programa: ver, traer, desde un pendrive."),
    "outing": ("stand", "Salidas: abrir, cerrar, listar."),
    "record": ("stand", "Registra un archivo JSONL (transcripción de papel)."),
    "import": ("importing", "Importa el registro de otro espacio (CSV o XLSX)."),
    "list": ("stand", "Lista lo que este equipo tiene."),
    "edit": ("stand", "Cambia campos de un registro."),
    "history": ("stand", "Historia de un registro."),
    "receipt": ("receipts", "Comprobante de una atención, en PDF."),
    "sync": ("reconcile", "Sincroniza con el centro."),
    "bundle": ("stick", "Por pendrive: guardar, llevar al centro, recibir."),
    "status": ("reconcile", "Cuántos registros hay y cuántos tienen recibo."),
    "conflicts": ("reconcile", "Conflictos: ver y decidir."),
    "quarantine": ("reconcile", "Cuarentena: ver, liberar, rechazar (coordinación)."),
    "rights": ("rights", "Derechos de las personas sobre sus datos (coordinación)."),
    "survey": ("figures", "Encuesta: comprobar el sorteo."),
    "report": ("figures", "Informes."),
}
UNLISTED = {"smoke": ("smoke", "")}
"""For builds, installers and updates: no page lists them."""
CENTRAL = {
    "init": ("centre", "Crea el centro y su primera persona de coordinación."),
    "officer": ("centre", "Personas del centro."),
    "code": ("centre", "Da un código de un solo uso para enrolar un equipo."),
    "serve": ("serving", "Sirve el centro hasta que se le pida terminar."),
    "bundle": ("centre", "Recibe un paquete traído en pendrive."),
    "migrate": ("operating", "Lleva la base de datos a esta versión del programa."),
    "backup": ("operating", "Guarda un respaldo del centro."),
    "restore": ("operating", "Vuelve el centro a un respaldo."),
    "check": ("operating", "Recalcula cada huella, cadena, contador, firma, recibo y cifra."),
    "recount": ("operating", "Pone al día las cifras de los informes y rehace las que difieren."),
    "device": ("operating", "Equipos del centro: ver, confirmar, revocar."),
    "key": ("operating", "Llaves del centro."),
}
"""Below `central`, in the order in which somebody needs them."""


class Families(click.Group):
    """Commands by name, each imported only when it is called.

    What is installed on laptops leaves out the centre and the demonstration: a family that is not there has none.

    Args:
        name: What the group is called.
        modules: For each command the module of `terreno_app.cli` that has it, and its words for the list.
        unlisted: The same for commands that no list names.
        options: What click takes.
    """

    context_class = SpanishContext

    def __init__(
        self,
        name: str,
        modules: Mapping[str, tuple[str, str]],
        unlisted: Mapping[str, tuple[str, str]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(name, **options)
        self._modules = modules
        self._families = {**modules, **(unlisted or {})}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command, in the order of a day; groups of their own come last."""
        return [*(name for name, (family, _) in self._modules.items() if _is_here(family)), *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, from its family."""
        if cmd_name not in self._families or not _is_here(self._families[cmd_name][0]):
            return super().get_command(ctx, cmd_name)
        command = _command(_loaded(self._families[cmd_name][0]))
        return command.commands.get(cmd_name) if isinstance(command, click.Group) else command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named; click itself would answer Ctrl+C with an empty line, also to a program."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            if sys.stderr.isatty():
                click.echo(err=True)
            raise ServiceError("interrupted") from stop

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands without importing any of them."""
        listed = [(name, words) for name, (family, words) in self._modules.items() if _is_here(family)]
        with formatter.section("Órdenes"):
            formatter.write_dl([*listed, *((name, below.help or "") for name, below in self.commands.items())])


@cache
def _command(family: ModuleType) -> click.Command:
    """The command or group of a family's module."""
    return in_spanish(typer.main.get_command(family.app))


def _loaded(family: str) -> ModuleType:
    """A family's module. What is loaded stays: looking through it for garbage meanwhile only makes people wait."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module(_place(family))
    finally:
        if collects:
            gc.enable()


def _place(family: str) -> str:
    return f"terreno_app.cli.{family}"


def _is_here(family: str) -> bool:
    return importlib.util.find_spec(_place(family)) is not None


terreno = Families(
    "terreno",
    FAMILIES,
    UNLISTED,
    help="Terreno: la OIRS en terreno, con y sin red. Sin orden, abre la aplicación.",
    epilog="--data CARPETA (o TERRENO_DATA) elige el equipo; --json da la respuesta para programas.",
)

if _is_here("centre"):
    terreno.add_command(
        Families("central", CENTRAL, help="El centro: crear, personas, códigos, servir, respaldar, comprobar.")
    )
click.version_option(
    __version__, prog_name="terreno", message="%(prog)s %(version)s", help="Dice la versión y termina."
)(terreno)


def run(arguments: Sequence[str], machine: Machine = THIS_MACHINE) -> int:
    """Run one command.

    Args:
        arguments: What stands after ``terreno``; nothing opens the desktop.
        machine: What it runs on; tests hand another, no option does.

    Returns:
        0 done, 1 a person must act, 2 wrong use or input, 3 environment.
    """
    given = list(arguments) or ["app"]
    output = Output(as_json="--json" in given)
    for name in OURS:
        # Without a folder to log to, a line of the log is not for the person's screen.
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        result: Any = terreno.main(_with_order(given), prog_name="terreno", standalone_mode=False, obj=machine)
    except BrokenPipeError:
        # Whoever read the answer has read enough.
        return 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the border: people get three sentences, never a trace
        told = _told(error)
        output.error(told)
        return told.exit
    return result if isinstance(result, int) else 0


def _with_order(given: list[str]) -> list[str]:
    """The arguments; a folder alone opens the desktop.

    Raises:
        ServiceError: ``usage`` where a folder stands before another command.
    """
    if not given[0].startswith("--data"):
        return given
    after = given[1:] if "=" in given[0] else given[2:]
    if after and after[0] in terreno.list_commands(click.Context(terreno)):
        raise ServiceError("usage", what=f"--data va después de la orden: terreno {after[0]} --data CARPETA.")
    return ["app", *given]


def _told(error: BaseException) -> ServiceError:
    match error:
        case KeyboardInterrupt() | EOFError() | click.exceptions.Abort():
            return ServiceError("interrupted")
        case click.MissingParameter():
            return ServiceError("usage", what=usage(error))
        case click.BadParameter(param=click.Parameter(type=click.Path())):
            # Of a path only one thing is asked before a command runs: that this account may read what is there.
            return ServiceError("unreadable_here", name=parameter_name(error))
        case click.ClickException():
            return ServiceError("usage", what=usage(error))
        case _:
            told = explain(error)
            return in_a_terminal(told) if isinstance(told, RejectedDraftError) else told
