"""What the desktop is given from outside: the doors of this laptop before and after it is opened.

The composition root implements these; the screens know nothing else of the store, the centre or the printer.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from terreno_app.domain.acta import ActaSheet
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock
from terreno_app.domain.information import Sheet
from terreno_app.domain.outlines import Outlines
from terreno_app.domain.receipt import Receipt
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.trend import MonthFigure
from terreno_app.services.actas import Actas
from terreno_app.services.attentions import Attentions
from terreno_app.services.bundles import Bundles
from terreno_app.services.closes import Closes
from terreno_app.services.conflicts import Conflicts
from terreno_app.services.drilling import Drilling
from terreno_app.services.goals import Goals
from terreno_app.services.keys import Keys
from terreno_app.services.laptop import Laptop, Person
from terreno_app.services.outings import Outings
from terreno_app.services.paper import Paper
from terreno_app.services.readiness import Readiness
from terreno_app.services.receipts import Receipts
from terreno_app.services.reports import Reports
from terreno_app.services.status import Status
from terreno_app.services.survey import Survey
from terreno_app.services.sync_day import SyncDay
from terreno_app.services.unfinished import Unfinished
from terreno_app.services.updates import Updates
from terreno_app.ui.backups import Shelf


class Papers(Protocol):
    """Makes pages to take away."""

    def sheet_pdf(self, sheet: Sheet, printed_at: str) -> bytes:
        """A sheet of the information as an A4 page."""
        ...

    def receipt_pdf(self, receipt: Receipt, size: str, printed_at: str) -> bytes:
        """A receipt, `a4` or `80mm`."""
        ...

    def write(self, pdf: bytes, path: Path) -> None:
        """Write a PDF; an existing file is replaced whole or not at all."""
        ...


class Publisher(Papers, Protocol):
    """Puts on paper what is printed, and knows where comunas lie."""

    def outlines(self, region: str | None) -> Outlines:
        """The outlines of a region's comunas, for a map; none for the whole country."""
        ...

    def save(self, report: Report, path: Path, form: str, trend: Sequence[MonthFigure] = ()) -> None:
        """Write the report as `pdf`, `xlsx`, `csv` or `json`; an existing file is replaced whole or not at all."""
        ...

    def save_acta(self, sheet: ActaSheet, path: Path) -> None:
        """Write an acta as PDF; an existing file is replaced whole or not at all."""
        ...

    def acta_pictures(self, sheet: ActaSheet) -> tuple[bytes, ...]:
        """The pages of an acta as PNG pictures."""
        ...


class Printer(Protocol):
    """The system's printer."""

    def print_pdf(self, pdf: bytes, title: str, media: str = "") -> str:
        """Hand a PDF to it and return its name."""
        ...


class Centre(Protocol):
    """The way to the centre."""

    def answers(self) -> bool:
        """Whether the centre answers now; it may take as long as a bad network takes."""
        ...


class Session(Protocol):
    """This laptop, opened by one person."""

    @property
    def person(self) -> Person:
        """Who opened it."""
        ...

    @property
    def laptop(self) -> Laptop:
        """Which machine it is."""
        ...

    @property
    def catalogues(self) -> Catalogues:
        """Everything that may be chosen."""
        ...

    @property
    def clock(self) -> Clock:
        """Where the hour comes from."""
        ...

    @property
    def central(self) -> Centre:
        """Whether there is a network."""
        ...

    @property
    def attentions(self) -> Attentions:
        """Register, edit, list."""
        ...

    @property
    def unfinished(self) -> Unfinished:
        """What is half written beside attentions."""
        ...

    @property
    def receipts(self) -> Receipts:
        """What people leave with."""
        ...

    @property
    def outings(self) -> Outings:
        """The open outing."""
        ...

    @property
    def actas(self) -> Actas:
        """What is signed when an outing closes."""
        ...

    @property
    def keys(self) -> Keys:
        """Who can open this laptop."""
        ...

    @property
    def readiness(self) -> Readiness:
        """Whether everything is ready for an outing."""
        ...

    @property
    def paper(self) -> Paper:
        """Records that a program holds."""
        ...

    @property
    def survey(self) -> Survey:
        """Who waits for it, and what is handed in."""
        ...

    @property
    def sync_day(self) -> SyncDay:
        """Synchronise."""
        ...

    @property
    def bundles(self) -> Bundles:
        """The same by stick."""
        ...

    @property
    def conflicts(self) -> Conflicts:
        """What waits for a person."""
        ...

    @property
    def status(self) -> Status:
        """How this laptop stands."""
        ...

    @property
    def reports(self) -> Reports:
        """The figures."""
        ...

    @property
    def closes(self) -> Closes:
        """Months that are over."""
        ...

    @property
    def drilling(self) -> Drilling:
        """From a figure to what it counts."""
        ...

    @property
    def goals(self) -> Goals:
        """What is aimed at."""
        ...

    @property
    def publisher(self) -> Publisher:
        """Pages."""
        ...

    @property
    def printer(self) -> Printer:
        """Where pages come out."""
        ...

    @property
    def shelf(self) -> Shelf:
        """Where this laptop keeps its backups."""
        ...

    @property
    def updates(self) -> Updates:
        """Newer versions of this program."""
        ...

    def close(self) -> None:
        """Close the store and forget its key."""
        ...
