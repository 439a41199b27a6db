"""Help: complete, in Spanish, and for every command."""

import re

import click
import pytest

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
