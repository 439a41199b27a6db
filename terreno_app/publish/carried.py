"""What a paper or a workbook carries beside what it shows: its figures, and the versions on which its words depend.

From these `report verify` makes the file again and compares.
"""

import json
from collections.abc import Sequence
from typing import Final

from terreno_app import __version__
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.trend import MonthFigure

ATTACHED: Final = "cifras.json"
"""The name of the attachment in a PDF (`resources/print/report.typ`)."""


def made_with(catalogues: Catalogues) -> dict[str, str]:
    """The versions on which every word of a paper depends."""
    return {"program": __version__, "catalogues": catalogues.version}


def to_put_inside(report: Report, catalogues: Catalogues, trend: Sequence[MonthFigure] = ()) -> str:
    """The text that a PDF or a workbook carries."""
    months = [[figure.month, figure.attentions] for figure in trend]
    inside = {"report": report.to_json(), "trend": months, "made_with": made_with(catalogues)}
    return json.dumps(inside, ensure_ascii=False)
