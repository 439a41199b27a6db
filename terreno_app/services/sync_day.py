"""One whole synchronisation, and what a person is shown of it: progress, receipts, and problems with their reason."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from sync.client.engine import SyncOutcome, SyncProgress
from sync.client.progress import SyncWarning
from terreno_app.domain.spanish import lapse
from terreno_app.services.errors import ServiceError, explain
from terreno_app.services.laptop import Laptop
from terreno_app.services.ports import Store

Progress = Callable[[SyncProgress], None]
ShouldStop = Callable[[], bool]


class Run(Protocol):
    """One run of the engine; it is made anew for each synchronisation."""

    def run(self) -> SyncOutcome:
        """Push, pull, verify."""
        ...


class Shelf(Protocol):
    """Where this laptop keeps its backups."""

    def put(self, *, by_itself: bool = False) -> object:
        """Make a backup."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One receipt.

    Attributes:
        number: Its number on this laptop.
        records: Records that it proves.
        quarantined: Ops of it that wait in quarantine.
        at: UTC instant on the centre's clock.
    """

    number: int
    records: int
    quarantined: int
    at: str


@dataclass(frozen=True, slots=True)
class SyncProblem:
    """A record that needs a person, in three parts.

    Attributes:
        op: Id of its quarantine record: that of the op, or one made for it where the op's own stands for another.
        kind: Kind of the record.
        record: Its id.
        folio: Its folio or code; empty when it has none.
        reason: Reason of the quarantine (``sync.md``).
        happened: What happened.
        safe: What is safe.
        next: What to do next.
    """

    op: str
    kind: str
    record: str
    folio: str
    reason: str
    happened: str
    safe: str
    next: str


_REASONS = {
    "unreadable": "El centro no pudo leer el registro.",
    "unknown_kind": "El centro no conoce este tipo de registro: puede ser una versión anterior.",
    "unknown_code": "El registro usa un código que el centro no conoce.",
    "wrong_type": "Un campo tiene un valor que el centro no acepta.",
    "immutable": "Se intentó cambiar un dato que ya no se puede cambiar.",
    "only_once": "Ese registro ya existía y solo se puede ingresar una vez.",
    "id_reused": "El centro tiene otro contenido con el mismo identificador.",
    "outside_scope": "Este equipo no puede escribir ese registro.",
    "values": "Los datos personales del registro no llegaron completos.",
    "revoked": "Este equipo fue dado de baja.",
    "waiting": "Espera detrás de otro registro en cuarentena.",
}
_SAFE = "El registro y su folio siguen guardados aquí y también en la cuarentena del centro. No detiene a los demás."
_NEXT = "Corríjalo y sincronice, o pida a la coordinación que lo libere o lo rechace."
_NEXT_REUSED = "Pida a la coordinación que lo rechace y vuelva a ingresarlo: no se puede corregir ni liberar."
_SAFE_ELSEWHERE = (
    "El registro sigue guardado en el equipo que lo hizo y en la cuarentena del centro. No detiene a los demás."
)
_REJECT = "La coordinación lo rechaza con un motivo que verá quien lo escribió (orden «terreno quarantine reject»)."
_DECIDE = (
    "La coordinación lo libera, o lo rechaza con un motivo que verá quien lo escribió"
    " (orden «terreno quarantine release» o «reject»)."
)


_WARNINGS = {
    "clock_offset": "{fact} del centro: ajústela. Lo ya registrado conserva la hora con que se guardó.",
    "stopped": "Se detuvo antes de terminar: puede seguir cuando quiera.",
    "revoked": "Este equipo fue dado de baja: lo enviado quedó en cuarentena. Hable con la coordinación.",
    "unconfirmed": (
        "El centro no entrega nada a este equipo hasta que la coordinación lo confirme:"
        " vio otra copia de él, o fue restaurado y no lo conocía. Lo enviado está a salvo."
    ),
    "too_old": "Esta versión de Terreno es antigua: se envió todo y no se recibe nada hasta actualizarla.",
    "unvouched_key": "El centro mostró una llave nueva que nadie avala; no se usó. Avise a soporte.",
    "new_stream": "Al centro le faltaba algo: este equipo se lo volvió a entregar.",
    "new_label": "El centro dio a este equipo otra sigla, {fact}, para los folios nuevos. Avise a la coordinación.",
    "new_epoch": "El centro fue restaurado desde un respaldo: lo que le faltaba se envió de nuevo.",
    "new_role": "La coordinación cambió el uso de este equipo: se leyó todo de nuevo. Cierre y vuelva a abrir Terreno.",
    "receipt": "Recibos del centro que no son válidos: {fact}. Avise a soporte.",
    "saved_meanwhile": "Se guardó algo mientras se entregaba: saldrá en la próxima sincronización.",
    "refused": "El centro no aceptó una parte de lo enviado ({fact}): avise a soporte.",
    "former_centre": "La respuesta es de antes de que se restaurara el centro: no se usó.",
    "old_bundle": "El paquete era tan antiguo que el centro ya no pudo abrirlo: guarde otro, que lleva lo mismo.",
}


_WAITS = {
    "fork": "equipo clonado o respaldo restaurado",
    "restored": "el centro restaurado no lo conocía",
}
_CONFIRM = "Nada recibe hasta que lo confirme: terreno edit device {device} confirmation=confirmed."


def _in_words(warning: SyncWarning) -> str:
    fact = _clock(int(warning.message)) if warning.code == "clock_offset" else warning.message
    return _WARNINGS.get(warning.code, "").format(fact=fact)


def _clock(behind_s: int) -> str:
    way = "atrasada" if behind_s > 0 else "adelantada"
    return f"La hora de este equipo está {way} {lapse(behind_s)} respecto de la"


class SyncDay:
    """Synchronise, and explain how it went.

    Args:
        store: The laptop's store.
        laptop: This device.
        engine: Makes a run of the engine.
        shelf: Where a backup goes before each run.
        then: Done after each run that ended, with what it brought.
        news: What a run brought that somebody should look at, each told once.
    """

    def __init__(
        self,
        store: Store,
        laptop: Laptop,
        engine: Callable[[Progress, ShouldStop], Run],
        shelf: Shelf,
        then: Callable[[], object],
        news: Callable[[], Iterable[SyncWarning]],
    ) -> None:
        self._store = store
        self._laptop = laptop
        self._engine = engine
        self._shelf = shelf
        self._then = then
        self._news = news

    def run(self, progress: Progress, should_stop: ShouldStop) -> SyncOutcome:
        """One whole synchronisation; run again after any interruption, it goes on where it was.

        Raises:
            ServiceError: no network, the centre is down, a forged receipt… what was saved stays saved.
        """
        left_out = self.backup()
        try:
            outcome = self._engine(progress, should_stop).run()
        except Exception as error:
            raise explain(error) from error
        ended = self.ended(outcome)
        return replace(ended, warnings=(*ended.warnings, *left_out))

    def backup(self) -> list[SyncWarning]:
        """A backup first; a laptop that cannot make one still delivers, for that is a copy too."""
        try:
            self._shelf.put(by_itself=True)
        except Exception as error:  # noqa: BLE001  whatever keeps it from making one is told
            told = explain(error)
            return [
                SyncWarning("no_backup", f"No se hizo el respaldo de antes de entregar. {told.happened} {told.next}")
            ]
        return []

    def ended(self, outcome: SyncOutcome) -> SyncOutcome:
        """A run has ended, over whichever road: what follows from it, and its warnings in words."""
        self._then()
        told = [SyncWarning(w.code, _in_words(w)) for w in outcome.warnings]
        return replace(outcome, warnings=(*told, *self._news(), *self._unconfirmed()))

    def _unconfirmed(self) -> list[SyncWarning]:
        """Devices that wait for a coordinator, as their records tell; on a coordination laptop only."""
        if not self._laptop.coordinates:
            return []
        return [
            SyncWarning(
                "device_waits", f"{device.fields.get('label')}: {words}. {_CONFIRM.format(device=device.record)}"
            )
            for reason, words in _WAITS.items()
            for device in self._store.select("device", {"confirmation": reason})
        ]

    def deliveries(self) -> tuple[Delivery, ...]:
        """The centre's receipts, newest first."""
        return tuple(Delivery(r.number, r.records, r.quarantined, r.issued_at) for r in self._store.receipts())

    def problems(self) -> tuple[SyncProblem, ...]:
        """Records of this laptop that wait in quarantine, each with its reason in words."""
        waiting = self._store.select("quarantine", {"state": "waiting"})
        found = []
        for record in waiting:
            kind, target = str(record.fields.get("op_kind")), str(record.fields.get("op_record"))
            shown = self._store.shown(kind, target)
            reason = str(record.fields.get("reason"))
            told = record.fields.get("fields")
            content = shown.fields if shown else told if isinstance(told, dict) else {}
            folio = content.get("folio") or content.get("code") or ""
            here = shown is not None and shown.made_here
            found.append(
                SyncProblem(
                    op=record.record,
                    kind=kind,
                    record=target,
                    folio=str(folio),
                    reason=reason,
                    happened=_REASONS.get(reason, ServiceError("refused").happened),
                    safe=_SAFE if here else _SAFE_ELSEWHERE,
                    next=_next(reason, here=here),
                ),
            )
        return tuple(found)


def _next(reason: str, *, here: bool) -> str:
    """What to do about an op in quarantine: on the laptop that wrote it, or elsewhere."""
    if reason == "id_reused":
        return _NEXT_REUSED if here else _REJECT
    return _NEXT if here else _DECIDE
