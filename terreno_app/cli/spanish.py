"""Help pages in Spanish: the words that click and typer write by themselves, and no colours to lose in a pipe."""

import inspect
import re
from collections.abc import Iterable
from functools import partial

import click
from typer.models import ArgumentInfo
from typer.utils import get_params_from_function

_HEADINGS = {"Options": "Opciones", "Commands": "Órdenes", "Positional arguments": "Argumentos"}
_TERMS = {
    "INTEGER RANGE": "NÚMERO",
    "INTEGER": "NÚMERO",
    "TEXT": "TEXTO",
    "PATH": "ARCHIVO",
}
_USAGE = {"[OPTIONS]": "[OPCIONES]", "COMMAND [ARGS]...": "ORDEN [ARGUMENTOS]..."}
_REMARKS = {
    "Show this message and exit.": "Muestra esta ayuda y termina.",
    "[required]": "[obligatorio]",
    "; required]": "; obligatorio]",
    "[default: ": "[si falta: ",
}


class SpanishHelp(click.HelpFormatter):
    """Writes a help page."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line of use."""
        super().write_usage(prog, _replaced(args, _USAGE), prefix or "Uso: ")

    def write_heading(self, heading: str) -> None:
        """The heading of a section."""
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """A list of terms and what they mean."""
        spanish = [(_term(term), _replaced(remark, _REMARKS)) for term, remark in rows]
        super().write_dl(spanish, col_max, col_spacing)


class SpanishContext(click.Context):
    """A call of a command whose help is in Spanish."""

    formatter_class = SpanishHelp


def in_spanish(command: click.Command) -> click.Command:
    """A command of typer, with everything below it, that answers ``--help`` in Spanish."""
    command.context_class = SpanishContext
    command.rich_markup_mode = None  # type: ignore[attr-defined]  # typer's own attribute: plain pages of click
    _explain_arguments(command)
    # A page that lists a command would cut what it does after a line; the first paragraph is short enough to be read.
    command.short_help = " ".join((command.help or "").partition("\n\n")[0].split())
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        in_spanish(below)
    return command


def _explain_arguments(command: click.Command) -> None:
    """Give arguments their help: click 8.5 shows it itself, and empties on the way what typer 0.25 had put there."""
    page = click.Group.format_options if isinstance(command, click.Group) else click.Command.format_options
    command.format_options = partial(page, command)  # type: ignore[method-assign, arg-type]  # typer would list them again
    if command.callback is None:
        return
    told = get_params_from_function(inspect.unwrap(command.callback))
    for param in command.params:
        about = told[param.name].default if param.name in told else None
        if isinstance(param, click.Argument) and isinstance(about, ArgumentInfo):
            param.help = about.help


def usage(error: click.ClickException) -> str:
    """What is wrong with a command line."""
    match error:
        case click.NoSuchOption() if error.ctx is not None and error.ctx.parent and _orders(error.ctx):
            what = f"falta la orden antes de {error.option_name}: {_orders(error.ctx)}."
        case click.NoSuchOption():
            what = f"no existe la opción {error.option_name}."
        case click.MissingParameter():
            what = f"falta {parameter_name(error)}."
        case click.BadOptionUsage():
            what = f"revise la opción {error.option_name}."
        case click.BadParameter():
            what = f"el valor de {parameter_name(error)} no sirve{_range(error)}."
        case click.exceptions.NoArgsIsHelpError():
            what = f"falta la orden: {_orders(error.ctx)}."
        case _ if error.message.startswith("No such command"):
            what = "no existe esa orden."
        case _:
            what = "sobran argumentos." if "unexpected extra argument" in error.message else "revise los argumentos."
    return what


def parameter_name(error: click.BadParameter) -> str:
    """A parameter as it is written: an option with its dashes, an argument as the line of use shows it."""
    param = error.param
    if param is None:
        return "un argumento"
    return param.opts[0] if isinstance(param, click.Option) else param.human_readable_name


def _orders(ctx: click.Context) -> str:
    """The commands of a family, as they may be typed; empty for a command that has none below it."""
    return " o ".join(ctx.command.list_commands(ctx)) if isinstance(ctx.command, click.Group) else ""


def _range(error: click.BadParameter) -> str:
    """What a number may be: `: entre 2 y 4`, `: 40 o más`; empty for what is no number with limits."""
    limits = error.param.type if error.param else None
    if not isinstance(limits, click.IntRange):
        return ""
    if limits.max is None:
        return f": debe ser {limits.min} o más"
    return f": debe estar entre {limits.min} y {limits.max}"


def _term(term: str) -> str:
    return re.sub(r"\b(" + "|".join(_TERMS) + r")\b", lambda found: _TERMS[found[1]], term)


def _replaced(text: str, by: dict[str, str]) -> str:
    for english, spanish in by.items():
        text = text.replace(english, spanish)
    return text
