"""The log of this laptop: a rotating file in the data folder.

Modules log events, ids and counts with `logging.getLogger(__name__)`, never what a person said or
who they are. Nothing is written outside the data folder, and the file appears with the first line.
"""

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from time import gmtime

FOLDER_NAME = "logs"
FILE_NAME = "terreno.log"
MAX_BYTES = 1_000_000
KEPT_FILES = 5
OURS = ("terreno_app", "sync")


class _LazyFolderHandler(RotatingFileHandler):
    """Makes its folder when the first line is written, so that asking for help leaves no trace."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)

    def _open(self) -> TextIOWrapper:
        file = Path(self.baseFilename)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))  # several people may use this machine
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the name is logging's
        """Give the line up: a full disk is told by whoever saves data, not by a traceback of the log."""


def log_to(folder: Path, *, level: int = logging.INFO) -> logging.Handler:
    """Send the log of the application and of the synchroniser to `folder/logs/terreno.log`.

    Libraries stay out of it: what they log is not ours to promise anything about.

    Args:
        folder: the data folder.
        level: the least important level that is written.

    Returns:
        The handler, for `stop_logging`.
    """
    handler = _LazyFolderHandler(folder / FOLDER_NAME / FILE_NAME)
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = gmtime
    handler.setFormatter(formatter)
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.addHandler(handler)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Take a handler of `log_to` away again and close its file."""
    for name in OURS:
        logging.getLogger(name).removeHandler(handler)
    handler.close()
