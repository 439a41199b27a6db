"""Sets a paper in type: the template, the data and the shipped fonts make a tagged PDF, or pictures of its pages.

Nothing of the data ever becomes markup: it reaches the template as JSON in its inputs, so an «@» or a «#» in a name
is only a letter. No font of the system is used, so that the same paper gives the same bytes everywhere.
"""

import json
from pathlib import Path

import typst

from terreno_app.domain.clock import parse_instant
from terreno_app.publish.paper import Paper

SCREEN_PPI = 110


class Typesetter:
    """Makes PDF files.

    Args:
        resources: The folder with `print/` (templates) and `fonts/`.
    """

    def __init__(self, resources: Path) -> None:
        self._templates = resources / "print"
        self._fonts = resources / "fonts"

    def pdf(self, paper: Paper) -> bytes:
        """Return the paper as PDF/UA-1 (tagged, readable by a screen reader)."""
        made: object = typst.compile(
            self._templates / "report.typ",
            root=self._templates,
            font_paths=[self._fonts],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=_inputs(paper),
            pdf_standards=["ua-1"],
            timestamp=int(parse_instant(paper.made_at).timestamp()),
        )
        return _bytes(made)

    def pictures(self, paper: Paper, ppi: float = SCREEN_PPI) -> tuple[bytes, ...]:
        """Return each page as a PNG picture, to be shown before it is printed."""
        made: object = typst.compile(
            self._templates / "report.typ",
            root=self._templates,
            font_paths=[self._fonts],
            ignore_system_fonts=True,
            format="png",
            ppi=ppi,
            sys_inputs=_inputs(paper),
        )
        pages = made if isinstance(made, list) else [made]
        return tuple(_bytes(page) for page in pages)


def _inputs(paper: Paper) -> dict[str, str]:
    return {"paper": json.dumps(paper.to_data(), ensure_ascii=False)}


def _bytes(made: object) -> bytes:
    if not isinstance(made, bytes):
        raise AssertionError("typst gave no file")  # noqa: TRY004  # not a case, a guard for the type checker
    return made
