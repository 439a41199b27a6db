"""The system's printer. A page goes there as PDF by the commands of CUPS, as from any other program of the machine.

In: a PDF. Out: the name of the printer that took it. Windows has no such commands: there the PDF is the way.

    PrinterError
    ├── NoPrinterError       there is none, or the system's print service does not run
    └── PrinterRefusedError  there is one, and it did not take the page
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

PATIENCE_S: Final = 20
_DEFAULT: Final = ": "


class PrinterError(Exception):
    """A page was not printed."""

    code = "print_failed"


class NoPrinterError(PrinterError):
    """There is no printer."""

    code = "no_printer"


class PrinterRefusedError(PrinterError):
    """The printer did not take the page."""


@dataclass(frozen=True, slots=True)
class SystemPrinter:
    """The default printer of this machine, or its only one.

    Args:
        path: Folders of the commands; None asks the system's own.
    """

    path: str | None = None

    def print_pdf(self, pdf: bytes, title: str, media: str = "") -> str:
        """Hand a PDF to the printer and return its name; it may still wait there for paper.

        Args:
            pdf: The pages.
            title: What the list of waiting pages calls it: never anything personal.
            media: Name of the paper as CUPS knows it; empty leaves it to the printer.

        Raises:
            NoPrinterError: there is none.
            PrinterRefusedError: it did not take the page.
        """
        printer = self._printer()
        paper = ("-o", f"media={media}") if media else ()
        self._run("lp", "-d", printer, "-t", title, *paper, "-", given=pdf)
        return printer

    def _printer(self) -> str:
        try:
            # «system default destination: Name», or «no system default destination».
            _, known, name = self._run("lpstat", "-d").partition(_DEFAULT)
            if known and name.strip():
                return name.strip()
            names = self._run("lpstat", "-e").split()
        except PrinterRefusedError as error:
            raise NoPrinterError from error
        if not names:
            raise NoPrinterError
        return names[0]

    def _run(self, command: str, *arguments: str, given: bytes = b"") -> str:
        program = shutil.which(command, path=self.path)
        if program is None:
            raise NoPrinterError
        try:
            done = subprocess.run(  # noqa: S603 - a program of the system, no shell, our own arguments
                [program, *arguments],
                input=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**_of_the_system(), "LC_ALL": "C"},
                timeout=PATIENCE_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise PrinterRefusedError from error
        return done.stdout.decode(errors="replace")


def _of_the_system() -> dict[str, str]:
    """The environment in which a program of the system finds the libraries of the system, and no passphrase.

    A program frozen by PyInstaller (6.22) looks for libraries in its own folder first and hands that on to whatever it
    runs; what stood there before is kept as `LD_LIBRARY_PATH_ORIG`.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TERRENO_")}
    if getattr(sys, "frozen", False):
        environment.pop("LD_LIBRARY_PATH", None)
        before = environment.pop("LD_LIBRARY_PATH_ORIG", None)
        if before is not None:
            environment["LD_LIBRARY_PATH"] = before
    return environment
