"""From a command's options to an open laptop."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terreno_app.cli.options import machine, passphrase
from terreno_app.desktop import OpenLaptop, open_laptop
from terreno_app.logs import log_to, stop_logging
from terreno_app.paths import data_folder
from terreno_app.services.errors import explain


@contextmanager
def opened(data: str | None, officer: str | None, passphrase_file: Path | None) -> Iterator[OpenLaptop]:
    """Open the laptop for one command and close it behind; what goes wrong meanwhile is in its log.

    Args:
        data: ``--data``.
        officer: ``--officer``.
        passphrase_file: ``--passphrase-file``.

    Raises:
        ServiceError: whatever went wrong, in words.
    """
    folder = data_folder(data)
    laptop = open_laptop(folder, officer, lambda: passphrase(passphrase_file), machine=machine())
    log = log_to(folder)
    try:
        yield laptop
    except BrokenPipeError:
        raise
    except Exception as error:
        raise explain(error) from error
    finally:
        laptop.close()
        stop_logging(log)
