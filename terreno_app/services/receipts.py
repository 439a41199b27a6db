"""The receipt of an attention that this laptop holds. It names the person, so who opens it is written down."""

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock, instant
from terreno_app.domain.receipt import Receipt, receipt_of
from terreno_app.domain.receipt_language import ReceiptLanguage
from terreno_app.services.errors import ServiceError
from terreno_app.services.listing import record_named
from terreno_app.services.ports import Store


class Receipts:
    """Receipts of this laptop.

    Args:
        store: What is read.
        catalogues: The words of every code.
        languages: In which a receipt can speak, that of the ministry first.
        clock: Where the hour comes from.
    """

    def __init__(
        self, store: Store, catalogues: Catalogues, languages: tuple[ReceiptLanguage, ...], clock: Clock
    ) -> None:
        self._store = store
        self._catalogues = catalogues
        self._clock = clock
        self.languages = languages

    def receipt(self, attention: str, officer: str) -> Receipt:
        """The receipt of an attention, by its id or its folio; in the person's language, as far as it is offered.

        Args:
            attention: Id or folio.
            officer: Who asks; written to the access log when the receipt names somebody.

        Raises:
            ServiceError: ``unknown_record``, ``ambiguous_record``, ``voided_receipt``.
        """
        record = record_named(self._store, "attention", attention)
        shown = self._store.shown("attention", record)
        if shown is None:
            raise ServiceError("unknown_record")
        if shown.fields.get("status") == "voided":
            raise ServiceError("voided_receipt")
        identity = self._store.shown("identity", record)
        if identity is not None:
            with self._store.transaction() as write:
                write.log_access(officer, "identity", record, instant(self._clock.now()))
        outing = self._store.shown("outing", str(shown.fields.get("outing") or ""))
        by = self._store.shown("officer", str(shown.fields.get("registered_by") or ""))
        name = by.fields.get("name") if by else None
        return receipt_of(
            shown.fields,
            identity.fields if identity else None,
            outing.fields if outing else None,
            name if isinstance(name, str) else "",
            self._catalogues,
            next((one for one in self.languages if one.code == shown.fields.get("language")), self.languages[0]),
        )
