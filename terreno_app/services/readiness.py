"""*Listo para terreno*: what is looked at before an outing opens, one thing after the other.

A finding that is amiss warns and says what to do; it stands in the way only where capturing itself would not be safe:
a damaged database, a disk that is all but full, no folios left. Nothing is repaired here.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock, parse_instant, santiago, santiago_day
from terreno_app.domain.folio import LAST_COUNTER
from terreno_app.domain.outing import USUAL_HOURS
from terreno_app.services.doctor import CLOCK_WARNING_MS, ENOUGH_BYTES, Check
from terreno_app.services.errors import ServiceError, explain
from terreno_app.services.outings import SESSION, seed_key
from terreno_app.services.ports import Store
from terreno_app.services.status import LAST_SYNC

LEAST_BYTES: Final = 50 * 1024 * 1024
"""Free disk below which a save may fail in the middle of the day."""
FEW_FOLIOS: Final = 1_000
OLD_DAYS: Final = 30
"""Days without a synchronisation after which the catalogues may be out of date."""
HOLIDAYS_AHEAD: Final = timedelta(days=60)
LOOKED_AT: Final = (
    ("clock", "Reloj"),
    ("disk", "Espacio en disco"),
    ("database", "Base de datos"),
    ("catalogues", "Catálogos"),
    ("holidays", "Feriados"),
    ("officers", "Llaves de funcionarios"),
    ("backup", "Respaldo"),
    ("printer", "Impresora"),
    ("folios", "Folios"),
    ("seed", "Semilla del sorteo"),
)
"""Name and words of everything that is looked at, in order."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the machine tells, looked up by the composition root.

    Attributes:
        free_bytes: Free space where the laptop's folder lies.
        faults: What is wrong with the database file; empty when nothing is.
        officers: Ids of those who can open this laptop.
        clock_offset_ms: Offset of this clock to the centre's, as last learnt.
        folios_used: The highest number given this year under this laptop's label.
        rehearse_backup: Writes a backup, opens it aside and throws it away; how many records it would bring back.
    """

    free_bytes: Callable[[], int]
    faults: Callable[[], Sequence[str]]
    officers: Callable[[], Sequence[str]]
    clock_offset_ms: Callable[[], int]
    folios_used: Callable[[], int]
    rehearse_backup: Callable[[], int]


class Readiness:
    """Looks at everything that an outing needs.

    Args:
        store: The laptop's store.
        catalogues: What may be chosen.
        clock: Where the hour comes from.
        machine: What the machine tells.
    """

    def __init__(self, store: Store, catalogues: Catalogues, clock: Clock, machine: Machine) -> None:
        self._store, self._catalogues, self._clock, self._machine = store, catalogues, clock, machine

    def examine(
        self,
        outing: str,
        printers: Callable[[], Sequence[str]],
        told: Callable[[Check], None],
        should_stop: Callable[[], bool],
    ) -> tuple[Check, ...]:
        """Look at one thing after the other; it takes some seconds where there is much data.

        Args:
            outing: Record id of the outing that is to be opened.
            printers: Names of the printers that the system knows.
            told: Called with each finding as soon as there is one.
            should_stop: Asked between two looks.
        """
        looks: tuple[Callable[[], Check], ...] = (
            self._clock_check,
            self._disk,
            self._database,
            self._catalogue_age,
            self._holidays,
            lambda: self._officers(outing),
            self._backup,
            lambda: self._printer(printers),
            self._folios,
            lambda: self.seed(outing),
        )
        found: list[Check] = []
        for (name, _words), look in zip(LOOKED_AT, looks, strict=True):
            if should_stop():
                break
            found.append(_safely(name, look))
            told(found[-1])
        return tuple(found)

    def seed(self, outing: str) -> Check:
        """Whether the draw's seed is the one that the opening committed to; before that it says when it does."""
        session = next(
            (one for one in self._store.select(SESSION, {"outing": outing}) if self._store.meta(seed_key(one.record))),
            None,
        )
        if session is None:
            return _check("seed", "Se sortea y se compromete al abrir")
        kept = bytes.fromhex(str(self._store.meta(seed_key(session.record))))
        first = self._store.own_ops(SESSION, session.record)[0]
        if first.op.fields.get("seed_commitment") == hashlib.sha256(kept).hexdigest():
            at = santiago(parse_instant(str(session.fields["opened_at"])))
            return _check("seed", f"Comprometida a las {at:%H:%M}, antes de la primera atención")
        return _check(
            "seed", "No coincide con su compromiso", "Siga atendiendo y avise a la coordinación: el sorteo no valdrá."
        )

    def _clock_check(self) -> Check:
        now = self._clock.now()
        last = self._store.meta(LAST_SYNC)
        behind = parse_instant(last) - now if isinstance(last, str) else timedelta()
        offset_ms = abs(self._machine.clock_offset_ms())
        if behind > timedelta(milliseconds=CLOCK_WARNING_MS):
            detail = f"Son las {santiago(now):%H:%M del %d-%m-%Y}: antes de la última sincronización"
        elif offset_ms > CLOCK_WARNING_MS:
            detail = f"{offset_ms // 60_000} min de diferencia con el centro"
        elif santiago(now).hour not in USUAL_HOURS:
            detail = f"Son las {santiago(now):%H:%M del %d-%m-%Y}: una hora inusual"
        else:
            return _check("clock", f"Son las {santiago(now):%H:%M del %d-%m-%Y}")
        return _check("clock", detail, "Revise la hora y la fecha del equipo: van en cada comprobante.")

    def _disk(self) -> Check:
        free = self._machine.free_bytes()
        detail = f"{_size(free)} libres"
        if free >= ENOUGH_BYTES:
            return _check("disk", detail)
        return _check("disk", detail, "Libere espacio antes de salir.", blocks=free < LEAST_BYTES)

    def _database(self) -> Check:
        faults = len(self._machine.faults())
        if not faults:
            return _check("database", "Íntegra")
        detail = "1 falla" if faults == 1 else f"{faults} fallas"
        return _check("database", detail, "No registre en este equipo: avise a soporte.", blocks=True)

    def _catalogue_age(self) -> Check:
        last = self._store.meta(LAST_SYNC)
        if not isinstance(last, str):
            detail = f"Los de esta versión: {len(self._catalogues.programmes)} programas"
            return _check("catalogues", detail, "Sincronice (F5) para traer los del centro.")
        on = santiago_day(last)
        days = (santiago_day(self._clock.now()) - on).days
        detail = f"{len(self._catalogues.programmes)} programas, al {on:%d-%m-%Y}"
        return _check("catalogues", detail, "" if days <= OLD_DAYS else f"Sincronice: pasaron {days} días.")

    def _holidays(self) -> Check:
        last = max((holiday.day for holiday in self._catalogues.holidays), default=None)
        if last is None:
            return _check("holidays", "No hay", "Actualice el programa: los plazos se cuentan con ellos.")
        reaches = last >= santiago_day(self._clock.now()) + HOLIDAYS_AHEAD
        return _check("holidays", f"Hasta el {last:%d-%m-%Y}", "" if reaches else "Sincronice o actualice el programa.")

    def _officers(self, outing: str) -> Check:
        slots = set(self._machine.officers())
        planned = self._store.shown("outing", outing)
        team = planned.fields.get("team") if planned else None
        without = len(set(team) - slots) if isinstance(team, list) else 0
        detail = "1 persona puede abrir" if len(slots) == 1 else f"{len(slots)} personas pueden abrir"
        if without:
            lacking = "a 1 persona del equipo le falta" if without == 1 else f"a {without} del equipo les falta"
            return _check("officers", f"{detail}; {lacking} su llave", "Agréguela en Administración antes de salir.")
        return _check(
            "officers",
            detail,
            "" if len(slots) > 1 else "Agregue a otra en Administración: sin ella, nadie más abre.",
        )

    def _backup(self) -> Check:
        records = self._machine.rehearse_backup()
        return _check("backup", f"Ensayado: devuelve {'1 registro' if records == 1 else f'{records} registros'}")

    def _printer(self, printers: Callable[[], Sequence[str]]) -> Check:
        names = printers()
        if names:
            return _check("printer", names[0] if len(names) == 1 else f"{names[0]} y {len(names) - 1} más")
        return _check("printer", "Ninguna en este equipo", "Conéctela, o anote el folio a mano para la persona.")

    def _folios(self) -> Check:
        left = LAST_COUNTER - self._machine.folios_used()
        detail = f"Quedan {left:,} este año".replace(",", ".")
        if left > FEW_FOLIOS:
            return _check("folios", detail)
        return _check("folios", detail, "Pida otra sigla para este equipo a la coordinación.", blocks=left <= 0)


def _safely(name: str, look: Callable[[], Check]) -> Check:
    """One look that fails is a finding like any other: the rest is looked at all the same."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001  whatever it is, the person is told of it beside its name
        told: ServiceError = explain(error)
        return _check(name, told.happened, told.next, blocks=name == "database")


def _check(name: str, detail: str, todo: str = "", *, blocks: bool = False) -> Check:
    return Check(name, dict(LOOKED_AT)[name], not todo, detail, todo, blocks)


def _size(count: int) -> str:
    gigabytes = count / 2**30
    return f"{gigabytes:.0f} GB" if gigabytes >= 1 else f"{count // 2**20} MB"
