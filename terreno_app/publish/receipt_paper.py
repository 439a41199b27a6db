"""The receipt on paper: an A4 page, or a strip of 80 mm from the roll of a small printer."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from terreno_app.domain.qr import qr_rows
from terreno_app.domain.receipt import Receipt
from terreno_app.publish.cover import OFFICE

A4: Final = "a4"
ROLL: Final = "80mm"
TEMPLATES: Final = {A4: "receipt.typ", ROLL: "receipt-80mm.typ"}


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
        language = receipt.language
        lang, _, region = language.code.partition("-")
        return {
            "issuer": list(OFFICE),
            "lang": lang,
            "region": region.lower() or None,
            "words": asdict(language.words),
            "folio": receipt.folio,
            "lines": [list(line) for line in receipt.lines],
            "due": receipt.due,
            "due_notes": list(receipt.due_notes),
            "contacts": [list(fact.told) for fact in receipt.contacts],
            "privacy": receipt.privacy_words,
            "qr": list(qr_rows(receipt.to_scan)),
        }
