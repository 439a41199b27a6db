"""The table of deliveries: what is proven, what is still on its way, and what waits in quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from terreno_app.domain.clock import parse_instant, santiago_day
from terreno_app.services.sync_day import Delivery
from terreno_app.ui.labels import hour_with_seconds, plural
from terreno_app.ui.values import moment
from terreno_app.ui.widgets.tables import Cell, Column, MarkCell, RowsModel

PROVED: Final = "Firma del centro comprobada"


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One line: a figure and its word, what it holds, when, and what proves it."""

    icon: str
    word: str
    tone: str
    holds: str
    at: str
    proof: str


class DeliveriesModel(RowsModel[DeliveryRow]):
    """Deliveries, the newest first."""

    def __init__(self) -> None:
        super().__init__((Column("Entrega", 210), Column("Contiene", 150), Column("Hora", 130), Column("Prueba")))

    def cells(self, row: DeliveryRow) -> tuple[Cell, ...]:
        """The cells of a delivery."""
        return (
            MarkCell(row.word, "smallstrong", row.tone, row.icon),
            Cell(row.holds),
            Cell(row.at),
            Cell(row.proof),
        )


def delivery_rows(
    deliveries: Sequence[Delivery], pending: int, quarantined: int, today: str, *, sending: bool
) -> tuple[DeliveryRow, ...]:
    """The lines of the table.

    Args:
        deliveries: The centre's receipts, newest first.
        pending: Records without a receipt.
        quarantined: Records that wait in quarantine.
        today: The present instant; a receipt of another day says its day.
        sending: A synchronisation runs.
    """
    rows = []
    if pending:
        word = "Enviando" if sending else "Por enviar"
        holds = plural(pending, "registro", "registros")
        rows.append(DeliveryRow("send", word, "primary", holds, "", "Sin recibo todavía"))
    if quarantined:
        holds = plural(quarantined, "registro", "registros")
        rows.append(DeliveryRow("octagon-alert", "En cuarentena", "bad", holds, "", "No detiene a los demás"))
    rows += [_proven(delivery, today) for delivery in deliveries]
    return tuple(rows)


def _proven(delivery: Delivery, today: str) -> DeliveryRow:
    same_day = santiago_day(delivery.at) == santiago_day(today)
    return DeliveryRow(
        "badge-check",
        f"Recibo {delivery.number}",
        "ok",
        plural(delivery.records, "registro", "registros"),
        hour_with_seconds(parse_instant(delivery.at)) if same_day else moment(delivery.at),
        f"Firma comprobada · {delivery.quarantined} en cuarentena" if delivery.quarantined else PROVED,
    )
