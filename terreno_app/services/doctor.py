"""Is this laptop fit for the street? Each check says what it found and, when something is amiss, what to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock, parse_instant, santiago_day
from terreno_app.domain.deadlines import DUTY_HOURS
from terreno_app.domain.spanish import lapse
from terreno_app.services.errors import ServiceError
from terreno_app.services.ports import Store

ENOUGH_BYTES = 500 * 1024 * 1024
"""Free disk below which a day could end badly."""
CLOCK_WARNING_MS = 600_000
"""Offset from the centre's clock beyond which registered hours are in doubt."""

_WITHOUT = "Sin red se puede atender igual; sincronice cuando la haya."


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        name: Short English name.
        words: What was looked at.
        ok: Nothing to do.
        detail: What was found.
        next: What to do when it is not ok.
        blocks: It is not ok, and registering would not be safe.
    """

    name: str
    words: str
    ok: bool
    detail: str
    next: str = ""
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the machine tells, looked up by the composition root.

    Attributes:
        free_bytes: Free space where the laptop's folder lies.
        database: What is wrong with the database file, empty when nothing is.
        receipts: How many receipts there are, and how many do not hold against the laptop's own ops.
        slots: How many people can open this laptop.
        centre: What stands between this laptop and the centre now; ``None`` when it answers.
        clock_offset_ms: Offset of this clock to the centre's, as last learnt.
    """

    free_bytes: Callable[[], int]
    database: Callable[[], Sequence[str]]
    receipts: Callable[[], tuple[int, int]]
    slots: Callable[[], int]
    centre: Callable[[], ServiceError | None]
    clock_offset_ms: Callable[[], int]


class Doctor:
    """Looks at everything once; repairs nothing."""

    def __init__(self, store: Store, catalogues: Catalogues, clock: Clock, around: Surroundings) -> None:
        self._store = store
        self._catalogues = catalogues
        self._clock = clock
        self._around = around

    def examine(self) -> tuple[Check, ...]:
        """Every check, in the order in which a person would mend."""
        return (
            self._database(),
            self._receipts(),
            self._disk(),
            self._clock_check(),
            self._holidays(),
            self._slots(),
            self._duty(),
            self._centre(),
        )

    def _database(self) -> Check:
        faults = self._around.database()
        detail = "íntegra" if not faults else "1 falla" if len(faults) == 1 else f"{len(faults)} fallas"
        return Check("database", "Base de datos", not faults, detail, "No siga registrando: avise a soporte.")

    def _receipts(self) -> Check:
        total, false = self._around.receipts()
        detail = f"{total - false} de {total} {'recibo comprobado' if total == 1 else 'recibos comprobados'}"
        return Check("receipts", "Recibos del centro", false == 0, detail, "Avise a la coordinación.")

    def _disk(self) -> Check:
        free = self._around.free_bytes()
        detail = f"{free // 2**20} MB libres"
        return Check("disk", "Espacio en disco", free >= ENOUGH_BYTES, detail, "Libere espacio antes de salir.")

    def _clock_check(self) -> Check:
        offset = self._around.clock_offset_ms()
        ok = abs(offset) <= CLOCK_WARNING_MS
        way = "de diferencia" if ok else "de atraso" if offset > 0 else "de adelanto"
        detail = f"{lapse(abs(offset) // 1000)} {way} con el centro, la última vez que se supo"
        return Check("clock", "Reloj", ok, detail, "Ajuste la hora del equipo.")

    def _holidays(self) -> Check:
        last = max((holiday.day for holiday in self._catalogues.holidays), default=date.min)
        ok = last >= santiago_day(self._clock.now()) + timedelta(days=60)
        return Check("holidays", "Feriados", ok, f"hasta {last:%d-%m-%Y}", "Sincronice o actualice el programa.")

    def _slots(self) -> Check:
        slots = self._around.slots()
        return Check(
            "officers",
            "Llaves",
            slots > 0,
            "1 persona" if slots == 1 else f"{slots} personas",
            "Agregue una con terreno officer add.",
        )

    def _duty(self) -> Check:
        oldest = self._store.oldest_unproven_at()
        if oldest is None:
            return Check("duty", "Plazo de 24 horas", ok=True, detail="nada por enviar")
        waited = self._clock.now() - parse_instant(oldest)
        ok = waited <= timedelta(hours=DUTY_HOURS)
        detail = f"lo más antiguo espera {int(waited.total_seconds() // 3600)} h"
        return Check("duty", "Plazo de 24 horas", ok, detail, "Sincronice hoy.")

    def _centre(self) -> Check:
        found = self._around.centre()
        if found is None:
            return Check("centre", "Centro", ok=True, detail="responde", next=_WITHOUT)
        if found.code == "central_down":
            return Check("centre", "Centro", ok=False, detail="no responde", next=_WITHOUT)
        detail, then = found.happened.removesuffix("."), f"{found.next} {_WITHOUT}"
        return Check("centre", "Centro", ok=False, detail=detail, next=then)
