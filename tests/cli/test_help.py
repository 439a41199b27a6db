"""Help: complete, in Spanish, and for every command."""

import re

import click
import pytest

from terreno_app import __version__
from terreno_app.cli.main import FAMILIES
from terreno_app.cli.main import terreno as command_line
from terreno_app.cli.spanish import SpanishContext

ENGLISH = re.compile(r"\b(Usage|Options|Commands|Arguments|Show|exit|required|default|TEXT|PATH|INTEGER|ARGS|the)\b")


def pages(command, path=()):
    """Every command below one, by the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = SpanishContext(command)
        for name in command.list_commands(context):
            yield from pages(command.get_command(context, name), (*path, name))


PAGES = dict(pages(command_line))


@pytest.mark.parametrize("path", PAGES, ids=" ".join)
def test_every_help_page_is_in_spanish_and_ends_well(path, terreno):
    answer = terreno(*path, "--help")

    assert (answer.exit, answer.err) == (0, "")
    assert answer.out.startswith("Uso: terreno")
    assert not ENGLISH.search(answer.out), answer.out


@pytest.mark.parametrize("path", [p for p, page in PAGES.items() if isinstance(page, click.Group)], ids=" ".join)
def test_a_list_of_commands_cuts_no_sentence(path, terreno):
    answer = terreno(*path, "--help")

    assert [line for line in answer.out.splitlines()[1:] if line.endswith("...")] == []


@pytest.mark.parametrize("path", [p for p in PAGES if p], ids=" ".join)
def test_every_command_and_each_of_its_parameters_is_explained(path):
    command = PAGES[path]

    assert command.help
    assert [p.name for p in command.params if p.name != "help" and not p.help] == []


def test_the_first_page_names_every_family(terreno):
    answer = terreno("--help")

    assert [name for name in FAMILIES if f"\n  {name} " not in answer.out] == []


@pytest.mark.parametrize("family", ["outing", "officer", "conflicts", "quarantine", "survey", "central"])
def test_a_family_without_a_command_is_wrong_use(family, terreno):
    answer = terreno(family, "--json")

    assert (answer.exit, answer.json["code"]) == (2, "usage")


def test_the_version_is_told(terreno):
    answer = terreno("--version")

    assert (answer.exit, answer.out, answer.err) == (0, f"terreno {__version__}\n", "")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("conflicts", "--data", "x"), "falta la orden antes de --data: list o show o resolve."),
        (("conflicts",), "falta la orden: list o show o resolve."),
        (("status", "--nada"), "no existe la opción --nada."),
        (("--nada",), "no existe la opción --nada."),
        (("demo", "--attentions", "10"), "el valor de --attentions no sirve: debe ser 40 o más."),
        (("demo", "--laptops", "9"), "el valor de --laptops no sirve: debe estar entre 2 y 4."),
        (("demo", "--seed", "x"), "el valor de --seed no sirve."),
        (("--data", "x", "status"), "--data va después de la orden: terreno status --data CARPETA."),
        (("--data=x", "restore", "y", "--ca", "z"), "--data va después de la orden: terreno restore --data CARPETA."),
        (("--data", "x", "nada"), "sobran argumentos."),
        (("--data", "x", "--ca", "z"), "no existe la opción --ca."),
    ],
)
def test_wrong_use_is_told_with_what_would_do(terreno, command, told):
    answer = terreno(*command)

    assert answer.exit == 2
    assert answer.err.splitlines()[0] == f"Qué pasó: La orden no está bien escrita: {told}"
