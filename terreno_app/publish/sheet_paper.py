"""A sheet of the information on paper: one A4 page to take away, with nothing about whoever takes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from terreno_app.domain.catalogues import ContactFact
from terreno_app.domain.information import Sheet
from terreno_app.domain.qr import qr_rows
from terreno_app.domain.spanish import moment
from terreno_app.publish.cover import OFFICE

_DOUBT: Final = "Ficha sin verificar: confirme en el sitio oficial antes de hacer el trámite."
_SCAN: Final = "Escanee el código con la cámara del teléfono: dice lo mismo que esta hoja y funciona sin red."


@dataclass(frozen=True, slots=True)
class SheetPaper:
    """The page.

    Attributes:
        sheet: What it tells.
        made_at: When it was printed.
        contacts: Where to ask for more.
    """

    template: ClassVar[str] = "sheet.typ"

    sheet: Sheet
    made_at: str
    contacts: Sequence[ContactFact]

    def to_data(self) -> dict[str, Any]:
        """The page as the template reads it."""
        sheet = self.sheet
        return {
            "issuer": list(OFFICE),
            "topic": sheet.topic,
            "title": sheet.title,
            "body": sheet.body,
            "parts": [list(part) for part in sheet.parts],
            "note": sheet.note,
            "doubt": "" if sheet.verified else _DOUBT,
            "scan": _SCAN,
            "qr": list(qr_rows(sheet.to_scan)),
            "contacts": [list(fact.told) for fact in self.contacts],
            "foot": f"Impreso el {moment(self.made_at)}. {_source(sheet)}",
        }


def _source(sheet: Sheet) -> str:
    return f"Fuente de la ficha: {sheet.source}." if sheet.source else "Ficha sin fuente anotada."
