"""Sets a paper in type: the template, the data and the shipped fonts make a tagged PDF, or pictures of its pages.

Nothing of the data ever becomes markup: it reaches the template as JSON in its inputs, so an «@» or a «#» in a name
is only a letter. No font of the system is used, so that the same paper gives the same bytes everywhere.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import typst

from terreno_app.domain.acta import ActaSheet
from terreno_app.domain.clock import parse_instant
from terreno_app.publish.acta_paper import acta_paper

SCREEN_PPI = 110


class Printable(Protocol):
    """What can be set in type: data, and the template that knows how it looks."""

    @property
    def template(self) -> str:
        """Name of the template's file."""
        ...

    @property
    def made_at(self) -> str:
        """The stored instant at which it was made; the file carries it."""
        ...

    def to_data(self) -> dict[str, Any]:
        """The content as the template reads it."""
        ...


class Typesetter:
    """Makes PDF files.

    Args:
        resources: The folder with `print/` (templates) and `fonts/`.
    """

    def __init__(self, resources: Path) -> None:
        self._templates = resources / "print"
        self._fonts = resources / "fonts"

    def pdf(self, paper: Printable) -> bytes:
        """Return the paper as PDF/UA-1 (tagged, readable by a screen reader)."""
        return self._pdf(paper.template, paper.to_data(), paper.made_at)

    def pictures(self, paper: Printable, ppi: float = SCREEN_PPI) -> tuple[bytes, ...]:
        """Return each page as a PNG picture, to be shown before it is printed."""
        return self._pictures(paper.template, paper.to_data(), ppi)

    def acta_pdf(self, sheet: ActaSheet) -> bytes:
        """Return the acta de jornada as PDF/UA-1."""
        return self._pdf("acta.typ", acta_paper(sheet), sheet.closed_at or sheet.opened_at)

    def acta_pictures(self, sheet: ActaSheet, ppi: float = SCREEN_PPI) -> tuple[bytes, ...]:
        """Return each page of the acta as a PNG picture."""
        return self._pictures("acta.typ", acta_paper(sheet), ppi)

    def _pdf(self, template: str, data: Mapping[str, Any], made_at: str) -> bytes:
        made: object = typst.compile(
            self._templates / template,
            root=self._templates,
            font_paths=[self._fonts],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=_inputs(data),
            pdf_standards=["ua-1"],
            timestamp=int(parse_instant(made_at).timestamp()),
        )
        return _bytes(made)

    def _pictures(self, template: str, data: Mapping[str, Any], ppi: float) -> tuple[bytes, ...]:
        made: object = typst.compile(
            self._templates / template,
            root=self._templates,
            font_paths=[self._fonts],
            ignore_system_fonts=True,
            format="png",
            ppi=ppi,
            sys_inputs=_inputs(data),
        )
        pages = made if isinstance(made, list) else [made]
        return tuple(_bytes(page) for page in pages)


def _inputs(data: Mapping[str, Any]) -> dict[str, str]:
    return {"paper": json.dumps(data, ensure_ascii=False)}


def _bytes(made: object) -> bytes:
    if not isinstance(made, bytes):
        raise AssertionError("typst gave no file")  # noqa: TRY004  # not a case, a guard for the type checker
    return made
