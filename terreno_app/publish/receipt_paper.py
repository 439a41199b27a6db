"""The receipt on paper: an A4 page, or a strip of 80 mm from the roll of a small printer."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from terreno_app.domain.clock import parse_instant, santiago
from terreno_app.domain.qr import qr_rows
from terreno_app.domain.receipt import Receipt
from terreno_app.domain.spanish import NO_BREAK, day
from terreno_app.publish.cover import OFFICE, contacts_told

A4: Final = "a4"
ROLL: Final = "80mm"
TEMPLATES: Final = {A4: "receipt.typ", ROLL: "receipt-80mm.typ"}
_WEEKDAYS: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_LAW: Final = "Comprobante con la fecha de presentación (art. 30, Ley N.º 19.880). No es firma electrónica avanzada."


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """The page.

    Attributes:
        receipt: What it says.
        size: `a4` or `80mm`.
        made_at: When it was printed.
    """

    receipt: Receipt
    size: str
    made_at: str

    @property
    def template(self) -> str:
        """Name of the template's file."""
        return TEMPLATES[self.size]

    def to_data(self) -> dict[str, Any]:
        """The page as the template reads it."""
        receipt = self.receipt
        received = santiago(parse_instant(receipt.received_at))
        days = receipt.business_days
        return {
            "issuer": list(OFFICE),
            "folio": receipt.folio,
            "received": f"{_long_day(received.date())}, {received:%H:%M}{NO_BREAK}horas",
            "lines": [list(line) for line in receipt.lines],
            "due": _long_day(date.fromisoformat(receipt.due_on)) if receipt.due_on else "",
            "due_notes": [note for note in (f"{days} días hábiles." if days else "", receipt.answer_by) if note],
            "contacts": contacts_told(receipt.contacts),
            "privacy": receipt.privacy,
            "qr": list(qr_rows(receipt.to_scan)),
            "foot": _LAW,
        }


def _long_day(on: date) -> str:
    return f"{_WEEKDAYS[on.weekday()]} {day(on)}"
