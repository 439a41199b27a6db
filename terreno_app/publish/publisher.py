"""Puts on paper what is printed or kept as a file: reports, receipts, and sheets to take away."""

import importlib
from collections.abc import Sequence
from pathlib import Path

from terreno_app.domain.acceptance import AcceptanceSheet
from terreno_app.domain.acta import ActaSheet
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.information import Sheet
from terreno_app.domain.outlines import Outlines
from terreno_app.domain.receipt import Receipt
from terreno_app.domain.reports import monthly_summary
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.trend import MonthFigure
from terreno_app.publish.acceptance_paper import AcceptancePaper
from terreno_app.publish.carried import made_with, to_put_inside
from terreno_app.publish.csv_file import report_csv
from terreno_app.publish.figures_paper import figures_paper
from terreno_app.publish.files import report_json, write_whole
from terreno_app.publish.monthly_paper import monthly_paper
from terreno_app.publish.paper import Paper
from terreno_app.publish.receipt_paper import ReceiptPaper
from terreno_app.publish.region_map import Geography
from terreno_app.publish.sheet_paper import SheetPaper
from terreno_app.publish.typesetter import Typesetter

WORKBOOK = "terreno_app.publish.workbook"
"""Loaded with the first workbook: it takes a tenth of a second that nobody waits for at the unlock."""


class Publisher:
    """Makes PDF files and writes them.

    Args:
        resources: The folder of shipped data (fonts, templates, outlines of comunas).
        catalogues: The Spanish words of every code.
    """

    def __init__(self, resources: Path, catalogues: Catalogues) -> None:
        self._typesetter = Typesetter(resources)
        self._geography = Geography(resources / "geo")
        self._catalogues = catalogues

    @property
    def made_with(self) -> dict[str, str]:
        """The versions on which the words of its files depend."""
        return made_with(self._catalogues)

    def outlines(self, region: str | None) -> Outlines:
        """Return the outlines of a region's comunas, for a map on the screen; none for the whole country."""
        return self._geography.outlines(region)

    def pdf(self, report: Report, trend: Sequence[MonthFigure] = ()) -> bytes:
        """Return the report as a tagged PDF, with the months before when they are given."""
        return self._typesetter.pdf(self._paper(report, trend))

    def file(self, report: Report, form: str, trend: Sequence[MonthFigure] = ()) -> bytes:
        """Return the report as `json`, `csv`, `xlsx` or `pdf`.

        Raises:
            ValueError: there is no such form.
        """
        if form == "json":
            return report_json(report)
        if form == "csv":
            return report_csv(report, self._catalogues.labels, self.made_with)
        if form == "xlsx":
            inside = to_put_inside(report, self._catalogues)
            workbook: bytes = importlib.import_module(WORKBOOK).report_workbook(report, self._catalogues, inside)
            return workbook
        if form == "pdf":
            return self.pdf(report, trend)
        raise ValueError("a report is written as json, csv, xlsx or pdf")

    def pictures(self, report: Report, trend: Sequence[MonthFigure] = ()) -> tuple[bytes, ...]:
        """Return the pages of the PDF as PNG pictures."""
        return self._typesetter.pictures(self._paper(report, trend))

    def save_pdf(self, report: Report, path: Path, trend: Sequence[MonthFigure] = ()) -> None:
        """Write the report as PDF; an existing file is replaced whole or not at all.

        Raises:
            OSError: the folder is missing, full or may not be written.
        """
        write_whole(path, self.pdf(report, trend))

    def save(self, report: Report, path: Path, form: str, trend: Sequence[MonthFigure] = ()) -> None:
        """Write the report in a form of `file`; an existing file is replaced whole or not at all.

        Raises:
            OSError: the folder is missing, full or may not be written.
            ValueError: there is no such form.
        """
        write_whole(path, self.file(report, form, trend))

    def save_acta(self, sheet: ActaSheet, path: Path) -> None:
        """Write an acta as PDF; an existing file is replaced whole or not at all.

        Raises:
            OSError: the folder is missing, full or may not be written.
        """
        write_whole(path, self._typesetter.acta_pdf(sheet))

    def acta_pictures(self, sheet: ActaSheet) -> tuple[bytes, ...]:
        """Return the pages of an acta as PNG pictures, as they would be printed."""
        return self._typesetter.acta_pictures(sheet)

    def sheet_pdf(self, sheet: Sheet, printed_at: str) -> bytes:
        """Return a sheet to take away as an A4 page.

        Args:
            sheet: What to tell.
            printed_at: The stored instant of now: the page says of which day it is.
        """
        return self._typesetter.pdf(SheetPaper(sheet, printed_at, self._catalogues.contact_facts.entries))

    def acceptance_pdf(self, sheet: AcceptanceSheet) -> bytes:
        """Return the acceptance sheet of a laptop as PDF."""
        return self._typesetter.pdf(AcceptancePaper(sheet))

    def receipt_pdf(self, receipt: Receipt, size: str, printed_at: str) -> bytes:
        """Return a receipt as PDF.

        Args:
            receipt: What it says.
            size: `a4`, or `80mm` for a roll.
            printed_at: The stored instant of now; the file carries it.
        """
        return self._typesetter.pdf(ReceiptPaper(receipt, size, printed_at))

    def write(self, pdf: bytes, path: Path) -> None:
        """Write a PDF; an existing file is replaced whole or not at all.

        Raises:
            OSError: the folder is missing, full or may not be written.
        """
        write_whole(path, pdf)

    def _paper(self, report: Report, trend: Sequence[MonthFigure]) -> Paper:
        attached = to_put_inside(report, self._catalogues, trend)
        outlines = self._geography.outlines(report.filters["region"])
        if report.report != monthly_summary.NAME:
            return figures_paper(report, self._catalogues, outlines, attached)
        return monthly_paper(report, self._catalogues, outlines, attached, trend)
