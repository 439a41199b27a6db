"""Newer versions of this program: look, bring, bring from a folder, and how this machine stands with them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from sync.client.http import Route
from sync.client.progress import SyncProgress
from terreno_app.cli.opening import opened
from terreno_app.cli.options import AsJson, Data, Officer, PassphraseFile, machine
from terreno_app.cli.output import Output
from terreno_app.cli.progress import bars
from terreno_app.domain.spanish import number
from terreno_app.enrolling import need_authority
from terreno_app.paths import data_folder
from terreno_app.renewing import KEPT, NOBODY, updates_of
from terreno_app.services.errors import ServiceError
from terreno_app.services.updates import Updates, UpdateStatus
from terreno_app.services.words import WORDS
from terreno_app.storage.files import FolderLock, make_private
from terreno_app.storage.folder import LaptopFolder

app = typer.Typer(no_args_is_help=True)
updates = typer.Typer(no_args_is_help=True, help="Versiones nuevas de este programa.")
app.add_typer(updates, name="update")

Url = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="Dónde se publican, para un equipo que todavía no está enrolado."),
]
Ca = Annotated[Path | None, typer.Option("--ca", help="Con --url: certificado de la autoridad que la firma.")]
_BRINGING = {"get": "Descargar (kB)"}
_MEGABYTE = 1_000_000


@updates.command("status")
def status(data: Data = None, json: AsJson = False) -> int:
    """Qué versión corre, y cuál empieza la próxima vez. No usa la red ni pide la frase."""
    _tell(Output(as_json=json), _of_folder(data_folder(data), None, None).status())
    return 0


@updates.command("check")
def check(
    url: Url = None,
    ca: Ca = None,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Pregunta al centro si hay una versión nueva. No descarga nada."""
    output = Output(as_json=json)
    with _updates(data, officer, passphrase_file, url, ca) as here:
        _tell(output, here.check())
    return 0


@updates.command("get")
def get(
    url: Url = None,
    ca: Ca = None,
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Descarga la versión nueva, la comprueba y la prueba; empieza la próxima vez que se abra el programa."""
    output = Output(as_json=json)
    with _updates(data, officer, passphrase_file, url, ca) as here, bars(output, _BRINGING) as show:
        found = here.get(_shown(show), _never)
    _tell(output, found)
    return 0


@updates.command("from")
def get_from(
    folder: Annotated[Path, typer.Argument(metavar="CARPETA", help="La que tiene dentro «metadata» y «targets».")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Lo mismo desde una carpeta, por ejemplo de un pendrive; no usa la red."""
    output = Output(as_json=json)
    if not folder.is_dir():
        raise ServiceError("medium_absent")
    with _updates(data, officer, passphrase_file, None, None) as here, bars(output, _BRINGING) as show:
        found = here.get_from(folder, _shown(show), _never)
    _tell(output, found)
    return 0


@contextmanager
def _updates(
    data: str | None, officer: str | None, passphrase_file: Path | None, url: str | None, ca: Path | None
) -> Iterator[Updates]:
    """The updates of the laptop, opened: only so is it known whether an outing is open; or of a folder that is none.

    Either way one program alone looks and brings.
    """
    need_authority(ca)
    folder = data_folder(data)
    if not LaptopFolder(folder).exists():
        for private in (folder, folder / KEPT):
            make_private(private)
        with FolderLock(folder / KEPT / "lock"):
            yield _of_folder(folder, url, ca)
        return
    if url is not None:
        raise ServiceError("usage", what="--url es para un equipo sin enrolar; este pregunta a su centro.")
    with opened(data, officer, passphrase_file) as laptop:
        yield laptop.updates


def _of_folder(folder: Path, url: str | None, ca: Path | None) -> Updates:
    return updates_of(folder, None if url is None else lambda: Route(url, ca), NOBODY, machine().clock)


def _shown(show: Callable[[SyncProgress], None]) -> Callable[[int, int], None]:
    return lambda done, total: show(SyncProgress("get", done // 1000, total // 1000))


def _never() -> bool:
    return False


def _tell(output: Output, found: UpdateStatus) -> None:
    output.answer(found.to_json(), *_sentences(found))


def _sentences(found: UpdateStatus) -> Iterator[str]:
    yield f"Versión en uso: {found.running}."
    if found.ready is not None:
        yield f"La versión {found.ready} está lista: empieza la próxima vez que se abra el programa."
    if found.offer is not None:
        size = number(max(1, round(found.offer.size / _MEGABYTE)))
        yield f"Hay una versión nueva: {found.offer.version} ({size} MB). Se trae con terreno update get."
    if found.failure is not None:
        yield " ".join(found.failure[:3])
    if found.warning:
        yield f"Aviso: {WORDS[found.warning].happened}"
    if not found.set_up:
        lacking = WORDS["updates_not_set_up"]
        yield f"{lacking.happened} {lacking.next}"
    elif found.ready is None and found.offer is None:
        yield "No se conoce una versión más nueva." if found.checked_at else "Todavía no se ha preguntado si hay otra."
