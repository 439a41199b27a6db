"""A passphrase for a new key: at a terminal five drawn words are proposed, or a person types their own twice."""

import getpass
import os
import sys
from pathlib import Path
from typing import Final

import click

from terreno_app.cli.options import PASSPHRASE_VARIABLE, passphrase
from terreno_app.desktop import drawn_passphrase
from terreno_app.services.errors import ServiceError, explain
from terreno_app.storage.errors import WeakPassphraseError
from terreno_app.storage.passphrases import check_chosen

TRIES: Final = 3


def first_passphrase(file: Path | None) -> str:
    """The passphrase of the first key, from its file, the environment or a person at a terminal, in this order.

    Raises:
        ServiceError: ``no_passphrase`` when there is nobody to ask, ``file_missing``, ``file_unreadable``; after three
            tries ``weak_passphrase``, ``passphrases_differ``.
    """
    if file is not None or PASSPHRASE_VARIABLE in os.environ or not sys.stdin.isatty():
        return passphrase(file)
    return _chosen()


def new_passphrase(file: Path | None) -> str:
    """The passphrase of a further key, from its file or a person at a terminal.

    Never from the environment: what stands there opens the laptop already, and would give one phrase to two people,
    or let a change change nothing.

    Raises:
        ServiceError: ``no_new_passphrase`` when there is nobody to ask, ``file_missing``, ``file_unreadable``; after
            three tries ``weak_passphrase``, ``passphrases_differ``.
    """
    if file is not None:
        return passphrase(file)
    if not sys.stdin.isatty():
        raise ServiceError("no_new_passphrase")
    return _chosen()


def _chosen() -> str:
    """Five drawn words, or what a person types.

    Raises:
        ServiceError: after three tries ``weak_passphrase``, ``passphrases_differ``.
    """
    proposed = drawn_passphrase()
    click.echo("Se propone esta frase de paso; anótela en papel, porque no se vuelve a mostrar:", err=True)
    click.echo(f"\n    {proposed}\n", err=True)
    click.echo("Enter la acepta. Si prefiere otra, escríbala: cinco palabras o 16 caracteres, o más.", err=True)
    for _ in range(TRIES - 1):
        try:
            return _typed_twice() or proposed
        except ServiceError as refused:
            click.echo(f"{refused.happened} Intente otra vez.", err=True)
    return _typed_twice() or proposed


def _typed_twice() -> str:
    """What a person types, twice; empty when they type nothing.

    Raises:
        ServiceError: ``weak_passphrase``, ``passphrases_differ``.
    """
    typed = getpass.getpass("Frase de paso nueva: ").strip()
    if not typed:
        return ""
    try:
        check_chosen(typed)
    except WeakPassphraseError as error:
        raise explain(error) from error
    if getpass.getpass("La misma frase otra vez: ").strip() != typed:
        raise ServiceError("passphrases_differ")
    return typed
