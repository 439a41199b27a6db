"""What is done in the evening: synchronise, count, decide."""

from typing import Annotated, Literal

import typer

from sync.client.engine import SyncOutcome
from terreno_app.cli.opening import opened
from terreno_app.cli.options import AsJson, Data, Officer, PassphraseFile
from terreno_app.cli.output import Output
from terreno_app.cli.progress import bars
from terreno_app.cli.words import hour
from terreno_app.desktop import OpenLaptop
from terreno_app.services.conflicts import ConflictView
from terreno_app.services.errors import ServiceError
from terreno_app.services.status import StatusView
from terreno_app.ui.labels import plural
from terreno_app.ui.values import ValueWords

app = typer.Typer(no_args_is_help=True)
conflicts = typer.Typer(no_args_is_help=True, help="Conflictos: ver y decidir.")
quarantine = typer.Typer(no_args_is_help=True, help="Cuarentena: ver, liberar, rechazar (coordinación).")
app.add_typer(conflicts, name="conflicts")
app.add_typer(quarantine, name="quarantine")

_IN_QUARANTINE = ("cambio espera en cuarentena", "cambios esperan en cuarentena")
STATES = {"open": "abierto", "closed": "decidido", "superseded": "reemplazado por quien lo escribió"}


@app.command("sync")
def sync(
    data: Data = None, officer: Officer = None, passphrase_file: PassphraseFile = None, json: AsJson = False
) -> int:
    """Una sincronización completa; si se corta, se repite sin perder ni doblar nada."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        with bars(output) as show:
            outcome = laptop.sync_day.run(show, lambda: False)
        return ended(output, laptop, outcome)


def ended(output: Output, laptop: OpenLaptop, outcome: SyncOutcome) -> int:
    """Say what a synchronisation did; 1 where somebody has to decide something."""
    status = laptop.status.now()
    waiting = len(laptop.sync_day.problems()) if laptop.laptop.coordinates else 0
    output.answer(
        outcome_json(outcome),
        *outcome_words(outcome, status),
        *([f"{plural(waiting, *_IN_QUARANTINE)}: terreno quarantine list."] if waiting else []),
    )
    return 1 if status.conflicts or status.quarantined or waiting else 0


def outcome_words(outcome: SyncOutcome, status: StatusView) -> list[str]:
    """What a synchronisation gives to a person."""
    others = outcome.received - outcome.own
    return [
        f"{status.received} de {status.total} registros de este equipo con recibo; por recibir: {status.pending}.",
        f"{'Llegó 1 cambio' if others == 1 else f'Llegaron {others} cambios'} del centro y de otros equipos.",
        *(f"Aviso: {warning.message}" for warning in outcome.warnings),
        *([f"{_waiting(status)} una decisión: terreno conflicts list."] if status.conflicts else []),
        *([f"{_held(status)} atención."] if status.quarantined else []),
    ]


def _waiting(status: StatusView) -> str:
    return plural(status.conflicts, "conflicto espera", "conflictos esperan")


def _held(status: StatusView) -> str:
    return plural(status.quarantined, "registro necesita", "registros necesitan")


def outcome_json(outcome: SyncOutcome) -> dict[str, object]:
    """What a synchronisation gives to a program."""
    return {
        "sent": outcome.sent,
        "applied": outcome.applied,
        "agreed": outcome.agreed,
        "repeated": outcome.repeated,
        "conflicts": outcome.conflicts,
        "quarantined": outcome.quarantined,
        "received": outcome.received,
        "receipts": outcome.receipts,
        "pending": outcome.pending,
        "epoch": outcome.epoch,
        "warnings": [{"code": w.code, "message": w.message} for w in outcome.warnings],
    }


@app.command("status")
def status(
    data: Data = None, officer: Officer = None, passphrase_file: PassphraseFile = None, json: AsJson = False
) -> int:
    """Cuántos registros hay y cuántos tienen recibo comprobado."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        now, to_review = laptop.status.proven(), laptop.status.to_review()
    output.answer(
        {
            "total": now.total,
            "pending": now.pending,
            "received": now.received,
            "conflicts": now.conflicts,
            "quarantined": now.quarantined,
            "last_sync_at": now.last_sync_at,
            "epoch": now.epoch,
            "to_review": to_review,
        },
        f"{now.received} de {now.total} registros de este equipo con recibo comprobado; por recibir: {now.pending}.",
        *(["Hay recibos que no se pueden comprobar: avise a la coordinación."] if now.unproven else []),
        f"Conflictos: {now.conflicts}. Necesitan atención: {now.quarantined}. Por revisar: {to_review}.",
        f"Última sincronización: {hour(now.last_sync_at) or 'nunca'}.",
    )
    return 1 if now.conflicts or now.quarantined or now.unproven else 0


def conflict_json(view: ConflictView, *, identity: bool, private: frozenset[str]) -> dict[str, object]:
    """A conflict as a program reads it."""
    hidden = frozenset() if identity else private

    def told(values: object) -> dict[str, object]:
        return {n: v for n, v in dict(values).items() if n not in hidden}  # type: ignore[call-overload]

    return {
        "id": view.id,
        "kind": view.kind,
        "record": view.record,
        "group": list(view.group),
        "before": told(view.before),
        "kept": told(view.kept),
        "other": told(view.other),
        "kept_author": view.kept_author,
        "other_author": view.other_author,
        "at": view.other_at,
        "state": view.state,
    }


@conflicts.command("list")
def list_conflicts(
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    every: Annotated[bool, typer.Option("--all", help="También los ya decididos.")] = False,
    identity: Annotated[bool, typer.Option("--identity", help="Incluye datos personales; queda anotado.")] = False,
    json: AsJson = False,
) -> int:
    """Los conflictos que este equipo muestra."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        views = laptop.conflicts.all() if every else laptop.conflicts.open()
        if identity:
            laptop.listing.opened([(v.kind, v.record) for v in views], laptop.person.id)
        told = [conflict_json(v, identity=identity, private=laptop.listing.private_fields(v.kind)) for v in views]
        say = ValueWords(laptop.catalogues, {})
        private = laptop.listing.private_fields
        people = [line for v in views for line in _words(v, say, private(v.kind), identity=identity)]
    output.answer({"conflicts": told}, *(people or ["No hay conflictos."]))
    return 1 if any(v.state == "open" for v in views) else 0


@conflicts.command("show")
def show_conflict(
    conflict: Annotated[str, typer.Argument(metavar="ID", help="El conflicto, como lo da conflicts list.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    identity: Annotated[bool, typer.Option("--identity", help="Incluye datos personales; queda anotado.")] = False,
    json: AsJson = False,
) -> int:
    """Un conflicto: antes, lo que quedó y lo otro."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        view = laptop.conflicts.find(conflict)
        private = laptop.listing.private_fields(view.kind)
        people = _words(view, ValueWords(laptop.catalogues, {}), private, identity=identity)
        if identity:
            laptop.listing.opened([(view.kind, view.record)], laptop.person.id)
    output.answer(conflict_json(view, identity=identity, private=private), *people)
    return 0


@conflicts.command("resolve")
def resolve_conflict(
    conflict: Annotated[str, typer.Argument(metavar="ID", help="El conflicto, como lo da conflicts list.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="kept|other", help="Vale lo que quedó, o lo otro.")
    ] = None,
    values: Annotated[list[str] | None, typer.Option("--set", metavar="CAMPO=VALOR", help="O un valor nuevo.")] = None,
    json: AsJson = False,
) -> int:
    """Decide un conflicto; un grupo se conserva o se escribe entero."""
    output = Output(as_json=json)
    chosen: Literal["kept", "other"] | None = {"kept": "kept", "other": "other"}.get(keep or "")  # type: ignore[assignment]
    if (chosen is None) == (not values) or (keep is not None and chosen is None):
        raise ServiceError("usage", what="indique --keep kept, --keep other, o --set CAMPO=VALOR.")
    with opened(data, officer, passphrase_file) as laptop:
        view = laptop.conflicts.find(conflict)
        typed = laptop.editing.typed(view.kind, values or [])
        if not set(typed) <= set(view.group):
            raise ServiceError("usage", what=f"este conflicto es de {', '.join(view.group)}.")
        op = laptop.conflicts.resolve(view, laptop.person.id, keep=chosen, values=typed)
    output.answer({"op": op, "record": view.record}, "Decisión guardada; viajará en la próxima sincronización.")
    return 0


def _words(view: ConflictView, say: ValueWords, private: frozenset[str], *, identity: bool) -> list[str]:
    lines = [f"{view.id}  {view.title} {view.folio}  [{STATES[view.state]}]"]
    for name in view.group:
        label = say.field(view.kind, name)
        if name in private and not identity:
            lines.append(f"  {label} ({name}): dato personal (véalo con --identity)")
            continue
        before, kept, other = (
            say.value(view.kind, name, side.get(name)) for side in (view.before, view.kept, view.other)
        )
        lines.append(f"  {label} ({name}): antes «{before}»")
        lines.append(f"    kept, rige: «{kept}» {view.kept_author_name}")
        lines.append(f"    other, el otro cambio: «{other}» {view.other_author_name}")
    return lines


@quarantine.command("list")
def list_quarantine(
    data: Data = None, officer: Officer = None, passphrase_file: PassphraseFile = None, json: AsJson = False
) -> int:
    """Lo que espera en cuarentena, con su motivo."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        problems = laptop.sync_day.problems()
    told = [
        {"op": p.op, "kind": p.kind, "record": p.record, "folio": p.folio, "reason": p.reason, "happened": p.happened}
        for p in problems
    ]
    output.answer(
        {"quarantine": told},
        *([f"{p.op}  {p.folio}  {p.happened}" for p in problems] or ["No hay nada en cuarentena."]),
    )
    return 1 if problems else 0


@quarantine.command("release")
def release(
    op: Annotated[str, typer.Argument(metavar="ID", help="Lo que espera, como lo da quarantine list.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Pide al centro que lo intente de nuevo (coordinación)."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        written = laptop.quarantine.release(op, laptop.person.id)
    output.answer({"op": written, "record": op}, "Liberado; el centro lo intentará en la próxima sincronización.")
    return 0


@quarantine.command("reject")
def reject(
    op: Annotated[str, typer.Argument(metavar="ID", help="Lo que espera, como lo da quarantine list.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXTO", help="Por qué se rechaza.")],
    data: Data = None,
    officer: Officer = None,
    passphrase_file: PassphraseFile = None,
    json: AsJson = False,
) -> int:
    """Lo rechaza para siempre, con un motivo que verá quien lo escribió (coordinación)."""
    output = Output(as_json=json)
    with opened(data, officer, passphrase_file) as laptop:
        written = laptop.quarantine.reject(op, reason, laptop.person.id)
    output.answer({"op": written, "record": op}, "Rechazado; quien lo escribió verá el motivo.")
    return 0
