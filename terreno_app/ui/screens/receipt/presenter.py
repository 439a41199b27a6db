"""Comprobante: between the page and the receipts of this laptop."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from terreno_app.domain.clock import Clock, instant
from terreno_app.domain.receipt import Receipt
from terreno_app.domain.receipt_language import ReceiptLanguage
from terreno_app.services.laptop import Person
from terreno_app.services.receipts import Receipts
from terreno_app.ui.messages import Notice, notice_of
from terreno_app.ui.printing import A4, ROLL, PaperDesk
from terreno_app.ui.screens.receipt.form import ReceiptForm
from terreno_app.ui.tasks import TaskRunner

_TITLE: Final = "Comprobante"
_PAGE: Final = "a4"
_STRIP: Final = "80mm"


class ReceiptPresenter(QObject):
    """Moves between the page and the service.

    Signals:
        ready: There is a receipt: its page is to be shown.
        left: The person has what they need.
    """

    ready = Signal()
    left = Signal()

    def __init__(
        self,
        form: ReceiptForm,
        receipts: Receipts,
        desk: PaperDesk,
        clock: Clock,
        tasks: TaskRunner,
        person: Person,
    ) -> None:
        super().__init__(form)
        self._form = form
        self._receipts = receipts
        self._desk = desk
        self._clock = clock
        self._tasks = tasks
        self._person = person
        self._receipt: Receipt | None = None
        form.language_asked.connect(self._say_otherwise)
        form.a4_asked.connect(self._print_page)
        form.roll_asked.connect(self._print_strip)
        form.pdf_asked.connect(self._save)
        form.left.connect(self.left)

    def open(self, record: str, failed: Callable[[Notice], object]) -> None:
        """Read the receipt of an attention and say when it is on the page.

        Args:
            record: Id of the attention.
            failed: Tells, where the person is, why there is none.
        """
        officer = self._person.id

        def trouble(error: BaseException) -> None:
            failed(notice_of(error))

        self._tasks.run(lambda: self._receipts.receipt(record, officer), self._show, trouble)

    def _show(self, receipt: Receipt) -> None:
        self.ready.emit()  # first: what is filled out of sight keeps the heights that it had when it was empty
        self._tell(receipt)

    def _tell(self, receipt: Receipt) -> None:
        self._receipt = receipt
        other = self._after(receipt.language)
        self._form.show_receipt(receipt, other.name if other != receipt.language else "")

    def _say_otherwise(self) -> None:
        if self._receipt is not None:
            self._tell(replace(self._receipt, language=self._after(self._receipt.language)))

    def _after(self, language: ReceiptLanguage) -> ReceiptLanguage:
        offered = self._receipts.languages
        return offered[(offered.index(language) + 1) % len(offered)]

    def _print_page(self) -> None:
        self._print(_PAGE, A4)

    def _print_strip(self) -> None:
        self._print(_STRIP, ROLL)

    def _print(self, size: str, media: str) -> None:
        if self._receipt is not None:
            self._desk.print_pages(self._making(self._receipt, size), _TITLE, media)

    def _save(self) -> None:
        if self._receipt is not None:
            self._desk.save_pages(self._making(self._receipt, _PAGE), f"comprobante-{self._receipt.folio}.pdf")

    def _making(self, receipt: Receipt, size: str) -> Callable[[], bytes]:
        return partial(self._desk.papers.receipt_pdf, receipt, size, instant(self._clock.now()))
