"""The acta de jornada on paper: finished Spanish text for `resources/print/acta.typ`, without any layout."""

from typing import Any, Final

from terreno_app.domain.acta import ActaSheet
from terreno_app.domain.spanish import counted, moment, number, percent
from terreno_app.publish.cover import ISSUER

_HOW: Final = (("material", "con material"), ("talk", "en charlas"), ("other", "de otro modo"))
_NOT_SAID: Final = "Por completar antes de firmar."
_NEVER_SAID: Final = "No se anotó si los hubo."
_SEAL_NOTE: Final = "Si un solo registro cambia, el sello cambia. Se comprueba en cualquier equipo."


def acta_paper(sheet: ActaSheet) -> dict[str, Any]:
    """Return the acta as the template reads it."""
    return {
        "title": "Acta de jornada",
        "issuer": f"OIRS en Terreno · {ISSUER[0]}",
        "code": sheet.code,
        "draft": "" if sheet.signed else "Vista previa: todavía sin firmar",
        "stamp": f"Salida {sheet.code} · equipo {sheet.label}",
        "figures": _figures(sheet),
        "parts": [
            {"name": name, "lines": lines}
            for name, lines in (
                ("Jornada", [_hours(sheet)]),
                ("Lugar", [_place(sheet)]),
                ("Equipo", [", ".join(sheet.team)]),
                ("Personas informadas", [_informed(sheet)]),
                ("Encuestas", [_surveys(sheet)]),
                ("Material entregado", [_materials(sheet)]),
                ("Incidentes", (sheet.incidents or (_NEVER_SAID if sheet.signed else _NOT_SAID)).splitlines()),
                ("Recibos del centro", [_receipts(sheet)]),
            )
        ],
        "seal": {
            "name": f"Sello de la jornada, sobre {counted(sheet.ops, 'operación', 'operaciones')}",
            "root": _in_groups(sheet.root),
            "note": _SEAL_NOTE,
        },
        "signatures": [
            [sheet.signed_by, f"firmó en este equipo el {moment(sheet.closed_at)}"]
            if sheet.signed and sheet.closed_at
            else ["Quien cierra la salida", "firma al cerrar en este equipo"],
            ["Coordinación", "firma al sincronizar"],
        ],
    }


def _figures(sheet: ActaSheet) -> dict[str, list[list[str]]]:
    done = sheet.figures
    goal = "Sin meta" if sheet.goal is None else number(sheet.goal)
    return {
        "left": [
            ["Atenciones", number(done.attentions)],
            ["Personas atendidas", number(done.persons)],
            ["Personas informadas", number(sheet.informed_total)],
        ],
        "right": [
            ["Meta de la salida", goal],
            ["Cumplimiento", percent(done.attentions, sheet.goal) or "–"],
            ["Respuestas que se deben", number(done.owed)],
        ],
    }


def _hours(sheet: ActaSheet) -> str:
    until = f"; cerrada el {moment(sheet.closed_at)}" if sheet.closed_at else "; sigue abierta"
    voided = counted(sheet.figures.voided, "atención anulada", "atenciones anuladas")
    return f"Abierta el {moment(sheet.opened_at)}{until}. {voided} con motivo, fuera de las cifras."


def _place(sheet: ActaSheet) -> str:
    access = {True: ". Con acceso para silla de ruedas.", False: ". Sin acceso para silla de ruedas."}
    ends = "." if sheet.accessible is None else access[sheet.accessible]
    return f"{sheet.place or 'Sin lugar'}{ends}"


def _informed(sheet: ActaSheet) -> str:
    return ", ".join(f"{number(sheet.informed.get(kind, 0))} {words}" for kind, words in _HOW) + "."


def _surveys(sheet: ActaSheet) -> str:
    done = sheet.figures
    seed = "Semilla revelada" if sheet.signed else "Semilla comprometida"
    held = "coincide con su compromiso" if sheet.seed_held else "no coincide con su compromiso"
    drawn = counted(done.drawn, "sorteada", "sorteadas")
    answered = counted(done.answered, "respondida", "respondidas")
    return f"{drawn} de {counted(done.eligible, 'elegible', 'elegibles')}, {answered}. {seed}: {held}."


def _materials(sheet: ActaSheet) -> str:
    return "; ".join(f"{number(one.quantity)} {one.item}" for one in sheet.materials) or "Ninguno."


def _receipts(sheet: ActaSheet) -> str:
    if not sheet.without_receipt:
        return "Todos los registros de la jornada tienen recibo."
    waiting = counted(sheet.without_receipt, "registro de la jornada", "registros de la jornada")
    return f"Sin recibo todavía: {waiting}, hasta sincronizar."


def _in_groups(root: str) -> str:
    return " ".join(root[place : place + 8] for place in range(0, len(root), 8))
